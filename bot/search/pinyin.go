package search

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// readings are those of characters that the library reads otherwise than people
// do in names, or that have more than one reading in names or in talk about
// fraud and banks. A title is found by each of them.
const readings = `行 xing hang|单 dan shan|仇 qiu chou|解 xie jie|曾 zeng ceng|区 qu ou|查 cha zha|任 ren|盖 ge gai
尉 wei yu|乐 yue le|朴 piao pu|翟 zhai di|缪 miao mou|冼 xian|万 wan mo|俟 qi si|长 zhang chang|重 zhong chong
会 hui kuai|贾 jia gu|覃 qin tan|石 shi|车 che|沈 shen|洗 xi xian|宿 su|召 zhao shao|宁 ning|那 na|卜 bu bo|卞 bian
种 zhong chong|员 yuan yun|贠 yun yuan|薄 bo bao|柏 bai bo|伯 bo bai|逄 pang|盛 sheng|晟 sheng cheng|澹 tan dan
令 ling|折 she zhe|秘 bi mi|繁 po fan|郗 xi chi|祭 zhai ji|句 gou ju|能 nai neng|宓 fu mi|乜 nie mie|率 lv shuai
都 dou du|发 fa|便 bian pian|调 tiao diao|省 sheng xing|数 shu|参 can shen cen|差 cha chai|降 jiang xiang
强 qiang jiang|弹 dan tan|朝 chao zhao|藏 cang zang|度 du|当 dang|好 hao|给 gei ji|色 se|舍 she|什 shen shi
识 shi|似 si shi|奔 ben|合 he|和 he huo|系 xi ji|校 xiao jiao|血 xue xie|咽 yan ye|载 zai|占 zhan|著 zhu|佛 fo
阿 a e|广 guang|厂 chang|南 nan|体 ti|丁 ding|红 hong|角 jiao jue|觉 jue jiao|壳 ke|殖 zhi|余 yu|於 yu|隗 wei kui
胜 sheng|葛 ge|阚 kan|郝 hao|郄 qie xi|妫 gui|瞿 qu|莘 shen xin|邢 xing|传 chuan zhuan|转 zhuan|得 de dei|地 di de
着 zhe zhao|还 hai huan|了 le liao|尹 yin|殷 yin|云 yun|燕 yan|晁 chao|逯 lu|郇 xun huan|隽 juan jun|大 da dai
迟 chi|哈 ha|黑 hei he|台 tai|塞 sai se|露 lu lou|秦 qin|戏 xi|刷 shua|期 qi|纪 ji|谌 chen shen|洪 hong|费 fei bi`

var readingsOf = sync.OnceValue(func() map[rune][]string {
	m := make(map[rune][]string)
	for _, line := range strings.FieldsFunc(readings, func(r rune) bool { return r == '|' || r == '\n' }) {
		f := strings.Fields(line)
		r, _ := utf8.DecodeRuneInString(f[0])
		m[r] = f[1:]
	}
	return m
})

// read returns how the character r is read: without tones, ü as v and also as u.
func read(r rune) []string {
	all := readingsOf()[r]
	if all == nil {
		all = pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal})
	}
	var out []string
	for _, s := range all {
		if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
			continue // a rare sound, which nobody types
		}
		out = append(out, s)
		if u := strings.Replace(s, "v", "u", 1); u != s {
			out = append(out, u)
		}
	}
	return out
}

// The characters that may be found by pinyin: all but the rarest, which stand in
// no dictionary of names.
const firstSound, lastSound = 0x3400, 0x9FFF

// sounds are the readings of the characters in titles.
type sounds struct {
	number []uint16          // of a character, less firstSound; 0 if not yet met
	known  [][]string        // readings, by that number
	by     map[string][]rune // beginning of a reading → characters
}

func newSounds() sounds {
	return sounds{number: make([]uint16, lastSound-firstSound+1), known: make([][]string, 1), by: make(map[string][]rune)}
}

// of returns the readings of r, none if it is not Chinese.
func (s *sounds) of(r rune) []string {
	if r < firstSound || r > lastSound {
		return nil
	}
	return s.known[s.number[r-firstSound]]
}

// learn makes the readings of the characters of a title known.
func (x *Index) learn(title string) {
	s := &x.sounds
	for _, r := range title {
		if r < firstSound || r > lastSound || s.number[r-firstSound] != 0 {
			continue
		}
		s.number[r-firstSound] = uint16(len(s.known))
		all := read(r)
		s.known = append(s.known, all)
		for _, sound := range all {
			for i := range len(sound) {
				if known := s.by[sound[:i+1]]; !slices.Contains(known, r) {
					s.by[sound[:i+1]] = append(known, r)
				}
			}
		}
	}
}

// eachInitials calls yield with the initials of each two characters of title
// that follow each other, in every reading.
func (x *Index) eachInitials(title string, yield func([2]byte)) {
	var last []string
	for _, r := range title {
		now := x.sounds.of(r)
		for _, a := range last {
			for _, b := range now {
				yield([2]byte{a[0], b[0]})
			}
		}
		last = now
	}
}

// maxSpelled is the longest word that is taken for pinyin, in letters.
const maxSpelled = 60

// isSpelling reports whether w may be pinyin. One letter is not: it would find
// half of the county.
func isSpelling(w string) bool {
	return len(w) >= 2 && len(w) <= maxSpelled && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == ""
}

// spell reports whether somewhere in title w can be read, as beginnings of
// the syllables of characters that follow each other; whole, whether it can be
// from the title's first character to its last.
func (s *sounds) spell(title, w string) (found, whole bool) {
	// Bit i is set if w[:i] has been read up to here: in any, from any character;
	// in all, from the first.
	any, all, end := uint64(0), uint64(1), uint64(1)<<len(w)
	for _, r := range title {
		known := s.of(r)
		any, all = step(any|1, w, known), step(all, w, known)
		found = found || any&end != 0
	}
	return found, title != "" && all&end != 0
}

func step(from uint64, w string, readings []string) (to uint64) {
	for ; from != 0; from &= from - 1 {
		i := bits.TrailingZeros64(from)
		for _, s := range readings {
			n := 0
			for n < len(s) && i+n < len(w) && s[n] == w[i+n] {
				n++
			}
			to |= (1<<n - 1) << (i + 1)
		}
	}
	return to
}

package chat

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// dangerAt is the score from which on a text is taken for a call for help. It was
// chosen on the texts of authors whom the model had not seen: see TestTrain.
const dangerAt = -0.75

// biddenAt is enough where the words belong together as only a scam's do: see bidden.
const biddenAt = -1.5

// goneAt is enough where money is said to be gone as only a scam takes it: see gone.
const goneAt = -1.75

// told are the signs of telling of scams, in any of the ways that are none.
const told = sLesson | sTelling | sGeneral | sUnreal | sSuppose | sPast | sJoke | sEscaped | sNot

// matter are the signs of what scams are about.
const matter = sHarm | sWindler | sStake | sPress | sMoney | sSecret | sStrange | sLure

// Danger reports whether somebody says that a scam is happening to him, to people
// near him, or to one whom his office reports (我行一储户执意汇款，请民警协助): money
// asked for, sent or lost, codes given away. Talk about scams (宣传, 案例, 防止被骗)
// and finished work (已劝返) are none. It needs no Lexicon, is asked before any
// other rule, and on a true answer comes 110 and 96110 at once.
//
// There is no end of ways to tell of a scam, so no rule decides but a [second]
// reader's weights: those of the characters, two by two, and of the signs
// (words_danger.go) one after another. "他让我转" and "她催我打" are then alike: a
// stranger, a demand, me, a deed. Where it is not sure, relations of words decide: see
// everyday and bidden.
func Danger(text string) bool { return endangered(normalize(text).runes) }

// endangered is [Danger] for a normalized text.
func endangered(text []rune) bool {
	text = respellCry(text)
	var room dangerRoom
	d := readDanger(text, &room)
	return d.perils(text)
}

// perils reports whether d, which lays out text, is danger.
func (d *dangerText) perils(text []rune) bool {
	switch {
	case d.signs == 0:
		return false // nobody has called for help yet without any of them
	case d.signs&matter == 0 && slices.Contains(text, '签'):
		return false // 网点忙，现在才腾出手签到: the one rule that knows better
	case d.signs&matter&^sPress == 0 && strings.Contains(string(text), "签到"):
		return false // 他在开会，叫我帮着签到: pressed for nothing but that
	}
	var z [2]float32
	secondReader().danger.score(z[:], d.views()...)
	switch {
	case z[1] >= plainDanger, d.toSafety(text):
		return true
	case z[1] >= dangerAt:
		return everyday(text) == "" && !reported(d.signs, text)
	}
	return z[1] >= biddenAt && d.bidden(text) && !reported(d.signs, text) || z[1] >= goneAt && d.gone(text)
}

// toSafety reports money that went to 安全账户, which no honest person has ever named.
func (d *dangerText) toSafety(text []rune) bool {
	return d.signs&(told|sFar) == 0 && d.signs&sDid != 0 && hasWord(string(text), "到安全账户 进安全账户 给安全账户 往安全账户")
}

// gone reports money that was paid to what is not there (根本没这家店), or put into an app
// or given to a stranger and does not come back.
func (d *dangerText) gone(text []rune) bool {
	if d.signs&(told|sFar) != 0 || d.signs&sDid == 0 || d.signs&sLoss == 0 || d.signs&(sMoney|sLure) == 0 {
		return false
	}
	s := string(text)
	return hasWord(s, "根本没这 没这家店 没这个店 没这个地方 没这家公司 没这个公司 没这个人 人去楼空") ||
		d.signs&sMe != 0 && d.signs&(sChannel|sStrange) != 0 && hasWord(s, "退不了 退不出 提不出 取不出 提不了 取不了 拿不回 要不回")
}

// endangeredOr reports whether a normalized text is danger, or else a clue: see
// reported.
func endangeredOr(text []rune) (danger, clue bool) {
	text = respellCry(text)
	var room dangerRoom
	d := readDanger(text, &room)
	danger = d.perils(text)
	return danger, !danger && reported(d.signs, text)
}

// bidden reports whether a stranger bids the writer do what nobody honest asks for
// (警察让我共享屏幕), bids whomever be rid of the app that warns him, works with what is
// the writer's (骗子用我邮箱), or whether it is said outright: 我被骗, 说我涉嫌洗钱.
func (d *dangerText) bidden(text []rune) bool {
	signs, s := d.signs, string(text)
	if signs&told != 0 || signs&(sHarm|sStake|sStrange|sWindler) == 0 {
		return false
	}
	has := func(words string) bool { return hasWord(s, words) }
	return signs&(sStrange|sWindler) != 0 && signs&sDemand != 0 && signs&sMe != 0 && signs&(sStake|sSecret) != 0 && signs&sFar == 0 ||
		has("反诈") && has("让 叫 催 要我") && has("卸载 卸了 卸掉 关掉 关闭 关了 删掉 删了 停用") ||
		has("我被骗 俺被骗 额被骗 说我涉嫌 我名下涉嫌") && signs&sFar == 0 ||
		has("骗子用我 骗子拿我 骗子把我 骗子冒我 骗子用俺 骗子拿俺 骗子登我 骗子用单位 骗子用我们")
}

// cries are what somebody types in letters who is in a hurry, or cannot choose the
// characters.
var cries = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("bei ren pian", "被人骗", "bei pian", "被骗", "beipian", "被骗", "rang ren pian", "让人骗", "pian zi", "骗子", "pianzi", "骗子",
		"被pian", "被骗", "人pian", "人骗", "pian le", "骗了", "wo ", "我", "ma ", "妈", " le", "了", "qian", "钱", "zen me ban", "怎么办", "zenmeban", "怎么办",
		"yan zheng ma", "验证码", "zhuan zhang", "转账", "zhuanzhang", "转账", "kuai", "块")
})

// respellCry spells out wo bei pian le.
func respellCry(text []rune) []rune {
	for i := 0; i+3 < len(text); i++ {
		if text[i] == 'p' && text[i+1] == 'i' && text[i+2] == 'a' && text[i+3] == 'n' {
			return []rune(cries().Replace(string(text)))
		}
	}
	return text
}

// dangerParts are the parts of a text that speak most for danger.
func dangerParts(text []rune) []string {
	if spelt := respellCry(text); len(spelt) != len(text) {
		return []string{string(text)} // its parts do not stand in it
	}
	var room dangerRoom
	d := readDanger(text, &room)
	return secondReader().danger.because(1, text, d.words, d.views()...)
}

// suffered reports whether something has already happened to the writer, or is about
// to: harm, loss, or a step that he or his takes.
func suffered(text []rune) bool {
	var room dangerRoom
	return readDanger(respellCry(text), &room).signs&(sHarm|sLoss|sDid|sAbout|sStake) != 0
}

// warded reports that whoever called was refused (我没理他), and that nothing was
// lost, given away or is about to be.
func warded(text []rune) bool {
	var room dangerRoom
	signs := readDanger(respellCry(text), &room).signs
	return signs&sEscaped != 0 && signs&(sHarm|sLoss|sAbout|sMoney|sSecret) == 0
}

// A dangerText is a text as the model of danger looks at it: character by
// character with its numbers folded, and word by word with the words of each
// sign folded.
type dangerText struct {
	plain, words []symbol
	signs        class // that occur
}

// A dangerRoom is where a text of ordinary length is laid out.
type dangerRoom [2][96]symbol

func (d *dangerText) views() []view {
	return []view{{d.plain, 2, false}, {d.words, 3, true}}
}

// readDanger lays out a normalized text. At each place the longest word is taken
// and what it covers is passed over, so that 不要告诉 is pressure and 防骗 nothing.
func readDanger(text []rune, room *dangerRoom) dangerText {
	d := dangerText{plain: room[0][:0], words: room[1][:0]}
	t := dangerTrie()
	d.plain = append(d.plain, symbol{r: textStart})
	for i := 0; i < len(text); {
		n, sign := 1, class(0)
		t.each(text, i, func(length int, w *word) { n, sign = length, w.class })
		at := symbol{text[i], int32(i), int32(i + n)}
		switch {
		case sign != 0:
			d.signs |= sign
			at.r = signSymbol(sign)
			for k, r := range text[i:at.hi] {
				d.plain = append(d.plain, symbol{r, at.lo + int32(k), at.lo + int32(k) + 1})
			}
		case at.r != '、' && isStop(at.r):
			at.r = ' '
			d.plain = append(d.plain, at)
		default:
			plain := at
			if end, money := amount(text, i); money {
				d.signs |= sMoney
				plain.r, at.r, at.hi = '万', signSymbol(sMoney), int32(end)
			} else if end > i+1 || end > i && isDigit(at.r) {
				plain.r, at.r, at.hi = '0', '0', int32(end)
			}
			plain.hi = at.hi
			d.plain = append(d.plain, plain)
		}
		d.words = append(d.words, at)
		i = int(at.hi)
	}
	d.plain = append(d.plain, symbol{textEnd, int32(len(text)), int32(len(text))})
	return d
}

// signSymbol is what words of a sign are folded to; of several, the first.
func signSymbol(sign class) rune { return folded + rune(bits.TrailingZeros64(uint64(sign))) }

// amount reads a number at text[i]; end is i if there is none. It is money if it
// is a hundred or more, counts nothing else, and is no telephone number.
func amount(text []rune, i int) (end int, money bool) {
	if !isNumeral(text[i]) {
		return i, false
	}
	end, sum, ok := scanNumber(text, i)
	if !ok {
		return i, false
	}
	if end < len(text) && strings.ContainsRune("人名份条次个号年月日点分题天户页场位开*", text[end]) { // 00852开头, 139****
		return end, false
	}
	if end-i > 6 && isDigit(text[end-1]) {
		return end, false
	}
	switch sum {
	case 110, 400, 96110, 12345, 12381, 95588:
		return end, false
	}
	return end, sum >= 100 && text[i] != '0'
}

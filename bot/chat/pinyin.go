package chat

import (
	"strings"
	"sync"
)

// soundTable holds the syllables of the characters that unit names are made
// of, each with the characters that are typed by mistake for them. The first
// syllable listed for a character is the one used in 行 = hang, which general
// converters get wrong.
const soundTable = `jiao 教交叫较郊焦胶脚角
ke 科课可克客刻颗
ju 局居句据举具巨
cai 财材才采菜彩
zheng 政正证整征争郑证症
zhen 镇阵震振真针枕珍诊
si 司思丝私四死寺
fa 法发罚伐乏
jian 检监建间简件见健剪尖兼捡碱坚肩艰减渐
cha 察查茶插
yuan 院园远元苑员原
gong 公工供宫功攻共贡
an 安按案岸
xuan 宣选旋悬玄
chuan 传船穿川
bu 部步布不
wei 委尉维为卫位味未韦伟魏唯围
wang 网王望忘往旺汪
luo 络落洛罗
xin 信心新芯欣
ban 办班半伴
zhong 中种钟终众重
ren 人仁认
da 大打达
fu 服付福复负
wu 务物雾误勿
shi 市事室是试式视
chang 场常长厂昌畅唱倡
guan 管关官观馆冠
rong 融容荣溶
mei 媒煤梅美没
ti 体提题替
you 邮油尤由友优有右
chu 储除处楚出
yin 银引印
bao 保报宝抱
yi 移一以宜亿
dong 动东冬懂洞
lian 联连莲链廉
tong 通同统童
dian 电店点典
nong 农浓
shang 商上尚伤
hang 行航杭
jin 晋进金近紧锦
shu 数书树属输
zi 字自资紫
guang 光广逛
hua 华花化画话划
tai 台抬太泰
tou 头投透偷
xi 西席息希吸喜溪夕习
po 坡破波
shuang 双霜爽
he 鹤和河合荷贺何赫喝
miao 庙苗妙秒
zhuang 庄装壮妆
kou 口扣寇
zao 枣早造澡皂
ling 岭领玲铃令零灵龄
lin 林临琳邻
zu 组祖族阻
ning 宁凝拧
xian 县现线先
xiang 乡相香箱想
gai 改该概
ge 革格个各隔
zhan 展站战
yu 育玉宇遇
ji 技济机基记级季计
xun 训询寻
jing 经警京精
ping 平评凭
zhi 治制致质
zong 综总宗
she 社设涉
yong 用
min 民
lu 录路
qing 青请清
xing 兴
hui 会惠汇
guo 国
ye 业
shui 税水
duan 端
xu 蓄续序`

// sounds maps a character to its syllable.
var sounds = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string)
	for line := range strings.Lines(soundTable) {
		syl, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range chars {
			if m[r] == "" {
				m[r] = syl
			}
		}
	}
	return m
})

// syllables returns s as syllables parted by blanks; ok is false if a
// character's sound is not known.
func syllables(s string) (key string, ok bool) {
	var b strings.Builder
	for _, r := range s {
		syl := sounds()[r]
		if syl == "" {
			return "", false
		}
		b.WriteString(syl)
		b.WriteByte(' ')
	}
	return b.String(), b.Len() > 0
}

// spellings returns the full pinyin of name and its initials. Initials of two
// letters are given to banks only (gh, nh): others look like a person's.
func spellings(name string) []string {
	key, ok := syllables(name)
	if !ok {
		return nil
	}
	var out []string
	for _, k := range []string{key, strings.Replace(key, "wei zhuang", "yu zhuang", 1)} {
		syls := strings.Fields(k)
		if len(syls) < 2 {
			return nil
		}
		var initials strings.Builder
		for _, s := range syls {
			initials.WriteByte(s[0])
		}
		out = append(out, strings.Join(syls, ""))
		if len(syls) >= 3 || syls[len(syls)-1] == "hang" {
			out = append(out, initials.String())
		}
	}
	return out
}

// maxSounds is the longest name, in characters, that is looked for by sound.
const maxSounds = 6

// A sound is a syllable as people here hear it, by a number; 0 is unknown.
type sound uint8

// heardSounds maps a character to its sound.
var heardSounds = sync.OnceValue(func() *[1 << 16]sound {
	heard, numbers := new([1 << 16]sound), make(map[string]sound)
	for r, syl := range sounds() {
		syl = asHeard(syl)
		if numbers[syl] == 0 {
			numbers[syl] = sound(len(numbers) + 1)
		}
		heard[r] = numbers[syl]
	}
	return heard
})

// asHeard is how a syllable sounds to people here, who tell neither ling from
// lin nor zhi from zi.
func asHeard(syl string) string {
	if len(syl) > 2 && syl[1] == 'h' {
		syl = syl[:1] + syl[2:]
	}
	if strings.HasSuffix(syl, "ing") || strings.HasSuffix(syl, "eng") {
		syl = syl[:len(syl)-1]
	}
	return syl
}

func heard(r rune) sound {
	if r >= 1<<16 {
		return 0
	}
	return heardSounds()[r]
}

// A soundKey is a name by its sounds.
type soundKey [maxSounds]sound

// keyOf returns the key of s; ok is false if it is too long or a character's
// sound is not known.
func keyOf(s []rune) (key soundKey, ok bool) {
	if len(s) > maxSounds {
		return key, false
	}
	for i, r := range s {
		if key[i] = heard(r); key[i] == 0 {
			return key, false
		}
	}
	return key, true
}

// bySound finds a unit whose name of three characters or more sounds like some
// part of text, the longest first at the first place. It returns where it
// stands.
func (l *Lexicon) bySound(text []rune) (lo, hi int, w word, ok bool) {
	for lo := range text {
		var key soundKey
		n := 0
		for n < maxSounds && lo+n < len(text) {
			if key[n] = heard(text[lo+n]); key[n] == 0 {
				break
			}
			n++
		}
		for ; n >= 3; n-- {
			if n < maxSounds {
				key[n] = 0
			}
			if w, ok := l.sounds[key]; ok {
				return lo, lo + n, w, true
			}
		}
	}
	return 0, 0, word{}, false
}

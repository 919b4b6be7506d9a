package chat

import (
	"slices"
	"strings"
	"sync"
)

// spelledWords are what people write beside 签到 who can only spell it, each with its
// characters: mei qian dao, qiandao zenme nong a.
const spelledWords = `qian 签 dao 到 qiandao 签到 qiandaole 签到了 qiandaoma 签到吗 qianle 签了 qianma 签吗 qianshang 签上 qianwan 签完 qianguo 签过 daka 打卡 shoudao 收到 canjia 参加 qingjia 请假
mei 没 meiyou 没有 meiqian 没签 hai 还 haimei 还没 weiqian 未签 wei 未 bie 别 buhui 不会 buneng 不能 buxiang 不想 buliao 不了 bushang 不上 bucheng 不成 buyong 不用 wufa 无法 wang 忘 wangle 忘了 wangji 忘记 shibai 失败 dabukai 打不开
zen 怎 zenme 怎么 zenmeyang 怎么样 za 咋 zanong 咋弄 zaqian 咋签 ma 吗 me 么 ne 呢 ba 吧 a 啊 ya 呀 la 啦 le 了 lie 咧 ha 哈 o 哦 shenme 什么 sha 啥 shenmeshihou 什么时候 jidian 几点 zaina 在哪 zainali 在哪里 zainar 在哪儿 nali 哪里 nar 哪儿 shui 谁 weishenme 为什么 duoshao 多少 keyi 可以 keyima 可以吗 neng 能 xing 行 xingma 行吗 shibushi 是不是 qingwen 请问 nong 弄 gao 搞 dian 点 yong 用
wo 我 women 我们 ni 你 nimen 你们 ta 他 tamen 他们 dajia 大家 qing 请 jide 记得 kuai 快 kuaidian 快点 ganjin 赶紧 bang 帮 bangwo 帮我 ti 替 dai 代 gei 给
mingtian 明天 mingzao 明早 wanshang 晚上 xiawu 下午 zhongwu 中午 yihui 一会 yihuier 一会儿 denghui 等会 denghuier 等会儿 dengyixia 等一下 mashang 马上 huitou 回头 shaohou 稍后 zai 再 zaiqian 再签 jiu 就 xian 先 jintian 今天 zuotian 昨天 xianzai 现在 gang 刚 gangcai 刚才 yi 已 yijing 已经 lai 来 laile 来了 dou 都 ye 也 de 的 shi 是 yao 要 xie 写 xiexie 谢谢 haode 好的 xuewan 学完 xuewanle 学完了 kanwan 看完 kanwanle 看完了`

// spelled maps a spelling to its characters.
var spelled = sync.OnceValue(func() map[string]string {
	m := make(map[string]string)
	f := strings.Fields(spelledWords)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
})

// maxSpelled is the longest spelling.
const maxSpelled = len("shenmeshihou")

// spellOut writes in characters what stands spelled around a spelled 签到. rest
// reports a word that it cannot spell and that is no name: what it makes of the
// check-in, nobody knows.
func spellOut(rs []rune) (out []rune, rest bool) {
	if !slices.Contains(rs, 'a') {
		return rs, false
	}
	text := string(rs)
	if !strings.Contains(text, "qian") && !strings.Contains(text, "daka") {
		return rs, false
	}
	if cry := respellCry(rs); len(cry) != len(rs) && endangered(rs) {
		return rs, false // qian bei pian le: his money, no check-in
	}
	for lo := 0; lo < len(rs); {
		hi := runEnd(rs, lo, func(c rune) bool { return c >= 'a' && c <= 'z' || c == ' ' })
		if hi == lo {
			out, lo = append(out, rs[lo]), lo+1
			continue
		}
		words, odd := spellRun(string(rs[lo:hi]))
		out, rest, lo = append(out, []rune(words)...), rest || odd, hi
	}
	return out, rest
}

// spellRun is spellOut for a run of letters and blanks.
func spellRun(run string) (out string, odd bool) {
	joined := strings.ReplaceAll(run, " ", "")
	if !strings.Contains(joined, "qian") && !strings.Contains(joined, "daka") || strings.HasPrefix(joined, "buqian") {
		return run, false
	}
	var b strings.Builder
	fields := strings.Fields(run)
	for i := 0; i < len(fields); {
		said, n := spellFields(fields[i:])
		if n == 0 {
			b.WriteString(" " + fields[i] + " ")
			given := i > 0 && spelledName(fields[i-1]) && len(fields[i]) < len("xiaohong") // zhang san
			odd, i = odd || !given && !spelledName(fields[i]), i+1
			continue
		}
		b.WriteString(said)
		i += n
	}
	return keepEnds(run, b.String()), odd
}

// keepEnds gives s the blanks at the ends of run.
func keepEnds(run, s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(run, " ") {
		s = " " + s
	}
	if strings.HasSuffix(run, " ") {
		s += " "
	}
	return s
}

// spellFields spells as many of fields as make words without a rest, the longest words
// first, and returns how many it took: 0 if the first cannot be spelled.
func spellFields(fields []string) (out string, n int) {
	for n = min(len(fields), 6); n > 0; n-- {
		if said, ok := spellWhole(strings.Join(fields[:n], "")); ok {
			return said, n
		}
	}
	return "", 0
}

// spellWhole spells s to its end.
func spellWhole(s string) (string, bool) { return spellFrom(s, make([]bool, len(s))) }

// spellFrom is spellWhole for what is left of a word; dead has the lengths that were
// found to lead nowhere, lest xiexiexie…z be tried in all its ways.
func spellFrom(s string, dead []bool) (string, bool) {
	if s == "" {
		return "", true
	}
	if dead[len(s)-1] {
		return "", false
	}
	for n := min(len(s), maxSpelled); n > 0; n-- {
		if w := spelled()[s[:n]]; w != "" {
			if rest, ok := spellFrom(s[n:], dead); ok {
				return w + rest, true
			}
		}
	}
	dead[len(s)-1] = true
	return "", false
}

// spelledSurnames are the commonest surnames, spelled.
const spelledSurnames = "li wang zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv su lu jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei yin chang qiao lai gong wen niu pei qu ning chai"

// spelledName reports that a word in letters may be a person: zhangsan, wang fang.
func spelledName(s string) bool {
	if len(s) > 12 {
		return false
	}
	for name := range strings.FieldsSeq(spelledSurnames) {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	return false
}

package chat

import (
	"slices"
	"strings"
)

// This file has complaints that say 签到 as a check-in would: it is what stands
// beside it that gives them away.

// workLeft reports 签到签到，活儿还干不干了: asks, of nobody, whether anything else is
// to be done; or claps, 真是好棒棒呢. 还签不签了 and 下午的会还开不开了 ask in earnest.
func (r *reply) workLeft() bool {
	return r.has(cCheck|cSign|cPunch|cCheckNoun) && slices.ContainsFunc(r.clauses, func(c clause) bool {
		said := runText(c.toks)
		_, rest, ok := strings.Cut(said, "还")
		verb := []rune(rest)
		return hasWord(said, "有完没完 没完没了 好棒棒") ||
			ok && len(verb) >= 3 && verb[1] == '不' && verb[2] == verb[0] && strings.ContainsRune("干过活吃睡让教种挣做", verb[0]) && !strings.Contains(rest, "签")
	})
}

// occasions are what 签到 is made into by who is tired of it.
const occasions = "大会 大赛 大戏 大业 盛会 盛典 马拉松 节目 专场 狂欢 仪式 时间 时刻 环节 季 节 日"

// onceMore reports 又到签到大会了, 又多了一个群要打卡: nothing but that it is that
// again. Who then checks in by himself (又到签到时间了，张三签到) does.
func (r *reply) onceMore() bool {
	again := 0
	for _, c := range r.clauses {
		if !anyOf(c.toks, cCheck|cPunch|cCheckNoun|cSign) {
			continue
		}
		said := strings.TrimRight(runText(c.toks), "了啦咯喽呀啊哈")
		_, rest, ok := strings.Cut(said, "又")
		if !ok || !startsWith(rest, "多", "添", "加", "是", "到", "来", "逢", "值", "该", "双", "叒") || anyOf(c.toks, cI|cName|cUnit) {
			return false
		}
		more := startsWith(rest, "多了", "添了", "加了") && hasWord(rest, "要签 要打 得签 得打 签到 打卡")
		called := slices.ContainsFunc(strings.Fields(occasions), func(o string) bool {
			return hasWord(rest, "签到"+o+" 打卡"+o) && strings.HasSuffix(rest, o)
		})
		if !more && !called {
			return false
		}
		again++
	}
	return again > 0
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
	"fanzha/bot/push"
)

// clueRunes is how much is shown of a clue that is only known by its message.
const clueRunes = 40

// clueKinds are the kinds of clues in the order in which they are told.
func clueKinds() []struct{ kind, word string } {
	return []struct{ kind, word string }{{"phone", "号码"}, {"url", "网址"}, {"app", "APP"}, {"account", "账号"}, {"message", "信息"}, {"", "其他"}}
}

func clueWord(kind string) string {
	for _, k := range clueKinds() {
		if k.kind == kind {
			return k.word
		}
	}
	return "其他"
}

// Clues is the answer to “本月收到多少涉诈网址线索”: by kind and by unit, with the
// newest ones, written so that nobody can click them.
func Clues(s *book.State, units []bot.UnitID, tag string, sp Span, kind string) Answer {
	var found []*filing.Filing
	waiting := 0
	for _, f := range sp.filings(s) {
		u := s.Directory.Unit(f.Unit)
		if f.Form != bot.FilesClue || kind != "" && f.Facts.Clue != kind || len(units) > 0 && !slices.Contains(units, f.Unit) || tag != "" && !slices.Contains(u.Tags, tag) {
			continue
		}
		switch {
		case f.Waiting():
			waiting++
		case f.Standing == bot.Stands:
			found = append(found, f)
		}
	}
	what := "线索"
	if kind != "" {
		what = "涉诈" + clueWord(kind) + "线索"
	}
	a := Answer{Head: []string{bold("%s%s%s：%d 条", strings.TrimPrefix(shorts(s, units)+tag+" ", " "), sp.Chinese(), what, len(found))}}
	if waiting > 0 {
		a.Head = append(a.Head, fmt.Sprintf("另有 %d 条待确认", waiting))
	}
	if len(found) == 0 {
		return a
	}
	byKind, byUnit := make(map[string]int), make(map[bot.UnitID]int)
	for _, f := range found {
		byKind[clueWord(f.Facts.Clue)]++
		byUnit[f.Unit]++
	}
	if kind == "" {
		a.Head = append(a.Head, "按种类："+tallied(clueKinds(), func(k struct{ kind, word string }) (string, int) { return k.word, byKind[k.word] }))
	}
	if len(units) != 1 {
		a.Head = append(a.Head, "按单位："+tallied(s.Directory.Units(), func(u bot.Unit) (string, int) { return u.Short, byUnit[u.ID] }))
	}
	a.Table = &Sheet{Name: strings.TrimPrefix(shorts(s, units)+tag+"-"+sp.file()+"-线索", "-"), Head: []string{"单位", "时间", "种类", "内容", "上报编号"}}
	for _, f := range slices.Backward(found) {
		value := f.Private.Value
		if value == "" {
			value = push.Fit(f.Private.Text, clueRunes)
		}
		if value == "" {
			value = "内容已按期限删除"
		}
		short := s.Directory.Unit(f.Unit).Short
		a.List = append(a.List, fmt.Sprintf("%s %s %s：%s", f.At.In(bot.Zone).Format("01-02"), short, clueWord(f.Facts.Clue), value))
		a.Table.Rows = append(a.Table.Rows, []string{short, clock(f.At), clueWord(f.Facts.Clue), value, f.No()})
	}
	a.Tail = []string{"号码、网址已作失效处理；核查处置以公安为准。"}
	return a
}

// tallied joins what is not zero: 号码 2，网址 1.
func tallied[T any](list []T, of func(T) (string, int)) string {
	var out []string
	for _, x := range list {
		if name, n := of(x); n > 0 {
			out = append(out, fmt.Sprintf("%s %d", name, n))
		}
	}
	return strings.Join(out, "，")
}

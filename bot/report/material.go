package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
)

// summaryRunes is how long a summary of an activity is to be at least (小结
// 100–200字).
const summaryRunes = 100

// kept are the things that the bot does not keep, so that nobody can say whether
// they were handed in.
func kept(kind string) bool { return kind != "照片" && kind != "签到表" && kind != "视频" }

const notKept = "照片、签到表原件助手暂不保存，交没交请向单位核对；这里只看上报的内容。"

// gaps says what an activity as filed lacks of what is to be kept of one; kind is
// what is asked about, "" or 材料 for all.
func gaps(f *filing.Filing, kind string) (out []string) {
	all := kind != "小结" && kind != "人数"
	lack := func(name string, missing bool) {
		if missing && (all || kind == name) {
			out = append(out, name)
		}
	}
	lack("日期", f.Facts.On == "")
	lack("形式", f.Facts.Act == "")
	lack("地点", f.Private.Place == "")
	lack("人数", f.Facts.Audience == nil && f.Facts.Actual == nil && f.Facts.Sent == nil)
	lack("组织或参与", f.Facts.Role == "")
	lack("小结", utf8.RuneCountInString(f.Private.Text) < summaryRunes)
	return out
}

// EvidenceGap is the answer to “缺签到表的单位” and “教科局照片交了没”: what the
// filed activities lack.
func EvidenceGap(s *book.State, q ActivityQuery, kind string) Answer {
	found, _ := q.find(s)
	a := Answer{}
	filed := make(map[bot.UnitID]bool)
	lacking := make(map[bot.UnitID]bool)
	for _, x := range found {
		filed[x.Unit] = true
		if miss := gaps(x.Filing, kind); len(miss) > 0 {
			lacking[x.Unit] = true
			a.List = append(a.List, fmt.Sprintf("%s %s %s（%s号）缺：%s",
				s.Directory.Unit(x.Unit).Short, monthDay(x.Facts.On), x.Facts.Act, x.No(), strings.Join(miss, "、")))
		}
	}
	who := strings.TrimSpace(shorts(s, q.Units) + q.Tag + " " + q.Span.Chinese())
	switch {
	case len(found) == 0:
		a.Head = []string{who + "：还没有登记活动，谈不上材料"}
	case !kept(kind):
		a.Head = []string{fmt.Sprintf("%s：%s交没交，助手看不到", who, kind)}
	case len(a.List) == 0:
		a.Head = []string{fmt.Sprintf("%s：登记的 %d 件活动要素都齐", who, len(found))}
	default:
		what := kind
		if what == "" {
			what = "材料"
		}
		a.Head = []string{bold("%s 缺%s：%d 个单位，%d 件活动", who, what, len(lacking), len(a.List))}
	}
	if kind == "小结" || kind == "" || kind == "材料" {
		a.Tail = append(a.Tail, fmt.Sprintf("小结按上报文字算，不足 %d 字算缺。", summaryRunes))
	}
	if kind != "小结" && kind != "人数" {
		a.Tail = append(a.Tail, notKept)
	}
	if len(q.Units) == 0 && len(found) > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("登记了活动的单位 %d 个；没登记的发：谁没搞活动", len(filed)))
	}
	return a
}

// EvidenceList is the answer to “法院本月活动材料”: what is there.
func EvidenceList(s *book.State, q ActivityQuery, kind string) Answer {
	count := make(map[bot.FilingForm]int)
	covers := func(u bot.UnitID) bool {
		unit := s.Directory.Unit(u)
		return (len(q.Units) == 0 || slices.Contains(q.Units, u)) && (q.Tag == "" || slices.Contains(unit.Tags, q.Tag))
	}
	for _, f := range q.Span.filings(s) {
		if covers(f.Unit) && f.Standing == bot.Stands && f.Form != bot.FilesActivity {
			count[f.Form]++
		}
	}
	checkIns := 0
	for _, t := range tallies(s, q.Span, q.Units...) {
		if covers(t.Unit.ID) {
			checkIns += t.CheckIns
		}
	}
	found, _ := q.find(s)
	a := Answer{}
	for _, x := range found {
		has := "要素齐"
		if miss := gaps(x.Filing, ""); len(miss) > 0 {
			has = "缺" + strings.Join(miss, "、")
		}
		a.List = append(a.List, activityLine(s, x.Filing, len(q.Units) == 1)+"，"+has)
	}
	who := strings.TrimSpace(shorts(s, q.Units) + q.Tag + " " + q.Span.Chinese())
	a.Head = []string{fmt.Sprintf("**%s材料**：活动上报 %d 件，签到记录 %d 条", who, len(found), checkIns)}
	if !kept(kind) {
		a.Head = append([]string{fmt.Sprintf("%s：助手没有保存%s", who, kind)}, a.Head...)
	}
	for _, form := range []bot.FilingForm{bot.FilesHeadcount, bot.FilesProxy, bot.FilesList, bot.FilesPaste, bot.FilesZeroCase} {
		if n := count[form]; n > 0 {
			a.Head = append(a.Head, fmt.Sprintf("%s上报：%d 件", form.Chinese(), n))
		}
	}
	a.Tail = []string{notKept, "逐条核对以证据包为准。"}
	return a
}

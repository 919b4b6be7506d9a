package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/push"
	"fanzha/bot/search"
)

// PushQuery asks for pushes; its zero value for all.
type PushQuery struct {
	Span  *Span // nil for any time
	Units []bot.UnitID
	Tag   string
	// Keyword is what the alert speaks of, Wording as it was written.
	Keyword, Wording string
	Last             int // only so many, the newest; 0 for all
}

// find returns the pushes that are asked about, newest first.
func (q PushQuery) find(s *book.State) (out []*push.Push) {
	about := topicIDs(s, search.Push, q.Keyword, q.Wording)
	for _, p := range slices.Backward(s.Outbox.Pushes()) {
		if q.Span != nil && !q.Span.has(p.DueAt) || q.Keyword+q.Wording != "" && !about[string(p.ID)] {
			continue
		}
		if !q.reaches(s, p) {
			continue
		}
		if out = append(out, p); len(out) == q.Last {
			break
		}
	}
	return out
}

// reaches reports whether p went, or is to go, to a unit that is asked about.
func (q PushQuery) reaches(s *book.State, p *push.Push) bool {
	if len(q.Units) == 0 && q.Tag == "" || len(p.Deliveries) > 0 {
		return len(p.Deliveries) == 0 || len(q.to(s, p)) > 0
	}
	return slices.ContainsFunc(s.Directory.Units(), func(u bot.Unit) bool {
		return (len(q.Units) == 0 || slices.Contains(q.Units, u.ID)) && (q.Tag == "" || slices.Contains(u.Tags, q.Tag)) && u.HasAnyTag(p.Content.Audience)
	})
}

// to returns the deliveries of p to the units that are asked about.
func (q PushQuery) to(s *book.State, p *push.Push) []*push.Delivery {
	if len(q.Units) == 0 && q.Tag == "" {
		return p.Deliveries
	}
	return slices.DeleteFunc(slices.Clone(p.Deliveries), func(d *push.Delivery) bool {
		return len(q.Units) > 0 && !slices.Contains(q.Units, d.Unit) || q.Tag != "" && !slices.Contains(s.Directory.Unit(d.Unit).Tags, q.Tag)
	})
}

func (q PushQuery) subject(s *book.State) string {
	words := shorts(s, q.Units) + q.Tag
	if q.Span != nil {
		words = strings.TrimSpace(words + " " + q.Span.Chinese())
	}
	if q.Wording == "" {
		q.Wording = q.Keyword
	}
	if q.Wording != "" {
		words += "提到“" + q.Wording + "”的"
	}
	return words
}

// List is the answer to “最近推了哪些” and “刷单推过没”.
func (q PushQuery) List(s *book.State) Answer {
	found := q.find(s)
	if len(found) == 0 {
		return Say(q.subject(s) + "推送：没有推过。")
	}
	head := fmt.Sprintf("%s推送：%d 条", q.subject(s), len(found))
	if q.Last > 0 && q.Span == nil && q.Keyword == "" {
		head = fmt.Sprintf("%s最近推送（%d 条）", q.subject(s), len(found))
	}
	a := Answer{Head: []string{"**" + head + "**"}}
	for _, p := range found {
		a.List = append(a.List, pushLine(p, q.to(s, p)))
	}
	return a
}

// Status is the answer to “推送状态” and “昨天那条推送都收到了吗”: the sums, and where
// they did not arrive.
func (q PushQuery) Status(s *book.State) Answer {
	found := q.find(s)
	if len(found) == 0 {
		if q.Span != nil {
			return q.none(s)
		}
		return Say("还没有推送过。")
	}
	due, sent := 0, 0
	a := Answer{}
	for _, p := range found {
		var missed []string
		for _, d := range q.to(s, p) {
			if d.State == push.Dropped {
				continue
			}
			due++
			if d.State.Arrived() {
				sent++
				continue
			}
			missed = append(missed, fmt.Sprintf("%s（%s）", s.Directory.Unit(d.Unit).Short, stateWord(d)))
		}
		a.List = append(a.List, pushLine(p, q.to(s, p)))
		if len(missed) > 0 {
			a.List = append(a.List, "没送到："+strings.Join(missed, "、"))
		}
	}
	word := "都送到了"
	switch {
	case due == 0:
		word = "还没有发到任何群"
	case sent < due:
		word = fmt.Sprintf("应达 %d，已送达 %d", due, sent)
	default:
		word = fmt.Sprintf("%s（%d 个群次）", word, due)
	}
	head := q.subject(s)
	if q.Span == nil {
		head = "最近推送"
		if who := q.subject(s); who != "" {
			head = who + "最近推送"
		}
	}
	a.Head = []string{bold("%s %d 条", head, len(found)) + "：" + word}
	if refused := q.summaries(s, found); refused != "" {
		a.Tail = append(a.Tail, refused)
	}
	if unknown := Unknown(s); unknown != "" && len(q.Units) == 0 && q.Tag == "" {
		a.Tail = append(a.Tail, unknown)
	}
	return a
}

// summaries says why sessions of the pushes that were found closed without a
// summary in their groups; "" if all have one.
func (q PushQuery) summaries(s *book.State, found []*push.Push) string {
	asked := make(map[bot.SessionID]bool)
	for _, p := range found {
		for _, d := range q.to(s, p) {
			asked[d.Session] = true
		}
	}
	why := make(map[string]int)
	for _, d := range s.Outbox.Deliveries() {
		if d.Purpose == bot.ForSummary && d.State == push.Rejected && asked[d.Session] {
			why[d.Reason]++
		}
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(why)) {
		parts = append(parts, fmt.Sprintf("%s，%d 个", reason, why[reason]))
	}
	if len(parts) == 0 {
		return ""
	}
	return "没发到群里的签到小结：" + strings.Join(parts, "；") + "。人数照样可查，存证点在当月的证据包里。"
}

// none says that nothing was pushed in the time that is asked about, and what was
// the last time before.
func (q PushQuery) none(s *book.State) Answer {
	a := Say(q.subject(s) + q.Span.weekday() + "没有推送。")
	q.Span, q.Last = nil, 1
	for _, p := range q.find(s) {
		a.Head = append(a.Head, "最近一次："+pushLine(p, q.to(s, p)))
	}
	return a
}

// Schedule is the answer to “下次推送什么时候”: what has its time, and what waits
// for one. month, if not zero, is the month that is asked about.
func Schedule(s *book.State, now time.Time, sp *Span) Answer {
	var planned []*push.Push
	for _, p := range s.Outbox.Pushes() {
		if p.DueAt.After(now) && len(p.Deliveries) == 0 && p.Alert.State != bot.Withdrawn && (sp == nil || sp.has(p.DueAt)) {
			planned = append(planned, p)
		}
	}
	slices.SortStableFunc(planned, func(a, b *push.Push) int { return a.DueAt.Compare(b.DueAt) })
	a := Answer{}
	if len(planned) > 1 || sp != nil {
		for _, p := range planned {
			a.List = append(a.List, fmt.Sprintf("%s《%s》", moment(p.DueAt), p.Content.Topic))
		}
	}
	var ready, coming []string
	for _, x := range s.Outbox.Alerts() {
		name := fmt.Sprintf("%s《%s》", x.ID, x.Content.Topic)
		switch x.State {
		case bot.Approved:
			ready = append(ready, name)
		case bot.Drafted, bot.Verified:
			coming = append(coming, name+x.State.Chinese())
		}
	}
	when := ""
	if sp != nil {
		when = sp.Chinese()
	}
	switch {
	case len(planned) > 0:
		a.Head = []string{fmt.Sprintf("下次推送：%s《%s》", moment(planned[0].DueAt), planned[0].Content.Topic)}
		if sp != nil {
			a.Head = []string{fmt.Sprintf("%s已定 %d 条推送", when, len(planned))}
		}
	case len(ready) > 0:
		a.Head = []string{when + "没有定好钟点的推送；已审批的到下一个固定推送时间发出"}
	default:
		a.Head = []string{when + "没有定好的推送，也没有已审批待推送的预警"}
	}
	if len(ready) > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("已审批待推送（%d）：%s", len(ready), strings.Join(ready, "、")))
	}
	if len(coming) > 0 {
		a.Tail = append(a.Tail, fmt.Sprintf("还在办（%d）：%s", len(coming), strings.Join(coming, "、")))
	}
	return a
}

func moment(t time.Time) string { return t.In(bot.Zone).Format("1月2日 15:04") }

func pushLine(p *push.Push, to []*push.Delivery) string {
	head := fmt.Sprintf("%s《%s》", p.DueAt.In(bot.Zone).Format("01-02 15:04"), p.Content.Topic)
	if len(to) == 0 {
		if p.Alert.State == bot.Withdrawn {
			return head + "已撤回，没有发出"
		}
		return head + "还没有发到任何群"
	}
	count := make(map[push.State]int)
	for _, d := range to {
		count[d.State]++
	}
	parts := []string{fmt.Sprintf("应达 %d", len(to))}
	for _, st := range push.States() {
		if n := count[st]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", st.Chinese(), n))
		}
	}
	return head + strings.Join(parts, "，") + doors(to)
}

// Unknown lists the deliveries whose fate a person must settle; "" if none.
func Unknown(s *book.State) string {
	unknown := s.Outbox.Pending(push.Unknown)
	if len(unknown) == 0 {
		return ""
	}
	lines := []string{fmt.Sprintf("**去向不明的送达（%d）**：请到群里看一眼，见到回复“已见 编号”，没见到回复“未见 编号”（会再发一次）", len(unknown))}
	for _, d := range unknown {
		what := "签到小结"
		switch {
		case d.Push != nil:
			what = "《" + d.Push.Content.Topic + "》"
		case d.Purpose == bot.ForNotice:
			what = "私信"
		case d.Purpose == bot.ForCorrection:
			what = "更正说明"
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s，%s", d.ID, s.Directory.Unit(d.Unit).Short, what, d.IntendedAt.In(bot.Zone).Format("01-02 15:04"), d.Reason))
	}
	return list(lines)
}

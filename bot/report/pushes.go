package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/push"
)

// PushStatus is the answer to “推送状态”: the last pushes and how they stand.
func PushStatus(s *book.State, last int) string {
	pushes := s.Outbox.Pushes()
	if len(pushes) == 0 {
		return "还没有推送过。"
	}
	if len(pushes) > last {
		pushes = pushes[len(pushes)-last:]
	}
	lines := []string{"**最近推送**"}
	for _, p := range slices.Backward(pushes) {
		lines = append(lines, pushLine(p))
	}
	if unknown := Unknown(s); unknown != "" {
		lines = append(lines, "", unknown)
	}
	return strings.Join(lines, "\n")
}

func pushLine(p *push.Push) string {
	head := fmt.Sprintf("%s《%s》", p.DueAt.In(bot.Zone).Format("01-02 15:04"), p.Content.Topic)
	if len(p.Deliveries) == 0 {
		if p.Alert.State == bot.Withdrawn {
			return head + "已撤回，没有发出"
		}
		return head + "还没有发到任何群"
	}
	count := make(map[push.State]int)
	for _, d := range p.Deliveries {
		count[d.State]++
	}
	parts := []string{fmt.Sprintf("应达 %d", len(p.Deliveries))}
	for _, st := range []push.State{push.Sent, push.Planned, push.InFlight, push.Retry, push.Unknown, push.Rejected, push.Dropped} {
		if n := count[st]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", st.Chinese(), n))
		}
	}
	return head + strings.Join(parts, "，")
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
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s，%s", d.ID, s.Directory.Unit(d.Unit).Short, what, d.IntendedAt.In(bot.Zone).Format("01-02 15:04"), d.Reason))
	}
	return list(lines)
}

// Search is the answer to a keyword: the pushed alerts that mention it, by its
// common name or as it was written.
func Search(s *book.State, keyword, wording string) string {
	if wording == "" {
		wording = keyword
	}
	var lines []string
	for _, p := range slices.Backward(s.Outbox.Pushes()) {
		c := p.Content
		text := strings.Join([]string{c.Topic, c.Technique, c.Countermeasures, c.Category, strings.Join(c.Audience, " ")}, "\n")
		if strings.Contains(text, keyword) || strings.Contains(text, wording) {
			lines = append(lines, pushLine(p))
		}
	}
	if len(lines) == 0 {
		return fmt.Sprintf("没有推送过提到“%s”的内容。", wording)
	}
	return fmt.Sprintf("**提到“%s”的推送（%d）**\n%s", wording, len(lines), list(lines))
}

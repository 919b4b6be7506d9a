package evidence

import (
	"strconv"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// This file makes the tables of what people stated about more than their own
// presence. They name nobody: who said it, and who decided on it, stands there by
// his number.

// filings lists the filings for month m, and those that led to a check-in or
// leave at one of its sessions, whatever became of them.
func filings(s *book.State, entries []ledger.Entry, m bot.Month, back back) []byte {
	head := []string{
		"上报编号", "台账条目", "上报时间", "单位", "类别", "场次", "应到", "实到", "请假", "涉及人数", "活动日期", "活动形式", "组织或参与",
		"受众人数", "发放资料", "群发条数", "次数", "线索类别", "更正事项", "上报人", "状态", "办结人", "办结时间", "替代", "原文摘要",
	}
	show := make(map[bot.FilingID]bool)
	for _, f := range report.Filings(s, m) {
		show[f.Filing] = true
	}
	for _, e := range entries {
		switch p := e.Payload.(type) {
		case *bot.CheckedIn:
			show[p.Filing] = show[p.Filing] || inMonth(s, p.Session, m)
		case *bot.Excused:
			show[p.Filing] = show[p.Filing] || inMonth(s, p.Session, m)
		}
	}
	var rows [][]string
	for _, f := range s.Filings.All() {
		if !show[f.Filing] {
			continue
		}
		by, at := who(f.SettledBy, f.SettledByOperator), f.SettledAt
		if e, ok := back.filings[f.Filing]; ok {
			void := e.Payload.(*bot.FilingVoided)
			by, at = who(void.By, void.Operator), e.At
		}
		x := f.Facts
		rows = append(rows, []string{
			string(f.Filing), strconv.FormatInt(f.Seq, 10), clock(f.At), s.Directory.Unit(f.Unit).Short, f.Form.Chinese(), string(f.Session),
			number(x.Expected), number(x.Actual), number(x.Leave), positive(f.Names), x.On, x.Act, x.Role,
			number(x.Audience), number(x.Leaflets), number(x.Sent), number(x.Times), x.Clue, x.Op,
			who(f.By, f.Operator), f.Standing.Chinese(), by, clock(at), string(f.Replaces), f.Digest,
		})
	}
	return report.CSV(head, rows)
}

// leave lists the leave from the sessions of month m, also what was taken back.
func leave(s *book.State, entries []ledger.Entry, m bot.Month, back back) []byte {
	head := []string{"台账条目", "时间", "单位", "场次", "主题", "姓名", "成员编号", "类别", "依据", "状态"}
	came := make(map[bot.SessionID]map[bot.MemberID]bool)
	for _, sess := range s.Attendance.In(m) {
		at := make(map[bot.MemberID]bool)
		for _, c := range sess.Distinct(s.Directory.Same) {
			at[c.Member] = true
		}
		came[sess.ID] = at
	}
	var rows [][]string
	for _, e := range entries {
		p, ok := e.Payload.(*bot.Excused)
		if !ok || !inMonth(s, p.Session, m) {
			continue
		}
		state := back.of(e.Seq, p.Filing)
		switch {
		case state != "":
		case came[p.Session][s.Directory.Same(p.Member)]:
			state = "已签到，不计请假"
		default:
			state = "有效"
		}
		rows = append(rows, []string{
			strconv.FormatInt(e.Seq, 10), clock(e.At), s.Directory.Unit(p.Unit).Short, string(p.Session), s.Attendance.Session(p.Session).Title,
			nameOf(s, p.Private.Name, p.Member), string(p.Member), p.Reason, string(p.Filing), state,
		})
	}
	return report.CSV(head, rows)
}

// activities lists what units filed as public education activities for month m.
func activities(s *book.State, m bot.Month) []byte {
	head := []string{
		"上报编号", "单位", "活动名称", "形式", "组织或参与", "时间", "地点", "应到", "实到", "请假", "受众人数", "发放资料份数", "次数",
		"填报人", "审核人", "填报时间", "是否计入",
	}
	var rows [][]string
	for _, a := range report.Activities(s, m) {
		counts := "是"
		if a.Why != "" {
			counts = "否：" + a.Why
		}
		x := a.Facts
		rows = append(rows, []string{
			string(a.Filing.Filing), s.Directory.Unit(a.Unit).Short, a.Private.Title, x.Act, x.Role, x.On, a.Private.Place,
			number(x.Expected), number(x.Actual), number(x.Leave), number(x.Audience), number(x.Leaflets), number(x.Times),
			who(a.By, a.Operator), who(a.SettledBy, a.SettledByOperator), clock(a.At), counts,
		})
	}
	return report.CSV(head, rows)
}

func inMonth(s *book.State, id bot.SessionID, m bot.Month) bool {
	sess := s.Attendance.Session(id)
	return sess != nil && sess.Month == m
}

// who names who did something by his number.
func who(m bot.MemberID, o bot.OperatorID) string {
	if o != "" {
		return "操作员 " + string(o)
	}
	return string(m)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(bot.Zone).Format("2006-01-02 15:04:05")
}

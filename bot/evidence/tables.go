package evidence

import (
	"strconv"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// tables makes the readme and every table of the month from the given entries.
// It is the one way in which Write and Verify make them.
func tables(entries []ledger.Entry, man manifest, size int64, key string) map[string][]byte {
	s, m := replay(entries), man.month
	t := report.Month(s, m)
	back := takenBack(entries)
	return map[string][]byte{
		fileReadme:     []byte(readme(t.County, man, size, key, append(t.Remarks(), t.Legend()...))),
		fileUnits:      t.CSV(),
		fileCheckIns:   checkIns(s, entries, m, back),
		fileDeliveries: report.Deliveries(s, m),
		fileGroups:     report.Groups(s),
		fileFilings:    filings(s, entries, m, back),
		fileLeave:      leave(s, entries, m, back),
		fileActivities: activities(s, m),
	}
}

func replay(entries []ledger.Entry) *book.State {
	s := book.NewState()
	for _, e := range entries {
		s.Apply(e)
	}
	return s
}

// A back says what was taken back, by which entry.
type back struct {
	checkIns map[int64]string // entry of the check-in → why
	filings  map[bot.FilingID]ledger.Entry
}

func takenBack(entries []ledger.Entry) back {
	b := back{make(map[int64]string), make(map[bot.FilingID]ledger.Entry)}
	for _, e := range entries {
		switch p := e.Payload.(type) {
		case *bot.Corrected:
			b.checkIns[p.Seq] = p.Reason
		case *bot.FilingVoided:
			b.filings[p.Filing] = e
		}
	}
	return b
}

// of returns why what entry seq says, which filing f led to, no longer counts;
// "" if it does. What was said anew after f was taken back has another f.
func (b back) of(seq int64, f bot.FilingID) string {
	if why, ok := b.checkIns[seq]; ok {
		return "作废：" + why
	}
	if e, ok := b.filings[f]; ok {
		return "作废：上报已更正（台账第 " + strconv.FormatInt(e.Seq, 10) + " 条）"
	}
	return ""
}

// checkIns lists every check-in at a session of month m, also those that were
// taken back. The name is the one at that moment, or else the one given later.
func checkIns(s *book.State, entries []ledger.Entry, m bot.Month, back back) []byte {
	head := []string{"回执", "台账条目", "时间", "单位", "场次", "主题", "姓名", "成员编号", "方式", "依据", "补签", "状态"}
	counted := counted(s, m)
	var rows [][]string
	for _, e := range entries {
		c, ok := e.Payload.(*bot.CheckedIn)
		if !ok || !inMonth(s, c.Session, m) {
			continue
		}
		late := ""
		if c.Late {
			late = "是"
		}
		state := back.of(e.Seq, c.Filing)
		switch {
		case state != "":
		case counted[e.Seq]:
			state = "有效"
		default:
			state = "同一人已另计，不重复计"
		}
		rows = append(rows, []string{
			string(e.Receipt()), strconv.FormatInt(e.Seq, 10), clock(e.At), s.Directory.Unit(c.Unit).Short, string(c.Session),
			s.Attendance.Session(c.Session).Title, nameOf(s, c.Private.Name, c.Member), string(c.Member), c.Via.Chinese(), string(c.Filing), late, state,
		})
	}
	return report.CSV(head, rows)
}

// counted returns the entries of the check-ins that count: of the month's
// sessions, one of each person.
func counted(s *book.State, m bot.Month) map[int64]bool {
	out := make(map[int64]bool)
	for _, sess := range s.Attendance.In(m) {
		for _, c := range sess.Distinct(s.Directory.Same) {
			out[c.Seq] = true
		}
	}
	return out
}

// nameOf returns the name that an entry gave, or else the one given later.
func nameOf(s *book.State, said string, m bot.MemberID) string {
	if member := s.Directory.MemberByID(m); said == "" && member != nil {
		return member.Name
	}
	return said
}

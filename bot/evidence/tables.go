package evidence

import (
	"strconv"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// tables makes every table of month m from the given entries, and the remarks.
// It is the one way in which Write and Verify make them.
func tables(entries []ledger.Entry, m bot.Month) (files map[string][]byte, county string, remarks []string) {
	s := book.NewState()
	for _, e := range entries {
		s.Apply(e)
	}
	t := report.Month(s, m)
	return map[string][]byte{
		fileUnits:      t.CSV(),
		fileCheckIns:   checkIns(s, entries, m),
		fileDeliveries: report.Deliveries(s, m),
		fileGroups:     report.Groups(s),
	}, t.County, t.Remarks()
}

// checkIns lists every check-in at a session of month m, also those that were
// taken back. The name is the one at that moment, or else the one given later.
func checkIns(s *book.State, entries []ledger.Entry, m bot.Month) []byte {
	void := make(map[int64]string)
	for _, e := range entries {
		if c, ok := e.Payload.(*bot.Corrected); ok {
			void[c.Seq] = c.Reason
		}
	}
	head := []string{"回执", "台账条目", "时间", "单位", "场次", "主题", "姓名", "成员编号", "方式", "补签", "状态"}
	var rows [][]string
	for _, e := range entries {
		c, ok := e.Payload.(*bot.CheckedIn)
		if !ok {
			continue
		}
		sess := s.Attendance.Session(c.Session)
		if sess == nil || !m.Contains(sess.OpenedAt) {
			continue
		}
		name := c.Private.Name
		if member := s.Directory.MemberByID(c.Member); name == "" && member != nil {
			name = member.Name
		}
		via, late, state := "点卡片", "", "有效"
		if c.Via == bot.ViaText {
			via = "发消息"
		}
		if c.Late {
			late = "是"
		}
		if reason, ok := void[e.Seq]; ok {
			state = "作废：" + reason
		}
		rows = append(rows, []string{
			string(e.Receipt()), strconv.FormatInt(e.Seq, 10), e.At.In(bot.Zone).Format("2006-01-02 15:04:05"),
			s.Directory.Unit(c.Unit).Short, string(c.Session), sess.Title, name, string(c.Member), via, late, state,
		})
	}
	return report.CSV(head, rows)
}

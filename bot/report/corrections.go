package report

import (
	"fmt"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
)

// Corrections is the answer to “更正记录”: check-ins that were taken back, and
// filings that were taken back or said anew. Both stay in the ledger.
func Corrections(s *book.State, u bot.UnitID, sp Span) Answer {
	a := Answer{}
	voided, changed := 0, 0
	for _, sess := range sp.sessions(s) {
		if sess.Voided == 0 || u != "" && sess.Unit != u {
			continue
		}
		voided += sess.Voided
		a.List = append(a.List, fmt.Sprintf("%s《%s》作废签到 %d 条", s.Directory.Unit(sess.Unit).Short, sess.Title, sess.Voided))
	}
	for _, f := range sp.filings(s) {
		if f.Standing != bot.Voided && f.Standing != bot.Replaced || u != "" && f.Unit != u {
			continue
		}
		changed++
		a.List = append(a.List, fmt.Sprintf("%s %s号%s：%s，台账第 %d 条", s.Directory.Unit(f.Unit).Short, f.No(), named1(f), f.Standing.Chinese(), f.Seq))
	}
	who := strings.TrimSpace(s.Directory.Unit(u).Short + " " + sp.Chinese())
	if voided+changed == 0 {
		return Say(who + "没有更正。")
	}
	a.Head = []string{bold("%s更正：作废签到 %d 条，上报 %d 件", who, voided, changed)}
	a.Tail = []string{"原记录都保留；逐条理由见证据包。"}
	return a
}

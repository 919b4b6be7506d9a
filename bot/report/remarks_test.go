package report

import (
	"strings"
	"testing"

	"fanzha/bot"
	"fanzha/bot/running"
)

// What weakens a month's figures stands under every table of that month.
func TestRemarks(t *testing.T) {
	whole := Table{Conduct: running.Conduct{
		SingleHanded: true, Weak: []string{"每秒落盘一次", "没有副本"},
		Restored: []running.Restored{{At: at(12, 9), StoreRestored: bot.StoreRestored{Held: 120, Found: 117}}},
	}, Corrections: 2}
	said := strings.Join(whole.Remarks(), "\n")
	for _, want := range []string{
		"只证明本人阅读了推送",
		"可能由一人起草并审批",
		"不足以保证已答复的记录不丢：每秒落盘一次；没有副本。",
		"11月12日 09:00 台账存储发生过回退，少了 3 条已答复的记录，已由程序原样补回。",
		"2 条签到被更正作废",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("remarks without %q:\n%s", want, said)
		}
	}
	if n := len((Table{}).Remarks()); n != 1 {
		t.Errorf("%d remarks where all is well, want one", n)
	}
}

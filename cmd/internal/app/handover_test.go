package app_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

var (
	codeWords  = regexp.MustCompile(`绑定码：([0-9A-Z]+)`)
	alertWords = regexp.MustCompile(`(?s)\*\*(A\d+)《.*版本号：([0-9a-f]{8})`)
)

// The platform hangs: it takes each message and answers none for four seconds. The
// process that leads is told to end, as for an upgrade. The other one leads before
// that answer, with what was under way listed as unknown; nothing is sent twice.
func TestAHangingPlatformDoesNotHoldTheCounty(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	f := newFleet(t, server.URL())
	first := f.start("one", f.wakeful("one"))
	first.says(t, "：主持")
	f.share("one", "two")
	second := f.start("two", f.wakeful("two"))
	second.says(t, "备用")
	id := f.approve("one")
	const hangs = 4 * time.Second
	f.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: push, After: hangs})
	f.office("one", demo.Approver, "推送 "+id)
	redistest.Eventually(t, "a card is out", func() bool { return len(f.cards()) > 0 })
	answered, out := time.Now().Add(hangs), len(f.cards())

	stopped := time.Now()
	first.stop()
	redistest.Eventually(t, "the other one leads", func() bool { return second.leads() == 1 })
	led := time.Since(stopped)
	if !time.Now().Before(answered) {
		t.Errorf("the other one leads %v after the stop: it has waited for an answer of the platform", led)
	}
	f.end("one")
	t.Logf("the other one leads after %v, the first one has ended after %v", led.Round(time.Millisecond), time.Since(stopped).Round(time.Millisecond))
	f.Platform.Faults().Clear()
	if list := f.office("two", demo.Approver, "未知送达"); strings.Count(list, "刷单返利") < out {
		t.Errorf("%d cards were out without an answer; listed as unknown: %s", out, list)
	}
	redistest.Eventually(t, "every group has its card", func() bool { return len(f.cards()) >= len(f.Units) })
	seen := make(map[string]bool)
	for _, chat := range f.cards() {
		if seen[chat] {
			t.Errorf("a card came twice to %s", chat)
		}
		seen[chat] = true
	}
}

// cards returns where cards have gone.
func (f *fleet) cards() (chats []string) {
	for _, d := range f.Platform.Deliveries() {
		if d.TaskID != "" {
			chats = append(chats, d.Chat)
		}
	}
	return chats
}

// office is an operator's word on the machine of the process id; it must be accepted.
func (f *fleet) office(id string, as bot.OperatorID, text string) string {
	f.Helper()
	answer, err := app.Dial(filepath.Join(f.dirs[id], "control.sock")).Tell(f.Context(), as, text)
	if err != nil {
		f.Fatalf("%s tells %s %q: %v", as, id, text, err)
	}
	return answer
}

// approve has every group bound and an alert for all of them approved.
func (f *fleet) approve(id string) (alert string) {
	f.Helper()
	for _, u := range f.Units {
		code := codeWords.FindStringSubmatch(f.office(id, demo.Approver, "绑定码 "+u.Short))[1]
		if _, err := f.Say(u.ID, f.People[u.ID][0], "绑定 "+code); err != nil {
			f.Fatal(err)
		}
		redistest.Eventually(f.T, u.Short+" is bound", func() bool { return len(f.Platform.Sent(f.Groups[u.ID])) > 0 })
	}
	found := alertWords.FindStringSubmatch(f.office(id, demo.Writer, "起草\n"+draft("刷单返利")))
	f.office(id, demo.Verifier, "核实 "+found[1]+" "+found[2])
	f.office(id, demo.Approver, "审批 "+found[1]+" "+found[2])
	return found[1]
}

// wakeful is the configuration of the process id, without quiet hours.
func (f *fleet) wakeful(id string) config.File {
	f.Helper()
	cfg := f.config(id)
	cfg.Push.QuietHours = config.QuietHours{From: "00:00", To: "00:00"}
	return cfg
}

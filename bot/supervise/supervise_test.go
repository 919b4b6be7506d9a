package supervise

import (
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

var (
	now      = time.Date(2026, 11, 23, 15, 0, 0, 0, bot.Zone)
	november = bot.Month{Year: 2026, Month: time.November}
	office   = Source{Operator: "ban"}
	police   = Source{Operator: "shi", Police: true}
	liaison  = Source{Member: "m1", Unit: "jiaoke", Person: "wang"}
)

// A ledger gives each entry its number, as a book does.
type ledger struct {
	*View
	t   *testing.T
	seq int64
}

func newLedger(t *testing.T) *ledger { return &ledger{View: New(), t: t} }

func (l *ledger) add(payloads ...bot.Payload) {
	for _, p := range payloads {
		l.seq++
		l.Apply(l.seq, now, p)
	}
}

// must applies what was decided and returns how much it was.
func (l *ledger) must(out []bot.Payload, err error) int {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
	l.add(out...)
	return len(out)
}

func refused(t *testing.T, rule string, out []bot.Payload, err error, want string) {
	t.Helper()
	text, ok := bot.RefusalText(err)
	if !ok || !strings.Contains(text, want) || out != nil {
		t.Errorf("%s: %v, %v, want a refusal with %q", rule, out, err, want)
	}
}

func TestWords(t *testing.T) {
	for _, word := range strings.Split(StepWords, "、") {
		if s, ok := ParseStep(word); !ok || StepWord(s) != word {
			t.Errorf("%s is read as %s, %t", word, s, ok)
		}
	}
	for _, word := range []string{"一票否决", "重点管理", ""} {
		if s, ok := ParseStep(word); ok {
			t.Errorf("%q is read as step %s", word, s)
		}
	}
	for _, s := range []bot.LetterState{bot.LetterReceived, bot.LetterDone} {
		if got, ok := ParseLetterState(LetterWord(s)); !ok || got != s {
			t.Errorf("%s is read as %s, %t", LetterWord(s), got, ok)
		}
	}
	if LetterWord("") != "未回" {
		t.Error("no word for no answer")
	}
	if s, ok := ParseLetterState("没收到"); ok {
		t.Errorf("没收到 is read as %s", s)
	}
}

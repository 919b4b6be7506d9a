package push

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// A countingSender is a fakeSender that is told what was spent.
type countingSender struct {
	*fakeSender
	told []string // chat and how long ago
}

func (s *countingSender) Spent(to bot.Chat, at time.Time, n int) {
	s.told = append(s.told, fmt.Sprint(to.Channel, " ", to.ID, " ", n, " ", time.Since(at)))
}

func TestAnEngineTellsTheChannelsWhatWasSpent(t *testing.T) {
	later := &bot.SendError{Outcome: bot.RetryLater, Reason: "未连接", After: 2 * time.Hour}
	braked := &bot.SendError{Outcome: bot.RetryLater, Code: 45009, After: 2 * time.Hour}
	for _, tt := range []struct {
		name   string
		answer error
		later  time.Duration // the next process starts
		want   string
	}{
		{"each part that was sent", nil, time.Minute, "aibot g0001 1 1m59s, aibot g0001 1 1m58s"},
		{"what is of unknown fate", &bot.SendError{Outcome: bot.Unknown}, time.Minute, "aibot g0001 1 1m59s"},
		{"what was refused", &bot.SendError{Outcome: bot.Rejected, Code: 93006}, time.Minute, "aibot g0001 1 1m59s"},
		{"what was braked", braked, time.Minute, "aibot g0001 1 1m59s"},
		{"nothing that never went out", later, time.Minute, ""},
		{"nothing that is over", nil, time.Hour, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			sender := &countingSender{fakeSender: r.sender}
			r.Channels["aibot"] = Channel{Sender: sender, AtOnce: 4}
			r.desk.office.pushed(longContent(), 1)
			r.sender.answer = func(int, call) error { return tt.answer }
			r.run(t, time.Minute)
			if sender.told != nil {
				t.Errorf("%s: at the first start it is told %q", tt.name, sender.told)
			}
			time.Sleep(tt.later)
			r.run(t, time.Second)
			if got := strings.Join(sender.told, ", "); got != tt.want {
				t.Errorf("%s: told %q, want %q", tt.name, got, tt.want)
			}
		})
	}
}

func TestWhatACrashLeftInFlightIsSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		sender := &countingSender{fakeSender: r.sender}
		r.Channels["aibot"] = Channel{Sender: sender, AtOnce: 4}
		p := r.desk.office.pushed(content(), 1)
		r.desk.office.must(r.desk.office.intend(p.Deliveries[0]))
		r.run(t, time.Second)
		if got := strings.Join(sender.told, ", "); got != "aibot g0001 1 0s" {
			t.Errorf("told %q", got)
		}
	})
}

func TestOnlyAnHourOfAttemptsIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 10)
		r.run(t, time.Minute)
		time.Sleep(time.Hour)
		r.desk.office.pushed(content(), 1)
		r.run(t, time.Minute)
		if n := len(r.desk.office.spent); n != 1 {
			t.Errorf("%d attempts are kept, want the last hour's", n)
		}
	})
}

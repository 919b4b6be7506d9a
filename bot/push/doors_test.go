package push

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestEngineFallsBackToTheNextDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		robot, errand := r.door(bot.ViaRobot), r.door(bot.ViaForward)
		robot.limits, errand.limits = &bot.Limits{MarkdownBytes: 4096}, &bot.Limits{ErrandBytes: 4096}
		r.sender.answer = func(int, call) error { return &bot.SendError{Outcome: bot.Rejected, Code: 93006, RouteDead: true} }
		robot.answer = func(_ int, c call) error {
			if c.chat == "g0002" {
				return &bot.SendError{Outcome: bot.Rejected, Code: 93000}
			}
			return nil
		}
		errand.answer = func(int, call) error { return &bot.SendError{Outcome: bot.Handed} }
		r.desk.office.pushed(content(), 3)
		r.run(t, time.Hour)
		if got := fmt.Sprint(len(r.sender.heard()), len(robot.heard()), len(errand.heard())); got != "3 3 1" || r.states() != "[sent handed sent]" {
			t.Errorf("%s messages by the doors, %s", got, r.states())
		}
		for _, d := range r.desk.office.Deliveries()[:1] {
			if d.Channel != bot.ViaRobot || d.Attempts != 2 {
				t.Errorf("evidence says %d attempts, the last by %s", d.Attempts, d.Channel)
			}
		}
		slices.Sort(r.desk.dead)
		if fmt.Sprint(r.desk.dead) != "[g0001 g0002 g0003]" {
			t.Errorf("closed %v, want the first door of each", r.desk.dead)
		}
	})
}

func TestEngineNeverDoublesAPartThatIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		robot := r.door(bot.ViaRobot)
		r.sender.answer = func(n int, _ call) error {
			if n == 0 {
				return nil
			}
			return &bot.SendError{Outcome: bot.Rejected}
		}
		r.desk.office.pushed(longContent(), 1)
		r.run(t, time.Hour)
		if len(robot.heard()) != 0 || r.states() != "[rejected]" {
			t.Errorf("%d messages by the next door, %s", len(robot.heard()), r.states())
		}
	})
}

func TestEngineLeavesAChannelThatIsDownForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Rules.FallbackAfter = 30 * time.Minute
		robot := r.door(bot.ViaRobot)
		r.Channels["aibot"] = Channel{Sender: r.sender, AtOnce: 4, Await: func(ctx context.Context) error {
			<-ctx.Done() // never connected
			return ctx.Err()
		}}
		r.desk.office.pushed(content(), 2)
		r.start(t)
		pass(30*time.Minute - 1)
		if len(robot.heard()) != 0 {
			t.Errorf("the next door was tried after %v", robot.heard()[0].at.Sub(noon))
		}
		pass(time.Minute)
		r.stop(t)
		if len(robot.heard()) != 2 || !robot.heard()[0].at.Equal(noon.Add(30*time.Minute)) || r.states() != "[sent sent]" {
			t.Errorf("calls %v, %s", robot.heard(), r.states())
		}
	})
}

func TestEngineRetriesAtItsDoorThenMovesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.Rules.FallbackAfter = 30 * time.Minute
		robot := r.door(bot.ViaRobot)
		r.sender.answer = func(int, call) error { return &bot.SendError{Outcome: bot.RetryLater, After: time.Minute} }
		r.desk.office.pushed(content(), 1)
		r.run(t, 2*time.Hour)
		last := r.sender.heard()[len(r.sender.heard())-1].at.Sub(noon)
		if len(robot.heard()) != 1 || last >= 30*time.Minute || r.states() != "[sent]" {
			t.Errorf("%d tries at the first door, the last after %v; %d at the next, %s", len(r.sender.heard()), last, len(robot.heard()), r.states())
		}
	})
}

func TestEngineStopsOneChannelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		robot := r.door(bot.ViaRobot)
		r.desk.shut["aibot g0004"] = true // has the webhook only
		var broken atomic.Bool
		broken.Store(true)
		r.sender.answer = func(int, call) error {
			if broken.Load() {
				return &bot.SendError{Outcome: bot.RetryLater, Code: 853000, Reason: "机器人编号或密钥不正确", After: 10 * time.Minute, ChannelDown: true}
			}
			return nil
		}
		r.desk.office.pushed(content(), 4)
		r.start(t)
		pass(5 * time.Minute)
		if got := r.Trouble(); len(got) != 1 || got["aibot"] == "" {
			t.Errorf("Trouble = %v", got)
		}
		if n := len(r.sender.heard()); n > 4 || len(robot.heard()) != 1 {
			t.Errorf("%d calls of the stopped channel, %d of the other", n, len(robot.heard()))
		}
		pass(20 * time.Minute)
		n := len(r.sender.heard())
		if n > 6 {
			t.Errorf("%d calls of a stopped channel in 25 minutes", n)
		}
		broken.Store(false)
		pass(time.Hour)
		r.stop(t)
		if len(r.desk.down) != 1 {
			t.Errorf("the office was told %v, want it once", r.desk.down)
		}
		if r.Trouble() != nil || r.states() != "[sent sent sent sent]" {
			t.Errorf("after the repair: trouble %v, %s", r.Trouble(), r.states())
		}
	})
}

func TestEngineStopsAtOnce(t *testing.T) {
	for _, c := range []struct {
		rule string
		do   func(*office)
		want string
	}{
		{"stopped", func(f *office) { f.apply(f.StopSending("", "ban")...) }, "[retry_later retry_later]"},
		{"withdrawn", func(f *office) { f.must(f.Withdraw("A0001", "有误", "ban", f.now, f.rules)) }, "[dropped dropped]"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.sender.budget = 40 * time.Second // the platform has nothing before
				r.desk.office.pushed(content(), 2)
				r.start(t)
				pass(20 * time.Second)
				r.do(c.do)
				pass(time.Hour)
				if len(r.sender.heard()) != 0 || r.states() != c.want {
					t.Errorf("%d messages, %s, want none", len(r.sender.heard()), r.states())
				}
				if c.rule == "stopped" {
					r.do(func(f *office) { f.must(f.ResumeSending("ban")) })
					pass(time.Hour)
					if r.states() != "[sent sent]" {
						t.Errorf("after it was resumed: %s", r.states())
					}
				}
				r.stop(t)
			})
		})
	}
}

func TestEngineStaysStoppedAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 2)
		r.desk.office.apply(r.desk.office.StopSending("", "ban")...)
		r.run(t, day24)
		if len(r.sender.heard()) != 0 {
			t.Errorf("%d messages, want none", len(r.sender.heard()))
		}
	})
}

func TestEngineListsALostAnswerWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.sender.takes = time.Hour // never answers
		r.desk.office.pushed(content(), 1)
		r.start(t)
		pass(time.Minute)
		if r.states() != "[unknown]" {
			t.Errorf("%s after a minute", r.states())
		}
		r.stop(t)
	})
}

func TestEngineLetsTheUrgentOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.limit(1, time.Second)
		r.sender.takes = 0
		r.desk.office.pushed(content(), 200)
		r.start(t)
		pass(10*time.Second + 1)
		r.do(func(f *office) {
			c := content()
			c.Urgent = true
			f.pushed(c, 200)
		})
		pass(30 * time.Second)
		r.stop(t)
		urgent := 0
		for _, d := range r.desk.office.Deliveries() {
			if d.Urgent && d.State == Sent {
				urgent++
			}
		}
		if urgent < 20 {
			t.Errorf("%d urgent ones in 30 seconds, want them before those that waited", urgent)
		}
	})
}

// A recallingSender can take messages back.
type recallingSender struct {
	*fakeSender
	gone []string
	err  error
}

func (s *recallingSender) SendRef(ctx context.Context, to bot.Chat, m bot.Message) (string, error) {
	err := s.Send(ctx, to, m)
	return fmt.Sprintf("ref%d", len(s.heard())), err
}

func (s *recallingSender) Recall(_ context.Context, ref string) error {
	s.gone = append(s.gone, ref)
	return s.err
}

func TestEngineTakesBackWhatIsWithdrawn(t *testing.T) {
	for _, c := range []struct {
		rule string
		err  error
		want string
		sent int
	}{
		{"in time", nil, "[recalled]", 2},
		{"too late", &bot.SendError{Outcome: bot.Rejected}, "[sent sent]", 3},
		{"nobody knows", errors.New("connection lost"), "[sent sent]", 3},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				s := &recallingSender{fakeSender: r.sender, err: c.err}
				r.Channels["aibot"] = Channel{Sender: s, AtOnce: 4}
				r.desk.office.pushed(longContent(), 1)
				r.start(t)
				pass(time.Minute)
				r.do(func(f *office) { f.must(f.Withdraw("A0001", "有误", "ban", f.now, f.rules)) })
				pass(time.Hour)
				r.stop(t)
				if r.states() != c.want || len(s.heard()) != c.sent || c.err == nil && fmt.Sprint(s.gone) != "[ref1 ref2]" {
					t.Errorf("%s, %d messages, recalled %v", r.states(), len(s.heard()), s.gone)
				}
			})
		})
	}
}

// pass lets time go on until everything waits again.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

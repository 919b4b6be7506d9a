package push

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

func TestEngineSendsEachOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 10)
		r.run(t, time.Hour)
		if len(r.sender.calls) != 10 || r.states() != "[sent sent sent sent sent sent sent sent sent sent]" {
			t.Errorf("%d messages, %s, want 10 sent", len(r.sender.calls), r.states())
		}
	})
}

func TestEngineSendsPartsInOrderOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(longContent(), 1)
		r.desk.office.pushed(content(), 1)
		r.run(t, time.Minute)
		var got []string
		for _, c := range r.sender.calls {
			got = append(got, c.what+c.id)
		}
		if fmt.Sprint(got) != "[文字 卡片S000001-2 卡片S000002-1]" {
			t.Errorf("messages = %v", got)
		}
	})
}

func TestEngineNeverResendsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(longContent(), 1)
		r.sender.answer = func(n int, _ call) error {
			if n == 1 {
				return errors.New("connection lost") // not a *bot.SendError: nobody knows
			}
			return nil
		}
		r.run(t, 30*day24)
		if len(r.sender.calls) != 2 || r.states() != "[unknown]" {
			t.Errorf("%d messages, %s, want the card's fate unknown and nothing after", len(r.sender.calls), r.states())
		}
	})
}

func TestEngineResendsWhatAPersonDidNotSee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 1)
		r.sender.answer = func(n int, _ call) error {
			if n == 0 {
				return &bot.SendError{Outcome: bot.Unknown}
			}
			return nil
		}
		r.start(t)
		time.Sleep(time.Hour)
		r.desk.change(func(f *office) { f.must(f.Resolve("D000001", false, "ban")) })
		r.wake <- struct{}{}
		time.Sleep(time.Minute)
		r.stop(t)
		if len(r.sender.calls) != 2 || r.states() != "[sent]" || r.sender.calls[0].id == r.sender.calls[1].id {
			t.Errorf("calls %v, %s, want a second card with an id of its own", r.sender.calls, r.states())
		}
	})
}

func TestEngineMarksWhatACrashLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		p := r.desk.office.pushed(content(), 2)
		r.desk.office.must(r.desk.office.intend(p.Deliveries[0]))
		r.run(t, day24)
		if len(r.sender.calls) != 1 || r.sender.calls[0].chat != "g0002" || r.states() != "[unknown sent]" {
			t.Errorf("calls %v, %s, want only the second sent", r.sender.calls, r.states())
		}
	})
}

func TestEngineWaitsBeforeItTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 1)
		r.sender.takes = 0
		r.sender.answer = func(n int, _ call) error {
			return []error{&bot.SendError{Outcome: bot.RetryLater}, &bot.SendError{Outcome: bot.RetryLater, After: time.Minute}, nil}[n]
		}
		r.run(t, time.Hour)
		var after []time.Duration
		for _, c := range r.sender.calls {
			after = append(after, c.at.Sub(noon))
		}
		if fmt.Sprint(after) != "[0s 5s 1m5s]" || r.states() != "[sent]" {
			t.Errorf("sent after %v, %s", after, r.states())
		}
	})
}

func TestEngineDisablesADeadGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.pushed(content(), 2)
		r.sender.answer = func(_ int, c call) error {
			return &bot.SendError{Outcome: bot.Rejected, Code: 93006, RouteDead: c.chat == "g0001"}
		}
		r.run(t, time.Minute)
		if fmt.Sprint(r.desk.dead) != "[g0001]" || r.states() != "[rejected rejected]" {
			t.Errorf("disabled %v, %s, want g0001 and both rejected", r.desk.dead, r.states())
		}
	})
}

// A refusal that somebody has to look into is told to the office and logged in the
// platform's own words, without whom it was for; every call is counted.
func TestEngineTellsOfRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var log bytes.Buffer
		r.Log = slog.New(slog.NewTextHandler(&log, nil))
		counted := make(map[string]int)
		r.Count = func(c bot.ChannelID, o bot.Outcome, code int) { counted[fmt.Sprint(c, " ", o, " ", code)]++ }
		r.desk.office.pushed(content(), 3)
		r.limit(1, 0)
		r.sender.answer = func(n int, c call) error {
			return []error{
				&bot.SendError{Outcome: bot.Rejected, Code: 77777, Hint: "请查明。", Err: errors.New("nonsense in " + c.chat)},
				&bot.SendError{Outcome: bot.Rejected, Code: 40058, Err: errors.New("too long")},
				nil,
			}[n]
		}
		r.run(t, time.Minute)
		if got := fmt.Sprint(r.desk.refused); got != "[D000001 77777 请查明。]" {
			t.Errorf("the office was told %s", got)
		}
		if got := log.String(); !strings.Contains(got, `code=77777 says="nonsense in <chat>"`) || strings.Contains(got, "too long") || strings.Contains(got, "g0001") {
			t.Errorf("logged:\n%s", got)
		}
		if want := map[string]int{"aibot rejected 77777": 1, "aibot rejected 40058": 1, "aibot sent 0": 1}; !maps.Equal(counted, want) {
			t.Errorf("counted %v, want %v", counted, want)
		}
	})
}

// A platform that is busy each time is asked again three times, less and less
// often; then another door is tried, and the office is told.
func TestEngineGivesABusyDoorUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		other := r.door("robot")
		r.desk.office.pushed(content(), 1)
		r.sender.takes = 0
		busy := &bot.SendError{Outcome: bot.RetryLater, Code: -1, Reason: "系统繁忙", After: 5 * time.Second, Tries: 3, Hint: "请等一等。"}
		r.sender.answer = func(int, call) error { return busy }
		r.run(t, time.Hour)
		var after []time.Duration
		for _, c := range r.sender.calls {
			after = append(after, c.at.Sub(noon))
		}
		if got := fmt.Sprintf("%v %d %s %s", after, len(other.calls), r.states(), r.desk.refused); got != "[0s 30s 2m30s 10m30s] 1 [sent] [D000001 -1 请等一等。]" {
			t.Errorf("tried after %s", got)
		}
		if busy.Outcome != bot.RetryLater || busy.Reason != "系统繁忙" {
			t.Errorf("the channel's error was changed to %v", busy)
		}
	})
}

func TestEngineKeepsQuietHours(t *testing.T) {
	for _, urgent := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			text := content()
			text.Urgent = urgent
			a := r.desk.office.approved(text)
			r.start(t)
			time.Sleep(time.Until(at(22, 30)))
			r.desk.change(func(f *office) {
				f.must(f.Plan(a.ID, f.now, "ban", "", f.rules))
				f.Push(a.Push).DueAt = f.now // as if it had been planned by day and released late
				f.apply(f.Release(targets(1), f.now, f.rules)...)
			})
			r.wake <- struct{}{}
			time.Sleep(day24)
			r.stop(t)
			want := at(8, 0).Add(day24)
			if urgent {
				want = at(22, 30)
			}
			if len(r.sender.calls) != 1 || !r.sender.calls[0].at.Equal(want) {
				t.Errorf("urgent %t: sent %v, want once at %v", urgent, r.sender.calls, want)
			}
		})
	}
}

func TestEngineSendsNothingWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.limit(1, time.Second)
		p := r.desk.office.pushed(longContent(), 3)
		r.start(t)
		time.Sleep(1500 * time.Millisecond) // the first group has its text, not its card
		r.desk.change(func(f *office) { f.must(f.Withdraw(p.Alert.ID, "有误", "ban", f.now, f.rules)) })
		time.Sleep(time.Hour)
		r.stop(t)
		// What was under way is finished; nothing new begins but the correction.
		if len(r.sender.calls) != 3 || r.states() != "[sent dropped dropped sent]" || r.desk.office.Deliveries()[3].Purpose != bot.ForCorrection {
			t.Errorf("%d messages, want 3: %v, %s", len(r.sender.calls), r.sender.calls, r.states())
		}
	})
}

func TestEngineKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pace = 200 * time.Millisecond
		r := newRig(t)
		r.sender.takes = 0
		r.limit(4, pace)
		r.desk.office.pushed(content(), 5)
		r.run(t, time.Minute)
		for i, c := range r.sender.calls {
			if want := noon.Add(time.Duration(i) * pace); !c.at.Equal(want) {
				t.Errorf("message %d at %v, want %v", i, c.at.Sub(noon), want.Sub(noon))
			}
		}
	})
}

func TestEngineHasFewAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.limit(0, 0) // means one
		r.desk.office.pushed(content(), 3)
		r.run(t, time.Minute)
		for i, c := range r.sender.calls {
			if want := time.Duration(i) * time.Second; c.at.Sub(noon) != want {
				t.Errorf("message %d after %v, want %v", i, c.at.Sub(noon), want)
			}
		}
	})
}

func TestEngineWritesTheOutcomeAfterItsContextEnded(t *testing.T) {
	for _, c := range []struct {
		takes, drain time.Duration
		want         string
	}{{2 * time.Second, 0, "[sent]"}, {time.Hour, 0, "[unknown]"}, {2 * time.Second, time.Second, "[unknown]"}} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			r.sender.takes, r.Drain = c.takes, c.drain
			r.desk.office.pushed(content(), 1)
			r.start(t)
			began := time.Now()
			r.stop(t)
			if r.states() != c.want || time.Since(began) > cmp.Or(c.drain, drainTimeout) {
				t.Errorf("a send of %v: %s after %v, want %s", c.takes, r.states(), time.Since(began), c.want)
			}
		})
	}
}

func TestEngineGivesUpWaitingForTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.sender.takes = time.Hour
		r.desk.office.pushed(content(), 1)
		r.run(t, SendTimeout)
		if r.states() != "[unknown]" {
			t.Errorf("%s after %v, want unknown", r.states(), SendTimeout)
		}
	})
}

func TestEngineEndsWithTheBook(t *testing.T) {
	broken := errors.New("the book has stopped")
	kind := func(k bot.Kind) func([]bot.Payload) error {
		return func(out []bot.Payload) error {
			if len(out) > 0 && out[0].Kind() == k {
				return broken
			}
			return nil
		}
	}
	for _, c := range []struct {
		rule string
		fail func([]bot.Payload) error
		stop bool // ctx ends while the first send is under way
		sent int
	}{
		{"before it begins", func([]bot.Payload) error { return broken }, false, 0},
		{"writing an intent", kind("delivery.intended"), false, 0},
		{"writing an outcome", kind("delivery.answered"), false, 2},
		{"writing an outcome after its context ended", kind("delivery.answered"), true, 2},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.desk.fail = c.fail
				r.desk.office.pushed(content(), 2)
				r.start(t)
				defer r.cancel()
				if c.stop {
					r.cancel()
				}
				if err := <-r.err; !errors.Is(err, broken) {
					t.Errorf("Run = %v, want the book's error", err)
				}
				if len(r.sender.calls) != c.sent {
					t.Errorf("%d messages, want %d", len(r.sender.calls), c.sent)
				}
			})
		})
	}
}

// Another process has taken over while this one was paused between the intent and
// the act: it does not act, cannot write, and leaves an intent without an outcome,
// which the other one lists as unknown and does not repeat.
func TestEngineDoesNotActForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		fenced := errors.New("no longer the writer")
		led := true
		r.Engine.May = func() bool { return led }
		r.desk.fail = func(out []bot.Payload) error {
			if !led {
				return fenced
			}
			if len(out) > 0 && out[0].Kind() == "delivery.intended" {
				led = false // the pause begins once this is durable
			}
			return nil
		}
		r.desk.office.pushed(content(), 1)
		r.start(t)
		defer r.cancel()
		if err := <-r.err; !errors.Is(err, fenced) {
			t.Errorf("Run = %v, want the store's refusal", err)
		}
		if len(r.sender.calls) != 0 || r.states() != "[in_flight]" {
			t.Errorf("%d messages, %s, want none and one in flight", len(r.sender.calls), r.states())
		}

		next := newRig(t)
		next.desk.office.Outbox = r.desk.office.Outbox
		next.run(t, time.Hour)
		if len(next.sender.calls) != 0 || next.states() != "[unknown]" {
			t.Errorf("the next process: %d messages, %s, want none and one unknown", len(next.sender.calls), next.states())
		}
	})
}

func TestEngineGivesUpWhatHasNoAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.desk.office.apply(&bot.DeliveryPlanned{Delivery: "N000001", Purpose: bot.ForNotice, DueAt: noon}) // its private part is erased
		r.run(t, time.Minute)
		if len(r.sender.calls) != 0 || r.states() != "[rejected]" {
			t.Errorf("%d messages, %s, want none and rejected", len(r.sender.calls), r.states())
		}
	})
}

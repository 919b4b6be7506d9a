package robot_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/robot"
)

// A purse is a budget that the processes of one bubble share.
type purse struct {
	mu    sync.Mutex
	spent map[string][]time.Time
}

func (p *purse) Take(_ context.Context, key string, limit int, window time.Duration) (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spent == nil {
		p.spent = make(map[string][]time.Time)
	}
	if n := len(p.spent[key]) - limit; n >= 0 {
		if wait := time.Until(p.spent[key][n].Add(window)); wait > 0 {
			return wait, nil
		}
	}
	p.spent[key] = append(p.spent[key], time.Now())
	return 0, nil
}

// Two processes send by one webhook, which they call by different names.
func TestTwoProcessesShareAWebhook(t *testing.T) {
	for name, shared := range map[string]bot.SharedBudget{"shared": new(purse), "each for itself": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, 1)
				defer r.close()
				const each = 30
				var wg sync.WaitGroup
				for _, called := range []string{"ours", "theirs"} {
					c, err := robot.New(robot.Config{Robots: map[string]wechat.Secret{called: r.keys[robotName(0)]}, Client: r.client, Shared: shared})
					if err != nil {
						t.Fatal(err)
					}
					for range each {
						wg.Go(func() {
							ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
							defer cancel()
							err := c.Send(ctx, bot.Chat{Kind: bot.GroupChat, ID: called}, bot.Markdown("今日预警"))
							if err != nil && shared != nil {
								t.Error(err)
							}
						})
					}
				}
				wg.Wait()
				if braked := r.p.WebRefused(45009); braked != 0 != (shared == nil) {
					t.Errorf("the platform had to brake %d times", braked)
				}
				if n := len(r.p.Deliveries()); shared != nil && n != 2*each {
					t.Errorf("%d were delivered, want %d", n, 2*each)
				}
			})
		})
	}
}

// What an earlier process has sent counts.
func TestWhatWasSpentBeforeCounts(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		began := time.Now()
		r.c.Spent(r.chat(0), began.Add(-20*time.Second), 18)
		r.c.Spent(bot.Chat{ID: "nobody"}, began, 1)
		if err := r.send(bot.Markdown("一")); err != nil || time.Since(began) != 40*time.Second {
			t.Errorf("%v after %v, want the minute to be over", err, time.Since(began))
		}
	})
}

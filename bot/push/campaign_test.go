package push

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
)

// The fault campaign plays many days of sending with faults drawn by chance: a
// platform that refuses, is slow, loses answers before or after it has taken the
// message, closes doors and whole channels; an office that withdraws, stops and
// resumes; and a program that is killed anywhere and started again. A seed plays
// the same day each time.
var campaignRuns = flag.Int("campaign", 1000, "how many runs the fault campaign has; -short and the race detector divide it by 20")
var campaignSeed = flag.Uint64("campaign.seed", 0, "play only the run with this seed")

func TestFaultCampaign(t *testing.T) {
	runs := *campaignRuns
	if testing.Short() || raceEnabled {
		runs = max(runs/20, 1)
	}
	if *campaignSeed != 0 {
		synctest.Test(t, func(t *testing.T) { newCampaign(t, *campaignSeed).play() })
		return
	}
	var next atomic.Int64
	var sum tally
	t.Run("shards", func(t *testing.T) {
		for shard := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				for n := next.Add(1); n <= int64(runs) && !t.Failed(); n = next.Add(1) {
					synctest.Test(t, func(t *testing.T) { sum.add(newCampaign(t, uint64(n)).play()) })
				}
			})
		}
	})
	t.Logf("%d runs: %s", runs, &sum)
	if sum.n["sent"] == 0 || sum.n["unknown"] == 0 || sum.n["fallback"] == 0 || sum.n["crash"] == 0 || sum.n["digest"] == 0 {
		t.Errorf("the campaign tried too little: %s", &sum)
	}
}

// A tally counts what happened, to show that the campaign is no idle play.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (s *tally) add(n map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == nil {
		s.n = make(map[string]int)
	}
	for k, v := range n {
		s.n[k] += v
	}
}

func (s *tally) String() string { return strings.TrimPrefix(fmt.Sprint(s.n), "map") }

// A part is one message of a delivery.
type part struct {
	delivery bot.DeliveryID
	n        int
}

// A campaign is one run: an office, its platform, and the program in between.
type campaign struct {
	t      *testing.T
	seed   uint64
	dice   *rand.Rand
	desk   *campaignDesk
	calm   bool // no more faults
	groups int

	mu      sync.Mutex
	arrived map[part]int                     // how often the platform took it
	lost    map[part]bool                    // its answer was lost
	via     map[bot.DeliveryID]bot.ChannelID // the door by which parts of it came
	tried   map[part]int
	began   map[part]time.Time // when the last call for it began
	started time.Time          // when the program did, the last time
	dead    map[string]bool
	counts  map[string]int
}

var campaignChannels = []bot.ChannelID{"aibot", bot.ViaRobot, bot.ViaForward}

// newCampaign sets up 50 groups with one to three doors each.
func newCampaign(t *testing.T, seed uint64) *campaign {
	time.Sleep(time.Until(noon))
	c := &campaign{
		t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 4)), groups: 50,
		arrived: make(map[part]int), tried: make(map[part]int), via: make(map[bot.DeliveryID]bot.ChannelID), began: make(map[part]time.Time), lost: make(map[part]bool), dead: make(map[string]bool), counts: make(map[string]int),
	}
	c.desk = &campaignDesk{c: c, office: newOffice(t), doors: make(map[bot.GroupID][]bot.ChannelID), shut: make(map[string]bool), intents: make(map[string]part)}
	c.desk.office.rules.FallbackAfter = 30 * time.Minute
	for i := range c.groups {
		g := bot.GroupID(fmt.Sprintf("g%04d", i+1))
		for _, n := range c.dice.Perm(3)[:1+c.dice.IntN(3)] {
			c.desk.doors[g] = append(c.desk.doors[g], campaignChannels[n])
		}
	}
	return c
}

// play lets a day pass with faults and one without, and looks at what came of it.
func (c *campaign) play() map[string]int {
	wake := make(chan struct{}, 1)
	end := time.Now().Add(6 * time.Hour)
	for time.Now().Before(end) {
		c.process(wake, c.hours(time.Until(end)), true)
		c.counts["crash"]++
	}
	c.calm = true
	c.desk.reopen()
	c.desk.change(func(f *office) {
		if f.Stopped() != nil {
			f.must(f.ResumeSending("ban"))
		}
	})
	c.process(wake, 20*time.Hour, false)
	c.judge()
	c.settle()
	c.process(wake, 3*time.Hour, false)
	c.judge()
	return c.counts
}

// chance draws a number below n. It is the same for the same seed and key,
// whatever else happens at the same time.
func (c *campaign) chance(n int, key ...any) int {
	h := fnv.New64a()
	fmt.Fprint(h, c.seed, key)
	return int(h.Sum64() >> 33 % uint64(n))
}

// hours is a span up to the next crash.
func (c *campaign) hours(most time.Duration) time.Duration {
	return min(most, time.Duration(c.dice.Int64N(int64(4*time.Hour))))
}

// process is one life of the program. If killed, it ends in the middle of
// whatever it does.
func (c *campaign) process(wake chan struct{}, life time.Duration, killed bool) {
	c.desk.reopen()
	c.mu.Lock()
	c.started = time.Now()
	c.mu.Unlock()
	if killed && c.dice.IntN(2) == 0 {
		c.desk.dieAfter = c.dice.IntN(200) // at an entry, not at a time
	}
	e := &Engine{
		Desk: c.desk, Rules: c.desk.office.rules, Clock: bot.SystemClock{}, Wake: wake, Log: slog.New(slog.DiscardHandler),
		Channels: make(map[bot.ChannelID]Channel),
	}
	for _, id := range campaignChannels {
		e.Channels[id] = Channel{Sender: &campaignSender{c: c, id: id}, AtOnce: 1 + c.dice.IntN(8), Pace: time.Duration(c.dice.IntN(2)) * 200 * time.Millisecond}
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	for over := time.Now().Add(life); time.Now().Before(over); {
		if !c.calm {
			c.act(wake)
		}
		select {
		case err := <-done:
			if !errors.Is(err, errKilled) {
				c.t.Fatalf("seed %d: Run = %v", c.seed, err)
			}
			return
		case <-time.After(min(time.Until(over), time.Duration(1+c.dice.IntN(40))*time.Minute)):
		}
	}
	if killed {
		c.desk.kill()
	}
	stop()
	if err := <-done; err != nil && !errors.Is(err, errKilled) {
		c.t.Fatalf("seed %d: Run = %v", c.seed, err)
	}
}

// act is what the office does.
func (c *campaign) act(wake chan struct{}) {
	c.desk.change(func(f *office) {
		switch c.dice.IntN(8) {
		case 0, 1, 2:
			if len(f.Pushes()) < 2 {
				c.publish(f)
			}
		case 3:
			if p := f.Pushes(); len(p) > 0 && c.dice.IntN(3) == 0 {
				f.must(f.Withdraw(p[c.dice.IntN(len(p))].Alert.ID, "有误", "ban", f.now, f.rules))
			}
		case 4:
			f.apply(f.StopSending("", "ban")...)
		case 5, 6:
			if f.Stopped() != nil {
				f.must(f.ResumeSending("ban"))
			}
		}
	})
	select {
	case wake <- struct{}{}:
	default:
	}
}

// publish pushes an alert, or two at once.
func (c *campaign) publish(f *office) {
	for range 1 + c.dice.IntN(2) {
		text := content()
		text.Technique = strings.Repeat("先返小利，再要大额垫资。", 1+c.dice.IntN(7))
		text.Topic = fmt.Sprintf("刷单返利%d", len(f.Alerts()))
		text.Urgent = c.dice.IntN(5) == 0
		a := f.approved(text)
		f.must(f.Plan(a.ID, f.now, "ban", "", f.rules))
	}
	f.apply(f.Release(targets(c.groups), f.now, f.rules)...)
}

// settle is the office's word on every unknown, true to what is in the groups.
func (c *campaign) settle() {
	c.desk.change(func(f *office) {
		for _, d := range f.Pending(Unknown) {
			f.must(f.Resolve(d.ID, c.arrived[part{d.ID, d.Part}] > 0, "ban"))
		}
	})
}

func (c *campaign) fault(format string, args ...any) {
	c.t.Helper()
	c.t.Errorf("seed %d: %s", c.seed, fmt.Sprintf(format, args...))
}

// judge looks for what must never be.
func (c *campaign) judge() {
	f := c.desk.office
	listed := make(map[bot.DeliveryID]bool)
	for _, d := range f.Pending(Unknown) {
		listed[d.ID] = true
	}
	for p, n := range c.arrived {
		if n > 1 {
			c.fault("part %d of %s came %d times", p.n, p.delivery, n)
		}
	}
	for p := range c.lost {
		if d := f.Delivery(p.delivery); d.State != Unknown && d.Reason != "人工确认已送达" && !c.settledBy(d.ID) {
			c.fault("the answer to part %d of %s was lost, but it is %s (%s)", p.n, d.ID, d.State, d.Reason)
		}
	}
	here := make(map[bot.DeliveryID]int)
	for p := range c.arrived {
		here[p.delivery]++
	}
	for _, d := range f.Deliveries() {
		c.counts[string(d.State)]++
		if len(d.tried) > 1 {
			c.counts["fallback"]++
		}
		if len(d.Also) > 0 {
			c.counts["digest"]++
		}
		c.judgeOne(d, here[d.ID], listed)
	}
}

// listWithin is how soon the office must see what is unknown: after the call began,
// or after the program that was killed in it is up again.
const listWithin = time.Minute

// listed looks at how long it took until a lost answer was known to be lost.
func (c *campaign) listed(p part, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	since := c.began[p]
	if since.Before(c.started) {
		since = c.started
	}
	c.counts["listed"]++
	if took := at.Sub(since); took > listWithin {
		c.fault("part %d of %s was listed as unknown after %v", p.n, p.delivery, took)
	}
}

// settledBy reports whether a person has settled a delivery, so that it went on.
func (c *campaign) settledBy(id bot.DeliveryID) bool {
	c.desk.mu.Lock()
	defer c.desk.mu.Unlock()
	return c.desk.settled[id]
}

func (c *campaign) judgeOne(d *Delivery, here int, listed map[bot.DeliveryID]bool) {
	switch d.State {
	case Sent, Handed:
		if here != d.Parts {
			c.fault("%s is %s, but %d of %d parts came", d.ID, d.State, here, d.Parts)
		}
	case Unknown:
		if !listed[d.ID] {
			c.fault("%s is unknown, but not listed", d.ID)
		}
	case Rejected:
		if d.Reason == "" || d.Part == 0 && here > 0 {
			c.fault("%s is rejected (%q), but %d parts came", d.ID, d.Reason, here)
		}
		for _, door := range c.desk.doors[d.Group] {
			if d.Part == 0 && d.Attempts > 0 && !d.triedDoor(door) && !c.desk.shut[string(door)+" "+string(d.Group)] {
				c.fault("%s is rejected, but %s was never tried", d.ID, door)
			}
		}
	case Dropped:
		if !d.gone() && d.Part == 0 {
			c.fault("%s is dropped, but not withdrawn", d.ID)
		}
	case Recalled:
		c.fault("%s is recalled, though no channel can", d.ID)
	default:
		c.fault("%s is still %s (%s), RetryAt %v, doors %v", d.ID, d.State, d.Reason, d.RetryAt, c.desk.doors[d.Group])
	}
}

func (d *Delivery) triedDoor(c bot.ChannelID) bool {
	for _, t := range d.tried {
		if t == c {
			return true
		}
	}
	return false
}

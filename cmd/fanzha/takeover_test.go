package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/evidence"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
	"fanzha/bot/shared"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

var (
	takeoverRounds = flag.Int("rounds", 0, "how many rounds TestTakeOver has in all; 0 means 26, and 7 with -short")
	takeoverSeed   = flag.Uint64("seed", 1, "what decides the disasters of TestTakeOver")
	takeoverOnly   = flag.String("disaster", "", "only disasters of TestTakeOver with this in their names, if a set of machines has any")
	takeoverSplit  = flag.Bool("split", false, "TestTakeOver also has failovers in which the old master lives on, which can lose acknowledged entries")
	takeoverLease  = flag.Duration("lease", time.Second, "how long a lease of TestTakeOver lasts")
)

// A takeover is the real program, several times, on a real Redis and a
// simulated platform that lives on. One disaster after another befalls it.
type takeover struct {
	*testing.T
	ctx      context.Context
	dice     *rand.Rand
	dir, bin string
	server   *redis.Server // as the test sees it
	counties []*county
	machines []*machine
	at       map[string]*machine
	load     sync.WaitGroup

	times map[string][]time.Duration // until somebody else had the bot
	heals map[string][]time.Duration // until all was well
	stats struct{ unknown, seen atomic.Int64 }
}

// A disaster befalls the machine that leads a county. It returns when others
// have taken over, where they should, and what was broken is whole again.
type disaster struct {
	name string
	do   func(c *takeover, k *county, m *machine)
}

// Several processes share counties through Redis. Whatever befalls the one that
// leads, or Redis, or the network between them, another goes on: nothing that
// was acknowledged is lost, nobody is counted twice, no group gets anything
// twice, what may be out is listed and not sent again until an operator has said
// so, and never do two act for a county.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	redistest.Need(t)
	rounds := *takeoverRounds
	switch {
	case rounds > 0:
	case testing.Short():
		rounds = 7
	default:
		rounds = 26
	}
	bin := filepath.Join(t.TempDir(), "program")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	part := func(name string, share int, run func(*testing.T, string, int)) {
		n := max(rounds*share/100, 1)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, bin, n)
		})
	}
	part("Pair", 54, takeOverPair)
	part("Sentinel", 16, takeOverSentinel)
	part("Fleet", 16, takeOverFleet)
	part("Network", 16, takeOverNetwork)
}

// Three machines and one county, on one Redis.
func takeOverPair(t *testing.T, bin string, rounds int) {
	node := redistest.Single(t)
	c := newTakeover(t, bin, rounds, site{direct: node.URL(), proxied: true, machines: []string{"one", "two", "three"}, counties: []string{"xiangning"}})
	c.play(rounds, append(slices.Concat(processDisasters, lineDisasters), storeDisasters(node)...))
}

// Three machines and three counties, on one Redis.
func takeOverFleet(t *testing.T, bin string, rounds int) {
	node := redistest.Single(t)
	c := newTakeover(t, bin, rounds, site{direct: node.URL(), proxied: true, machines: []string{"one", "two", "three"}, counties: []string{"qingshan", "shili", "xiangning"}})
	c.play(rounds, append(slices.Concat(processDisasters, lineDisasters), storeDisasters(node)...))
}

// Two machines and one county, on a Redis under Sentinel.
func takeOverSentinel(t *testing.T, bin string, rounds int) {
	set := redistest.Sentinel(t)
	c := newTakeover(t, bin, rounds, site{direct: set.URL(), url: set.URL(), replicas: 1, machines: []string{"one", "two"}, counties: []string{"xiangning"}})
	c.play(rounds, append(sentinelDisasters(set, *takeoverSplit), processDisasters[0], processDisasters[1]))
}

func newTakeover(t *testing.T, bin string, rounds int, s site) *takeover {
	t.Helper()
	c := &takeover{
		T: t, ctx: t.Context(), dice: rand.New(rand.NewPCG(*takeoverSeed, uint64(len(t.Name())))), dir: t.TempDir(), bin: bin,
		at: make(map[string]*machine), times: make(map[string][]time.Duration), heals: make(map[string][]time.Duration),
	}
	s.lease = *takeoverLease
	for i, id := range s.counties {
		c.counties = append(c.counties, c.county(id, uint64(i+1), rounds))
	}
	for _, name := range s.machines {
		c.add(c.machine(s, name))
	}
	server, err := redis.Connect(c.ctx, redis.Config{URL: s.direct, Replicas: s.replicas, AcceptWeak: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c.server = server
	t.Cleanup(func() {
		if t.Failed() {
			for _, m := range c.machines {
				t.Logf("%s said:\n%s", m.name, m.said())
			}
		}
		for _, m := range c.machines {
			m.kill()
		}
		_ = server.Close()
	})
	return c
}

func (c *takeover) add(m *machine) {
	c.machines = append(c.machines, m)
	c.at[m.name] = m
}

// county makes a county with a platform of its own.
func (c *takeover) county(id string, seed uint64, rounds int) *county {
	c.Helper()
	p := wechattest.New(wechattest.Options{Seed: 100 + seed, PerMinute: -1, PerHour: -1, KickDelay: 200 * time.Millisecond})
	c.Cleanup(p.Close)
	w, err := demo.NewWorld(p, everyone*37, seed)
	if err != nil {
		c.Fatal(err)
	}
	w.Units = slices.DeleteFunc(w.Units, func(u bot.Unit) bool {
		return !slices.ContainsFunc(u.Tags, func(tag string) bool { return slices.Contains(audiences, tag) })
	})
	k := &county{
		World: w, id: id, name: countyNames[id], relay: newRelay(p), record: newRecord(c.T), shown: make(map[string]string),
		orders: make(map[string]int), order: make(map[string]bool), ids: make(map[string]bool),
	}
	k.key, k.public = c.keyOf(k.name)
	p.Faults().Inject(wechattest.Fault{Kind: wechattest.DuplicateCallback, Chance: 0.1, After: 20 * time.Millisecond})
	p.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", Spread: 100 * time.Millisecond})
	return k
}

// play starts all, lets rounds of disasters go over it, and judges.
func (c *takeover) play(rounds int, disasters []disaster) {
	c.Helper()
	for _, m := range c.machines {
		m.start()
	}
	for _, k := range c.counties {
		c.healed(k)
		c.bind(k)
	}
	ctx, stop := context.WithCancel(c.ctx)
	defer stop()
	c.listen(ctx)
	for i, k := range c.counties {
		c.live(ctx, k, *takeoverSeed+uint64(10*i))
	}
	if only := slices.DeleteFunc(slices.Clone(disasters), func(d disaster) bool { return !strings.Contains(d.name, *takeoverOnly) }); len(only) > 0 {
		disasters = only
	}
	// All of them befall it in turn, in a new order each time.
	var next []disaster
	for n := range rounds {
		if len(next) == 0 {
			next = slices.Clone(disasters)
			c.dice.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
		}
		c.round(n, rounds, next[0])
		next = next[1:]
		if c.Failed() {
			break
		}
	}
	stop()
	c.load.Wait()
	for _, k := range c.counties {
		c.finish(k)
	}
	c.report(rounds)
}

// round lets people act, and then a disaster befall the machine that leads one
// of the counties.
func (c *takeover) round(n, rounds int, d disaster) {
	c.Helper()
	k := c.counties[c.dice.IntN(len(c.counties))]
	for _, k := range c.counties {
		k.mu.Lock()
		// The bot sends five a second.
		k.budget = min(n+2, len(audiences)*mostOrders*(n+1)/rounds) / 2
		k.mu.Unlock()
		if n%4 == 3 {
			c.settle(k)
		}
	}
	ctx, cancel := context.WithTimeout(c.ctx, 300*time.Millisecond)
	happen := c.dice.IntN(300)
	_ = k.Platform.Await(ctx, func() bool { happen--; return happen < 0 })
	cancel()
	m := c.at[k.relay.has().process]
	c.Logf("round %d of %s: %s, %s", n, k.id, m.name, d.name)
	d.do(c, k, m)
	began := time.Now()
	for _, k := range c.counties {
		c.healed(k)
	}
	c.heals[d.name] = append(c.heals[d.name], time.Since(began))
	c.Logf("well again after %v", time.Since(began).Round(time.Millisecond))
	for _, k := range c.counties {
		c.read(k)
	}
}

// bind has the liaison of every unit bind his group.
func (c *takeover) bind(k *county) {
	c.Helper()
	for _, u := range k.Units {
		redistest.Eventually(c.T, u.Short+" is bound", func() bool {
			text, _, err := c.tell(c.ctx, k, demo.Approver, "绑定码 "+u.Short)
			if err != nil {
				return false
			}
			before := len(k.Platform.Sent(k.Groups[u.ID]))
			if _, err := k.Say(u.ID, k.People[u.ID][0], "绑定 "+codePattern.FindStringSubmatch(text)[1]); err != nil {
				c.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(c.ctx, 5*time.Second)
			defer cancel()
			return k.Platform.Await(ctx, func() bool { return len(k.Platform.Sent(k.Groups[u.ID])) > before }) == nil
		})
	}
}

// listen notes what the leaders say to be durable.
func (c *takeover) listen(ctx context.Context) {
	events := shared.NewEvents(c.server.Client(), "fanzha", slog.New(slog.DiscardHandler))
	heard := events.Subscribe(ctx)
	c.load.Go(func() {
		for ev := range heard {
			for _, k := range c.counties {
				if k.id == ev.County {
					k.mu.Lock()
					k.size = max(k.size, ev.Size)
					k.mu.Unlock()
				}
			}
		}
	})
}

// healed waits until a process leads a county, has the bot, and an operator is
// served.
func (c *takeover) healed(k *county) {
	c.Helper()
	redistest.Eventually(c.T, k.id+" is led", func() bool {
		leader, led, err := c.server.Leader(c.ctx, k.id)
		if err != nil || !led || !k.Platform.Connected(k.Platform.Bots()[0].ID) || k.relay.has().process != leader.ID {
			return false
		}
		d, err := c.draft(c.ctx, k, audiences[0])
		return err == nil && d.by == leader.ID
	})
}

// finish settles what is unknown, waits until every group has every card, and
// judges.
func (c *takeover) finish(k *county) {
	c.Helper()
	c.healed(k)
	c.read(k)
	list, _, err := c.tell(c.ctx, k, demo.Approver, "未知送达")
	if err != nil {
		c.Fatalf("asking for unknown deliveries: %v", err)
	}
	c.read(k)
	for id, s := range k.record.sends {
		if listed := strings.Contains(list, string(id)+" "); listed != (s.state == string(bot.Unknown)) && s.state != "intended" {
			c.Errorf("delivery %s is %s; listed as unknown: %t", id, s.state, listed)
		}
	}
	for id := range k.ids {
		_, _, _ = c.tell(c.ctx, k, demo.Approver, "推送 "+id) // some orders were lost
	}
	want := 0
	for audience, n := range k.orders {
		for _, u := range k.Units {
			if slices.Contains(u.Tags, audience) {
				want += n
			}
		}
	}
	redistest.Eventually(c.T, fmt.Sprintf("%s has %d cards", k.id, want), func() bool {
		c.settle(k)
		got := 0
		for _, cards := range k.cards() {
			got += len(cards)
		}
		return got >= want
	})
	c.healed(k)
	c.read(k)
	c.whole(k)
	c.export(k)
}

// export has the evidence of the month exported, and verifies it.
func (c *takeover) export(k *county) {
	c.Helper()
	var file bytes.Buffer
	what := app.Export{Month: bot.MonthOf(time.Now()), Reason: "演练核验"}
	redistest.Eventually(c.T, k.id+" exports its evidence", func() bool {
		file.Reset()
		_, err := c.at[k.relay.has().process].office(k.id).Export(c.ctx, demo.Approver, what, &file)
		return err == nil
	})
	if _, err := evidence.Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), k.public, nil); err != nil {
		c.Errorf("%s: the evidence: %v", k.id, err)
	}
}

// report tells the figures. Nothing of them is asserted.
func (c *takeover) report(rounds int) {
	entries, drafts, shown, restored, terms, late, latest := 0, 0, 0, 0, 0, 0, time.Duration(0)
	for _, k := range c.counties {
		entries += len(k.record.hashes)
		drafts += len(k.told)
		shown += len(k.shown)
		restored += k.record.restored
		terms += len(k.record.terms)
		n, most := k.relay.late(k.record.terms)
		late, latest = late+n, max(latest, most)
	}
	c.Logf("%d rounds, %d terms, %d entries; %d receipts shown and %d drafts acknowledged, all there; %d unknown deliveries listed, %d of them seen; %d times entries were put back; %d frames of a process in another one's term, the latest %v after its beginning",
		rounds, terms, entries, shown, drafts, c.stats.unknown.Load(), c.stats.seen.Load(), restored, late, latest.Round(time.Millisecond))
	for _, what := range []struct {
		name  string
		times map[string][]time.Duration
	}{{"taken over", c.times}, {"well again", c.heals}} {
		for _, name := range slices.Sorted(maps.Keys(what.times)) {
			t := slices.SortedFunc(slices.Values(what.times[name]), cmp.Compare)
			c.Logf("%s after %q: %d times, median %v, most %v", what.name, name, len(t), t[len(t)/2].Round(time.Millisecond), t[len(t)-1].Round(time.Millisecond))
		}
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

const (
	killRounds = 200
	killPushes = 25 // a group takes at most 31 messages a month
	killUnits  = 5
	killPeople = 20 // in each group
)

// A campaign kills the real program again and again, in the middle of pushes
// and check-ins, on a simulated platform that lives on.
type campaign struct {
	*testing.T
	*demo.World
	ctx      context.Context
	dice     *rand.Rand
	bin, cfg string
	data     config.Data
	bot      string
	public   string // key of the ledger

	serve  *exec.Cmd
	out    io.Reader               // of serve
	topics []string                // of the approved alerts
	pushed int                     // how many of them were to be pushed
	shown  map[string]string       // person by receipt, "" if it was said in words
	open   map[bot.DeliveryID]bool // may be out, by the ledger of the last dead program
	stats  struct{ kills, early, unknown, seen, unseen int }
}

// The program is killed without warning at two hundred random moments. What it
// had acknowledged is there, nobody is counted twice, no group gets a card
// twice, what may be out is listed and not sent again until an operator has
// said so, and nothing unapproved is sent.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := killRounds
	if testing.Short() {
		rounds = killRounds / 10
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	c := newCampaign(ctx, t)
	c.prepare()
	faults := c.Platform.Faults()
	faults.Inject(wechattest.Fault{Kind: wechattest.LoseRequest, Cmd: "aibot_send_msg", Chance: 0.1})
	faults.Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_send_msg", Spread: 100 * time.Millisecond})
	for n := range rounds {
		c.round(n, n%4 == 0 && n < rounds/2)
	}
	faults.Clear()
	c.settleAll()
	c.judge()
	t.Logf("%d kills, %d of them before the program was connected; %d receipts shown; %d unknown deliveries listed, of which %d were seen and %d not",
		c.stats.kills, c.stats.early, len(c.shown), c.stats.unknown, c.stats.seen, c.stats.unseen)
}

func newCampaign(ctx context.Context, t *testing.T) *campaign {
	t.Helper()
	platform := wechattest.New(wechattest.Options{Seed: 9, PerMinute: -1, PerHour: -1, KickDelay: -1})
	t.Cleanup(platform.Close)
	w, err := demo.NewWorld(platform, killPeople*37, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.Units = w.Units[:killUnits]
	addr, err := platform.Serve(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := platform.Bots()[0]
	c := &campaign{
		T: t, World: w, ctx: ctx, dice: rand.New(rand.NewPCG(9, 9)), bot: b.ID, shown: make(map[string]string),
		bin: filepath.Join(dir, "fanzha"), cfg: filepath.Join(dir, "config.yaml"), data: config.Data{Dir: filepath.Join(dir, "data")},
	}
	text := fmt.Sprintf(`wecom: {botId: %s, secret: %s, botName: %s, url: "%s"}
http: {addr: ""}
push: {cron: "0 0 1 1 *", quietHours: {from: "00:00", to: "00:00"}, perMonth: 31}
operators:
  - {id: lin, name: 林晓, person: op-lin, roles: [draft]}
  - {id: shi, name: 石磊, person: op-shi, roles: [verify]}
  - {id: ban, name: 班明, person: op-ban, roles: [approve, query, manage]}
`, b.ID, b.Secret, b.Name, addr.WS)
	if err := os.WriteFile(c.cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", c.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return c
}

// prepare has every alert of the campaign approved, one left as a draft, and the
// groups bound.
func (c *campaign) prepare() {
	c.Helper()
	cfg, err := config.Load(c.cfg, nil)
	if err != nil {
		c.Fatal(err)
	}
	a, err := app.New(c.ctx, cfg, app.Deps{Offline: true})
	if err != nil {
		c.Fatal(err)
	}
	c.public = a.PublicKey()
	for i := range killPushes {
		c.topics = append(c.topics, fmt.Sprintf("骗术%02d号", i+1))
		if _, err := c.Publish(c.ctx, a, killDraft(c.topics[i])); err != nil {
			c.Fatal(err)
		}
	}
	if _, err := a.Tell(c.ctx, demo.Writer, "起草\n"+killDraft("没有人审批")); err != nil {
		c.Fatal(err)
	}
	var codes []string
	for _, u := range c.Units {
		text, err := a.Tell(c.ctx, demo.Approver, "绑定码 "+u.Short)
		if err != nil {
			c.Fatal(err)
		}
		codes = append(codes, codePattern.FindStringSubmatch(text)[1])
	}
	if err := a.Close(); err != nil {
		c.Fatal(err)
	}
	c.start()
	c.await("the connection", c.connected)
	for i, u := range c.Units {
		if _, err := c.Say(u.ID, c.People[u.ID][0], "绑定 "+codes[i]); err != nil {
			c.Fatal(err)
		}
	}
	c.await("the bindings", func() bool {
		return !slices.ContainsFunc(c.Units, func(u bot.Unit) bool { return len(c.Platform.Sent(c.Groups[u.ID])) == 0 })
	})
	c.kill()
}

var codePattern = regexp.MustCompile(`绑定码：([0-9A-Z]+)`)

func killDraft(topic string) string {
	return "类别：诈骗预警\n主题：" + topic + "\n手法：先返小利再骗大额转账\n防范：不轻信、不转账\n来源：县公安局\n日期：2026-11-01"
}

// start starts the program, and reports of it only if the test fails.
func (c *campaign) start() {
	c.Helper()
	c.serve = exec.CommandContext(c.ctx, c.bin, "serve", "-c", c.cfg)
	c.serve.Stderr = new(bytes.Buffer)
	out, err := c.serve.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := c.serve.Start(); err != nil {
		c.Fatal(err)
	}
	c.out = out
}

// kill kills the program as a power cut would, and waits until it is gone.
func (c *campaign) kill() {
	c.Helper()
	if err := c.serve.Process.Signal(syscall.SIGKILL); err != nil {
		c.Errorf("the program had ended by itself: %v", err)
	}
	var exit *exec.ExitError
	if err := c.serve.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		c.Fatalf("the program had ended by itself: %v\n%s", err, c.serve.Stderr)
	}
	c.stats.kills++
	// Else the next one would be taken for connected before it is, and a command
	// line could have the ledger first.
	c.await("the end of the connection", func() bool { return !c.connected() })
}

// await waits for the platform to get into a state.
func (c *campaign) await(what string, ok func() bool) {
	c.Helper()
	// A push that was planned just before a kill is released at the next minute.
	ctx, cancel := context.WithTimeout(c.ctx, 90*time.Second)
	defer cancel()
	if err := c.Platform.Await(ctx, ok); err != nil {
		c.Fatalf("waiting for %s: %v\n%s", what, err, c.serve.Stderr)
	}
}

func (c *campaign) connected() bool { return c.Platform.Connected(c.bot) }

// tell is a command line of the operator, whose program may die while it asks.
func (c *campaign) tell(text string) (string, error) {
	out, err := exec.CommandContext(c.ctx, c.bin, "tell", "-c", c.cfg, "-as", "ban", text).CombinedOutput()
	return string(out), err
}

// round starts the program, lets people and an operator act, kills it after a
// random number of things that have happened on the platform, and checks.
func (c *campaign) round(n int, push bool) {
	c.Helper()
	c.start()
	if c.dice.IntN(8) == 0 && !push {
		// While it starts: it has opened the ledger, and says so.
		_, _ = c.out.Read(make([]byte, 1))
		c.stats.early++
		c.kill()
		c.check()
		return
	}
	c.await("the connection", c.connected)
	var acts sync.WaitGroup
	c.act(&acts, n, push)
	happen := c.dice.IntN(100)
	ctx, cancel := context.WithTimeout(c.ctx, 150*time.Millisecond) // in case that less happens
	defer cancel()
	happened := 0
	_ = c.Platform.Await(ctx, func() bool { happened++; return happened > happen })
	c.kill()
	acts.Wait()
	c.check()
}

// act begins what people and the operator do in a round.
func (c *campaign) act(acts *sync.WaitGroup, n int, push bool) {
	switch {
	case push && c.pushed < len(c.topics):
		c.pushed++
		id := fmt.Sprintf("A%04d", c.pushed)
		acts.Go(func() { _, _ = c.tell("推送 " + id) })
	case n%4 == 1:
		acts.Go(c.settle)
	}
	cards := c.cards()
	people := make([]func() error, 30)
	for i := range people {
		u := c.Units[c.dice.IntN(len(c.Units))]
		p := c.People[u.ID][c.dice.IntN(killPeople)]
		mine := cards[c.Groups[u.ID]]
		switch {
		case len(mine) == 0:
			people[i] = func() error { _, err := c.Say(u.ID, p, "你好"); return err }
		case c.dice.IntN(4) == 0:
			people[i] = func() error { _, err := c.Say(u.ID, p, "签到"); return err }
		default:
			card := mine[len(mine)-1-c.dice.IntN(min(3, len(mine)))]
			people[i] = func() error {
				_, err := c.Platform.Click(c.Groups[u.ID], p.UserID, card, bot.CheckInButton)
				return err
			}
		}
	}
	acts.Go(func() {
		for _, act := range people {
			if err := act(); err != nil {
				c.Errorf("acting in a group: %v", err)
			}
		}
	})
}

// cards returns the cards of each group, the oldest first.
func (c *campaign) cards() map[string][]string {
	out := make(map[string][]string)
	for _, d := range c.Platform.Deliveries() {
		if d.TaskID != "" {
			out[d.Chat] = append(out[d.Chat], d.TaskID)
		}
	}
	return out
}

var deliveryPattern = regexp.MustCompile(`(?m)^(D\d+) (\S+) 《(.+)》`)

// settle has the operator look into the groups for what is listed as unknown,
// and say what he sees.
func (c *campaign) settle() {
	list, err := c.tell("未知送达")
	if err != nil {
		return // killed meanwhile
	}
	for _, d := range deliveryPattern.FindAllStringSubmatch(list, -1) {
		c.stats.unknown++
		word, count := "未见 ", &c.stats.unseen
		if c.isOut(d[2], d[3]) {
			word, count = "已见 ", &c.stats.seen
		}
		if _, err := c.tell(word + d[1]); err != nil {
			return
		}
		*count++
	}
}

func (c *campaign) isOut(short, topic string) bool {
	i := slices.IndexFunc(c.Units, func(u bot.Unit) bool { return u.Short == short })
	return slices.ContainsFunc(c.Platform.Deliveries(), func(d wechattest.Delivery) bool {
		return d.Chat == c.Groups[c.Units[i].ID] && strings.Contains(d.Content, topic)
	})
}

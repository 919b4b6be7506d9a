package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
)

// This file is what people do while the campaign goes on: they press and write,
// the same thing comes in twice, an operator writes alerts, asks, and pushes.

const (
	recent     = 3                     // of a group's cards, the newest are pressed
	everyone   = 20                    // people of each unit
	actEvery   = 8 * time.Millisecond  // one of them does something
	orderEvery = 30 * time.Millisecond // the operator does
	tellWithin = 5 * time.Second
	mostOrders = 29 // a group takes at most 31 messages a month
)

// audiences are tags that no two units of a county share.
var audiences = []string{"政法", "乡镇", "银行"}

// A county is one of those that the machines serve.
type county struct {
	*demo.World
	id, name    string
	key, public string
	relay       *relay
	record      *record
	shown       map[string]string // person by receipt, "" if it was said in words

	mu      sync.Mutex
	drafts  int
	told    []string        // topics of the drafts that were acknowledged
	size    int64           // entries that a leader has said to be durable
	orders  map[string]int  // pushes by audience
	order   map[string]bool // topics whose push was begun
	ids     map[string]bool // alerts whose push was begun
	budget  int             // orders that may be begun in all
	replays []string        // messages that came in
}

// acknowledged returns what the ledger must have by now.
func (k *county) acknowledged() (topics []string, size int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.told), k.size
}

func (k *county) ordered() map[string]bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.order)
}

// cards returns the cards of each group, the oldest first.
func (k *county) cards() map[string][]string {
	out := make(map[string][]string)
	for _, d := range k.Platform.Deliveries() {
		if d.TaskID != "" {
			out[d.Chat] = append(out[d.Chat], d.TaskID)
		}
	}
	return out
}

// live has people and the operator act until ctx ends.
func (c *takeover) live(ctx context.Context, k *county, seed uint64) {
	every := func(pause time.Duration, seed uint64, do func(*rand.Rand)) {
		dice := rand.New(rand.NewPCG(seed, 1))
		t := time.NewTicker(pause)
		c.load.Go(func() {
			defer t.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-t.C:
					do(dice)
				}
			}
		})
	}
	pause := time.Duration(len(c.counties))
	every(pause*actEvery, seed, k.act)
	every(pause*actEvery*5, seed+1, k.repeat)
	every(pause*orderEvery, seed+2, func(dice *rand.Rand) { c.publish(ctx, k, dice) })
	every(pause*orderEvery*3, seed+3, func(*rand.Rand) { _, _, _ = c.tell(ctx, k, demo.Approver, "本月") })
}

// act has somebody press a card, or write.
func (k *county) act(dice *rand.Rand) {
	u := k.Units[dice.IntN(len(k.Units))]
	p := k.People[u.ID][dice.IntN(everyone)]
	var id string
	switch cards := k.cards()[k.Groups[u.ID]]; {
	case len(cards) == 0:
		return
	case dice.IntN(50) == 0:
		id, _ = k.Say(u.ID, p, "签到")
	default:
		card := cards[len(cards)-1-dice.IntN(min(recent, len(cards)))]
		id, _ = k.Platform.Click(k.Groups[u.ID], p.UserID, card, bot.CheckInButton)
	}
	if id == "" {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.replays = append(k.replays, id); len(k.replays) > 500 {
		k.replays = k.replays[1:]
	}
}

// repeat delivers again what somebody did, now or long ago.
func (k *county) repeat(dice *rand.Rand) {
	k.mu.Lock()
	var id string
	if n := len(k.replays); n > 0 {
		id = k.replays[dice.IntN(n)]
	}
	k.mu.Unlock()
	if id != "" {
		k.Platform.Redeliver(id)
	}
}

// tell asks one machine after the other until one leads. It returns which one
// has answered.
func (c *takeover) tell(ctx context.Context, k *county, as bot.OperatorID, text string) (answer, by string, err error) {
	for _, m := range c.machines {
		if answer, err = c.tellAt(ctx, k, m.name, as, strings.ReplaceAll(text, "PROCESS", m.name)); err == nil {
			return answer, m.name, nil
		}
	}
	return "", "", err
}

func (c *takeover) tellAt(ctx context.Context, k *county, machine string, as bot.OperatorID, text string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	return c.at[machine].office(k.id).Tell(ctx, as, text)
}

var draftPattern = regexp.MustCompile(`(?s)\*\*(A\d+)《.*版本号：([0-9a-f]{8})`)

// A drafted alert is one whose draft was acknowledged.
type drafted struct{ id, version, topic, by string }

// draft writes an alert, and notes that it was acknowledged.
func (c *takeover) draft(ctx context.Context, k *county, audience string) (drafted, error) {
	k.mu.Lock()
	k.drafts++
	n := k.drafts
	k.mu.Unlock()
	text := fmt.Sprintf("起草\n类别：诈骗预警\n主题：骗术%d号PROCESS\n手法：先返小利再骗大额转账\n防范：不轻信、不转账\n对象：%s\n来源：县公安局\n日期：2026-11-01", n, audience)
	answer, by, err := c.tell(ctx, k, demo.Writer, text)
	if err != nil {
		return drafted{}, err
	}
	topic := fmt.Sprintf("骗术%d号%s", n, by)
	found := draftPattern.FindStringSubmatch(answer)
	if found == nil {
		return drafted{}, fmt.Errorf("no alert in %q", answer)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.told = append(k.told, topic)
	return drafted{found[1], found[2], topic, by}, nil
}

// publish writes an alert, and has it verified and approved, and pushed if its
// groups take more of them this month.
func (c *takeover) publish(ctx context.Context, k *county, dice *rand.Rand) {
	audience := audiences[dice.IntN(len(audiences))]
	d, err := c.draft(ctx, k, audience)
	if err != nil || !k.may(audience) {
		return
	}
	if _, _, err := c.tell(ctx, k, demo.Verifier, "核实 "+d.id+" "+d.version); err != nil {
		return
	}
	if _, _, err := c.tell(ctx, k, demo.Approver, "审批 "+d.id+" "+d.version); err != nil {
		return
	}
	k.mu.Lock()
	k.order[d.topic], k.ids[d.id] = true, true
	k.orders[audience]++
	k.mu.Unlock()
	_, _, _ = c.tell(ctx, k, demo.Approver, "推送 "+d.id)
}

// may reports whether another alert may be pushed now.
func (k *county) may(audience string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.orders[audience] < mostOrders && len(k.order) < k.budget
}

// settle has the operator look into the groups for what is listed as unknown,
// and say what he sees.
func (c *takeover) settle(k *county) {
	list, _, err := c.tell(c.ctx, k, demo.Approver, "未知送达")
	if err != nil {
		return // nobody leads just now
	}
	for _, d := range deliveryPattern.FindAllStringSubmatch(list, -1) {
		c.stats.unknown.Add(1)
		word := "未见 "
		if k.isOut(d[2], d[3]) {
			c.stats.seen.Add(1)
			word = "已见 "
		}
		_, _, _ = c.tell(c.ctx, k, demo.Approver, word+d[1])
	}
}

func (k *county) isOut(short, topic string) bool {
	i := slices.IndexFunc(k.Units, func(u bot.Unit) bool { return u.Short == short })
	return slices.ContainsFunc(k.Platform.Deliveries(), func(d wechattest.Delivery) bool {
		return d.Chat == k.Groups[k.Units[i].ID] && slices.Contains(topicPattern.FindAllString(d.Content, -1), topicPattern.FindString(topic))
	})
}

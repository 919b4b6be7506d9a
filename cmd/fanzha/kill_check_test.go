package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
)

// This file is what the campaign of kill_test.go checks.

// check opens the ledger of the dead program: it must be whole, and hold every
// receipt that anybody was shown, and nobody twice.
func (c *campaign) check() {
	c.Helper()
	l, err := sqlite.Open(c.ctx, c.data.Ledger())
	if err != nil {
		c.Fatalf("opening the ledger after a kill: %v", err)
	}
	defer l.Close()
	people, once := make(map[string]string), make(map[string]bool)
	c.open = make(map[bot.DeliveryID]bool)
	if _, err := ledger.Load(c.ctx, l, c.public, func(e ledger.Entry) error {
		switch p := e.Payload.(type) {
		case *bot.DeliveryIntended:
			c.open[p.Delivery] = true
		case *bot.DeliveryAnswered:
			c.open[p.Delivery] = p.Outcome == bot.Unknown
		case *bot.DeliveryResolved:
			c.open[p.Delivery] = false
		case *bot.CheckedIn:
			people[string(e.Receipt())] = string(p.Private.Person)
			if key := string(p.Session) + string(p.Private.Person); once[key] {
				c.Errorf("%s has checked in twice at %s", p.Private.Person, p.Session)
			} else {
				once[key] = true
			}
		}
		return nil
	}); err != nil {
		c.Fatalf("checking the ledger after a kill: %v", err)
	}
	c.look()
	for receipt, person := range c.shown {
		if people[receipt] == "" || person != "" && people[receipt] != person {
			c.Errorf("%q was shown the receipt %s; the ledger says it is %q", person, receipt, people[receipt])
		}
	}
	c.deliveredOnce()
}

var receiptPattern = regexp.MustCompile(`回执 ([0-9A-Z]{4}-[0-9A-Z]{4})`)

// look notes every receipt that people can see, on their cards or in words.
func (c *campaign) look() {
	for _, cards := range c.cards() {
		for _, card := range cards {
			for _, person := range c.Platform.Viewers(c.bot, card) {
				for _, f := range c.Platform.CardOf(c.bot, card, person).Fields {
					if f.Name == "回执" {
						c.shown[f.Value] = person
					}
				}
			}
		}
	}
	for _, u := range c.Units {
		for _, said := range c.Platform.Sent(c.Groups[u.ID]) {
			if r := receiptPattern.FindStringSubmatch(said.Text); r != nil {
				c.shown[r[1]] = ""
			}
		}
	}
}

// deliveredOnce fails the test if a group has got a card twice, or something
// that nobody has approved.
func (c *campaign) deliveredOnce() {
	c.Helper()
	times := make(map[string]int)
	for _, d := range c.Platform.Deliveries() {
		i := slices.IndexFunc(c.topics, func(t string) bool { return strings.Contains(d.Content, t) })
		if i < 0 || i >= c.pushed {
			c.Errorf("delivered without approval: %s", d.Content)
			continue
		}
		key := d.Chat + " " + c.topics[i]
		if times[key]++; times[key] == 2 {
			c.Errorf("delivered twice: %s", key)
		}
	}
}

// settleAll lets the program live, settles what is unknown, and waits until
// every group has every card.
func (c *campaign) settleAll() {
	c.Helper()
	c.start()
	c.await("the connection", c.connected)
	list, err := c.tell("未知送达")
	if err != nil {
		c.Fatalf("asking for unknown deliveries: %v", err)
	}
	for id, open := range c.open {
		if listed := strings.Contains(list, string(id)); listed != open {
			c.Errorf("delivery %s: may be out %t, listed as unknown %t", id, open, listed)
		}
	}
	for i := range c.pushed {
		// Some of these commands have died with their program.
		_, _ = c.tell(fmt.Sprintf("推送 A%04d", i+1))
	}
	c.settle()
	c.await("the last cards", func() bool { return len(c.Platform.Deliveries()) >= c.pushed*killUnits })
	if err := c.serve.Process.Signal(syscall.SIGTERM); err != nil {
		c.Fatal(err)
	}
	if err := c.serve.Wait(); err != nil {
		c.Errorf("the last program, asked to end: %v\n%s", err, c.serve.Stderr)
	}
}

func (c *campaign) judge() {
	c.Helper()
	c.check()
	for chat, cards := range c.cards() {
		if len(cards) != c.pushed {
			c.Errorf("group %s has got %d cards, want %d", chat, len(cards), c.pushed)
		}
	}
	if groups := len(c.cards()); groups != killUnits {
		c.Errorf("%d groups have got cards, want %d", groups, killUnits)
	}
	if len(c.shown) < 2*c.stats.kills {
		c.Errorf("only %d receipts were shown in %d rounds: the campaign has not tried enough", len(c.shown), c.stats.kills)
	}
}

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// A record is what the campaign has read of a county's ledger. It reads on from
// where it was; that what it has read is still there, it proves at the end.
type record struct {
	*testing.T
	check    ledger.Checker
	hashes   []string // of the entries
	terms    []term
	topics   map[string]int // of the drafts, by how often they are there
	receipts map[string]string
	once     map[string]bool
	planned  map[bot.SessionID]bot.DeliveryID
	sends    map[bot.DeliveryID]*send
	restored int // times that the store had lost something
}

// A term is what stands between two ProcessStarted.
type term struct {
	process, fence string
	at             time.Time
}

// A send is what the ledger says of a delivery.
type send struct {
	by      map[int]int // attempt → index of its term
	attempt int
	state   string // intended, or an outcome, or resolved
}

func newRecord(t *testing.T) *record {
	return &record{
		T: t, topics: make(map[string]int), receipts: make(map[string]string), once: make(map[string]bool),
		planned: make(map[bot.SessionID]bot.DeliveryID), sends: make(map[bot.DeliveryID]*send),
	}
}

// take notes one entry, and says what must not be.
func (r *record) take(e ledger.Entry) {
	r.Helper()
	r.hashes = append(r.hashes, e.Hash.String())
	switch p := e.Payload.(type) {
	case *bot.ProcessStarted:
		// A process that puts back what the store has lost begins anew under its right.
		if i := slices.IndexFunc(r.terms, func(t term) bool { return t.fence == p.Fence }); i >= 0 && r.terms[len(r.terms)-1].fence != p.Fence {
			r.Errorf("entry %d: the right to write %s was given twice", e.Seq, p.Fence)
		}
		r.terms = append(r.terms, term{p.Process, p.Fence, e.At})
	case *bot.StoreRestored:
		r.restored++
	case *bot.AlertDrafted:
		// The draft says through which process it came.
		if _, by, ok := strings.Cut(p.Content.Topic, "号"); ok && by != r.terms[len(r.terms)-1].process {
			r.Errorf("entry %d: %s has written in a term of %s", e.Seq, by, r.terms[len(r.terms)-1].process)
		}
		if r.topics[p.Content.Topic]++; r.topics[p.Content.Topic] == 2 {
			r.Errorf("entry %d: %s is there twice", e.Seq, p.Content.Topic)
		}
	case *bot.CheckedIn:
		r.receipts[string(e.Receipt())] = string(p.Private.Person)
		key := string(p.Session) + " " + string(p.Private.Person)
		if r.once[key] {
			r.Errorf("entry %d: %s has checked in twice", e.Seq, key)
		}
		r.once[key] = true
	case *bot.DeliveryPlanned:
		r.planned[p.Session] = p.Delivery
		r.sends[p.Delivery] = &send{by: make(map[int]int)}
	case *bot.DeliveryIntended:
		s := r.sends[p.Delivery]
		next := s.state == string(bot.Sent) && p.Part > 0 // the next part of one message
		if s.state != "" && s.state != string(bot.RetryLater) && s.state != "unseen" && !next {
			r.Errorf("entry %d: %s is sent again, although it is %s", e.Seq, p.Delivery, s.state)
		}
		s.state, s.attempt = "intended", p.Attempt
		s.by[p.Attempt] = len(r.terms) - 1
	case *bot.DeliveryAnswered:
		r.sends[p.Delivery].state = string(p.Outcome)
	case *bot.DeliveryResolved:
		r.sends[p.Delivery].state = "unseen"
		if p.Seen {
			r.sends[p.Delivery].state = string(bot.Sent)
		}
	}
}

// read reads what the ledger has got, and checks that it holds what people and
// operators have been shown.
func (c *takeover) read(k *county) {
	c.Helper()
	told, size := k.acknowledged()
	k.look()
	l := c.server.Ledger(k.id, nil)
	defer l.Close()
	r := k.record
	have := r.check.Tree().Size()
	head, err := l.Head(c.ctx)
	if err != nil {
		c.Fatalf("reading the ledger of %s: %v", k.id, err)
	}
	if head.Size < max(have, size) {
		c.Fatalf("%s: the ledger has %d entries; %d were read and %d acknowledged", k.id, head.Size, have, size)
	}
	for rec, err := range l.Read(c.ctx, have, head.Size) {
		if err != nil {
			c.Fatalf("reading the ledger of %s: %v", k.id, err)
		}
		e, err := r.check.Next(rec)
		if err != nil {
			c.Fatalf("the ledger of %s: %v", k.id, err)
		}
		r.take(e)
	}
	if err := r.check.Head(head, k.public); err != nil {
		c.Errorf("the ledger of %s is another one than it was: %v", k.id, err)
	}
	for _, topic := range told {
		if r.topics[topic] == 0 {
			c.Errorf("%s: the draft %s was acknowledged; it is not in the ledger", k.id, topic)
		}
	}
	for receipt, person := range k.shown {
		if who, ok := r.receipts[receipt]; !ok || person != "" && who != person {
			c.Errorf("%s: %q was shown the receipt %s; the ledger says it is %q", k.id, person, receipt, who)
		}
	}
	c.delivered(k)
	c.turns(k)
}

// look notes the receipts that people can see, on the cards that may have
// changed or in words.
func (k *county) look() {
	id := k.Platform.Bots()[0].ID
	for _, cards := range k.cards() {
		for _, card := range cards[max(len(cards)-recent, 0):] {
			for _, person := range k.Platform.Viewers(id, card) {
				for _, f := range k.Platform.CardOf(id, card, person).Fields {
					if f.Name == "回执" {
						k.shown[f.Value] = person
					}
				}
			}
		}
	}
	for _, u := range k.Units {
		for _, said := range k.Platform.Sent(k.Groups[u.ID]) {
			if r := receiptPattern.FindStringSubmatch(said.Text); r != nil {
				k.shown[r[1]] = ""
			}
		}
	}
}

// delivered fails the test if a group has got something twice, or something
// that nobody has ordered, or a card from a process in whose term it was not
// intended.
func (c *takeover) delivered(k *county) {
	c.Helper()
	ordered := k.ordered()
	times := make(map[string]int)
	for _, d := range k.Platform.Deliveries() {
		topics := topicPattern.FindAllString(d.Content, -1)
		slices.Sort(topics)
		for _, topic := range slices.Compact(topics) {
			if !ordered[topic] {
				c.Errorf("%s: delivered, but never ordered: %s", k.id, topic)
			}
			key := fmt.Sprintf("%s %s %s", d.Chat, d.Type, topic)
			if times[key]++; times[key] == 2 {
				c.Errorf("%s: delivered twice: %s (by %s)", k.id, key, k.relay.sentBy(d.ReqID))
			}
		}
		session, rest, ok := strings.Cut(d.TaskID, "-")
		if !ok {
			continue
		}
		var n int
		_, _ = fmt.Sscanf(rest, "%d-", &n)
		s := k.record.sends[k.record.planned[bot.SessionID(session)]]
		switch {
		case s == nil || s.attempt < n:
			// It may have been intended after the ledger was read.
		case k.record.terms[s.by[n]].process != k.relay.sentBy(d.ReqID):
			c.Errorf("%s: card %s was sent by %s, and intended by %s", k.id, d.TaskID, k.relay.sentBy(d.ReqID), k.record.terms[s.by[n]].process)
		}
	}
}

var topicPattern = regexp.MustCompile(`骗术\d+号[a-z]+`)

// turns fails the test unless the processes have got the bot, and sent, in the
// order of their terms: who has got it after another may not yield it to him
// but by the other's having a new term.
func (c *takeover) turns(k *county) {
	c.Helper()
	var terms, bots, senders []string
	for _, t := range k.record.terms {
		terms = append(terms, t.process)
	}
	for _, s := range k.relay.subscribed(0) {
		bots = append(bots, s.process)
	}
	for _, d := range k.Platform.Deliveries() {
		if by := k.relay.sentBy(d.ReqID); by != "" {
			senders = append(senders, by)
		}
	}
	for what, turns := range map[string][]string{"got the bot": bots, "sent": senders} {
		if rest := beyond(slices.Compact(turns), slices.Compact(slices.Clone(terms))); len(rest) > 0 {
			c.Errorf("%s: the processes have %s in another order than they led: from %v on; the last terms were %v", k.id, what, rest, terms[max(len(terms)-8, 0):])
		}
	}
}

// beyond returns what of turns is left over when they are looked for, one after
// the other, among terms.
func beyond(turns, terms []string) []string {
	for _, t := range terms {
		if len(turns) > 0 && turns[0] == t {
			turns = turns[1:]
		}
	}
	return turns
}

// whole reads the ledger anew, from its beginning.
func (c *takeover) whole(k *county) {
	c.Helper()
	l := c.server.Ledger(k.id, nil)
	defer l.Close()
	var hashes []string
	if _, err := ledger.Load(c.ctx, l, k.public, func(e ledger.Entry) error {
		hashes = append(hashes, e.Hash.String())
		return nil
	}); err != nil {
		c.Fatalf("the ledger of %s: %v", k.id, err)
	}
	if known := k.record.hashes; len(hashes) < len(known) || !slices.Equal(hashes[:len(known)], known) {
		c.Errorf("%s: the ledger is not what it was", k.id)
	}
}

package wechattest

import (
	"fmt"
	"slices"
	"strings"
)

// Mention returns what a person types to name the bot, with the space that the
// client puts behind it: "@反诈助手 ".
func (p *Platform) Mention(botID string) string {
	if b := p.botByID[botID]; b != nil {
		return "@" + b.Name + " "
	}
	return ""
}

// Say writes text into a conversation as this person and returns the msgid.
// In a group only the bots that the text mentions hear it, and only by it. In
// a private chat the bot always hears it, after [Platform.Enter].
func (p *Platform) Say(chatID, userID, text string) (msgID string, err error) {
	return p.say(chatID, userID, text, "")
}

// Tell is Say in the private chat with the corp's first bot.
func (p *Platform) Tell(userID, text string) (msgID string, err error) {
	return p.Say(p.PrivateChat(p.bots[0].ID, userID), userID, text)
}

// Reply is Say with a quotation of an earlier message of the conversation. In
// a group it must mention the bot all the same to be heard.
func (p *Platform) Reply(chatID, userID, quotedMsgID, text string) (msgID string, err error) {
	return p.say(chatID, userID, text, quotedMsgID)
}

func (p *Platform) say(chatID, userID, text, quoted string) (string, error) {
	text = clean(text)
	if strings.TrimSpace(text) == "" {
		return "", errSilent
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c, err := p.place(chatID, userID)
	if err != nil {
		return "", err
	}
	m := &message{Message: Message{ID: p.mint("MSG_"), At: p.opts.Now(), From: userID, Type: "text", Text: text}}
	if quoted != "" {
		q := c.byID[quoted]
		if q == nil {
			return "", fmt.Errorf("no message %q to reply to", quoted)
		}
		m.Quote = q.words()
	}
	if c.private != nil {
		p.enter(c.private, c, userID)
	}
	c.add(m, p.opts.Keep)
	p.notify()
	for _, b := range p.bots {
		pr := c.bots[b]
		if pr == nil || !pr.in || c.private == nil && !mentions(text, b.Name) {
			continue
		}
		pr.spoken = true
		p.emit(b, p.spoken(b, c, m))
	}
	return m.ID, nil
}

// words is the text that a quotation of m carries.
func (m *message) words() string {
	if m.card != nil {
		return m.first.text()
	}
	return m.Text
}

// spoken is the callback of m. p.mu is held.
func (p *Platform) spoken(b *bot, c *chat, m *message) *emission {
	body := p.body(b, c, m.From, "")
	body.MsgID, body.MsgType = m.ID, "text"
	text := m.Text
	if p.opts.ThinSpace {
		text = strings.ReplaceAll(text, "@"+b.Name+" ", "@"+b.Name+"\u2005")
	}
	body.Text = &wireSaid{text}
	if m.Quote != "" {
		body.Quote = &wireQuote{MsgType: "text", Text: wireSaid{m.Quote}}
	}
	return &emission{kind: messageCallback, cmd: cmdMessage, chat: c, text: text, msgID: m.ID, body: appendJSON(nil, body)}
}

// mentions reports whether text names name as a client's mention does: @name
// and then a space or the end.
func mentions(text, name string) bool {
	for at := "@" + name; ; {
		_, rest, found := strings.Cut(text, at)
		if !found {
			return false
		}
		if rest == "" || strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "\u2005") || strings.HasPrefix(rest, "\n") {
			return true
		}
		text = rest
	}
}

// Enter opens the private chat with a bot. The bot is told at the first time
// of the civil day (enter_chat).
func (p *Platform) Enter(botID, userID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	b, m := p.botByID[botID], p.members[userID]
	if b == nil || m == nil {
		return fmt.Errorf("no bot %q or no member %q", botID, userID)
	}
	p.enter(b, p.privateChat(b, m), userID)
	return nil
}

func (p *Platform) enter(b *bot, c *chat, userID string) {
	day := p.opts.Now().In(zone).Format("2006-01-02")
	if b.entered[userID] == day {
		return
	}
	b.entered[userID] = day
	body := p.body(b, c, userID, "EV_")
	body.MsgType, body.Event = "event", &wireEvent{EventType: "enter_chat"}
	p.emit(b, &emission{kind: enterCallback, cmd: cmdEvent, chat: c, msgID: body.MsgID, body: appendJSON(nil, body)})
}

// A Selection is what a person chose for one question of a card.
type Selection struct {
	Question string
	Options  []string // ids
}

// Click presses the button key of the card taskID as this person and returns
// the msgid of the event. Questions that are not among selections keep their
// defaults.
//
// The button must be in the person's view or in the card as it was sent: a
// client may not have drawn an update yet, and the same button can be pressed
// again. A button that opens a link yields no event and no msgid.
func (p *Platform) Click(chatID, userID, taskID, key string, selections ...Selection) (msgID string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, err := p.place(chatID, userID)
	if err != nil {
		return "", err
	}
	m := p.cardMessage(c, taskID)
	if m == nil {
		return "", fmt.Errorf("no card %q in %q", taskID, chatID)
	}
	card := m.cardFor(userID)
	found, silent := card.pressable(key)
	if !found {
		card = m.first
		found, silent = card.pressable(key)
	}
	if !found {
		return "", fmt.Errorf("no button %q on card %q", key, taskID)
	}
	if silent {
		return "", nil
	}
	selected, err := card.selected(selections)
	if err != nil {
		return "", err
	}
	body := p.body(m.bot, c, userID, "EV_")
	body.MsgType = "event"
	body.Event = &wireEvent{EventType: "template_card_event",
		Card: &wireClick{CardType: card.CardType, EventKey: key, TaskID: taskID, Selected: selected}}
	p.emit(m.bot, &emission{kind: clickCallback, cmd: cmdEvent, chat: c, text: key, card: m, msgID: body.MsgID,
		body: appendJSON(nil, body)})
	return body.MsgID, nil
}

// ClickAll presses the button key of one card as each of these people, as fast
// as it can, and returns how many events it made. It may be called from many
// goroutines.
func (p *Platform) ClickAll(chatID, taskID, key string, userIDs []string) (events int, err error) {
	for _, id := range userIDs {
		msgID, err := p.Click(chatID, id, taskID, key)
		if err != nil {
			return events, err
		}
		if msgID != "" {
			events++
		}
	}
	return events, nil
}

// cardMessage returns the message of the card taskID in c, or nil. p.mu is
// held.
func (p *Platform) cardMessage(c *chat, taskID string) *message {
	for _, b := range p.bots {
		if m := b.cards[taskID]; m != nil && m.chat == c {
			return m
		}
	}
	return nil
}

// selected makes the event's answers to the card's questions.
func (w *wireCard) selected(chosen []Selection) (*wireSelected, error) {
	var out wireSelected
	for _, q := range w.questions() {
		options := q.defaults
		for _, s := range chosen {
			if s.Question == q.Key {
				options = s.Options
			}
		}
		for _, o := range options {
			if !slices.Contains(q.options, o) {
				return nil, fmt.Errorf("question %q has no option %q", q.Key, o)
			}
		}
		out.Items = append(out.Items, wireSelection{QuestionKey: q.Key, OptionIDs: wireOptionIDs{options}})
	}
	if len(out.Items) == 0 {
		return nil, nil
	}
	return &out, nil
}

package wechattest

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Say lets a person write to the app.
func (a *WorkAppAccount) Say(ctx context.Context, userID, text string) (Reply, error) {
	a.p.mu.Lock()
	m := a.p.members[userID]
	if m == nil {
		a.p.mu.Unlock()
		return Reply{}, fmt.Errorf("no member %q", userID)
	}
	c := a.p.privateChat(a.bot, m)
	c.add(&message{Message: Message{ID: a.p.mint("MSG_"), At: a.p.opts.Now(), From: userID, Type: "text", Text: clean(text)}}, a.p.opts.Keep)
	a.p.notify()
	a.p.mu.Unlock()
	return a.Act(ctx, a.Message(userID, "text", "Content", text))
}

// Enter lets a person open the app. Unlike a smart bot, an app is told each time.
func (a *WorkAppAccount) Enter(ctx context.Context, userID string) (Reply, error) {
	return a.Act(ctx, a.Event(userID, "enter_agent", "EventKey", ""))
}

// Click presses the button key of the card taskID as this person.
func (a *WorkAppAccount) Click(ctx context.Context, userID, taskID, key string) (Reply, error) {
	document, err := a.Pressed(userID, taskID, key)
	if err != nil {
		return Reply{}, err
	}
	return a.Act(ctx, document)
}

// Pressed returns the XML of the event that a press makes.
func (a *WorkAppAccount) Pressed(userID, taskID, key string) (string, error) {
	a.p.mu.Lock()
	m := a.bot.cards[taskID]
	if m == nil || m.chat == nil || m.chat.members[userID] == nil {
		a.p.mu.Unlock()
		return "", fmt.Errorf("%q has no card %q", userID, taskID)
	}
	now, _ := m.cardFor(userID).pressable(key)
	before, _ := m.first.pressable(key)
	code := a.code(m, a.p.opts.Now())
	a.p.mu.Unlock()
	if !now && !before {
		return "", fmt.Errorf("no button %q on card %q", key, taskID)
	}
	return a.Event(userID, "template_card_event", "EventKey", key, "TaskId", taskID, "CardType", "button_interaction", "ResponseCode", code), nil
}

// Message returns the XML of a message with a new MsgId. fields are names and
// values by turns.
func (a *WorkAppAccount) Message(userID, kind string, fields ...string) string {
	a.p.mu.Lock()
	a.msgID++
	id := strconv.FormatUint(a.msgID, 10)
	a.p.mu.Unlock()
	return a.document(userID, append(append([]string{"MsgType", kind}, fields...), "MsgId", id))
}

// Event returns the XML of an event, which has no id.
func (a *WorkAppAccount) Event(userID, event string, fields ...string) string {
	return a.document(userID, append([]string{"MsgType", "event", "Event", event}, fields...))
}

func (a *WorkAppAccount) document(userID string, fields []string) string {
	return callbackDocument(a.Corp, userID, a.p.opts.Now(), fields, fmt.Sprintf("<AgentID>%d</AgentID>", a.AgentID))
}

// Act tells the server of something that a person did, as the platform does: it
// waits five seconds and comes again three times; faults that strike callbacks
// strike it ([AppCallback]). The error is about a server that answers what no
// platform would take.
func (a *WorkAppAccount) Act(ctx context.Context, document string) (Reply, error) {
	a.p.mu.Lock()
	client := a.client
	a.p.mu.Unlock()
	if client == nil {
		return Reply{}, errors.New("the app is not connected")
	}
	var said struct {
		From string `xml:"FromUserName"`
	}
	_ = xml.Unmarshal([]byte(document), &said) // what is no XML is nobody's
	return posting{
		p: a.p, occasion: occasion{AppCallback, a.Chat(said.From), document}, client: client,
		request: func(ctx context.Context) (*http.Request, error) { return a.Request(ctx, document) },
		read:    func(body string) (string, error) { return a.read(body, document) },
	}.send(ctx)
}

// Request returns a callback with that document, sealed and signed now.
func (a *WorkAppAccount) Request(ctx context.Context, document string) (*http.Request, error) {
	a.p.mu.Lock()
	a.p.serial++
	dice := rand.New(rand.NewPCG(a.p.opts.Seed, 1<<43+a.p.serial))
	target := a.url
	a.p.mu.Unlock()
	sealed, q, err := sealCallback(a.Token, a.AESKey, a.Corp, document, unixString(a.p.opts.Now()), dice)
	if err != nil {
		return nil, err
	}
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><AgentID><![CDATA[%d]]></AgentID><Encrypt><![CDATA[%s]]></Encrypt></xml>", a.Corp, a.AgentID, sealed)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target+"?"+q.Encode(), strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making a callback: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	return req, nil
}

// sealCallback seals a document and signs it in the parameters of a URL.
func sealCallback(signer, aesKey, receiveID, document, at string, dice *rand.Rand) (sealed string, q url.Values, err error) {
	key, err := callbackKey(aesKey)
	if err != nil {
		return "", nil, err
	}
	if sealed, err = callbackSeal(key, token(dice, 16), document, receiveID); err != nil {
		return "", nil, err
	}
	nonce := strconv.FormatUint(uint64(dice.Uint32()), 10)
	return sealed, url.Values{"msg_signature": {callbackSign(signer, at, nonce, sealed)}, "timestamp": {at}, "nonce": {nonce}}, nil
}

// Verify asks the server to prove that the address is its own, as the platform
// does when an administrator saves it: within a second, in the clear.
func (a *WorkAppAccount) Verify(ctx context.Context) error {
	a.p.mu.Lock()
	target, client := a.url, a.client
	a.p.mu.Unlock()
	return verifyCallback(ctx, client, target, a.Token, a.AESKey, a.Corp, unixString(a.p.opts.Now()))
}

func verifyCallback(ctx context.Context, client *http.Client, target, signer, aesKey, receiveID, at string) error {
	const echo = "4161294212838432153"
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	sealed, q, err := sealCallback(signer, aesKey, receiveID, echo, at, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		return err
	}
	q.Set("echostr", sealed)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("making a callback: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("verifying the address: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10)); err != nil || string(body) != echo {
		return fmt.Errorf("verifying the address: status %d and %q, want %q", resp.StatusCode, body, echo)
	}
	return nil
}

// appReply is what a server answers a callback with.
type appReply struct {
	XMLName xml.Name `xml:"xml"`
	To      string   `xml:"ToUserName"`
	From    string   `xml:"FromUserName"`
	Created int64    `xml:"CreateTime"`
	Type    string   `xml:"MsgType"`
	Content *string  `xml:"Content"`
	Card    *struct {
		Type   string `xml:"CardType"`
		Source *struct {
			Desc string `xml:"Desc"`
		} `xml:"Source"`
		Title struct {
			Title string `xml:"Title"`
			Desc  string `xml:"Desc"`
		} `xml:"MainTitle"`
		SubTitle string `xml:"SubTitleText"`
		Fields   []struct {
			Name  string `xml:"KeyName"`
			Value string `xml:"Value"`
		} `xml:"HorizontalContentList"`
		Buttons []struct {
			Text  string `xml:"Text"`
			Style int    `xml:"Style"`
			Key   string `xml:"Key"`
		} `xml:"ButtonList"`
		Replace string `xml:"ReplaceText"`
	} `xml:"TemplateCard"`
}

// read carries out what a reply says and returns the words that the person reads.
func (a *WorkAppAccount) read(body, document string) (string, error) {
	if body == "" {
		return "", nil
	}
	said, err := a.unseal(body)
	if err != nil {
		return "", err
	}
	var asked struct {
		To   string `xml:"ToUserName"`
		From string `xml:"FromUserName"`
		Task string `xml:"TaskId"`
	}
	if err := xml.Unmarshal([]byte(document), &asked); err != nil {
		return "", fmt.Errorf("the callback: %w", err)
	}
	switch {
	case said.To != asked.From || said.From != asked.To || said.Created == 0:
		return "", errors.New("the reply is not addressed to who asked, or has no time")
	case said.Type == "text" && said.Content != nil && said.Card == nil:
		if strings.TrimSpace(*said.Content) == "" || len(*said.Content) > appText {
			return "", fmt.Errorf("the reply has %d bytes", len(*said.Content))
		}
		return *said.Content, a.told(asked.From, *said.Content)
	case said.Type == "update_template_card" && said.Card != nil && said.Content == nil && asked.Task != "":
		return "", a.replaced(asked.Task, asked.From, said)
	}
	return "", fmt.Errorf("the reply is of type %q", said.Type)
}

// unseal opens a sealed reply.
func (a *WorkAppAccount) unseal(body string) (*appReply, error) {
	var r sealedReply
	if err := strictXML(body, &r); err != nil {
		return nil, fmt.Errorf("the sealed reply: %w", err)
	}
	if r.Signature != callbackSign(a.Token, r.Timestamp, r.Nonce, r.Encrypt) {
		return nil, errors.New("the sealed reply has a wrong signature")
	}
	key, err := callbackKey(a.AESKey)
	if err != nil {
		return nil, err
	}
	text, err := callbackOpen(key, r.Encrypt, a.Corp)
	if err != nil {
		return nil, err
	}
	said := new(appReply)
	if err := strictXML(text, said); err != nil {
		return nil, fmt.Errorf("the reply: %w", err)
	}
	return said, nil
}

// told puts the words of a reply into the conversation.
func (a *WorkAppAccount) told(userID, text string) error {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	m := a.p.members[userID]
	if m == nil {
		return nil // a stranger, of whom a test has told
	}
	a.p.privateChat(a.bot, m).add(&message{bot: a.bot, Message: Message{ID: a.p.mint("MSG_"), At: a.p.opts.Now(),
		From: a.bot.ID, FromBot: true, Type: "text", Text: text}}, a.p.opts.Keep)
	a.p.notify()
	return nil
}

// replaced changes a pressed card for the one who pressed it.
func (a *WorkAppAccount) replaced(taskID, userID string, said *appReply) error {
	r := said.Card
	w := &wireCardUpdate{Replace: r.Replace, wireCard: wireCard{CardType: r.Type, SubTitle: r.SubTitle, MainTitle: &wireTitle{r.Title.Title, r.Title.Desc}}}
	if r.Source != nil {
		w.Source = &wireSource{Desc: r.Source.Desc}
	}
	for _, f := range r.Fields {
		w.Fields = append(w.Fields, wireField{KeyName: f.Name, Value: f.Value})
	}
	for _, b := range r.Buttons {
		w.Buttons = append(w.Buttons, wireButton{Text: b.Text, Style: b.Style, Key: b.Key})
	}
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	m := a.bot.cards[taskID]
	if m == nil {
		return fmt.Errorf("no card %q", taskID)
	}
	card, no := w.inPlaceOf(m.first)
	if no != nil {
		return fmt.Errorf("the card of the reply: %s", no.msg)
	}
	m.update(card, []string{userID})
	a.p.notify()
	return nil
}

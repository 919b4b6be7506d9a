package wechattest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// This file is the callback mode of an aibot (pages 100719, 101031, 101033,
// 101138): what people do goes to an address of the bot's own, is answered in the
// same request or once within an hour, and nothing can be pushed.

// responseWindow is how long a late answer may come.
const responseWindow = time.Hour

// BotCallback is how an aibot in callback mode seals.
type BotCallback struct{ Token, AESKey string }

// botCallback is the callback mode of a bot. Guarded by Platform.mu.
type botCallback struct {
	BotCallback
	url    string
	client *http.Client
}

// lateAnswer is what a response code is good for.
type lateAnswer struct {
	bot  *bot
	chat *chat
	at   time.Time
}

// CallBack switches a bot to callback mode, which ends its long connection, and
// says where callbacks go.
func (p *Platform) CallBack(botID, url string, client *http.Client) BotCallback {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.botByID[botID]
	if b.callback == nil {
		dice := rand.New(rand.NewPCG(p.opts.Seed, 5000))
		b.callback = &botCallback{BotCallback: BotCallback{token(dice, 24), token(dice, 43)}}
	}
	b.callback.url, b.callback.client = url, client
	if b.conn != nil {
		go b.conn.cut()
	}
	return b.callback.BotCallback
}

// VerifyBot asks the server of a bot in callback mode to prove that the address
// is its own.
func (p *Platform) VerifyBot(ctx context.Context, botID string) error {
	p.mu.Lock()
	c := *p.botByID[botID].callback
	p.mu.Unlock()
	return verifyCallback(ctx, c.client, c.url, c.Token, c.AESKey, "", unixString(p.opts.Now()))
}

// CallbackFaults returns what bots in callback mode have answered that no platform
// would take.
func (p *Platform) CallbackFaults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.callbackFaults...)
}

// call tells the server of b of e, beside the caller. p.mu is held.
func (p *Platform) call(b *bot, e *emission) {
	if p.closed {
		return
	}
	p.wg.Add(1)
	c, code := *b.callback, ""
	body := e.body
	if e.kind != enterCallback {
		code = p.mint("RC_")
		p.lateAnswers[code] = lateAnswer{b, e.chat, p.opts.Now()}
		more := appendJSON(nil, map[string]string{"response_url": "https://" + workHost + "/cgi-bin/aibot/response?response_code=" + code})
		body = append(append(append([]byte{}, body[:len(body)-1]...), ','), more[1:]...)
	}
	go func() {
		defer p.wg.Done()
		for range callbackTries {
			again, err := p.callOnce(&c, b, e, body)
			if err != nil {
				p.mu.Lock()
				p.callbackFaults = append(p.callbackFaults, err.Error())
				p.notify()
				p.mu.Unlock()
			}
			if !again {
				return
			}
		}
	}()
}

// callOnce calls once. It reports whether the platform comes again.
func (p *Platform) callOnce(c *botCallback, b *bot, e *emission, body []byte) (again bool, err error) {
	p.mu.Lock()
	p.serial++
	dice := rand.New(rand.NewPCG(p.opts.Seed, 1<<44+p.serial))
	p.mu.Unlock()
	sealed, q, err := sealCallback(c.Token, c.AESKey, "", string(body), unixString(p.opts.Now()), dice)
	if err != nil {
		return false, err
	}
	answer, err := sendCallbackOnce(context.Background(), c.client, func(ctx context.Context) (*http.Request, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"?"+q.Encode(), bytes.NewReader(appendJSON(nil, map[string]string{"encrypt": sealed})))
		if err != nil {
			return nil, fmt.Errorf("making a callback: %w", err)
		}
		return req, nil
	})
	var refused *refusedCallback
	switch {
	case errors.As(err, &refused):
		return true, nil
	case err != nil, len(answer) == 0:
		return false, err
	}
	said, err := c.open(answer, q.Get("nonce"))
	if err != nil {
		return false, err
	}
	return false, p.answered(b, e, said)
}

// open unseals a reply.
func (c *botCallback) open(body []byte, nonce string) ([]byte, error) {
	var r struct {
		Encrypt   string `json:"encrypt"`
		Signature string `json:"msgsignature"`
		Timestamp int64  `json:"timestamp"`
		Nonce     string `json:"nonce"`
	}
	if no := decodeWeb(body, &r); no != nil {
		return nil, errors.New("the sealed reply: " + no.msg)
	}
	if r.Nonce != nonce || r.Signature != callbackSign(c.Token, fmt.Sprint(r.Timestamp), r.Nonce, r.Encrypt) {
		return nil, errors.New("the sealed reply has a wrong signature or nonce")
	}
	key, err := callbackKey(c.AESKey)
	if err != nil {
		return nil, err
	}
	text, err := callbackOpen(key, r.Encrypt, "")
	return []byte(text), err
}

// answered carries out a reply.
func (p *Platform) answered(b *bot, e *emission, said []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.notify()
	now := p.opts.Now()
	if e.kind == clickCallback {
		r, no := parseUpdate(json.RawMessage(said))
		if no != nil {
			return errors.New("the reply to a click: " + no.msg)
		}
		u := r.(*update)
		if u.card.TaskID != e.card.first.TaskID {
			return errors.New("the reply to a click has another task_id")
		}
		if no := p.spend(e.chat, b, now); no != nil {
			return errors.New(no.msg)
		}
		for i, id := range u.users {
			u.users[i] = p.plainID(id)
		}
		e.card.update(u.card, u.users)
		return nil
	}
	types := []string{"stream", "template_card"}
	if e.kind == enterCallback {
		types = []string{"text", "template_card"}
	}
	var w wireMessage
	no := decodeWeb(said, &w)
	var pl payload
	if no == nil {
		no = pl.read(&w, types...)
	}
	if no == nil && pl.kind == "stream" && !pl.finish {
		no = bad("stream.finish", "this fake does not come for more")
	}
	if no == nil {
		var m *message
		if m, no = p.compose(e.chat, b, &pl, now); no == nil && pl.kind == "stream" {
			m.Type = "markdown"
		}
	}
	if no != nil {
		return fmt.Errorf("the reply: %d %s", no.code, no.msg)
	}
	return nil
}

// lateReply is one message to a response_url.
type lateReply struct {
	code string
	pl   payload
	no   *refusal
}

func aibotCallbackEndpoints() []endpoint {
	return []endpoint{{workHost, "/cgi-bin/aibot/response", readLateReply}}
}

func readLateReply(r *http.Request, body []byte) webRequest {
	q := &lateReply{code: r.URL.Query().Get("response_code")}
	var w wireMessage
	if q.no = decodeWeb(body, &w); q.no == nil {
		q.no = q.pl.read(&w, "markdown", "template_card")
	}
	return q
}

func (q *lateReply) words() string { return q.pl.words() }

func (q *lateReply) chat(p *Platform) string {
	if l, ok := p.lateAnswers[q.code]; ok {
		return l.chat.id
	}
	return ""
}

func (q *lateReply) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	l, ok := p.lateAnswers[q.code]
	switch {
	case !ok || expired(l.at, now, responseWindow):
		return nil, bad("response_code", "unknown, expired or used")
	case q.no != nil:
		return nil, q.no
	}
	if _, no := p.compose(l.chat, l.bot, &q.pl, now); no != nil {
		return nil, no
	}
	delete(p.lateAnswers, q.code)
	return nil, nil
}

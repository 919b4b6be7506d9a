package wechattest

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Error codes of the 公众号 interfaces.
const (
	codeBadCredential  = 40001 // token superseded, or a wrong secret
	codeBadAppID       = 40013
	codeBadToken       = 40014
	codeBadMenuKey     = 40019
	codeBadTemplate    = 40037
	codeBadAppSecret   = 40125
	codeOldToken       = 42001
	codeNotFollowing   = 43004
	codeNoConsent      = 43101
	codeNoWindow       = 45015
	codeTooManyReplies = 45047
	codeBadTemplateArg = 47003
)

// officialEndpoints are the interfaces of 公众号.
func officialEndpoints() []endpoint {
	return []endpoint{
		{officialHost, "/cgi-bin/token", readPlainToken},
		{officialHost, "/cgi-bin/stable_token", readStableToken},
		{officialHost, "/cgi-bin/message/custom/send", readCustom},
		{officialHost, "/cgi-bin/message/template/send", readTemplate},
		{officialHost, "/cgi-bin/message/subscribe/bizsend", readSubscribe},
		{officialHost, "/cgi-bin/menu/create", readMenu},
	}
}

// official returns the account of an AppID. p.mu is held.
func (p *Platform) official(appID string) *OfficialAccount {
	for _, a := range p.officials {
		if a.AppID == appID {
			return a
		}
	}
	return nil
}

// bearer returns the account that an access token is for. p.mu is held.
func (p *Platform) bearer(value string, now time.Time) (*OfficialAccount, *refusal) {
	for _, a := range p.officials {
		t := a.tokens[value]
		switch {
		case t == nil:
			continue
		case t.dead:
			return nil, refuse(codeBadCredential, "invalid credential, access_token is invalid or not latest")
		case !now.Before(t.endsAt):
			return nil, refuse(codeOldToken, "access_token expired")
		}
		return a, nil
	}
	return nil, refuse(codeBadToken, "invalid access_token")
}

// mintToken hands out a new access token. p.mu is held.
func (a *OfficialAccount) mintToken(now time.Time) string {
	a.p.serial++
	value := token(rand.New(rand.NewPCG(a.p.opts.Seed, 1<<40+a.p.serial)), a.TokenLength)
	a.tokens[value] = &officialToken{endsAt: now.Add(officialTokenLife)}
	return value
}

// credentials returns the account, or refuses the pair. p.mu is held.
func (p *Platform) credentials(appID, secret string) (*OfficialAccount, *refusal) {
	a := p.official(appID)
	switch {
	case a == nil:
		return nil, refuse(codeBadAppID, "invalid appid")
	case a.Secret != secret:
		return nil, refuse(codeBadAppSecret, "invalid appsecret")
	}
	return a, nil
}

// plainToken asks /cgi-bin/token, which ends the token that it gave before.
type plainToken struct{ grant, appID, secret string }

func readPlainToken(r *http.Request, _ []byte) webRequest {
	q := r.URL.Query()
	return &plainToken{q.Get("grant_type"), q.Get("appid"), q.Get("secret")}
}

func (*plainToken) byGet() bool           { return true }
func (*plainToken) words() string         { return "" }
func (*plainToken) chat(*Platform) string { return "" }

func (q *plainToken) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	if q.grant != "client_credential" {
		return nil, refuse(40002, "invalid grant_type")
	}
	a, no := p.credentials(q.appID, q.secret)
	if no != nil {
		return nil, no
	}
	if old := a.tokens[a.plain]; old != nil {
		old.dead = true
	}
	a.plain = a.mintToken(now)
	return map[string]any{"access_token": a.plain, "expires_in": int(officialTokenLife.Seconds())}, nil
}

// stableToken asks /cgi-bin/stable_token, which gives the same token again until
// shortly before its end.
type stableToken struct {
	Grant  string `json:"grant_type"`
	AppID  string `json:"appid"`
	Secret string `json:"secret"`
	Force  bool   `json:"force_refresh"`
	no     *refusal
}

func readStableToken(_ *http.Request, body []byte) webRequest {
	q := new(stableToken)
	q.no = decodeWeb(body, q)
	return q
}

func (*stableToken) words() string         { return "" }
func (*stableToken) chat(*Platform) string { return "" }

func (q *stableToken) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	switch {
	case q.no != nil:
		return nil, q.no
	case q.Grant != "client_credential":
		return nil, refuse(40002, "invalid grant_type")
	}
	a, no := p.credentials(q.AppID, q.Secret)
	if no != nil {
		return nil, no
	}
	if q.Force {
		if no := a.force(now); no != nil {
			return nil, no
		}
	}
	t := a.tokens[a.stable]
	if q.Force && t != nil {
		t.dead = true
	}
	if q.Force || t == nil || t.endsAt.Sub(now) <= stableKept {
		a.stable = a.mintToken(now)
		t = a.tokens[a.stable]
	}
	return map[string]any{"access_token": a.stable, "expires_in": int(t.endsAt.Sub(now).Seconds())}, nil
}

// force counts a forced refresh. p.mu is held.
func (a *OfficialAccount) force(now time.Time) *refusal {
	a.forced = slices.DeleteFunc(a.forced, func(at time.Time) bool { return now.Sub(at) >= 24*time.Hour })
	if n := len(a.forced); n >= forceMost || n > 0 && now.Sub(a.forced[n-1]) < forceApart {
		return refuse(codeFrequency, "reach max api daily quota limit")
	}
	a.forced = append(a.forced, now)
	return nil
}

// officialSend is what the three ways to write to a person have in common.
type officialSend struct {
	bearer string
	to     string
	no     *refusal
}

func (q *officialSend) chat(*Platform) string { return q.to }

// begin returns the account and what is wrong so far. p.mu is held.
func (q *officialSend) begin(p *Platform, now time.Time) (*OfficialAccount, *refusal) {
	a, no := p.bearer(q.bearer, now)
	switch {
	case no != nil:
		return nil, no
	case q.no != nil:
		return nil, q.no
	case q.to == "" || a.followers[q.to] == nil:
		return nil, refuse(codeNoUser, "invalid openid")
	}
	return a, nil
}

// deliver puts a message before a person. p.mu is held.
func (a *OfficialAccount) deliver(to, kind, content string, now time.Time) string {
	id := a.p.mint("OA_")
	a.p.sent = append(a.p.sent, Delivery{MsgID: id, BotID: a.AppID, Chat: to, Type: kind, Content: content, At: now})
	a.place(to, id, content)
	return id
}

// custom is a customer-service message.
type custom struct {
	officialSend
	text string
}

func readCustom(r *http.Request, body []byte) webRequest {
	var w struct {
		To   string `json:"touser"`
		Type string `json:"msgtype"`
		Text *struct {
			Content string `json:"content"`
		} `json:"text"`
	}
	q := &custom{officialSend: officialSend{bearer: r.URL.Query().Get("access_token")}}
	q.no = decodeWeb(body, &w)
	q.to = w.To
	switch {
	case q.no != nil:
	case w.Type != "text":
		q.no = refuse(codeBadMsgType, "invalid message type")
	case w.Text == nil || strings.TrimSpace(w.Text.Content) == "":
		q.no = refuse(codeEmpty, "empty content")
	case len(w.Text.Content) > officialText:
		q.no = refuse(codeTooBig, "content size out of limit")
	default:
		q.text = w.Text.Content
	}
	return q
}

func (q *custom) words() string { return q.text }

func (q *custom) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no == nil {
		no = a.spend(q.to, now)
	}
	if no == nil {
		a.deliver(q.to, "text", q.text, now)
	}
	return nil, no
}

// noticeMessage is a template message or, with consent, a subscribe message.
type noticeMessage struct {
	officialSend
	template string
	consent  bool
	content  string
}

func readTemplate(r *http.Request, body []byte) webRequest { return readNotice(r, body, false) }

func readSubscribe(r *http.Request, body []byte) webRequest { return readNotice(r, body, true) }

func readNotice(r *http.Request, body []byte, consent bool) webRequest {
	var w struct {
		To       string `json:"touser"`
		Template string `json:"template_id"`
		URL      string `json:"url"`
		Page     string `json:"page"`
		ID       string `json:"client_msg_id"`
		Data     map[string]struct {
			Value string `json:"value"`
		} `json:"data"`
	}
	q := &noticeMessage{officialSend: officialSend{bearer: r.URL.Query().Get("access_token")}, consent: consent}
	q.no = decodeWeb(body, &w)
	q.to, q.template = w.To, w.Template
	if q.no == nil && len(w.Data) == 0 {
		q.no = missing("data")
	}
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(w.Data)) {
		value := w.Data[key].Value
		// thing fields hold 20 characters; longer ones are refused since 2023.
		if strings.HasPrefix(key, "thing") && (value == "" || utf8.RuneCountInString(value) > 20) {
			q.no = refuse(codeBadTemplateArg, "argument invalid! data.%s.value invalid", key)
		}
		lines = append(lines, value)
	}
	q.content = strings.Join(lines, "\n")
	return q
}

func (q *noticeMessage) words() string { return q.content }

func (q *noticeMessage) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	f, ids, kind := a.followers[q.to], a.Templates, "template"
	if q.consent {
		ids, kind = a.Subscriptions, "subscribe"
	}
	switch {
	case !slices.Contains(ids, q.template):
		return nil, refuse(codeBadTemplate, "invalid template_id")
	case q.consent && f.consents[q.template] == 0:
		return nil, refuse(codeNoConsent, "user refuse to accept the msg")
	case !q.consent && !f.follows:
		return nil, refuse(codeNotFollowing, "require subscribe")
	}
	if q.consent {
		f.consents[q.template]--
	}
	a.deliver(q.to, kind, q.content, now)
	return map[string]any{"msgid": p.serial}, nil
}

// menuRequest makes the account's menu.
type menuRequest struct {
	bearer string
	body   string
	no     *refusal
}

func readMenu(r *http.Request, body []byte) webRequest {
	type button struct {
		Type string `json:"type"`
		Name string `json:"name"`
		Key  string `json:"key"`
	}
	var w struct {
		Buttons []button `json:"button"`
	}
	q := &menuRequest{bearer: r.URL.Query().Get("access_token"), body: string(body)}
	q.no = decodeWeb(body, &w)
	if q.no == nil && (len(w.Buttons) == 0 || len(w.Buttons) > 3) {
		q.no = refuse(40016, "invalid button size")
	}
	for _, b := range w.Buttons {
		if q.no == nil && (b.Type != "click" || b.Name == "" || len(b.Name) > 16 || b.Key == "" || len(b.Key) > 128) {
			q.no = refuse(codeBadMenuKey, "invalid button key size")
		}
	}
	return q
}

func (*menuRequest) words() string         { return "" }
func (*menuRequest) chat(*Platform) string { return "" }

func (q *menuRequest) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := p.bearer(q.bearer, now)
	if no == nil {
		no = q.no
	}
	if no != nil {
		return nil, no
	}
	a.menu = q.body
	return nil, nil
}

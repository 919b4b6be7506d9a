package wechattest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// An Official describes a 公众号 (service account). Empty ids and secrets are
// filled in from [Options].Seed.
type Official struct {
	AppID, Secret string
	// ID is the account's own name in messages (gh_…), Name what people read; empty
	// means 公众号.
	ID, Name string
	// Token signs callbacks.
	Token string
	// AESKey (EncodingAESKey, 43 characters) encrypts callbacks (安全模式). With
	// Plain set they go out in the clear (明文模式).
	AESKey string
	Plain  bool
	// Templates are the ids of its template messages, Subscriptions those of its
	// subscribe messages.
	Templates, Subscriptions []string
	// TokenLength is how many characters an access token has; 0 means 140.
	TokenLength int
}

// How long what a person did lets the account write to him, and how often.
const (
	officialSpoke     = 48 * time.Hour
	officialSpokeMost = 5
	officialActed     = time.Minute
	officialActedMost = 3
	officialText      = 2048 // bytes
	officialTokenLife = 2 * time.Hour
	stableKept        = 5 * time.Minute // before its end stable_token makes a new one
	forceApart        = 30 * time.Second
	forceMost         = 20 // a day
)

// An OfficialAccount is a simulated 公众号: its HTTP interfaces are part of
// [Platform.WebAPI], and its users act by its methods, which send callbacks to
// the server of [OfficialAccount.Connect]. It is safe for concurrent use.
type OfficialAccount struct {
	Official
	p *Platform

	// Guarded by Platform.mu.
	bot       *bot               // what people see as the sender; none of the corp's aibots
	visitors  map[string]*Member // by openid, who come by the page
	url       string
	client    *http.Client
	tokens    map[string]*officialToken
	plain     string // the token of /cgi-bin/token
	stable    string // the token of /cgi-bin/stable_token
	forced    []time.Time
	followers map[string]*follower
	menu      string
	msgID     uint64
}

// officialToken is an access token that was handed out.
type officialToken struct {
	endsAt time.Time
	dead   bool // superseded
}

// follower is one person at one account. spoke and acted are what the account
// may still send because of it.
type follower struct {
	follows      bool
	spoke, acted allowance
	consents     map[string]int // by template id
}

type allowance struct {
	until time.Time
	left  int
}

func (a *allowance) open(now time.Time) bool { return now.Before(a.until) }

// AddOfficial adds a 公众号. It panics if there is one with this AppID.
func (p *Platform) AddOfficial(o Official) *OfficialAccount {
	p.mu.Lock()
	defer p.mu.Unlock()
	dice := rand.New(rand.NewPCG(p.opts.Seed, 3000+uint64(len(p.officials))))
	for _, f := range []struct {
		field  *string
		prefix string
		n      int
	}{{&o.AppID, "wx", 16}, {&o.Secret, "", 32}, {&o.ID, "gh_", 12}, {&o.Token, "", 24}, {&o.AESKey, "", 43}} {
		if *f.field == "" {
			*f.field = f.prefix + token(dice, f.n)
		}
	}
	if o.TokenLength == 0 {
		o.TokenLength = 140
	}
	if o.Name == "" {
		o.Name = "公众号"
	}
	if slices.ContainsFunc(p.officials, func(other *OfficialAccount) bool { return other.AppID == o.AppID }) {
		panic(fmt.Sprintf("wechattest: two official accounts are %s", o.AppID))
	}
	a := &OfficialAccount{Official: o, p: p, bot: &bot{Bot: Bot{ID: o.AppID, Name: o.Name}}, visitors: map[string]*Member{}, tokens: map[string]*officialToken{}, followers: map[string]*follower{}, msgID: 24_000_000_000_000_000}
	p.officials = append(p.officials, a)
	p.notify()
	return a
}

// Connect says where callbacks go: a URL, and the client to reach it by.
func (a *OfficialAccount) Connect(url string, client *http.Client) {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.url, a.client = url, client
}

// Menu returns the JSON of the account's menu, "" if none was made.
func (a *OfficialAccount) Menu() string {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	return a.menu
}

// Consent lets the account send one subscribe message of this template to a
// person (one-time subscription).
func (a *OfficialAccount) Consent(openID, template string) {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.person(openID).consents[template]++
}

// SupersedeToken makes every access token dead before its time, as a fetch by
// another program does: they are answered with 40001.
func (a *OfficialAccount) SupersedeToken() {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	for _, t := range a.tokens {
		t.dead = true
	}
	a.plain, a.stable = "", ""
}

// ExpireToken makes every access token expired: they are answered with 42001.
func (a *OfficialAccount) ExpireToken() {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	for _, t := range a.tokens {
		t.endsAt = a.p.opts.Now()
	}
	a.plain, a.stable = "", ""
}

// person returns the state of a person. p.mu is held.
func (a *OfficialAccount) person(openID string) *follower {
	f := a.followers[openID]
	if f == nil {
		f = &follower{consents: map[string]int{}}
		a.followers[openID] = f
	}
	return f
}

// speaks notes that a person wrote, or, if !wrote, did something else. p.mu is
// held.
func (a *OfficialAccount) speaks(openID string, wrote bool) {
	f, now := a.person(openID), a.p.opts.Now()
	f.follows = true
	if wrote {
		f.spoke = allowance{now.Add(officialSpoke), officialSpokeMost}
	} else {
		f.acted = allowance{now.Add(officialActed), officialActedMost}
	}
}

// spend takes one customer-service message from what a person's deeds allow.
// p.mu is held.
func (a *OfficialAccount) spend(openID string, now time.Time) *refusal {
	f := a.followers[openID]
	switch {
	case f == nil:
		return refuse(codeNoUser, "invalid openid")
	case f.spoke.open(now) && f.spoke.left > 0:
		f.spoke.left--
	case f.acted.open(now) && f.acted.left > 0:
		f.acted.left--
	case f.spoke.open(now) || f.acted.open(now):
		return refuse(codeTooManyReplies, "out of response count limit")
	default:
		return refuse(codeNoWindow, "response out of time limit or subscription is canceled")
	}
	return nil
}

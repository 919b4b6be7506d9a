package wechattest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A WorkApp describes a self-built app (自建应用). Empty ids and secrets are
// filled in from [Options].Seed.
type WorkApp struct {
	Corp    string // CorpID; all apps of a Platform have the same
	AgentID int
	Secret  string
	Name    string
	// Token and AESKey (EncodingAESKey, 43 characters) seal callbacks.
	Token, AESKey string
	// Visible are the userids in the app's visible range; nil means the whole
	// corporation, and only then may it make groups.
	Visible []string
	// TokenLife is how long an access token holds; 0 means 2 hours.
	TokenLife time.Duration
}

// Limits of an app (pages 90236, 90245, 90248, 90313, 90454, 94867).
const (
	appText       = 2048
	appPerMinute  = 30
	appPerHour    = 1000
	appTokenLife  = 2 * time.Hour
	appRecall     = 24 * time.Hour
	appSameMost   = 4 * time.Hour
	appCodeLife   = 72 * time.Hour
	appImage      = 10 << 20
	appMemberRate = 200 // a minute, to one member in groups
	// appStrangers is how many wrong credentials in an hour have gettoken blocked
	// for an hour.
	appStrangers = 2000
)

// A WorkAppAccount is a simulated app. Its HTTP interfaces are part of
// [Platform.WebAPI], and people act on it by its methods, which send callbacks to
// the server of [WorkAppAccount.Connect]. It is safe for concurrent use.
type WorkAppAccount struct {
	WorkApp
	p *Platform

	// Guarded by Platform.mu.
	bot      *bot // what people see as the sender; none of the corp's aibots
	url      string
	client   *http.Client
	tokens   map[string]time.Time // when each ends
	token    string
	untrust  bool
	sent     map[string]appSent   // by msgid
	same     map[string]time.Time // by content: when it was first taken
	codes    map[string]appCode   // response codes
	groups   map[string]*chat
	rates    map[string]*window // by userid
	dropped  int
	msgID    uint64
	requests map[string]int // by interface
}

// appSent is a message that can be recalled.
type appSent struct {
	message *message
	at      time.Time
}

// appCode lets one card be updated once.
type appCode struct {
	message *message
	endsAt  time.Time
}

// AddApp adds a self-built app. It panics if there is one with this AgentID.
func (p *Platform) AddApp(w WorkApp) *WorkAppAccount {
	p.mu.Lock()
	defer p.mu.Unlock()
	dice := rand.New(rand.NewPCG(p.opts.Seed, 4000+uint64(len(p.apps))))
	if len(p.apps) > 0 && w.Corp == "" {
		w.Corp = p.apps[0].Corp
	}
	if w.AgentID == 0 {
		w.AgentID = 1000002 + len(p.apps)
	}
	for _, f := range []struct {
		field  *string
		prefix string
		n      int
	}{{&w.Corp, "ww", 16}, {&w.Secret, "", 43}, {&w.Token, "", 24}, {&w.AESKey, "", 43}} {
		if *f.field == "" {
			*f.field = f.prefix + token(dice, f.n)
		}
	}
	if slices.ContainsFunc(p.apps, func(other *WorkAppAccount) bool { return other.AgentID == w.AgentID }) {
		panic(fmt.Sprintf("wechattest: two apps are %d", w.AgentID))
	}
	if w.TokenLife == 0 {
		w.TokenLife = appTokenLife
	}
	id := "app" + strconv.Itoa(w.AgentID)
	if w.Name == "" {
		w.Name = "自建应用"
	}
	a := &WorkAppAccount{WorkApp: w, p: p, tokens: map[string]time.Time{}, sent: map[string]appSent{}, same: map[string]time.Time{},
		codes: map[string]appCode{}, groups: map[string]*chat{}, rates: map[string]*window{}, msgID: 7_000_000_000_000_000, requests: map[string]int{},
		bot: &bot{Bot: Bot{ID: id, Name: w.Name}, cards: map[string]*message{}, entered: map[string]string{}}}
	p.apps = append(p.apps, a)
	p.notify()
	return a
}

// Connect says where callbacks go: a URL, and the client to reach it by.
func (a *WorkAppAccount) Connect(url string, client *http.Client) {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.url, a.client = url, client
}

// Chat returns the id under which the conversation of a person with the app is
// known to this package's methods.
func (a *WorkAppAccount) Chat(userID string) string { return a.p.PrivateChat(a.bot.ID, userID) }

// ExpireToken makes every access token of the app expired before its time: it is
// answered with 42001.
func (a *WorkAppAccount) ExpireToken() {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	for t := range a.tokens {
		a.tokens[t] = a.p.opts.Now()
	}
}

// Untrust takes this machine's address from the list of trusted ones (60020), or
// puts it back.
func (a *WorkAppAccount) Untrust(yes bool) {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.untrust = yes
}

// Dropped returns how many messages were taken and shown to nobody, because one
// person had too many.
func (a *WorkAppAccount) Dropped() int {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	return a.dropped
}

// Requests returns how often an interface was called, such as "user/get".
func (a *WorkAppAccount) Requests(api string) int {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	return a.requests["/cgi-bin/"+api]
}

// CardOf returns the card of this task_id as viewer sees it, or nil.
func (a *WorkAppAccount) CardOf(taskID, viewer string) *Card {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	m := a.bot.cards[taskID]
	if m == nil {
		return nil
	}
	return m.cardFor(viewer).show()
}

// OpenID returns the encrypted id of a person, as a smart bot gives it that no
// super administrator has made.
func (p *Platform) OpenID(userID string) string {
	sum := callbackSign("open", strconv.FormatUint(p.opts.Seed, 10), userID)
	return "wo" + sum[:30]
}

// NameByOpenID makes the smart bots name people by their encrypted ids from now
// on, as they do if no super administrator has made them.
func (p *Platform) NameByOpenID() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.openIDs = true
}

// shownID is how a smart bot is told of a person. p.mu is held.
func (p *Platform) shownID(userID string) string {
	if p.openIDs {
		return p.OpenID(userID)
	}
	return userID
}

// plainID is whom a bot means. p.mu is held.
func (p *Platform) plainID(id string) string {
	for _, userID := range p.people {
		if p.openIDs && p.OpenID(userID) == id {
			return userID
		}
	}
	return id
}

// sees reports whether a person is in the app's visible range.
func (a *WorkAppAccount) sees(userID string) bool {
	return a.p.members[userID] != nil && (a.Visible == nil || slices.Contains(a.Visible, userID))
}

// spend counts a message to a person and reports whether he sees it. p.mu is held.
func (a *WorkAppAccount) spend(userID string, now time.Time, perMinute, perHour int) bool {
	w := a.rates[userID]
	if w == nil {
		w = &window{}
		a.rates[userID] = w
	}
	if a.p.opts.PerMinute >= 0 && w.full(now, perMinute, perHour) {
		a.dropped++
		return false
	}
	w.add(now)
	return true
}

// show puts a message before the people of c, unless nobody sees it. It returns
// its msgid. p.mu is held.
func (a *WorkAppAccount) show(c *chat, q *appPost, seen bool, now time.Time) string {
	id := a.p.mint("MSG_")
	m := &message{bot: a.bot, card: q.shown.card, first: q.shown.card, Message: Message{ID: id, At: now, From: a.bot.ID, FromBot: true,
		Type: q.shown.kind, Text: q.shown.text + a.p.called(q.calls), Media: q.shown.media}}
	if f := a.p.media[q.shown.media]; f != nil {
		m.File, m.Bytes = f.name, len(f.data)
	}
	if task := q.shown.taskID(); task != "" {
		a.bot.cards[task] = m
	}
	a.sent[id] = appSent{m, now}
	if seen {
		c.add(m, a.p.opts.Keep)
		a.p.sent = append(a.p.sent, Delivery{MsgID: id, BotID: a.bot.ID, Chat: c.id, Type: q.shown.kind, TaskID: q.shown.taskID(),
			Content: q.shown.content(), Mention: q.calls, At: now})
	}
	return id
}

// remove takes a message out of c. p.mu is held.
func (c *chat) remove(m *message) {
	c.messages = slices.DeleteFunc(c.messages, func(other *message) bool { return other == m })
	delete(c.byID, m.ID)
}

// department is where userid is in the corp's one tree: the parts of his id
// before a point, as in "jiaoke.zhangsan", or the root.
func (p *Platform) departments() []string {
	names := []string{p.opts.corpName()}
	for _, id := range p.people {
		if d, _, ok := strings.Cut(id, "."); ok && !slices.Contains(names, d) {
			names = append(names, d)
		}
	}
	return names
}

func (Options) corpName() string { return "乡宁县" }

// departmentOf is the number of a person's department.
func (p *Platform) departmentOf(userID string) int {
	d, _, ok := strings.Cut(userID, ".")
	if !ok {
		return 1
	}
	return 1 + slices.Index(p.departments(), d)
}

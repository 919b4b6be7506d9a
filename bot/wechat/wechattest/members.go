package wechattest

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// zone is the corp's civil time, which decides what "the first of the day" is.
var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// chat is one conversation: a group, or one person with one bot. Guarded by
// Platform.mu.
type chat struct {
	id       string
	name     string
	private  *bot // nil in a group
	members  map[string]*Member
	people   []string // userids in the order of joining
	bots     map[*bot]*presence
	messages []*message // oldest first, at most 2 × Keep
	byID     map[string]*message
}

// presence is what a bot is in a chat.
type presence struct {
	in     bool
	spoken bool // somebody has spoken to the bot here since it came
	rate   window
}

// presence returns b's presence in c.
func (c *chat) presence(b *bot) *presence {
	pr := c.bots[b]
	if pr == nil {
		pr = &presence{}
		c.bots[b] = pr
	}
	return pr
}

// A Chat describes one conversation.
type Chat struct {
	// ID is the chatid of a group, or the id of [Platform.PrivateChat].
	ID string
	// Name is the group's name, or the person's.
	Name    string
	Private bool
	Members []Member // in the order of joining
}

// AddMember adds a person to the corp. It panics on an empty or known userid.
func (p *Platform) AddMember(m Member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.UserID == "" || p.members[m.UserID] != nil {
		panic(fmt.Sprintf("wechattest: member %q is empty or twice", m.UserID))
	}
	p.members[m.UserID] = &m
	p.people = append(p.people, m.UserID)
	p.notify()
}

// Members returns the corp's members in the order of their adding.
func (p *Platform) Members() []Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Member, len(p.people))
	for i, id := range p.people {
		out[i] = *p.members[id]
	}
	return out
}

// AddGroup makes an internal group with all the corp's bots in it and returns
// its chatid, which depends on the seed and on how many groups came before. It
// panics on a userid that [Platform.AddMember] has not added.
func (p *Platform) AddGroup(name string, userIDs ...string) (chatID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := newChat("wr"+token(p.ids, 30), name)
	for _, b := range p.bots {
		c.presence(b).in = true
	}
	for _, id := range userIDs {
		if err := p.join(c, id); err != nil {
			panic("wechattest: " + err.Error())
		}
	}
	p.enroll(c)
	return c.id
}

func newChat(id, name string) *chat {
	return &chat{id: id, name: name, members: map[string]*Member{}, bots: map[*bot]*presence{}, byID: map[string]*message{}}
}

// enroll makes c known. p.mu is held.
func (p *Platform) enroll(c *chat) {
	p.chats[c.id] = c
	p.chatIDs = append(p.chatIDs, c.id)
	p.notify()
}

// join puts a person into c. p.mu is held.
func (p *Platform) join(c *chat, userID string) error {
	m := p.members[userID]
	if m == nil {
		return fmt.Errorf("no member %q", userID)
	}
	if c.members[userID] == nil {
		c.members[userID] = m
		c.people = append(c.people, userID)
	}
	return nil
}

// Join puts a person into a group.
func (p *Platform) Join(chatID, userID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[chatID]
	if c == nil || c.private != nil {
		return fmt.Errorf("no group %q", chatID)
	}
	defer p.notify()
	return p.join(c, userID)
}

// Leave takes a person out of a group.
func (p *Platform) Leave(chatID, userID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[chatID]
	if c == nil || c.members[userID] == nil || c.private != nil {
		return fmt.Errorf("no member %q in group %q", userID, chatID)
	}
	delete(c.members, userID)
	c.people = slices.DeleteFunc(c.people, func(id string) bool { return id == userID })
	p.notify()
	return nil
}

// AddBot puts a bot (back) into a group. It can push there once somebody has
// spoken to it.
func (p *Platform) AddBot(chatID, botID string) error { return p.setPresence(chatID, botID, true) }

// RemoveBot takes a bot out of a group. The bot is not told; its pushes are
// refused with 93001.
func (p *Platform) RemoveBot(chatID, botID string) error { return p.setPresence(chatID, botID, false) }

func (p *Platform) setPresence(chatID, botID string, in bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, b := p.chats[chatID], p.botByID[botID]
	if c == nil || b == nil || c.private != nil {
		return fmt.Errorf("no group %q or no bot %q", chatID, botID)
	}
	pr := c.presence(b)
	if pr.in != in {
		pr.in, pr.spoken = in, false
	}
	p.notify()
	return nil
}

// Chats returns all conversations in the order of their making.
func (p *Platform) Chats() []Chat {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Chat, len(p.chatIDs))
	for i, id := range p.chatIDs {
		out[i] = p.chats[id].describe()
	}
	return out
}

func (c *chat) describe() Chat {
	d := Chat{ID: c.id, Name: c.name, Private: c.private != nil}
	for _, id := range c.people {
		d.Members = append(d.Members, *c.members[id])
	}
	return d
}

// PrivateChat returns the id under which the conversation of this person and
// this bot is known to this package's methods. On the wire it is the userid.
func (p *Platform) PrivateChat(botID, userID string) string { return botID + "/" + userID }

// privateChat returns the conversation of m with b, made if need be. p.mu is
// held.
func (p *Platform) privateChat(b *bot, m *Member) *chat {
	id := p.PrivateChat(b.ID, m.UserID)
	c := p.chats[id]
	if c == nil {
		c = newChat(id, m.Name)
		c.private = b
		c.members[m.UserID] = m
		c.people = []string{m.UserID}
		c.presence(b).in = true
		p.enroll(c)
	}
	return c
}

// What people cannot do.
var (
	errNotIn  = errors.New("this person is not in this conversation")
	errSilent = errors.New("nothing is said")
)

// place returns the conversation in which userID acts. A private one is made
// when it is first needed. p.mu is held.
func (p *Platform) place(chatID, userID string) (*chat, error) {
	c := p.chats[chatID]
	if c == nil {
		m := p.members[userID]
		for _, b := range p.bots {
			if m != nil && chatID == p.PrivateChat(b.ID, userID) {
				return p.privateChat(b, m), nil
			}
		}
		return nil, fmt.Errorf("no conversation %q", chatID)
	}
	if c.members[userID] == nil {
		return nil, fmt.Errorf("%q in %q: %w", userID, chatID, errNotIn)
	}
	return c, nil
}

package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// This file reads and writes the doors of groups: by what words the office names a
// webhook, a person who forwards, one person in the app. Which kinds there are the
// program's wiring says; here is nothing of any one channel but the bot's.

// A Door is a kind of door that the office can give to a group.
type Door struct {
	Channel bot.ChannelID
	// Word names it in commands, such as 群机器人. It is also what answers call it.
	Word string
	// Sample says what follows the word, such as 微信群名.
	Sample string
	// Names, if not nil, are all that may follow it. The word may then be left out.
	Names []string
	// Reach makes it a door to one person: it returns the id of the chat in which
	// the channel reaches him, and false if it does not know him. Absent says, as
	// the hint of a refusal, how somebody becomes known there.
	Reach  func(bot.PersonID) (id string, ok bool)
	Absent string
	// Read, unless there is Reach or Names, reads what follows the word as the id of
	// a chat for that unit. Its error is a refusal. nil takes it as it is written.
	Read func(u bot.UnitID, text string) (id string, err error)
	// Show, if set, returns what of an id people know.
	Show func(id string) string
}

// kind is that of the chats on which such doors are.
func (d Door) kind() bot.ChatKind {
	if d.Reach != nil {
		return bot.PrivateChat
	}
	return bot.GroupChat
}

// Words by which people name what is not a kind of [Door].
const (
	wordBot = "机器人"
	wordNew = "新群"
)

// doorName names a door as commands do.
func (b *Bot) doorName(s *book.State, c bot.Chat) string { return b.doorTo(c, personName(s, c)) }

// doorTo is doorName for a door that leads to that person, if it leads to one.
func (b *Bot) doorTo(c bot.Chat, person string) string {
	if c.Channel == bot.ViaBot || c.Channel == "" {
		return wordBot
	}
	word, id := c.Channel.Chinese(), c.ID
	if d, ok := b.doorKind(c); ok {
		word, id = d.Word, d.show(id)
	}
	if c.Kind == bot.PrivateChat {
		return word + "发给" + person
	}
	return word + "“" + id + "”"
}

// personName names him to whom a door leads.
func personName(s *book.State, c bot.Chat) string {
	if c.Kind != bot.PrivateChat {
		return ""
	}
	if m := s.Directory.MemberByID(bot.MemberID(c.ID)); m != nil && m.Name != "" {
		return m.Name
	}
	return c.ID
}

// leadsSomewhere is false for the door of a person whose id has been erased.
func leadsSomewhere(s *book.State, c bot.Chat) bool {
	if c.Kind != bot.PrivateChat {
		return true
	}
	m := s.Directory.MemberByID(bot.MemberID(c.ID))
	return m != nil && m.Person != ""
}

func (b *Bot) doorKind(c bot.Chat) (Door, bool) {
	i := slices.IndexFunc(b.Doors, func(d Door) bool { return d.Channel == c.Channel && d.kind() == c.Kind })
	if i < 0 {
		return Door{}, false
	}
	return b.Doors[i], true
}

func (d Door) show(id string) string {
	if d.Show != nil {
		return d.Show(id)
	}
	return id
}

// newDoor reads which door is meant, for a group of unit u, and what it is called;
// met makes him known to whom it leads.
func (b *Bot) newDoor(s *book.State, u bot.UnitID, text string) (c bot.Chat, name string, met []bot.Payload, err error) {
	d, rest, ok := b.readKind(text)
	switch {
	case strings.TrimSpace(text) == "":
		return c, "", nil, bot.Refuse("没有写渠道", b.doorWords())
	case !ok:
		return c, "", nil, bot.Refuse(fmt.Sprintf("没有认出渠道“%s”", push.Fit(text, 20)), b.doorWords())
	case rest == "":
		return c, "", nil, bot.Refuse(d.Word+"后面还要写"+d.Sample, "")
	}
	c = bot.Chat{Channel: d.Channel, Kind: d.kind(), ID: rest}
	var m directory.Member
	switch {
	case d.Reach != nil:
		m, met, err = b.addressee(s, u, d, rest)
		c.ID = string(m.ID)
	case d.Names != nil && !slices.Contains(d.Names, rest):
		err = bot.Refuse(fmt.Sprintf("配置里没有叫“%s”的%s", push.Fit(rest, 20), d.Word), "配置里有："+strings.Join(d.Names, "、"))
	case d.Names == nil && d.Read != nil:
		c.ID, err = d.Read(u, rest)
	}
	return c, b.doorTo(c, cmp.Or(m.Name, c.ID)), met, err
}

// readKind finds the kind that text begins with, by its word or by one of its names.
func (b *Bot) readKind(text string) (d Door, rest string, ok bool) {
	text = strings.TrimSpace(text)
	for _, d := range b.Doors {
		if slices.Contains(d.Names, text) {
			return d, text, true
		}
	}
	for _, kind := range b.Doors { // the longest word counts: 应用群 is not 应用
		if after, is := after(text, kind.Word); is && len(kind.Word) > len(d.Word) {
			d, rest, ok = kind, after, true
		}
	}
	return d, rest, ok
}

// maxNames is how many names a hint lists.
const maxNames = 6

// doorWords says what can be written.
func (b *Bot) doorWords() string {
	var ways []string
	for _, d := range b.Doors {
		way := d.Word + " " + d.Sample
		if len(d.Names) > 0 {
			names := strings.Join(d.Names[:min(maxNames, len(d.Names))], "、")
			if len(d.Names) > maxNames {
				names += "等"
			}
			way += "（配置里有：" + names + "）"
		}
		ways = append(ways, way)
	}
	return "单位后面可以写：" + strings.Join(ways, "；") + "。别的渠道要先在配置里登记"
}

// addressee returns the one person of unit u whom words name, among those whom the
// channel reaches: by his name, his account or his number.
func (b *Bot) addressee(s *book.State, u bot.UnitID, d Door, words string) (m directory.Member, met []bot.Payload, err error) {
	var found []bot.PersonID
	b.eachKnown(s, u, d, func(p bot.PersonID, id bot.MemberID, name string) {
		if chat, _ := d.Reach(p); name == words || chat == words || id != "" && string(id) == strings.ToLower(words) {
			found = append(found, p)
		}
	})
	switch len(found) {
	case 0:
		return m, nil, bot.Refuse(fmt.Sprintf("%s发不到%s的“%s”", d.Word, b.short[u], push.Fit(words, 20)), d.Absent)
	case 1:
		m, met = s.Directory.Meet(found[0], u)
		return m, met, nil
	}
	var which []string
	for _, p := range found {
		word, _ := d.Reach(p)
		if m := s.Directory.Member(p); m != nil {
			word = string(m.ID)
		}
		which = append(which, word)
	}
	return m, nil, bot.Refuse(fmt.Sprintf("%s有 %d 位“%s”", b.short[u], len(found), words), "请把姓名换成账号或编号："+strings.Join(which, "、"))
}

// eachKnown calls f for each person of unit u whom the channel of d reaches: those met,
// and those on the roster with an account, who have no id yet.
func (b *Bot) eachKnown(s *book.State, u bot.UnitID, d Door, f func(p bot.PersonID, id bot.MemberID, name string)) {
	see := func(p bot.PersonID, id bot.MemberID, name string) {
		if _, ok := d.Reach(p); ok && p != "" {
			f(p, id, name)
		}
	}
	for _, m := range s.Directory.Members(u) {
		see(m.Person, m.ID, m.Name)
	}
	for _, p := range s.Directory.Roster(u) {
		if listed, _ := s.Directory.Meet(p.Person, u); p.Person != "" && p.Member == nil && listed.Unit == u {
			see(p.Person, "", p.Name)
		}
	}
}

// oldDoor finds among groups the one door that text names.
func (b *Bot) oldDoor(s *book.State, groups []*directory.Group, text string) (g *directory.Group, c bot.Chat, err error) {
	text = strings.TrimSpace(text)
	var found []string
	for _, group := range groups {
		for _, door := range group.Doors {
			if b.means(s, door.Chat, text) {
				g, c = group, door.Chat
				found = append(found, string(g.ID))
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, c, bot.Refuse("没有认出是哪个渠道", "请照“渠道 单位”列出的写，例如：机器人、群机器人的名字、人工代发")
	case 1:
		return g, c, nil
	}
	return nil, c, bot.Refuse("有几个群都有这样的渠道："+strings.Join(found, "、"), "请把单位换成群的编号")
}

// means reports whether text names the door c: by its kind alone, or by its kind
// and what follows that.
func (b *Bot) means(s *book.State, c bot.Chat, text string) bool {
	word := c.Channel.Chinese()
	d, ok := b.doorKind(c)
	if ok {
		word = d.Word
	}
	rest, named := after(text, word)
	switch {
	case text == "":
		return false
	case text == b.doorName(s, c), named && rest == "":
		return true
	case c.Kind == bot.GroupChat:
		id := d.show(c.ID)
		return text == id || named && strings.Trim(rest, "“”") == id
	case !named:
		return false
	}
	rest = strings.TrimPrefix(rest, "发给")
	if m := s.Directory.MemberByID(bot.MemberID(c.ID)); m != nil && d.Reach != nil {
		if id, ok := d.Reach(m.Person); ok && rest == id {
			return true
		}
	}
	return rest == personName(s, c) || strings.ToLower(rest) == c.ID
}

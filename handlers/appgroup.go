package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
)

// This file makes a group of the app's own and gives it to a unit as a door.

// A NewGroup is a group that the app is to make.
type NewGroup struct {
	// ID is the platform's; asked for again, it is the same group.
	ID   string
	Unit bot.Unit
	// Owner is one of Known, "" if the unit has no liaison with an account.
	Owner bot.PersonID
	// Known are those of the unit of whom the app's accounts are known.
	Known []bot.PersonID
}

// makeGroup handles “建应用群 教科局”. The platform is asked between two looks at the
// book: what could be refused is refused before.
func (b *Bot) makeGroup(ctx context.Context, op bot.Operator, args, _ string) (text string, err error) {
	if b.MakeGroup == nil {
		return "", bot.Refuse("现在建不了应用群", "要先在配置里登记自建应用，并在程序运行时发")
	}
	var g NewGroup
	add := func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		u, group, rest, err := b.groupArg(s, args)
		if err != nil {
			return nil, err
		}
		if rest != "" {
			return nil, bot.Refuse(fmt.Sprintf("没有看懂“%s”", rest), "请写：建应用群 "+b.short[u])
		}
		if g.ID == "" {
			g = b.newGroup(s, u)
		}
		var id bot.GroupID
		if group != nil {
			id = group.ID
		}
		chat := bot.Chat{Channel: bot.ViaApp, Kind: bot.GroupChat, ID: g.ID}
		id, out, err := s.Directory.AddRoute(u, id, chat, op.ID)
		text = fmt.Sprintf("已加：%s的群 %s 走%s。", b.short[u], id, b.doorName(s, chat))
		return out, err
	}
	if err := b.Book.View(ctx, func(s *book.State, now time.Time) error { _, err := add(s, now); return err }); err != nil {
		return "", err
	}
	n, err := b.MakeGroup(ctx, g)
	if err != nil {
		return "", err
	}
	if err := b.do(ctx, add); err != nil {
		return "", err
	}
	return fmt.Sprintf("已建应用群“%s”，%d 人。%s收到第一条消息后，群才出现在各人的企业微信里。", GroupName(g.Unit), n, text), nil
}

// GroupName is what the members of a unit's group see.
func GroupName(u bot.Unit) string { return u.Short + "反诈群" }

// newGroup returns the group that comes next for a unit.
func (b *Bot) newGroup(s *book.State, u bot.UnitID) NewGroup {
	g := NewGroup{Unit: s.Directory.Unit(u)}
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, string(u))
	letters = letters[:min(len(letters), 24)]
	for n := 1; g.ID == "" || s.Directory.Group(bot.Chat{Channel: bot.ViaApp, Kind: bot.GroupChat, ID: g.ID}, "") != nil; n++ {
		g.ID = letters + "x" + strconv.Itoa(n)
	}
	d, _ := b.doorKind(bot.Chat{Channel: bot.ViaApp, Kind: bot.PrivateChat})
	b.eachKnown(s, u, d, func(p bot.PersonID, _ bot.MemberID, _ string) { g.Known = append(g.Known, p) })
	for _, p := range s.Directory.LiaisonPersons(u) {
		if _, ok := d.Reach(p); ok && g.Owner == "" {
			g.Owner = p
		}
	}
	return g
}

// Package handlers is what the bot does when a person acts: a message or a click
// becomes a command, the command becomes entries, the entries become an answer.
//
// [Bot.Handle] is the one way in for every channel; [Bot.Tell] is the same for
// an operator at the command line. In a group the bot is quiet: it answers who
// spoke to it with one line, and a click by changing the clicker's own card.
// Whatever is refused says what to do next, and nothing of it is recorded.
//
// Words are understood by package chat, decisions are made by the domain's
// packages, figures come from package report; here is only who may do what, and
// the texts that people read.
package handlers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/calendar"
	"fanzha/bot/chat"
	"fanzha/bot/push"
)

// Config is what a [Bot] needs. All fields but Doors, MakeGroup,
// Trouble and Observe are required.
type Config struct {
	Book *book.Book
	// Units are the county's, for understanding their names.
	Units     []bot.Unit
	Operators []bot.Operator
	Rules     push.Rules
	Limits    bot.Limits // of the channel's cards
	// Name is the bot's display name, as people mention it.
	Name         string
	CodeLifetime time.Duration
	// Doors are the kinds that the office can give to groups; it is set before the
	// Bot is used.
	Doors []Door
	// MakeGroup, if set, has the app make a group, or finds that it has made it before,
	// and returns how many are in it. Its error may be a refusal.
	MakeGroup func(ctx context.Context, g NewGroup) (members int, err error)
	// Trouble, if set, says which channels can send nothing until somebody acts.
	Trouble func() map[bot.ChannelID]string
	Random  io.Reader // for binding codes
	Log     *slog.Logger
	// Calendar tells workdays; the zero Calendar knows no holidays. Jobs are the
	// scheduled ones, for those who ask when they run.
	Calendar *calendar.Calendar
	Jobs     []calendar.Job
	// Observe, if set, is told what each message was taken for.
	Observe func(intent chat.Intent)
}

// A Bot is safe for concurrent use.
type Bot struct {
	Config
	lexicon *chat.Lexicon
	// unanswered counts the messages of each person that got no answer.
	unanswered tally
	byPerson   map[bot.PersonID]bot.Operator
	byID       map[bot.OperatorID]bot.Operator
	short      map[bot.UnitID]string
}

// New returns a Bot.
func New(c Config) *Bot {
	b := &Bot{
		Config: c, lexicon: chat.NewLexicon(c.Units),
		byPerson: make(map[bot.PersonID]bot.Operator), byID: make(map[bot.OperatorID]bot.Operator), short: make(map[bot.UnitID]string),
	}
	if b.Calendar == nil {
		b.Calendar = new(calendar.Calendar)
	}
	for _, o := range c.Operators {
		b.byPerson[o.Person], b.byID[o.ID] = o, o
	}
	for _, u := range c.Units {
		b.short[u.ID] = u.Short
	}
	return b
}

// Handle implements [bot.Handler].
func (b *Bot) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if begun := b.Begin(ctx, in); begun != nil {
		return begun.Answer()
	}
	a, err := b.handle(ctx, in)
	return b.concluded(in, a, err)
}

// concluded is what the channel gets of an answer.
func (b *Bot) concluded(in bot.Inbound, a bot.Answer, err error) (bot.Answer, error) {
	if a.Text != "" {
		b.unanswered.clear(in.From)
	}
	if r, ok := errors.AsType[*bot.Refusal](err); ok {
		return b.refused(in, r), nil
	}
	return a, err
}

func (b *Bot) handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	switch {
	case in.Click != nil:
		return b.click(ctx, in)
	case in.Entered:
		return b.help(ctx, in)
	case !checksIn(in.Text) && chat.Danger(in.Text) && !b.othersWords(in):
		return b.danger(ctx, in)
	case in.Chat.Kind == bot.GroupChat:
		return b.group(ctx, in)
	default:
		a, err := b.private(ctx, in)
		if _, refused := bot.RefusalText(err); refused && pastes(in.Text) && chat.Danger(in.Text) {
			return b.danger(ctx, in) // no record of others after all
		}
		return a, err
	}
}

// pastes reports a text that is given as a copied one.
func pastes(text string) bool {
	word, _ := command(text)
	return word == "粘贴" || word == "粘贴登记"
}

// othersWords reports whether what is written is not the writer's own: a victim's
// words (现身说法) in an alert, a letter's title, what the office blames a unit for,
// a copied chat record. They are no call for help of his.
func (b *Bot) othersWords(in bot.Inbound) bool {
	if in.Chat.Kind != bot.PrivateChat {
		return false
	}
	switch word, args := command(in.Text); word {
	case "起草":
		return b.byPerson[in.From].Has(bot.RoleDraft)
	case "提示函", "督办":
		_, asks := asking(word, args)
		return !asks && b.byPerson[in.From].Has(bot.RoleManage)
	}
	return pastes(in.Text)
}

// refused turns a refusal into an answer. A click can only be answered by a
// card.
func (b *Bot) refused(in bot.Inbound, r *bot.Refusal) bot.Answer {
	if in.Click == nil {
		return bot.Answer{Text: r.Error()}
	}
	return bot.Answer{Card: &bot.Card{
		ID: in.Click.Card, Title: "未能签到", Desc: push.Fit(r.Reason, b.Limits.DescRunes), Body: push.Fit(r.Hint, b.Limits.BodyRunes),
		Buttons: []bot.Button{{Key: bot.CheckInButton, Text: "再试一次", Style: bot.Secondary}},
	}}
}

func (*Bot) say(text string) (bot.Answer, error) { return bot.Answer{Text: text}, nil }

func (b *Bot) observe(i chat.Intent) {
	if b.Observe != nil {
		b.Observe(i)
	}
}

// command returns the first word of a text, without a colon after it, and the
// rest. Words are separated by spaces of any width or a line break.
func command(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	i := strings.IndexAny(text, " \t\n\u3000")
	if i < 0 {
		return text, ""
	}
	return strings.TrimRight(text[:i], ":："), strings.TrimSpace(strings.TrimLeft(text[i:], "\u3000 \t"))
}

// after returns the rest of text if it begins with word, with or without a
// space or colon between: people write 我是张三 as well as 我是 张三.
func after(text, word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(strings.TrimSpace(text), word)
	return strings.Trim(rest, " \t\n\u3000:："), ok
}

package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/corp"
)

// This file asks the corporation's address list (通讯录) for the names of members who
// have none. It goes on behind those who answer people: nobody's check-in waits for
// it, or fails with it. Each person is asked about once while the program runs; whom
// the app may not see keeps no name until he gives it.

// namer names members.
type namer struct {
	book *book.Book
	corp *corp.Corp
	wake <-chan struct{} // somebody was met
	done int             // how many members have been looked at
	rest func(ctx context.Context, d time.Duration) error
	log  *slog.Logger
}

func (a *App) names() *namer {
	return &namer{book: a.Book, corp: a.corp, rest: a.deps.Clock.Sleep, log: a.deps.Log, wake: a.Book.Watch(func(p bot.Payload) bool {
		_, met := p.(*bot.MemberMet)
		return met
	})}
}

// askAgain is after how long somebody is asked about again of whom the platform has
// said nothing.
const askAgain = 15 * time.Minute

// run names whoever is met until ctx ends. Its error is the book's.
func (n *namer) run(ctx context.Context) error {
	for {
		nameless, err := n.nameless(ctx)
		if err != nil {
			return ended(ctx, err)
		}
		for _, p := range nameless {
			if err := n.name(ctx, p); err != nil {
				return ended(ctx, err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-n.wake:
		}
	}
}

// ended is err, unless that came of ctx's end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// nameless returns those with an account and without a name whom it has not
// returned before.
func (n *namer) nameless(ctx context.Context) (out []bot.PersonID, err error) {
	err = n.book.View(ctx, func(s *book.State, _ time.Time) error {
		met := s.Directory.Since(n.done)
		n.done += len(met)
		for _, m := range met {
			if _, ok := onWeCom(m.Person); ok && m.Person != "" && m.Name == "" {
				out = append(out, m.Person)
			}
		}
		return nil
	})
	return out, err
}

// name asks for a person's name and records it, if he has none by then.
func (n *namer) name(ctx context.Context, p bot.PersonID) error {
	who, err := n.corp.Person(ctx, p)
	for err != nil && !refused(err) {
		n.log.WarnContext(ctx, "the address list was not to be asked; trying again later", "err", err)
		if err := n.rest(ctx, askAgain); err != nil {
			return err
		}
		who, err = n.corp.Person(ctx, p)
	}
	if err != nil {
		return nil
	}
	// People write 张三（教科局） there.
	said, _, _ := strings.Cut(strings.ReplaceAll(who.Name, "(", "（"), "（")
	clean, err := directory.CleanName(said)
	if err != nil {
		return nil
	}
	_, err = n.book.Do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		m := s.Directory.Member(p)
		if m == nil || m.Name != "" {
			return nil, nil
		}
		return []bot.Payload{&bot.MemberNamed{Member: m.ID, Unit: m.Unit, Listed: true, Private: bot.Actor{Person: p, Name: clean}}}, nil
	})
	return err
}

// refused reports an answer that will be no other the next time.
func refused(err error) bool {
	if errors.Is(err, corp.ErrHidden) {
		return true
	}
	code := wechat.CodeOf(err)
	if code == 0 || errors.Is(err, wechat.ErrNotSent) { // it was the token that was refused
		return false
	}
	switch wechat.Explain(wechat.WeCom, code).Action {
	case wechat.Reject, wechat.Reword, wechat.Disable, wechat.Unlisted:
		return true
	}
	return false
}

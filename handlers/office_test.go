package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/push"
)

// An office is a bot over a real book whose ledger is in memory, at a time that
// the test sets.
type office struct {
	t      *testing.T
	bot    *Bot
	book   *book.Book
	ledger *ledgertest.Mem
	now    time.Time
	frames int  // numbers the messages
	broken bool // the test makes the book fail
}

// noon is when an office opens: a Monday.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, bot.Zone)

func units() []bot.Unit {
	return []bot.Unit{
		{ID: "jiaoke", Name: "乡宁县教育科技局", Short: "教科局", Aliases: []string{"教育局"}, Tags: []string{"学校"}},
		{ID: "gongan", Name: "乡宁县公安局", Short: "公安局"},
		{ID: "nonghang", Name: "中国农业银行乡宁支行", Short: "农行", Tags: []string{"银行"}},
		{ID: "jianhang", Name: "中国建设银行乡宁支行", Short: "建行", Tags: []string{"银行"}},
	}
}

func operators() []bot.Operator {
	return []bot.Operator{
		{ID: "lin", Name: "林晓", Person: "op-lin", Roles: []bot.Role{bot.RoleDraft}},
		{ID: "shi", Name: "石磊", Person: "op-shi", Roles: []bot.Role{bot.RoleVerify}},
		{ID: "ban", Name: "班明", Person: "op-ban", Roles: []bot.Role{bot.RoleApprove, bot.RoleQuery, bot.RoleManage}},
		{ID: "all", Name: "万能", Person: "op-all", Roles: bot.Roles()},
		{ID: "ask", Name: "文查", Person: "op-ask", Roles: []bot.Role{bot.RoleQuery}},
		{ID: "none", Name: "吴权", Person: "op-none"},
	}
}

// dice are the same in every run, so that codes and receipts are too.
type dice struct{ *rand.ChaCha8 }

func newOffice(t *testing.T) *office {
	t.Helper()
	key, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/test", dice{rand.NewChaCha8([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, ledger: ledgertest.NewMem(), now: noon}
	o.book, err = book.Open(t.Context(), book.Options{Ledger: o.ledger, Key: key, Now: func() time.Time { return o.now }, Salt: dice{rand.NewChaCha8([32]byte{2})}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.book.Close(); err != nil && !o.broken {
			t.Error(err)
		}
	})
	o.bot = New(Config{
		Book: o.book, Units: units(), Operators: operators(), Name: "反诈助手", Doors: doorKinds(), CodeLifetime: 72 * time.Hour,
		Rules:  push.Rules{FourEyes: true, Quiet: bot.QuietHours{From: 21 * time.Hour, To: 8 * time.Hour}, OnTime: 72 * time.Hour, Late: 48 * time.Hour, ForwardWithin: 24 * time.Hour},
		Limits: bot.Limits{TitleRunes: 26, DescRunes: 30, BodyRunes: 112, FieldNameRunes: 5, FieldValueRunes: 26, Fields: 6, MarkdownBytes: 20480},
		Random: dice{rand.NewChaCha8([32]byte{3})}, Log: slog.New(slog.DiscardHandler),
	})
	o.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		out, err := s.Directory.Found("乡宁县", "key")
		return append(append(out, s.Directory.Register(units())...), &bot.ProcessStarted{FourEyes: true}), err
	})
	return o
}

func (o *office) do(decide book.Decide) {
	o.t.Helper()
	if _, err := o.book.Do(context.Background(), decide); err != nil {
		o.t.Fatal(err)
	}
}

// group and private hand the bot what a person said and return what he is told.
func (o *office) group(chat, person, text string) string {
	return o.handle(bot.Inbound{Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: chat}, From: bot.PersonID(person), Text: text, Mentioned: true})
}

func (o *office) private(person, text string) string {
	return o.handle(bot.Inbound{Chat: bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: person}, From: bot.PersonID(person), Text: text})
}

func (o *office) click(chat, person string, card bot.CardID) string {
	return o.handle(bot.Inbound{
		Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: chat}, From: bot.PersonID(person), Click: &bot.Click{Card: card, Button: bot.CheckInButton},
	})
}

func (o *office) handle(in bot.Inbound) string {
	o.t.Helper()
	o.frames++
	if in.ID == "" {
		in.ID = fmt.Sprintf("msg-%d", o.frames)
	}
	in.At = o.now
	a, err := o.bot.Handle(context.Background(), in)
	if err != nil {
		o.t.Fatalf("%s: %v", in.Text, err)
	}
	return show(a)
}

// show writes an answer as the person sees it.
func show(a bot.Answer) string {
	if a.File != nil {
		rows := strings.Split(strings.TrimSpace(strings.TrimPrefix(string(a.File.Data), "\ufeff")), "\r\n")
		return fmt.Sprintf("%s\n[附件 %s，%d 行]\n%s\n%s", a.Text, a.File.Name, len(rows), rows[0], rows[1])
	}
	if a.Card == nil {
		return a.Text
	}
	s := "[卡片 " + string(a.Card.ID) + "] " + a.Card.Title + "\n" + a.Card.Desc
	if a.Card.Body != "" {
		s += "\n" + a.Card.Body
	}
	for _, f := range a.Card.Fields {
		s += "\n" + f.Name + " " + f.Value
	}
	for _, x := range a.Card.Buttons {
		s += "\n(" + x.Text + ")"
	}
	return s
}

// deliver releases what is due and answers each waiting part with outcome.
func (o *office) deliver(outcome bot.Outcome) {
	o.t.Helper()
	o.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
		var targets []push.Target
		for _, g := range s.Directory.Groups() {
			targets = append(targets, push.Target{Group: g.ID, Unit: s.Directory.Unit(g.Unit), Disabled: g.Closed()})
		}
		return s.Outbox.Release(targets, now, o.bot.Rules), nil
	})
	var due []bot.DeliveryID
	if err := o.book.View(context.Background(), func(s *book.State, now time.Time) error {
		all, _ := s.Outbox.Due(now, o.bot.Rules)
		for _, d := range all {
			due = append(due, d.ID)
		}
		return nil
	}); err != nil {
		o.t.Fatal(err)
	}
	for _, id := range due {
		w := push.Window{EndsAt: o.now.Add(time.Hour)}
		o.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
			h := push.Handover{Channel: "aibot", Parts: push.Compose(s.Outbox.Delivery(id), w, o.bot.Limits), Window: w}
			if g := s.Directory.GroupByID(s.Outbox.Delivery(id).Group); g != nil {
				h.Channel = g.Chat.Channel
			}
			return s.Outbox.Intend(id, h, now, o.bot.Rules)
		})
		o.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
			var failed *bot.SendError
			if outcome != bot.Sent {
				failed = &bot.SendError{Outcome: outcome, Reason: "没有收到平台答复"}
			}
			return s.Outbox.Answer(id, s.Outbox.Delivery(id).Attempts, push.Reply{Err: failed}, now, o.bot.Rules), nil
		})
	}
}

// records returns the ledger's records from entry from on.
func (o *office) records(from int64) []ledger.Record {
	o.t.Helper()
	var out []ledger.Record
	for r, err := range o.ledger.Read(context.Background(), from, -1) {
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// kinds names the kinds of the entries from entry from on.
func (o *office) kinds(from int64) []bot.Kind {
	var out []bot.Kind
	for i, r := range o.records(from) {
		e, err := ledger.Open(from+int64(i), r)
		if err != nil {
			o.t.Fatal(err)
		}
		out = append(out, e.Payload.Kind())
	}
	return out
}

// doorKinds are what the office can give to groups: webhooks, persons who forward,
// and persons in an app and at an official account.
func doorKinds() []Door {
	return []Door{
		{Channel: bot.ViaRobot, Word: "群机器人", Sample: "名字", Names: []string{"教科局群机器人", "农行群机器人"}},
		{Channel: bot.ViaForward, Word: "人工代发", Sample: "微信群名",
			Read: func(u bot.UnitID, group string) (string, error) { return string(u) + "/" + group, nil },
			Show: func(id string) string { return id[strings.Index(id, "/")+1:] }},
		{Channel: bot.ViaApp, Word: "应用", Sample: "姓名或账号", Absent: "名册里要有他的企业微信账号",
			Reach: func(p bot.PersonID) (string, bool) { return string(p), !strings.HasPrefix(string(p), "oa:") }},
		{Channel: bot.ViaApp, Word: "应用群", Sample: "群编号"},
		{Channel: bot.ViaAccount, Word: "公众号", Sample: "姓名", Absent: "请他先关注公众号，发：我是 教科局 张三",
			Reach: func(p bot.PersonID) (string, bool) { return strings.CutPrefix(string(p), "oa:") }},
	}
}

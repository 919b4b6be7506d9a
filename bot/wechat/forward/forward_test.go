package forward

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fanzha/bot"
)

// A via answers each liaison as told and keeps what it was given.
type via struct {
	limit  int
	answer map[string]error
	got    []string
}

func (v *via) Limits() bot.Limits { return bot.Limits{MarkdownBytes: v.limit} }

func (v *via) Send(_ context.Context, to bot.Chat, m bot.Message) error {
	v.got = append(v.got, to.ID+"："+string(m.(bot.Markdown)))
	return v.answer[to.ID]
}

func TestSend(t *testing.T) {
	rejected := &bot.SendError{Outcome: bot.Rejected, Code: 40003, Reason: "接收人不存在", RouteDead: true}
	errand := bot.Errand{Delivery: "D000123", Text: "【反诈群助手】刷单返利"}
	for _, c := range []struct {
		rule    string
		persons []string
		answer  map[string]error
		to      string
		m       bot.Message
		book    error
		want    bot.Outcome
		reason  string
		asked   int
	}{
		{rule: "the first liaison has it", persons: []string{"a", "b"}, want: bot.Handed, asked: 1},
		{rule: "the next one, if the first cannot be reached", persons: []string{"a", "b"}, answer: map[string]error{"a": rejected}, want: bot.Handed, asked: 2},
		{rule: "nobody can be reached", persons: []string{"a"}, answer: map[string]error{"a": rejected}, want: bot.Rejected, reason: "联络员收不到：接收人不存在", asked: 1},
		{rule: "no liaison has an account", want: bot.Rejected, reason: "没有可以代发的联络员"},
		{rule: "one on a channel that we have not", persons: []string{"elsewhere"}, want: bot.Rejected, reason: "没有可以代发的联络员"},
		{rule: "an answer that is lost asks nobody else", persons: []string{"a", "b"}, answer: map[string]error{"a": &bot.SendError{Outcome: bot.Unknown}}, want: bot.Unknown, asked: 1},
		{rule: "a channel that says nothing of use", persons: []string{"a", "b"}, answer: map[string]error{"a": errors.New("?")}, want: bot.Unknown, asked: 1},
		{rule: "later", persons: []string{"a", "b"}, answer: map[string]error{"a": &bot.SendError{Outcome: bot.RetryLater}}, want: bot.RetryLater, asked: 1},
		{rule: "the book has stopped", book: errors.New("stopped"), want: bot.RetryLater},
		{rule: "what is no errand", persons: []string{"a"}, m: bot.Markdown("x"), want: bot.Rejected, reason: "只能带文字"},
		{rule: "a chat without a unit", persons: []string{"a"}, to: "群", want: bot.Rejected, reason: "没有写明单位"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v := &via{limit: 2048, answer: c.answer}
			s, err := New(Config{
				Via: map[bot.ChannelID]bot.Sender{"aibot": v},
				Liaisons: func(_ context.Context, u bot.UnitID) (out []bot.Chat, err error) {
					if u != "jiaoke" {
						t.Errorf("asked for the liaisons of %s", u)
					}
					for _, p := range c.persons {
						channel := bot.ChannelID("aibot")
						if p == "elsewhere" {
							channel = "oa"
						}
						out = append(out, bot.Chat{Channel: channel, Kind: bot.PrivateChat, ID: p})
					}
					return out, c.book
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			chat := Chat("jiaoke", "教科局反诈群")
			if c.to != "" {
				chat.ID = c.to
			}
			m := bot.Message(errand)
			if c.m != nil {
				m = c.m
			}
			var got *bot.SendError
			if err := s.Send(t.Context(), chat, m); !errors.As(err, &got) {
				t.Fatalf("Send = %v, want a *bot.SendError", err)
			}
			if got.Outcome != c.want || !strings.Contains(got.Reason, c.reason) || got.RouteDead || len(v.got) != c.asked {
				t.Errorf("Send = %+v after asking %d, want %s (%s) after %d", got, len(v.got), c.want, c.reason, c.asked)
			}
		})
	}
}

func TestTheRequestFitsTheChannel(t *testing.T) {
	small, large := &via{limit: 1000}, &via{limit: 4096}
	s, err := New(Config{
		Via: map[bot.ChannelID]bot.Sender{"oa": small, "aibot": large},
		Liaisons: func(context.Context, bot.UnitID) ([]bot.Chat, error) {
			return []bot.Chat{{Channel: "oa", ID: "a"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", s.Limits().ErrandBytes)
	_ = s.Send(t.Context(), Chat("jiaoke", strings.Repeat("群", 60)), bot.Errand{Delivery: "D00000000001", Text: text})
	if n := len(small.got[0]) - len("a："); n > small.limit {
		t.Errorf("the message has %d bytes, the channel takes %d", n, small.limit)
	}
	for _, words := range []string{"已转发 D00000000001", "不转发 D00000000001 理由", text} {
		if !strings.Contains(small.got[0], words) {
			t.Errorf("the request lacks %q", words)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("New without a way to liaisons: no error")
	}
}

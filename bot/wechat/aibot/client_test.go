package aibot

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/pace"
)

func TestNewNamesEveryFault(t *testing.T) {
	_, err := New(Config{Workers: -1, Queue: -1, PerMinute: -1, PerHour: -1, RotateAt: 24 * time.Hour, URL: "https://h"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"BotID", "Secret", "Name", "Workers", "PerMinute", "RotateAt", "URL"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not name %s: %v", want, err)
		}
	}
	if _, err := New(Config{BotID: "b", Secret: "s", Name: "n", URL: "wss://user:pw@h/%zz"}); err == nil || strings.Contains(err.Error(), "pw") {
		t.Errorf("bad address: %v", err)
	}
	if _, err := New(Config{BotID: "b", Secret: "s", Name: "n"}); err != nil {
		t.Error(err)
	}
}

func TestLimitsAreThePlatforms(t *testing.T) {
	want := bot.Limits{TitleRunes: 26, DescRunes: 30, BodyRunes: 112, FieldNameRunes: 5, FieldValueRunes: 26, Fields: 6, MarkdownBytes: 20480, WelcomeBytes: 2048}
	if got := new(Client).Limits(); got != want {
		t.Errorf("Limits() = %+v, want %+v", got, want)
	}
}

func TestAReqIDIsWaitedForOnce(t *testing.T) {
	l := newLink(new(websocket.Conn))
	var got []ack
	done := func(a ack) { got = append(got, a) }
	if err := l.expect("r", done); err != nil {
		t.Fatal(err)
	}
	if err := l.expect("r", done); !errors.Is(err, errBusyReqID) {
		t.Errorf("second expect = %v, want errBusyReqID", err)
	}
	if l.offer(courtesy{reqID: "r"}, done) {
		t.Error("offered under a req_id in use")
	}
	if !l.settleOne("r", ack{code: 7}) || l.settleOne("r", ack{code: 8}) {
		t.Error("settled not exactly once")
	}
	if len(got) != 1 || got[0].code != 7 {
		t.Errorf("acks %+v", got)
	}
}

func TestAFullOutboxIsNotWaitedFor(t *testing.T) {
	l := newLink(new(websocket.Conn))
	called := 0
	for i := range outboxSize + 5 {
		ok := l.offer(courtesy{reqID: string(rune('a' + i))}, func(ack) { called++ })
		if want := i < outboxSize; ok != want {
			t.Fatalf("offer %d = %v, want %v", i, ok, want)
		}
	}
	if len(l.waiting) != outboxSize || called != 0 {
		t.Errorf("%d wait, %d called", len(l.waiting), called)
	}
}

func TestSilentConversationsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConversations(bot.SystemClock{}, pace.Rate{PerMinute: 25, PerHour: 900}, nil, "")
		a, b := bot.Chat{ID: "a"}, bot.Chat{ID: "b"}
		used, held := s.get(a), s.get(b)
		used.Try()
		s.release(used)
		time.Sleep(time.Hour - 1)
		s.sweep()
		if len(s.m) != 2 {
			t.Errorf("%d conversations within the hour, want 2", len(s.m))
		}
		time.Sleep(time.Nanosecond)
		s.sweep()
		if len(s.m) != 1 || s.get(b) != held {
			t.Errorf("%d conversations after it, want the one in use", len(s.m))
		}
	})
}

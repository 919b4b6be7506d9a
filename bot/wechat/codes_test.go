package wechat

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func TestCodesAreWellFormed(t *testing.T) {
	type key struct {
		on   Product
		code int
	}
	seen := map[key]bool{}
	for _, c := range Codes() {
		if c.Code == 0 || c.Meaning == "" || c.Action == "" {
			t.Errorf("incomplete line %+v", c)
		}
		for _, on := range []Product{WeCom, Official} {
			if c.On != "" && c.On != on {
				continue
			}
			if seen[key{on, c.Code}] {
				t.Errorf("two lines for %d on %s", c.Code, on)
			}
			seen[key{on, c.Code}] = true
		}
		waits := c.Action == Retry || c.Action == Relink || c.Action == Stop
		if (c.Wait > 0) != waits {
			t.Errorf("%d: wait %v does not fit action %s", c.Code, c.Wait, c.Action)
		}
	}
}

func TestExplain(t *testing.T) {
	tests := []struct {
		on   Product
		code int
		want Action
	}{
		{WeCom, 846607, Retry},
		{WeCom, 93006, Disable},
		{WeCom, 853000, Stop},
		{WeCom, 40001, Stop},
		{Official, 40001, Renew},
		{Official, 846607, Unlisted},
		{WeCom, 123456, Unlisted},
		{WeCom, -1, Retry},
	}
	for _, tt := range tests {
		got := Explain(tt.on, tt.code)
		if got.Action != tt.want || got.Code != tt.code || got.Meaning == "" {
			t.Errorf("Explain(%s, %d) = %+v, want action %s", tt.on, tt.code, got, tt.want)
		}
	}
}

// The whole table by what is done, so that no line comes to another end unseen.
func TestWhatEveryCodeComesTo(t *testing.T) {
	want := map[Product]map[Action][]int{
		WeCom: {
			Accept: {846606}, Retry: {-1, 45009, 45033, 846607}, Renew: {40014, 42001}, Relink: {846609},
			Reject: {40003, 40008, 40029, 40058, 40063, 40125, 44004, 45002, 50002, 60011, 60021, 60111, 81013,
				86216, 93017, 93018, 93019, 846605, 846608},
			Reword:  {40201},
			Disable: {40050, 49008, 86001, 86003, 86008, 93000, 93001, 93004, 93006, 93008},
			Stop:    {40001, 40013, 40056, 40091, 48002, 50001, 50003, 60020, 301002, 853000},
		},
		Official: {
			Accept: {45065}, Retry: {-1, 45009, 45033}, Renew: {40001, 40014, 42001},
			Reject: {40003, 40008, 40029, 40058, 40063, 43004, 44004, 45002, 45015, 45047}, Stop: {40013, 40125, 40164, 48002},
		},
	}
	got := map[Product]map[Action][]int{WeCom: {}, Official: {}}
	for _, c := range Codes() {
		for on, by := range got {
			if c.On == "" || c.On == on {
				by[c.Action] = append(by[c.Action], c.Code)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table (-want +got):\n%s", diff)
	}
}

// What the office is told of, and how often a busy platform is asked.
func TestCodesWithARuleOfTheirOwn(t *testing.T) {
	for _, tt := range []struct {
		code    int
		outcome bot.Outcome
		tries   int
		told    bool
	}{
		{-1, bot.RetryLater, 3, true},
		{45009, bot.RetryLater, 0, false},
		{50002, bot.Rejected, 0, true},
		{86008, bot.Rejected, 0, true},
		{40201, bot.Rejected, 0, true},
		{93000, bot.Rejected, 0, false}, // the unit's liaison is told instead
	} {
		e := Explain(WeCom, tt.code).SendError()
		if e.Outcome != tt.outcome || e.Tries != tt.tries || (e.Hint != "") != tt.told || e.ChannelDown {
			t.Errorf("%d: %+v", tt.code, e)
		}
	}
	if e := Failure(WeCom, fmt.Errorf("%w: %w", ErrNotSent, &CodeError{Code: -1})); e.Tries != 0 || e.Outcome != bot.RetryLater {
		t.Errorf("a busy gettoken: %+v", e)
	}
}

func TestSendErrorOfAnAction(t *testing.T) {
	tests := []struct {
		action Action
		want   bot.Outcome
		dead   bool
	}{
		{Retry, bot.RetryLater, false},
		{Renew, bot.RetryLater, false},
		{Relink, bot.RetryLater, false},
		{Stop, bot.RetryLater, false},
		{Reject, bot.Rejected, false},
		{Unlisted, bot.Rejected, false},
		{Reword, bot.Rejected, false},
		{Disable, bot.Rejected, true},
	}
	for _, tt := range tests {
		got := Code{Code: 1, Meaning: "某事", Action: tt.action, Wait: minute}.SendError()
		if got.Outcome != tt.want || got.RouteDead != tt.dead || got.Reason != "某事" || got.Code != 1 {
			t.Errorf("%s: %+v", tt.action, got)
		}
		if got.ChannelDown != (tt.action == Stop) {
			t.Errorf("%s: channel down %t", tt.action, got.ChannelDown)
		}
		if told := tt.action == Unlisted || tt.action == Reword; told != (got.Hint != "") {
			t.Errorf("%s: the office is to do %q", tt.action, got.Hint)
		}
		if (got.After > 0) != (tt.want == bot.RetryLater) {
			t.Errorf("%s: after %v", tt.action, got.After)
		}
	}
	if got := (Code{Action: Accept}).SendError(); got != nil {
		t.Errorf("accepted: %v", got)
	}
}

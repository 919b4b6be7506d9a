package oa_test

import (
	"fmt"
	"testing"

	"fanzha/bot"
	"fanzha/bot/wechat/channeltest"
	"fanzha/bot/wechat/oa"
	"fanzha/bot/wechat/wechattest"
)

// whole is a template that holds a message as it is, so that what goes beyond
// five customer-service messages can be counted.
func whole(cfg *oa.Config) {
	cfg.Notice = oa.Notice{Template: "T-whole", Fields: map[string]string{"content": "{full}"}}
}

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Door {
		r := newRig(t, wechattest.Official{Templates: []string{"T-whole"}}, whole)
		return &channeltest.Door{
			Sender: r.c, Chat: r.follower, Trouble: r.trouble, Calm: r.p.Faults().Clear,
			Seen: func(c bot.Chat) (seen []channeltest.Message) {
				for _, text := range r.pushed(c.ID) {
					seen = append(seen, channeltest.Message{Text: text})
				}
				return seen
			},
			Restart: func() bot.Sender {
				if err := r.c.Close(t.Context()); err != nil {
					t.Error(err)
				}
				r.tokens.Close()
				r.start(whole)
				return r.c
			},
			Close:   r.close,
			Secrets: []string{r.a.Secret, r.a.Token, r.a.AESKey}, Logs: r.logs.String,
			Can: channeltest.Can{Private: true, Plain: true},
			Codes: []channeltest.Code{
				{Code: -1, Outcome: bot.RetryLater, Wait: 1}, {Code: 40003, Outcome: bot.Rejected, Dead: true},
				{Code: 43004, Outcome: bot.Rejected, Dead: true}, {Code: 44004, Outcome: bot.Rejected}, {Code: 45002, Outcome: bot.Rejected},
				{Code: 45009, Outcome: bot.RetryLater, Wait: 1}, {Code: 48002, Outcome: bot.RetryLater, Wait: 1}, {Code: 999999, Outcome: bot.Rejected},
			},
		}
	})
}

// follower returns the n-th person, who has just written to the account.
func (r *rig) follower(n int) bot.Chat {
	id := fmt.Sprintf("oFollower_%03dAbC", n)
	if r.met[id] {
		return chat(id)
	}
	r.met[id] = true
	if _, err := r.a.Say(r.Context(), id, "你好"); err != nil {
		r.Fatal(err)
	}
	return chat(id)
}

// trouble strikes messages. WeCom's codes become those of the same meaning here,
// but for the brake that lifts after a minute: 45009 is the day's quota of a
// service account, and is tried with its table.
func (r *rig) trouble(k channeltest.Trouble) bool {
	if k.Kind == channeltest.Refuse && k.Says == "" {
		switch k.Code {
		case 45009:
			return false
		case 93004, 93008:
			k.Code = 43004
		case 40201:
			k.Code = 45002
		}
	}
	kind := map[channeltest.Kind]wechattest.FaultKind{
		channeltest.Refuse: wechattest.RefuseCommand, channeltest.CutBefore: wechattest.LoseRequest, channeltest.CutAfter: wechattest.LoseAnswer,
		channeltest.Silent: wechattest.NoAnswer, channeltest.Late: wechattest.DelayAnswer, channeltest.FailBefore: wechattest.FailRequest,
		channeltest.FailAfter: wechattest.FailAnswer, channeltest.Garble: wechattest.GarbleAnswer, channeltest.Down: wechattest.Unreachable,
	}[k.Kind]
	f := wechattest.Fault{Kind: kind, Cmd: "/cgi-bin/message/custom/send", Chat: k.Chat.ID, Times: k.Times, Code: k.Code, Msg: k.Says, After: k.After}
	if kind == wechattest.Unreachable {
		f.Cmd = ""
	}
	r.p.Faults().Inject(f)
	return true
}

package aibot

import (
	"context"
	"testing"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fanzha/bot"
)

// deaf is a client whose workers do not run: what it takes in stays in the
// queue.
func deaf(t testing.TB) *Client {
	c, err := New(Config{BotID: "b", Secret: "s", Name: "反诈助手", Workers: 1, Queue: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// taken returns what c makes of a frame.
func taken(t testing.TB, frame string) (bot.Inbound, bool) {
	c := deaf(t)
	c.frame(context.Background(), newLink(new(websocket.Conn)), []byte(frame))
	select {
	case d := <-c.queues[0]:
		return d.in, true
	default:
		return bot.Inbound{}, false
	}
}

func TestWhatPeopleDo(t *testing.T) {
	group := bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "wrG"}
	private := bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: "lisi"}
	message := func(rest string) string {
		return `{"cmd":"aibot_msg_callback","headers":{"req_id":"rq"},"body":{"msgid":"M","aibotid":"b",` + rest + `}}`
	}
	event := func(rest string) string {
		return `{"cmd":"aibot_event_callback","headers":{"req_id":"rq"},"body":{"msgid":"M","aibotid":"b","msgtype":"event",` + rest + `}}`
	}
	const inGroup = `"chatid":"wrG","chattype":"group","from":{"userid":"lisi"},"create_time":1790000200,`
	const alone = `"chattype":"single","from":{"userid":"lisi"},`
	click := &bot.Click{Card: "al_1", Button: "signin"}
	tests := []struct {
		name  string
		frame string
		want  bot.Inbound
	}{
		{"text in a group", message(inGroup + `"msgtype":"text","text":{"content":"@反诈助手 签到"}`),
			bot.Inbound{Chat: group, Text: "签到", Mentioned: true}},
		{"text in a group under an old name of the bot", message(inGroup + `"msgtype":"text","text":{"content":"@旧名 签到"}`),
			bot.Inbound{Chat: group, Text: "@旧名 签到", Mentioned: true}},
		{"the quote is kept apart", message(inGroup + `"msgtype":"text","text":{"content":"@反诈助手 收到"},"quote":{"msgtype":"text","text":{"content":" 今日预警：请回复签到 "}}`),
			bot.Inbound{Chat: group, Text: "收到", Mentioned: true, Quote: "今日预警：请回复签到"}},
		{"a mixed quote", message(inGroup + `"msgtype":"text","text":{"content":"@反诈助手 收到"},"quote":{"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"一"}}]}}`),
			bot.Inbound{Chat: group, Text: "收到", Mentioned: true, Quote: "一"}},
		{"text alone", message(alone + `"msgtype":"text","text":{"content":" 签到 "}`),
			bot.Inbound{Chat: private, Text: "签到"}},
		{"mixed", message(inGroup + `"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"@反诈助手 宣讲"}},{"msgtype":"image","image":{"url":"https://x","aeskey":"k"}},{"msgtype":"text","text":{"content":"34人"}}]}`),
			bot.Inbound{Chat: group, Text: "宣讲\n34人", Mentioned: true}},
		{"mixed without items", message(alone + `"msgtype":"mixed"`), bot.Inbound{Chat: private}},
		{"speech", message(alone + `"msgtype":"voice","voice":{"content":"签到。"}`), bot.Inbound{Chat: private, Text: "签到。"}},
		{"a picture has no text", message(alone + `"msgtype":"image","image":{"url":"https://x","aeskey":"k"}`), bot.Inbound{Chat: private}},
		{"a file has no text", message(alone + `"msgtype":"file","file":{"url":"https://x"}`), bot.Inbound{Chat: private}},
		{"raw control bytes in the text", message(alone + "\"msgtype\":\"text\",\"text\":{\"content\":\"签\x00\x07\x0b\r\x1f到\"}"),
			bot.Inbound{Chat: private, Text: "签到"}},
		{"an odd type in a field that we need not", message(inGroup + `"quote":"?","msgtype":"text","text":{"content":"@反诈助手 签到"}`),
			bot.Inbound{Chat: group, Text: "签到", Mentioned: true}},
		{"a chat type that is left out", message(`"chatid":"wrG","from":{"userid":"lisi"},"msgtype":"text","text":{"content":"@反诈助手 签到"}`),
			bot.Inbound{Chat: group, Text: "签到", Mentioned: true}},
		{"a click", event(inGroup + `"event":{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"signin","task_id":"al_1","selected_items":{"selected_item":[{"question_key":"q1","option_ids":{"option_id":["a"]}}]}}}`),
			bot.Inbound{Chat: group, Click: click}},
		{"a click in the flat form", event(inGroup + `"event":{"eventtype":"template_card_event","event_key":"signin","task_id":"al_1"}`),
			bot.Inbound{Chat: group, Click: click}},
		{"a click whose questions look odd", event(inGroup + `"event":{"eventtype":"template_card_event","template_card_event":{"event_key":"signin","task_id":"al_1","selected_items":7}}`),
			bot.Inbound{Chat: group, Click: click}},
		{"an entry", event(alone + `"event":{"eventtype":"enter_chat"}`), bot.Inbound{Chat: private, Entered: true}},
	}
	for _, tt := range tests {
		tt.want.ID, tt.want.From = "M", "lisi"
		got, ok := taken(t, tt.frame)
		if !ok {
			t.Errorf("%s: not taken", tt.name)
			continue
		}
		if got.At.IsZero() {
			t.Errorf("%s: no time", tt.name)
		}
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(bot.Inbound{}, "At")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestAMissingMessageIDIsReplacedByTheRequests(t *testing.T) {
	got, ok := taken(t, `{"cmd":"aibot_msg_callback","headers":{"req_id":"rq"},"body":{"chattype":"single","from":{"userid":"lisi"},"msgtype":"text","text":{"content":"签到"}}}`)
	if !ok || got.ID != "req:rq" {
		t.Errorf("ID = %q, want req:rq", got.ID)
	}
}

// Whatever comes over the wire does no more harm than being counted.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"cmd":"aibot_msg_callback","headers":{"req_id":"rq"},"body":{"msgid":"M","chatid":"wrG","chattype":"group","from":{"userid":"lisi"},"msgtype":"text","text":{"content":"@反诈助手 签到"},"quote":{"msgtype":"text"}}}`,
		`{"cmd":"aibot_event_callback","headers":{"req_id":"rq"},"body":{"msgid":"M","chatid":"wrG","chattype":"group","from":{"userid":"lisi"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"signin","task_id":"al_1"}}}}`,
		`{"cmd":"aibot_event_callback","body":{"event":{"eventtype":"enter_chat"}}}`,
		`{"headers":{"req_id":"ping_1"},"errcode":0,"errmsg":"ok"}`,
		`{"headers":{"req_id":"x"},"errcode":1e3}`,
		`{"headers":{"req_id":"x"},"errcode":0,"errmsg":"ok","body":{"type":"file","media_id":"m","created_at":"1790000000"}}`,
		`{"headers":{"req_id":"x"},"errcode":0,"body":{"upload_id":7}}`,
		"\x00\x01{}", `null`, `[]`, `"`,
	} {
		f.Add([]byte(seed))
	}
	c := deaf(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		// A link that has ended stays so, whatever the frame says.
		l := newLink(new(websocket.Conn))
		l.err = errStopped
		c.frame(context.Background(), l, raw)
		select {
		case d := <-c.queues[0]:
			in := d.in
			if in.ID == "" || in.From == "" || in.Chat.ID == "" || in.At.IsZero() {
				t.Errorf("taken in without who, where or when: %+v", in)
			}
			if in.Click != nil && (in.Click.Card == "" || in.Click.Button == "") {
				t.Errorf("empty click")
			}
			c.seen.Forget(in.ID)
		default:
		}
	})
}

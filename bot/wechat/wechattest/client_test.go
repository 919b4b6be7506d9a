package wechattest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/wechattest"
)

// frame is what a test reads from the platform.
type frame struct {
	Cmd     string
	Headers struct {
		ReqID string `json:"req_id"`
	}
	ErrCode int `json:"errcode"`
	ErrMsg  string
	Body    json.RawMessage
}

// client is a bot's side of the wire, without any wisdom.
type client struct {
	t      *testing.T
	ws     *websocket.Conn
	n      int
	frames chan frame // callbacks and answers in the order of arrival; closed at the end
	queued []frame    // read while looking for something else
}

// dial connects without subscribing.
func dial(t *testing.T, p *wechattest.Platform) *client {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), "ws://openws.sim/", &websocket.DialOptions{HTTPClient: p.HTTPClient()})
	if err != nil {
		t.Fatalf("dialling: %v", err)
	}
	ws.SetReadLimit(4 << 20)
	c := &client{t: t, ws: ws, frames: make(chan frame, 1000)}
	go func() {
		defer close(c.frames)
		for {
			_, data, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			var f frame
			if err := json.Unmarshal(data, &f); err == nil {
				c.frames <- f
			} else {
				c.frames <- frame{Cmd: "unreadable", ErrMsg: string(data)}
			}
		}
	}()
	return c
}

// connect connects and subscribes to the first bot.
func connect(t *testing.T, p *wechattest.Platform) *client {
	t.Helper()
	c := dial(t, p)
	b := p.Bots()[0]
	c.want(0, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, b.ID, b.Secret)
	return c
}

// write sends a command with a req_id of its own and returns the id.
func (c *client) write(cmd, body string, args ...any) string {
	c.t.Helper()
	c.n++
	id := fmt.Sprintf("%s_%d", cmd, c.n)
	c.writeAs(id, cmd, body, args...)
	return id
}

func (c *client) writeAs(reqID, cmd, body string, args ...any) {
	c.t.Helper()
	if len(args) > 0 {
		body = fmt.Sprintf(body, args...)
	}
	if body != "" {
		body = `,"body":` + body
	}
	c.raw(fmt.Sprintf(`{"cmd":%q,"headers":{"req_id":%q}%s}`, cmd, reqID, body))
}

func (c *client) raw(text string) {
	c.t.Helper()
	if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("writing: %v", err)
	}
}

// next returns the next frame that fits, keeping others for later; ok is false
// if the connection ends or a minute passes without one.
func (c *client) next(fits func(frame) bool) (f frame, ok bool) {
	for i, f := range c.queued {
		if fits(f) {
			c.queued = append(c.queued[:i:i], c.queued[i+1:]...)
			return f, true
		}
	}
	timeout := time.After(time.Minute)
	for {
		select {
		case f, open := <-c.frames:
			if !open {
				return frame{}, false
			}
			if fits(f) {
				return f, true
			}
			c.queued = append(c.queued, f)
		case <-timeout:
			return frame{}, false
		}
	}
}

// answer returns the answer to the request.
func (c *client) answer(reqID string) frame {
	c.t.Helper()
	f, ok := c.next(func(f frame) bool { return f.Cmd == "" && f.Headers.ReqID == reqID })
	if !ok {
		c.t.Fatalf("no answer to %s", reqID)
	}
	return f
}

// want sends a command and wants this answer.
func (c *client) want(code int, cmd, body string, args ...any) frame {
	c.t.Helper()
	return c.check(code, c.write(cmd, body, args...), body)
}

// wantAs is want with the req_id of a callback.
func (c *client) wantAs(code int, reqID, cmd, body string, args ...any) frame {
	c.t.Helper()
	c.writeAs(reqID, cmd, body, args...)
	return c.check(code, reqID, body)
}

func (c *client) check(code int, reqID, body string) frame {
	c.t.Helper()
	f := c.answer(reqID)
	if f.ErrCode != code {
		c.t.Fatalf("%s answered %d %s, want %d; body %.300s", reqID, f.ErrCode, f.ErrMsg, code, body)
	}
	return f
}

// callback is the body of a callback as a test reads it.
type callback struct {
	MsgID, AIBotID, ChatID, ChatType, MsgType string
	From                                      struct{ UserID string }
	Text                                      struct{ Content string }
	Quote                                     *struct{ Text struct{ Content string } }
	Event                                     struct {
		EventType string
		Card      struct {
			CardType string `json:"card_type"`
			EventKey string `json:"event_key"`
			TaskID   string `json:"task_id"`
			Selected struct {
				Items []struct {
					Key       string `json:"question_key"`
					OptionIDs struct {
						OptionID []string `json:"option_id"`
					} `json:"option_ids"`
				} `json:"selected_item"`
			} `json:"selected_items"`
		} `json:"template_card_event"`
	}
}

// callback returns the next callback and its req_id.
func (c *client) callback() (callback, string) {
	c.t.Helper()
	f, ok := c.next(func(f frame) bool { return strings.HasSuffix(f.Cmd, "_callback") })
	if !ok {
		c.t.Fatal("no callback")
	}
	var cb callback
	if err := json.Unmarshal(f.Body, &cb); err != nil {
		c.t.Fatalf("callback %s: %v", f.Body, err)
	}
	return cb, f.Headers.ReqID
}

// silence fails if a callback comes within a minute.
func (c *client) silence() {
	c.t.Helper()
	if f, ok := c.next(func(f frame) bool { return strings.HasSuffix(f.Cmd, "_callback") }); ok {
		c.t.Fatalf("unexpected callback %s", f.Body)
	}
}

// ended reports whether the connection ends within a minute.
func (c *client) ended() bool {
	timeout := time.After(time.Minute)
	for {
		select {
		case _, open := <-c.frames:
			if !open {
				return true
			}
		case <-timeout:
			return false
		}
	}
}

// corp is a platform with one group of three.
type corp struct {
	*wechattest.Platform
	bot, group string
}

// inBubble runs f with a fresh corp in a synctest bubble and closes it after.
func inBubble(t *testing.T, opts wechattest.Options, f func(t *testing.T, p corp)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newCorp(opts)
		defer p.Close()
		f(t, p)
	})
}

func newCorp(opts wechattest.Options) corp {
	p := wechattest.New(opts)
	for _, m := range []wechattest.Member{{UserID: "zhangsan", Name: "张三"}, {UserID: "lisi", Name: "李四"}, {UserID: "wangwu", Name: "王五"}} {
		p.AddMember(m)
	}
	return corp{p, p.Bots()[0].ID, p.AddGroup("教科体局反诈群", "zhangsan", "lisi", "wangwu")}
}

// hail says something to the bot in the group, which unlocks pushes, and
// returns the req_id of the callback.
func (p corp) hail(c *client) string {
	c.t.Helper()
	if _, err := p.Say(p.group, "zhangsan", p.Mention(p.bot)+"你好"); err != nil {
		c.t.Fatal(err)
	}
	_, id := c.callback()
	return id
}

// signCard is the sign-in card.
func signCard(taskID string) string {
	return `{"card_type":"button_interaction","main_title":{"title":"反诈预警 11-23","desc":"请阅读后签到"},` +
		`"sub_title_text":"不点陌生链接","button_list":[{"text":"我已阅读·签到","style":1,"key":"signin"}],"task_id":"` + taskID + `"}`
}

// sendCard is the body that pushes the sign-in card.
func (p corp) sendCard(taskID string) string {
	return fmt.Sprintf(`{"chatid":%q,"chat_type":2,"msgtype":"template_card","template_card":%s}`, p.group, signCard(taskID))
}

// sendText is the body that pushes Markdown.
func (p corp) sendText(text string) string {
	return fmt.Sprintf(`{"chatid":%q,"chat_type":2,"msgtype":"markdown","markdown":{"content":%q}}`, p.group, text)
}

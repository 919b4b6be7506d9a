package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
	"fanzha/bot/wechat/token"
)

// uploadWait is when to try again after an upload of unknown fate.
const uploadWait = 30 * time.Second

// Send implements [bot.Sender]. It waits for the chat's turn and budget as long
// as ctx lives; once the request is on its way it waits for the answer whatever
// becomes of ctx.
//
// A message of unknown fate is not sent again by Send, as everywhere. But to a
// person the platform is asked to swallow what it has taken already in the last
// four hours, so that whoever settles an unknown by having it sent again does no
// harm within that time. Words that were confirmed are a new message when they
// are sent again. Groups have no such check.
func (c *Channel) Send(ctx context.Context, to bot.Chat, m bot.Message) error {
	_, err := c.SendRef(ctx, to, m)
	return err
}

// SendRef implements [bot.Recaller]. For a message into a group ref is empty:
// the platform cannot take it back.
func (c *Channel) SendRef(ctx context.Context, to bot.Chat, m bot.Message) (ref string, err error) {
	ref, failed := c.send(ctx, to, m, true)
	if failed != nil {
		return "", failed
	}
	return ref, nil
}

// send sends m once. Pushed messages are checked for duplicates; answers are
// not, for two people's questions may well have the same answer, and one
// person's too.
func (c *Channel) send(ctx context.Context, to bot.Chat, m bot.Message, pushed bool) (ref string, failed *bot.SendError) {
	if failed := c.check(to); failed != nil {
		return "", failed
	}
	body, err := c.shape(to.Kind, m)
	if err != nil {
		return "", reject(err.Error())
	}
	lane, release := c.lanes.Get(to)
	defer release()
	leave, err := lane.Enter(ctx)
	if err != nil {
		return "", pace.Stopped(err)
	}
	defer leave()
	if failed := c.fetch(ctx, lane, to, m, body); failed != nil {
		return "", c.noted(failed)
	}
	var key [sha256.Size]byte
	api := "appchat/send"
	if body.ChatID = to.ID; to.Kind == bot.PrivateChat {
		api, body.ChatID, body.ToUser, body.AgentID = "message/send", "", to.ID, c.cfg.Agent
		key = keyOf(body)
		if _, again := c.confirmed.Get(key); pushed && !again {
			body.CheckDuplicates, body.DuplicateSpan = 1, int(sameMessage.Seconds())
		}
	}
	var got answer
	if failed := c.request(ctx, lane, to, &got, c.post(api, body, &got)); failed != nil {
		return "", c.noted(failed)
	}
	if got.InvalidUser != "" || got.Unlicensed != "" {
		// The platform says 0 all the same, but took it for nobody.
		reason := "接收人不在应用可见范围内，或不存在"
		if got.Unlicensed != "" {
			reason = "接收人没有接口许可，请企业管理员为其开通"
		}
		return "", c.noted(&bot.SendError{Outcome: bot.Rejected, Code: codeNobody, RouteDead: true, Reason: reason})
	}
	if pushed && to.Kind == bot.PrivateChat {
		c.confirmed.Put(key, struct{}{}, sameMessage+time.Minute)
	}
	return got.MsgID, nil
}

// codeNobody is what the platform answers if it took a message for none of its
// receivers (page 90236); where it took the request all the same, this stands for it.
const codeNobody = 81013

// keyOf is what a message is known by.
func keyOf(body *wire.AppMessage) [sha256.Size]byte {
	text, _ := json.Marshal(body) // strings and numbers always encode
	return sha256.Sum256(text)
}

// shape returns the message without its receiver. What the platform would
// refuse is an error in Chinese.
func (c *Channel) shape(kind bot.ChatKind, m bot.Message) (*wire.AppMessage, error) {
	switch m := m.(type) {
	case bot.Markdown:
		return wire.AppMarkdownOf(string(m))
	case bot.Text:
		if kind == bot.GroupChat {
			return wire.AppTextOf(m)
		}
	case bot.Card:
		if kind == bot.PrivateChat && c.cfg.Envelope != nil {
			card, err := wire.CardOf(m)
			return &wire.AppMessage{MsgType: wire.TypeCard, Card: card}, err
		}
	case bot.File:
		return &wire.AppMessage{MsgType: wire.TypeFile}, wire.CheckFile(&m)
	case bot.Image:
		_, err := wire.AppImageName(m.Data)
		return &wire.AppMessage{MsgType: "image"}, err
	}
	return nil, errors.New("应用不支持向这里发送这种消息")
}

// fetch brings up a file or a picture and puts its id into body. As long as the
// message has not been sent nothing is out, whatever became of the upload.
func (c *Channel) fetch(ctx context.Context, lane *pace.Lane, to bot.Chat, m bot.Message, body *wire.AppMessage) *bot.SendError {
	var f bot.File
	switch m := m.(type) {
	case bot.File:
		f = m
	case bot.Image:
		f.Data = m.Data
		f.Name, _ = wire.AppImageName(m.Data) // shape has seen to it
	default:
		return nil
	}
	form, contentType := wire.FileForm(&f)
	var got answer
	failed := c.request(ctx, lane, to, &got, func(ctx context.Context, tok string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address("media/upload", tok)+"&type="+body.MsgType, bytes.NewReader(form))
		if err != nil {
			return wechat.ErrNotSent // unreachable: the address is one
		}
		req.Header.Set("Content-Type", contentType)
		return c.cfg.Client.Do(req, &got)
	})
	if failed == nil && got.MediaID == "" || failed != nil && failed.Outcome == bot.Unknown {
		failed = &bot.SendError{Outcome: bot.RetryLater, Reason: "文件没有传上平台", After: uploadWait}
	}
	if body.MsgType == wire.TypeFile {
		body.File = &wire.Media{MediaID: got.MediaID}
	} else {
		body.Image = &wire.Media{MediaID: got.MediaID}
	}
	return failed
}

// Spent implements [bot.Budgeted].
func (c *Channel) Spent(to bot.Chat, at time.Time, n int) {
	lane, release := c.lanes.Get(to)
	defer release()
	lane.Spent(at, n)
}

// Recall implements [bot.Recaller]: within 24 hours the platform takes a message
// back from everybody who has it.
func (c *Channel) Recall(ctx context.Context, ref string) error {
	if ref == "" {
		return reject("这条消息没有编号，无法撤回")
	}
	// A recall is no message to anybody and waits for none.
	lane := pace.NewLane(c.cfg.Clock, pace.Rate{PerMinute: 1})
	var got answer
	body := map[string]string{"msgid": ref}
	if failed := c.request(ctx, lane, bot.Chat{}, &got, c.post("message/recall", body, &got)); failed != nil {
		return c.noted(failed)
	}
	return nil
}

// An answer is the platform's. Code is nil if it is none of the platform's.
type answer struct {
	Code        *int   `json:"errcode"`
	MsgID       string `json:"msgid"`
	InvalidUser string `json:"invaliduser"`
	Unlicensed  string `json:"unlicenseduser"`
	MediaID     string `json:"media_id"`
}

// request waits for budget and calls the platform once, or twice if it was only
// the access token that it refused. If it asks for slowness the chat rests.
func (c *Channel) request(ctx context.Context, lane *pace.Lane, to bot.Chat, got *answer, call func(ctx context.Context, token string) error) *bot.SendError {
	if err := lane.Wait(ctx); err != nil {
		return pace.Stopped(err)
	}
	err := token.Do(ctx, c.cfg.Token, func(tok string) error {
		// The fate of half a request would be open: what is begun is seen to
		// its end.
		return wechat.Hide(call(context.WithoutCancel(ctx), tok), wechat.Secret(tok), c.cfg.Secret)
	})
	lane.Done()
	if err == nil && got.Code == nil {
		err = errors.New("the answer has no errcode")
	}
	if err == nil {
		return nil
	}
	failed := failure(to, err)
	if failed != nil && failed.Outcome == bot.RetryLater {
		failed.After = pace.Jitter(failed.After)
		if failed.Code != 0 {
			lane.Rest(failed.After)
		}
	}
	return failed
}

// failure is what err means for a message to that chat.
func failure(to bot.Chat, err error) *bot.SendError {
	failed := wechat.Failure(wechat.WeCom, err)
	if failed == nil {
		return nil
	}
	switch code := failed.Code; {
	case errors.Is(err, token.ErrCredentials):
		failed.ChannelDown = true
	case code == 86008: // a group of another app's
		failed.Outcome, failed.RouteDead, failed.After = bot.Rejected, true, 0
	case code == 48002 && to.Kind == bot.GroupChat:
		failed.ChannelDown = false // it may well speak to persons
	case code != 0 && wechat.Explain(wechat.WeCom, code).Action == wechat.Stop:
		failed.ChannelDown = true
	case code == 40003, code == 60011, code == 60021, code == 60111, code == 81013:
		failed.RouteDead = to.Kind == bot.PrivateChat && failed.Outcome == bot.Rejected
	}
	return failed
}

// post is a call with a JSON body.
func (c *Channel) post(api string, body, got any) func(context.Context, string) error {
	return func(ctx context.Context, tok string) error {
		return c.cfg.Client.PostJSON(ctx, address(api, tok), body, got)
	}
}

func address(api, tok string) string {
	return "https://" + wechat.HostWeCom + "/cgi-bin/" + api + "?access_token=" + url.QueryEscape(tok)
}

func (c *Channel) noted(failed *bot.SendError) *bot.SendError {
	c.cfg.Log.Warn("app message not sent", "channel", c.cfg.Channel, "outcome", failed.Outcome, "code", failed.Code)
	return failed
}

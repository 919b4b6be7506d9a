package robot

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// uploadWait is when to try again after an upload of unknown fate.
const uploadWait = 30 * time.Second

// An answer is the platform's. Code is nil if it is none of the platform's.
type answer struct {
	Code    *int   `json:"errcode"`
	MediaID string `json:"media_id"`
}

// send sends body once, as soon as it is the turn of the webhook that to means,
// unless unfit says why it must not go out.
func (c *Channel) send(ctx context.Context, to bot.Chat, body any, unfit error) error {
	w, failed := c.webhookOf(to)
	if failed == nil && unfit != nil {
		failed = reject(unfit.Error())
	}
	if failed != nil {
		return failed
	}
	leave, err := w.lane.Enter(ctx)
	if err != nil {
		return pace.Stopped(err)
	}
	defer leave()
	if f, ok := body.(bot.File); ok {
		body, failed = c.upload(ctx, w, &f)
	}
	if failed == nil {
		failed = w.request(ctx, new(answer), func(ctx context.Context, got *answer) error {
			return c.cfg.Client.PostJSON(ctx, w.address("send"), body, got)
		})
	}
	if failed != nil {
		c.cfg.Log.Warn("robot message not sent", "robot", w.name, "outcome", failed.Outcome, "code", failed.Code)
		return failed
	}
	return nil
}

// upload brings f to the platform and returns the message that shows it. As
// long as that has not been sent nothing is out, whatever became of the upload.
func (c *Channel) upload(ctx context.Context, w *webhook, f *bot.File) (any, *bot.SendError) {
	form, contentType := wire.FileForm(f)
	got := new(answer)
	failed := w.request(ctx, got, func(ctx context.Context, got *answer) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address("upload_media")+"&type=file", bytes.NewReader(form))
		if err != nil {
			return wechat.ErrNotSent // unreachable: the address is one
		}
		req.Header.Set("Content-Type", contentType)
		return c.cfg.Client.Do(req, got)
	})
	if failed == nil && got.MediaID == "" || failed != nil && failed.Outcome == bot.Unknown {
		failed = &bot.SendError{Outcome: bot.RetryLater, Reason: "文件没有传上平台", After: uploadWait}
	}
	if failed != nil {
		return nil, failed
	}
	return wire.WebhookFileOf(got.MediaID), nil
}

// request waits for budget and calls the platform once. If that asks for
// slowness the webhook rests, and those who wait keep their order.
func (w *webhook) request(ctx context.Context, got *answer, call func(context.Context, *answer) error) *bot.SendError {
	if err := w.lane.Wait(ctx); err != nil {
		return pace.Stopped(err)
	}
	// The fate of half a request would be open: what is begun is seen to its end.
	err := call(context.WithoutCancel(ctx), got)
	w.lane.Done()
	if err == nil && got.Code == nil {
		err = errors.New("the answer has no errcode")
	}
	if err == nil {
		return nil
	}
	failed := wechat.Failure(wechat.WeCom, err)
	if failed == nil {
		return nil
	}
	failed.Err = wechat.Hide(failed.Err, w.key)
	failed.After = pace.Jitter(failed.After)
	if failed.Code != 0 && failed.Outcome == bot.RetryLater {
		w.lane.Rest(failed.After)
	}
	return failed
}

// address is where w does act.
func (w *webhook) address(act string) string {
	return "https://" + wechat.HostWeCom + "/cgi-bin/webhook/" + act + "?key=" + url.QueryEscape(w.key.Reveal())
}

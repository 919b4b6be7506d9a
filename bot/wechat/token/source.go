package token

import (
	"context"
	"net/url"
	"time"

	"fanzha/bot/wechat"
)

// A Source fetches a token; it need not set ExpiresAt. refused is the last token
// that the platform would not take, "" if none: where the platform would hand
// out the same one again, the Source insists on another. Its errors are or wrap
// a *[wechat.CodeError] if the platform answered.
type Source func(ctx context.Context, refused wechat.Secret) (Token, error)

// A granted is the platforms' answer.
type granted struct {
	AccessToken wechat.Secret `json:"access_token"`
	ExpiresIn   int64         `json:"expires_in"` // seconds
}

func (g granted) token() Token {
	// A number that would not fit is cut down before it is multiplied.
	seconds := min(g.ExpiresIn, int64(longest/time.Second))
	return Token{Value: g.AccessToken, Life: time.Duration(seconds) * time.Second}
}

// WeCom returns the Source for one app of a corporation
// (developer.work.weixin.qq.com/document/path/91039).
func WeCom(c *wechat.Client, corp string, secret wechat.Secret) Source {
	return func(ctx context.Context, _ wechat.Secret) (Token, error) {
		q := url.Values{"corpid": {corp}, "corpsecret": {secret.Reveal()}}
		var g granted
		err := c.Get(ctx, "https://"+wechat.HostWeCom+"/cgi-bin/gettoken?"+q.Encode(), &g)
		return g.token(), wechat.Hide(err, secret)
	}
}

// Official returns the Source for a 公众号. It uses stable_token, whose tokens
// do not end each other: the plain one ends the token of every other program
// that uses the account. stable_token gives the same token again while it holds,
// so after a refusal it is asked a second time with force, which the platform
// allows 20 times a day.
func Official(c *wechat.Client, app string, secret wechat.Secret) Source {
	return func(ctx context.Context, refused wechat.Secret) (Token, error) {
		t, err := stable(ctx, c, app, secret, false)
		if err == nil && refused != "" && t.Value == refused {
			return stable(ctx, c, app, secret, true)
		}
		return t, err
	}
}

func stable(ctx context.Context, c *wechat.Client, app string, secret wechat.Secret, force bool) (Token, error) {
	body := struct {
		Grant  string `json:"grant_type"`
		App    string `json:"appid"`
		Secret string `json:"secret"`
		Force  bool   `json:"force_refresh"`
	}{"client_credential", app, secret.Reveal(), force}
	var g granted
	err := c.PostJSON(ctx, "https://"+wechat.HostOfficial+"/cgi-bin/stable_token", body, &g)
	return g.token(), wechat.Hide(err, secret)
}

package token

import (
	"context"
	"fmt"

	"fanzha/bot/wechat"
)

// Do calls call with h's token. If the platform says that the token is spent
// (40001, 40014, 42001), the message was certainly not taken: a new token is
// fetched once and call is called once more with it. call's error is to be, or
// to wrap, a *[wechat.CodeError].
func Do(ctx context.Context, h *Handle, call func(token string) error) error {
	token, err := h.GetAccessTokenContext(ctx)
	if err != nil {
		return err
	}
	err = call(token)
	if !Spent(err) {
		return err
	}
	h.Invalidate(token)
	renewed, tokenErr := h.GetAccessTokenContext(ctx)
	if tokenErr != nil {
		return fmt.Errorf("renewing a token that was refused with code %d: %w", wechat.CodeOf(err), tokenErr)
	}
	if renewed == token {
		return err // the platform insists on it; so do we not
	}
	return call(renewed)
}

// Spent reports whether err is the platform's word that the access token does
// not hold, or holds no longer.
func Spent(err error) bool {
	switch wechat.CodeOf(err) {
	case 40001, 40014, 42001:
		return true
	}
	return false
}

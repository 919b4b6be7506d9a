package wechat

import (
	"errors"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// hidden is what stands in the place of a secret.
const hidden = "<secret>"

// A Secret is a credential: a long connection's secret, a webhook key, a
// corpsecret. However it is printed, logged or encoded it reads <secret>; only
// [Secret.Reveal] gives it away.
type Secret string

// Reveal returns the credential itself, for the one frame or request that
// needs it.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler, and with it JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// urls finds addresses inside an error text. Those of the platform carry
// credentials in the query (access_token, corpsecret, key).
var urls = regexp.MustCompile(`(?i)\b(?:https?|wss?)://[^\s"'<>]+`)

// params finds what is left of an address, or a field of a JSON text, whose
// name says that its value is a credential.
var params = regexp.MustCompile(`(?i)(\b(?:[a-z_]*access_token|refresh_token|corpsecret|appsecret|secret|key|code|response_code|ticket|session_key)(?:=|"\s*:\s*"))[^&"\s]+`)

// HideText returns text without any of the secrets, with every address in it
// cut down to scheme, host and path, and without the values of parameters and
// fields that are named like credentials.
func HideText(text string, secrets ...Secret) string {
	text = urls.ReplaceAllStringFunc(text, bareURL)
	text = params.ReplaceAllString(text, "${1}"+hidden)
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, string(s), hidden)
			text = strings.ReplaceAll(text, url.QueryEscape(string(s)), hidden)
		}
	}
	return text
}

func bareURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return hidden
	}
	return u.Scheme + "://" + u.Host + u.Path
}

// Hide returns err with its text passed through [HideText]; nil for nil. The
// result answers errors.Is as err does, and is a net.Error if err holds one.
// errors.As finds in it a *[CodeError], hidden likewise, and a *[StatusError], and
// nothing else: it does not unwrap, so that nobody prints the original by
// accident.
func Hide(err error, secrets ...Secret) error {
	if err == nil {
		return nil
	}
	h := &hiddenError{text: HideText(err.Error(), secrets...), err: err, secrets: secrets}
	if cause, ok := errors.AsType[net.Error](err); ok {
		return &hiddenNetError{hiddenError: h, timeout: cause.Timeout()}
	}
	return h
}

type hiddenError struct {
	text    string
	err     error
	secrets []Secret
}

func (e *hiddenError) Error() string        { return e.text }
func (e *hiddenError) Is(target error) bool { return errors.Is(e.err, target) }

// As implements what errors.As asks for.
func (e *hiddenError) As(target any) bool {
	switch target := target.(type) {
	case **StatusError:
		return errors.As(e.err, target)
	case **CodeError:
		inner, ok := errors.AsType[*CodeError](e.err)
		if ok {
			*target = &CodeError{API: inner.API, Code: inner.Code, Message: HideText(inner.Message, e.secrets...)}
		}
		return ok
	}
	return false
}

// GoString keeps %#v from walking into the hidden error.
func (e *hiddenError) GoString() string { return e.text }

// hiddenNetError is a hidden error that came from the network.
type hiddenNetError struct {
	*hiddenError
	timeout bool
}

// Timeout implements net.Error.
func (e *hiddenNetError) Timeout() bool { return e.timeout }

// Temporary implements net.Error.
func (e *hiddenNetError) Temporary() bool { return false }

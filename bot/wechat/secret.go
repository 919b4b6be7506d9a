package wechat

import (
	"errors"
	"log/slog"
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

// HideText returns text without any of the secrets, and with every address in
// it cut down to scheme, host and path.
func HideText(text string, secrets ...Secret) string {
	text = urls.ReplaceAllStringFunc(text, bareURL)
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
// result still answers errors.Is as err does, but does not unwrap: nobody can
// print the original by accident.
func Hide(err error, secrets ...Secret) error {
	if err == nil {
		return nil
	}
	return &hiddenError{text: HideText(err.Error(), secrets...), err: err}
}

type hiddenError struct {
	text string
	err  error
}

func (e *hiddenError) Error() string        { return e.text }
func (e *hiddenError) Is(target error) bool { return errors.Is(e.err, target) }

// GoString keeps %#v from walking into the hidden error.
func (e *hiddenError) GoString() string { return e.text }

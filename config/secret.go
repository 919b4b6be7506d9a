package config

import (
	"fmt"
	"io"
	"log/slog"

	"go.yaml.in/yaml/v3"
)

// redacted is what every printing of a Secret shows.
const redacted = "<secret>"

// A Secret is a text that must not be seen. However it is printed, logged or
// encoded it shows as <secret>; only [Secret.Reveal] gives the text. The zero
// Secret is empty.
type Secret struct{ text string }

// NewSecret returns the Secret that holds text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text, for the one place that sends it to the platform.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether s is empty.
func (s Secret) IsZero() bool { return s.text == "" }

// String implements [fmt.Stringer].
func (Secret) String() string { return redacted }

// Format implements [fmt.Formatter], so that no verb reaches the text.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses too.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalYAML implements [yaml.Marshaler].
func (Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalYAML implements [yaml.Unmarshaler]. Its error does not show what
// was written.
func (s *Secret) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: cannot unmarshal it into string", n.Line)}}
	}
	if n.ShortTag() != "!!null" {
		s.text = n.Value
	}
	return nil
}

package ledgertest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"fanzha/bot"
)

// EveryKind returns one payload of every kind, from the golden entries of package
// bot in dir.
func EveryKind(t testing.TB, dir string) []bot.Payload {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) < len(bot.Kinds()) {
		t.Fatalf("found %d golden entries: %v", len(files), err)
	}
	var out []bot.Payload
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var g struct {
			Kind            bot.Kind
			Version         int
			Public, Private json.RawMessage
		}
		if err := json.Unmarshal(b, &g); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		p, err := bot.Decode(g.Kind, g.Version, g.Public, g.Private)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, p)
	}
	return out
}

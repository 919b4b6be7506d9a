package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// secretOf finds the files of secrets that an example names.
var secretOf = regexp.MustCompile(`(?m)^\s+\w+File: (\S+)$`)

// prepared returns a copy of the examples with what an office fills in: the files
// of secrets, and the bot's id.
func prepared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.example.yaml", "counties.example/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range secretOf.FindAllStringSubmatch(string(data), -1) {
				// 43 characters also make an EncodingAESKey.
				if name := m[1]; name != `""` {
					if err := os.WriteFile(filepath.Join(filepath.Dir(file), name), []byte(strings.Repeat("k", 43)), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			filled := strings.Replace(string(data), `botId: ""`, "botId: bot-1", 1)
			if err := os.WriteFile(file, []byte(filled), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// What an office copies and fills in, loads.
func TestExamplesLoad(t *testing.T) {
	dir := prepared(t)
	env := func(key string) string { return map[string]string{SecretEnv: "x"}[key] }
	if _, err := Load(filepath.Join(dir, example), env); err != nil {
		t.Error(err)
	}
	pair, err := Load(filepath.Join(dir, "pair.example.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !pair.Redis.On() || pair.Process.Advertise == "" {
		t.Error("the pair has no Redis, or no address")
	}
	fleet, err := LoadFleet(filepath.Join(dir, "fleet.example.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range fleet {
		ids = append(ids, f.County.ID)
		if _, err := LoadUnits(f.County.Units); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(ids, " "); got != "shili xiangning" {
		t.Errorf("counties %s", got)
	}
}

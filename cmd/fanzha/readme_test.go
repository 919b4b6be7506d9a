package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every call of the program that the README shows is made in a script, so that
// what people copy works.
func TestScriptsMakeTheCallsOfTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	shared, err := filepath.Glob("testdata/redis/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	scripts = append(scripts, shared...)
	var all strings.Builder
	for _, name := range scripts {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(script)
	}
	// What differs from day to day and from key to key stands as a variable.
	made := strings.NewReplacer("$MONTH", "2026-11", "$KEY", "公钥", "$WITNESS", "存证点", "'", `"`).Replace(all.String())
	calls := callsIn(string(readme))
	if len(calls) < 8 {
		t.Fatalf("found %d calls only: %q", len(calls), calls)
	}
	for _, call := range calls {
		if !strings.Contains(made, "exec "+call) {
			t.Errorf("the README shows %q, which no script tries", call)
		}
	}
}

// The ways in which the README calls the program: in a line of a block, and in
// the running text. Without arguments it is only named.
var (
	blockCall  = regexp.MustCompile(`(?m)^(?:\./|go run \./cmd/)(fanzha [^#\n]*[^#\s])`)
	inlineCall = regexp.MustCompile("`(?:\\./|go run \\./cmd/)?(fanzha [^`]+)`")
)

func callsIn(readme string) (calls []string) {
	for _, pattern := range []*regexp.Regexp{blockCall, inlineCall} {
		for _, m := range pattern.FindAllStringSubmatch(readme, -1) {
			calls = append(calls, m[1])
		}
	}
	return calls
}

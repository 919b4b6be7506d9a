package chat

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

var now = time.Date(2026, 11, 23, 15, 0, 0, 0, bot.Zone)

// testUnits reads testdata/units.tsv: id, full name, short name, aliases, tags.
func testUnits(tb testing.TB) []bot.Unit {
	tb.Helper()
	var units []bot.Unit
	for _, f := range readTSV(tb, "testdata/units.tsv") {
		units = append(units, bot.Unit{ID: bot.UnitID(f[0]), Name: f[1], Short: f[2], Aliases: strings.Split(f[3], ","), Tags: strings.Split(f[4], ",")})
	}
	return units
}

// readTSV reads a file of tab-separated fields, one record a line.
func readTSV(tb testing.TB, name string) [][]string {
	tb.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

// A labelled row of replies*.tsv or queries*.tsv.
type row struct {
	text, intent string
	want         map[string]any
}

func readRows(tb testing.TB, name string) []row {
	tb.Helper()
	var rows []row
	for _, f := range readTSV(tb, name) {
		if len(f) != 3 {
			tb.Fatalf("%s: %q has %d fields, want 3", name, f, len(f))
		}
		r := row{text: strings.ReplaceAll(f[0], `\n`, "\n"), intent: f[1]}
		if err := json.Unmarshal([]byte(f[2]), &r.want); err != nil {
			tb.Fatalf("%s: %q: %v", name, f[0], err)
		}
		rows = append(rows, r)
	}
	return rows
}

// asMap marshals v and reads it back, as a user of the JSON would.
func asMap(tb testing.TB, v any) map[string]any {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		tb.Fatal(err)
	}
	return m
}

// fmtMap formats m the same way every time.
func fmtMap(m map[string]any) string {
	b, _ := json.Marshal(m)
	return string(b)
}

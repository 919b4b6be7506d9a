package chat

import "testing"

// TestDanger reads danger.tsv: texts of people who are being cheated, and
// innocent ones with the same words.
func TestDanger(t *testing.T) {
	for _, f := range readTSV(t, "testdata/danger.tsv") {
		if got, want := Danger(f[0]), f[1] == "danger"; got != want {
			t.Errorf("Danger(%q) = %v, want %v", f[0], got, want)
		}
	}
}

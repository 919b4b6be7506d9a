package app

import "testing"

// However many counties a process has, it remembers a thousand check-ins of each,
// with a leaf of 300 bytes and a private part of 100.
func TestEachCountyIsRemembered(t *testing.T) {
	for _, counties := range []int{1, 50, 3000} {
		if got := remember(counties) / 400; got < 1024 {
			t.Errorf("of %d counties it remembers %d check-ins each", counties, got)
		}
	}
	if got := 50 * remember(50); got > remembered {
		t.Errorf("of 50 counties it remembers %d bytes", got)
	}
}

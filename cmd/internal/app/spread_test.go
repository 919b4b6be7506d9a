package app

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

func names(prefix string, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%s%03d", prefix, i))
	}
	return out
}

// No process has more than its share, neither to lead nor to stand by for, and
// each county lists every process once.
func TestSpreadIsEven(t *testing.T) {
	for _, c := range []struct{ counties, processes int }{{1, 1}, {1, 2}, {20, 2}, {37, 3}, {7, 9}, {3000, 12}} {
		counties, processes := names("county", c.counties), names("process", c.processes)
		share := (c.counties + c.processes - 1) / c.processes
		load := [2]map[string]int{{}, {}}
		for county, order := range spread(counties, processes) {
			if got := slices.Sorted(slices.Values(order)); !slices.Equal(got, processes) {
				t.Fatalf("%d on %d: %s lists %v", c.counties, c.processes, county, got)
			}
			for place, p := range order[:min(2, len(order))] {
				load[place][p]++
			}
		}
		for place, l := range load {
			for p, n := range l {
				// Who leads cannot stand by for the same county, so the last
				// ones may have to stand by beyond their share.
				if n > share+place*share {
					t.Errorf("%d on %d: %s has %d at place %d, want %d at most", c.counties, c.processes, p, n, place, share)
				}
			}
		}
	}
	if got := spread([]string{"a"}, nil); len(got) != 0 {
		t.Errorf("on no process: %v", got)
	}
}

// Everybody comes to the same answer, in whatever order he has heard of them.
func TestSpreadIsAgreed(t *testing.T) {
	counties, processes := names("c", 20), names("p", 5)
	want := spread(counties, processes)
	slices.Reverse(counties)
	slices.Reverse(processes)
	if got := spread(counties, processes); !maps.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Error("another order of the same gives another answer")
	}
}

// When a process goes, its counties go to the others and few else are moved.
func TestSpreadMovesLittle(t *testing.T) {
	counties, processes := names("c", 300), names("p", 6)
	before, after := spread(counties, processes), spread(counties, processes[1:])
	moved := 0
	for _, c := range counties {
		if before[c][0] != processes[0] && before[c][0] != after[c][0] {
			moved++
		}
	}
	// A share caps the hash, so some others move as well.
	if moved > len(counties)/4 {
		t.Errorf("%d of 250 counties moved between processes that stayed", moved)
	}
}

// A county moves to the process that has room for it once the processes have been
// the same for long enough. If that process cannot lead it, and it comes back, it
// moves less and less often, until other processes live.
func TestMovesInVainGrowRare(t *testing.T) {
	var m moves
	since := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	now, began, moved := since, since, []time.Duration(nil)
	for ; now.Sub(since) < 3*time.Minute; now = now.Add(time.Second) {
		if m.due(since, began, now) {
			moved = append(moved, now.Sub(since))
			began = now.Add(time.Second) // it comes back
		}
	}
	if want := []time.Duration{10 * time.Second, 31 * time.Second, 72 * time.Second, 153 * time.Second}; !slices.Equal(moved, want) {
		t.Errorf("it moved after %v, want %v", moved, want)
	}
	if m.due(now, began, now.Add(steady-1)) {
		t.Error("it moved at once when other processes lived")
	}
	if !m.due(now, began, now.Add(steady)) {
		t.Error("it did not move when other processes had lived for long enough")
	}
}

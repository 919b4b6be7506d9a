package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// spread says, for each county, in which order the living processes are to lead it:
// the first leads, the second stands by with a warm state, the others are there if
// both are gone. Every process that knows the same counties and the same living
// processes comes to the same answer without asking.
//
// Each county ranks the processes by a hash of both (rendezvous hashing), so that
// a process that comes or goes moves no more counties than it must. A process
// that has its share takes no more: of n counties on p processes none leads more
// than n÷p, rounded up, and none stands by for more.
func spread(counties, living []string) map[string][]string {
	out := make(map[string][]string, len(counties))
	if len(living) == 0 {
		return out
	}
	counties = slices.Sorted(slices.Values(counties))
	share := (len(counties) + len(living) - 1) / len(living)
	for _, c := range counties {
		out[c] = slices.Clone(living)
		slices.SortFunc(out[c], func(a, b string) int {
			return cmp.Or(cmp.Compare(weight(c, b), weight(c, a)), cmp.Compare(a, b))
		})
	}
	for place := range min(2, len(living)) {
		load := make(map[string]int)
		for _, c := range counties {
			order := out[c]
			for i := place; i < len(order); i++ {
				if p := order[i]; load[p] < share {
					copy(order[place+1:i+1], order[place:i])
					order[place] = p
					break
				}
			}
			load[order[place]]++
		}
	}
	return out
}

// weight is how much county prefers process.
func weight(county, process string) uint64 {
	sum := sha256.Sum256([]byte(county + "\x00" + process))
	return binary.BigEndian.Uint64(sum[:8])
}

// moves are how often a process has handed a county over to the one that has room
// for it, since the processes are the same ones.
type moves struct {
	since time.Time // since when they are
	times int
}

// due reports whether a county that this process leads since began moves now, and
// counts that it does. A process that got it back after all, for the other one
// could not lead it, keeps it for twice as long each time.
func (m *moves) due(since, began, now time.Time) bool {
	if !m.since.Equal(since) {
		*m = moves{since: since}
	}
	if now.Sub(since) < steady || m.times > 0 && now.Sub(began) < steady<<min(m.times, 9) {
		return false
	}
	m.times++
	return true
}

// giveWay calls end once the county, which is led here since began, has for long
// enough had a process that it would rather have and that is ready for it, or once
// this process must not lead at all.
func (s *Seat) giveWay(ctx context.Context, began time.Time, end func()) {
	t := time.NewTicker(heartbeat)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if s.host.twin() != nil {
				end()
				return
			}
			if s.host.awaited(s.id) && s.due(began) {
				s.host.log.InfoContext(ctx, "handing a county over to the process that has room for it", "county", s.id)
				end()
				return
			}
		}
	}
}

func (s *Seat) due(began time.Time) bool {
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	return s.moves.due(s.host.since, began, s.host.deps.Clock.Now())
}

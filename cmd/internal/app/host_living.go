package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
	"fanzha/bot/shared"
)

// This file is how processes know of each other, and who of them is to lead what.

const (
	// heartbeat is how often a process says that it lives, and looks who does.
	heartbeat = time.Second
	// steady is how long the same processes must have lived before a county
	// moves to the one that has room for it: processes that start one after
	// another do not pass counties around.
	steady = 10 * time.Second
	// twinAfter is how long another process must have had this one's id: it may
	// have been this one, before it was killed and started again.
	twinAfter = shared.Presence + 2*heartbeat
)

// A want is a process's being ready to take a county over from the one that leads it.
type want struct{ process, county string }

// beat says that this process lives, and looks who does, until ctx ends; then it
// says goodbye, before any county is given back, so that the others know at once
// whose turn it is.
func (h *Host) beat(ctx context.Context) error {
	t := time.NewTicker(heartbeat)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			h.meet(ctx)
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), heartbeat)
			defer cancel()
			if err := h.processes.Leave(bye, h.self.ID); err != nil {
				h.log.WarnContext(bye, "leaving without a word", "err", err)
			}
			return nil
		}
	}
}

// meet says that this process lives and what it is ready for, and notes who else
// does. Without Redis the last list stands: no county can change hands meanwhile.
func (h *Host) meet(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*heartbeat)
	defer cancel()
	me := shared.Process{ID: h.self.ID}
	for _, s := range h.seats {
		if s.ready() && h.prefers(s.id) {
			me.Wants = append(me.Wants, s.id)
		}
	}
	living, err := h.processes.Meet(ctx, me)
	taken := errors.Is(err, shared.ErrTaken)
	if err != nil && !taken {
		h.log.WarnContext(ctx, "not heard of the other processes", "err", err)
		return
	}
	h.settle(living, taken, h.deps.Clock.Now())
}

// settle notes who lives, this process always included, and whether one of them has
// its id.
func (h *Host) settle(met []shared.Process, taken bool, now time.Time) {
	living, wants := []string{h.self.ID}, make(map[want]bool)
	for _, p := range met {
		living = append(living, p.ID)
		for _, county := range p.Wants {
			wants[want{p.ID, county}] = true
		}
	}
	slices.Sort(living)
	living = slices.Compact(living)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wants = wants
	switch {
	case !taken:
		h.taken = time.Time{}
	case h.taken.IsZero():
		h.taken = now
	}
	if slices.Equal(living, h.living) {
		return
	}
	var counties []string
	for _, s := range h.seats {
		counties = append(counties, s.id)
	}
	h.living, h.since, h.order = living, now, spread(counties, living)
	h.log.Info("processes", "living", living)
}

// place returns how many processes a county would rather have than this one, but
// for one of them; false if this process has not met the others yet.
func (h *Host) place(county, but string) (int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	order := h.order[county]
	place := slices.Index(order, h.self.ID)
	if i := slices.Index(order, but); i >= 0 && i < place {
		return place - 1, true
	}
	return max(place, 0), place >= 0
}

// prefers reports whether a county would rather have this process than any other.
func (h *Host) prefers(county string) bool {
	place, met := h.place(county, "")
	return met && place == 0
}

// awaited reports whether the process that a county would rather have than this one
// is ready to take it over.
func (h *Host) awaited(county string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	order := h.order[county]
	return len(order) > 0 && order[0] != h.self.ID && h.wants[want{order[0], county}]
}

// twin refuses if another living process has this one's id. The two would take each
// other's leases and archive files for their own.
func (h *Host) twin() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.taken.IsZero() || h.deps.Clock.Now().Sub(h.taken) < twinAfter {
		return nil
	}
	return bot.Refuse(fmt.Sprintf("另有一个进程也叫 %s", h.self.ID), "请给每个进程写不同的 process.id，改好后重启本程序")
}

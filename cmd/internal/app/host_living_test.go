package app

import (
	"slices"
	"testing"
	"time"

	"fanzha/bot/ledger/redis"
	"fanzha/bot/shared"
)

// A process that has not met the others does not take itself for the one that a
// county would rather have.
func TestNoPlaceBeforeTheFirstMeeting(t *testing.T) {
	h := hostOf("b", "xiangning")
	if place, met := h.place("xiangning", ""); met || h.prefers("xiangning") {
		t.Errorf("before it has met anybody its place is %d", place)
	}
	h.settle([]shared.Process{{ID: "a"}, {ID: "b"}, {ID: "c"}}, false, time.Now())
	place, met := h.place("xiangning", "")
	if want := slices.Index(h.order["xiangning"], "b"); !met || place != want {
		t.Errorf("its place is %d, %t, want %d", place, met, want)
	}
}

// A county is given up for a process that says that it is ready for it, and for no
// other one.
func TestACountyGoesToWhoIsReady(t *testing.T) {
	h := hostOf("one", "xiangning")
	h.settle([]shared.Process{{ID: "one"}, {ID: "two"}}, false, time.Now())
	heir, other := h.order["xiangning"][0], h.order["xiangning"][1]
	h.self.ID = other
	for _, c := range []struct {
		living []shared.Process
		want   bool
	}{
		{[]shared.Process{{ID: heir}, {ID: other}}, false},
		{[]shared.Process{{ID: heir, Wants: []string{"jixian"}}, {ID: other}}, false},
		{[]shared.Process{{ID: heir}, {ID: other, Wants: []string{"xiangning"}}}, false},
		{[]shared.Process{{ID: heir, Wants: []string{"xiangning"}}, {ID: other}}, true},
	} {
		h.settle(c.living, false, time.Now())
		if got := h.awaited("xiangning"); got != c.want {
			t.Errorf("while %v live it is awaited: %t", c.living, got)
		}
	}
}

// A process is ready for what another one leads, when it has followed it and nothing
// keeps it from leading.
func TestReadyIsWarm(t *testing.T) {
	s := &Seat{host: hostOf("one")}
	s.know(redis.Holder{ID: "two"})
	if s.ready() {
		t.Error("ready while cold")
	}
	s.warm = true
	if !s.ready() {
		t.Error("not ready while warm")
	}
	s.fault = "签名密钥文件不见了"
	if s.ready() {
		t.Error("ready while it cannot lead")
	}
	s.fault = ""
	s.know(redis.Holder{ID: "one"})
	if s.ready() {
		t.Error("ready for what it leads itself")
	}
}

// hostOf is a process that shares counties and talks to nobody.
func hostOf(id string, counties ...string) *Host {
	h := &Host{deps: Deps{}.filled(), self: redis.Holder{ID: id}}
	h.log = h.deps.Log
	for _, c := range counties {
		h.seats = append(h.seats, &Seat{host: h, id: c})
	}
	return h
}

package redis_test

import (
	"errors"
	"testing"

	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/ledger/redis/redistest"
)

// The server comes back without the last batches that it acknowledged: the
// process that remembers them finds out at its next append, and puts them back.
func TestStoreThatWentBackIsFilledUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		erased bool // what was erased stays erased, though the store forgot it
		who    func(t *testing.T, s *redis.Server, l *redis.Ledger) *redis.Ledger
	}{
		{"by the process that appended", true, func(_ *testing.T, _ *redis.Server, l *redis.Ledger) *redis.Ledger { return l }},
		{"by a standby that followed", false, func(t *testing.T, s *redis.Server, _ *redis.Ledger) *redis.Ledger {
			follower := s.Ledger("x", nil)
			mustRead(t, follower)
			return follower
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			node := redistest.Single(t)
			s := mustConnect(t, redis.Config{URL: node.URL()})
			hold := mustAcquire(t, s, "x", "a", long)
			l := s.Ledger("x", hold)
			mustAppend(t, l, 0, 40)
			mustAppend(t, l, 40, 3)
			snapshot := node.Snapshot()
			mustAppend(t, l, 43, 5)
			mustAppend(t, l, 48, 30)
			if err := l.Erase(t.Context(), 5, 50); err != nil {
				t.Fatal(err)
			}
			who := c.who(t, s, l)
			node.Rewind(snapshot)

			var back *redis.RolledBackError
			if err := offer(t, l, 78, 2); !errors.As(err, &back) || back.Size != 43 || back.Known != 78 || !errors.Is(err, ledger.ErrBehind) {
				t.Fatalf("Append = %v, want a RolledBackError from 78 to 43", err)
			}
			who = who.Lead(hold)
			lost, err := who.Reconcile(t.Context())
			if err != nil || lost != 35 {
				t.Fatalf("Reconcile = %d, %v, want 35", lost, err)
			}
			if lost, err := who.Reconcile(t.Context()); err != nil || lost != 0 {
				t.Errorf("Reconcile again = %d, %v, want 0", lost, err)
			}
			if gone := c.erased; gone {
				wantOwn(t, who, 78, 5, 50)
			} else {
				wantOwn(t, who, 78, 50)
			}
			mustAppend(t, who, 78, 2)
		})
	}
}

// After the store went back somebody else has gone on from there: that must not
// be glossed over.
func TestStoreThatDivergedIsLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		other int // records that the other appends at 10
		size  int64
		seq   int64
	}{
		{"shorter", 3, 13, 10},
		{"as long", 10, 20, 10},
		{"longer", 30, 40, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			node := redistest.Single(t)
			s := mustConnect(t, redis.Config{URL: node.URL()})
			l := s.Ledger("x", mustAcquire(t, s, "x", "a", long))
			mustAppend(t, l, 0, 10)
			snapshot := node.Snapshot()
			mustAppend(t, l, 10, 10)
			follower := s.Ledger("x", nil)
			mustRead(t, follower)
			node.Rewind(snapshot)

			expire(t, s, "x")
			hold := mustAcquire(t, s, "x", "b", long)
			batch := ledgertest.Records(5000, c.other)
			if err := s.Ledger("x", hold).Append(t.Context(), 10, batch, []byte("other")); err != nil {
				t.Fatal(err)
			}
			_, err := l.Lead(hold).Reconcile(t.Context())
			if d, ok := errors.AsType[*redis.DivergedError](err); !ok || d.Seq != c.seq || !d.Acknowledged {
				t.Errorf("Reconcile = %v, want a DivergedError at %d of what was acknowledged", err, c.seq)
			}
			_, err = follower.Reconcile(t.Context())
			if d, ok := errors.AsType[*redis.DivergedError](err); !ok || d.Seq != c.seq || d.Acknowledged {
				t.Errorf("Reconcile of a follower = %v, want a DivergedError at %d of what was read", err, c.seq)
			}
			if h, _ := l.Head(t.Context()); h.Size != c.size {
				t.Errorf("the ledger has %d entries, want %d as before", h.Size, c.size)
			}
		})
	}
}

func TestStoreThatLostMoreThanIsRemembered(t *testing.T) {
	node := redistest.Single(t)
	s := mustConnect(t, redis.Config{URL: node.URL(), Remember: 2000})
	hold := mustAcquire(t, s, "x", "a", long)
	l := s.Ledger("x", hold)
	mustAppend(t, l, 0, 10)
	snapshot := node.Snapshot()
	for at := int64(10); at < 200; at += 10 {
		mustAppend(t, l, at, 10)
	}
	node.Rewind(snapshot)
	_, err := l.Reconcile(t.Context())
	if d, ok := errors.AsType[*redis.DivergedError](err); !ok || d.Seq != 10 {
		t.Errorf("Reconcile = %v, want a DivergedError at 10", err)
	}
}

// Nothing known is no reason for complaint, nor is a store that has grown.
func TestReconcileOfASoundStore(t *testing.T) {
	s := mustConnect(t, redis.Config{URL: redistest.Single(t).URL()})
	hold := mustAcquire(t, s, "x", "a", long)
	l := s.Ledger("x", hold)
	mustAppend(t, l, 0, 10)
	early := s.Ledger("x", nil)
	mustRead(t, early)
	mustAppend(t, l, 10, 10)
	for name, l := range map[string]*redis.Ledger{"leader": l, "early follower": early, "newcomer": s.Ledger("x", hold)} {
		if lost, err := l.Reconcile(t.Context()); lost != 0 || err != nil {
			t.Errorf("Reconcile of the %s = %d, %v, want 0", name, lost, err)
		}
	}
}

package ledger_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

var start = time.Date(2026, 11, 23, 1, 6, 0, 123e6, time.UTC)

// newKey returns a key that is the same for the same name.
func newKey(t testing.TB, name ...string) *ledger.Key {
	t.Helper()
	name = append(name, "fanzha/test")
	seed := [32]byte{}
	copy(seed[:], name[0])
	k, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), name[len(name)-1], rand.NewChaCha8(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// leafHash returns the hash of the n-th of some leaves.
func leafHash(n int64) tlog.Hash {
	return tlog.RecordHash([]byte{byte(n), byte(n >> 8), byte(n >> 16)})
}

// fill appends n entries to the empty ledger l, a second apart, in batches.
func fill(t testing.TB, l ledger.Ledger, key *ledger.Key, n int, payload func(i int) bot.Payload) {
	t.Helper()
	var tree ledger.Tree
	salt := rand.NewChaCha8([32]byte{1})
	for at := 0; at < n; {
		first := at
		var batch []ledger.Record
		for ; at < min(first+1000, n); at++ {
			e, rec, err := ledger.Seal(int64(at), start.Add(time.Duration(at)*time.Second), payload(at), salt)
			if err != nil {
				t.Fatal(err)
			}
			tree.Add(e.Hash)
			batch = append(batch, rec)
		}
		signed, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Append(t.Context(), int64(first), batch, signed); err != nil {
			t.Fatal(err)
		}
	}
}

// goldens returns one payload of every kind, from the files of package bot.
func goldens(t testing.TB) []bot.Payload {
	t.Helper()
	return ledgertest.EveryKind(t, "../testdata/entries/v1")
}

// records returns all that l holds.
func records(t testing.TB, l ledger.Ledger) []ledger.Record {
	t.Helper()
	var out []ledger.Record
	for r, err := range l.Read(t.Context(), 0, -1) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

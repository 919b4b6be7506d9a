package archive_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
)

// Whatever byte is altered, the file is refused, and where it is one of a
// record's, by its number.
func TestEveryAlteredByteIsFound(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 12)
	path := write(t, part(t, key, records, 5, 12))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	owner := make([]int64, len(good)) // whose record a byte is in
	for i := range owner {
		owner[i] = -1
	}
	at := 17 + 8 + 2*32 + 4
	for i, r := range records[5:] {
		n := 12 + len(r.Leaf) + len(r.Private)
		for j := range n {
			owner[at+j] = int64(5 + i)
		}
		at += n
	}
	bad := filepath.Join(t.TempDir(), "bad")
	for i := range good {
		altered := bytes.Clone(good)
		altered[i] ^= 0x10
		if err := os.WriteFile(bad, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		err := check(t, bad)
		if (i == 15 || i == 16) && err != nil {
			continue // another format, as far as one can tell
		}
		if err == nil {
			t.Fatalf("byte %d altered: nobody noticed", i)
		}
		wantCorrupt(t, err, owner[i])
	}
}

func check(t testing.TB, path string) error {
	f, err := archive.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Check(t.Context())
}

func TestEveryCutIsFound(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 3)
	good, err := os.ReadFile(write(t, part(t, key, records, 0, 3)))
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	for i := range good {
		for _, b := range [][]byte{good[:i], good[i+1:], append(bytes.Clone(good), good[:i+1]...)} {
			if err := os.WriteFile(bad, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := check(t, bad); err == nil {
				t.Fatalf("a file of %d in place of %d bytes was taken", len(b), len(good))
			}
		}
	}
}

// Whoever writes a file of other entries, with every checksum right, is
// convicted by the signed root.
func TestSkilledForgeryIsConvicted(t *testing.T) {
	key, records := newKey(t, 1), entries(t, 40)
	for name, forge := range map[string]func(p archive.Part) archive.Part{
		"an entry exchanged": func(p archive.Part) archive.Part {
			forged := append([]ledger.Record{}, records[20:]...)
			forged[7] = exchanged(t)
			p.Records = each(forged)
			return p
		},
		"another beginning": func(p archive.Part) archive.Part {
			var f archive.Frontier
			for range 20 {
				f.Add([32]byte{1})
			}
			p.Begin = f
			return p
		},
		"a shorter one": func(p archive.Part) archive.Part { p.To, p.Records = 39, each(records[20:39]); return p },
		"a foreign key": func(archive.Part) archive.Part { return part(t, newKey(t, 2), records, 20, 40) },
		"no checkpoint": func(p archive.Part) archive.Part { p.Checkpoint = nil; return p },
	} {
		f := open(t, write(t, forge(part(t, key, records, 20, 40))))
		if err := f.Check(t.Context()); err != nil {
			t.Errorf("%s: the checksums are wrong: %v", name, err)
		}
		_, err := f.Verify(t.Context(), key.Public())
		wantCorrupt(t, err, -1)
	}
	swapped := append([]ledger.Record{}, records...)
	swapped[3].Private, swapped[6].Private = swapped[6].Private, swapped[3].Private
	p := part(t, key, records, 0, 40)
	p.Records = each(swapped)
	_, err := open(t, write(t, p)).Verify(t.Context(), key.Public())
	wantCorrupt(t, err, 3)
}

// A file may be anything. Reading it must end, within the memory that it is
// worth, in records or in an error, and what is verified is what was signed.
func FuzzOpen(f *testing.F) {
	key, records := newKey(f, 1), entries(f, 300)
	for _, c := range []struct{ from, to int }{{0, 0}, {0, 3}, {3, 8}, {1, 300}} {
		b, err := os.ReadFile(write(f, part(f, key, records, c.from, c.to)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		huge := bytes.Clone(b)
		binary.BigEndian.PutUint64(huge[len(huge)-56:], 1<<40)
		f.Add(huge)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(path)
		if err != nil {
			return
		}
		defer a.Close()
		got, err := read(t, a, a.From(), -1)
		if err != nil && !errors.As(err, new(*ledger.CorruptError)) {
			t.Errorf("Read = %v", err)
		}
		if int64(len(got)) > a.To()-a.From() || len(got)*12 > len(b) {
			t.Errorf("%d records from %d bytes", len(got), len(b))
		}
		if _, err := a.Verify(t.Context(), key.Public()); err == nil && a.To() > 0 {
			for i, r := range got {
				if seq := a.From() + int64(i); !bytes.Equal(r.Leaf, records[seq].Leaf) {
					t.Errorf("entry %d was verified and never signed", seq)
				}
			}
		}
	})
}

// exchanged returns an entry of just as good a form as the true entry 27.
func exchanged(t *testing.T) ledger.Record {
	t.Helper()
	_, r, err := ledger.Seal(27, start.Add(27e9), &bot.DangerRaised{Unit: "x"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

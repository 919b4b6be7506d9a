package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"fanzha/bot/ledger"
)

func testEmpty(t *testing.T, st Store) {
	l := mustOpen(t, st)
	wantHead(t, l, 0)
	wantRead(t, l, 0, -1, nil)
	wantRead(t, l, 0, 0, nil)
}

func testAppend(t *testing.T, st Store) {
	l := mustOpen(t, st)
	var size int64
	for _, n := range []int{1, 2, 1, 17, 64, 100} {
		mustAppend(t, l, size, n)
		size += int64(n)
		wantOwn(t, l, size)
	}
}

func testEmptyBatch(t *testing.T, st Store) {
	l := mustOpen(t, st)
	for _, size := range []int64{0, 3} {
		if size > 0 {
			mustAppend(t, l, 0, int(size))
		}
		for _, batch := range [][]ledger.Record{nil, {}} {
			if err := l.Append(t.Context(), size, batch, []byte("unused")); err != nil {
				t.Errorf("Append(%d, empty) = %v, want nil", size, err)
			}
		}
		wantOwn(t, l, size)
	}
}

// nasty holds bytes that a store which treats them as text would spoil.
func nasty() []ledger.Record {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return []ledger.Record{
		{Leaf: []byte{0}, Private: []byte{0, 0}},
		{Leaf: every, Private: slices.Concat(every, every)},
		{Leaf: []byte{}, Private: nil},
		{Leaf: []byte("空的保密部分"), Private: []byte{}},
		{Leaf: []byte("\xff\xfe\x80"), Private: []byte("'; DROP TABLE --\r\n")},
		{Leaf: []byte("same"), Private: []byte("same")},
		{Leaf: []byte("same"), Private: []byte("same")},
	}
}

func testBytes(t *testing.T, st Store) {
	l := mustOpen(t, st)
	checkpoint := []byte("\x00\n\xff— sig\r\n\x00")
	if err := l.Append(t.Context(), 0, nasty(), checkpoint); err != nil {
		t.Fatal(err)
	}
	check := func(l ledger.Ledger) {
		t.Helper()
		wantRead(t, l, 0, -1, nasty())
		if h, err := l.Head(t.Context()); err != nil || !bytes.Equal(h.Checkpoint, checkpoint) {
			t.Errorf("Head = %q, %v, want %q", h.Checkpoint, err, checkpoint)
		}
	}
	check(l)
	mustClose(t, l)
	check(mustOpen(t, st))
}

func testBehind(t *testing.T, st Store) {
	l := mustOpen(t, st)
	for _, size := range []int64{0, 5} {
		if size > 0 {
			mustAppend(t, l, 0, int(size))
		}
		for _, at := range []int64{-1, 0, size - 1, size + 1, size + 100} {
			if at == size {
				continue
			}
			batch := []ledger.Record{{Leaf: []byte("stray")}, {Leaf: []byte("stray")}}
			if err := l.Append(t.Context(), at, batch, []byte("stray")); !errors.Is(err, ledger.ErrBehind) {
				t.Errorf("Append(%d) at head %d = %v, want ErrBehind", at, size, err)
			}
			wantOwn(t, l, size)
		}
	}
	mustAppend(t, l, 5, 2)
	wantOwn(t, l, 7)
}

func testAliasing(t *testing.T, st Store) {
	l := mustOpen(t, st)
	batch, checkpoint := Records(0, 6), Checkpoint(6)
	if err := l.Append(t.Context(), 0, batch, checkpoint); err != nil {
		t.Fatal(err)
	}
	clear(checkpoint)
	for _, r := range batch {
		clear(r.Leaf)
		clear(r.Private)
	}
	clear(batch)
	wantOwn(t, l, 6)

	for r, err := range l.Read(t.Context(), 0, -1) {
		if err != nil {
			t.Fatal(err)
		}
		clear(r.Leaf)
		clear(r.Private)
		_ = append(r.Leaf, "overrun into the neighbour"...)
		_ = append(r.Private, "overrun into the neighbour"...)
	}
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clear(h.Checkpoint)
	wantOwn(t, l, 6)
}

func testRange(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const size = 1500 // beyond any page in which a store might read
	mustAppend(t, l, 0, size)
	all := Records(0, size)
	for _, c := range []struct{ from, to int64 }{
		{0, -1}, {0, size}, {0, 1}, {0, 0}, {3, 3}, {7, 8}, {size - 1, size}, {size - 1, -1},
		{size, -1}, {size, size}, {10, 1400}, {5, 2}, {size + 9, -1}, {0, -7},
	} {
		to := c.to
		if to < 0 {
			to = size
		}
		var want []ledger.Record
		if c.from < to {
			want = all[c.from:to]
		}
		wantRead(t, l, c.from, c.to, want)
	}
	seq := l.Read(t.Context(), 2, 4)
	for range 2 { // an iter.Seq2 may be ranged over again
		n := 0
		for range seq {
			n++
		}
		if n != 2 {
			t.Errorf("Read(2, 4) yielded %d records, want 2", n)
		}
	}
}

func testRangeBeyond(t *testing.T, st Store) {
	l := mustOpen(t, st)
	mustAppend(t, l, 0, 4)
	for _, c := range []struct {
		from, to int64
		yielded  int
	}{{0, 5, 4}, {2, 100, 2}, {4, 5, 0}, {50, 51, 0}, {-1, 2, 0}, {-3, -1, 0}} {
		got, err := read(t.Context(), l, c.from, c.to)
		if !errors.Is(err, ledger.ErrNotFound) || len(got) != c.yielded {
			t.Errorf("Read(%d, %d) = %d records, %v, want %d and ErrNotFound", c.from, c.to, len(got), err, c.yielded)
		}
	}
}

func testBreak(t *testing.T, st Store) {
	l := mustOpen(t, st)
	mustAppend(t, l, 0, 40)
	// More times than any pool of connections is wide: what an abandoned
	// iteration holds must be given back.
	for range 50 {
		for _, err := range l.Read(t.Context(), 0, -1) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	mustAppend(t, l, 40, 1)
	wantOwn(t, l, 41)
}

func testWriteWhileReading(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const size = 30
	mustAppend(t, l, 0, size)
	n := int64(0)
	for _, err := range l.Read(t.Context(), 0, -1) {
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, size+n, 1)
		if err := l.Erase(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != size {
		t.Errorf("Read yielded %d records, want the %d there were when it began", n, size)
	}
	wantHead(t, l, 2*size)
}

func testCancelled(t *testing.T, st Store) {
	l := mustOpen(t, st)
	mustAppend(t, l, 0, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Append(ctx, 3, Records(3, 2), Checkpoint(5)); !errors.Is(err, context.Canceled) {
		t.Errorf("Append with a cancelled context = %v, want context.Canceled", err)
	}
	if err := l.Erase(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Erase with a cancelled context = %v, want context.Canceled", err)
	}
	if got, err := read(ctx, l, 0, -1); err == nil {
		if diff := diffRecords(got, Records(0, 3)); diff != "" {
			t.Errorf("Read with a cancelled context gave no error, but: %s", diff)
		}
	}
	wantOwn(t, l, 3)
	mustAppend(t, l, 3, 1)
	wantOwn(t, l, 4)
}

func testLarge(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const size = 1 << 20
	batch := []ledger.Record{
		{Leaf: noise(0, 'l', size), Private: noise(0, 'p', size)},
		{Leaf: []byte("small")},
		{Leaf: noise(2, 'l', size), Private: []byte("small")},
		{Leaf: []byte("small"), Private: noise(3, 'p', size+1)},
		{Leaf: noise(4, 'l', size-1)},
	}
	if err := l.Append(t.Context(), 0, batch, noise(5, 'c', 64<<10)); err != nil {
		t.Fatal(err)
	}
	wantRead(t, l, 0, -1, batch)
	mustClose(t, l)
	wantRead(t, mustOpen(t, st), 0, -1, batch)
}

func testMany(t *testing.T, st Store) {
	l := mustOpen(t, st)
	const size, step = 6000, 750
	for at := int64(0); at < size; at += step {
		mustAppend(t, l, at, step)
	}
	wantOwn(t, l, size)
}

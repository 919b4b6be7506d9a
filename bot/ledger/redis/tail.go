package redis

import (
	"bytes"
	"slices"
	"sync"

	"fanzha/bot/ledger"
)

// tailRecords is how many records a tail keeps at most.
const tailRecords = 1 << 14

// A tail is the last records that a handle knows to have been acknowledged, one
// after another, with the checkpoints at some of their ends. The zero tail
// knows nothing. It is safe for concurrent use.
type tail struct {
	limit int // bytes

	mu      sync.Mutex
	start   int64
	records []ledger.Record
	marks   []ledger.Head // by size, each within start..start+len(records)
	bytes   int
	erased  map[int64]bool
}

// add notes records. Those that do not continue what is known replace it.
func (t *tail) add(at int64, records []ledger.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.start + int64(len(t.records))
	switch {
	case at > end || at < t.start:
		t.start, t.records, t.marks, t.bytes = at, nil, nil, 0
	case at+int64(len(records)) <= end:
		return
	default:
		records = records[end-at:]
	}
	for _, r := range records {
		t.records = append(t.records, ledger.Record{Leaf: bytes.Clone(r.Leaf), Private: bytes.Clone(r.Private)})
		t.bytes += len(r.Leaf) + len(r.Private)
	}
	t.shrink()
}

// shrink forgets the oldest records that are too many.
func (t *tail) shrink() {
	n := 0
	for bytes := t.bytes; bytes > t.limit || len(t.records)-n > tailRecords; n++ {
		bytes -= len(t.records[n].Leaf) + len(t.records[n].Private)
		t.bytes = bytes
	}
	t.records = slices.Delete(t.records, 0, n)
	t.start += int64(n)
	t.marks = slices.DeleteFunc(t.marks, func(h ledger.Head) bool { return h.Size < t.start })
}

// see notes the checkpoint at a size that has been reached.
func (t *tail) see(h ledger.Head) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h.Size < t.start || h.Size > t.start+int64(len(t.records)) {
		return
	}
	i, found := slices.BinarySearchFunc(t.marks, h.Size, func(m ledger.Head, size int64) int { return int(m.Size - size) })
	if !found {
		t.marks = slices.Insert(t.marks, i, ledger.Head{Size: h.Size, Checkpoint: bytes.Clone(h.Checkpoint)})
	}
}

// end returns how long the ledger was when it was last known.
func (t *tail) end() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.start + int64(len(t.records))
}

// erase forgets private parts, and remembers that they are to be gone.
func (t *tail) erase(seqs []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.erased == nil {
		t.erased = map[int64]bool{}
	}
	for _, seq := range seqs {
		t.erased[seq] = true
		if i := seq - t.start; i >= 0 && i < int64(len(t.records)) {
			t.records[i].Private = nil
		}
	}
}

// copyTo makes to know what t knows.
func (t *tail) copyTo(to *tail) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to.start, to.bytes = t.start, t.bytes
	to.records, to.marks = slices.Clone(t.records), slices.Clone(t.marks)
}

package redis

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"fanzha/bot/ledger"
)

// tailRecords is how many records a tail keeps at most.
const tailRecords = 1 << 14

// maxErased is how many erasures a tail remembers at most.
const maxErased = 1 << 16

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
	acked   int64 // what this process itself acknowledged ends here
}

// appended notes a batch that was acknowledged.
func (t *tail) appended(at int64, batch []ledger.Record, checkpoint []byte) {
	t.add(at, batch)
	t.see(ledger.Head{Size: at + int64(len(batch)), Checkpoint: checkpoint})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.acked = at + int64(len(batch))
}

// add notes records from entry at on. What is known already stays: if the store
// has changed meanwhile, that is to be found out. Records after a gap replace
// what is known.
func (t *tail) add(at int64, records []ledger.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	end := t.start + int64(len(t.records))
	switch {
	case at > end:
		t.start, t.records, t.marks, t.bytes = at, nil, nil, 0
	default:
		records = records[min(end-at, int64(len(records))):]
	}
	for _, r := range records {
		t.records = append(t.records, ledger.Record{Leaf: bytes.Clone(r.Leaf), Private: bytes.Clone(r.Private)})
		t.bytes += len(r.Leaf) + len(r.Private)
	}
	t.shrink()
}

// shrink forgets the oldest records that are too many. It moves none of the others:
// when the slices have no room left, append makes new ones of what is known.
func (t *tail) shrink() {
	n := 0
	for bytes := t.bytes; bytes > t.limit || len(t.records)-n > tailRecords; n++ {
		bytes -= len(t.records[n].Leaf) + len(t.records[n].Private)
		t.bytes = bytes
	}
	clear(t.records[:n])
	t.records = t.records[n:]
	t.start += int64(n)
	old := 0
	for old < len(t.marks) && t.marks[old].Size < t.start {
		old++
	}
	clear(t.marks[:old])
	t.marks = t.marks[old:]
}

// see notes the checkpoint at the end of what is known. One at an earlier size
// would have to be believed.
func (t *tail) see(h ledger.Head) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h.Size != t.start+int64(len(t.records)) || len(t.marks) > 0 && t.marks[len(t.marks)-1].Size == h.Size {
		return
	}
	t.marks = append(t.marks, ledger.Head{Size: h.Size, Checkpoint: bytes.Clone(h.Checkpoint)})
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
		if len(t.erased) < maxErased {
			t.erased[seq] = true
		}
		if i := seq - t.start; i >= 0 && i < int64(len(t.records)) {
			t.records[i].Private = nil
		}
	}
}

// copyTo makes to know what t knows.
func (t *tail) copyTo(to *tail) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to.start, to.bytes, to.erased, to.acked = t.start, t.bytes, maps.Clone(t.erased), t.acked
	to.records, to.marks = slices.Clone(t.records), slices.Clone(t.marks)
}

// A memory is what a tail knows, up to the last checkpoint.
type memory struct {
	start   int64
	records []ledger.Record
	marks   []ledger.Head
	erased  []int64
	acked   int64
}

// end returns how long the ledger was.
func (m memory) end() int64 { return m.start + int64(len(m.records)) }

// mark returns the checkpoint at size, if there is one.
func (m memory) mark(size int64) ([]byte, bool) {
	i, ok := slices.BinarySearchFunc(m.marks, size, func(h ledger.Head, size int64) int { return int(h.Size - size) })
	if !ok {
		return nil, false
	}
	return m.marks[i].Checkpoint, true
}

// recall returns what is known, which is nothing without a checkpoint.
func (t *tail) recall() memory {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.marks) == 0 {
		return memory{}
	}
	n := t.marks[len(t.marks)-1].Size - t.start
	return memory{t.start, slices.Clone(t.records[:n]), slices.Clone(t.marks), slices.Sorted(maps.Keys(t.erased)), t.acked}
}

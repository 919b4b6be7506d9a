package redis

import (
	"fmt"
	"testing"

	"fanzha/bot/ledger"
)

// A tail that is full forgets the oldest records and the checkpoints before them, and
// still knows one record after the other.
func TestTailKeepsTheNewest(t *testing.T) {
	tail := tail{limit: 1 << 30}
	const many = tailRecords + 5000
	for at := range int64(many) {
		tail.appended(at, []ledger.Record{{Leaf: fmt.Append(nil, at)}}, fmt.Append(nil, "size ", at+1))
	}
	known := tail.recall()
	if known.start != many-tailRecords || known.end() != many || known.acked != many {
		t.Fatalf("it knows %d to %d, acknowledged to %d", known.start, known.end(), known.acked)
	}
	for i, r := range known.records {
		if got, want := string(r.Leaf), fmt.Sprint(known.start+int64(i)); got != want {
			t.Fatalf("record %s is %s", want, got)
		}
	}
	for i, m := range known.marks {
		if want := known.start + int64(i); m.Size != want || string(m.Checkpoint) != fmt.Sprint("size ", want) {
			t.Fatalf("checkpoint %d is of %d: %s", want, m.Size, m.Checkpoint)
		}
	}
}

// BenchmarkTail measures what it costs an append that the ledger remembers it, when it
// remembers as much as it may.
func BenchmarkTail(b *testing.B) {
	tail := tail{limit: 1 << 30}
	batch := []ledger.Record{{Leaf: make([]byte, 300), Private: make([]byte, 100)}}
	at := int64(0)
	for ; at < tailRecords; at++ {
		tail.appended(at, batch, batch[0].Private)
	}
	for b.Loop() {
		tail.appended(at, batch, batch[0].Private)
		at++
	}
}

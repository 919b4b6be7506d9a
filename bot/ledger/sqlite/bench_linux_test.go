package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fanzha/bot/ledger"
)

const leafSize = 300 // bytes, as the leaf of a check-in

func batchSizes() []int { return []int{1, 64, 1024} }

func leaves(n int) []ledger.Record {
	out := make([]ledger.Record, n)
	for i := range out {
		out[i].Leaf = make([]byte, leafSize)
		for j := range out[i].Leaf {
			out[i].Leaf[j] = byte(i * j)
		}
	}
	return out
}

func reportRows(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkAppend(b *testing.B) {
	checkpoint := make([]byte, 200)
	for _, n := range batchSizes() {
		b.Run(fmt.Sprintf("batch=%d", n), func(b *testing.B) {
			l := mustOpen(b, filepath.Join(b.TempDir(), "ledger.db"))
			batch, at := leaves(n), int64(0)
			for b.Loop() {
				if err := l.Append(b.Context(), at, batch, checkpoint); err != nil {
					b.Fatal(err)
				}
				at += int64(n)
			}
			reportRows(b, int(at))
		})
	}
}

// BenchmarkFloor writes the same bytes to a plain file and syncs it after each
// batch: what the disk allows.
func BenchmarkFloor(b *testing.B) {
	for _, n := range batchSizes() {
		b.Run(fmt.Sprintf("batch=%d", n), func(b *testing.B) {
			f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			var data []byte
			for _, r := range leaves(n) {
				data = append(data, r.Leaf...)
			}
			rows := 0
			for b.Loop() {
				if _, err := f.Write(data); err != nil {
					b.Fatal(err)
				}
				if err := syscall.Fdatasync(int(f.Fd())); err != nil {
					b.Fatal(err)
				}
				rows += n
			}
			reportRows(b, rows)
		})
	}
}

func BenchmarkRead(b *testing.B) {
	const size, step = 100_000, 1000
	l := mustOpen(b, filepath.Join(b.TempDir(), "ledger.db"))
	for at := int64(0); at < size; at += step {
		if err := l.Append(b.Context(), at, leaves(step), []byte("c")); err != nil {
			b.Fatal(err)
		}
	}
	rows := 0
	for b.Loop() {
		for _, err := range l.Read(b.Context(), 0, -1) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	reportRows(b, rows)
}

// BenchmarkOpen shows that opening does not depend on the size.
func BenchmarkOpen(b *testing.B) {
	for _, size := range []int{100, 100_000} {
		b.Run(fmt.Sprintf("rows=%d", size), func(b *testing.B) {
			path := mustMake(b, size)
			for b.Loop() {
				mustOpen(b, path).Close()
			}
		})
	}
}

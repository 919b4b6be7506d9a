package archive_test

import (
	"path/filepath"
	"testing"

	"fanzha/bot/ledger/archive"
)

// The benchmarks tell entries a second; one entry in three is a check-in.
func BenchmarkWrite(b *testing.B) {
	p, path := part(b, newKey(b, 1), entries(b, 100_000), 0, 100_000), filepath.Join(b.TempDir(), "a")
	for b.Loop() {
		if err := archive.Write(b.Context(), path, p); err != nil {
			b.Fatal(err)
		}
	}
	rate(b, 100_000)
}

func BenchmarkVerify(b *testing.B) {
	key := newKey(b, 1)
	f := open(b, write(b, part(b, key, entries(b, 100_000), 0, 100_000)))
	for b.Loop() {
		if _, err := f.Verify(b.Context(), key.Public()); err != nil {
			b.Fatal(err)
		}
	}
	rate(b, 100_000)
}

// BenchmarkRead reads one entry in the middle of a file.
func BenchmarkRead(b *testing.B) {
	f := open(b, write(b, part(b, newKey(b, 1), entries(b, 100_000), 0, 100_000)))
	for i := int64(0); b.Loop(); i++ {
		at := i * 7919 % 100_000
		for _, err := range f.Read(b.Context(), at, at+1) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func rate(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// checkIn is the commonest entry by far.
func checkIn(i int) *bot.CheckedIn {
	return &bot.CheckedIn{
		Session: bot.SessionID(fmt.Sprintf("S%06d", i/500)), Member: bot.MemberID(fmt.Sprintf("m%05d", i%30000)), Unit: "jiaoke", Via: bot.ViaCard,
		Private: bot.CheckInEvidence{Person: bot.PersonID(fmt.Sprintf("ZhangSan%05d", i%30000)), Name: "张三", Message: fmt.Sprintf("CAIQz7/MjQYY/NGagIOAgAMgl8jK%08d", i)},
	}
}

func BenchmarkSeal(b *testing.B) {
	salt, at := rand.NewChaCha8([32]byte{}), time.Now()
	b.ReportAllocs()
	for i := range b.N {
		if _, _, err := ledger.Seal(int64(i), at, checkIn(i), salt); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	_, rec, err := ledger.Seal(7, time.Now(), checkIn(7), rand.NewChaCha8([32]byte{}))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.Open(7, rec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTreeAdd(b *testing.B) {
	var t ledger.Tree
	h := leafHash(1)
	for range b.N {
		t.Add(h)
	}
}

// BenchmarkLoad wants -benchtime 1x: each run reads a whole ledger.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l, key := ledgertest.NewMem(), newKey(b)
			fill(b, l, key, n, func(i int) bot.Payload { return checkIn(i) })
			for b.Loop() {
				if _, err := ledger.Load(context.Background(), l, key.Public(), func(ledger.Entry) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

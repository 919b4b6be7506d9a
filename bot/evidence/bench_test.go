package evidence

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

// BenchmarkVerifyEvidence writes and verifies a month of so many entries, nearly
// all check-ins. It wants -benchtime 1x.
func BenchmarkVerifyEvidence(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		snap := bigMonth(b, n)
		var file bytes.Buffer
		if _, err := Write(context.Background(), &file, snap, Options{Month: november}); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("Write/%d", n), func(b *testing.B) {
			for b.Loop() {
				file.Reset()
				if _, err := Write(context.Background(), &file, snap, Options{Month: november}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(file.Len())/float64(n), "zip-B/entry")
		})
		b.Run(fmt.Sprintf("Verify/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), snap.Key.Public(), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// bigMonth returns a ledger of n entries in November: sessions of 500 check-ins.
func bigMonth(b *testing.B, n int) book.Snapshot {
	b.Helper()
	const perSession, members = 500, 30_000
	l, key, tree := ledgertest.NewMem(), newKey(b, 1), new(ledger.Tree)
	salt := rand.NewChaCha8([32]byte{1})
	payload := func(i int) bot.Payload {
		session := bot.SessionID(fmt.Sprintf("S%06d", i/(perSession+1)))
		who := i % members
		switch {
		case i == 0:
			return &bot.CountyFounded{County: "乡宁县", Key: key.Public()}
		case i == 1:
			return &bot.UnitRegistered{Unit: bot.Unit{ID: "jiaoke", Short: "教科局"}}
		case i%(perSession+1) == 2:
			return &bot.SessionOpened{Session: session, Group: "g0001", Unit: "jiaoke", Title: "冒充客服", DueAt: november.End(), EndsAt: november.End()}
		}
		return &bot.CheckedIn{Session: session, Member: bot.MemberID(fmt.Sprintf("m%05d", who)), Unit: "jiaoke", Via: bot.ViaCard, Private: bot.CheckInEvidence{
			Person: bot.PersonID(fmt.Sprintf("ZhangSan%05d", who)), Name: "张三", Message: fmt.Sprintf("CAIQz7/MjQYY/NGagIOAgAMgl8jK%08d", i),
		}}
	}
	for at := 0; at < n; {
		first := at
		var batch []ledger.Record
		for ; at < min(first+1000, n); at++ {
			e, rec, err := ledger.Seal(int64(at), november.Start().Add(time.Duration(at)*time.Second), payload(at), salt)
			if err != nil {
				b.Fatal(err)
			}
			tree.Add(e.Hash)
			batch = append(batch, rec)
		}
		if err := l.Append(context.Background(), int64(first), batch, []byte("not read")); err != nil {
			b.Fatal(err)
		}
	}
	signed, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
	if err != nil {
		b.Fatal(err)
	}
	return book.Snapshot{Tree: tree, Checkpoint: signed, Ledger: l, Key: key}
}

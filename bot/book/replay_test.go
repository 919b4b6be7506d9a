package book_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/push"
)

// The same entries give the same state, to the last unexported field: what a
// new start reads is what the running program knew.
func TestReplayGivesTheSameState(t *testing.T) {
	m, key, now := ledgertest.NewMem(), newKey(t), start
	clock := func() time.Time { return now }
	live := openAt(t, m, key, clock)
	rng := rand.New(rand.NewPCG(7, 1))
	kinds := goldens(t)
	for range 40 { // every kind in every order
		rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		for len(kinds) > 0 {
			n := min(1+rng.IntN(4), len(kinds))
			if _, err := live.Do(t.Context(), func(s *book.State, _ time.Time) ([]bot.Payload, error) {
				i := slices.IndexFunc(kinds[:n], func(p bot.Payload) bool { return p.Kind() == "checkpoint.witnessed" })
				if i >= 0 { // a true one stands first
					kinds[i] = kinds[0]
					kinds[0] = s.Checkpoint().Witnessed()
				}
				return kinds[:n], nil
			}); err != nil {
				t.Fatal(err)
			}
			kinds = kinds[n:]
			now = now.Add(time.Duration(rng.IntN(1e12)))
		}
		kinds = goldens(t)
	}
	replayed := openAt(t, m, key, clock)
	if err := live.View(t.Context(), func(a *book.State, _ time.Time) error {
		return replayed.View(t.Context(), func(b *book.State, _ time.Time) error {
			if a.Checkpoint() != b.Checkpoint() || a.Size() < 1000 {
				t.Errorf("checkpoints are %v and %v", a.Checkpoint(), b.Checkpoint())
			}
			wantSame(t, a, b)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// wantSame compares two states to the last unexported field.
func wantSame(t *testing.T, live, other *book.State) {
	t.Helper()
	everything := cmp.Exporter(func(reflect.Type) bool { return true })
	// Pointers as keys are never the same; the deliveries' ids are.
	ids := cmp.Transformer("ids", func(set map[*push.Delivery]struct{}) []string {
		var out []string
		for d := range set {
			out = append(out, string(d.ID))
		}
		slices.Sort(out)
		return out
	})
	if diff := cmp.Diff(live, other, everything, ids); diff != "" {
		t.Errorf("(-live +other):\n%s", diff)
	}
}

// goldens returns one payload of every kind, from the files of package bot.
func goldens(t testing.TB) []bot.Payload {
	t.Helper()
	return ledgertest.EveryKind(t, "../testdata/entries/v1")
}

const perSession = 500

// year is the i-th entry of a large county's year: sessions of 500 check-ins
// each, by 30,000 members.
func year(i int) bot.Payload {
	const members = 30_000
	session := bot.SessionID(fmt.Sprintf("S%06d", i/(perSession+1)))
	n := i%(perSession+1) - 1
	switch {
	case i < members:
		return &bot.MemberMet{Member: member(i), Unit: "jiaoke", Private: bot.Actor{Person: person(i)}}
	case n < 0:
		return &bot.SessionOpened{Session: session, Push: "P0001", Group: "g0001", Unit: "jiaoke", Title: "冒充客服退款", DueAt: start, EndsAt: start}
	}
	who := (i/(perSession+1)*perSession + n) % members
	return &bot.CheckedIn{
		Session: session, Member: member(who), Unit: "jiaoke", Via: bot.ViaCard,
		Private: bot.CheckInEvidence{Person: person(who), Name: "张三", Message: fmt.Sprintf("CAIQz7/MjQYY/NGagIOAgAMgl8jK%08d", i)},
	}
}

func member(i int) bot.MemberID { return bot.MemberID(fmt.Sprintf("m%05d", i)) }
func person(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("ZhangSan%05d", i)) }

// BenchmarkReplay wants -benchtime 1x: each run starts a book over a whole
// ledger. live-B/entry is the heap that the state keeps.
func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l, key := ledgertest.NewMem(), newKey(b)
			fill(b, l, key, n)
			before := heap()
			for b.Loop() {
				r, err := book.Open(context.Background(), book.Options{Ledger: l, Key: key, Now: time.Now})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/float64(n), "live-B/entry")
				r.Close()
				runtime.KeepAlive(r)
				b.StartTimer()
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// fill appends n entries of a year to the empty ledger l.
func fill(b *testing.B, l ledger.Ledger, key *ledger.Key, n int) {
	b.Helper()
	var tree ledger.Tree
	salt := rand.NewChaCha8([32]byte{1})
	for at := 0; at < n; {
		first := at
		var batch []ledger.Record
		for ; at < min(first+1000, n); at++ {
			e, rec, err := ledger.Seal(int64(at), start.Add(time.Duration(at)*time.Second), year(at), salt)
			if err != nil {
				b.Fatal(err)
			}
			tree.Add(e.Hash)
			batch = append(batch, rec)
		}
		signed, err := key.Checkpoint(ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Append(context.Background(), int64(first), batch, signed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDo(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			bk := open(b, ledgertest.NewMem(), newKey(b))
			b.SetParallelism(callers)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := bk.Do(context.Background(), say(&bot.DangerRaised{Unit: "jiaoke"})); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

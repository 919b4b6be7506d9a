package search

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// naive answers q by looking at every doc, as the package says: with its own way
// to read pinyin.
func naive(docs map[key]Doc, q Query) Result {
	words := strings.Fields(fold(q.Words))
	var hits []Hit
	ranks := make(map[key]uint8)
	for k, d := range docs {
		title, text := fold(d.Title), fold(d.Text)
		if d.Kind == Person {
			title = closeUp(title)
		}
		if len(words) == 0 || !q.Office && (d.Kind != Alert || !isOpen(d.State)) ||
			len(q.Kinds) > 0 && !slices.Contains(q.Kinds, d.Kind) || q.Unit != "" && d.Unit != "" && d.Unit != q.Unit ||
			d.Kind != Person && (!q.From.IsZero() && d.At.Before(q.From) || !q.To.IsZero() && !d.At.Before(q.To)) {
			continue
		}
		all, allInTitle, exact := true, true, title == strings.Join(words, " ") || title == closeUp(strings.Join(words, " "))
		for _, w := range words {
			in, whole := spelledNaively(title, w)
			byID := d.Kind != Person && strings.EqualFold(d.ID, w)
			inTitle := contains(title, w) || in || byID
			exact = exact || len(words) == 1 && (whole || byID)
			all = all && (inTitle || contains(text, w))
			allInTitle = allInTitle && inTitle
		}
		if !all {
			continue
		}
		switch {
		case exact:
			ranks[k] = byName
		case allInTitle:
			ranks[k] = byTitle
		default:
			ranks[k] = byText
		}
		hits = append(hits, Hit{Kind: d.Kind, ID: d.ID, Unit: d.Unit, At: d.At, Title: d.Title, State: d.State})
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(ranks[key{a.Kind, a.ID}], ranks[key{b.Kind, b.ID}]), b.At.Compare(a.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	total := len(hits)
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	return Result{Hits: hits[:min(limit, total)], Total: total}
}

func spelledNaively(title, w string) (in, whole bool) {
	if !isSpelling(w) {
		return false, false
	}
	for i := range title {
		found, end := readFrom(title[i:], w)
		in = in || found
		whole = whole || end && i == 0
	}
	return in, whole
}

// readFrom reports whether w can be read at the beginning of s; end, whether
// that can take all of s.
func readFrom(s, w string) (found, end bool) {
	if w == "" {
		return true, s == ""
	}
	r, size := utf8.DecodeRuneInString(s)
	if s == "" || !isHan(r) {
		return false, false
	}
	for _, reading := range read(r) {
		for n := 1; n <= len(reading) && strings.HasPrefix(w, reading[:n]); n++ {
			f, e := readFrom(s[size:], w[n:])
			found, end = found || f, end || e
		}
	}
	return found, end
}

// Words that share characters, initials and beginnings.
var pieces = strings.Fields(`刷单 刷 单 返利 反利 客服 退款 冒充 冒充客服 银行 行 张三 张 三 张三丰 李四 單 a ai app zoom 5 500 5000元 换脸 重庆 长安
	， · s sd sdf shuadan zh zhang zs zhangs z li lisi hang h yh A0001 A0002 P0003 诈骗 sharescreenpro sharescreen`)

func words(r *rand.Rand, n int, sep ...string) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteString(pieces[r.IntN(len(pieces))])
		b.WriteString(sep[r.IntN(len(sep))])
	}
	return b.String()
}

// The index finds what a look at every doc finds, in the same order, whatever
// was put, replaced and removed before.
func TestFindsWhatALookAtAllFinds(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 7))
		x, docs := New(), make(map[key]Doc)
		units := []bot.UnitID{"", "jiaoke", "caizheng"}
		for range 150 {
			kind := Kind(1 + r.IntN(int(lastKind)))
			d := Doc{
				Kind: kind, ID: fmt.Sprintf("%c%04d", "APFLNS"[kind-1], r.IntN(15)), Unit: units[r.IntN(3)], At: day(r.IntN(6)),
				Title: words(r, 4, "", "", " "), Text: words(r, 8, "", "", " ", "。"), State: []bot.AlertState{bot.Drafted, bot.Approved, bot.Pushed}[r.IntN(3)],
			}
			if k := (key{d.Kind, d.ID}); r.IntN(4) == 0 {
				x.Remove(k.kind, k.id)
				delete(docs, k)
			} else {
				x.Put(d)
				docs[k] = d
			}
		}
		for range 150 {
			q := Query{Words: words(r, 3, "", " ", " "), Office: r.IntN(5) > 0, Limit: r.IntN(30)}
			if r.IntN(3) == 0 {
				q.Unit = units[r.IntN(3)]
				q.Kinds = []Kind{Kind(r.IntN(8)), Kind(r.IntN(8))}
			}
			if r.IntN(3) == 0 {
				q.From, q.To = day(r.IntN(4)), day(3+r.IntN(4))
			}
			if !q.From.IsZero() && !q.From.Before(q.To) {
				continue // nobody comes before himself
			}
			got, want := x.Find(q), naive(docs, q)
			if diff := gocmp.Diff(want.Hits, got.Hits); diff != "" && len(want.Hits)+len(got.Hits) > 0 || got.Total != want.Total {
				t.Fatalf("seed %d, %+v: total %d, want %d (-want +got):\n%s", seed, q, got.Total, want.Total, diff)
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"刷单 返利", "zs", "zhangsan", "ＡＰＰ", "A0001", "", "\xff刷", "王\u200d", "nnnnnnnnnn", "🙂张 三", "Éa", strings.Repeat("zhang", 30)} {
		f.Add(s, s, true)
	}
	base := New()
	for i, p := range pieces {
		base.Put(Doc{Kind: Kind(i%int(lastKind) + 1), ID: fmt.Sprint(i), Title: p, Text: "王某在重庆银行被骗5000元 app", At: day(i)})
	}
	f.Fuzz(func(t *testing.T, q, title string, office bool) {
		base.Put(Doc{Kind: Alert, ID: "A0001", Title: title, Text: q, State: bot.Approved})
		r := base.Find(Query{Words: q, Office: office, Limit: 3})
		if r.Total < len(r.Hits) || len(r.Hits) > 3 {
			t.Errorf("Find(%q): %d hits of %d", q, len(r.Hits), r.Total)
		}
		words := Query{Words: title}.words()
		if whole := strings.Fields(fold(title)); len(words) == len(whole) && utf8.RuneCountInString(title) <= maxQuery && len(words) > 0 {
			if base.Find(Query{Words: title, Kinds: []Kind{Alert}}).Total == 0 {
				t.Errorf("%q is not found by itself", title)
			}
		}
	})
}

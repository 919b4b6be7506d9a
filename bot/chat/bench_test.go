package chat

import "testing"

func BenchmarkReadReply(b *testing.B) {
	l := NewLexicon(testUnits(b))
	rows := readRows(b, "testdata/replies.tsv")
	c := Context{Now: now}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.ReadReply(rows[i%len(rows)].text, c)
	}
}

func BenchmarkReadQuery(b *testing.B) {
	l := NewLexicon(testUnits(b))
	rows := readRows(b, "testdata/queries.tsv")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.ReadQuery(rows[i%len(rows)].text, now)
	}
}

func BenchmarkDanger(b *testing.B) {
	rows := readTSV(b, "testdata/danger.tsv")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Danger(rows[i%len(rows)][0])
	}
}

func BenchmarkNewLexicon(b *testing.B) {
	units := testUnits(b)
	for b.Loop() {
		NewLexicon(units)
	}
}

// BenchmarkSimilar reads texts that no rule decides, by the second reader alone.
func BenchmarkSimilar(b *testing.B) {
	l := NewLexicon(testUnits(b))
	var rs []*reply
	for _, f := range readTSV(b, "testdata/corpus/replies_talk.tsv") {
		rs = append(rs, l.parse(f[0], Context{Now: now}))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		rs[i%len(rs)].similar()
	}
}

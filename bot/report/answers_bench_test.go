package report

import (
	"testing"

	"fanzha/bot"
)

// BenchmarkAnswers asks of a large county: 30,000 people at six lessons.
func BenchmarkAnswers(b *testing.B) {
	s := benchCounty(true)
	month := InMonth(november)
	for name, ask := range map[string]func() Answer{
		"overview": func() Answer { return Overview(s, month, "", "") },
		"unit":     func() Answer { return Unit(s, "u07", month, "") },
		"year":     func() Answer { return Unit(s, "u07", Span{Months: []bot.Month{november.Add(-1), november}}, "") },
		"missing":  func() Answer { return MissingPeople(s, "u07", "", month, false) },
		"explain":  func() Answer { return Explain(s, "u07", month) },
		"person":   func() Answer { return Person(s, benchName(7), "u07", month) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask()
			}
		})
	}
}

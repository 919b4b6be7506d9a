package chat

import (
	"encoding/json"
	"fmt"
	"testing"
)

// rates are what the acceptance asks of a file of rows, as hits of total.
type rates struct {
	counting, found, intent, place hit
}

type hit struct{ n, of int }

func (h *hit) add(ok bool) {
	h.of++
	if ok {
		h.n++
	}
}

func (h hit) rate() float64 {
	if h.of == 0 {
		return 1
	}
	return float64(h.n) / float64(h.of)
}

func (h hit) String() string { return fmt.Sprintf("%d/%d (%.1f%%)", h.n, h.of, 100*h.rate()) }

func (r rates) String() string {
	return fmt.Sprintf("counting %v, found %v, intents %v, units and months %v", r.counting, r.found, r.intent, r.place)
}

// rateReplies reads every row: of those read as counting how many do, of those
// that count how many are found, intents, units and months.
func rateReplies(tb testing.TB, l *Lexicon, rows []row) rates {
	var r rates
	for _, row := range rows {
		got := asMap(tb, l.ReadReply(row.text, Context{Now: now}))
		if got["counts"] == true {
			r.counting.add(row.want["counts"] == true)
		}
		if row.want["counts"] == true {
			r.found.add(got["counts"] == true)
		}
		r.intent.add(got["intent"] == row.intent)
		r.addPlace(got, row.want, "unit", "month")
	}
	return r
}

func rateQueries(tb testing.TB, l *Lexicon, rows []row) rates {
	var r rates
	for _, row := range rows {
		got := asMap(tb, l.ReadQuery(row.text, now))
		r.intent.add(got["intent"] == row.intent)
		r.addPlace(got, row.want, "unit", "month", "months", "range", "date", "range_days")
	}
	return r
}

// addPlace compares the fields, where the row or the reading has one.
func (r *rates) addPlace(got, want map[string]any, keys ...string) {
	for _, k := range keys {
		if got[k] == nil && want[k] == nil {
			continue
		}
		g, _ := json.Marshal(got[k])
		w, _ := json.Marshal(want[k])
		r.place.add(string(g) == string(w))
	}
}

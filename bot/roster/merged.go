package roster

import (
	"cmp"
	"slices"
	"strings"
)

// A span is a merged cell of the 单位 column: the lines that it covers.
type span struct{ first, last int }

// merge notes a merged cell, as B2:B9, if it is one that goes down the 单位
// column. Merged cells come after all rows in a sheet.
func (s *sheet) merge(ref string) {
	from, to, _ := strings.Cut(ref, ":")
	col, first, ok1 := cellRef(from)
	_, last, ok2 := cellRef(to)
	if ok1 && ok2 && s.builder.table.HasUnit && col == s.builder.at.unit {
		s.merged = append(s.merged, span{first, last})
	}
}

// fillMerged gives the rows that a merged 单位 cell covers its unit: in the
// file only the first of them carries it.
func fillMerged(rows []Row, spans []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	unit, last := "", 0
	for i := range rows {
		for len(spans) > 0 && spans[0].first <= rows[i].Line {
			unit, last = "", spans[0].last
			if spans[0].first == rows[i].Line {
				unit = rows[i].Unit
			}
			spans = spans[1:]
		}
		if rows[i].Unit == "" && rows[i].Line <= last {
			rows[i].Unit = unit
		}
	}
}

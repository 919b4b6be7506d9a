package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Text returns t as a plain table for a terminal: columns are aligned by the
// width of Chinese characters.
func (t Table) Text() string {
	rows := [][]string{{"单位", "群", "应达", "已达", "场次", "名册", "签到", "名册内", "参与率", "人次", "补签"}}
	for _, r := range t.Rows {
		rate := "—"
		if percent, ok := r.Rate(); ok {
			rate = fmt.Sprintf("%d%%", percent)
		}
		row := []string{r.Unit.Short}
		for _, n := range []int{r.Groups, r.Due, r.Sent, r.Sessions, r.Expected, r.Present, r.Listed} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, rate, strconv.Itoa(r.CheckIns), strconv.Itoa(r.Late)))
	}
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], columns(cell))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s反诈教育签到月度表\n", t.County, t.Month.Chinese())
	for _, row := range rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-columns(cell))
			if i == 0 {
				b.WriteString(cell + pad)
				continue
			}
			b.WriteString("  " + pad + cell)
		}
		b.WriteByte('\n')
	}
	for _, r := range t.Remarks() {
		b.WriteString("说明：" + r + "\n")
	}
	return b.String()
}

// columns is how wide s is on a terminal: two for each Chinese character.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// none stands where there is nothing to count or to compare with.
const none = "—"

func percentage(n int, ok bool) string {
	if !ok {
		return none
	}
	return strconv.Itoa(n) + "%"
}

func figure(n *int) string {
	if n == nil {
		return none
	}
	return strconv.Itoa(*n)
}

func yes(b bool, word string) string {
	if b {
		return word
	}
	return none
}

// Text returns t as a plain table for a terminal: columns are aligned by the
// width of Chinese characters. The column 他人登记 is the part of 签到 for whom
// only others spoke; 报数 is 实到/应到 as the liaison said.
func (t Table) Text() string {
	rows := [][]string{{"单位", "群", "应达", "已达", "代发", "场次", "名册", "签到", "他人登记", "名册内", "参与率", "请假", "扣请假", "人次", "补签", "报数", "教育活动", "零发案", "待确认"}}
	for _, r := range t.Rows {
		row := []string{r.Unit.Short}
		add := func(numbers ...int) {
			for _, n := range numbers {
				row = append(row, strconv.Itoa(n))
			}
		}
		add(r.Groups, r.Due, r.Sent, r.ByHand, r.Sessions, r.Expected, r.Present, r.Vouched, r.Listed)
		row = append(row, percentage(r.Rate()))
		add(r.Excused)
		row = append(row, percentage(r.RateWithoutLeave()))
		add(r.CheckIns, r.Late)
		heads := none
		if r.Heads.Parts > 0 {
			heads = figure(r.Heads.Actual) + "/" + figure(r.Heads.Expected)
		}
		row = append(row, heads)
		add(r.Activities())
		row = append(row, yes(r.ZeroDeclared, "自报"))
		add(r.Pending)
		rows = append(rows, row)
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
	for _, r := range slices.Concat(t.Remarks(), t.Legend()) {
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

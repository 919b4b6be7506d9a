package roster

import (
	"fmt"
	"strings"
)

// Report says problems to the person who handed the file in, errors first. Of
// each kind at most the first most are written out and the rest are counted;
// most 0 means all. It is empty if there are none. It holds names and belongs
// in a private answer, not in a group or a log.
func Report(problems []Problem, most int) string {
	var errors, remarks []Problem
	for _, p := range problems {
		if p.Fatal {
			errors = append(errors, p)
		} else {
			remarks = append(remarks, p)
		}
	}
	var b strings.Builder
	list(&b, "处必须改", errors, most)
	list(&b, "处提醒，不影响导入", remarks, most)
	return b.String()
}

func list(b *strings.Builder, what string, problems []Problem, most int) {
	if len(problems) == 0 {
		return
	}
	fmt.Fprintf(b, "有 %d %s：\n", len(problems), what)
	for i, p := range problems {
		if most > 0 && i == most {
			fmt.Fprintf(b, "……另有 %d 处没有列出。\n", len(problems)-most)
			return
		}
		fmt.Fprintf(b, "第 %d 行“%s”：%s。\n", p.Line, p.Column, p.Text)
	}
}

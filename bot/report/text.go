package report

import (
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
)

// list cuts lines to maxLines and says how many more there are.
func list(lines []string) string {
	if len(lines) <= maxLines {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines[:maxLines], "\n") + fmt.Sprintf("\n……还有 %d 行，请写单位或缩短时间再查", len(lines)-maxLines)
}

func day(t time.Time) string { return t.In(bot.Zone).Format(time.DateOnly) }

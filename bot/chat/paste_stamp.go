package chat

import (
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// noTime stands for a time that is written but cannot be, such as 2月30日.
var noTime = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)

// A stamp is a time as chat programs write it: 2026/11/23 09:12:33, 昨天
// 10:02, 星期一 15:01, 下午3:01, 11月23日.
type stamp struct {
	year, month, day int  // month 0: no civil date; year 0: the latest such day
	rel              bool // ago days before today
	ago              int
	weekday          int  // 1 Monday … 7 Sunday
	clock            bool // hour, min and sec are given
	hour, min, sec   int
	weak             bool // 11-23 without a year: a date only beside a clock
}

func (s stamp) dated() bool { return s.month > 0 || s.rel || s.weekday > 0 }

// scanStamp reads a stamp at rs[i]; end is i if there is none.
func scanStamp(rs []rune, i int) (s stamp, end int) {
	end = i
	for j := i; j < len(rs); {
		next := s.part(rs, j)
		if next == j {
			break
		}
		end = next
		j = runEnd(rs, next, func(r rune) bool { return r == ' ' || r == ',' })
	}
	return s, end
}

// part reads one part of a stamp.
func (s *stamp) part(rs []rune, i int) int {
	if j := s.dayWord(rs, i); j > i {
		return j
	}
	if j := s.date(rs, i); j > i {
		return j
	}
	return s.time(rs, i)
}

// dayWord reads 昨天 or 星期一.
func (s *stamp) dayWord(rs []rune, i int) int {
	for ago, w := range []string{"今天", "昨天", "前天"} {
		if !s.dated() && hasRunes(rs, i, w) {
			s.rel, s.ago = true, ago
			return i + 2
		}
	}
	for _, w := range []string{"星期", "周", "礼拜"} {
		j := i + len([]rune(w))
		if !hasRunes(rs, i, w) || j >= len(rs) {
			continue
		}
		if d := slices.Index([]rune("一二三四五六日天"), rs[j]); d >= 0 {
			s.weekday = min(d+1, 7)
			return j + 1
		}
	}
	return i
}

// date reads 2026-11-23, 2026年11月23日, 11月23日, 11-23.
func (s *stamp) date(rs []rune, i int) int {
	var n [3]int
	k, j := 0, i
	for ; k < 3; k++ {
		end := runEnd(rs, j, isDigit)
		if end == j || end-j > 4 || end-j > 2 && k > 0 {
			break
		}
		n[k] = atoi(rs[j:end])
		j = end
		if k == 2 || j == len(rs) || !strings.ContainsRune("-/.年月", rs[j]) {
			k++
			break
		}
		j++
	}
	month := k == 2 && rs[j-1] == '月' // the day is missing
	if s.month > 0 || s.rel || month {
		return i
	}
	switch {
	case k == 3 && n[0] >= 1000:
		s.year, s.month, s.day = n[0], n[1], n[2]
	case k == 2 && n[0] <= 12 && !slices.Contains(rs[i:j], '.'):
		s.month, s.day = n[0], n[1]
		s.weak = !slices.Contains(rs[i:j], '月')
	default:
		return i
	}
	if s.month < 1 || s.month > 12 || s.day < 1 || s.day > 31 {
		s.year, s.month, s.day, s.weak = 0, 0, 0, false
		return i
	}
	if j < len(rs) && (rs[j] == '日' || rs[j] == '号') {
		j++
	}
	return j
}

// time reads 15:01, 9:12:33, 下午3:01.
func (s *stamp) time(rs []rune, i int) int {
	if s.clock {
		return i
	}
	half, start := "", i
	for _, w := range []string{"凌晨", "早上", "上午", "中午", "下午", "傍晚", "晚上"} {
		if hasRunes(rs, i, w) {
			half = w
			start = runEnd(rs, i+2, func(r rune) bool { return r == ' ' })
		}
	}
	var n [3]int
	k, j := 0, start
	for ; k < 3; k++ {
		end := runEnd(rs, j, isDigit)
		if end == j || end-j > 2 || k > 0 && end-j != 2 {
			return i
		}
		n[k] = atoi(rs[j:end])
		if j = end; k == 2 || j+1 >= len(rs) || rs[j] != ':' || !isDigit(rs[j+1]) {
			k++
			break
		}
		j++
	}
	if k < 2 || n[0] > 23 || n[1] > 59 || n[2] > 59 {
		return i
	}
	switch {
	case (half == "下午" || half == "傍晚" || half == "晚上") && n[0] < 12, half == "中午" && n[0] < 3:
		n[0] += 12
	case half == "凌晨" && n[0] == 12:
		n[0] = 0
	}
	s.clock, s.hour, s.min, s.sec = true, n[0], n[1], n[2]
	return j
}

// resolve returns the instant. day is the day of the record at that place,
// zero if it has told none; then a bare clock is the latest such time.
func (s stamp) resolve(now, day time.Time) time.Time {
	now = now.In(bot.Zone)
	at := func(y int, m time.Month, d int) time.Time {
		return time.Date(y, m, d, s.hour, s.min, s.sec, 0, bot.Zone)
	}
	today := at(now.Year(), now.Month(), now.Day())
	switch {
	case s.month > 0:
		y := s.year
		if y == 0 {
			y = now.Year()
			if t := at(y, time.Month(s.month), s.day); t.Sub(now) > 24*time.Hour {
				y--
			}
		}
		t := at(y, time.Month(s.month), s.day)
		if t.Day() != s.day {
			return noTime
		}
		return t
	case s.rel:
		return today.AddDate(0, 0, -s.ago)
	case s.weekday > 0:
		back := (int(now.Weekday()) - s.weekday + 7) % 7
		if t := today.AddDate(0, 0, -back); !t.After(now) {
			return t
		}
		return today.AddDate(0, 0, -back-7)
	case !day.IsZero():
		return at(day.Year(), day.Month(), day.Day())
	case today.After(now):
		return today.AddDate(0, 0, -1)
	}
	return today
}

// hasRunes reports whether w stands at rs[i].
func hasRunes(rs []rune, i int, w string) bool {
	for _, r := range w {
		if i >= len(rs) || rs[i] != r {
			return false
		}
		i++
	}
	return true
}

// atoi reads a few digits.
func atoi(rs []rune) int {
	n := 0
	for _, r := range rs {
		n = n*10 + int(r-'0')
	}
	return n
}

package chat

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fanzha/bot"
)

// A calDate is a day or a month as written; zero fields were not.
type calDate struct{ year, month, day int }

// hanDigit returns the value of one Chinese digit.
func hanDigit(r rune) (int, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '一':
		return 1, true
	case '二', '两':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	}
	return 0, false
}

// isNumeral reports whether a number can begin with r.
func isNumeral(r rune) bool {
	_, digit := hanDigit(r)
	return digit || isDigit(r) || hanUnit(r) > 0
}

// scanNumber reads a number at text[i]: 35, 1,200, 3.2万, 二十三, 两百.
func scanNumber(text []rune, i int) (end, n int, ok bool) {
	if isDigit(text[i]) {
		if i > 0 && isDigit(text[i-1]) {
			return 0, 0, false
		}
		return scanArabic(text, i)
	}
	return scanHan(text, i)
}

func scanArabic(text []rune, i int) (end, n int, ok bool) {
	end = i
	frac, scale := false, 1
	for end < len(text) && end-i < 12 {
		r := text[end]
		switch {
		case isDigit(r):
			n = n*10 + int(r-'0')
			if frac {
				scale *= 10
			}
		case r == ',' && end+3 < len(text) && isDigit(text[end+1]) && isDigit(text[end+2]) && isDigit(text[end+3]) && (end+4 == len(text) || !isDigit(text[end+4])):
		case r == '.' && !frac && end+1 < len(text) && isDigit(text[end+1]) && hasScale(text, end+1):
			frac = true
		default:
			return scaled(text, end, n, scale)
		}
		end++
	}
	return scaled(text, end, n, scale)
}

// hasScale reports whether the digits at i are followed by 万 or 千, so that a
// point before them is a decimal one and not that of a date.
func hasScale(text []rune, i int) bool {
	end := runEnd(text, i, isDigit)
	return end < len(text) && (text[end] == '万' || text[end] == '千')
}

func scaled(text []rune, end, n, scale int) (int, int, bool) {
	if end < len(text) {
		switch text[end] {
		case '万':
			return end + 1, n * 10000 / scale, true
		case '千':
			return end + 1, n * 1000 / scale, true
		}
	}
	return end, n / scale, true
}

// scanHan reads a number in Chinese characters below one hundred million.
func scanHan(text []rune, i int) (end, n int, ok bool) {
	total, digit, seen := 0, 0, false
	for end = i; end < len(text); end++ {
		d, isD := hanDigit(text[end])
		unit := hanUnit(text[end])
		switch {
		case isD:
			if seen && digit > 0 && unit == 0 { // 二〇二六: digit by digit
				digit = digit*10 + d
			} else {
				digit = d
			}
			seen = true
		case unit == 10000 && seen:
			total = (total + digit) * unit
			digit = 0
		case unit > 0 && (seen || unit == 10 || text[end] == '百'):
			total += max(digit, 1) * unit
			digit, seen = 0, true
		default:
			return end, total + digit, end > i
		}
		if total > 1e8 || digit > 1e8 {
			return 0, 0, false
		}
	}
	return end, total + digit, end > i
}

func hanUnit(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	case '万':
		return 10000
	}
	return 0
}

// scanDate reads a day or a month at text[i]: 2026年10月20日, 11月, 十月,
// 11.20, 11月20号, 2026-10, 20号.
func scanDate(text []rune, i int) (end int, d calDate, ok bool) {
	if i > 1 && text[i-1] == '月' && isDigit(text[i-2]) {
		return 0, d, false // the 5日 of 13月5日
	}
	if i > 0 && (isDigit(text[i-1]) || text[i-1] == '.' && i > 1 && isDigit(text[i-2])) {
		return 0, d, false
	}
	if end, d, ok := scanCompact(text, i); ok {
		return end, d, true
	}
	end, n, ok := scanNumberPlain(text, i)
	if !ok {
		return 0, d, false
	}
	at := func(k int) rune {
		if k < len(text) {
			return text[k]
		}
		return 0
	}
	switch r := at(end); {
	case (r == '年' || r == '-' || r == '.' || r == '/') && (n >= 2000 && n < 2100 || r == '年' && n > 20 && n < 40):
		d.year = n
		if n < 100 {
			d.year += 2000
		}
		e2, m, ok2 := scanNumberPlain(text, min(end+1, len(text)-1))
		if !ok2 || end+1 >= len(text) || m < 1 || m > 12 || at(e2) == '季' { // 2025年三季度
			return end + 1, d, r == '年'
		}
		return scanDay(text, e2, d, m)
	case n >= 1 && n <= 12 && (r == '月' && at(end+1) != '球' || (r == '.' || r == '/' || r == '-') && isDigit(at(end+1))):
		return scanDay(text, end, d, n)
	case n >= 1 && n <= 31 && (r == '号' || r == '日') && !strings.ContainsRune("楼码线院厅", at(end+1)):
		d.day = n
		return end + 1, d, true
	}
	return 0, d, false
}

// scanCompact reads 202610, 20261020 and 26.10 at text[i].
func scanCompact(text []rune, i int) (end int, d calDate, ok bool) {
	end = runEnd(text, i, isDigit)
	digits := string(text[i:end])
	if len(digits) == 2 && end+1 < len(text) && text[end] == '.' {
		to := runEnd(text, end+1, isDigit)
		if to-end != 3 || to < len(text) && strings.ContainsRune("万千百元块%人次份.", text[to]) {
			return 0, d, false
		}
		digits, end = "20"+digits+string(text[end+1:to]), to
	}
	if len(digits) != 6 && len(digits) != 8 {
		return 0, d, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, d, false
	}
	if len(digits) == 8 {
		n, d.day = n/100, n%100
	}
	d.year, d.month = n/100, n%100
	return end, d, d.year > 2020 && d.year < 2040 && d.month >= 1 && d.month <= 12 && d.day <= 31 && (len(digits) == 6 || d.day > 0)
}

// scanDay goes on after the month m, which ends at text[end].
func scanDay(text []rune, end int, d calDate, m int) (int, calDate, bool) {
	d.month = m
	if end >= len(text) || !strings.ContainsRune("月.-/", text[end]) {
		return end, d, d.year != 0
	}
	word := text[end] == '月'
	end++
	if word && end < len(text) && text[end] == '份' {
		return end + 1, d, true
	}
	if end < len(text) {
		if e, n, ok := scanNumberPlain(text, end); ok && n >= 1 && n <= 31 {
			switch {
			case e < len(text) && (text[e] == '号' || text[e] == '日'):
				d.day = n
				return e + 1, d, true
			case !word && (e == len(text) || !isDigit(text[e]) && !strings.ContainsRune("%月万.人条次小个元米公折倍斤", text[e])):
				d.day = n
				return e, d, true
			}
		}
	}
	return end, d, word
}

// scanNumberPlain reads digits or Chinese digits without thousands, points or
// 万.
func scanNumberPlain(text []rune, i int) (end, n int, ok bool) {
	if i >= len(text) {
		return 0, 0, false
	}
	if isDigit(text[i]) {
		for end = i; end < len(text) && isDigit(text[end]) && end-i < 5; end++ {
			n = n*10 + int(text[end]-'0')
		}
		return end, n, end-i <= 4
	}
	return scanHan(text, i)
}

// civil formats a day of now's calendar in the form 2026-11-02.
func civil(t time.Time) string { return t.In(bot.Zone).Format(time.DateOnly) }

// resolve completes d from now: a month or day that is yet to come is the one
// before. day is empty if d names only a month.
func (d calDate) resolve(now time.Time) (month bot.Month, day string) {
	now = now.In(bot.Zone)
	y, m := d.year, d.month
	if m == 0 {
		m = int(now.Month())
		if y == 0 && d.day > now.Day() {
			prev := bot.MonthOf(now).Add(-1)
			y, m = prev.Year, int(prev.Month)
		}
	}
	if y == 0 {
		y = now.Year()
		if m > int(now.Month()) || m == int(now.Month()) && d.day > now.Day() {
			y--
		}
	}
	month = bot.Month{Year: y, Month: time.Month(m)}
	if d.day > 0 {
		day = fmt.Sprintf("%s-%02d", month, d.day)
	}
	return month, day
}

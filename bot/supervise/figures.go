package supervise

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
)

// Cases (发案) is the topic that the police alone file, about any unit. It has one
// figure, a whole number named CaseCount.
const (
	Cases     = "发案"
	CaseCount = "案件"
)

// decimal is a number as it is kept: no sign, no leading zeros.
var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?$`)

// maxFigures is how many figures one filing has at most.
const maxFigures = 12

// FileFigures decides that f are the figures of its unit on its topic and month,
// in place of earlier ones. by is an operator or the unit's liaison, and fills
// f.By and f.Operator.
func (v *View) FileFigures(f bot.FiguresFiled, by Source, now time.Time) ([]bot.Payload, error) {
	f.By, f.Operator = by.Member, by.Operator
	m, err := bot.ParseMonth(f.Month)
	switch {
	case f.Unit == "":
		return nil, bot.Refuse("没有写单位", "请写单位的全称、简称或别名")
	case !by.speaksFor(f.Unit):
		return nil, bot.Refuse("数据只能由本单位联络员报送", "联络员以名册为准")
	case f.Topic == Cases && (by.Operator == "" || !by.Police):
		return nil, bot.Refuse("发案数只由公安登记", "单位自报的零发案请按“零发案”上报，由公安核实")
	case err != nil:
		return nil, bot.Refuse("没有看懂月份", "请写成 2026-11")
	case m.Start().After(now):
		return nil, bot.Refuse(m.Chinese()+"还没到", "请核对月份")
	case !isName(f.Topic):
		return nil, bot.Refuse("没有看懂是什么数据", "例如：判决、起诉、短信量")
	}
	if err := checkFigures(f); err != nil {
		return nil, err
	}
	if old := v.Figures(f.Unit, m, f.Topic); old != nil && slices.Equal(old.Figures, f.Figures) {
		return nil, nil
	}
	return []bot.Payload{&f}, nil
}

func checkFigures(f bot.FiguresFiled) error {
	if n := len(f.Figures); n == 0 || n > maxFigures {
		return bot.Refuse(fmt.Sprintf("一次要报 1 到 %d 个数", maxFigures), "例如：案件 3 件 人员 5 人 金额 12.5 万元")
	}
	seen := make(map[string]bool)
	for _, x := range f.Figures {
		switch {
		case !isName(x.Name) || x.Measure != "" && !isName(x.Measure):
			return bot.Refuse(fmt.Sprintf("没有看懂“%s”", cut(x.Name+x.Value+x.Measure)), "每个数按“名称 数 单位”写，例如：案件 3 件；只报数，不写人名")
		case seen[x.Name]:
			return bot.Refuse(fmt.Sprintf("“%s”写了两次", x.Name), "每个数只写一次")
		case !decimal.MatchString(x.Value):
			return bot.Refuse(fmt.Sprintf("没有看懂“%s”后面的数", x.Name), "请写阿拉伯数字，不加逗号，小数最多四位")
		}
		seen[x.Name] = true
	}
	if f.Topic == Cases {
		if _, ok := wholeNumber(f.Figures); !ok || len(f.Figures) != 1 {
			return bot.Refuse("发案只登记件数", "例如：发案 教科局 2026-11 0")
		}
	}
	return nil
}

// wholeNumber returns the number of cases in figures.
func wholeNumber(figures []bot.Figure) (n int, ok bool) {
	for _, x := range figures {
		if x.Name == CaseCount {
			n, err := strconv.Atoi(x.Value)
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}

// isName reports whether s can name a topic, a figure or a measure: a few
// letters, and no number that could be anything else.
func isName(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= 10 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// figure is one name, a number and the word behind it, which may be glued to it.
var figure = regexp.MustCompile(`^[\s，,、；;。]*([^\s\d，,、；;。:：]+)[\s:：]*([\d.,]+)(\s*)([^\s\d，,、；;。:：]*)`)

// measure is how a glued word may begin.
var measure = regexp.MustCompile(`^(万元|亿元|人次|[元件人起条份张个户家场次名部台宗])`)

// ParseFigures reads “案件 3 件 人员5人，金额：12.5万元”. What is wrong with a name
// or a number is the affair of [View.FileFigures].
func ParseFigures(text string) ([]bot.Figure, error) {
	rest := strings.TrimSpace(narrow(text))
	var out []bot.Figure
	for strings.Trim(rest, " \t\n，,、；;。") != "" {
		m := figure.FindStringSubmatch(rest)
		if m == nil || measure.FindString(m[1]) == m[1] { // a number without a name
			return nil, bot.Refuse(fmt.Sprintf("没有看懂“%s”", cut(rest)), "每个数按“名称 数 单位”写，例如：案件 3 件 人员 5 人")
		}
		rest = rest[len(m[0]):]
		word, more := splitMeasure(m[4], m[3] == "", rest)
		rest = more + rest
		out = append(out, bot.Figure{Name: m[1], Value: strings.TrimRight(m[2], ".,"), Measure: word})
	}
	return out, nil
}

// splitMeasure says how much of the word behind a number is its measure. If a
// number follows, the word is the next one's name, or has it at its end where it
// is glued to the first: 案件3件人员5人.
func splitMeasure(word string, glued bool, rest string) (unit, name string) {
	next := strings.TrimLeft(rest, " :：\t")
	if word == "" || next == "" || !strings.ContainsAny(next[:1], "0123456789") {
		return word, ""
	}
	m := measure.FindString(word)
	if !glued || utf8.RuneCountInString(word[len(m):]) < 2 {
		return "", word
	}
	return m, word[len(m):]
}

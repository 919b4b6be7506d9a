package roster

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the most characters in a name; long ones are of minorities.
const maxName = 20

// cleanName returns a name as it is kept, and in Chinese what is wrong with it
// or nothing. Spaces inside are for the eye (张　三) and go; the dot in the
// names of minorities has one spelling, U+00B7, as in GB 18030.
func cleanName(s string) (name, wrong string) {
	name = strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case isDot(r):
			return '·'
		}
		return r
	}, s)
	switch n := utf8.RuneCountInString(name); {
	case name == "":
		return "", "没有填写，请补上；不是人员的行请删去"
	case strings.ContainsFunc(name, unicode.IsDigit):
		return "", shown(name) + "里有数字，请只写姓名"
	case strings.ContainsAny(name, "?？\ufffd") || strings.ContainsFunc(name, isPrivate):
		return "", shown(name) + "里有认不出的字，多半是生僻字没有存好，请补正后另存为 .xlsx 或“CSV UTF-8”"
	case strings.ContainsFunc(name, notInName) || strings.Trim(name, "·") != name || strings.Contains(name, "··"):
		return "", shown(name) + "里有姓名不用的符号，请只写姓名，备注写到别的列"
	case n < 2:
		return "", shown(name) + "只有一个字，请写全名"
	case n > maxName:
		return "", "超过 20 个字，请只写姓名"
	}
	return name, ""
}

// isDot reports whether r is one of the dots that people type for ·.
func isDot(r rune) bool { return strings.ContainsRune("·•‧∙・･．", r) }

// isPrivate reports whether r is a character that only one computer has (造字).
func isPrivate(r rune) bool { return unicode.Is(unicode.Co, r) }

func notInName(r rune) bool {
	return r != '·' && !unicode.Is(unicode.Han, r) && !unicode.Is(unicode.Latin, r)
}

// isSum reports whether what stands in the name column heads a line of totals.
func isSum(name string) bool {
	return slices.Contains([]string{"合计", "总计", "小计", "共计", "总人数"}, name)
}

// What WeCom says of a userid: up to 64 letters, digits and _-@., the first of
// them a letter or a digit, case not told apart
// (developer.work.weixin.qq.com/document/path/90195).
var (
	account  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}$`)
	identity = regexp.MustCompile(`^\d{17}[\dXx]$`)
	mobile   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	science  = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+?\d+$`)
)

// badAccount says in Chinese what is wrong with a platform account, or
// nothing. Numbers that may be somebody's are not repeated.
func badAccount(s string) string {
	switch {
	case identity.MatchString(s):
		return "像是身份证号，不收集，请换成企业微信账号或留空"
	case science.MatchString(s):
		return shown(s) + "是被 Excel 改写的长数字，请把这一列设为“文本”后重填"
	case !account.MatchString(s):
		return shown(s) + "不是企业微信账号：只含字母、数字和 _ - @ .，以字母或数字开头，最长 64 位；不知道的可以留空"
	}
	return ""
}

// liaison reads a cell of the 联络员 column.
func liaison(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "是", "√", "✓", "✔", "☑", "有", "y", "yes", "true", "1", "联络员":
		return true, true
	case "", "否", "不是", "×", "✗", "✕", "☐", "无", "n", "no", "false", "0", "-", "—", "/":
		return false, true
	}
	return false, false
}

// longNumber is a run of digits long enough to be somebody's.
var longNumber = regexp.MustCompile(`\d{7,}`)

// shown quotes what stands in a cell, but no number that may be somebody's.
func shown(s string) string {
	if longNumber.MatchString(s) {
		return "所填内容（含长串数字，不显示）"
	}
	return "“" + shorten(s) + "”"
}

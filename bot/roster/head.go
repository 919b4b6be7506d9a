package roster

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// columns says where the columns stand that are read; -1 is nowhere.
type columns struct{ name, person, unit, liaison int }

// The heads under which a column is known, folded by [fold]. 帐号 is the
// spelling of WeCom's own export of its address book.
func nameHeads() []string {
	return []string{"姓名", "名字", "人员姓名", "成员姓名", "职工姓名", "员工姓名", "干部姓名"}
}

func personHeads() []string {
	return []string{
		"企业微信账号", "企业微信帐号", "企业微信userid", "企微账号", "企微帐号", "企微userid",
		"账号", "帐号", "userid", "用户id", "成员账号", "成员帐号", "成员userid",
	}
}

func unitHeads() []string {
	return []string{"单位", "单位名称", "工作单位", "所属单位", "所在单位", "成员单位"}
}

func liaisonHeads() []string {
	return []string{"联络员", "是否联络员", "是否为联络员", "是否是联络员", "反诈联络员", "单位联络员"}
}

// findColumns reads a head row. Twice is the name of a column that stands
// there two times. Without a 姓名 column the row is no head row.
func findColumns(cells []string) (at columns, refused []string, twice string) {
	at = columns{-1, -1, -1, -1}
	for i, c := range cells[:min(len(cells), maxColumns)] {
		if c == "" {
			continue
		}
		for _, k := range []struct {
			heads []string
			at    *int
			name  string
		}{
			{nameHeads(), &at.name, colName},
			{personHeads(), &at.person, colPerson},
			{unitHeads(), &at.unit, colUnit},
			{liaisonHeads(), &at.liaison, colLiaison},
		} {
			if !isHead(c, k.heads) {
				continue
			}
			if *k.at >= 0 && twice == "" {
				twice = k.name
			}
			*k.at = i
		}
		if isRefused(c) {
			refused = append(refused, shorten(tidy(c)))
		}
	}
	return at, refused, twice
}

func isHead(cell string, heads []string) bool {
	return utf8.RuneCountInString(cell) <= 40 && slices.Contains(heads, fold(cell))
}

// isRefused reports whether a head announces what must not be collected.
func isRefused(head string) bool {
	head = fold(head)
	return slices.ContainsFunc([]string{"身份证", "证件号", "手机", "电话", "联系方式", "银行卡", "住址"},
		func(word string) bool { return strings.Contains(head, word) })
}

// fold makes heads comparable: half width, lower case, without spaces, marks
// and what stands in brackets, so that “姓 名（必填）*” is 姓名.
func fold(head string) string {
	head = strings.ToLower(width.Fold.String(shorten(tidy(head))))
	if i := strings.IndexByte(head, '('); i > 0 {
		head = head[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, head)
}

// tidy trims s of spaces of any width and of marks that nobody sees.
func tidy(s string) string {
	return strings.TrimFunc(s, unseen)
}

// unseen reports whether r shows nothing: spaces, zero-width and direction
// marks, the byte order mark.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r)
}

// shorten cuts s to what a remark can hold.
func shorten(s string) string {
	const most = 20
	if r := []rune(s[:min(len(s), 4*most+4)]); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

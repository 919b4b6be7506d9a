package report

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

const (
	// maxLines is how many lines of a list a chat answer shows: every unit of a
	// county, about two phone screens.
	maxLines = 40
	// maxBytes keeps an answer well below what one message holds: 20,480 bytes
	// of Markdown (developer.work.weixin.qq.com/document/path/101463).
	maxBytes = 12 << 10
	// lineRunes is how long one line of a list may be.
	lineRunes = 120
)

// An Answer is what a question comes to, in the shape of an office's own table
// in text. Its first line is the answer itself.
type Answer struct {
	Head []string // always shown
	List []string // cut to what a phone shows
	Tail []string // always shown
	// Table is the whole list, for a file; nil if there is none.
	Table *Sheet
	// Named reports that it has names of persons.
	Named bool
}

// A Sheet is a table for a file.
type Sheet struct {
	Name string // without ending, for example 教科局-2026-11-未签到
	Head []string
	Rows [][]string
}

// File returns sh as a file that a spreadsheet program opens.
func (sh *Sheet) File() *bot.File {
	name := strings.NewReplacer("/", "-", "\\", "-", ":", "-").Replace(sh.Name)
	return &bot.File{Name: push.FitBytes(name, bot.FileNameBytes-len(".csv")) + ".csv", Data: CSV(sh.Head, sh.Rows)}
}

// Say is an answer of a few lines.
func Say(lines ...string) Answer { return Answer{Head: lines} }

// sayf is an answer of one line.
func sayf(format string, args ...any) Answer { return Say(fmt.Sprintf(format, args...)) }

// Text returns the answer as it is shown, and whether its list had to be cut.
func (a Answer) Text() (text string, cut bool) {
	room := maxBytes
	for _, line := range append(a.Head, a.Tail...) {
		room -= len(line) + 1
	}
	lines := append([]string(nil), a.Head...)
	for i, line := range a.List {
		line = push.Fit(line, lineRunes)
		room -= len(line) + 1
		if i == maxLines || room < 0 {
			lines, cut = append(lines, fmt.Sprintf("……还有 %d 行", len(a.List)-i)), true
			break
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, a.Tail...), "\n"), cut
}

// Join puts answers of one kind one below the other. What all of them end with is
// said once.
func Join(answers []Answer) (out Answer) {
	common := func(line string) bool {
		return !slices.ContainsFunc(answers, func(a Answer) bool { return !slices.Contains(a.Tail, line) })
	}
	for i, a := range answers {
		if i > 0 {
			out.List = append(out.List, "")
		}
		out.List = append(append(out.List, a.Head...), a.List...)
		out.Named = out.Named || a.Named
		for _, line := range a.Tail {
			if !common(line) {
				out.List = append(out.List, line)
			} else if i == 0 {
				out.Tail = append(out.Tail, line)
			}
		}
		switch {
		case a.Table == nil:
		case out.Table == nil:
			out.Table = &Sheet{Name: a.Table.Name + fmt.Sprintf("等%d个单位", len(answers)), Head: a.Table.Head, Rows: slices.Clone(a.Table.Rows)}
		default:
			out.Table.Rows = append(out.Table.Rows, a.Table.Rows...)
		}
	}
	return out
}

// few names some of many: a phone has no room for all.
func few(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等 %d 个", strings.Join(names[:most], "、"), len(names))
}

// naming is how persons are shown: whole if it is true, else masked.
type naming bool

// show returns a name as it is shown.
func (n naming) show(name string) string {
	switch {
	case name == "":
		return "姓名未登记"
	case bool(n):
		return name
	}
	return directory.Mask(name)
}

// person names one member.
func (n naming) person(s *book.State, id bot.MemberID) string {
	if m := s.Directory.MemberByID(id); m != nil {
		return n.show(m.Name)
	}
	return n.show("")
}

// bold makes a line the title of what stands below.
func bold(format string, args ...any) string { return "**" + fmt.Sprintf(format, args...) + "**" }

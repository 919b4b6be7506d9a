package wechattest

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// markup are the inline forms that the page shows. They are applied to text
// that has been escaped.
var (
	bold = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	code = regexp.MustCompile("`([^`]+)`")
	link = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]*)\)`)
)

// renderMarkdown renders as much Markdown as the page needs: headings, quotes,
// lists, bold, code and line breaks. Links are shown as text. All else,
// foremost HTML, is shown as it was written.
func renderMarkdown(s string) template.HTML {
	var r renderer
	for line := range strings.Lines(s) {
		r.line(strings.TrimRight(line, "\r\n"))
	}
	r.within("")
	return template.HTML(r.out.String())
}

// renderer writes HTML line by line.
type renderer struct {
	out  strings.Builder
	open string // the list or quote that is open
}

// within closes the open list or quote, if it is another, and opens tag.
func (r *renderer) within(tag string) {
	if r.open == tag {
		return
	}
	if r.open != "" {
		r.out.WriteString("</" + r.open + ">")
	}
	if r.open = tag; tag != "" {
		r.out.WriteString("<" + tag + ">")
	}
}

func (r *renderer) line(line string) {
	trimmed := strings.TrimSpace(line)
	tag, text := "", ""
	switch {
	case trimmed == "":
		text = `<div class="gap"></div>`
	case heading(trimmed) != "":
		text = "<h4>" + inline(heading(trimmed)) + "</h4>"
	case strings.HasPrefix(trimmed, ">"):
		tag, text = "blockquote", "<div>"+inline(strings.TrimSpace(trimmed[1:]))+"</div>"
	case strings.HasPrefix(trimmed, "- "), strings.HasPrefix(trimmed, "* "), strings.HasPrefix(trimmed, "+ "):
		tag, text = "ul", "<li>"+inline(trimmed[2:])+"</li>"
	default:
		// Numbered lists too: the numbers as written, for they may begin with any.
		text = "<div>" + inline(line) + "</div>"
	}
	r.within(tag)
	r.out.WriteString(text)
}

// heading returns the words of a heading, or "".
func heading(line string) string {
	words := strings.TrimLeft(line, "#")
	if n := len(line) - len(words); n == 0 || n > 6 || !strings.HasPrefix(words, " ") {
		return ""
	}
	return strings.TrimSpace(words)
}

func inline(s string) string {
	s = html.EscapeString(s)
	s = link.ReplaceAllString(s, "$1（$2）")
	s = bold.ReplaceAllString(s, "<b>$1</b>")
	return code.ReplaceAllString(s, "<code>$1</code>")
}

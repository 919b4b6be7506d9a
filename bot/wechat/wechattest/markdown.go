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
	bold   = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	code   = regexp.MustCompile("`([^`]+)`")
	link   = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]*)\)`)
	number = regexp.MustCompile(`^\d{1,3}[.、)] ?`)
)

// renderMarkdown renders as much Markdown as the page needs: headings, quotes,
// lists, bold, code and line breaks. Links are shown as text. All else,
// foremost HTML, is shown as it was written.
func renderMarkdown(s string) template.HTML {
	var b strings.Builder
	open := "" // the list or quote that is open
	block := func(tag string) {
		if open == tag {
			return
		}
		if open != "" {
			b.WriteString("</" + open + ">")
		}
		if open = tag; tag != "" {
			b.WriteString("<" + tag + ">")
		}
	}
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			block("")
			b.WriteString(`<div class="gap"></div>`)
		case heading(trimmed) != "":
			block("")
			b.WriteString("<h4>" + inline(heading(trimmed)) + "</h4>")
		case strings.HasPrefix(trimmed, ">"):
			block("blockquote")
			b.WriteString("<div>" + inline(strings.TrimSpace(trimmed[1:])) + "</div>")
		case strings.HasPrefix(trimmed, "- "), strings.HasPrefix(trimmed, "* "), strings.HasPrefix(trimmed, "+ "):
			block("ul")
			b.WriteString("<li>" + inline(trimmed[2:]) + "</li>")
		case number.MatchString(trimmed):
			// The numbers as written: a list may begin with any.
			block("")
			b.WriteString(`<div class="item">` + inline(trimmed) + "</div>")
		default:
			block("")
			b.WriteString("<div>" + inline(line) + "</div>")
		}
	}
	block("")
	return template.HTML(b.String())
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

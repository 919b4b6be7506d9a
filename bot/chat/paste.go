package chat

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
)

// Bounds of one pasted text. What is larger is refused as a whole
// ([Paste].TooLarge), never cut.
const (
	maxPasteBytes  = 1 << 20
	maxPastePeople = 5000
	maxPasteReads  = 20000 // messages and entries of lists
	maxAsides      = 50
	maxLineRunes   = 80 // of a line that is shown
)

// PasteForm is the shape of a pasted text. The zero value is neither.
type PasteForm string

// Values of PasteForm.
const (
	PasteRecord PasteForm = "record" // 聊天记录, perhaps with 接龙 in it
	PasteList   PasteForm = "list"   // 接龙、名单、表格, perhaps reposted several times
)

// A Paste is what a pasted chat record or 接龙 shows. The zero Paste is a text
// that is neither, and shows nothing.
type Paste struct {
	Form PasteForm `json:"form,omitempty"`
	// Title is that of the first list that is a check-in.
	Title string `json:"title,omitempty"`
	// People are present or on leave, each name once, in the order in which
	// they first appear: the union of all reposts.
	People []PastedPerson `json:"people,omitempty"`
	// Doubtful are persons who may be booked only after Ask was answered.
	Doubtful []PastedPerson `json:"doubtful,omitempty"`
	// Ask is one question about the Doubtful.
	Ask string `json:"ask,omitempty"`
	// Aside is what was not taken, at most 50 of Asides.
	Aside  []Aside `json:"aside,omitempty"`
	Asides int     `json:"asides,omitempty"`
	// Danger counts texts in which somebody seems to be cheated at this
	// moment. Nothing of what they say is kept.
	Danger int `json:"danger,omitempty"`
	// TooLarge: over 1 MiB, 5,000 people or 20,000 entries; nothing was taken.
	TooLarge bool   `json:"too_large,omitempty"`
	Rule     string `json:"rule"`
}

// A PastedPerson is one person in a pasted text.
type PastedPerson struct {
	Name string `json:"name"`
	// At is when the record says that he wrote; zero if it does not say, and
	// midnight if it tells the day only.
	At time.Time `json:"at,omitzero"`
	// Text is the line that decided, with long numbers masked.
	Text    string `json:"text,omitempty"`
	Late    bool   `json:"late,omitempty"`
	Proxied bool   `json:"proxied,omitempty"`
	Leave   bool   `json:"leave,omitempty"`
	Reason  string `json:"reason,omitempty"` // of the leave, as in Reading.Reason
	Known   bool   `json:"known,omitempty"`  // his name is on the roster
	// Unit is the unit that his nickname or line names.
	Unit bot.UnitID `json:"unit,omitempty"`
	Rule string     `json:"rule"`
}

// An Aside is a line that was not taken, and why.
type Aside struct {
	Line   string `json:"line"`
	Reason string `json:"reason"`
}

// A paster reads one pasted text.
type paster struct {
	lex      *Lexicon
	ctx      Context
	out      Paste
	people   []*pasted
	index    map[string]*pasted  // by name
	last     map[string][]string // the names that a speaker last recorded
	voided   map[string]bool     // took it back; no repost brings him back
	asides   map[Aside]bool
	speakers map[string]speaker
	entries  map[string]entry
	subjects map[string]subject // of titles
	reads    int
	lists    int // blocks read as lists
	stopped  bool
}

// A pasted person may still be doubtful, or have taken it back.
type pasted struct {
	PastedPerson
	doubt string
	void  bool
}

// ReadPaste reads a copied chat record or 接龙. Each message is read with
// [Lexicon.ReadReply] as its writer's, at the time that the record gives; c is
// the context of the person who pasted it, and c.Session that of the session
// for which it is pasted. Pasting more of the same record takes back nobody,
// unless somebody in it says so himself (撤回, 签错了).
func (l *Lexicon) ReadPaste(text string, c Context) Paste {
	if len(text) > maxPasteBytes {
		return Paste{TooLarge: true, Rule: "文字超过1MB，没有登记，请分几次发"}
	}
	p := &paster{
		lex: l, ctx: c, index: make(map[string]*pasted), last: make(map[string][]string), voided: make(map[string]bool),
		asides: make(map[Aside]bool), speakers: make(map[string]speaker), entries: make(map[string]entry),
		subjects: make(map[string]subject),
	}
	messages, record := p.split(text)
	for _, m := range messages {
		if p.read(m); p.stopped {
			return Paste{TooLarge: true, Rule: fmt.Sprintf("超过%d人或%d条，没有登记，请分几次发", maxPastePeople, maxPasteReads)}
		}
	}
	return p.finish(record)
}

// finish puts the result together.
func (p *paster) finish(record bool) Paste {
	o := &p.out
	switch {
	case record:
		o.Form, o.Rule = PasteRecord, "转贴的聊天记录"
		if p.lists > 0 {
			o.Rule = "转贴的聊天记录，内有接龙或名单"
		}
	case p.lists > 0:
		o.Form, o.Rule = PasteList, "接龙或名单"
	default:
		return Paste{Danger: o.Danger, Rule: "不是聊天记录，也不是接龙"}
	}
	for _, q := range p.people {
		switch {
		case q.void:
		case q.doubt == "":
			o.People = append(o.People, q.PastedPerson)
		default:
			o.Doubtful = append(o.Doubtful, q.PastedPerson)
		}
	}
	o.Ask = p.ask(len(o.Doubtful))
	return *o
}

// ask is the question about the doubtful, by what is in doubt.
func (p *paster) ask(total int) string {
	if total == 0 {
		return ""
	}
	var doubts []string
	names := make(map[string][]string)
	for _, q := range p.people {
		if q.void || q.doubt == "" {
			continue
		}
		if names[q.doubt] == nil {
			doubts = append(doubts, q.doubt)
		}
		names[q.doubt] = append(names[q.doubt], q.Name)
	}
	var parts []string
	for _, d := range doubts[:min(3, len(doubts))] {
		who := strings.Join(names[d][:min(3, len(names[d]))], "、")
		if n := len(names[d]); n > 3 {
			who += fmt.Sprintf("等%d人", n)
		}
		parts = append(parts, who+"（"+d+"）")
	}
	return fmt.Sprintf("有%d人要核对，算不算签到：%s", total, strings.Join(parts, "；"))
}

// read reads one message, or a stretch of text that nobody is shown to have
// written.
func (p *paster) read(m message) {
	switch why := p.untimely(m.at); {
	case m.recalled:
		p.takeBack(m, nil, "撤回了消息，先前的不算")
	case why != "":
		p.asideOf(m, why)
	case m.loose:
		p.readLoose(m, nil)
	default:
		p.readMessage(m)
	}
}

// readMessage reads the first paragraph as its writer's words, unless it is a
// list. What stands below a blank line may have been pasted by somebody else:
// of that only lists are taken.
func (p *paster) readMessage(m message) {
	own, rest := firstParagraph(m.lines)
	own, quoted := cutQuotation(own)
	if quoted && len(own) == 0 {
		p.asideOf(m, "只有引用")
	}
	if p.hasList(own) {
		p.readLoose(m, nil)
		return
	}
	below := m
	m.lines, below.lines = own, rest
	p.readOwn(m)
	p.readLoose(below, own)
}

// readOwn reads what is surely the writer's.
func (p *paster) readOwn(m message) {
	switch text := strings.Join(m.lines, "\n"); {
	case strings.TrimSpace(fold(text)) == "":
	case dangerous(text):
		p.out.Danger++
	case m.who.bot:
		p.asideOf(m, "机器人的话")
	case utf8.RuneCountInString(text) > maxRunes:
		p.asideOf(m, "文字太长，没有当签到读")
	case len(m.lines) > 1 && slices.ContainsFunc(m.lines, p.isAbsence):
		lines := m.lines
		for i := range lines {
			m.lines = lines[i : i+1]
			p.readWords(m, lines[i])
		}
	default:
		p.readWords(m, text)
	}
}

// isAbsence reports whether a line tells who is missing (未签到：王五), so that
// it must be read apart from the lines about it.
func (p *paster) isAbsence(line string) bool {
	label, names, _ := strings.Cut(fold(line), ":")
	return names != "" && utf8.RuneCountInString(label) <= maxPlain && p.subject(label) == absent
}

// untimely says why a message of that time is not taken: it was not yet
// written, or is older than the month before this one.
func (p *paster) untimely(at time.Time) string {
	switch {
	case at.IsZero():
	case at.Equal(noTime):
		return "时间读不出来"
	case at.After(p.ctx.Now):
		return "时间在现在之后"
	case at.Before(bot.MonthOf(p.ctx.Now).Add(-1).Start()):
		return "时间早于上个月"
	}
	return ""
}

// goOn counts what is read, and reports whether it may go on.
func (p *paster) goOn() bool {
	p.reads++
	p.stopped = p.stopped || p.reads > maxPasteReads
	return !p.stopped
}

// asideOf lays a message aside under its writer's nickname.
func (p *paster) asideOf(m message, why string) {
	line := strings.Join(m.lines, " ")
	if m.nick != "" {
		line = m.nick + "：" + line
	}
	p.aside(line, why)
}

// aside notes a line that is not taken, once. A dangerous one is only counted.
func (p *paster) aside(line, why string) {
	a := Aside{Line: shown(line), Reason: why}
	switch {
	case a.Line == "" || p.asides[a]:
		return
	case dangerous(line) || Danger(a.Line):
		p.out.Danger++
		return
	}
	p.asides[a] = true
	if p.out.Asides++; p.out.Asides <= maxAsides {
		p.out.Aside = append(p.out.Aside, a)
	}
}

// dangerous is [Danger] for a text of any length.
func dangerous(text string) bool {
	if Danger(text) {
		return true
	}
	rs := []rune(text)
	for i := maxRunes / 2; i+maxRunes/2 < len(rs); i += maxRunes / 2 {
		if Danger(string(rs[i:min(i+maxRunes, len(rs))])) {
			return true
		}
	}
	return false
}

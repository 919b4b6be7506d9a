package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// entry reads one entry of a list with that title, as a list of one.
func (p *paster) entry(title, item string) entry {
	key := title + "\n" + item
	e, ok := p.entries[key]
	if !ok && p.goOn() {
		e = p.readEntry(title, item)
		p.entries[key] = e
	}
	return e
}

func (p *paster) readEntry(title, item string) entry {
	if utf8.RuneCountInString(item) > maxRunes {
		return entry{why: "文字太长，没有当签到读"}
	}
	if Danger(item) {
		return entry{danger: true}
	}
	if names := p.namesIn(item); names != nil {
		var e entry
		for _, n := range names {
			e.people = append(e.people, p.entry(title, n).people...)
		}
		return e
	}
	plain := strings.ReplaceAll(fold(item), "\n", " ")
	r := p.lex.ReadReply("#接龙\n"+title+"\n1. "+plain, Context{Now: p.ctx.Now, Session: p.ctx.Session, Known: p.ctx.Known})
	switch {
	case r.Intent == CaseHelp:
		return entry{danger: true}
	case len(r.Absent) > 0:
		return entry{why: "写明没有签到"}
	case r.Intent == OtherList:
		return entry{why: "别的接龙，不是签到"}
	case r.Intent != CheckInList && r.Intent != CheckIn:
		return entry{why: noName}
	}
	who := p.entryName(item, r)
	if who.name == "" {
		return entry{why: who.why}
	}
	if plain != who.name && len(r.OnLeave) == 0 {
		if why := p.denied(plain, who.name); why != "" {
			return entry{why: why}
		}
	}
	doubt := ""
	if r.Counts != Yes && len(r.OnLeave) == 0 {
		doubt = "没有写明是签到"
		if title != "" {
			doubt = p.doubtOf(r)
		}
	}
	q := PastedPerson{Name: who.name, Text: shown(item), Proxied: len(r.Proxied) > 0, Unit: who.unit, Rule: "接龙"}
	q.Late = strings.Contains(plain, "补签") || strings.Contains(plain, "(补)")
	if len(r.OnLeave) > 0 {
		q.Leave, q.Reason = true, p.leaveReason(plain)
	}
	return entry{people: []entryPerson{{q, doubt}}}
}

// entryName is the person of an entry that reads as r. Who is named beside
// 代签 is not he.
func (p *paster) entryName(item string, r Reading) speaker {
	who := p.speaker(item)
	if len(r.Proxied) == 0 && (who.name != "" || strings.HasPrefix(who.why, "有两个")) {
		return who
	}
	who.why = noName
	if names := slices.Concat(r.OnLeave, r.Names); names != nil {
		who.name = names[0]
	}
	return who
}

// denied says why an entry's words take back what being on the list means:
// "张三 明天补", "李四 没签上".
func (p *paster) denied(text, name string) string {
	r := p.lex.ReadReply(text, Context{Now: p.ctx.Now, Sender: Person{Name: name}, Known: p.ctx.Known})
	switch r.Intent {
	case Promise, Negation, Asking, Ad, Sarcasm:
		return reasonAside(r)
	}
	return ""
}

// leaveReason is the kind of leave that a line names.
func (p *paster) leaveReason(text string) string {
	for _, t := range segment(p.lex.reply, []rune(text), p.ctx.Known) {
		if t.is(cReason) {
			return t.val
		}
	}
	return ""
}

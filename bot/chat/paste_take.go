package chat

import (
	"slices"
	"strings"
)

// readWords reads a message as its writer's reply.
func (p *paster) readWords(m message, text string) {
	if !p.goOn() {
		return
	}
	c := p.context(m)
	if m.who.named() {
		c.Sender = Person{Name: m.who.name, Unit: p.ctx.Sender.Unit}
	}
	r := p.lex.ReadReply(text, c)
	if about := p.subject(r.Title); r.Intent == CheckInList && about != attends && about != untitled {
		p.asideOf(m, aboutWords(about))
		return
	}
	switch r.Intent {
	case CheckIn, CheckInLate, CheckInProxy, CheckInList, Leave, LeaveProxy:
		p.takeReading(m, r)
	case Ack:
		if r.Counts == Yes {
			p.takeReading(m, r)
			return
		}
		p.asideOf(m, "收到、已阅一类，不算签到")
	case Correction:
		p.correct(m, r)
	case CaseHelp:
		p.out.Danger++
	case GroupEvent:
	default:
		p.asideOf(m, reasonAside(r))
	}
}

// context is that of a message: its own time is its now.
func (p *paster) context(m message) Context {
	c := Context{Now: p.ctx.Now, Session: p.ctx.Session, Known: p.ctx.Known}
	if !m.at.IsZero() {
		c.Now = m.at
	}
	return c
}

// takeReading enters the persons whom a check-in or a leave speaks of.
func (p *paster) takeReading(m message, r Reading) {
	doubt := ""
	if leave := r.Intent == Leave || r.Intent == LeaveProxy; r.Counts != Yes && !leave {
		doubt = p.doubtOf(r)
	}
	names := r.Names
	if len(names) == 0 && len(r.OnLeave) == 0 {
		if r.By == ByProxy || r.By == ByList {
			p.asideOf(m, "没有写姓名")
			return
		}
		names = []string{Sender}
	}
	if len(names) > 1 && doubt == "" && someMissing(m.lines) {
		doubt = "有的签了、有的没签"
	}
	var taken []string
	enter := func(name string, leave bool) {
		if name == Sender {
			if name = m.who.name; name == "" {
				p.asideOf(m, m.who.why)
				return
			}
		}
		q := PastedPerson{Name: name, At: m.at, Text: shown(strings.Join(m.lines, " ")), Rule: r.Rule, Unit: r.Unit}
		if q.Unit == "" && name == m.who.name {
			q.Unit = m.who.unit
		}
		q.Late = r.Status == "late"
		q.Proxied = r.By == ByProxy && name != m.who.name || slices.Contains(r.Proxied, name)
		if leave || strings.HasPrefix(r.Status, "leave") {
			q.Leave, q.Reason = true, r.Reason
		}
		delete(p.voided, name)
		if p.take(q, doubt) {
			taken = append(taken, name)
		}
	}
	for _, n := range names {
		enter(n, false)
	}
	for _, n := range r.OnLeave {
		enter(n, true)
	}
	if taken != nil {
		p.last[m.who.key()] = taken
	}
}

// someMissing reports whether a message that names several tells that some of
// them did not check in.
func someMissing(lines []string) bool {
	text := fold(strings.Join(lines, " "))
	return slices.ContainsFunc([]string{"没签", "未签", "没到", "未到", "没来", "没参加", "未参加", "缺席"}, func(w string) bool { return strings.Contains(text, w) })
}

// take enters a person, or adds to what is known of him. Who is present stays
// so; who was on leave, or doubtful, and then checked in is present.
func (p *paster) take(q PastedPerson, doubt string) bool {
	if !isPersonName(q.Name) || p.voided[q.Name] {
		return false
	}
	q.Known = p.known(q.Name)
	if Danger(q.Text) {
		q.Text = ""
	}
	switch own := p.ctx.Sender.Unit; {
	case doubt != "" || q.Known:
	case isForm(q.Name):
		doubt = "只有称呼，没有姓名"
	case own != "" && q.Unit != "" && q.Unit != own:
		doubt = "写的是" + p.lex.shorts[q.Unit]
	}
	if doubt != "" {
		q.Rule += "：" + doubt
	}
	old := p.index[q.Name]
	switch {
	case old == nil:
		old = &pasted{PastedPerson: q, doubt: doubt}
		p.index[q.Name] = old
		p.people = append(p.people, old)
		p.stopped = p.stopped || len(p.people) > maxPastePeople
	case old.void:
		*old = pasted{PastedPerson: q, doubt: doubt}
	case doubt == "" && (old.doubt != "" || old.Leave && !q.Leave):
		old.PastedPerson, old.doubt = q, ""
	}
	return true
}

// correct does what a message takes back or sets right.
func (p *paster) correct(m message, r Reading) {
	switch {
	case r.Op == "void_last":
		p.takeBack(m, r.Names, "说签错了，先前的不算")
	case r.Op == "set_status" && r.Status == "present" && r.Counts == Yes:
		r.By = ByProxy
		p.takeReading(m, r)
	default:
		p.asideOf(m, "更正要人核对")
	}
}

// takeBack voids the persons in names, or else whom the writer of m recorded
// last, or else himself.
func (p *paster) takeBack(m message, names []string, why string) {
	if len(names) == 0 {
		names = p.last[m.who.key()]
	}
	if len(names) == 0 && m.who.name != "" {
		names = []string{m.who.name}
	}
	done := false
	for _, n := range names {
		if n == Sender {
			n = m.who.name
		}
		if q := p.index[n]; q != nil && !q.void {
			q.void, p.voided[n], done = true, true, true
		}
	}
	delete(p.last, m.who.key())
	if done || !m.recalled {
		p.asideOf(m, why)
	}
}

// doubtOf says why a check-in is in doubt. Whoever is asked is not its writer.
func (p *paster) doubtOf(r Reading) string {
	switch own := p.ctx.Sender.Unit; {
	case r.Ask != "" && own != "" && r.Unit != "" && r.Unit != own:
		return "写的是" + p.lex.shorts[r.Unit]
	case r.Ask != "":
		return strings.ReplaceAll(r.Ask, "您", "他")
	case r.Form == FormName:
		return "只写了姓名"
	}
	return "没有写明签到"
}

// reasonAside says why a message is no check-in.
func reasonAside(r Reading) string {
	switch r.Intent {
	case Ad:
		return "广告"
	case Promise:
		return "稍后再签"
	case Negation:
		return "没有签到"
	case Asking, StatusQuery:
		return "提问"
	case Nudge:
		return "催促、通知"
	case Hearsay:
		return "说的是别人"
	case QuoteOnly:
		return "转述别人的话"
	case Sarcasm:
		return "反话"
	case Evidence:
		return "图片或文件"
	case Clue:
		return "线索，请单独上报"
	case CheckInCount:
		return "只有人数，请单独上报"
	case ActivityReport, OtherReport, ZeroCase:
		return "上报，请单独发送"
	case OtherList:
		return "别的接龙"
	case Unclear:
		return "要问一句：" + r.Ask
	}
	return "与签到无关"
}

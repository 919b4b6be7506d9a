package attendance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// Choose returns the session that a check-in by word of mouth is for: among
// those of the groups that still take check-ins, the newest whose lesson the
// member has not checked in for; if there is none, the newest at which he has,
// so that he gets that receipt again. A unit with several groups has a session
// in each for one push: one check-in is enough for all of them. Choose refuses
// if no session takes check-ins.
func (v *View) Choose(groups []bot.GroupID, m bot.MemberID, now time.Time) (*Session, error) {
	var room [8]*Session
	open := room[:0]
	for _, g := range groups {
		for _, s := range v.byGroup[g] {
			if !now.After(s.EndsAt) {
				open = append(open, s)
			}
		}
	}
	slices.Reverse(open) // of those that opened at once, the last comes first
	slices.SortStableFunc(open, func(a, b *Session) int { return b.OpenedAt.Compare(a.OpenedAt) })
	var attended *Session
	for _, s := range open {
		switch {
		case s.himself(m):
			if attended == nil {
				attended = s
			}
		case !slices.ContainsFunc(open, func(o *Session) bool { return o.Push == s.Push && o != s && o.himself(m) }):
			return s, nil // the search ends here as a rule, after one look
		}
	}
	if attended == nil {
		return nil, bot.Refuse("现在没有可以签到的场次", "收到新的预警后再签到即可")
	}
	return attended, nil
}

// himself reports whether m has checked in, not only another for him.
func (s *Session) himself(m bot.MemberID) bool {
	c, ok := s.checkIns[m]
	return ok && c.Via.Own()
}

// Record decides on a member's own check-in at s. If he has checked in before,
// there is nothing to record; what another said for him is no reason not to.
// After EndsAt it refuses.
func (s *Session) Record(m bot.MemberID, via bot.Via, ev bot.CheckInEvidence, now time.Time) ([]bot.Payload, error) {
	c, ok := s.checkIns[m]
	switch {
	case ok && (c.Via.Own() || now.After(s.EndsAt)):
		return nil, nil
	case now.After(s.EndsAt):
		return nil, bot.Refuse("这一场签到已经截止", "如确已学习，请联系本单位联络员")
	}
	return []bot.Payload{&bot.CheckedIn{
		Session: s.ID, Member: m, Unit: s.Unit, Via: via, Late: now.After(s.DueAt), Private: ev,
	}}, nil
}

// RecordFor decides on the check-in of a member of whom filing f speaks: by
// another's word, or, if via is his own, by his that was in doubt. It is nothing if
// he has checked in before, but for his own word, which takes the place of
// another's. A filing may come after EndsAt: late is then what it says of him.
func (s *Session) RecordFor(m bot.MemberID, via bot.Via, f bot.FilingID, late bool, ev bot.CheckInEvidence) []bot.Payload {
	if c, ok := s.checkIns[m]; ok && (c.Via.Own() || !via.Own()) {
		return nil
	}
	return []bot.Payload{&bot.CheckedIn{Session: s.ID, Member: m, Unit: s.Unit, Via: via, Late: late, Filing: f, Private: ev}}
}

// Excuse decides on a member's leave from s; nothing if he has it. f is the
// filing of who spoke for him, "" for himself.
func (s *Session) Excuse(m bot.MemberID, reason string, f bot.FilingID, ev bot.CheckInEvidence) []bot.Payload {
	if _, ok := s.leave[m]; ok {
		return nil
	}
	return []bot.Payload{&bot.Excused{Session: s.ID, Member: m, Unit: s.Unit, Reason: reason, Filing: f, Private: ev}}
}

// TakeBack decides that the newest check-in that m himself made, at a session of
// the groups that still takes check-ins, no longer counts. message is the
// platform's id of what he wrote.
func (v *View) TakeBack(groups []bot.GroupID, m bot.MemberID, message string, now time.Time) ([]bot.Payload, error) {
	var at *Session
	var newest CheckIn
	for _, g := range groups {
		for _, s := range v.byGroup[g] {
			if c, ok := s.checkIns[m]; ok && c.Via.Own() && !now.After(s.EndsAt) && (at == nil || c.Seq > newest.Seq) {
				at, newest = s, *c
			}
		}
	}
	if at == nil {
		return nil, bot.Refuse("没有可以撤回的签到", "已经截止的场次请联系本单位联络员更正")
	}
	return []bot.Payload{&bot.Corrected{
		Seq: newest.Seq, Session: at.ID, Member: m, Unit: at.Unit, Reason: "本人撤回", Self: true, Message: message,
	}}, nil
}

// Open returns the newest session of the groups that still takes check-ins, nil
// if there is none.
func (v *View) Open(groups []bot.GroupID, now time.Time) *Session {
	var newest *Session
	for _, g := range groups {
		for _, s := range v.byGroup[g] {
			if !now.After(s.EndsAt) && (newest == nil || !s.OpenedAt.Before(newest.OpenedAt)) {
				newest = s
			}
		}
	}
	return newest
}

// Paper returns the session on paper of unit u with that title for month m, and
// the payload that opens it if there is none yet. It takes no check-ins but those
// that are filed.
func (v *View) Paper(u bot.UnitID, m bot.Month, title string, now time.Time) (bot.SessionID, []bot.Payload) {
	for _, s := range v.paper {
		if s.Unit == u && s.Month == m && s.Title == title {
			return s.ID, nil
		}
	}
	id := bot.SessionID(fmt.Sprintf("B%06d", len(v.paper)+1))
	at := now.UTC()
	return id, []bot.Payload{&bot.SessionOpened{Session: id, Unit: u, Title: title, DueAt: at, EndsAt: at, Month: m.String()}}
}

// Void decides that the check-in with receipt r no longer counts.
func (v *View) Void(r bot.Receipt, reason string, by bot.OperatorID) ([]bot.Payload, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, bot.Refuse("更正要写明理由", "例如：更正 7F3K-29QD 代签")
	}
	found := v.ByReceipt(r)
	switch len(found) {
	case 0:
		return nil, bot.Refuse(fmt.Sprintf("没有回执为 %s 的有效签到", r), "请核对回执编号")
	case 1:
		f := found[0]
		return []bot.Payload{&bot.Corrected{
			Seq: f.CheckIn.Seq, Session: f.Session.ID, Member: f.CheckIn.Member, Unit: f.Session.Unit, Reason: reason, By: by,
		}}, nil
	}
	return nil, bot.Refuse(fmt.Sprintf("有 %d 条签到的回执都是 %s", len(found), r), "请联系系统管理员按条目编号更正")
}

// Due returns the sessions whose time has passed and that are not yet closed.
func (v *View) Due(now time.Time) []*Session {
	var out []*Session
	for _, s := range v.sessions {
		if !s.Closed && now.After(s.DueAt) {
			out = append(out, s)
		}
	}
	return out
}

// Close decides that s is over: the numbers of this moment, and, unless nobody
// was asked (the card never reached the group) and nobody came, one summary
// line for its group. present is the number of different persons. witness is the
// short form of the newest checkpoint, so that the group holds a copy.
func (s *Session) Close(present, expected int, asked bool, witness string, dueAt time.Time) []bot.Payload {
	out := []bot.Payload{&bot.SessionClosed{Session: s.ID, Unit: s.Unit, Present: present, Expected: expected}}
	if !asked && present == 0 {
		return out
	}
	return append(out, &bot.DeliveryPlanned{
		Delivery: summaryID(s.ID), Purpose: bot.ForSummary, Session: s.ID, Group: s.Group, Unit: s.Unit,
		Text: s.summary(present, expected, witness), DueAt: dueAt,
	})
}

// summaryID derives the id of the summary's delivery: a session has one.
func summaryID(s bot.SessionID) bot.DeliveryID {
	return bot.DeliveryID("Z" + strings.TrimPrefix(string(s), "S"))
}

// summary is the line that the group reads. It names nobody.
func (s *Session) summary(present, expected int, witness string) string {
	of := ""
	if expected > 0 {
		of = fmt.Sprintf("，名册 %d 人", expected)
	}
	late := ""
	if s.EndsAt.After(s.DueAt) {
		late = s.EndsAt.In(bot.Zone).Format("1月2日 15:04") + " 前仍可补签，"
	}
	return fmt.Sprintf("【签到小结】《%s》已签到 %d 人%s。%s感谢大家。\n存证点 %s", s.Title, present, of, late, witness)
}

package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
	"fanzha/bot/push"
)

// This file is what people state about more than their own presence: for whom
// they sign, how many came, what their unit held. What the liaison says stands
// at once; what others say waits for him (queue.go); what is doubtful is asked
// about, in one question.

// forms says which readings are filed, and as what.
var forms = map[chat.Intent]bot.FilingForm{
	chat.CheckIn:        bot.FilesCheckIn, // only what is asked about comes here
	chat.CheckInLate:    bot.FilesCheckIn,
	chat.Unclear:        bot.FilesCheckIn,
	chat.CheckInProxy:   bot.FilesProxy,
	chat.CheckInList:    bot.FilesList,
	chat.CheckInCount:   bot.FilesHeadcount,
	chat.LeaveProxy:     bot.FilesLeave,
	chat.ActivityReport: bot.FilesActivity,
	chat.ZeroCase:       bot.FilesZeroCase,
	chat.Clue:           bot.FilesClue,
}

// questions are asked where the reading has none of its own. The answer is 是.
var questions = map[bot.FilingForm]string{
	bot.FilesCheckIn:   "您是要签到吗？是的请回复“是”",
	bot.FilesProxy:     "这是签到名单吗？是的请回复“是”",
	bot.FilesList:      "这是签到名单吗？是的请回复“是”",
	bot.FilesHeadcount: "这是签到人数吗？是的请回复“是”",
	bot.FilesActivity:  "要登记为反诈教育活动吗？是的请回复“是”",
}

// maxText is how many bytes of a message a filing keeps.
const maxText = 20_000

// newFiling turns a reading into what is filed, and reports whether there is
// anything to file. Who said it, for which unit and whether it counts is added by
// the caller.
func newFiling(r chat.Reading, in bot.Inbound) (bot.Filed, bool) {
	form, ok := forms[r.Intent]
	if !ok || form == bot.FilesCheckIn && r.Counts != chat.IfAsked {
		return bot.Filed{}, false
	}
	f := bot.Filed{
		Form: form,
		Facts: bot.Facts{
			Expected: r.Expected, Actual: r.Actual, Leave: r.LeaveCount, Month: r.Month, On: r.Date, Act: r.Act, Role: r.Role,
			Audience: r.Audience, Leaflets: r.Leaflets, Sent: r.Sent, Times: r.Times, Reason: r.Reason,
		},
		Private: bot.FilingText{
			Person: in.From, Message: in.ID, Text: clip(in.Text), OnLeave: r.OnLeave, Proxied: r.Proxied,
			Title: r.Title, Place: r.Place, Dept: r.Dept, Ask: r.Ask,
		},
	}
	for _, n := range r.Names {
		if !slices.Contains(r.Proxied, n) {
			f.Private.Present = append(f.Private.Present, n)
		}
	}
	switch form {
	case bot.FilesLeave:
		f.Private.OnLeave, f.Private.Present = f.Private.Present, nil
		// Only the kind of leave is kept, not what is the matter with whom.
		f.Private.Text = "请假：" + strings.Join(f.Private.OnLeave, "、") + parenthesised(r.Reason)
	case bot.FilesHeadcount:
		if f.Facts.Actual == nil {
			f.Facts.Actual = r.Count
		}
		if f.Facts.Leave == nil && len(r.OnLeave) > 0 {
			f.Facts.Leave = new(len(r.OnLeave))
		}
		if len(r.OnLeave) > 0 { // as above
			f.Private.Text = headcountWords(f.Facts) + parenthesised(strings.Join(r.OnLeave, "、"))
		}
	case bot.FilesActivity:
		if f.Facts.Audience == nil {
			f.Facts.Audience = r.Count
		}
		if f.Facts.Audience == nil {
			f.Facts.Audience = r.PersonTimes
		}
	case bot.FilesClue:
		f.Facts.Clue = r.Kind
		f.Private.Value, f.Private.Text = push.Defang(r.Value), push.Defang(f.Private.Text)
	}
	if r.Counts == chat.IfAsked && f.Private.Ask == "" {
		f.Private.Ask = questions[form]
	}
	return f, substantial(f)
}

// substantial reports whether f says anything that could count: without a name or a
// number, 是 would confirm nothing. Then its question is asked and nothing filed.
func substantial(f bot.Filed) bool {
	switch f.Form {
	case bot.FilesProxy, bot.FilesList, bot.FilesLeave:
		return len(f.Private.Present)+len(f.Private.Proxied)+len(f.Private.OnLeave) > 0
	case bot.FilesHeadcount:
		return f.Facts.Expected != nil || f.Facts.Actual != nil || f.Facts.Leave != nil
	}
	return true
}

// clip cuts a text that is longer than any filing keeps, at a character.
func clip(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "")
}

// A speaker is who said something, and for which unit he may speak.
type speaker struct {
	directory.Member
	met     []bot.Payload // that make him known
	unit    bot.UnitID    // that he speaks of
	groups  []bot.GroupID // in which the unit is asked
	liaison bool          // of that unit
}

// speaker returns who wrote in. In a group he speaks of its unit, one to one of
// his own.
func (b *Bot) speaker(s *book.State, in bot.Inbound) (speaker, error) {
	var sp speaker
	if g := s.Directory.Group(in.Chat, in.From); g != nil {
		sp.unit, sp.groups = g.Unit, []bot.GroupID{g.ID}
	}
	sp.Member, sp.met = s.Directory.Meet(in.From, sp.unit)
	if sp.unit == "" {
		sp.unit = sp.Unit
		for _, g := range s.Directory.GroupsOf(sp.unit) {
			sp.groups = append(sp.groups, g.ID)
		}
	}
	if sp.unit == "" {
		return sp, bot.Refuse("还不知道您是哪个单位的", "请先在本单位的反诈群里 @"+b.Name+" 签到一次")
	}
	sp.liaison = sp.Liaison && sp.Unit == sp.unit
	return sp, nil
}

// file handles a reading that newFiling knows.
func (b *Bot) file(ctx context.Context, in bot.Inbound, r chat.Reading) (bot.Answer, error) {
	f, ok := newFiling(r, in)
	if !ok {
		return bot.Answer{}, fmt.Errorf("filing a reading of intent %q", r.Intent)
	}
	var answer string
	err := b.do(ctx, func(s *book.State, now time.Time) (out []bot.Payload, err error) {
		sp, err := b.speaker(s, in)
		if err != nil {
			return nil, err
		}
		if r.Unit != "" && r.Unit != sp.unit && f.Form != bot.FilesClue && f.Private.Ask == "" {
			f.Private.Ask = fmt.Sprintf("这里登记的是%s，您写的是%s。仍按%s登记的请回复“是”", b.short[sp.unit], b.short[r.Unit], b.short[sp.unit])
		}
		answer, out, err = b.decideFiling(s, sp, f, now)
		if err != nil {
			return nil, err
		}
		_, heard := s.Directory.Hear(in.Chat, now)
		return slices.Concat(heard, out), nil
	})
	if err != nil {
		return bot.Answer{}, err
	}
	return b.say(answer)
}

// decideFiling decides on a filing by sp: whether it stands, waits or is asked
// about, and what it leads to. answer is what sp is told.
func (b *Bot) decideFiling(s *book.State, sp speaker, f bot.Filed, now time.Time) (answer string, out []bot.Payload, err error) {
	if repeated(s, f.Private.Message) {
		return "", nil, nil
	}
	f.Unit, f.By, f.Private.Name = sp.unit, sp.ID, sp.Name
	if err := b.place(s, sp, &f, now); err != nil {
		return "", nil, err
	}
	out = sp.met
	if own, rest := ownPart(sp, f); own {
		f = rest
		mine, err := s.Attendance.Session(f.Session).Record(sp.ID, bot.ViaText, bot.CheckInEvidence{
			Person: f.Private.Person, Name: sp.Name, Message: f.Private.Message, Text: f.Private.Text,
		}, now)
		if err != nil {
			return "", nil, err
		}
		answer, out = "您本人已签到。", append(out, mine...)
	}
	f.Names = len(f.Private.Present) + len(f.Private.Proxied) + len(f.Private.OnLeave)
	f.Standing = standing(sp, f)
	filed := s.Filings.File(f)
	e := follow(s, s.Attendance.Session(f.Session), filed, f.By, now, len(sp.met))
	switch old := s.Filings.Twin(f); {
	case answer != "" && f.Names == 0:
		return answer, out, nil
	case old != nil && (old.Waiting() || e.itself || e.empty()): // else some of them no longer count
		return answer + twinText(old), out, nil
	}
	if err := tooMany(s, sp, now); err != nil {
		return "", nil, err
	}
	switch f.Standing {
	case bot.Asked:
		return f.Private.Ask, append(out, filed), nil
	case bot.Waits:
		text, notes := b.handOver(s, sp.unit, filed.Filing, now)
		return answer + text, slices.Concat(out, []bot.Payload{filed}, notes), nil
	}
	if e.empty() {
		return answer + e.text(filed), out, nil
	}
	return answer + e.text(filed), slices.Concat(out, []bot.Payload{filed}, e.out, b.tellOffice(s, filed, now)), nil
}

// maxRecent bounds what one member may leave to others in 24 hours: the queue is
// read by people.
const maxRecent = 20

func tooMany(s *book.State, sp speaker, now time.Time) error {
	if sp.liaison || s.Filings.Recent(sp.unit, sp.ID, now.Add(-24*time.Hour)) < maxRecent {
		return nil
	}
	return bot.Refuse(fmt.Sprintf("您一天内登记的已有 %d 条在等处理", maxRecent), "请等这些办完再登记；本人签到请直接发“签到”")
}

// repeated reports a message that has led to entries before: a platform may hand
// in the same one again.
func repeated(s *book.State, message string) bool {
	_, heard := s.Attendance.Heard(message)
	return heard || s.Filings.Repeated(message) != nil
}

// signs reports a form that leads to check-ins or leave.
func signs(f bot.FilingForm) bool {
	switch f {
	case bot.FilesCheckIn, bot.FilesProxy, bot.FilesList, bot.FilesPaste, bot.FilesLeave:
		return true
	}
	return false
}

// twinText answers who says again what is filed already.
func twinText(old *filing.Filing) string {
	return fmt.Sprintf("这条已经登记过（%s号，%s）。", old.No(), old.Standing.Chinese())
}

// longAgo is how many months back a filing may be about without a question.
const longAgo = 3

// place says to which session and month f belongs, and what it takes the place
// of.
func (b *Bot) place(s *book.State, sp speaker, f *bot.Filed, now time.Time) error {
	if f.Facts.Month > bot.MonthOf(now).String() {
		return bot.Refuse(monthWords(f.Facts.Month)+"还没有到", "请写已经过去的月份或本月")
	}
	sess := s.Attendance.Open(sp.groups, now)
	switch f.Form {
	case bot.FilesCheckIn, bot.FilesProxy, bot.FilesList, bot.FilesLeave:
		if sess == nil {
			return bot.Refuse("现在没有可以签到的场次", "收到新的预警后再登记即可")
		}
		f.Session = sess.ID
	case bot.FilesHeadcount:
		// A count said anew stays where the old one was.
		if sess != nil && f.Replaces == "" && (f.Facts.Month == "" || f.Facts.Month == sess.Month.String()) {
			f.Session = sess.ID
		}
	case bot.FilesActivity:
		if f.Facts.On == "" && f.Facts.Month == "" {
			f.Facts.On = now.In(bot.Zone).Format(time.DateOnly)
		}
		if f.Facts.On > now.In(bot.Zone).Format(time.DateOnly) {
			return bot.Refuse("活动日期还没有到", "请在活动结束后登记")
		}
		if len(f.Facts.On) > len("2006-01") {
			f.Facts.Month = f.Facts.On[:len("2006-01")]
		}
	}
	if early := bot.MonthOf(now).Add(-longAgo).String(); f.Facts.Month != "" && f.Facts.Month < early && f.Private.Ask == "" && !signs(f.Form) {
		// 12月 said in November is last year's, unless it was a slip.
		f.Private.Ask = fmt.Sprintf("登记到%s，对吗？对的请回复“是”", monthWords(f.Facts.Month))
	}
	if f.Facts.Month == "" {
		f.Facts.Month = bot.MonthOf(now).String()
		if sess != nil && f.Session != "" {
			f.Facts.Month = sess.Month.String()
		}
	}
	var old *filing.Filing
	switch f.Form {
	case bot.FilesHeadcount:
		old = s.Filings.Headcount(f.Unit, f.Session, f.Facts.Month, f.Private.Dept)
	case bot.FilesActivity:
		if f.Replaces == "" {
			old = s.Filings.Briefer(*f)
		}
	}
	if old != nil {
		f.Replaces = old.Filing
	}
	return nil
}

// ownPart takes the speaker himself out of those of whom f speaks.
func ownPart(sp speaker, f bot.Filed) (own bool, rest bot.Filed) {
	if f.Form != bot.FilesProxy && f.Form != bot.FilesList || f.Private.Ask != "" {
		return false, f
	}
	self := func(n string) bool { return n == chat.Sender || sp.Name != "" && n == sp.Name }
	if !slices.ContainsFunc(f.Private.Present, self) {
		return false, f
	}
	f.Private.Present = slices.DeleteFunc(slices.Clone(f.Private.Present), self)
	return true, f
}

// standing says whether what sp files counts.
func standing(sp speaker, f bot.Filed) bot.Standing {
	switch {
	case f.Private.Ask != "":
		return bot.Asked
	case sp.liaison, f.Form == bot.FilesClue:
		return bot.Stands
	}
	return bot.Waits
}

// handOver says that filing id waits, and for whom, and sees to it that he
// learns of it.
func (b *Bot) handOver(s *book.State, u bot.UnitID, id bot.FilingID, now time.Time) (text string, notes []bot.Payload) {
	liaisons := s.Directory.LiaisonPersons(u)
	if len(liaisons) == 0 {
		return fmt.Sprintf("要由反诈办公室确认后才计入，已转办公室（%s号）。", no(id)), s.Outbox.Notify(b.managers(), u, officeNote, now)
	}
	return fmt.Sprintf("要由本单位联络员确认后才计入，已转联络员（%s号）。", no(id)), s.Outbox.Notify(liaisons, u, queueNote, now)
}

// Notices name nobody, and come once a day each.
const (
	queueNote   = "本单位有待办：有人代签、报数或上报，等您确认。请回复“待办”查看"
	officeNote  = "有单位没有联络员，上报在等办公室确认。请回复“待办”查看"
	correctNote = "有更正请求等办公室处理。请回复“待办”查看"
	clueNote    = "收到新的涉诈线索。请回复“线索统计”查看"
)

// managers are the operators who settle what no liaison does.
func (b *Bot) managers() []bot.PersonID {
	var out []bot.PersonID
	for _, o := range b.Operators {
		if o.Has(bot.RoleManage) && o.Person != "" {
			out = append(out, o.Person)
		}
	}
	return out
}

// tellOffice lets the office know of what it must act on.
func (b *Bot) tellOffice(s *book.State, f *bot.Filed, now time.Time) []bot.Payload {
	if f.Form != bot.FilesClue {
		return nil
	}
	return s.Outbox.Notify(b.managers(), f.Unit, clueNote, now)
}

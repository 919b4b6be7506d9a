package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
)

// This file is what a filing leads to once it stands.

// Effects are the entries that follow from a filing, and the numbers of which
// its writer is told.
type effects struct {
	out     []bot.Payload
	signed  int // check-ins that are new
	before  int // persons who had checked in before
	outside int // of the new ones, not on the roster
	excused int // leave that is new
	doubts  []string
	title   string // of the session
	itself  bool   // the filing is a fact in itself
}

// empty reports that nothing new follows.
func (e effects) empty() bool { return !e.itself && e.signed == 0 && e.excused == 0 }

// follow decides what follows from f, which is about session sess (nil for none)
// and was said at that time. word is the member by whose word it counts; taken is
// how many members the same decision has made known already.
func follow(s *book.State, sess *attendance.Session, f *bot.Filed, word bot.MemberID, at time.Time, taken int) effects {
	var e effects
	switch f.Form {
	case bot.FilesHeadcount, bot.FilesActivity, bot.FilesZeroCase, bot.FilesClue, bot.FilesCorrection:
		e.itself = true
		if len(f.Private.OnLeave) == 0 {
			return e
		}
	}
	if sess == nil {
		return e
	}
	e.title = sess.Title
	late := at.After(sess.DueAt) && !sess.OnPaper()
	via := map[bot.FilingForm]bot.Via{bot.FilesProxy: bot.ViaProxy, bot.FilesList: bot.ViaList, bot.FilesPaste: bot.ViaPaste}[f.Form]
	if f.Form == bot.FilesCheckIn || slices.Contains(f.Private.Present, chat.Sender) {
		e.writer(sess, f, word, late)
	}
	if f.Form == bot.FilesCheckIn {
		return e
	}
	found, met, doubts := s.Directory.Find(f.Unit, e.others(f, slices.Concat(f.Private.Present, f.Private.Proxied)), taken)
	e.doubts = append(e.doubts, doubts...)
	e.out = append(e.out, met...)
	there := present(s, sess)
	for _, p := range found {
		if there[p.Member.ID] {
			e.before++
			continue
		}
		e.signed++
		if !p.OnRoster && s.Directory.Expected(f.Unit) > 0 {
			e.outside++
		}
		e.out = append(e.out, sess.RecordFor(p.Member.ID, via, f.Filing, late, bot.CheckInEvidence{Name: p.Member.Name})...)
	}
	away, met, doubts := s.Directory.Find(f.Unit, e.others(f, f.Private.OnLeave), taken+len(met))
	e.doubts = append(e.doubts, doubts...)
	e.out = append(e.out, met...)
	for _, p := range away {
		record := sess.Excuse(p.Member.ID, f.Facts.Reason, f.Filing, bot.CheckInEvidence{Name: p.Member.Name})
		e.excused += len(record)
		e.out = append(e.out, record...)
	}
	return e
}

// others returns the names that are those of other persons than the writer of f.
// Whom he calls 王局长 may stand there under his name already; of a paste it has been
// asked whether he counts.
func (e *effects) others(f *bot.Filed, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		if f.Form != bot.FilesPaste && chat.Address(n) {
			e.doubts = append(e.doubts, fmt.Sprintf("“%s”只有称呼", n))
			return true
		}
		return n == chat.Sender
	})
}

// writer is the check-in of the filing's own writer, which was in doubt. It is his
// own if he has said that it is one; if another decided so, it is that one's word
// for him. If his name is not known yet, the one that he wrote is.
func (e *effects) writer(sess *attendance.Session, f *bot.Filed, word bot.MemberID, late bool) {
	via, evidence := bot.ViaProxy, bot.CheckInEvidence{Name: f.Private.Name}
	if word == f.By {
		via, evidence = bot.ViaText, bot.CheckInEvidence{
			Person: f.Private.Person, Name: f.Private.Name, Message: f.Private.Message, Text: f.Private.Text,
		}
	}
	record := sess.RecordFor(f.By, via, f.Filing, late, evidence)
	e.signed, e.before = len(record), 1-len(record)
	if names := f.Private.Present; via.Own() && f.Form == bot.FilesCheckIn && f.Private.Name == "" && len(names) == 1 {
		if name, err := directory.CleanName(names[0]); err == nil {
			e.out = append(e.out, &bot.MemberNamed{Member: f.By, Unit: f.Unit, Private: bot.Actor{Person: f.Private.Person, Name: name}})
		}
	}
	e.out = append(e.out, record...)
}

// present returns who has checked in at sess, as himself or by another's word. A
// unit with several groups has a session in each for one push: one check-in does
// for all of them.
func present(s *book.State, sess *attendance.Session) map[bot.MemberID]bool {
	there := make(map[bot.MemberID]bool)
	add := func(sess *attendance.Session) {
		for _, c := range sess.CheckIns() {
			there[c.Member] = true
			if !c.Via.Own() {
				there[s.Directory.Same(c.Member)] = true
			}
		}
	}
	add(sess)
	if sess.OnPaper() {
		return there
	}
	for _, other := range s.Attendance.In(sess.Month) {
		if other != sess && other.Push == sess.Push && other.Unit == sess.Unit {
			add(other)
		}
	}
	return there
}

// text is what the writer of f is told.
func (e effects) text(f *bot.Filed) string {
	var text string
	switch f.Form {
	case bot.FilesHeadcount:
		text = "已登记人数：" + headcountWords(f.Facts) + mark(f)
	case bot.FilesActivity:
		text = "已登记教育活动：" + activityWords(f) + mark(f) + activityGaps(f)
	case bot.FilesZeroCase:
		text = fmt.Sprintf("已登记%s自报零发案%s以公安机关核定为准。", monthWords(f.Facts.Month), mark(f))
	case bot.FilesClue:
		text = "线索已收到" + mark(f) + "将转县反诈中心核查。请不要点链接、不要回拨，也不要转账。"
	case bot.FilesCheckIn:
		text = "已签到。"
		if e.signed == 0 {
			text = "此前已经签到。"
		}
	case bot.FilesLeave:
		text = fmt.Sprintf("已记请假 %d 人%s", e.excused, mark(f))
		if e.excused == 0 {
			text = "请假此前已经登记。"
		}
	default:
		text = e.signedText(f)
	}
	if e.doubts != nil {
		text += "没有计入：" + strings.Join(e.doubts, "；") + "。请写全名，或请本人签到。"
	}
	return text
}

func (e effects) signedText(f *bot.Filed) string {
	if e.signed == 0 && e.excused == 0 {
		if e.before == 0 {
			return ""
		}
		return "名单里的人此前都已签到，没有新增。"
	}
	word := f.Form.Chinese()
	if f.Form == bot.FilesPaste {
		word = "微信群签到"
	}
	text := fmt.Sprintf("已登记%s %d 人", word, e.signed)
	switch {
	case e.outside > 0 && e.outside == e.signed:
		text += "（不在名册）"
	case e.outside > 0:
		text += fmt.Sprintf("（其中 %d 人不在名册）", e.outside)
	}
	if e.excused > 0 {
		text += fmt.Sprintf("、请假 %d 人", e.excused)
	}
	if e.before > 0 {
		text += fmt.Sprintf("，另有 %d 人此前已签", e.before)
	}
	return text + mark(f)
}

// mark ends a sentence with the number by which the filing is found again, and
// that of the one whose place it takes.
func mark(f *bot.Filed) string {
	if f.Replaces != "" {
		return "（" + no(f.Filing) + "号，代替" + no(f.Replaces) + "号）。"
	}
	return "（" + no(f.Filing) + "号）。"
}

func no(id bot.FilingID) string { return filing.No(id) }

func headcountWords(f bot.Facts) string {
	var parts []string
	for _, p := range []struct {
		name string
		n    *int
	}{{"应到", f.Expected}, {"实到", f.Actual}, {"请假", f.Leave}} {
		if p.n != nil {
			parts = append(parts, fmt.Sprintf("%s %d", p.name, *p.n))
		}
	}
	return strings.Join(parts, "，")
}

func activityWords(f *bot.Filed) string {
	when := monthWords(f.Facts.Month)
	if day, err := time.Parse(time.DateOnly, f.Facts.On); err == nil {
		when += day.Format("2日")
	}
	parts := []string{when}
	for _, word := range []string{f.Facts.Act, f.Facts.Role, f.Private.Place} {
		if word != "" {
			parts = append(parts, word)
		}
	}
	if n := f.Facts.Audience; n != nil {
		parts = append(parts, fmt.Sprintf("%d 人", *n))
	}
	if n := f.Facts.Leaflets; n != nil {
		parts = append(parts, fmt.Sprintf("发放资料 %d 份", *n))
	}
	if n := f.Facts.Sent; n != nil {
		parts = append(parts, fmt.Sprintf("发送 %d 条", *n))
	}
	return strings.Join(parts, "，")
}

// activityGaps says what a full record of an activity has and f has not.
func activityGaps(f *bot.Filed) string {
	var gaps []string
	if f.Facts.On == "" {
		gaps = append(gaps, "日期")
	}
	if f.Private.Place == "" && f.Facts.Sent == nil {
		gaps = append(gaps, "地点")
	}
	if f.Facts.Audience == nil && f.Facts.Sent == nil {
		gaps = append(gaps, "人数")
	}
	if gaps == nil {
		return "照片、签到表请留存备查。"
	}
	return "还缺" + strings.Join(gaps, "、") + "，请写全再发一条；照片、签到表请留存备查。"
}

func monthWords(month string) string {
	m, err := bot.ParseMonth(month)
	if err != nil {
		return "本月"
	}
	return m.Chinese()
}

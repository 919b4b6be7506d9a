package handlers

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
)

// present returns who counts at the newest session of a unit: names and ways.
func (o *office) present(u bot.UnitID) string {
	o.t.Helper()
	var out []string
	if err := o.book.View(o.t.Context(), func(s *book.State, _ time.Time) error {
		for _, sess := range s.Attendance.Sessions() {
			if sess.Unit != u {
				continue
			}
			out = nil
			for _, c := range sess.Distinct(s.Directory.Same) {
				out = append(out, s.Directory.MemberByID(c.Member).Name+":"+string(c.Via))
			}
		}
		return nil
	}); err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// TestFrameComesAgain hands in each statement twice under one message id, as a
// platform may, also after others have spoken: nothing is written the second
// time.
func TestFrameComesAgain(t *testing.T) {
	for _, text := range []string{
		"替李四签到", "我和李四都签到", "应到7人，实到5人，请假2人", "李四请病假", "11月20日开展反诈培训，35人参加", "本月零发案",
		"这个号码 +852 5123 4567 打来说是客服退款", "代签4人：李四、赵六、孙八", "把李四去掉，他调走了", "请个假，下乡",
		"#接龙\n反诈签到\n1. 李四\n2. 赵六",
	} {
		for _, who := range []string{"wang", "zhang"} { // the liaison, and a member
			o := running(t)
			in := bot.Inbound{ID: "frame-1", Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "g1"}, From: bot.PersonID(who), Text: text, Mentioned: true}
			o.handle(in)
			o.group("g1", "zhao", "签到")
			size, before := o.book.Size(), o.present("jiaoke")
			o.handle(in)
			if kinds := o.kinds(size); len(kinds) != 0 {
				t.Errorf("%s by %s: the second time wrote %v", text, who, kinds)
			}
			if after := o.present("jiaoke"); after != before {
				t.Errorf("%s by %s: present %s, before %s", text, who, after, before)
			}
		}
	}
}

// TestOwnerComesLater: whoever was signed for and then checks in himself counts
// once, as himself; whoever has checked in is not signed for.
func TestOwnerComesLater(t *testing.T) {
	o := running(t)
	o.group("g1", "wang", "替李四、赵六签到")
	o.group("g1", "li", "我是李四，签到")
	o.group("g1", "wang", "替李四签到")
	if got := o.present("jiaoke"); got != "李四:text 赵六:proxy" {
		t.Errorf("present = %s", got)
	}
}

// TestOnlyWhoMaySettle: not a member, not another unit's liaison, not an
// operator without the role.
func TestOnlyWhoMaySettle(t *testing.T) {
	o := running(t)
	o.roster("农行", "吴九=wu*")
	o.group("g1", "zhang", "替李四签到")
	size := o.book.Size()
	for _, who := range []string{"zhang", "wu", "stranger", "op-lin", "op-none"} {
		for _, text := range []string{"同意 1", "不计 1", "全部同意", "更正 1 不对"} {
			if answer := o.private(who, text); strings.Contains(answer, "已登记") || strings.Contains(answer, "不计入。") || strings.Contains(answer, "已更正") {
				t.Errorf("%s said %s and was told %s", who, text, answer)
			}
		}
		if answer := o.private(who, "待办"); strings.Contains(answer, "李四") {
			t.Errorf("%s saw what waits: %s", who, answer)
		}
	}
	for _, k := range o.kinds(size) {
		if strings.HasPrefix(string(k), "filing.") || k == "checkin.recorded" {
			t.Errorf("wrote %s", k)
		}
	}
	if got := o.private("op-ban", "同意 1"); !strings.Contains(got, "已登记代签 1 人") {
		t.Errorf("the office was told %s", got)
	}
}

// TestWhatIsNotKept: of leave, what is the matter with whom; of a copied record,
// what somebody wrote who is being cheated.
func TestWhatIsNotKept(t *testing.T) {
	o := running(t)
	o.group("g1", "zhang", "请个假，孩子发烧住院")
	o.group("g1", "wang", "李四做手术，替他请个假")
	o.group("g1", "wang", "应到5人，实到3人，李四发烧、赵六手术请假")
	o.private("wang", "粘贴\n赵六 11-23 09:12\n我被骗了，刚给客服转了三万\n\n赵六 11-23 09:15\n签到")
	for i, r := range o.records(0) {
		for _, b := range [][]byte{r.Leaf, r.Private} {
			for _, word := range []string{"发烧", "手术", "三万", "被骗"} {
				if bytes.Contains(b, []byte(word)) {
					t.Errorf("entry %d keeps %s: %s", i, word, b)
				}
			}
		}
	}
}

func TestNewFiling(t *testing.T) {
	in := bot.Inbound{ID: "m1", From: "wang", Text: "原文"}
	said := bot.FilingText{Person: "wang", Message: "m1", Text: "原文"}
	for _, c := range []struct {
		rule string
		r    chat.Reading
		want *bot.Filed // nil if nothing is filed
	}{
		{"a plain check-in is none", chat.Reading{Intent: chat.CheckIn, Counts: chat.Yes}, nil},
		{"talk is none", chat.Reading{Intent: chat.Chitchat}, nil},
		{"a check-in in doubt is asked about", chat.Reading{Intent: chat.CheckIn, Counts: chat.IfAsked},
			&bot.Filed{Form: bot.FilesCheckIn, Private: with(said, func(p *bot.FilingText) { p.Ask = questions[bot.FilesCheckIn] })}},
		{"the reading's own question comes first", chat.Reading{Intent: chat.CheckInProxy, Counts: chat.IfAsked, Ask: "几个人？", Names: []string{"李四"}},
			&bot.Filed{Form: bot.FilesProxy, Private: with(said, func(p *bot.FilingText) { p.Ask, p.Present = "几个人？", []string{"李四"} })}},
		{"marks in a list", chat.Reading{Intent: chat.CheckInList, Counts: chat.Yes, Names: []string{"李四", "王五"}, Proxied: []string{"王五"}, OnLeave: []string{"赵六"}, Title: "签到"},
			&bot.Filed{Form: bot.FilesList, Private: with(said, func(p *bot.FilingText) {
				p.Present, p.Proxied, p.OnLeave, p.Title = []string{"李四"}, []string{"王五"}, []string{"赵六"}, "签到"
			})}},
		{"all of a unit is who was there", chat.Reading{Intent: chat.CheckInCount, Counts: chat.Yes, Count: new(12)},
			&bot.Filed{Form: bot.FilesHeadcount, Facts: bot.Facts{Actual: new(12)}, Private: said}},
		{"names on leave are counted", chat.Reading{Intent: chat.CheckInCount, Counts: chat.Yes, Actual: new(5), OnLeave: []string{"李四"}},
			&bot.Filed{Form: bot.FilesHeadcount, Facts: bot.Facts{Actual: new(5), Leave: new(1)}, Private: with(said, func(p *bot.FilingText) { p.Text, p.OnLeave = "实到 5，请假 1（李四）", []string{"李四"} })}},
		{"an activity's people", chat.Reading{Intent: chat.ActivityReport, Counts: chat.Yes, Count: new(35), Date: "2026-11-20", Act: "培训", Place: "会议室"},
			&bot.Filed{Form: bot.FilesActivity, Facts: bot.Facts{On: "2026-11-20", Act: "培训", Audience: new(35)}, Private: with(said, func(p *bot.FilingText) { p.Place = "会议室" })}},
		{"a clue is defanged", chat.Reading{Intent: chat.Clue, Kind: "url", Value: "http://a.com"},
			&bot.Filed{Form: bot.FilesClue, Facts: bot.Facts{Clue: "url"}, Private: with(said, func(p *bot.FilingText) { p.Value = "hxxp://a[.]com" })}},
	} {
		f, ok := newFiling(c.r, in)
		if !ok {
			if c.want != nil {
				t.Errorf("%s: nothing is filed", c.rule)
			}
			continue
		}
		if diff := cmp.Diff(c.want, &f); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.rule, diff)
		}
	}
}

func with(p bot.FilingText, change func(*bot.FilingText)) bot.FilingText {
	change(&p)
	return p
}

func TestClip(t *testing.T) {
	long := strings.Repeat("反", maxText)
	if got := clip(long); len(got) > maxText || !strings.HasPrefix(long, got) || len(got) < maxText-3 {
		t.Errorf("clip keeps %d bytes, want whole characters up to %d", len(got), maxText)
	}
	if clip("签到") != "签到" {
		t.Error("clip changed a short text")
	}
}

// TestQueueIsCalledToMind: each workday whoever has something waiting is told so,
// the office where a unit has no liaison; nobody else, and not by name.
func TestQueueIsCalledToMind(t *testing.T) {
	o := running(t)
	remind := func() (people []string) {
		o.do(func(s *book.State, now time.Time) ([]bot.Payload, error) {
			out, err := o.bot.RemindOfQueue(s, now)
			ids := make(map[bot.DeliveryID]bool)
			for _, p := range out {
				d := p.(*bot.DeliveryPlanned)
				if ids[d.Delivery] || strings.Contains(d.Private.Text, "李四") {
					t.Errorf("notice = %+v", d)
				}
				ids[d.Delivery] = true
				people = append(people, string(d.Private.Person))
			}
			return out, err
		})
		return people
	}
	if got := remind(); got != nil {
		t.Errorf("nothing waits, and %v are told", got)
	}
	o.group("g1", "zhang", "替李四签到") // this tells the liaison at once
	if got := remind(); got != nil {
		t.Errorf("on the same day %v are told again", got)
	}
	o.now = o.now.AddDate(0, 0, 1)
	if got := remind(); len(got) != 1 || got[0] != "wang" {
		t.Errorf("told are %v, want the liaison", got)
	}
	o.now = o.now.AddDate(0, 0, 1)
	o.roster("教科局", "张三=zhang") // no liaison any more
	if got := strings.Join(remind(), " "); got != "op-ban op-all" {
		t.Errorf("told are %s, want the office", got)
	}
}

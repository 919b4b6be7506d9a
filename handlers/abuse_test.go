package handlers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/report"
)

// row returns the row of a unit in the table of the present month.
func (o *office) row(u bot.UnitID) (r report.Row) {
	o.t.Helper()
	if err := o.book.View(o.t.Context(), func(s *book.State, now time.Time) error {
		for _, r = range report.Month(s, bot.MonthOf(now)).Rows {
			if r.Unit.ID == u {
				return nil
			}
		}
		return fmt.Errorf("no row of %s", u)
	}); err != nil {
		o.t.Fatal(err)
	}
	return r
}

// hears fails the test unless the answer has all the words.
func (o *office) hears(answer string, words ...string) {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(answer, w) {
			o.t.Errorf("was told %q, want %q in it", answer, w)
		}
	}
}

// TestHeadCountsAgreedAtOnce: of two that wait for one session the later stands,
// they are not added up.
func TestHeadCountsAgreedAtOnce(t *testing.T) {
	o := running(t)
	o.group("g1", "zhang", "应到5人，实到4人，请假1人")
	o.group("g1", "li", "应到5人，实到5人")
	o.private("wang", "全部同意")
	if h := o.row("jiaoke").Heads; h.Parts != 1 || *h.Expected != 5 || *h.Actual != 5 {
		t.Errorf("heads = %+v, want 5 of 5 of one part", h)
	}
}

// TestSaidAnewWithoutChange: who says his waiting count again does not lose it.
func TestSaidAnewWithoutChange(t *testing.T) {
	o := running(t)
	o.group("g1", "zhang", "应到5人，实到3人，请假2人")
	o.hears(o.group("g1", "zhang", "更正：实到3人"), "1号，待确认")
	o.hears(o.private("wang", "待办"), "1号")
	o.hears(o.group("g1", "zhang", "更正：实到4人"), "2号")
	o.hears(o.private("wang", "同意 2"), "实到 4")
	o.hears(o.private("wang", "待办"), "没有待办")
}

// TestSaidAnewLater: a count that is put right stays at its session, also when
// another is open.
func TestSaidAnewLater(t *testing.T) {
	o := running(t)
	o.group("g1", "wang", "应到5人，实到3人，请假2人")
	o.do(func(*book.State, time.Time) ([]bot.Payload, error) {
		return []bot.Payload{&bot.SessionOpened{Session: "S000099", Push: "P000099", Group: "g0001", Unit: "jiaoke", Title: "第二场", DueAt: o.now.Add(72 * time.Hour), EndsAt: o.now.Add(96 * time.Hour)}}, nil
	})
	o.now = o.now.Add(time.Hour)
	o.group("g1", "wang", "更正：实到4人")
	o.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		if f := s.Filings.Filing("F000002"); f == nil || f.Session != "S000001" || f.Replaces != "F000001" {
			t.Errorf("the second filing = %+v, want it in the place of the first", f)
		}
		return nil, nil
	})
}

// TestNothingToConfirm: a statement without a name or a number is asked about and
// nothing that 是 could make count.
func TestNothingToConfirm(t *testing.T) {
	o := running(t)
	for _, text := range []string{"替全体人员签到", "替局长签到"} {
		size := o.book.Size()
		o.hears(o.group("g1", "wang", text), "？")
		o.group("g1", "wang", "是")
		for _, k := range o.kinds(size) {
			if k != "member.met" {
				t.Errorf("%s: wrote %s", text, k)
			}
		}
	}
}

// TestSignedForAgain: who no longer counts, because a list was taken back, can be
// signed for in the same words, and by the same text.
func TestSignedForAgain(t *testing.T) {
	const list = "粘贴\n#接龙\n反诈签到\n1. 李四\n2. 赵六"
	o := running(t)
	o.group("g1", "wang", "替李四签到")
	o.group("g1", "wang", "替李四、赵六签到")
	o.private("wang", "更正 1 报错了")
	o.hears(o.group("g1", "wang", "替李四、赵六签到"), "1 人", "另有 1 人")
	o.hears(o.private("wang", list), "此前都已签到")
	o.private("wang", "更正 2 报错了")
	o.private("wang", "更正 3 报错了")
	o.hears(o.private("wang", list), "微信群签到 2 人")
	o.private("wang", "粘贴\n#接龙\n反诈签到\n1. 孙八")
	o.hears(o.private("wang", list), "没有新增")
	if got := o.present("jiaoke"); got != "李四:paste 赵六:paste 孙八:paste" {
		t.Errorf("present = %s", got)
	}
}

// TestActivityCompleted: the bot asks for what is missing; whoever then says it in
// full has held one activity, not two.
func TestActivityCompleted(t *testing.T) {
	o := running(t)
	o.hears(o.group("g1", "wang", "11月20日组织反诈培训，35人参加"), "还缺地点")
	o.hears(o.group("g1", "wang", "11月20日在三楼会议室组织反诈培训，35人参加"), "代替1号")
	if n := o.row("jiaoke").Activities(); n != 1 {
		t.Errorf("%d activities, want one", n)
	}
	o.group("g1", "wang", "11月21日在三楼会议室组织反诈培训，35人参加")
	if n := o.row("jiaoke").Activities(); n != 2 {
		t.Errorf("%d activities, want that of another day too", n)
	}
}

// TestFlood: nobody can bury the queue, and nobody agrees to what he has not been
// shown.
func TestFlood(t *testing.T) {
	o := running(t)
	for i := range 40 {
		o.group("g1", "zhang", fmt.Sprintf("应到%d人，实到%d人", 50+i, 50+i))
	}
	o.hears(o.group("g1", "zhang", "替赵六签到"), "20 条")
	o.hears(o.group("g1", "zhang", "签到"), "已签到")
	answer := o.private("wang", "待办")
	o.hears(answer, "待办 20 项", "还有 5 项")
	o.private("wang", "全部同意")
	o.hears(o.private("wang", "待办"), "待办 5 项")
	o.hears(o.private("wang", "同意 "+strings.Repeat("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 ", 2)), "一次最多")
}

// TestQueueShowsNothingToClick: what anybody wrote is shown to the liaison in a
// form that does no harm.
func TestQueueShowsNothingToClick(t *testing.T) {
	if got, want := brief("替赵六\n签到\u202e\x00 http://evil.example.com/a"), "替赵六 签到 hxxp://evil[.]example[.]com/a"; got != want {
		t.Errorf("brief = %q, want %q", got, want)
	}
}

// TestLiaisonIsNoJudgeOfComplaints: a wish to correct and a clue are the office's.
func TestLiaisonIsNoJudgeOfComplaints(t *testing.T) {
	o := running(t)
	o.group("g1", "zhang", "把李四去掉，他调走了")
	o.group("g1", "zhang", "这个号码 +852 5123 4567 打来说是客服退款")
	o.hears(o.private("wang", "不计 1"), "由反诈办公室处理")
	o.hears(o.private("wang", "更正 2 不实"), "由反诈办公室处理")
	o.hears(o.private("op-ban", "同意 1"), "已办结")
}

// TestOnlyWhatWasJustSaid: 撤回 means what was said today, not a report of weeks
// ago.
func TestOnlyWhatWasJustSaid(t *testing.T) {
	o := running(t)
	o.group("g1", "wang", "11月20日在三楼会议室组织反诈培训，35人参加")
	o.now = o.now.Add(6 * 24 * time.Hour)
	o.hears(o.group("g1", "wang", "签错了，撤回"), "更正 1 ")
	if n := o.row("jiaoke").Activities(); n != 1 {
		t.Errorf("%d activities, want it to stay", n)
	}
}

// TestAnothersWordForADoubtfulCheckIn: that the liaison settles what its writer
// never answered is the liaison's word.
func TestAnothersWordForADoubtfulCheckIn(t *testing.T) {
	o := running(t)
	o.group("g1", "zhang", "我签，我签还不行吗")
	o.private("wang", "同意 1")
	if got := o.present("jiaoke"); got != "张三:proxy" {
		t.Errorf("present = %s, want it to be the liaison's word", got)
	}
	o.group("g1", "li", "我是李四")
	o.group("g1", "li", "我签，我签还不行吗")
	o.group("g1", "wang", "替李四签到")
	o.group("g1", "li", "是")
	if got := o.present("jiaoke"); got != "张三:proxy 李四:text" {
		t.Errorf("present = %s, want 李四's own word", got)
	}
}

// TestAnsweredFrameComesAgain: a yes, an agreement, a withdrawal and a check-in do
// once what they do, also if more has become open since.
func TestAnsweredFrameComesAgain(t *testing.T) {
	group := bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "g1"}
	open := func(o *office) {
		o.do(func(*book.State, time.Time) ([]bot.Payload, error) {
			return []bot.Payload{&bot.SessionOpened{Session: "S000099", Push: "P000099", Group: "g0001", Unit: "jiaoke", Title: "第二场", DueAt: o.now.Add(72 * time.Hour), EndsAt: o.now.Add(96 * time.Hour)}}, nil
		})
	}
	ask := func(o *office) { o.group("g1", "zhang", "我签，我签还不行吗") }
	sign := func(o *office) { o.group("g1", "zhang", "替赵六签到") }
	for _, c := range []struct {
		who, text string
		private   bool
		before    func(*office)
		between   func(*office)
	}{
		{"zhang", "是", false, func(o *office) { o.group("g1", "zhang", "我和李四、赵六3人参加了，代签4人"); ask(o) }, func(*office) {}},
		{"wang", "全部同意", true, sign, func(o *office) { o.group("g1", "zhang", "替孙八签到") }},
		{"zhang", "签错了，撤回", false, func(o *office) { o.group("g1", "zhang", "签到"); open(o); o.group("g1", "zhang", "签到") }, func(*office) {}},
		{"zhang", "签到", false, func(*office) {}, open},
		{"zhang", "签到", false, func(*office) {}, func(o *office) { o.group("g1", "zhang", "签错了，撤回") }},
		{"zhang", "下乡，请个假", false, func(*office) {}, open},
		{"wang", "我和王五签到", false, func(*office) {}, open},
	} {
		o := running(t)
		c.before(o)
		in := bot.Inbound{ID: "frame-1", Chat: group, From: bot.PersonID(c.who), Text: c.text}
		if c.private {
			in.Chat = bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: c.who}
		}
		size := o.book.Size()
		first := o.handle(in)
		if len(o.kinds(size)) == 0 {
			t.Errorf("%s: nothing was written at first; was told %s", c.text, first)
		}
		c.between(o)
		size = o.book.Size()
		again := o.handle(in)
		if kinds := o.kinds(size); len(kinds) > 0 {
			t.Errorf("%s: the second time wrote %v and said %s", c.text, kinds, again)
		}
	}
}

// TestDangerInWhatIsNoRecord: who writes 粘贴 before a call for help is answered
// like anybody.
func TestDangerInWhatIsNoRecord(t *testing.T) {
	o := running(t)
	for _, who := range []string{"zhang", "wang", "op-ban", "op-lin", "stranger"} {
		if answer := o.private(who, "粘贴\n我被骗了，刚转了三万给客服"); answer != dangerText {
			t.Errorf("%s was told %s", who, answer)
		}
	}
}

// TestFormsOfAddress: whom somebody calls 王局长 may have checked in under his name.
func TestFormsOfAddress(t *testing.T) {
	o := running(t)
	o.hears(o.group("g1", "wang", "代签：王局长、李四"), "代签 1 人", "“王局长”只有称呼")
	if got := o.present("jiaoke"); got != "李四:proxy" {
		t.Errorf("present = %s", got)
	}
}

// TestDoubtfulAreOfThoseWhoCame: the table and the texts count the same people as
// doubtful, those who checked in themselves.
func TestDoubtfulAreOfThoseWhoCame(t *testing.T) {
	o := running(t)
	o.group("g1", "li", "我是李四")
	o.group("g1", "wang", "替李四签到")
	if answer := o.private("wang", "本单位本月"); o.row("jiaoke").Doubtful != 0 || strings.Contains(answer, "姓名待确认") {
		t.Errorf("the table has %d, the text says %s", o.row("jiaoke").Doubtful, answer)
	}
	o.group("g1", "li", "签到")
	if answer := o.private("wang", "本单位本月"); o.row("jiaoke").Doubtful != 1 || !strings.Contains(answer, "姓名待确认：1 人") {
		t.Errorf("the table has %d, the text says %s", o.row("jiaoke").Doubtful, answer)
	}
}

// TestLongAgoIsAskedAbout: a month that is yet to come is read as last year's; that
// may have been a slip.
func TestLongAgoIsAskedAbout(t *testing.T) {
	o := running(t)
	o.hears(o.group("g1", "wang", "12月零发案"), "登记到2025年12月，对吗")
	o.hears(o.group("g1", "wang", "是"), "已登记2025年12月自报零发案")
	o.hears(o.group("g1", "wang", "11月28日在礼堂开展反诈培训，20人参加"), "登记到2025年11月，对吗")
	o.group("g1", "wang", "不是")
	o.hears(o.group("g1", "wang", "11月20日在礼堂开展反诈培训，20人参加"), "2026年11月20日")
}

package app_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/cmd/internal/demo"
)

// A speech is what a liaison or a member says, and a word of the answer that
// shows that it was taken.
type speech struct {
	private bool
	who     int // index of the person in his unit; 0 is the liaison
	text    string
	taken   string
}

// speeches are a unit's month in words: signing for others, a count, an activity,
// a member's wish and the liaison's word on it, and a chat record.
func speeches(people []demo.Person) []speech {
	name := func(i int) string { return people[i].Name }
	return []speech{
		{who: 0, text: "替" + name(1) + "、" + name(2) + "签到", taken: "已登记代签 2 人"},
		{who: 0, text: "应到6人，实到5人，请假1人", taken: "已登记人数"},
		{who: 0, text: "11月1日在会议室开展反诈培训，35人参加", taken: "已登记教育活动"},
		{who: 3, text: "替" + name(4) + "签到", taken: "已转联络员"},
		{who: 0, private: true, text: "全部同意", taken: "已登记代签 1 人"},
		{who: 0, private: true, text: "粘贴\n" + name(5) + " 11-02 09:00\n签到\n\n" + name(1) + " 11-02 09:01\n签到", taken: "已登记微信群签到 1 人"},
		{who: 1, text: "签到", taken: "已签到"},
		{who: 1, text: "签错了，撤回", taken: "已撤回"},
	}
}

// TestFilingsSurviveACrash kills the program at each append of such a month and
// has people say again what got no answer. What was answered is there, and
// nothing counts twice.
func TestFilingsSurviveACrash(t *testing.T) {
	t.Parallel()
	step := int64(1)
	if raced {
		step = 5
	}
	appends := playSpeeches(t, 0, false)
	if appends < 8 {
		t.Fatalf("a month of filings has %d appends, want one for each at least", appends)
	}
	for n := int64(1); n <= appends; n += step {
		for _, written := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d/written=%t", n, written), func(t *testing.T) { playSpeeches(t, n, written) })
		}
	}
}

// playSpeeches plays them, killing the program at append n (0 for never), before
// or after it is written, and returns how many appends there were.
func playSpeeches(t *testing.T, n int64, written bool) int64 {
	var appends atomic.Int64
	inCounty(t, 1, 6, func(c *county) {
		c.open()
		c.push(c.approved(draft("刷单返利")))
		var dead atomic.Bool
		c.ledger.FailAppend(func(int64, []ledger.Record) error {
			switch {
			case dead.Load():
				return errKilled
			case appends.Add(1) != n:
				return nil
			}
			dead.Store(true)
			c.line.cut()
			if written {
				return ledgertest.AfterWrite(errKilled)
			}
			return errKilled
		})
		u := c.Units[0].ID
		for _, s := range speeches(c.People[u]) {
			c.speak(u, s, &dead)
		}
		judgeSpeeches(c, u)
	})
	return appends.Load()
}

// speak has somebody say s until he is answered. Once the program has died, the
// answer to what he repeats may be that it is known.
func (c *county) speak(u bot.UnitID, s speech, dead *atomic.Bool) {
	c.Helper()
	p := c.People[u][s.who]
	for try := range 3 {
		chat := c.Groups[u]
		if s.private {
			chat = c.Platform.PrivateChat(c.Platform.Bots()[0].ID, p.UserID)
		}
		before := len(c.Platform.Sent(chat))
		if s.private {
			if _, err := c.Platform.Tell(p.UserID, s.text); err != nil {
				c.Fatal(err)
			}
		} else {
			c.say(u, p, s.text)
		}
		c.pass(time.Second)
		answer := ""
		for _, m := range c.Platform.Sent(chat)[before:] {
			answer += m.Text + "\n"
		}
		known := try > 0 && (strings.Contains(answer, "登记过") || strings.Contains(answer, "没有新增") || strings.Contains(answer, "没有待办") ||
			strings.Contains(answer, "没有可以"))
		if strings.Contains(answer, s.taken) || known {
			return
		}
		if !dead.Load() {
			c.Fatalf("%s said %q and was told %q", p.Name, s.text, answer)
		}
		_ = c.stop() // a dead process says nothing
		dead.Store(false)
		c.start()
		c.pass(time.Minute)
	}
	c.Fatalf("%s said %q three times and got no answer", p.Name, s.text)
}

// judgeSpeeches checks what must be there at the end, once each.
func judgeSpeeches(c *county, u bot.UnitID) {
	c.Helper()
	c.checkIns() // nobody twice
	month := bot.Month{Year: 2026, Month: time.November}
	c.look(func(s *book.State) {
		for form, want := range map[bot.FilingForm]int{
			bot.FilesProxy: 2, bot.FilesHeadcount: 1, bot.FilesActivity: 1, bot.FilesPaste: 1,
		} {
			if got := len(s.Filings.Standing(u, form, month)); got != want {
				c.Errorf("%d filings of %s stand, want %d", got, form.Chinese(), want)
			}
		}
		if w := s.Filings.Waiting(""); len(w) != 0 {
			c.Errorf("%d filings wait at the end, the first %+v", len(w), w[0].Filed)
		}
		var present []string
		for _, sess := range s.Attendance.In(month) {
			for _, ci := range sess.Distinct(s.Directory.Same) {
				present = append(present, s.Directory.MemberByID(ci.Member).Name+":"+string(ci.Via))
			}
		}
		people := c.People[u]
		want := fmt.Sprint([]string{people[1].Name + ":proxy", people[2].Name + ":proxy", people[4].Name + ":proxy", people[5].Name + ":paste"})
		if got := fmt.Sprint(present); got != want {
			c.Errorf("present are %s, want %s", got, want)
		}
	})
}

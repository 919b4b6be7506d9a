package handlers

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/chat"
	"fanzha/bot/ledger"
)

// running returns an office with one group, its roster, and an open session
// S000001.
func running(t *testing.T) *office {
	o := newOffice(t)
	playTranscript(o, `
> roster 教科局 张三=zhang,王五=wang*
> private op-ban 绑定码 教科局
> g1 wang 绑定 {code}
> private op-lin 起草\n类别：诈骗预警\n主题：刷单返利\n手法：先返小利。\n防范：不垫资。\n来源：县公安局\n日期：2026-11-20
> private op-shi 核实 A0001 {hash}
> private op-ban 审批 A0001 {hash}
> private op-ban 推送 A0001
> deliver sent`)
	return o
}

// TestDangerLeavesNothing is the promise of the answer: neither the words nor
// the person are in any byte that is kept.
func TestDangerLeavesNothing(t *testing.T) {
	o := newOffice(t)
	size := o.book.Size()
	const words, person = "我被骗了，转了三万给骗子", "victim-0815"
	for _, answer := range []string{o.group("g9", person, words), o.private(person, words)} {
		if !strings.Contains(answer, "110") || !strings.Contains(answer, "96110") {
			t.Errorf("answer = %q, want 110 and 96110", answer)
		}
	}
	for _, r := range o.records(size) {
		for _, b := range [][]byte{r.Leaf, r.Private} {
			if bytes.Contains(b, []byte(words)) || bytes.Contains(b, []byte("骗")) || bytes.Contains(b, []byte(person)) {
				t.Errorf("kept: %s", b)
			}
		}
	}
	if kinds := o.kinds(size); len(kinds) != 2 || kinds[0] != "danger.raised" || kinds[1] != "danger.raised" {
		t.Errorf("kinds = %v, want two danger.raised", kinds)
	}
}

// TestNamesStandInPrivatePartsOnly plays people and looks for them in the leaves,
// which are kept for ever.
func TestNamesStandInPrivatePartsOnly(t *testing.T) {
	o := running(t)
	o.click("g1", "zhang", "S000001-1-51807f20")
	o.group("g1", "person-li", "我是李四，签到")
	o.group("g1", "wang", "确认 李四")
	o.private("op-ban", "李四 11月")
	o.private("person-li", "我的记录")
	o.group("g1", "wang", "替赵六、钱七签到，孙八请假")
	o.group("g1", "zhang", "替李四签到")
	o.private("wang", "不计 2")
	o.private("wang", "粘贴\n#接龙\n张三通知的学习签到\n1. 李四\n2. 钱七")
	o.private("wang", "更正 1 赵六没有来")
	o.group("g1", "zhang", "11月20日李四家门口开展反诈宣传，35人参加")
	for i, r := range o.records(0) {
		for _, name := range []string{"张三", "李四", "王五", "赵六", "钱七", "孙八", "zhang", "person-li", "wang"} {
			if bytes.Contains(r.Leaf, []byte(name)) {
				t.Errorf("entry %d has %s in its leaf: %s", i, name, r.Leaf)
			}
		}
	}
}

// TestDangerIsAnsweredThoughTheBookFails: no state that can fail stands before it.
func TestDangerIsAnsweredThoughTheBookFails(t *testing.T) {
	o := newOffice(t)
	broken := errors.New("disk full")
	o.ledger.FailAppend(func(int64, []ledger.Record) error { return broken })
	o.broken = true
	answer := o.group("g1", "zhang", "我被骗了，转了三万")
	if answer != dangerText {
		t.Errorf("answer = %q, want the call for 110", answer)
	}
	_, err := o.bot.Handle(context.Background(), bot.Inbound{Chat: bot.Chat{Kind: bot.GroupChat, ID: "g1"}, From: "zhang", Text: "签到", At: o.now})
	if !errors.Is(err, book.ErrStopped) {
		t.Errorf("Handle = %v, want an error: nothing may be acknowledged that was not recorded", err)
	}
}

func TestRepeatedFrameDraftsOnce(t *testing.T) {
	o := newOffice(t)
	in := bot.Inbound{ID: "frame-1", Chat: bot.Chat{Kind: bot.PrivateChat, ID: "op-lin"}, From: "op-lin",
		Text: "起草\n类别：诈骗预警\n主题：刷单返利\n手法：先返小利。\n防范：不垫资。\n来源：县公安局\n日期：2026-11-20"}
	first := o.handle(in)
	size := o.book.Size()
	if again := o.handle(in); again != first || o.book.Size() != size {
		t.Errorf("the frame again: %d entries, answer %q, want none and the same", o.book.Size()-size, again)
	}
}

func TestClicksAtOnceAreOneCheckIn(t *testing.T) {
	o := running(t)
	size := o.book.Size()
	in := bot.Inbound{ID: "c", At: o.now, Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "g1"}, From: "zhang",
		Click: &bot.Click{Card: "S000001-1-51807f20", Button: bot.CheckInButton}}
	answers := make([]string, 16)
	var people sync.WaitGroup
	for i := range answers {
		people.Go(func() {
			a, err := o.bot.Handle(context.Background(), in)
			if err != nil {
				t.Error(err)
			}
			answers[i] = show(a)
		})
	}
	people.Wait()
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("answers differ: %q and %q", a, answers[0])
		}
	}
	if kinds := o.kinds(size); len(kinds) != 2 || kinds[1] != "checkin.recorded" {
		t.Errorf("kinds = %v, want one meeting and one check-in", kinds)
	}
	in.Click.Button = "other"
	if a, err := o.bot.Handle(context.Background(), in); err != nil || a != (bot.Answer{}) {
		t.Errorf("another button: %v, %v, want silence", a, err)
	}
}

func TestTell(t *testing.T) {
	o := newOffice(t)
	if text, err := o.bot.Tell(t.Context(), "ban", "没建群的"); err != nil || !strings.Contains(text, "未建群") {
		t.Errorf("Tell = %q, %v, want the units without a group", text, err)
	}
	for as, words := range map[bot.OperatorID]string{"nobody": "没有操作员", "lin": "权限"} {
		if _, err := o.bot.Tell(t.Context(), as, "绑定码 教科局"); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("Tell as %s = %v, want a refusal with %s", as, err, words)
		}
	}
}

func TestImportRoster(t *testing.T) {
	const good, bad = "姓名,企业微信账号,联络员\n张三,zhang,是\n李四,,\n", "姓名,企业微信账号,联络员\n张三,zhang,是\n李四1,,\n"
	for _, c := range []struct {
		rule   string
		as     bot.OperatorID
		file   RosterFile
		refuse string
		want   int // people expected afterwards
	}{
		{rule: "one unit", as: "ban", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte(good)}, want: 2},
		{rule: "several units", as: "ban", file: RosterFile{Name: "a.csv", Data: []byte("单位,姓名\n教科局,张三\n农行,李四\n")}, want: 1},
		{rule: "without the right", as: "lin", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte(good)}, refuse: "权限"},
		{rule: "nobody", as: "x", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte(good)}, refuse: "没有操作员"},
		{rule: "no such unit", as: "ban", file: RosterFile{Unit: "火星局", Name: "a.csv", Data: []byte(good)}, refuse: "没有认出单位"},
		{rule: "no roster", as: "ban", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte("你好")}, refuse: ""},
		{rule: "a bad line", as: "ban", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte(bad)}, refuse: "没有导入"},
		{rule: "a bad line skipped", as: "ban", file: RosterFile{Unit: "教科局", Name: "a.csv", Data: []byte(bad), SkipBad: true}, want: 1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			o := newOffice(t)
			size := o.book.Size()
			text, err := o.bot.ImportRoster(t.Context(), c.as, c.file)
			if c.want == 0 {
				if refusal, ok := bot.RefusalText(err); !ok || !strings.Contains(refusal, c.refuse) || o.book.Size() != size {
					t.Errorf("ImportRoster = %q, %v, %d entries, want a refusal with %s", text, err, o.book.Size()-size, c.refuse)
				}
				return
			}
			if err != nil || !strings.Contains(text, "已导入：教科局") {
				t.Fatalf("ImportRoster = %q, %v", text, err)
			}
			o.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
				if n := s.Directory.Expected("jiaoke"); n != c.want {
					t.Errorf("%d people expected, want %d", n, c.want)
				}
				return nil, nil
			})
		})
	}
}

func TestMayExport(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		rule   string
		as     bot.OperatorID
		masked bool
		reason string
		ok     bool
	}{
		{"named, with a reason", "ban", false, "年度考核", true},
		{"named, without", "ban", false, " ", false},
		{"masked", "ban", true, "", true},
		{"without the right", "lin", true, "", false},
		{"nobody", "x", true, "", false},
	} {
		if err := o.bot.MayExport(c.as, c.masked, c.reason); (err == nil) != c.ok {
			t.Errorf("%s: MayExport = %v, want ok %t", c.rule, err, c.ok)
		}
	}
}

func TestEveryMessageIsObserved(t *testing.T) {
	o := running(t)
	var got []chat.Intent
	o.bot.Observe = func(i chat.Intent) { got = append(got, i) }
	o.click("g1", "zhang", "S000001-1-51807f20")
	o.group("g1", "zhang", "我被骗了，转了三万")
	o.private("op-ban", "本月")
	want := []chat.Intent{chat.CheckIn, chat.CaseHelp, chat.Overview}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("observed %v, want %v", got, want)
	}
}

func TestCommandWords(t *testing.T) {
	for in, want := range map[string][2]string{
		"核实 A0001": {"核实", "A0001"}, "  核实　A0001 3fa9 ": {"核实", "A0001 3fa9"}, "起草：\n类别：诈骗预警": {"起草", "类别：诈骗预警"},
		"本月": {"本月", ""}, "": {"", ""}, "起草\n\n类别": {"起草", "类别"},
	} {
		if word, rest := command(in); word != want[0] || rest != want[1] {
			t.Errorf("command(%q) = %q, %q, want %q", in, word, rest, want)
		}
	}
}

package aibot_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/aibot"
	"fanzha/bot/wechat/wechattest"
)

const (
	cmdBegin  = "aibot_upload_media_init"
	cmdChunk  = "aibot_upload_media_chunk"
	cmdFinish = "aibot_upload_media_finish"

	fileLost   = "文件没有发出去，请稍后再发一次。"
	fileUnsure = "文件可能没有发出去。如果没有收到，请稍后再发一次。"
)

// table returns an answer with a text and a file of n bytes.
func table(n int) bot.Answer {
	return bot.Answer{Text: "共 43 个单位，全表见文件。", File: &bot.File{Name: "台账.xlsx", Data: bytes.Repeat([]byte("诈0"), n/4+1)[:n]}}
}

// gives lets the handler answer every message with a.
func (r *rig) gives(a bot.Answer) {
	r.answers(func(context.Context, bot.Inbound) (bot.Answer, error) { return a, nil })
}

// said lists what the bot put into the chat: texts, and files by name.
func (r *rig) said(chat string) []string {
	synctest.Wait()
	var got []string
	for _, m := range r.p.Sent(chat) {
		got = append(got, m.Text+m.File)
	}
	return got
}

// wantSaid fails unless the bot put exactly this into the group.
func (r *rig) wantSaid(want ...string) {
	r.t.Helper()
	if got := r.said(r.group); !slices.Equal(got, want) {
		r.t.Errorf("said %q, want %q", got, want)
	}
}

func TestAFileFollowsTheText(t *testing.T) {
	for _, n := range []int{bot.MinFileBytes, 64 << 10, 64<<10 + 1, 300_000, 100*(64<<10) + 1, bot.FileBytes} {
		if n > 1<<20 && testing.Short() {
			continue
		}
		play(t, func(t *testing.T, r *rig) {
			a := table(n)
			r.gives(a)
			r.say("lisi", "台账")
			after(2 * time.Second)
			r.wantSaid(a.Text, a.File.Name)
			_, data, _ := r.p.Media(r.p.Sent(r.group)[1].Media)
			if !bytes.Equal(data, a.File.Data) {
				t.Errorf("%d bytes went out as %d", n, len(data))
			}
			if c := r.c.Counters(); c.Files != 1 || c.FilesFailed != 0 {
				t.Errorf("files %d, failed %d", c.Files, c.FilesFailed)
			}
		})
	}
}

func TestAFileGoesWhereItWasAskedFor(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.Entered {
				return bot.Answer{}, nil
			}
			return table(100), nil
		})
		private := r.p.PrivateChat(r.bot.ID, "lisi")
		if _, err := r.p.Say(private, "lisi", "台账"); err != nil {
			t.Fatal(err)
		}
		if got, want := r.said(private), []string{table(1).Text, "台账.xlsx"}; !slices.Equal(got, want) {
			t.Errorf("said %q, want %q", got, want)
		}
		r.wantSaid()
	})
}

func TestAFileMayComeWithoutWords(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.gives(bot.Answer{File: table(100).File})
		r.say("lisi", "台账")
		r.wantSaid("台账.xlsx")
	})
}

// What the platform would refuse is not even begun, and the person is told.
func TestAFileThatNobodyTakes(t *testing.T) {
	good := []byte("abcdef")
	for name, f := range map[string]bot.File{
		"no name":           {Data: good},
		"name too long":     {Name: strings.Repeat("诈", 43), Data: good},
		"name with folder":  {Name: "a/b.xlsx", Data: good},
		"name of no UTF-8":  {Name: "a\xff.xlsx", Data: good},
		"name with control": {Name: "a\n.xlsx", Data: good},
		"empty":             {Name: "a.xlsx"},
		"5 bytes":           {Name: "a.xlsx", Data: good[:5]},
		"too large":         {Name: "a.xlsx", Data: make([]byte, bot.FileBytes+1)},
	} {
		play(t, func(t *testing.T, r *rig) {
			r.gives(bot.Answer{Text: "见文件", File: &f})
			r.say("lisi", "台账")
			if got := r.said(r.group); !slices.Equal(got, []string{fileLost + "\n\n见文件"}) {
				t.Errorf("%s: said %q", name, got)
			}
			if n := r.c.Counters(); n.FilesFailed != 1 {
				t.Errorf("%s: failed %d", name, n.FilesFailed)
			}
		})
	}
}

// Refused, unanswered or cut off: the person is told once, and nothing is done
// again of which the answer was lost.
func TestAFileThatDoesNotGetOut(t *testing.T) {
	f := wechattest.Fault{Times: 1}
	refuse := func(cmd string, code int) wechattest.Fault {
		f := f
		f.Kind, f.Cmd, f.Code = wechattest.RefuseCommand, cmd, code
		return f
	}
	strike := func(kind wechattest.FaultKind, cmd string) wechattest.Fault {
		f := f
		f.Kind, f.Cmd = kind, cmd
		return f
	}
	for _, tt := range []struct {
		name  string
		fault wechattest.Fault
		told  string
		file  bool // it came all the same
	}{
		{"upload refused", refuse(cmdBegin, 40058), fileLost, false},
		{"chunk refused", refuse(cmdChunk, 45002), fileLost, false},
		{"finish refused", refuse(cmdFinish, 40058), fileLost, false},
		{"unknown code", refuse(cmdFinish, 123456), fileLost, false},
		{"message refused", refuse(cmdSend, 40201), fileLost, false},
		{"upload unanswered", strike(wechattest.NoAnswer, cmdBegin), fileLost, false},
		{"chunk unanswered", strike(wechattest.NoAnswer, cmdChunk), fileLost, false},
		{"link lost before a chunk", strike(wechattest.LoseRequest, cmdChunk), fileLost, false},
		{"link lost after finish", strike(wechattest.LoseAnswer, cmdFinish), fileLost, false},
		{"message unanswered", strike(wechattest.NoAnswer, cmdSend), fileUnsure, true},
		{"link lost before the message", strike(wechattest.LoseRequest, cmdSend), fileUnsure, false},
		{"link lost after the message", strike(wechattest.LoseAnswer, cmdSend), fileUnsure, true},
	} {
		play(t, func(t *testing.T, r *rig) {
			a := table(200_000)
			r.gives(a)
			r.fault(tt.fault)
			r.say("lisi", "台账")
			after(time.Hour)
			want := []string{a.Text, tt.told}
			if tt.file {
				want = []string{a.Text, a.File.Name, tt.told}
			}
			if got := r.said(r.group); !slices.Equal(got, want) {
				t.Errorf("%s: said %q, want %q", tt.name, got, want)
			}
			if n := r.c.Counters(); n.Files != 0 || n.FilesFailed != 1 {
				t.Errorf("%s: files %d, failed %d", tt.name, n.Files, n.FilesFailed)
			}
			logs := r.logs.String()
			if !strings.Contains(logs, "file not sent") || strings.Contains(logs, "台账") || strings.Contains(logs, "lisi") {
				t.Errorf("%s: log %s", tt.name, logs)
			}
		})
	}
}

// A no that means later is none: the platform has taken nothing.
func TestAFileWaitsForThePlatform(t *testing.T) {
	for _, tt := range []struct {
		cmd    string
		code   int
		begins int // uploads
	}{
		{cmdBegin, 45009, 1},
		{cmdChunk, -1, 2},
		{cmdFinish, 846609, 2},
		{cmdSend, 846607, 1},
		{cmdSend, 846609, 1},
	} {
		play(t, func(t *testing.T, r *rig) {
			a := table(200_000)
			r.gives(a)
			r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: tt.cmd, Code: tt.code, Times: 1})
			begins := r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdBegin, After: time.Second})
			defer begins()
			r.say("lisi", "台账")
			after(5 * time.Minute)
			r.wantSaid(a.Text, a.File.Name)
			if n := r.p.Faults().Struck(wechattest.DelayAnswer); n < tt.begins {
				t.Errorf("%s %d: %d uploads, want %d", tt.cmd, tt.code, n, tt.begins)
			}
		})
	}
}

func TestAFileIsGivenUpAfterAWhile(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		a := table(100)
		r.gives(a)
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdBegin, Code: -1})
		r.say("lisi", "台账")
		after(9 * time.Minute)
		r.wantSaid(a.Text)
		after(2 * time.Minute)
		r.wantSaid(a.Text, fileLost)
	})
}

// The link goes between text and file: both the file and, if it must be, the
// line that it is lost wait for the next one.
func TestAFileWaitsForALink(t *testing.T) {
	for _, tt := range []struct {
		outage time.Duration
		want   string
	}{
		{5 * time.Minute, "台账.xlsx"},
		{30 * time.Minute, fileLost},
	} {
		play(t, func(t *testing.T, r *rig) {
			a := table(100)
			r.gives(a)
			r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdBegin, Code: 45033, Times: 1})
			r.say("lisi", "台账")
			synctest.Wait()
			back := r.fault(wechattest.Fault{Kind: wechattest.RefuseConnection})
			r.p.Drop(r.bot.ID)
			after(tt.outage)
			r.wantSaid(a.Text)
			back()
			after(time.Minute)
			r.wantSaid(a.Text, tt.want)
		})
	}
}

// A slow upload outlives the connection's rotation, and others are answered
// meanwhile.
func TestASlowUploadHoldsNobodyUp(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		big := table(40 * (64 << 10))
		r.answers(func(_ context.Context, in bot.Inbound) (bot.Answer, error) {
			if in.From == "lisi" {
				return big, nil
			}
			return bot.Answer{Text: "已记录"}, nil
		})
		after(20*time.Hour - 30*time.Second)
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdChunk, After: 2 * time.Second})
		r.say("lisi", "台账")
		after(10 * time.Second)
		r.say("zhangsan", "签到")
		r.wantSaid(big.Text, "已记录")
		after(2 * time.Minute)
		r.wantSaid(big.Text, "已记录", "台账.xlsx")
		if got := r.c.Counters().Connects; got != 2 {
			t.Errorf("connects = %d, want 2", got)
		}
	}, func(c *aibot.Config) { c.RotateAt = 4 * time.Hour })
}

// Text and file are two messages of the conversation's budget, and no minute
// has more uploads than the platform takes.
func TestFilesKeepToTheBudgets(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		a := table(100)
		r.gives(a)
		for range 3 {
			r.say("lisi", "台账")
		}
		after(30 * time.Second)
		if got := r.said(r.group); len(got) != 4 {
			t.Errorf("said %q in the first minute, want 4 messages", got)
		}
		after(time.Minute)
		if got := r.said(r.group); len(got) != 6 {
			t.Errorf("said %q, want all 6 messages", got)
		}
	}, func(c *aibot.Config) { c.PerMinute = 4 })

	playOn(t, wechattest.Options{PerMinute: -1, PerHour: -1}, func(t *testing.T, r *rig) {
		a := table(100)
		r.gives(a)
		for range 60 {
			r.say("lisi", "台账")
		}
		after(5 * time.Minute)
		if n := r.c.Counters(); n.Files != 60 || n.Paused != 0 {
			t.Errorf("files %d, paused %d, want 60, 0", n.Files, n.Paused)
		}
	}, func(c *aibot.Config) { c.PerMinute, c.PerHour = 1000, 10000 })
}

// The memory for files is bounded; who finds no room is told at once, and what
// has come to its end makes room.
func TestFilesInHandAreBounded(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.gives(table(bot.FileBytes))
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdBegin, After: 3 * time.Second})
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdBegin, Code: 45002, Times: 3})
		noRoom := func() (n int) {
			for _, s := range r.said(r.group) {
				if strings.HasPrefix(s, fileLost+"\n\n") {
					n++
				}
			}
			return n
		}
		for range 5 {
			r.say("lisi", "台账")
		}
		after(time.Second)
		if got := noRoom(); got != 2 {
			t.Errorf("%d of 5 files of 20 MB found no room, want 2", got)
		}
		after(time.Minute)
		r.fault(wechattest.Fault{Kind: wechattest.RefuseCommand, Cmd: cmdBegin, Code: 45002})
		for range 3 {
			r.say("lisi", "台账")
		}
		after(time.Minute)
		if got := noRoom(); got != 2 {
			t.Errorf("%d files found no room in the end, want 2", got)
		}
	})
}

func TestStoppingDoesNotWaitLongForAFile(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		quick := table(100)
		r.gives(quick)
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdChunk, After: time.Second, Times: 1})
		r.say("lisi", "台账")
		synctest.Wait()
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		r.wantSaid(quick.Text, "台账.xlsx")
	})
	play(t, func(t *testing.T, r *rig) {
		slow := table(40 * (64 << 10))
		r.gives(slow)
		r.fault(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: cmdChunk, After: 2 * time.Second})
		r.say("lisi", "台账")
		synctest.Wait()
		begin := time.Now()
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 16*time.Second {
			t.Errorf("stopped in %v", took)
		}
		if n := r.c.Counters(); n.FilesFailed != 1 {
			t.Errorf("files failed %d, want 1", n.FilesFailed)
		}
	})
}

func TestAFileHasNoWayOutButToAMessage(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		r.sendCard()
		r.gives(bot.Answer{File: table(100).File})
		r.click("lisi")
		if err := r.p.Enter(r.bot.ID, "wangwu"); err != nil {
			t.Fatal(err)
		}
		after(time.Minute)
		if n := r.c.Counters(); n.Unanswerable != 2 || n.Files != 0 {
			t.Errorf("unanswerable %d, files %d, want 2, 0", n.Unanswerable, n.Files)
		}
	})
}

// A text that the platform will not take whole says so, to the person and to
// the operator.
func TestNoTextIsCutSilently(t *testing.T) {
	play(t, func(t *testing.T, r *rig) {
		long := strings.Repeat("诈", bot.FileBytes/1000)
		r.gives(bot.Answer{Text: long})
		r.say("lisi", "台账")
		if err := r.p.Enter(r.bot.ID, "wangwu"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := r.send(long); err != nil {
			t.Fatal(err)
		}
		limits := r.c.Limits()
		for i, want := range []int{limits.MarkdownBytes, limits.MarkdownBytes} {
			if got := r.said(r.group)[i]; len(got) > want || len(got) < want-2 || !strings.HasSuffix(got, "…（内容过长，已截断）") {
				t.Errorf("message %d has %d bytes", i, len(got))
			}
		}
		welcome := r.said(r.p.PrivateChat(r.bot.ID, "wangwu"))[0]
		if len(welcome) > limits.WelcomeBytes || !strings.HasSuffix(welcome, "…（内容过长，已截断）") {
			t.Errorf("the welcome has %d bytes", len(welcome))
		}
		if n := r.c.Counters(); n.Cut != 3 || strings.Count(r.logs.String(), "text cut") != 3 {
			t.Errorf("cut %d, want 3", n.Cut)
		}
	})
}

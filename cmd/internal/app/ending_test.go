package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/evidence"
	"fanzha/bot/ledger"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/demo"
)

// A slowLedger takes its time for each append.
type slowLedger struct {
	ledger.Ledger
	takes time.Duration
}

func (l slowLedger) Append(ctx context.Context, at int64, batch []ledger.Record, checkpoint []byte) error {
	time.Sleep(l.takes)
	return l.Ledger.Append(ctx, at, batch, checkpoint)
}

// The program is told to end in the middle of a push and of many check-ins, on a
// slow disk and a slow platform. It ends within ten seconds and without an
// error; whoever has been shown a receipt is in the ledger, and no delivery is
// left in the air.
func TestStopUnderLoad(t *testing.T) {
	inCounty(t, 20, 20, func(c *county) {
		c.deps.Ledger = slowLedger{c.ledger, 300 * time.Millisecond}
		c.open()
		c.push(c.approved(draft("刷单返利")))
		next := c.approved(draft("冒充客服"))
		first := make(map[bot.UnitID]string)
		for _, u := range c.Units {
			first[u.ID] = c.Card(u.ID)
		}
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: push, After: time.Second})
		c.tell(demo.Approver, "推送 "+string(next))
		for _, u := range c.Units {
			for i, p := range c.People[u.ID] {
				var err error
				if i%4 == 0 {
					_, err = c.Say(u.ID, p, "签到")
				} else {
					_, err = c.Platform.Click(c.Groups[u.ID], p.UserID, first[u.ID], bot.CheckInButton)
				}
				if err != nil {
					c.Fatal(err)
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		began := time.Now()
		if err := c.stop(); err != nil {
			c.Errorf("stopping: %v", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			c.Errorf("it took %s to stop", took)
		}
		c.judgeStop(first)
	})
}

func (c *county) judgeStop(first map[bot.UnitID]string) {
	c.Helper()
	have := c.checkIns()
	shown := 0
	for _, u := range c.Units {
		for _, p := range c.People[u.ID] {
			if r := c.receipt(first[u.ID], p); r != "" {
				shown++
				if have[r] == nil {
					c.Errorf("%s was shown the receipt %s, which is not in the ledger", p.Name, r)
				}
			}
		}
		for _, said := range c.Platform.Sent(c.Groups[u.ID]) {
			if r := receiptPattern.FindStringSubmatch(said.Text); r != nil && have[r[1]] == nil {
				c.Errorf("%q was said, and is not in the ledger", said.Text)
			}
		}
	}
	if shown == 0 || len(have) < shown {
		c.Errorf("%d people were shown a receipt, %d are in the ledger", shown, len(have))
	}
	c.deps.Ledger = nil
	c.Platform.Faults().Clear()
	c.start()
	if unknown := c.unknown(); len(unknown) > 0 {
		c.Errorf("an orderly stop left %v in the air", unknown)
	}
	c.pass(time.Minute)
	c.eachGroupGot(2)
	c.deliveredOnce()
}

// The disk fails while people check in: nobody is shown a receipt that is not in
// the ledger, the program ends with the error, and is not ready until then.
func TestFailingDisk(t *testing.T) {
	inCounty(t, 1, 10, func(c *county) {
		full := errors.New("no space left on device")
		c.open()
		c.push(c.approved(draft("刷单返利")))
		u := c.Units[0].ID
		card := c.Card(u)
		c.click(u, c.People[u][0])
		c.ledger.FailAppend(func(int64, []ledger.Record) error { return full })
		for i, p := range c.People[u][1:] {
			if i%2 == 0 {
				c.click(u, p)
			} else {
				c.say(u, p, "签到")
			}
		}
		if why := c.app.Ready(); why == "" {
			c.Error("ready on a disk that has failed")
		}
		if err := c.stop(); !errors.Is(err, full) {
			c.Errorf("ended with %v, want %v", err, full)
		}
		if c.receipt(card, c.People[u][0]) == "" || len(c.checkIns()) != 1 {
			c.Errorf("the check-in before: receipt %q, %d in the ledger", c.receipt(card, c.People[u][0]), len(c.checkIns()))
		}
		for _, p := range c.People[u][1:] {
			if r := c.receipt(card, p); r != "" || strings.Contains(c.said(u), "已签到") {
				c.Errorf("%s was shown the receipt %q; the bot said %q", p.Name, r, c.said(u))
			}
		}
	})
}

// Every answer to the office, and the month's evidence, follow from the ledger
// alone: opened again, it gives the same bytes.
func TestSameLedgerSameBytes(t *testing.T) {
	inCounty(t, 10, 6, func(c *county) {
		c.open()
		c.push(c.approved(draft("刷单返利")))
		for i, u := range c.Units {
			for _, p := range c.People[u.ID][:1+i%5] {
				c.click(u.ID, p)
			}
		}
		c.say(c.Units[0].ID, c.People[c.Units[0].ID][4], "我是 张三丰")
		c.Platform.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: push, Times: 2})
		c.push(c.approved(draft("冒充客服")))
		c.until("11-08 12:00:00")

		before, evidenceBefore := c.everyAnswer(), c.monthFile()
		if err := c.stop(); err != nil {
			c.Fatal(err)
		}
		if !bytes.Equal(evidenceBefore, c.replayedFile()) {
			c.Error("the evidence file is not the same after a replay")
		}
		c.start()
		if diff := cmp.Diff(before, c.everyAnswer()); diff != "" {
			c.Errorf("answers after a restart (-before +after):\n%s", diff)
		}
	})
}

// everyAnswer asks all that the office can ask.
func (c *county) everyAnswer() map[string]string {
	c.Helper()
	out := make(map[string]string)
	short := c.Units[0].Short
	for _, q := range []string{
		short + " 11月", "本月", "谁没签到", short + "谁没签到", "没建群的", "推送状态", "一个人都没签的单位", "刷单推过没",
		short + "建群没", "预警", "预警 A0001", "未知送达", "待确认 " + short, "张三丰 11月", "帮助",
	} {
		out[q] = c.tell(demo.Approver, q)
		if strings.TrimSpace(out[q]) == "" {
			c.Errorf("no answer to %q", q)
		}
	}
	return out
}

// monthFile writes the month's evidence from the running program's state.
func (c *county) monthFile() []byte {
	c.Helper()
	return c.evidenceOf(c.app.Book)
}

// replayedFile writes it from the ledger alone.
func (c *county) replayedFile() []byte {
	c.Helper()
	b, err := book.Open(c.Context(), book.Options{Ledger: c.ledger, Key: c.key, Now: time.Now, Salt: rand.Reader})
	if err != nil {
		c.Fatal(err)
	}
	defer b.Close()
	return c.evidenceOf(b)
}

func (c *county) evidenceOf(b *book.Book) []byte {
	c.Helper()
	snap, err := b.Snapshot(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := evidence.Write(c.Context(), &file, snap, evidence.Options{Month: november}); err != nil {
		c.Fatal(err)
	}
	synctest.Wait()
	return file.Bytes()
}

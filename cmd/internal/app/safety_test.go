package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
)

// Nothing goes out that was not approved as it is, by somebody other than its
// author: not a draft, not a verified text, not an approved one that was
// changed or withdrawn since.
func TestNothingUnapprovedGoesOut(t *testing.T) {
	inCounty(t, 3, 1, func(c *county) {
		c.cfg.Operators[0].Roles = bot.Roles() // the writer may do all, but not with what he wrote
		c.open()
		refused := func(as bot.OperatorID, text string) {
			c.Helper()
			if answer, err := c.app.Tell(c.Context(), as, text); err == nil {
				c.Errorf("%s tells %q: accepted with %q", as, text, answer)
			}
		}
		version := func(id string) string {
			return versionPattern.FindStringSubmatch(c.tell(demo.Approver, "预警 "+id))[1]
		}
		c.tell(demo.Writer, "起草\n"+draft("骗术一"))
		refused(demo.Approver, "推送 A0001")
		refused(demo.Approver, "审批 A0001 "+version("A0001"))
		refused(demo.Writer, "核实 A0001 "+version("A0001"))
		old := version("A0001")
		c.tell(demo.Verifier, "核实 A0001 "+old)
		refused(demo.Approver, "推送 A0001")
		refused(demo.Writer, "审批 A0001 "+old)
		c.tell(demo.Approver, "审批 A0001 "+old)
		c.tell(demo.Writer, "起草 A0001\n"+draft("骗术一改"))
		refused(demo.Approver, "推送 A0001")
		refused(demo.Verifier, "核实 A0001 "+old)

		withdrawn := c.approved(draft("骗术二"))
		c.tell(demo.Approver, "推送 "+string(withdrawn)+" 2026-11-03 10:00")
		c.tell(demo.Approver, "撤回 "+string(withdrawn)+" 案情有误")
		c.pass(48 * time.Hour)
		c.eachGroupGot(0)
	})
}

// Who writes that he is being cheated is told 110 and 96110 at once, in a group
// and in private, bound or not; of what he wrote and who he is nothing is kept.
func TestCallForHelp(t *testing.T) {
	inCounty(t, 2, 2, func(c *county) {
		c.open()
		u, person := c.Units[0].ID, "wode-zhanghao-4711"
		c.Platform.AddMember(wechattest.Member{UserID: person, Name: "某某"})
		if err := c.Platform.Join(c.Groups[u], person); err != nil {
			c.Fatal(err)
		}
		const cry = "我被骗了，刚给骗子转了三万八"
		size := len(c.entries())
		c.say(u, demo.Person{UserID: person}, cry)
		if words := c.said(u); !strings.Contains(words, "110") || !strings.Contains(words, "96110") {
			c.Errorf("in the group the bot said %q", words)
		}
		if _, err := c.Platform.Tell(person, cry); err != nil {
			c.Fatal(err)
		}
		synctest.Wait()
		if words := c.saidTo(person); !strings.Contains(words, "110") || !strings.Contains(words, "96110") {
			c.Errorf("in private the bot said %q", words)
		}
		for _, e := range c.entries()[size:] {
			if _, ok := e.Payload.(*bot.DangerRaised); !ok {
				c.Errorf("the ledger has got %+v", e.Payload)
			}
		}
		for _, secret := range []string{person, "某某", "三万八", "骗子"} {
			if strings.Contains(c.records(), secret) {
				c.Errorf("the ledger holds %q", secret)
			}
		}
	})
}

// notes is a log that may be written from several goroutines.
type notes struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(p)
}

// Whatever goes wrong: the bot's secret, the signing key and the binding codes
// are in no log, error, entry, metric, answer or export; and no person's id or
// words are in a log or a metric.
func TestSecretsStayInside(t *testing.T) {
	const secret = "SECRET-of-the-bot-0815-SECRET"
	inCountyOf(t, 5, 4, wechattest.Options{Seed: 1, Bots: []wechattest.Bot{{ID: "aibTEST", Secret: secret}}}, func(c *county) {
		var log notes
		c.deps.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		faults := c.Platform.Faults()
		c.open()
		codes := c.codes()
		faults.Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Chance: 0.1, Code: 99999, Msg: "bad secret " + secret})
		faults.Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Chance: 0.1})
		faults.Inject(wechattest.Fault{Kind: wechattest.RefuseConnection, Chance: 0.3})
		faults.Inject(wechattest.Fault{Kind: wechattest.Garbage, Chance: 0.5})
		c.push(c.approved(draft("刷单返利")))
		for _, u := range c.Units {
			for _, p := range c.People[u.ID] {
				_, _ = c.Platform.Click(c.Groups[u.ID], p.UserID, c.Card(u.ID), bot.CheckInButton)
				c.say(u.ID, p, "签到，身份证号四七一一")
			}
			c.say(u.ID, c.People[u.ID][0], "绑定 "+codes[0])
			c.pass(time.Minute)
		}
		answers := c.tell(demo.Approver, "本月") + c.tell(demo.Approver, "推送状态") + c.tell(demo.Approver, "预警 A0001") + c.export(false) + c.export(true)
		signals := c.signals()
		if err := c.stop(); err != nil {
			answers += err.Error()
		}
		records, logged := c.records(), log.b.String()
		if !strings.Contains(logged, "99999") || !strings.Contains(signals, "fanzha_heard_total") {
			c.Fatalf("the scenario was not noisy:\n%s", logged)
		}
		for _, s := range append(codes, secret, c.signingKey()) {
			for where, text := range map[string]string{"log": logged, "ledger": records, "signals": signals, "answers and exports": answers} {
				if strings.Contains(text, s) {
					c.Errorf("%q is in the %s", s, where)
				}
			}
		}
		for _, s := range []string{c.People[c.Units[0].ID][0].UserID, c.People[c.Units[0].ID][0].Name, "四七一一"} {
			if strings.Contains(logged+signals, s) {
				c.Errorf("%q is in the log or the metrics", s)
			}
		}
	})
}

// codes returns the binding codes that people have used in the groups.
func (c *county) codes() []string {
	c.Helper()
	var out []string
	for _, u := range c.Units {
		for _, said := range c.Platform.History(c.Groups[u.ID], "") {
			if _, code, ok := strings.Cut(said.Text, "绑定 "); ok && !said.FromBot {
				out = append(out, code)
			}
		}
	}
	if len(out) != len(c.Units) {
		c.Fatalf("found the codes %q for %d units", out, len(c.Units))
	}
	return out
}

// signingKey returns the secret part of the key that signs checkpoints.
func (c *county) signingKey() string {
	c.Helper()
	b, err := os.ReadFile(c.keyFile)
	if err != nil {
		c.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	parts := strings.SplitN(line, "+", 5) // PRIVATE+KEY+name+hash+key, and the key may hold a + too
	return parts[4]
}

// signals returns what those who watch the machine can see.
func (c *county) signals() string {
	var all strings.Builder
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		w := httptest.NewRecorder()
		c.app.Signals().ServeHTTP(w, httptest.NewRequestWithContext(c.Context(), "GET", path, nil))
		all.WriteString(w.Body.String())
	}
	return all.String()
}

// export returns all that the month's evidence file holds.
func (c *county) export(masked bool) string {
	c.Helper()
	var file bytes.Buffer
	if _, err := c.app.Export(c.Context(), demo.Approver, app.Export{Month: november, Masked: masked, Reason: "月度考核"}, &file); err != nil {
		c.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		c.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			c.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			c.Fatal(err)
		}
	}
	return all.String()
}

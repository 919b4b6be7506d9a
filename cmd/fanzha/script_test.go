package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
)

// patience is how long a script waits for something to happen before it fails.
// It is generous: nothing is asserted about time.
const patience = time.Minute

func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"capture":   capture,
		"edit":      edit,
		"rezip":     rezip,
		"gb18030":   gb18030,
		"xlsx":      xlsx,
		"envsubst":  envsubst,
		"simulate":  simulate,
		"terminate": terminate,
		"await":     await,
		"until":     until,
		"doors":     doors,
		"visit":     visit,
		"kick":      kick,
		"heard":     heard,
		"say":       say,
		"click":     click,
	}
}

// usageOf fails a script that calls a command in a way it is not made for.
func usageOf(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}

// capture NAME PATTERN sets the variable NAME to what the group in PATTERN
// matches in the standard output of the last command.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "capture NAME PATTERN")
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) != 2 {
		ts.Fatalf("no match for %q", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// edit FILE OLD NEW replaces OLD by NEW, byte for byte, as somebody with a hex
// editor would.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 3, "edit FILE OLD NEW")
	file := ts.MkAbs(args[0])
	data, err := os.ReadFile(file)
	ts.Check(err)
	changed := bytes.Replace(data, []byte(args[1]), []byte(args[2]), 1)
	if bytes.Equal(changed, data) {
		ts.Fatalf("%s holds no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(file, changed, 0o600))
}

// rezip FILE NAME OLD NEW replaces OLD by NEW in the part NAME of a zip, and
// packs it again as a skilled forger would.
func rezip(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 4, "rezip FILE NAME OLD NEW")
	file := ts.MkAbs(args[0])
	old, err := zip.OpenReader(file)
	ts.Check(err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, part := range old.File {
		r, err := part.Open()
		ts.Check(err)
		data, err := io.ReadAll(r)
		ts.Check(err)
		if part.Name == args[1] {
			found = bytes.Contains(data, []byte(args[2]))
			data = bytes.Replace(data, []byte(args[2]), []byte(args[3]), 1)
		}
		to, err := w.Create(part.Name)
		ts.Check(err)
		_, err = to.Write(data)
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(old.Close())
	if !found {
		ts.Fatalf("%s of %s holds no %q", args[1], args[0], args[2])
	}
	ts.Check(os.WriteFile(file, out.Bytes(), 0o600))
}

// gb18030 FROM TO writes a file as Excel does in China.
func gb18030(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "gb18030 FROM TO")
	data, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(data), 0o600))
}

// xlsx FROM TO turns a simple CSV into a workbook.
func xlsx(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "xlsx FROM TO")
	book := excelize.NewFile()
	for i, line := range strings.Split(ts.ReadFile(args[0]), "\n") {
		cells := strings.Split(line, ",")
		ts.Check(book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells))
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[1])))
	ts.Check(book.Close())
}

// envsubst FROM TO writes a file with the script's variables filled in.
func envsubst(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "envsubst FROM TO")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o600))
}

// terminate sends SIGTERM to the commands in the background, which wait then
// waits for.
func terminate(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 0, "terminate")
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// await URL|FILE waits until there is such a file, or until the page answers
// 200, and prints the page.
func await(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 1, "await URL|FILE")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for {
		body, err := look(ctx, ts, args[0])
		if err == nil {
			_, err = ts.Stdout().Write(body)
			ts.Check(err)
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s: %v", args[0], err)
		case <-every.C:
		}
	}
}

// until URL PATTERN waits until the page, whatever its status, matches the pattern.
func until(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "until URL PATTERN")
	want := regexp.MustCompile("(?m)" + args[1])
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for {
		body, err := look(ctx, ts, args[0])
		if want.Match(body) {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s never says %q: %s %v", args[0], args[1], body, err)
		case <-every.C:
		}
	}
}

// look reads a page; of a file it only looks whether it is there.
func look(ctx context.Context, ts *testscript.TestScript, what string) ([]byte, error) {
	if !strings.HasPrefix(what, "http://") {
		_, err := os.Stat(ts.MkAbs(what))
		return nil, err
	}
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, what, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(get)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return body, err
}

// A corp is the simulated platform of one script, with one group.
type corp struct {
	*wechattest.Platform
	bot   wechattest.Bot
	group string

	app     *wechattest.WorkAppAccount
	account *wechattest.OfficialAccount
}

// corpKey finds a script's corp, which setUp has put there.
type corpKey struct{}

// simulate starts a simulated platform on loopback, in the process of the test,
// and sets WS, BOTID, SECRET for it, and HTTP and HTTP2 to free addresses. In its one
// group are zhang (张三) and li (李四).
func simulate(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 0, "simulate")
	c := ts.Value(corpKey{}).(*corp)
	c.Platform = wechattest.New(wechattest.Options{})
	ts.Defer(c.Close)
	c.bot = c.Bots()[0]
	c.AddMember(wechattest.Member{UserID: "zhang", Name: "张三"})
	c.AddMember(wechattest.Member{UserID: "li", Name: "李四"})
	c.group = c.AddGroup("教科局反诈群", "zhang", "li")
	at, err := c.Serve(context.Background(), "127.0.0.1:0")
	ts.Check(err)
	for name, value := range map[string]string{"WS": at.WS, "WEB": at.Page, "BOTID": c.bot.ID, "SECRET": c.bot.Secret, "HTTP": freeAddr(ts), "HTTP2": freeAddr(ts)} {
		ts.Setenv(name, value)
	}
}

func freeAddr(ts *testscript.TestScript) string {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Check(free.Close())
	return free.Addr().String()
}

// say USER TEXT has a member write to the bot in the group, and prints what the
// bot says next.
func say(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 2, "say USER TEXT")
	c := ts.Value(corpKey{}).(*corp)
	before := len(c.Sent(c.group))
	_, err := c.Say(c.group, args[0], c.Mention(c.bot.ID)+args[1])
	ts.Check(err)
	c.await(ts, "an answer", func() bool { return len(c.Sent(c.group)) > before })
	fmt.Fprintln(ts.Stdout(), c.Sent(c.group)[before].Text)
}

// click USER waits for a card in the group, has a member press its button, and
// prints the card as he sees it then.
func click(ts *testscript.TestScript, neg bool, args []string) {
	usageOf(ts, neg, args, 1, "click USER")
	c := ts.Value(corpKey{}).(*corp)
	c.await(ts, "a card", func() bool { return c.card(args[0]) != nil })
	sent := c.card(args[0])
	before := fmt.Sprintf("%+v", *sent)
	_, err := c.Click(c.group, args[0], sent.TaskID, bot.CheckInButton)
	ts.Check(err)
	after := ""
	c.await(ts, "another view of the card", func() bool {
		after = fmt.Sprintf("%+v", *c.card(args[0]))
		return after != before
	})
	fmt.Fprintln(ts.Stdout(), after)
}

// card returns the newest card of the group as a person sees it.
func (c *corp) card(viewer string) (newest *wechattest.Card) {
	for _, m := range c.History(c.group, viewer) {
		if m.Card != nil {
			newest = m.Card
		}
	}
	return newest
}

func (c *corp) await(ts *testscript.TestScript, what string, ok func() bool) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.Await(ctx, ok); err != nil {
		ts.Fatalf("waiting for %s: %v", what, err)
	}
}

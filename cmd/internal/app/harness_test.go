package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/cmd/internal/demo"
	"fanzha/config"
)

// A county is the whole program on the simulated platform, with invented people
// who act as the test has them act. It lives in a synctest bubble, where time
// passes only while nothing else happens. The bubble's clock begins at
// [monday]; the program is started with start.
type county struct {
	*testing.T
	*demo.World
	cfg     config.File
	deps    app.Deps
	key     *ledger.Key
	keyFile string
	ledger  *ledgertest.Mem
	app     *app.App
	line    *line
	cancel  context.CancelFunc
	ended   chan error
}

// monday is the first workday of the month that most tests play in.
var monday = time.Date(2026, time.November, 2, 9, 0, 0, 0, bot.Zone)

// inCounty plays story in a county of so many units with a group each, and so
// many people in each group.
func inCounty(t *testing.T, units, people int, story func(c *county)) {
	t.Helper()
	inCountyOf(t, units, people, wechattest.Options{Seed: 1}, story)
}

func inCountyOf(t *testing.T, units, people int, o wechattest.Options, story func(c *county)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		p := wechattest.New(o)
		defer p.Close()
		w, err := demo.NewWorld(p, people*37, 1)
		if err != nil {
			t.Fatal(err)
		}
		w.Units = w.Units[:units]
		keyFile := filepath.Join(t.TempDir(), "key")
		key, err := ledger.OpenKey(keyFile, "fanzha/test", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &county{T: t, World: w, cfg: w.Config("ws://openws.sim/", t.TempDir()), key: key, keyFile: keyFile, ledger: ledgertest.NewMem()}
		defer c.end()
		story(c)
	})
}

// start starts the program on the county's ledger and waits until it is ready.
func (c *county) start() {
	c.Helper()
	if err := c.launch(); err != nil {
		c.Fatalf("starting the program: %v", err)
	}
	if why := c.app.Ready(); why != "" {
		c.Fatalf("not ready after the start: %s", why)
	}
}

// launch starts the program and lets it go on until it waits for something.
func (c *county) launch() error {
	c.line = &line{}
	deps := c.deps
	deps.Key, deps.HTTPClient = c.key, c.line.client(c.Platform)
	if deps.Ledger == nil {
		deps.Ledger = c.ledger
	}
	a, err := app.New(c.Context(), c.cfg, deps)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(c.Context())
	ended := make(chan error, 1)
	c.app, c.cancel, c.ended = a, cancel, ended
	go func() { ended <- a.Run(ctx) }()
	synctest.Wait()
	return nil
}

// stop ends the program in the orderly way and returns what Run returned. The
// ledger can be opened again.
func (c *county) stop() error {
	c.cancel()
	err := errors.Join(<-c.ended, c.app.Close())
	c.app = nil
	c.ledger = c.ledger.Reopen()
	return err
}

// end is stop for whatever a test has left running.
func (c *county) end() {
	if c.app != nil {
		_ = c.stop()
	}
}

// restart stops the program, which must go well, and starts it again.
func (c *county) restart() {
	c.Helper()
	if err := c.stop(); err != nil {
		c.Fatalf("stopping: %v", err)
	}
	c.start()
}

// open starts the program, binds every group and imports every roster.
func (c *county) open() {
	c.Helper()
	c.start()
	if err := c.Bind(c.Context(), c.app); err != nil {
		c.Fatal(err)
	}
	if err := c.World.Rosters(c.Context(), c.app); err != nil {
		c.Fatal(err)
	}
	c.pass(time.Minute)
}

// pass lets time go on.
func (c *county) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// until lets time go on to an instant in the county's civil time, for example
// "11-04 20:59:58".
func (c *county) until(civil string) {
	c.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-"+civil, bot.Zone)
	if err != nil {
		c.Fatal(err)
	}
	c.pass(time.Until(t))
}

// tell is an operator's word to the bot; it must be accepted.
func (c *county) tell(as bot.OperatorID, text string) string {
	c.Helper()
	answer, err := c.app.Tell(c.Context(), as, text)
	if err != nil {
		c.Fatalf("%s tells %q: %v", as, text, err)
	}
	return answer
}

// draft is an alert that everybody gets.
func draft(topic string) string {
	return "类别：诈骗预警\n主题：" + topic + "\n手法：先返小利再骗大额转账\n防范：不轻信、不转账\n来源：县公安局\n日期：2026-11-01"
}

// approved has an alert drafted, verified and approved.
func (c *county) approved(text string) bot.AlertID {
	c.Helper()
	id, err := c.Publish(c.Context(), c.app, text)
	if err != nil {
		c.Fatal(err)
	}
	return id
}

// push sends an approved alert to every group and waits until it is out.
func (c *county) push(id bot.AlertID) {
	c.Helper()
	c.tell(demo.Approver, "推送 "+string(id))
	c.pass(time.Minute)
}

// click presses the newest card of a unit's group.
func (c *county) click(u bot.UnitID, p demo.Person) {
	c.Helper()
	if _, err := c.Platform.Click(c.Groups[u], p.UserID, c.Card(u), bot.CheckInButton); err != nil {
		c.Fatalf("clicking in %s: %v", u, err)
	}
	synctest.Wait()
}

// say has a person write to the bot in his unit's group.
func (c *county) say(u bot.UnitID, p demo.Person, text string) {
	c.Helper()
	if _, err := c.Say(u, p, text); err != nil {
		c.Fatal(err)
	}
	synctest.Wait()
}

// said returns the newest words of the bot in a unit's group.
func (c *county) said(u bot.UnitID) string { return c.lastWords(c.Groups[u]) }

// saidTo returns the newest words of the bot in a person's private chat.
func (c *county) saidTo(userID string) string {
	return c.lastWords(c.Platform.PrivateChat(c.Platform.Bots()[0].ID, userID))
}

func (c *county) lastWords(chat string) string {
	sent := c.Platform.Sent(chat)
	if len(sent) == 0 {
		return ""
	}
	return sent[len(sent)-1].Text
}

var receiptPattern = regexp.MustCompile(`回执 ?([0-9A-Z]{4}-[0-9A-Z]{4})`)

// receipt returns the receipt on a card as a person sees it, "" if it has none.
func (c *county) receipt(card string, p demo.Person) string {
	seen := c.Platform.CardOf(c.Platform.Bots()[0].ID, card, p.UserID)
	if seen == nil {
		return ""
	}
	for _, f := range seen.Fields {
		if f.Name == "回执" {
			return f.Value
		}
	}
	return ""
}

// group returns the id that a unit's group got. Groups are bound side by side, so
// that it is another one each time.
func (c *county) group(u bot.UnitID) (id string) {
	c.look(func(s *book.State) {
		for _, g := range s.Directory.Groups() {
			if g.Unit == u {
				id = string(g.ID)
			}
		}
	})
	return id
}

// look reads the running program's state.
func (c *county) look(read func(s *book.State)) {
	c.Helper()
	if err := c.app.Book.View(c.Context(), func(s *book.State, _ time.Time) error {
		read(s)
		return nil
	}); err != nil {
		c.Fatal(err)
	}
}

// entries returns the whole ledger, checked.
func (c *county) entries() []ledger.Entry {
	c.Helper()
	var out []ledger.Entry
	if _, err := ledger.Load(c.Context(), c.ledger, c.key.Public(), func(e ledger.Entry) error {
		out = append(out, e)
		return nil
	}); err != nil {
		c.Fatalf("checking the ledger: %v", err)
	}
	return out
}

// records returns every byte of the ledger.
func (c *county) records() string {
	c.Helper()
	var b strings.Builder
	for rec, err := range c.ledger.Read(c.Context(), 0, -1) {
		if err != nil {
			c.Fatal(err)
		}
		b.Write(rec.Leaf)
		b.Write(rec.Private)
	}
	return b.String()
}

// checkIns returns what stands in the ledger about check-ins, and fails the
// test if one member is in twice at one session.
func (c *county) checkIns() map[string]*bot.CheckedIn {
	c.Helper()
	out := make(map[string]*bot.CheckedIn) // by receipt
	once := make(map[string]bool)
	for _, e := range c.entries() {
		p, ok := e.Payload.(*bot.CheckedIn)
		if !ok {
			continue
		}
		if key := string(p.Session) + string(p.Member); once[key] {
			c.Errorf("%s has checked in twice at %s", p.Member, p.Session)
		} else {
			once[key] = true
		}
		out[string(e.Receipt())] = p
	}
	return out
}

// deliveredOnce fails the test if some text or card came twice into one chat.
func (c *county) deliveredOnce() {
	c.Helper()
	times := make(map[[2]string]int)
	for _, d := range c.Platform.Deliveries() {
		times[[2]string{d.Chat, d.Content}]++
	}
	for what, n := range times {
		if n > 1 {
			c.Errorf("delivered %d times into %s:\n%s", n, what[0], what[1])
		}
	}
}

// cards returns how many cards each of the county's groups has got.
func (c *county) cards() map[bot.UnitID]int {
	chats := make(map[string]bot.UnitID)
	out := make(map[bot.UnitID]int)
	for _, u := range c.Units {
		chats[c.Groups[u.ID]] = u.ID
		out[u.ID] = 0
	}
	for _, d := range c.Platform.Deliveries() {
		if u, ok := chats[d.Chat]; ok && d.TaskID != "" {
			out[u]++
		}
	}
	return out
}

// eachGroupGot fails the test unless each group has got so many cards.
func (c *county) eachGroupGot(n int) {
	c.Helper()
	for u, got := range c.cards() {
		if got != n {
			c.Errorf("group of %s got %d cards, want %d", u, got, n)
		}
	}
}

// unknown returns the ids of the deliveries that the program lists as unknown.
func (c *county) unknown() []string {
	c.Helper()
	return deliveryPattern.FindAllString(c.tell(demo.Approver, "未知送达"), -1)
}

var deliveryPattern = regexp.MustCompile(`(?m)^[DZN]\d+`)

// A line is the program's way to the platform. Once cut, nothing passes it any
// more, in neither direction.
type line struct {
	mu    sync.Mutex
	dead  bool
	conns []net.Conn
}

var errCut = errors.New("the line is cut")

func (l *line) client(p *wechattest.Platform) *http.Client {
	client := p.HTTPClient()
	transport := client.Transport.(*http.Transport)
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.dead {
			return nil, errors.Join(errCut, conn.Close())
		}
		l.conns = append(l.conns, conn)
		return conn, nil
	}
	return client
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
	for _, conn := range l.conns {
		_ = conn.Close()
	}
}

var (
	topicPattern   = regexp.MustCompile(`诈骗预警：(\S+)`)
	witnessPattern = regexp.MustCompile(`存证点 (\S+)`)
)

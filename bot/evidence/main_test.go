package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
)

var (
	october  = bot.Month{Year: 2026, Month: time.October}
	november = bot.Month{Year: 2026, Month: time.November}
	december = bot.Month{Year: 2026, Month: time.December}
)

// day returns a time of the given day of a month, in civil time.
func day(m bot.Month, d, hour int) time.Time {
	return m.Start().AddDate(0, 0, d-1).Add(time.Duration(hour) * time.Hour)
}

func newKey(t testing.TB, seed byte) *ledger.Key {
	t.Helper()
	k, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/乡宁县", rand.NewChaCha8([32]byte{seed}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A county is a book that plays a script.
type county struct {
	t    testing.TB
	key  *ledger.Key
	mem  *ledgertest.Mem
	book *book.Book
	now  time.Time
	seqs map[string]int64 // of check-ins, by session and member
}

func newCounty(t testing.TB) *county {
	c := &county{t: t, key: newKey(t, 1), mem: ledgertest.NewMem(), now: day(october, 8, 9), seqs: make(map[string]int64)}
	b, err := book.Open(t.Context(), book.Options{Ledger: c.mem, Key: c.key, Now: func() time.Time { return c.now }, Salt: rand.NewChaCha8([32]byte{2})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	c.book = b
	return c
}

func (c *county) at(now time.Time) { c.now = now }

// say enters payloads, a minute after the last ones.
func (c *county) say(payloads ...bot.Payload) {
	c.t.Helper()
	c.now = c.now.Add(time.Minute)
	entries, err := c.book.Do(c.t.Context(), func(*book.State, time.Time) ([]bot.Payload, error) { return payloads, nil })
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range entries {
		if p, ok := e.Payload.(*bot.CheckedIn); ok {
			c.seqs[string(p.Session)+string(p.Member)] = e.Seq
		}
	}
}

// show enters the newest checkpoint as shown outside and returns it.
func (c *county) show() ledger.Checkpoint {
	c.t.Helper()
	var shown ledger.Checkpoint
	if _, err := c.book.Do(c.t.Context(), func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		shown = s.Checkpoint()
		return []bot.Payload{shown.Witnessed()}, nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return shown
}

// push sends one alert to the group of unit jiaoke and opens its session.
func (c *county) push(n int, open time.Duration) {
	c.t.Helper()
	id := func(letter string) string { return fmt.Sprintf("%s%04d", letter, n) }
	content := bot.Content{Category: "诈骗预警", Topic: fmt.Sprintf("第%d期", n), Technique: "冒充客服", Countermeasures: "不转账", Source: "县公安局", SourceOn: "2026-10-01"}
	alert := bot.AlertID(id("A"))
	c.say(&bot.AlertDrafted{Alert: alert, Content: content, Hash: content.Hash(), By: "wang"})
	c.say(&bot.AlertVerified{Alert: alert, Hash: content.Hash(), By: "zhao"})
	c.say(&bot.AlertApproved{Alert: alert, Hash: content.Hash(), By: "liu"})
	c.say(&bot.PushPlanned{Push: bot.PushID(id("P")), Alert: alert, Hash: content.Hash(), DueAt: c.now, Job: "push"})
	delivery, session := bot.DeliveryID(id("D")), bot.SessionID(id("S"))
	c.say(
		&bot.DeliveryPlanned{Delivery: delivery, Purpose: bot.ForAlert, Push: bot.PushID(id("P")), Session: session, Group: "g0001", Unit: "jiaoke", DueAt: c.now},
		&bot.SessionOpened{Session: session, Push: bot.PushID(id("P")), Group: "g0001", Unit: "jiaoke", Title: content.Topic, DueAt: c.now.Add(open / 2), EndsAt: c.now.Add(open)},
	)
	c.say(&bot.DeliveryIntended{Delivery: delivery, Unit: "jiaoke", Attempt: 1, Parts: 1, Digest: content.Hash()})
	c.say(&bot.DeliveryAnswered{Delivery: delivery, Unit: "jiaoke", Attempt: 1, Outcome: bot.Sent})
}

// person is the n-th of the people: met under that number, with that name.
type person struct {
	member bot.MemberID
	id     bot.PersonID
	name   string
}

var people = []person{
	{"m00001", "ZhangSan", "张三丰"}, {"m00002", "LiSi", "李四光"}, {"m00003", "WangWu", "王五岳"},
	{"m00004", "ZhaoLiu", "赵六合"}, {"m00005", "SunQi", "孙七步"},
}

func (c *county) meet(p person) {
	c.say(&bot.MemberMet{Member: p.member, Unit: "jiaoke", Private: bot.Actor{Person: p.id}})
	c.say(&bot.MemberNamed{Member: p.member, Unit: "jiaoke", Private: bot.Actor{Person: p.id, Name: p.name}})
}

func (c *county) checkIn(session bot.SessionID, p person, late bool) {
	c.say(&bot.CheckedIn{Session: session, Member: p.member, Unit: "jiaoke", Via: bot.ViaText, Late: late, Private: bot.CheckInEvidence{
		Person: p.id, Name: p.name, Message: "msg-" + string(p.id), Text: "签到 " + p.name,
	}})
}

func (c *county) correct(session bot.SessionID, p person) {
	c.say(&bot.Corrected{Seq: c.seqs[string(session)+string(p.member)], Session: session, Member: p.member, Unit: "jiaoke", Reason: "重复", By: "liu"})
}

// play plays October to February; nothing happens in January. It returns the
// checkpoint that the group was shown in November.
func play(t testing.TB) (*county, ledger.Checkpoint) {
	c := newCounty(t)
	const week = 7 * 24 * time.Hour
	c.say(&bot.CountyFounded{County: "乡宁县", Key: c.key.Public()})
	c.say(&bot.ProcessStarted{FourEyes: true}, &bot.UnitRegistered{Unit: bot.Unit{ID: "jiaoke", Name: "教育科技局", Short: "教科局"}}, &bot.UnitRegistered{Unit: bot.Unit{ID: "weijian", Name: "卫生健康局", Short: "卫健局"}})
	c.say(&bot.GroupBound{Group: "g0001", Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "wr1"}, Unit: "jiaoke", By: bot.Actor{Person: "QianBa", Name: "钱八斗"}})
	c.say(&bot.RosterImported{Unit: "jiaoke", Count: 1, By: "liu", Private: bot.RosterLines{Lines: []bot.RosterLine{{Name: "周九如"}}}})
	c.say(&bot.RosterImported{Unit: "jiaoke", Count: 2, By: "liu", Private: bot.RosterLines{Lines: []bot.RosterLine{{Name: "张三丰"}, {Name: "李四光"}}}})
	c.meet(people[0])
	c.meet(people[4])
	c.push(1, 30*24*time.Hour)
	c.checkIn("S0001", people[4], false)
	c.show()

	c.at(day(november, 2, 9))
	c.push(2, week)
	c.checkIn("S0001", people[0], true) // late, for October
	c.meet(people[1])
	c.checkIn("S0002", people[0], false)
	c.checkIn("S0002", people[1], false)
	c.say(&bot.QueryAnswered{By: "liu", Intent: "absent", Named: true, Private: bot.QueryText{Text: "吴十全签到没有"}})
	c.say(&bot.DeliveryPlanned{Delivery: "N000001", Purpose: bot.ForNotice, Unit: "jiaoke", DueAt: c.now, Private: bot.NoticeContent{Person: "ZhengLian", Text: "请确认郑联络"}})
	c.correct("S0002", people[1])
	shown := c.show()
	c.say(&bot.DangerRaised{Unit: "jiaoke"})
	c.at(day(november, 29, 9))
	c.push(3, week)
	c.meet(people[2])
	c.checkIn("S0003", people[2], false)

	c.at(day(december, 2, 9))
	c.push(4, week)
	c.meet(people[3])
	c.checkIn("S0003", people[1], true) // late, for November
	c.checkIn("S0004", people[3], false)
	c.say(&bot.RosterImported{Unit: "jiaoke", Count: 2, By: "liu", Private: bot.RosterLines{Lines: []bot.RosterLine{{Name: "张三丰"}, {Name: "冯十二"}}}})
	c.at(day(december, 20, 9))
	c.checkIn("S0004", people[0], true)
	c.correct("S0003", people[2]) // long after November's last session

	c.at(day(bot.Month{Year: 2027, Month: time.February}, 3, 9))
	c.push(5, week)
	c.checkIn("S0005", people[0], false)
	return c, shown
}

func (c *county) snapshot() book.Snapshot {
	c.t.Helper()
	snap, err := c.book.Snapshot(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return snap
}

// export returns the file of one month.
func (c *county) export(m bot.Month, masked bool) []byte {
	c.t.Helper()
	var b bytes.Buffer
	if _, err := Write(c.t.Context(), &b, c.snapshot(), Options{Month: m, Masked: masked}); err != nil {
		c.t.Fatalf("Write of %v: %v", m, err)
	}
	return b.Bytes()
}

func (c *county) verify(file []byte, witness *ledger.Checkpoint) ([]string, error) {
	return Verify(bytes.NewReader(file), int64(len(file)), c.key.Public(), witness)
}

// An archive is an evidence file taken apart.
type archive struct {
	names []string
	data  map[string][]byte
}

func open(t testing.TB, file []byte) *archive {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{data: make(map[string][]byte)}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		a.names = append(a.names, f.Name)
		a.data[f.Name] = b
	}
	return a
}

// pack puts a together again.
func (a *archive) pack(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range a.names {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(a.data[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sign makes a manifest that fits the files, as whoever holds key can. change,
// if not nil, changes it before.
func (a *archive) sign(t testing.TB, key *ledger.Key, change func(*manifest)) {
	t.Helper()
	text, _, _ := strings.Cut(string(a.data[fileManifest]), "\n\n")
	man, err := parseManifest(text + "\n")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range man.files {
		man.files[i].sha256 = digest(a.data[f.name])
	}
	if change != nil {
		change(&man)
	}
	if a.data[fileManifest], err = key.Sign(man.text()); err != nil {
		t.Fatal(err)
	}
}

// lines returns the lines of the entries file, each with its line break.
func (a *archive) lines() [][]byte { return slices.Collect(bytes.Lines(a.data[fileEntries])) }

func (a *archive) setLines(lines [][]byte) { a.data[fileEntries] = bytes.Join(lines, nil) }

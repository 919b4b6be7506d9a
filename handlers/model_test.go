package handlers

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/push"
	"fanzha/bot/report"
)

var games = flag.Int("games", 500, "how many games TestGames plays")

// TestGames plays games: people who may and people who may not say things out of a
// pool, over days and several sessions, some frames twice. After each step what the
// program holds is compared with what a simple bystander knows who has only heard
// who said what: see [game.watch].
func TestGames(t *testing.T) {
	n := *games
	if raceEnabled {
		n /= 10
	}
	seed := uint64(20261123)
	t.Logf("games %d to %d", seed, seed+uint64(n)-1)
	key, err := ledger.OpenKey(filepath.Join(t.TempDir(), "key"), "fanzha/test", dice{rand.NewChaCha8([32]byte{1})})
	if err != nil {
		t.Fatal(err)
	}
	table := New(Config{
		Units: units(), Operators: operators(), Name: "反诈助手", CodeLifetime: 72 * time.Hour,
		Rules:  push.Rules{FourEyes: true, OnTime: 72 * time.Hour, Late: 48 * time.Hour, ForwardWithin: 24 * time.Hour},
		Limits: bot.Limits{MarkdownBytes: 20480}, Log: slog.New(slog.DiscardHandler),
	})
	for i := range uint64(n) {
		newGame(t, key, table, seed+i).play()
		if t.Failed() {
			return
		}
	}
}

// A game is one county, and what a bystander has heard there.
type game struct {
	*testing.T
	seed   uint64
	rng    *rand.Rand
	bot    *Bot
	book   *book.Book
	ledger *ledgertest.Mem
	key    *ledger.Key
	now    time.Time
	frames int
	pushes int
	sent   []bot.Inbound
	wrote  map[string]bool // frames that led to a statement's entries
	log    []string

	heard     []heardBy
	liaisons  map[bot.UnitID]bot.PersonID
	standings map[bot.FilingID]bot.Standing // folded from the entries
	known     map[bot.MemberID]bool         // members by name only who have been found to be somebody met
	size      int64
}

// A heardBy is one thing that somebody said.
type heardBy struct {
	at      time.Time
	person  bot.PersonID
	unit    bot.UnitID // of the group; "" one to one
	text    string
	own     bool                // a plain check-in of his own
	doubt   bool                // he may mean his own
	may     map[bot.UnitID]bool // units for which he may speak
	accepts bool                // settles what others said
}

// humans are who is who: the names that people write, and their accounts.
var humans = map[bot.PersonID]string{
	"zhang": "张三", "li": "李四", "wang": "王五", "zhao": "赵六", "wu": "吴九", "zheng": "郑十", "chen": "陈晨",
}

var otherNames = []string{"周建国", "王伟", "钱七", "孙八"}

// ownTexts check in who says them.
var ownTexts = []string{
	"签到", "已签到", "我来签到", "补签", "张三签到，谢谢", "我和李四都签到", "我和赵六签到", "我是李四，签到", "我是赵六，签到", "到", "1", "打卡",
}

var doubtTexts = []string{"我签，我签还不行吗", "张三", "李四", "赵六"}

var texts = []string{
	"替李四签到", "替赵六、李四签到", "代签 王伟、李四", "替张三、建国签到", "代签4人：李四、赵六、孙八", "替钱七签到", "李四、赵六由我代签", "替吴九签到", "代签：王局长、李四", "替老王签到",
	"#接龙\n反诈签到\n1. 张三\n2. 李四\n3. 钱七", "#接龙\n反诈签到\n1. 张三\n2. 李四\n3. 钱七\n4. 赵六（代）\n5. 王伟", "#接龙\n周五聚餐\n1. 张三\n2. 李四",
	"应到7人，实到5人，请假2人", "应到7人，实到6人，请假1人", "应到7人，实到5人，请假1人", "全员12人都学习了", "更正：实到6人", "更正：实到5人", "更正：应到8人",
	"下乡，请个假", "李四请病假", "赵六、周建国下乡请假", "请假回来已补学", "张三请假回来已补学",
	"11月20日在三楼会议室开展反诈培训，35人参加", "11月20日组织反诈培训，35人参加", "11月20日组织反诈培训", "日期更正：11月19日", "本月零发案", "10月零发案",
	"签错了，撤回", "撤回", "发错了，撤回", "把李四去掉，他调走了", "更正：李四是参加了的",
	"这个号码 +852 5123 4567 打来说是客服退款", "我被骗了，转了三万",
	"是", "是", "是的", "不是", "不是", "收到", "大家辛苦了", "怎么签到", "明天再签", "没签到", "能不能别收手机号",
	"我是李四", "我是赵六", "我是陈晨", "我的记录", "帮助",
}

var commandTexts = []string{
	"待办", "全部同意", "同意 %d", "同意 %d", "同意 %d %d", "不计 %d", "更正 %d 报错了", "更正 %d 报错了", "待确认", "确认 李四", "本单位本月", "谁没签到",
	"粘贴\n#接龙\n反诈签到\n1. 李四\n2. 钱七", "粘贴\n#接龙\n反诈签到\n1. 李四\n2. 钱七\n3. 周建国", "粘贴\n1. 赵六\n2. 孙八",
	"粘贴\n张三 11-24 09:12\n签到\n\n李四 11-24 09:13\n收到\n\n赵六 11-24 09:15\n已学习，签到\n\n周建国 11-24 09:16\n下乡请假\n\n农行-吴九 11-24 09:20\n签到",
	"粘贴\n赵六 11-24 10:12\n我被骗了，刚给对方转了三万\n\n赵六 11-24 10:15\n签到",
}

// nature is what the bystander takes a text for: he knows the pool.
func nature(person bot.PersonID, text string) (own, doubt bool) {
	name := humans[person]
	return slices.Contains(ownTexts, text) || strings.HasPrefix(text, "#接龙\n反诈签到") && strings.Contains(text, name) ||
			text == "更正：李四是参加了的" && name == "李四" || strings.Contains(text, name) && strings.Contains(text, "签") && name != "",
		slices.Contains(doubtTexts, text) || strings.Contains(text, "补学") || strings.Contains(text, "代签")
}

// rosters are what the units hand in, by turns.
var rosters = map[bot.UnitID][]string{
	"jiaoke": {
		"张三=zhang,李四,王五=wang*,赵六,王伟,王伟,周建国",
		"张三=zhang,李四=li,王五=wang*,赵六,周建国",
		"张三=zhang,王五=wang,赵六=zhao*,周建国", // 李四 has left, another liaison
	},
	"nonghang": {"吴九=wu*,郑十", "吴九=wu*,郑十=zheng,张三=zhang"}, // 张三 has moved
}

func newGame(t *testing.T, key *ledger.Key, table *Bot, seed uint64) *game {
	t.Helper()
	g := &game{
		T: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 1)), ledger: ledgertest.NewMem(), key: key, now: noon,
		wrote: make(map[string]bool), liaisons: make(map[bot.UnitID]bot.PersonID), standings: make(map[bot.FilingID]bot.Standing),
		known: make(map[bot.MemberID]bool),
	}
	g.book = g.open(g.ledger)
	c := table.Config
	c.Book = g.book
	g.bot = &Bot{Config: c, lexicon: table.lexicon, byPerson: table.byPerson, byID: table.byID, short: table.short}
	g.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		out, err := s.Directory.Found("乡宁县", "key")
		out = append(append(out, s.Directory.Register(units())...), &bot.ProcessStarted{FourEyes: true})
		for i, u := range []bot.UnitID{"jiaoke", "jiaoke", "nonghang"} {
			out = append(out, &bot.GroupBound{Group: bot.GroupID(fmt.Sprintf("g000%d", i+1)), Chat: groupChat(i + 1), Unit: u})
		}
		return out, err
	})
	if g.rng.IntN(4) > 0 { // else it comes later
		g.roster("jiaoke", 0)
	}
	g.roster("nonghang", 0)
	g.session()
	return g
}

func groupChat(i int) bot.Chat {
	return bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: fmt.Sprintf("g%d", i)}
}

func (g *game) open(l ledger.Ledger) *book.Book {
	b, err := book.Open(g.Context(), book.Options{Ledger: l, Key: g.key, Now: func() time.Time { return g.now }, Salt: dice{rand.NewChaCha8([32]byte{2})}})
	if err != nil {
		g.fail("opening: %v", err)
	}
	return b
}

func (g *game) fail(format string, args ...any) {
	g.Helper()
	g.Fatalf("game %d: %s\n%s", g.seed, fmt.Sprintf(format, args...), strings.Join(g.log, "\n"))
}

func (g *game) do(decide book.Decide) {
	if _, err := g.book.Do(context.Background(), decide); err != nil {
		g.fail("%v", err)
	}
}

func (g *game) view(read func(s *book.State, now time.Time)) {
	if err := g.book.View(context.Background(), func(s *book.State, now time.Time) error { read(s, now); return nil }); err != nil {
		g.fail("%v", err)
	}
}

func (g *game) play() {
	defer func() {
		if err := g.book.Close(); err != nil {
			g.Error(err)
		}
	}()
	for range 15 + g.rng.IntN(25) {
		g.step()
	}
	g.finish()
}

func (g *game) step() {
	switch n := g.rng.IntN(40); {
	case n == 0:
		u := []bot.UnitID{"jiaoke", "jiaoke", "nonghang"}[g.rng.IntN(3)]
		g.roster(u, g.rng.IntN(len(rosters[u])))
	case n < 3:
		g.session()
	case n < 8:
		g.now = g.now.Add([]time.Duration{time.Minute, time.Hour, 24 * time.Hour, 72 * time.Hour}[g.rng.IntN(4)])
	case n < 12 && len(g.sent) > 0:
		g.again(g.sent[g.rng.IntN(len(g.sent))])
		return
	default:
		g.say(g.draw())
		return
	}
	g.catchUp(heardBy{}, "")
}

func (g *game) pick(list ...string) string { return list[g.rng.IntN(len(list))] }

// draw draws who says what, and where.
func (g *game) draw() bot.Inbound {
	g.frames++
	g.now = g.now.Add(time.Duration(g.rng.IntN(90)) * time.Second)
	in := bot.Inbound{ID: fmt.Sprintf("f%d", g.frames), At: g.now, Chat: groupChat(1 + g.rng.IntN(3))}
	in.From = bot.PersonID(g.pick("zhang", "zhang", "li", "li", "wang", "wang", "wang", "zhao", "wu", "zheng", "chen", "op-ban", "op-lin", "op-none"))
	in.Text = g.pick(texts...)
	if g.rng.IntN(5) == 0 {
		in.Text = g.pick(ownTexts...)
	}
	if g.rng.IntN(8) == 0 {
		in.Text = g.pick(doubtTexts...)
	}
	if g.rng.IntN(3) == 0 || strings.HasPrefix(string(in.From), "op-") {
		in.Chat = bot.Chat{Channel: "aibot", Kind: bot.PrivateChat, ID: string(in.From)}
		if g.rng.IntN(2) == 0 {
			last := len(g.standings) + 1
			in.Text = g.pick(commandTexts...)
			if n := strings.Count(in.Text, "%d"); n > 0 {
				in.Text = fmt.Sprintf(in.Text, []any{1 + g.rng.IntN(last), 1 + g.rng.IntN(last)}[:n]...)
			}
			if strings.HasPrefix(string(in.From), "op-") {
				in.Text = strings.Replace(in.Text, "粘贴\n", "粘贴 "+g.pick("教科局", "农行")+"\n", 1)
			}
		}
	}
	return in
}

func (g *game) session() {
	g.pushes++
	p := bot.PushID(fmt.Sprintf("P%06d", g.pushes))
	g.log = append(g.log, fmt.Sprintf("-- %s opens at %s", p, g.now.Format("01-02 15:04")))
	g.do(func(*book.State, time.Time) (out []bot.Payload, _ error) {
		for i, u := range []bot.UnitID{"jiaoke", "jiaoke", "nonghang"} {
			out = append(out, &bot.SessionOpened{
				Session: bot.SessionID(fmt.Sprintf("S%06d", g.pushes*3+i)), Push: p, Group: bot.GroupID(fmt.Sprintf("g000%d", i+1)), Unit: u,
				Title: "刷单返利", DueAt: g.now.Add(72 * time.Hour).UTC(), EndsAt: g.now.Add(120 * time.Hour).UTC(),
			})
		}
		return out, nil
	})
}

func (g *game) roster(u bot.UnitID, which int) {
	var lines []bot.RosterLine
	g.liaisons[u] = ""
	for word := range strings.SplitSeq(rosters[u][which], ",") {
		word, liaison := strings.CutSuffix(word, "*")
		name, person, _ := strings.Cut(word, "=")
		lines = append(lines, bot.RosterLine{Name: name, Person: bot.PersonID(person), Liaison: liaison})
		if liaison {
			g.liaisons[u] = bot.PersonID(person)
		}
	}
	g.log = append(g.log, fmt.Sprintf("-- roster of %s: %s", u, rosters[u][which]))
	g.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Directory.Import(u, lines, "digest", "ban")
	})
}

// say hands the bot a frame.
func (g *game) say(in bot.Inbound) {
	h := heardBy{at: g.now, person: in.From, text: in.Text, may: make(map[bot.UnitID]bool)}
	for _, u := range []bot.UnitID{"jiaoke", "nonghang"} {
		h.may[u] = g.liaisons[u] == in.From || in.From == "op-ban"
	}
	if in.Chat.Kind == bot.GroupChat {
		h.unit = map[string]bot.UnitID{"g1": "jiaoke", "g2": "jiaoke", "g3": "nonghang"}[in.Chat.ID]
	}
	h.own, h.doubt = nature(in.From, in.Text)
	h.accepts = strings.Contains(in.Text, "同意") || slices.Contains([]string{"是", "是的", "1", "到"}, in.Text)
	answer := g.handle(in)
	g.heard = append(g.heard, h)
	g.sent = append(g.sent, in)
	if g.catchUp(h, answer) {
		g.wrote[in.ID] = true
	}
}

// again hands the bot a frame that it has had. If it led to anything, it leads to
// nothing now.
func (g *game) again(in bot.Inbound) {
	was := g.wrote[in.ID]
	h := heardBy{at: g.now, person: in.From, text: in.Text}
	if !was {
		in.ID += "-new"
		g.say(in)
		return
	}
	g.log = append(g.log, "   again:")
	if answer := g.handle(in); g.catchUp(h, "") {
		g.fail("the frame %s led to something again: %s", in.ID, answer)
	}
}

func (g *game) handle(in bot.Inbound) string {
	in.At = g.now
	a, err := g.bot.Handle(context.Background(), in)
	g.log = append(g.log, fmt.Sprintf("%s %s@%s: %s\n      > %s", g.now.Format("01-02 15:04:05"), in.From, in.Chat.ID,
		strings.ReplaceAll(in.Text, "\n", "|"), strings.ReplaceAll(a.Text, "\n", "|")))
	if err != nil {
		g.fail("%v", err)
	}
	return a.Text
}

// catchUp reads the new entries, checks each, and then the whole. It reports
// whether a statement's entries are among them.
func (g *game) catchUp(h heardBy, answer string) (stated bool) {
	filed := make(map[bot.FilingID]int) // check-ins and leave by filing
	own := 0
	for r, err := range g.ledger.Read(context.Background(), g.size, -1) {
		if err != nil {
			g.fail("%v", err)
		}
		e, err := ledger.Open(g.size, r)
		if err != nil {
			g.fail("%v", err)
		}
		g.size++
		g.public(e, r)
		switch p := e.Payload.(type) {
		case *bot.Filed:
			g.standings[p.Filing] = p.Standing
			if p.Standing == bot.Stands {
				g.replace(p.Replaces)
			}
		case *bot.FilingSettled:
			g.standings[p.Filing] = p.Verdict
			if p.Verdict == bot.Stands {
				g.view(func(s *book.State, _ time.Time) { g.replace(s.Filings.Filing(p.Filing).Replaces) })
			}
		case *bot.FilingVoided:
			g.standings[p.Filing] = bot.Voided
		case *bot.CheckedIn:
			g.supported(e, p, h)
			if p.Filing != "" {
				filed[p.Filing]++
			} else {
				own++
			}
		case *bot.Excused:
			filed[p.Filing]++
		case *bot.Corrected:
		default:
			continue
		}
		stated = true
	}
	g.view(func(s *book.State, now time.Time) {
		g.watch(s, now)
		g.kept(s, h, answer, filed, own)
	})
	return stated
}

func (g *game) replace(id bot.FilingID) {
	if id != "" {
		g.standings[id] = bot.Replaced
	}
}

// supported checks that somebody stood behind a check-in who may: the person
// himself; or who may speak for the unit, naming him; or anybody, naming him, and
// then one who may agrees.
func (g *game) supported(e ledger.Entry, p *bot.CheckedIn, now heardBy) {
	var sess *attendance.Session
	name, human, person := "", "", bot.PersonID("")
	g.view(func(s *book.State, _ time.Time) {
		sess = s.Attendance.Session(p.Session)
		m := s.Directory.MemberByID(p.Member)
		name, person = m.Name, m.Person
	})
	if human = humans[person]; human == "" {
		human = name
	}
	ok := false
	for _, h := range append(slices.Clone(g.heard), now) {
		if !sess.OnPaper() && (h.at.Before(sess.OpenedAt.Add(-time.Millisecond)) || h.at.After(sess.EndsAt)) || h.unit != "" && h.unit != p.Unit {
			continue
		}
		last := h.at.Equal(now.at) && h.text == now.text
		// He may go by another's name.
		named := strings.Contains(h.text, human) || name != "" && strings.Contains(h.text, name) || name == "周建国" && strings.Contains(h.text, "建国")
		himself := person != "" && h.person == person
		switch {
		case himself && (h.own || named && strings.Contains(h.text, "签")) && (last || p.Filing != ""), named && h.may[p.Unit]:
			ok = true
		case now.accepts && himself && now.person == person && h.doubt, now.accepts && now.may[p.Unit] && (named || himself):
			ok = true
		}
	}
	if !ok {
		g.fail("entry %d: %s is checked in at %s (%s, filing %s), and nobody stood behind it", e.Seq, name, p.Session, p.Via, p.Filing)
	}
	if p.Via.Own() && (p.Private.Person != now.person || now.person != person) {
		g.fail("entry %d: %s checked in himself by the word of %s", e.Seq, name, now.person)
	}
}

// allowed are the words that the leaf of a statement may hold.
var allowed = strings.NewReplacer("培训", "", "组织", "", "参与", "", "病假", "", "下乡", "", "本人撤回", "", "微信群登记（", "", "月", "", "日）", "",
	"公开活动", "", "刷单返利", "", "宣传", "")

var han = regexp.MustCompile(`\p{Han}+`)

// public checks that a leaf tells nothing of persons.
func (g *game) public(e ledger.Entry, r ledger.Record) {
	for _, name := range otherNames {
		if bytes.Contains(r.Leaf, []byte(name)) {
			g.fail("the leaf of entry %d has %s: %s", e.Seq, name, r.Leaf)
		}
	}
	for person, name := range humans {
		if bytes.Contains(r.Leaf, []byte(name)) || bytes.Contains(r.Leaf, []byte(`"`+person+`"`)) {
			g.fail("the leaf of entry %d has %s: %s", e.Seq, name, r.Leaf)
		}
	}
	switch e.Payload.(type) {
	case *bot.Filed, *bot.FilingSettled, *bot.FilingVoided, *bot.CheckedIn, *bot.Excused, *bot.Corrected:
		if words := han.FindString(allowed.Replace(string(r.Leaf))); words != "" {
			g.fail("the leaf of entry %d has words of a person, %s: %s", e.Seq, words, r.Leaf)
		}
	}
	if bytes.Contains(r.Private, []byte("转了三万")) {
		g.fail("entry %d keeps a call for help: %s", e.Seq, r.Private)
	}
}

// human says who a member is, and whether the program can know that he is one
// with others of that name at a session of unit u: an account without a name, or of
// another unit, is a stranger to it.
func (g *game) human(s *book.State, u bot.UnitID, id bot.MemberID) (string, bool) {
	m := s.Directory.MemberByID(id)
	if name, ok := humans[m.Person]; ok {
		return name, m.Name == name && m.Unit == u
	}
	return m.Name, true
}

// watch checks the state as a whole: nobody counts twice at a session or in a
// month; what is not agreed to leads to nothing; of two head counts of one thing one
// stands; what waits is what the entries say.
func (g *game) watch(s *book.State, now time.Time) {
	months := make(map[string]map[string]bot.MemberID)
	for _, sess := range s.Attendance.Sessions() {
		seen := make(map[string]bool)
		for _, c := range sess.Distinct(s.Directory.Same) {
			name, sure := g.human(s, sess.Unit, c.Member)
			if sure && seen[name] {
				g.fail("%s counts twice at %s: %v", name, sess.ID, sess.Distinct(s.Directory.Same))
			}
			seen[name] = seen[name] || sure
			month := string(sess.Unit) + sess.Month.String()
			if months[month] == nil {
				months[month] = make(map[string]bot.MemberID)
			}
			if other, ok := months[month][name]; ok && sure && other != c.Member {
				if _, known := g.human(s, sess.Unit, other); known {
					g.fail("%s is %s and %s in %s", name, other, c.Member, month)
				}
			}
			months[month][name] = c.Member
		}
		for _, c := range sess.CheckIns() {
			if c.Filing != "" && g.standings[c.Filing] != bot.Stands {
				g.fail("%v counts by filing %s, which is %s", c, c.Filing, g.standings[c.Filing])
			}
		}
		for _, l := range sess.Leaves() {
			if st := g.standings[l.Filing]; l.Filing != "" && st != bot.Stands && st != bot.Replaced {
				g.fail("%v counts by filing %s, which is %s", l, l.Filing, st)
			}
		}
	}
	g.one(s)
	heads := make(map[string]bot.FilingID)
	var waiting []string
	for _, f := range s.Filings.All() {
		if f.Standing != g.standings[f.Filing] {
			g.fail("filing %s is %s, by the entries %s", f.Filing, f.Standing, g.standings[f.Filing])
		}
		if f.Waiting() {
			waiting = append(waiting, f.No())
		}
		if f.Form == bot.FilesHeadcount && f.Standing == bot.Stands {
			key := fmt.Sprint(f.Unit, f.Session, f.Facts.Month)
			if heads[key] != "" {
				g.fail("head counts %s and %s of one session both stand", heads[key], f.Filing)
			}
			heads[key] = f.Filing
		}
	}
	queue := g.bot.queueText(s, "")
	if len(waiting) == 0 != (queue == "没有待办。") || len(waiting) > 0 && !strings.Contains(queue, fmt.Sprintf("待办 %d 项", len(waiting))) {
		g.fail("what waits is %v, the queue says %s", waiting, queue)
	}
	for _, r := range report.Month(s, bot.MonthOf(now)).Rows {
		if r.Present != r.Own+r.Vouched || r.Listed > r.Expected || r.Listed > r.Present {
			g.fail("row %+v does not add up", r)
		}
	}
}

// one checks that who was found to be one person is not two later.
func (g *game) one(s *book.State) {
	for _, u := range s.Directory.Units() {
		for _, m := range s.Directory.NamedOnly(u.ID) {
			met := !s.Directory.MemberByID(s.Directory.Same(m.ID)).ByName
			if g.known[m.ID] && !met && !slices.ContainsFunc(s.Directory.Roster(u.ID), func(p directory.Place) bool { return p.Name == m.Name }) {
				g.fail("%s was known to be a person who was met, and is one by himself now", m.ID)
			}
			g.known[m.ID] = g.known[m.ID] || met
		}
	}
}

var (
	numbers   = regexp.MustCompile(`（(\d+)号`)
	signedFor = regexp.MustCompile(`已登记(?:代签|接龙|微信群签到) (\d+) 人`)
)

// kept checks that what a person was just told is so.
func (g *game) kept(s *book.State, h heardBy, answer string, filed map[bot.FilingID]int, own int) {
	for line := range strings.Lines(answer) {
		var f *filing.Filing
		if m := numbers.FindStringSubmatch(line); m != nil {
			id, _ := filing.ID(m[1])
			f = s.Filings.Filing(id)
			if f == nil {
				g.fail("was told of a filing that is not there: %s", line)
			}
		}
		switch {
		case strings.Contains(line, "已转联络员（"), strings.Contains(line, "已转办公室（"):
			if !f.Waiting() {
				g.fail("%s is %s, but was told %s", f.Filing, f.Standing, line)
			}
		case strings.HasPrefix(line, "已登记") && f != nil:
			if f.Standing != bot.Stands && f.Standing != bot.Replaced {
				g.fail("%s is %s, but was told %s", f.Filing, f.Standing, line)
			}
			if m := signedFor.FindStringSubmatch(line); m != nil && !strings.Contains(line, "请假") {
				if n, _ := strconv.Atoi(m[1]); n != filed[f.Filing] {
					g.fail("%d entries of %s, but was told %s", filed[f.Filing], f.Filing, line)
				}
			}
		case strings.HasPrefix(line, "已签到："), strings.HasPrefix(line, "您本人已签到"), strings.HasPrefix(line, "已补签："):
			m := s.Directory.Member(h.person)
			if m == nil || !slices.ContainsFunc(s.Attendance.Sessions(), func(sess *attendance.Session) bool { _, ok := sess.CheckIn(m.ID); return ok }) {
				g.fail("has no check-in, but was told %s", line)
			}
		case strings.HasPrefix(line, "已撤回") && f != nil:
			if f.Standing == bot.Stands || f.Waiting() {
				g.fail("%s is %s, but was told %s", f.Filing, f.Standing, line)
			}
		}
	}
	if own > 1 {
		g.fail("one word of %s was %d check-ins", h.person, own)
	}
}

// finish opens the ledger anew: the same entries give the same state and reports.
func (g *game) finish() {
	picture := func(b *book.Book) (out string) {
		if err := b.View(context.Background(), func(s *book.State, now time.Time) error {
			for m, n := bot.MonthOf(noon).Add(-1), 0; n < 4; m, n = m.Add(1), n+1 {
				t := report.Month(s, m)
				out += string(t.CSV())
			}
			out += g.bot.queueText(s, "")
			for _, sess := range s.Attendance.Sessions() {
				out += fmt.Sprint(sess.ID, sess.Distinct(s.Directory.Same), sess.Leaves())
			}
			for _, u := range s.Directory.Units() {
				for _, m := range s.Directory.Members(u.ID) {
					out += fmt.Sprint(m.ID, m.Name, m.Sure, m.Liaison)
				}
			}
			return nil
		}); err != nil {
			g.fail("%v", err)
		}
		return out
	}
	before := picture(g.book)
	again := g.open(g.ledger)
	defer func() { _ = again.Close() }()
	if after := picture(again); after != before {
		g.fail("replayed it is\n%s\nbefore\n%s", after, before)
	}
}

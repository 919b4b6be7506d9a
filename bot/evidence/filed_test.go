package evidence

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const pastedText = "张三丰 9:01\r\n签到\r\n粘贴人 9:02\r\n已学习"

// file makes filing n of unit jiaoke by its liaison.
func (c *county) file(n int, form bot.FilingForm, standing bot.Standing, change func(*bot.Filed)) bot.FilingID {
	f := &bot.Filed{
		Filing: bot.FilingID(fmt.Sprintf("F%06d", n)), Form: form, Unit: "jiaoke", Standing: standing, By: "m00005",
		Private: bot.FilingText{Person: "SunQi", Message: fmt.Sprintf("msg-f%d", n), Text: fmt.Sprintf("第%d件的原话", n)},
	}
	change(f)
	c.say(f)
	return f.Filing
}

// vouch makes member m known by name and signs for him.
func (c *county) vouch(session bot.SessionID, m bot.MemberID, name string, via bot.Via, f bot.FilingID) {
	c.say(&bot.MemberMet{Member: m, Unit: "jiaoke", Private: bot.Actor{Name: name}},
		&bot.CheckedIn{Session: session, Member: m, Unit: "jiaoke", Via: via, Filing: f, Private: bot.CheckInEvidence{Name: name}})
}

func (c *county) paper(id bot.SessionID, month string) {
	c.say(&bot.SessionOpened{Session: id, Unit: "jiaoke", Title: "微信群登记", DueAt: c.now, EndsAt: c.now, Month: month})
}

func in(month string, session bot.SessionID) func(*bot.Filed) {
	return func(f *bot.Filed) { f.Facts.Month, f.Session = month, session }
}

// playFiled plays October to January, in which November gets what is filed in
// it, and what is filed for it and taken back long after.
func playFiled(t testing.TB) *county {
	c := newCounty(t)
	const week = 7 * 24 * time.Hour
	c.say(&bot.CountyFounded{County: "乡宁县", Key: c.key.Public()}, &bot.ProcessStarted{FourEyes: true},
		&bot.UnitRegistered{Unit: bot.Unit{ID: "jiaoke", Name: "教育科技局", Short: "教科局"}},
		&bot.GroupBound{Group: "g0001", Chat: bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "wr1"}, Unit: "jiaoke"},
		&bot.RosterImported{Unit: "jiaoke", Count: 4, By: "liu", Private: bot.RosterLines{Lines: []bot.RosterLine{{Name: "张三丰"}, {Name: "李四光"}, {Name: "陈代签"}, {Name: "许请假"}}}})
	c.meet(people[0])
	c.push(1, week)
	c.file(1, bot.FilesZeroCase, bot.Stands, in("2026-10", ""))

	c.at(day(november, 2, 9))
	c.vouch("S0001", "m00011", "陈代签", bot.ViaProxy, c.file(2, bot.FilesProxy, bot.Stands, in("", "S0001"))) // for October
	c.paper("B000001", "2026-10")
	c.vouch("B000001", "m00012", "旧粘贴", bot.ViaPaste, c.file(3, bot.FilesPaste, bot.Stands, in("2026-10", "B000001")))
	c.push(2, week)
	c.checkIn("S0002", people[0], false)
	proxies := c.file(4, bot.FilesProxy, bot.Stands, in("", "S0002"))
	c.say(&bot.CheckedIn{Session: "S0002", Member: "m00011", Unit: "jiaoke", Via: bot.ViaProxy, Filing: proxies, Private: bot.CheckInEvidence{Name: "陈代签"}})
	c.vouch("S0002", "m00013", "李四光", bot.ViaProxy, proxies)
	c.meet(people[1]) // who is that 李四光
	c.checkIn("S0002", people[1], false)
	away := c.file(5, bot.FilesLeave, bot.Stands, in("", "S0002"))
	c.say(&bot.MemberMet{Member: "m00014", Unit: "jiaoke", Private: bot.Actor{Name: "许请假"}},
		&bot.Excused{Session: "S0002", Member: "m00014", Unit: "jiaoke", Reason: "公出", Filing: away, Private: bot.CheckInEvidence{Name: "许请假"}},
		&bot.Excused{Session: "S0002", Member: "m00011", Unit: "jiaoke", Filing: away, Private: bot.CheckInEvidence{Name: "陈代签"}})
	c.file(6, bot.FilesHeadcount, bot.Stands, func(f *bot.Filed) {
		f.Session, f.Facts = "S0002", bot.Facts{Month: "2026-11", Expected: new(30), Actual: new(28), Leave: new(2)}
	})
	c.file(7, bot.FilesActivity, bot.Stands, func(f *bot.Filed) {
		f.Facts = bot.Facts{Month: "2026-11", On: "2026-11-20", Act: "培训", Role: "组织", Audience: new(35)}
		f.Private.Title, f.Private.Place = "反诈培训会", "三楼会议室"
	})
	c.file(8, bot.FilesProxy, bot.Waits, in("", "S0002"))

	c.at(day(december, 20, 9)) // long after November's last session
	c.say(&bot.FilingSettled{Filing: "F000008", Unit: "jiaoke", Verdict: bot.Stands, Operator: "liu", Private: bot.Said{Text: "同意吴十全"}})
	c.vouch("S0002", "m00015", "周待办", bot.ViaProxy, "F000008")
	c.file(9, bot.FilesHeadcount, bot.Stands, func(f *bot.Filed) {
		f.Session, f.Replaces, f.Facts = "S0002", "F000006", bot.Facts{Month: "2026-11", Expected: new(30), Actual: new(29), Leave: new(1)}
	})
	paste := c.file(10, bot.FilesPaste, bot.Stands, func(f *bot.Filed) {
		f.Session, f.Digest, f.Facts.Month, f.Private.Text = "B000002", bot.PasteDigest(pastedText), "2026-11", pastedText
	})
	c.paper("B000002", "2026-11")
	c.vouch("B000002", "m00016", "粘贴人", bot.ViaPaste, paste)
	c.file(11, bot.FilesActivity, bot.Stands, func(f *bot.Filed) {
		f.Facts = bot.Facts{Month: "2026-11", On: "2026-11-21", Act: "座谈", Role: "参与"}
		f.Private.Title = "撤回的座谈会"
	})
	c.file(12, bot.FilesProxy, bot.Stands, in("2026-12", ""))
	c.at(day(december, 29, 9))
	c.say(&bot.FilingVoided{Filing: "F000011", Unit: "jiaoke", By: "m00005", Private: bot.Said{Text: "没有开成"}})
	wrong := c.file(13, bot.FilesList, bot.Stands, in("", "S0002"))
	c.vouch("S0002", "m00017", "误接龙", bot.ViaList, wrong)
	c.at(day(december.Add(1), 5, 9))
	c.say(&bot.FilingVoided{Filing: wrong, Unit: "jiaoke", Operator: "liu"})
	return c
}

// exportWith returns the file that opt wants.
func (c *county) exportWith(opt Options) []byte {
	c.t.Helper()
	var b bytes.Buffer
	if _, err := Write(c.t.Context(), &b, c.snapshot(), opt); err != nil {
		c.t.Fatalf("Write of %+v: %v", opt, err)
	}
	return b.Bytes()
}

// The file's table is what the office sees, though it holds but a part of the
// ledger.
func TestFileOfFilingsSaysWhatTheOfficeSees(t *testing.T) {
	c := playFiled(t)
	for _, m := range []bot.Month{october, november, december, december.Add(1)} {
		var live []byte
		if err := c.book.View(t.Context(), func(s *book.State, _ time.Time) error {
			live = report.Month(s, m).CSV()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		file := c.exportWith(Options{Month: m})
		if diff := cmp.Diff(string(live), string(open(t, file).data[fileUnits])); diff != "" {
			t.Errorf("%v: table of the office (-) and of the file (+):\n%s", m, diff)
		}
		for _, opt := range []Options{{Month: m}, {Month: m, Masked: true}, {Month: m, Texts: true}, {Month: m, Masked: true, Texts: true}} {
			if done, err := c.verify(c.exportWith(opt), nil); err != nil {
				t.Errorf("%+v: Verify = %q, %v", opt, done, err)
			}
		}
	}
}

func TestTablesOfFilings(t *testing.T) {
	c := playFiled(t)
	full, masked := open(t, c.exportWith(Options{Month: november})), open(t, c.exportWith(Options{Month: november, Masked: true}))
	for file, got := range map[string][]byte{
		"units": full.data[fileUnits], "checkins": full.data[fileCheckIns], "filings": full.data[fileFilings],
		"leave": full.data[fileLeave], "activities": full.data[fileActivities],
		"units_masked": masked.data[fileUnits], "checkins_masked": masked.data[fileCheckIns], "filings_masked": masked.data[fileFilings],
		"leave_masked": masked.data[fileLeave], "activities_masked": masked.data[fileActivities],
		"readme": full.data[fileReadme], "readme_masked": masked.data[fileReadme],
	} {
		path := filepath.Join("testdata", file+".golden")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// What people wrote stays out, unless it is the basis of a row or asked for.
func TestFileHoldsNoMoreWordsThanItMust(t *testing.T) {
	c := playFiled(t)
	all := func(opt Options) string {
		a := open(t, c.exportWith(opt))
		var b []byte
		for _, name := range a.names {
			b = append(b, a.data[name]...)
		}
		return string(b)
	}
	texts, full, masked := all(Options{Month: november, Texts: true}), all(Options{Month: november}), all(Options{Month: november, Masked: true})
	for words, want := range map[string][3]bool{ // with texts, without, masked
		"第4件的原话": {false, false, false}, // a proxy: who was signed for has an entry
		"第7件的原话": {true, true, false},   // an activity: its title is there
		"第10件":   {false, false, false},
		"已学习":    {true, false, false}, // what was pasted
		"第3件的原话": {false, false, false},
		"没有开成":   {false, false, false},
		"吴十全":    {false, false, false},
		"陈代签":    {true, true, false},
		"许请假":    {true, true, false},
		"周待办":    {true, true, false},
		"旧粘贴":    {false, false, false}, // of October
	} {
		if got := [3]bool{strings.Contains(texts, words), strings.Contains(full, words), strings.Contains(masked, words)}; got != want {
			t.Errorf("%s: %v, want %v", words, got, want)
		}
	}
}

func TestTamperingWithFilingsIsFound(t *testing.T) {
	c := playFiled(t)
	file := c.exportWith(Options{Month: november, Texts: true})
	line := func(old, new string) func(*testing.T, *archive) {
		return func(_ *testing.T, a *archive) { a.setLines(replace(a.lines(), old, new)) }
	}
	forged := func(name, old, new string) func(*testing.T, *archive) { // by whoever has the key
		return func(t *testing.T, a *archive) {
			a.replace(name, old, new)
			a.sign(t, c.key, nil)
		}
	}
	without := func(kind string) func(*testing.T, *archive) { // made by whoever has the key
		return func(t *testing.T, a *archive) {
			snap := c.snapshot()
			sel, err := choose(t.Context(), snap, Options{Month: november})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(sel.items, func(it item) bool { return string(it.entry.Payload.Kind()) == kind && it.entry.Seq > sel.from })
			sel.items = slices.Delete(sel.items, i, i+1)
			var b bytes.Buffer
			if _, err := write(t.Context(), &b, snap, Options{Month: november}, sel); err != nil {
				t.Fatal(err)
			}
			*a = *open(t, b.Bytes())
		}
	}
	for _, tt := range []struct {
		name, place string
		tamper      func(*testing.T, *archive)
	}{
		{"a head count edited", fileEntries + " 第 ", line(`"actual":28`, `"actual":30`)},
		{"a proxy made a click", fileEntries + " 第 ", line(`"via":"proxy"`, `"via":"card"`)},
		{"a paste edited", fileEntries + " 第 ", line("已学习", "没学习")},
		{"a digest edited", fileEntries + " 第 ", line(bot.PasteDigest(pastedText), bot.PasteDigest("别的"))},
		{"a verdict edited", fileEntries + " 第 ", line(`"verdict":"stands"`, `"verdict":"refused"`)},
		{"a month edited", fileEntries + " 第 ", line(`"month":"2026-11"`, `"month":"2026-12"`)},
		{"a leave edited", fileEntries + " 第 ", line(`公出`, `事假`)},
		{"a table edited", fileFilings, func(_ *testing.T, a *archive) { a.replace(fileFilings, "代签", "接龙") }},
		{"a way to check in forged", fileCheckIns, forged(fileCheckIns, "代签", "卡片")},
		{"a standing forged", fileFilings, forged(fileFilings, "已更正作废", "已计入")},
		{"leave forged", fileLeave, forged(fileLeave, "有效", "作废")},
		{"an activity forged", fileActivities, forged(fileActivities, "否：", "是：")},
		{"a figure forged", fileUnits, forged(fileUnits, ",29,", ",30,")},
		{"the grades forged", fileReadme, forged(fileReadme, "由高到低", "由低到高")},
		{"a filing left out", "台账第 ", without("filing.made")},
		{"leave left out", "台账第 ", without("leave.recorded")},
		{"the texts said to be out", fileReadme, func(t *testing.T, a *archive) { a.sign(t, c.key, func(m *manifest) { m.texts = false }) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := open(t, file)
			tt.tamper(t, a)
			_, err := c.verify(a.pack(t), nil)
			wantFault(t, tt.name, err, tt.place)
		})
	}
}

// The digest of a paste is public from the first; the text must be that one.
func TestPastedTextIsCheckedAgainstItsDigest(t *testing.T) {
	c := playFiled(t)
	done, err := c.verify(c.exportWith(Options{Month: november, Texts: true}), nil)
	if err != nil || !slices.ContainsFunc(done, func(s string) bool { return strings.Contains(s, "1 份粘贴的原文") }) {
		t.Errorf("Verify = %q, %v, want one text checked", done, err)
	}
	c.file(14, bot.FilesPaste, bot.Stands, func(f *bot.Filed) {
		f.Digest, f.Facts.Month, f.Private.Text = bot.PasteDigest("张三丰 签到"), "2026-11", "张三丰 李四光 签到"
	})
	if _, err := c.verify(c.exportWith(Options{Month: november}), nil); err != nil {
		t.Errorf("without the text: %v", err)
	}
	_, err = c.verify(c.exportWith(Options{Month: november, Texts: true}), nil)
	wantFault(t, "another text than was booked", err, "台账第 ")
}

func TestSummaryCountsTheMonthsFilings(t *testing.T) {
	c := playFiled(t)
	sum, err := Write(t.Context(), new(bytes.Buffer), c.snapshot(), Options{Month: november, Masked: true})
	if err != nil || sum.Filings != 9 || sum.CheckIns != 7 {
		t.Errorf("Write = %+v, %v, want 9 filings and 7 check-ins", sum, err)
	}
}

package evidence

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

func TestEveryMonthVerifies(t *testing.T) {
	c, shown := play(t)
	for name, tt := range map[string]struct {
		month    bot.Month
		checkIns int
		witness  bool // November's checkpoint lies in its range
	}{
		"before the ledger began":      {month: october.Add(-1)},
		"the first, from entry 0":      {october, 2, false},
		"one with late check-ins":      {november, 4, true},
		"one that reaches to the next": {december, 2, false},
		"one without entries":          {month: december.Add(1)},
		"the current":                  {december.Add(2), 1, false},
	} {
		for _, masked := range []bool{false, true} {
			file := c.export(tt.month, masked)
			if done, err := c.verify(file, nil); err != nil || len(done) != 7 {
				t.Errorf("%s (masked %t): Verify = %q, %v", name, masked, done, err)
			}
			rows := table(t, open(t, file).data[fileCheckIns])
			if len(rows)-1 != tt.checkIns {
				t.Errorf("%s (masked %t): %d check-ins, want %d: %q", name, masked, len(rows)-1, tt.checkIns, rows)
			}
			done, err := c.verify(file, &shown)
			if tt.witness && (err != nil || len(done) != 8) {
				t.Errorf("%s: with the kept checkpoint: %q, %v", name, done, err)
			}
		}
	}
	var none bytes.Buffer
	_, err := Write(t.Context(), &none, c.snapshot(), Options{Month: december.Add(3), Masked: true})
	if _, refused := bot.RefusalText(err); !refused || none.Len() != 0 {
		t.Errorf("a month that has not come: %v, %d bytes", err, none.Len())
	}
}

// table reads a CSV file of the evidence.
func table(t *testing.T, b []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTablesSayWhatHappened(t *testing.T) {
	c, _ := play(t)
	a := open(t, c.export(november, false))
	type row struct{ session, name, late, state string }
	var got []row
	for _, r := range table(t, a.data[fileCheckIns])[1:] {
		got = append(got, row{r[4], r[6], r[10], r[11]})
	}
	want := []row{
		{"S0002", "张三丰", "", "有效"},
		{"S0002", "李四光", "", "作废：重复"},
		{"S0003", "王五岳", "", "作废：重复"}, // corrected in December
		{"S0003", "李四光", "是", "有效"},   // in December
	}
	if !slices.Equal(got, want) {
		t.Errorf("check-ins are %q, want %q", got, want)
	}
	units := table(t, a.data[fileUnits])
	if units[1][1] != "教科局" || units[2][1] != "卫健局" || units[1][7] != "2" {
		t.Errorf("table of units is %q", units)
	}
	if n := len(table(t, a.data[fileDeliveries])) - 1; n != 2 {
		t.Errorf("%d deliveries, want 2", n)
	}
}

func TestSameSnapshotGivesTheSameBytes(t *testing.T) {
	c, _ := play(t)
	snap := c.snapshot()
	write := func(masked bool) []byte {
		var b bytes.Buffer
		if _, err := Write(t.Context(), &b, snap, Options{Month: november, Masked: masked}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, masked := range []bool{false, true} {
		first := write(masked)
		c.say(&bot.DangerRaised{}) // the ledger goes on, the snapshot does not
		if !bytes.Equal(first, write(masked)) {
			t.Errorf("masked %t: the second file differs from the first", masked)
		}
	}
}

// secrets are all words of private parts in the played county.
var secrets = []string{
	"张三", "李四", "王五", "赵六", "孙七", "钱八", "周九", "吴十", "郑联", "冯十",
	"ZhangSan", "LiSi", "WangWu", "ZhaoLiu", "SunQi", "QianBa", "ZhengLian", "msg-",
}

func TestMaskedFileNamesNobody(t *testing.T) {
	c, _ := play(t)
	for _, m := range []bot.Month{october, november, december} {
		a := open(t, c.export(m, true))
		for name, data := range a.data {
			for _, s := range secrets {
				if bytes.Contains(data, []byte(s)) {
					t.Errorf("%v: %s holds %s", m, name, s)
				}
			}
			if bytes.Contains(data, []byte(`"salt"`)) {
				t.Errorf("%v: %s holds a private part", m, name)
			}
		}
	}
}

// The full file names those who checked in at the month's sessions and who is on
// the roster, and nobody else.
func TestFullFileNamesOnlyWhomItMust(t *testing.T) {
	c, _ := play(t)
	a := open(t, c.export(november, false))
	all := string(bytes.Join([][]byte{a.data[fileEntries], a.data[fileCheckIns], a.data[fileUnits], a.data[fileGroups], a.data[fileDeliveries]}, nil))
	for name, want := range map[string]bool{
		"张三丰": true, "李四光": true, "王五岳": true, // checked in
		"冯十二":       true,  // on the newest roster
		"赵六合":       false, // checked in for December only
		"孙七步":       false, // for October only
		"周九如":       false, // on an older roster
		"钱八斗":       false, // bound the group
		"吴十全":       false, // was asked about
		"ZhengLian": false, // got a notice
	} {
		if got := strings.Contains(all, name); got != want {
			t.Errorf("the file holds %s: %t, want %t", name, got, want)
		}
	}
}

func TestErasedPrivatePartsLeaveTheFileValid(t *testing.T) {
	c, _ := play(t)
	var seqs []int64
	for seq := range c.snapshot().Tree.Size() {
		seqs = append(seqs, seq)
	}
	if err := c.mem.Erase(t.Context(), seqs...); err != nil {
		t.Fatal(err)
	}
	file := c.export(november, false)
	if _, err := c.verify(file, nil); err != nil {
		t.Errorf("Verify = %v", err)
	}
	if rows := table(t, open(t, file).data[fileCheckIns]); len(rows) != 5 || rows[1][6] != "" {
		t.Errorf("check-ins are %q", rows)
	}
}

func TestSummaryCountsTheMonthsCheckIns(t *testing.T) {
	c, _ := play(t)
	snap := c.snapshot()
	sum, err := Write(t.Context(), new(bytes.Buffer), snap, Options{Month: november, Masked: true})
	if err != nil || sum.CheckIns != 4 || sum.Size != snap.Tree.Size() || sum.Entries == 0 {
		t.Errorf("Write = %+v, %v", sum, err)
	}
}

// The last session of a month may end in the next; its check-ins are in the
// month's file, and the file reaches beyond its end.
func TestRangeReachesOverTheLastSession(t *testing.T) {
	c, _ := play(t)
	sel, err := choose(t.Context(), c.snapshot(), Options{Month: november})
	if err != nil {
		t.Fatal(err)
	}
	entry := func(seq int64) time.Time {
		for _, it := range sel.items {
			if it.entry.Seq == seq {
				return it.entry.At
			}
		}
		t.Fatalf("entry %d is not in the file", seq)
		return time.Time{}
	}
	if at := entry(sel.from); !at.Before(november.Start()) {
		t.Errorf("the range begins at %v", at)
	}
	if at := entry(sel.to); at.Before(day(december, 6, 9)) || at.After(day(december, 21, 9)) {
		t.Errorf("the range ends at %v", at)
	}
}

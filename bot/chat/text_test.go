package chat

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		quoted         bool
	}{
		{"width and case", "ＱＤ　ＯＫ！", "qd ok!", false},
		{"traditional", "簽到，教課局", "签到,教课局", false},
		{"key cap", "1️⃣", "1", false},
		{"skin tone", "🖐🏽到", "🖐到", false},
		{"spaced characters", "我 要 签 到", "我要签到", false},
		{"space within 签到", "张三 签 到", "张三 签到", false},
		{"space between names", "张三 签到", "张三 签到", false},
		{"bot's mention", "@反诈小助手\u2005签到", "签到", false},
		{"bot's mention without space", "@反诈小助手签到", "签到", false},
		{"mention within", "签到 @王主任", "签到", false},
		{"quotation", "「反诈小助手：请签到」\n- - - - - -\n收到", "收到", true},
		{"quoted lines", "> 请签到\n收到", "收到", true},
		{"only a quotation", "「请签到」", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := normalize(c.in)
			if got := string(n.runes); got != c.want || n.quoted != c.quoted {
				t.Errorf("normalize(%q) = %q, quoted %v; want %q, %v", c.in, got, n.quoted, c.want, c.quoted)
			}
		})
	}
	if got := len(normalize(strings.Repeat("签", 5000)).runes); got != maxRunes {
		t.Errorf("a long text keeps %d characters, want %d", got, maxRunes)
	}
}

// TestFoldTableIsStable: folding twice is folding once, and both tables hold
// whole pairs.
func TestFoldTableIsStable(t *testing.T) {
	for from, to := range foldTable() {
		if again := foldTable()[to]; to != 0 && again != 0 {
			t.Errorf("%c folds to %c, which folds to %c", from, to, again)
		}
	}
	for _, s := range []string{traditional, variants} {
		if n := len([]rune(strings.ReplaceAll(s, "\n", ""))); n%2 != 0 {
			t.Errorf("%q holds %d characters, an odd number", s, n)
		}
	}
}

// TestSegment: the cut takes the longest words over the whole text and tells
// names from words.
func TestSegment(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"教科局张三签到":      "教科局 张三 签到",
		"张三李四王五":       "张三 李四 王五",
		"邮政储蓄李四":       "邮政储蓄 李四",
		"邮储银行乡宁县支行李四":  "邮储银行乡宁县支行 李四",
		"昌宁镇政府欧阳小雨已签到": "昌宁镇政府 欧阳小雨 已 签到",
		"移动支付真方便":      "移动支付 真 方便",
		"签到处在一楼":       "签到处 在 一楼",
		"来签到了":         "来 签到 了",
		"王五工行的":        "王五 工行 的",
		"补11.18培训":     "补 11.18 培训",
		"短信3.2万条":      "短信 3.2万 条",
		"二十三人":         "二十三 人",
		"qd":           "qd",
	} {
		var words []string
		for _, tok := range segment(l.reply, []rune(text), nil) {
			words = append(words, tok.text)
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%q is cut as %q, want %q", text, got, want)
		}
	}
}

func TestScanNumber(t *testing.T) {
	for in, want := range map[string]int{
		"35人": 35, "1,200份": 1200, "3.2万条": 32000, "5千": 5000, "十": 10, "十二": 12, "二十三人": 23,
		"两百": 200, "一百零五": 105, "三千二百": 3200, "一万二千": 12000, "两": 2,
	} {
		if _, got, ok := scanNumber([]rune(in), 0); !ok || got != want {
			t.Errorf("scanNumber(%q) = %d, %v; want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"百货", "签", "x"} {
		if _, n, ok := scanNumber([]rune(in), 0); ok && n == 0 {
			t.Errorf("scanNumber(%q) = 0, true", in)
		}
	}
}

func TestScanDate(t *testing.T) {
	for in, want := range map[string]calDate{
		"2026年10月20日": {2026, 10, 20}, "2026-10": {2026, 10, 0}, "11月": {0, 11, 0}, "十月份": {0, 10, 0},
		"11.20": {0, 11, 20}, "11/20": {0, 11, 20}, "11月20号": {0, 11, 20}, "20号": {0, 0, 20}, "二十号": {0, 0, 20}, "26年3月": {2026, 3, 0},
	} {
		if _, got, ok := scanDate([]rune(in), 0); !ok || got != want {
			t.Errorf("scanDate(%q) = %v, %v; want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"3.2万", "35人", "2号楼", "13月", "1.5小时", "99.9%"} {
		if _, got, ok := scanDate([]rune(in), 0); ok {
			t.Errorf("scanDate(%q) = %v, want none", in, got)
		}
	}
}

// TestUnitForms: a unit is found by every name that people give it, and by no
// name of a neighbour.
func TestUnitForms(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for name, want := range map[string]bot.UnitID{
		"教科局": "jiaoke", "县教科局": "jiaoke", "乡宁县教科局": "jiaoke", "教育局": "jiaoke", "教课局": "jiaoke", "教可局": "jiaoke", "jkj": "jiaoke", "JKJ": "jiaoke", "jiaokeju": "jiaoke",
		"邮政储蓄": "youchu", "邮政储蓄银行": "youchu", "邮储": "youchu", "邮政": "youzheng", "邮局": "youzheng", "农商行": "nongshang", "nsh": "nongshang", "农行": "nonghang", "nh": "nonghang", "nonghang": "nonghang",
		"工商银行": "gonghang", "工行": "gonghang", "工商局": "shijian", "中国银行": "zhonghang", "中国移动": "yidong", "移动公司": "yidong", "关王庙": "guanwangmiao", "关王庙乡政府": "guanwangmiao",
		"weizhuang": "weizhuang", "yuzhuang": "weizhuang", "网信办": "wangluo", "电视台": "rongmei", "平安办": "zhengfa", "枣领乡": "zaoling",
	} {
		got := l.ReadQuery(name+" 11月", now)
		if diff := cmp.Diff(UnitIDs{want}, got.Unit); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"人民银行", "税务局", "医院", "教育厅", "移动支付", "电信诈骗", "招商银行", "市公安局"} {
		if got := l.ReadQuery(name+" 11月", now); got.Unit != nil {
			t.Errorf("%s was taken for %v", name, got.Unit)
		}
	}
}

// TestJSONStyle: keys and values as in the labelled data, nothing empty.
func TestJSONStyle(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct {
		got  any
		want string
	}{
		{l.ReadReply("教科局张三签到", Context{Now: now}), `{"by":"self","counts":true,"intent":"checkin","n":["张三"],"rule":"签到","unit":"jiaoke"}`},
		{l.ReadReply("收到", Context{Now: now}), `{"counts":"ctx","form":"receipt","intent":"ack","receipt":true,"rule":"已读回执"}`},
		{l.ReadReply("没来", Context{Now: now}), `{"counts":false,"intent":"negation","rule":"没签或不签"}`},
		{l.ReadQuery("教科局 10月", now), `{"intent":"unit_month","month":"2026-10","rule":"一个单位","unit":"jiaoke"}`},
		{l.ReadQuery("教科局+司法局", now), `{"intent":"compare","month":"2026-11","rule":"几个单位对比","unit":["jiaoke","sifa"]}`},
	} {
		if got := fmtMap(asMap(t, c.got)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestLexiconWithoutUnits: an empty county is read too.
func TestLexiconWithoutUnits(t *testing.T) {
	l := NewLexicon(nil)
	if got := l.ReadReply("签到", Context{Now: now}); got.Counts != Yes {
		t.Errorf("签到 counts %d", got.Counts)
	}
	if got := l.ReadQuery("教科局", now); got.Intent != UnknownUnit {
		t.Errorf("教科局 is %s", got.Intent)
	}
}

// TestConcurrentReading: one Lexicon serves many.
func TestConcurrentReading(t *testing.T) {
	l := NewLexicon(testUnits(t))
	rows := readRows(t, "testdata/replies.tsv")
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for _, r := range rows {
				l.ReadReply(r.text, Context{Now: now})
				l.ReadQuery(r.text, now)
			}
		})
	}
}

package search

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

var day0 = time.Date(2026, 11, 23, 1, 6, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// ids returns the ids of r's hits, in their order.
func ids(r Result) []string {
	out := []string{}
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

func TestFindBy(t *testing.T) {
	for _, c := range []struct {
		rule, title, text, words string
		want                     bool
	}{
		{"one character", "警惕刷单返利", "", "刷", true},
		{"two characters", "警惕刷单返利", "", "刷单", true},
		{"a long word", "警惕刷单返利", "", "刷单返利", true},
		{"a long word whose pairs stand apart", "刷单 单返 返利", "", "刷单返利", false},
		{"a word half in the title, half in the text", "刷单", "返利", "刷单返利", false},
		{"two words, both needed", "刷单", "兼职返利", "返利 刷单", true},
		{"two words, one missing", "刷单", "兼职返利", "刷单 客服", false},
		{"words parted by punctuation", "刷单，返利", "", "“刷单”、返利！", true},
		{"a word does not reach over punctuation", "刷单，返利", "", "单返", false},
		{"traditional characters asked", "冒充客服退款", "", "冒充客服退款詐騙", false},
		{"traditional characters folded", "网络诈骗", "", "網絡詐騙", true},
		{"traditional characters in the title", "網絡詐騙", "", "网络诈骗", true},
		{"the beginning of a Latin word", "", "下载ZoomMeeting共享屏幕", "zoom", true},
		{"not the middle of a Latin word", "", "下载ZoomMeeting共享屏幕", "meeting", false},
		{"a Latin word longer than its list", "", "sharescreenpro", "ShareScreenP", true},
		{"a Latin word as long, but other", "", "sharescreenpro", "sharescreenX", false},
		{"full width", "", "ＡＰＰ １００８６", "app 10086", true},
		{"a number's beginning", "", "被骗50000元", "500", true},
		{"Latin and Chinese in one word", "AI换脸", "", "ai换脸", true},
		{"Latin and one character in one word", "AI换脸", "", "ai换", true},
		{"Latin before Chinese only from its beginning", "XAI换脸", "", "ai换脸", false},
		{"a number and one character", "", "被骗5元", "5元", true},
		{"initials", "刷单返利", "", "sdfl", true},
		{"initials from the middle", "警惕刷单返利", "", "sdfl", true},
		{"initials do not reach over punctuation", "刷单，返利", "", "sdfl", false},
		{"full pinyin", "刷单返利", "", "shuadanfanli", true},
		{"pinyin, the last syllable begun", "刷单返利", "", "shuadanfanl", true},
		{"pinyin and initials mixed", "刷单返利", "", "shuadfl", true},
		{"one syllable", "刷单返利", "", "dan", true},
		{"pinyin of what is not there", "刷单返利", "", "shuafan", false},
		{"pinyin in capitals", "刷单返利", "", "SDFL", true},
		{"one letter is no pinyin", "刷单返利", "", "s", false},
		{"pinyin of the text", "", "刷单返利", "sdfl", false},
		{"the id", "刷单", "", "a0001", true},
		{"the beginning of an id", "刷单", "", "a00", false},
		{"nothing", "刷单", "", " ，", false},
		{"an emoji alone", "刷单", "", "😀", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := New()
			x.Put(Doc{Kind: Alert, ID: "A0001", At: day0, Title: c.title, Text: c.text})
			if r := x.Find(Query{Words: c.words, Office: true}); (r.Total == 1) != c.want || len(r.Hits) != r.Total {
				t.Errorf("Find(%q) in %q / %q = %+v, want a hit: %v", c.words, c.title, c.text, r, c.want)
			}
		})
	}
}

func TestNamesAreReadAsPeopleReadThem(t *testing.T) {
	for name, spellings := range map[string][]string{
		"张三":      {"zs", "zhangsan", "zhangs", "zsan", "san"},
		"单田芳":     {"stf", "shantianfang"},
		"仇英":      {"qy", "qiuying"},
		"解晓东":     {"xxd", "xiexiaodong"},
		"曾国藩":     {"zgf", "zengguofan"},
		"区文":      {"ow", "ouwen"},
		"查良镛":     {"zly", "zhaliangyong"},
		"任建国":     {"rjg", "renjianguo"},
		"盖聂":      {"gn", "genie"},
		"尉建军":     {"wjj", "weijianjun"},
		"尉迟恭":     {"yc", "yuchigong", "ycg"},
		"乐毅":      {"yy", "yueyi", "ly", "leyi"},
		"朴树":      {"ps", "piaoshu", "pushu"},
		"翟志刚":     {"zzg", "zhaizhigang"},
		"缪明":      {"mm", "miaoming"},
		"冼星海":     {"xxh", "xianxinghai"},
		"万俟卨":     {"mq", "moqi"},
		"长孙无忌":    {"zswj", "zhangsunwuji"},
		"贾平":      {"jp", "jiaping"},
		"覃海":      {"qh", "qinhai", "th", "tanhai"},
		"吕布":      {"lb", "lvbu", "lubu"},
		"沈从文":     {"scw", "shencongwen"},
		"石磊":      {"sl", "shilei"},
		"阿不都·买买提": {"abdmmt", "abudu"},
		"张　三":     {"zs", "张三"},
		"農商行会计":   {"nsh", "nongshanghang", "kuaiji", "hkj"},
		"重庆银行":    {"cqyh", "chongqingyinhang"},
		"長孫":      {"zs", "长孙"},
	} {
		x := New()
		x.Put(Doc{Kind: Person, ID: "u/1", Unit: "u", Title: name})
		for _, s := range spellings {
			if r := x.Find(Query{Words: s, Office: true}); r.Total != 1 {
				t.Errorf("%s is not found by %q", name, s)
			}
		}
		for _, s := range []string{"zzz", "hangx", "s z"} {
			if r := x.Find(Query{Words: s, Office: true}); r.Total != 0 {
				t.Errorf("%s is found by %q", name, s)
			}
		}
	}
}

func TestOrder(t *testing.T) {
	x := New()
	for _, d := range []Doc{
		{Kind: Person, ID: "u/张三丰", Title: "张三丰"},
		{Kind: Person, ID: "u/张三", Title: "张三"},
		{Kind: Alert, ID: "A0003", At: day(3), Title: "新骗局", Text: "张三被骗"},
		{Kind: Alert, ID: "A0002", At: day(1), Title: "张三的教训"},
		{Kind: Push, ID: "P0002", At: day(1), Title: "张三的教训"},
		{Kind: Alert, ID: "A0001", At: day(2), Title: "听张三说"},
		{Kind: Alert, ID: "A0004", At: day(1), Title: "张三的教训"},
	} {
		x.Put(d)
	}
	want := []string{"u/张三", "A0001", "A0002", "A0004", "P0002", "u/张三丰", "A0003"}
	for _, words := range []string{"张三", "張三"} {
		r := x.Find(Query{Words: words, Office: true})
		if diff := cmp.Diff(want, ids(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", words, diff)
		}
	}
	for limit := 1; limit <= len(want); limit++ {
		r := x.Find(Query{Words: "张三", Office: true, Limit: limit})
		if diff := cmp.Diff(want[:limit], ids(r)); diff != "" || r.Total != len(want) {
			t.Errorf("limit %d, total %d (-want +got):\n%s", limit, r.Total, diff)
		}
	}
	if r := x.Find(Query{Words: "zs", Office: true, Limit: 1}); r.Hits[0].ID != "u/张三" || r.Total != 6 {
		t.Errorf("zs: %+v, want 张三 first of 6", r)
	}
	if r := x.Find(Query{Words: "a0002", Office: true}); r.Total != 1 || r.Hits[0].ID != "A0002" {
		t.Errorf("a0002: %+v", r)
	}
}

func TestFilters(t *testing.T) {
	x := New()
	for _, d := range []Doc{
		{Kind: Alert, ID: "A0001", At: day(0), Title: "刷单", State: bot.Approved},
		{Kind: Alert, ID: "A0002", At: day(10), Title: "刷单", State: bot.Pushed},
		{Kind: Alert, ID: "A0003", At: day(20), Title: "刷单", State: bot.Drafted},
		{Kind: Alert, ID: "A0004", At: day(20), Title: "刷单", State: bot.Verified},
		{Kind: Alert, ID: "A0005", At: day(20), Title: "刷单", State: bot.Withdrawn},
		{Kind: Push, ID: "P0001", At: day(11), Title: "刷单", State: bot.Pushed},
		{Kind: Activity, ID: "F1", Unit: "jiaoke", At: day(5), Title: "防刷单宣讲", State: bot.Approved},
		{Kind: Activity, ID: "F2", Unit: "caizheng", At: day(5), Title: "防刷单宣讲"},
		{Kind: Person, ID: "jiaoke/刷单", Unit: "jiaoke", Title: "刷单"},
	} {
		x.Put(d)
	}
	for _, c := range []struct {
		rule string
		q    Query
		want []string
	}{
		{"members see approved alerts only", Query{}, []string{"A0002", "A0001"}},
		{"members see no others by asking for them", Query{Kinds: []Kind{Person, Activity, Push}}, []string{}},
		{"kinds", Query{Office: true, Kinds: []Kind{Activity, Push}}, []string{"P0001", "F1", "F2"}},
		{"a kind that there is not", Query{Office: true, Kinds: []Kind{77}}, []string{}},
		{"unit, and the county's", Query{Office: true, Unit: "jiaoke", Kinds: []Kind{Push, Activity, Person}}, []string{"P0001", "jiaoke/刷单", "F1"}},
		{"unit that has nothing", Query{Office: true, Unit: "none", Kinds: []Kind{Activity, Person}}, []string{}},
		{"time, from included, to not", Query{Office: true, From: day(0), To: day(10), Kinds: []Kind{Alert, Activity}}, []string{"A0001", "F1", "F2"}},
		{"time bounds no person", Query{Office: true, From: day(90), Kinds: []Kind{Alert, Person}}, []string{"jiaoke/刷单"}},
		{"time that ends before it begins", Query{Office: true, From: day(3), To: day(1)}, []string{}},
	} {
		c.q.Words = "刷单"
		if diff := cmp.Diff(c.want, ids(x.Find(c.q))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.rule, diff)
		}
	}
}

// What is replaced or removed leaves nothing behind, not even a pair of
// characters of a name.
func TestRemoveLeavesNothing(t *testing.T) {
	x := New()
	x.Put(Doc{Kind: Alert, ID: "A0001", Title: "刷单", Text: "Zoom 共享屏幕"})
	x.Put(Doc{Kind: Person, ID: "u/欧阳修", Title: "欧阳修"})
	x.Put(Doc{Kind: Alert, ID: "A0001", Title: "客服", Text: "退款 QQ"})
	for words, want := range map[string]int{"刷单": 0, "zoom": 0, "sd": 0, "客服": 1, "qq": 1, "kf": 1, "欧阳": 1} {
		if r := x.Find(Query{Words: words, Office: true}); r.Total != want {
			t.Errorf("after Put: %s is found %d times, want %d", words, r.Total, want)
		}
	}
	x.Remove(Alert, "A0001")
	x.Remove(Person, "u/欧阳修")
	x.Remove(Person, "nobody")
	if len(x.chars)+len(x.pairs)+len(x.latin)+len(x.initials)+len(x.slots) != 0 {
		t.Errorf("left behind: %v %v %v %v %v", x.chars, x.pairs, x.latin, x.initials, x.slots)
	}
	x.Put(Doc{Kind: Letter, ID: "L1", Title: "提示函"})
	if len(x.docs) != 2 {
		t.Errorf("%d slots for one doc after two, want two", len(x.docs))
	}
}

func TestFoldTables(t *testing.T) {
	n := 0
	for _, r := range traditional {
		if r != '\n' {
			n++
			if !isHan(r) {
				t.Errorf("%q is not Chinese", r)
			}
		}
	}
	if n%2 != 0 {
		t.Errorf("%d characters do not make pairs", n)
	}
	for from, to := range plain() {
		if next, ok := plain()[to]; ok && next != to {
			t.Errorf("%c becomes %c, which becomes %c", from, to, next)
		}
	}
	for r, all := range readingsOf() {
		if !isHan(r) || len(all) == 0 || len(read(r)) < len(all) {
			t.Errorf("%c: readings %q", r, all)
		}
	}
	for k := range lastKind {
		if (k + 1).Chinese() == "" {
			t.Errorf("kind %d has no name", k+1)
		}
	}
}

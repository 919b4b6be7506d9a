package chat

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"fanzha/bot"
)

// countyUnits reads the units of the county's directory as it is delivered.
func countyUnits(tb testing.TB) []bot.Unit {
	tb.Helper()
	b, err := os.ReadFile("../../config/county/xiangning.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	field := regexp.MustCompile(`(?m)^ +(?:- )?(id|name|short|aliases): \[?([^\]#\n]*)`)
	var units []bot.Unit
	for _, m := range field.FindAllStringSubmatch(string(b), -1) {
		val := strings.TrimSpace(m[2])
		if m[1] == "id" {
			units = append(units, bot.Unit{ID: bot.UnitID(val)})
			continue
		}
		u := &units[len(units)-1]
		switch m[1] {
		case "name":
			u.Name = val
		case "short":
			u.Short = val
		case "aliases":
			u.Aliases = strings.Split(val, ", ")
		}
	}
	return units
}

// typed are, for every unit, its short name in letters and a way in which its
// name comes out of an input method by mistake.
const typed = `xuanchuan xuanchuanbu 宣穿部
zhengfa zhengfawei 政发委
wangluo wangluofuwuzhongxin 网络服物中心
renda rendafagongwei 人大法公委
fayuan fayuan 发院
jianchayuan jianchayuan 监察院
gongan gonganju 公安居
fagai fagaiju 发该局
jiaoke jiaokeju 教克局
gongxin gongxinju 工心局
shijian shichangjianguanju 市场坚管局
sifa sifaju 司罚局
caizheng caizhengju 才政局
youzheng youzhenggongsi 油政公司
rongmei rongmeitizhongxin 溶媒体中心
yinbaojian yinbaojianzu 银保监祖
yidong yidonggongsi 移动公思
liantong liantonggongsi 连通公司
dianxin dianxingongsi 电信公思
nongshang nongshanghang 农商航
nonghang nonghang 浓行
gonghang gonghang 公行
jianhang jianhang 建航
zhonghang zhonghang 中航
youchu youchuyinhang 油储银行
jinshang jinshangyinhang 进商银行
shuzheng shuzizhengwuzhongxin 数字正务中心
changning changningzhen 昌宁真
guanghua guanghuazhen 光花镇
taitou taitouzhen 抬头镇
guantou guantouzhen 关头镇
xipo xipozhen 西破镇
shuanghe shuanghexiang 双河乡
guanwangmiao guanwangmiaoxiang 官王庙乡
weizhuang weizhuangxiang 卫庄乡
xijiaokou xijiaokouxiang 西郊口乡
zaoling zaolingxiang 枣林乡`

// TestEveryNameOfEveryUnit: whatever a unit is called, typed or mistyped, it
// is found, and only it.
func TestEveryNameOfEveryUnit(t *testing.T) {
	units := countyUnits(t)
	if len(units) != 37 {
		t.Fatalf("read %d units, want 37", len(units))
	}
	names := make(map[bot.UnitID][]string)
	for _, u := range units {
		names[u.ID] = append([]string{u.Name, u.Short, "县" + u.Short, "乡宁县" + u.Short}, u.Aliases...)
	}
	for line := range strings.Lines(typed) {
		f := strings.Fields(line)
		names[bot.UnitID(f[0])] = append(names[bot.UnitID(f[0])], f[1:]...)
	}
	l := NewLexicon(units)
	for id, forms := range names {
		for _, form := range forms {
			texts := []string{form + " 11月", "10月" + form, form + "本月参与率"}
			switch form {
			case "学校":
				continue // 学校 are first of all the schools
			case "宣传":
				texts = texts[:2] // 宣传的参与率
			}
			for _, text := range texts {
				got := l.ReadQuery(text, now)
				if len(got.Unit) != 1 || got.Unit[0] != id {
					t.Errorf("%q: %s %v, want %s", text, got.Intent, got.Unit, id)
				}
			}
		}
	}
}

// TestUnitTraps: words with a unit's name in them, and organisations that are
// none of the county's units, are not taken for one.
func TestUnitTraps(t *testing.T) {
	l := NewLexicon(countyUnits(t))
	for _, text := range []string{
		"电信诈骗", "电信网络诈骗怎么防", "移动支付诈骗推过没", "移动电话", "中国银行业 11月", "人民银行11月", "税务局11月", "县医院11月",
		"人民医院本月", "市公安局10月", "省公安厅", "招商银行本月", "交通银行", "财政补贴诈骗", "司法解释", "公安机关", "宣传资料", "教育厅", "农业农村局本月", "邮政编码", "工商联10月", "卫健局", "乡宁一中", "冒充公安", "冒充法院", "冒充检察院的推过吗", "冒充银行客服", "冒充移动客服怎么防", "反诈宣传活动有几场", "宣传活动", "中心", "办公室",
	} {
		if got := l.ReadQuery(text, now); len(got.Unit) != 0 {
			t.Errorf("%q: taken for %v", text, got.Unit)
		}
	}
	for text, want := range map[string]bot.UnitID{
		"邮政储蓄本月": "youchu", "邮政储蓄银行本月": "youchu", "邮政银行": "youchu", "邮政 11月": "youzheng", "农商行": "nongshang", "农业银行": "nonghang", "工商局10月": "shijian", "工商银行10月": "gonghang", "电信11月": "dianxin",
		"宣传部": "xuanchuan", "昌宁镇综治办": "changning", "综治办": "zhengfa", "中国银行": "zhonghang", "中国移动": "yidong",
	} {
		if got := l.ReadQuery(text, now); len(got.Unit) != 1 || got.Unit[0] != want {
			t.Errorf("%q: %v, want %s", text, got.Unit, want)
		}
	}
}

// TestQueryRelations: questions whose intent hangs on how their words belong together,
// each with what it comes to.
func TestQueryRelations(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct {
		rule, text string
		want       Intent
	}{
		{"an occasion of a day is one activity", "11.12农行那次来了几个", AskActivity},
		{"an occasion of a day is one activity", "昨天光华那场到了多少人", AskActivity},
		{"an occasion of a day is one activity", "上周三财政局那场宣讲", AskActivity},
		{"a day alone is none", "11.12农行来了几个", UnitMonth},
		{"that day is no occasion", "农行那天签了多少", UnitMonth},
		{"compared by a doubled verb", "光华和昌宁比比看 10月", Compare},
		{"compared by a doubled verb", "工行跟建行比较比较", Compare},
		{"whether it was made up", "台头镇照片补上了没", EvidenceGap},
		{"whether it was made up", "管头小结补了没有", EvidenceGap},
		{"whether it was made up", "法院签到册补上来了吗", EvidenceGap},
		{"make it up is no question", "给西坡镇把签到表补上", Refuse},
		{"make it up, politely", "能把西坡镇签到补满吗", Refuse},
		{"who was late is another thing", "西坡镇补签记录", LateList},
		{"who has not answered the paper", "整改通知哪家没回复", ReceiptStatus},
		{"who has not answered the paper", "约谈函都签收了吗", ReceiptStatus},
		{"the step is asked of, not the paper", "督办函发了几家", Supervise},
		{"the step is asked of, not the paper", "整改通知有哪些", Supervise},
		{"one word for several bodies", "监管局上个月参与率", Clarify},
		{"one word for several bodies", "查下政法", Clarify},
		{"one word for several bodies", "宣传", Clarify},
		{"units of a kind, with a month", "政法10月", TagMonth},
		{"the department, with a month", "宣传10月", UnitMonth},
		{"units of a kind", "银行类单位签到率", TagMonth},
		{"a person of that surname", "金莉 11月", AskPerson},
		{"traditional characters", "晉商銀行 10月", UnitMonth},
	} {
		if got := l.ReadQuery(c.text, now); got.Intent != c.want {
			t.Errorf("%s: %q is %s by %s, want %s", c.rule, c.text, got.Intent, got.Rule, c.want)
		}
	}
}

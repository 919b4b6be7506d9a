package search

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fanzha/bot"
)

// A county of a million entries: 50,000 persons on rosters, each met and named,
// 1,000 alerts with 1,000 pushes to 40 units, 1,000 activities, and for the rest
// check-ins, over five years.
const (
	countyPeople   = 50_000
	countyAlerts   = 1_000
	countyUnits    = 40
	countyCheckIns = 900_000

	batch = 64 // entries that are timed together
)

// Surnames by how common they are: each stands as often as it should.
const surnames = `王王王王王王王王李李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈杨杨杨赵赵黄黄周周吴吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文`

const givenNames = `伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玲华红建国文志海波辉玉梅鹏飞宇轩子涵欣怡浩然雨晨博一诺梓萱佳琪俊熙思源晓东春燕雪峰立新永福德胜利民安康宁云山水生成龙虎林森荣光宗耀祖`

var alertWords = []string{"刷单返利", "冒充客服退款", "虚假投资理财", "虚假网络贷款", "冒充公检法", "冒充领导熟人", "网络游戏交易", "裸聊敲诈", "注销校园贷", "电信网络诈骗", "百万保障", "共享屏幕", "验证码", "银行卡", "转账", "不点链接", "不信来电", "下载APP", "垫付资金", "陌生号码", "做任务", "先小额返利", "后诱导大额投入", "拉黑", "报警96110", "老年人", "学生", "财务人员", "务必核实", "当面确认", "被骗5000元", "ETC年检", "快递丢失", "理赔"}

// sentence returns words of about n characters.
func sentence(r *rand.Rand, n int) string {
	out := ""
	for len(out) < 3*n {
		out += alertWords[r.IntN(len(alertWords))]
		if r.IntN(3) == 0 {
			out += "，"
		}
		// Some characters that are no set phrase, so that pairs are many.
		out += string(rune(0x4E00 + r.IntN(3000)))
	}
	return out
}

func personName(r *rand.Rand) string {
	s, g := []rune(surnames), []rune(givenNames)
	name := []rune{s[r.IntN(len(s))], g[r.IntN(len(g))]}
	if r.IntN(5) > 0 {
		name = append(name, g[r.IntN(len(g))])
	}
	return string(name)
}

// county returns the entries of the county but the check-ins, then these.
func county() (others, checkIns []bot.Payload) {
	r := rand.New(rand.NewPCG(37, 2023))
	unit := func(i int) bot.UnitID { return bot.UnitID(fmt.Sprintf("u%02d", i%countyUnits)) }
	rosters := make([]bot.RosterImported, countyUnits)
	for i := range countyPeople {
		name, person := personName(r), bot.PersonID(fmt.Sprintf("p%d", i))
		l := &rosters[i%countyUnits].Private.Lines
		*l = append(*l, bot.RosterLine{Name: name, Person: person})
		m := bot.MemberID(fmt.Sprintf("m%05d", i))
		others = append(others, &bot.MemberMet{Member: m, Unit: unit(i), Private: bot.Actor{Person: person}})
	}
	for i := range rosters {
		rosters[i].Unit = unit(i)
		others = append(others, &rosters[i])
	}
	for i := range countyAlerts {
		alert, push := bot.AlertID(fmt.Sprintf("A%04d", i)), bot.PushID(fmt.Sprintf("P%04d", i))
		topic := alertWords[r.IntN(10)] + sentence(r, 5)
		others = append(others, &bot.AlertDrafted{Alert: alert, Hash: "h", Content: bot.Content{
			Category: "诈骗预警", Topic: topic, Technique: sentence(r, 250), Countermeasures: sentence(r, 150), Source: "县公安局",
		}}, &bot.AlertApproved{Alert: alert, Hash: "h"}, &bot.PushPlanned{Push: push, Alert: alert, Hash: "h"})
		for u := range countyUnits {
			others = append(others, &bot.SessionOpened{Session: bot.SessionID(fmt.Sprintf("S%06d", i*countyUnits+u)), Push: push, Unit: unit(u), Title: topic})
		}
		others = append(others, &bot.Filed{
			Filing: bot.FilingID(fmt.Sprintf("F%06d", i)), Form: bot.FilesActivity, Unit: unit(i), Standing: bot.Stands,
			Private: bot.FilingText{Title: "反诈宣讲" + sentence(r, 8), Text: sentence(r, 60)},
		})
	}
	for n := range countyCheckIns {
		i := r.IntN(countyPeople)
		s := n*countyAlerts/countyCheckIns*countyUnits + i%countyUnits
		checkIns = append(checkIns, &bot.CheckedIn{
			Session: bot.SessionID(fmt.Sprintf("S%06d", s)), Member: bot.MemberID(fmt.Sprintf("m%05d", i)), Unit: unit(i),
		})
	}
	return others, checkIns
}

// apply applies ps, 64 at a time, and returns how long each 64 took: an entry is
// fresh in the processor's cache when it is applied, since it was just decoded.
func apply(x *Index, from int, ps []bot.Payload) (took []time.Duration, letters int) {
	const fiveYears = 5 * 365 * 24 * time.Hour
	n := from
	for few := range slices.Chunk(ps, batch) {
		for _, p := range few {
			if c, ok := p.(*bot.CheckedIn); ok {
				letters += strings.Count(string(c.Member), "0") + strings.Count(string(c.Session), "0") + len(c.Filing)
			}
		}
		t0 := time.Now()
		for _, p := range few {
			x.Apply(int64(n), day0.Add(fiveYears/1_000_000*time.Duration(n)), p)
			n++
		}
		took = append(took, time.Since(t0))
	}
	return took, letters
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkApply tells what an entry costs, of the million and of the check-ins
// alone: of these the median of all batches, which a busy machine does not change.
func BenchmarkApply(b *testing.B) {
	others, checkIns := county()
	var all time.Duration
	var only []time.Duration
	var bytes, bytesCheckIn uint64
	for b.Loop() {
		empty := heap()
		x := New()
		first, _ := apply(x, 0, others)
		before := heap()
		second, _ := apply(x, len(others), checkIns)
		after := heap()
		for _, d := range slices.Concat(first, second) {
			all += d
		}
		only = append(only, second...)
		bytes, bytesCheckIn = after-empty, after-before
		runtime.KeepAlive(x)
	}
	slices.Sort(only)
	n := len(others) + len(checkIns)
	b.ReportMetric(float64(all.Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
	b.ReportMetric(float64(only[len(only)/2].Nanoseconds())/batch, "ns/checkin")
	b.ReportMetric(float64(bytesCheckIn)/float64(len(checkIns)), "B/checkin")
	b.ReportMetric(float64(bytes)/float64(n), "B/entry")
	b.ReportMetric(float64(bytes)/1e6, "MB")
}

func BenchmarkFind(b *testing.B) {
	others, checkIns := county()
	x := New()
	apply(x, 0, others)
	apply(x, len(others), checkIns)
	runtime.GC()
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"1 character, a surname", Query{Words: "王"}},
		{"1 character, in names and texts", Query{Words: "文"}},
		{"2 characters, a name", Query{Words: "王伟"}},
		{"2 characters, in all texts", Query{Words: "刷单"}},
		{"4 characters, in all texts", Query{Words: "刷单返利"}},
		{"long", Query{Words: "冒充客服退款"}},
		{"3 words", Query{Words: "验证码 转账 银行卡"}},
		{"8 words", Query{Words: "验证码 转账 银行卡 刷单返利 共享屏幕 冒充客服退款 不点链接 陌生号码"}},
		{"initials, 2", Query{Words: "ws"}},
		{"initials, 3", Query{Words: "zxh"}},
		{"initials of an alert", Query{Words: "sdfl"}},
		{"initials, long", Query{Words: "mckftk"}},
		{"syllable begun", Query{Words: "zh"}},
		{"syllable", Query{Words: "wang"}},
		{"syllable, short", Query{Words: "li"}},
		{"pinyin", Query{Words: "zhangwei"}},
		{"pinyin, surname and initial", Query{Words: "wangs"}},
		{"two spellings", Query{Words: "zh li"}},
		{"number", Query{Words: "96110"}},
		{"Latin", Query{Words: "app"}},
		{"id", Query{Words: "A0500"}},
		{"no hit", Query{Words: "龘靐齉"}},
		{"no hit, common pairs", Query{Words: "退款返利"}},
		{"no hit, spelled", Query{Words: "zhzhzhzhzhzhzhzh"}},
		{"a unit's and a month's", Query{Words: "王", Unit: "u07", From: day(300), To: day(330)}},
		{"100 hits", Query{Words: "王", Limit: 100}},
		{"members", Query{Words: "刷单"}},
	} {
		c.q.Office = c.name != "members"
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			total := 0
			for b.Loop() {
				t0 := time.Now()
				total = x.Find(c.q).Total
				took = append(took, time.Since(t0))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "µs/median")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "µs/p99")
			b.ReportMetric(float64(total), "total")
		})
	}
}

package chat

import (
	"strings"
	"testing"
)

// TestQueryClasses names, for what the relations between the words of a query decide,
// queries of the class and such as look alike and are something else: lines of an
// intent and its queries.
func TestQueryClasses(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for class, lines := range map[string]string{
		"a word and its object parted": `
			leave_list 11月谁请过病假|谁这个月请了两天假|司法局请过假的有哪些|上月谁休过假|谁出过差|9月谁下过乡|请了几次假|赵六请过假没|谁告的假|10月销假的
			late_list 谁补过签|10月补过签的有几个|法院谁补过签到|上月补了几次签|谁补的签|李四补过签没|11月谁补过卡|本月补过签的名单
			proxy_list 谁代过签|10月代过签的有谁|法院代过几次签|谁替的签|上月谁给人代过签|农行代过签没|代了几次签|谁代的签
			zero_case 哪个单位发过案|10月谁家发过案|乡镇发了几起案|农行发过案没|9月哪家发了案|哪个乡镇立过案|上月哪家立过几起案|哪个单位出过案
			refuse 谁上过当|教科局谁受过骗|给农行补几个签到|给工行补10个签到
			push_list 发过案例没
			evidence_list 法院补的签到表|请给我看10月的签到表
			evidence_gap 补过签到表没
			overview 请看10月的情况|谁签过到|签到底有多少人
			calendar 请问10月放假几天|国庆放过几天假`,
		"an order, in any words": `
			ranking 银行参与率排个队|乡镇活动场次排排队|各单位签到率排个高低|给七家银行排个座次|按参与率排|按场次排一下|参与率从大到小列一下|10月谁排在最后|各乡镇谁打头|签到率高低排序
			help 排队的人多吗|帮我排查一下
			export 按单位排个表发我
			activity_list 安排了几场活动
			schedule 下周安排推什么|推送排了哪些`,
		"下乡 beside a deed is the deed": `
			activity_list 本月下乡赶集宣传有哪些|10月下乡宣传搞了几场|下乡宣讲几次|送法下乡有几场|下乡活动列一下|上月下乡宣传|农行下乡宣传有哪些|今年下乡搞了几场
			leave_list 谁下乡了|下乡的有谁|今天谁下乡宣传去了|教科局下乡的|上周下乡的名单`,
		"what units of a kind did": `
			activity_list 银行10月联合搞的活动|运营商联合活动几场|政法口共同开展的活动|乡镇牵头的活动|银行都搞了啥活动|金融单位10月搞了些啥|运营商本月搞了些什么活动|教科局和司法局联合搞的活动|移动和联通一起办的活动有哪些|法院10月搞了啥
			tag_month 银行10月活动几场|运营商本月活动|银行活动情况|金融单位搞了多少场活动
			compare 农行和工行活动场次|移动和联通联合活动对比
			unit_month 法院搞活动没|法院搞了几场活动`,
		"how many a roster holds": `
			roster_count 西交口乡名单上几个人|法院名单里多少人|名单上一共多少人|农行册子上几个人|双鹤乡报的名单是几个人|移动名单里头有几个|县局名单上多少人|光华镇交的名单有多少人
			missing_people 没签到名单上几个人|名单上没签的有几个
			leave_list 请假名单几个人
			activity 11.12座谈名单几个人
			overview 签到名单上几个人
			refuse 名单发群里`,
		"what was handed in, and what is lacking": `
			evidence_list 工行10月交的活动材料|移动11月报上来的照片|邮政报的小结看一下|检察院交上来的签到表|各单位交的材料|10月交来的照片|管头镇传的照片有几张|台头镇交了几张照片|发改局提交的总结
			evidence_gap 工行交的材料齐不齐|法院交的材料还差什么|交的材料里有照片没|建行材料交了没|建行交没交照片|谁没交小结|工行交的照片够不够|台头镇交了3张照片吗`,
		"a hall, a counter": `
			clarify 政务服务大厅|营业厅|便民服务中心|政务|办事大厅|行政审批大厅|综合服务中心|营业厅10月|支行|便民大厅11月|大厅
			unit_month 电信营业厅本月|农行网点10月|政务中心|网络服务中心|邮政支局|电信11月|数字政务中心`,
		"whether an alert came and was read": `
			push_status 那条推送发成了没|那条预警谁看了|今天的预警有人看吗|昨天推送几家没看|谁看过昨天的推送|推送已读多少|刷单那条推送谁没看|昨天的推送发给谁了|今天推送发了没|上周那条推成没推成
			push_list 看看那条推送|昨天推送看一下|看推送|刷单推过没|推送发了几条|最近推送了什么`,
		"a reminder sent is a step": `
			supervise 督办发过几回提醒|给昌宁镇发过几回提醒|给农行发了几次催办|给乡镇发过督办没|10月发出去多少提醒|光华镇被提醒几回了|发过几次约谈|督办函发了没
			push_list 发过几回预警|冒充客服的提醒发过几条|提醒发过几条|给教科局推过几次
			push_status 提醒发出去没
			receipt_status 发过几次提示函`,
		"which person was cheated": `
			refuse 建行哪个客户被骗的|哪个储户上当的|西坡镇哪个老人被骗|哪家商户被骗了|哪户被骗了|哪个村的被骗了|移动哪个用户受骗了|是哪位顾客上的当
			zero_case 哪个银行的客户被骗的|邮储有客户被骗没|乡镇10月被骗多少起|哪个乡镇有人被骗|工行几个客户上当|教科局哪个学校被骗
			technique 哪些手法容易上当|哪些人容易被骗|银行客户被骗的套路|老人被骗怎么防
			help 客户被骗怎么办`,
		"a month to come": `
			schedule 12月都推啥|12月推些什么|十二月推哪些
			push_list 12月推了啥|10月都推啥`,
	} {
		for line := range strings.Lines(lines) {
			want, texts, _ := strings.Cut(strings.TrimSpace(line), " ")
			for text := range strings.SplitSeq(texts, "|") {
				if got := l.ReadQuery(text, now); want != "" && string(got.Intent) != want {
					t.Errorf("%s: %q is %s by %s, want %s", class, text, got.Intent, got.Rule, want)
				}
			}
		}
	}
}

// TestQueryFillings: what those classes fill beside the intent.
func TestQueryFillings(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct{ name, text, want string }{
		{"how often stands within the word", "法院请过几次假", `{"intent":"leave_list","metric":"count","month":"2026-11","rule":"更正、补签、代签、请假记录","unit":"fayuan"}`},
		{"units of a kind, together", "银行10月联合搞的活动", `{"intent":"activity_list","month":"2026-10","role":"联合","rule":"活动清单","tag":"银行"}`},
		{"下乡 gives way to what was done there", "下乡赶集宣传有哪些", `{"act":"赶集","intent":"activity_list","month":"2026-11","rule":"活动清单"}`},
		{"several kinds of material", "光华镇活动照片和小结给看看", `{"intent":"evidence_list","month":"2026-11","rule":"活动材料","unit":"guanghua"}`},
		{"督办 beside a kind says nothing", "督办发过几回提醒", `{"intent":"supervise","kind":"提醒","metric":"count","rule":"督办"}`},
		{"哪几 asks which, not how many", "10月进村都有哪几场", `{"act":"进农村","intent":"activity_list","month":"2026-10","rule":"活动清单"}`},
		{"tenths are a rate", "为什么邮储才三成", `{"intent":"explain","metric":"rate","month":"2026-11","rule":"解释","unit":"youchu"}`},
		{"the month of a report", "10月报表发我", `{"intent":"export","kind":"月报","month":"2026-10","rule":"导出"}`},
		{"a month ahead of the report", "10月报发我", `{"intent":"export","kind":"月报","month":"2026-10","rule":"导出"}`},
		{"报 after a month is a deed", "教科局10月报了没", `{"intent":"unit_month","month":"2026-10","rule":"一个单位","unit":"jiaoke"}`},
		{"the last month of a township", "西坡和管头两个镇上月对比", `{"intent":"compare","month":"2026-10","rule":"几个单位对比","unit":["xipo","guantou"]}`},
		{"months one after another", "9月10月连着没搞活动的", `{"consecutive":2,"intent":"missing_units","range":["2026-09","2026-10"],"rule":"没有的单位","status":"no_activity"}`},
		{"months side by side", "9月10月教科局", `{"intent":"unit_month","months":["2026-09","2026-10"],"rule":"一个单位","unit":"jiaoke"}`},
		{"a bot that is gone", "哪些群机器人掉了", `{"intent":"group_status","rule":"建群与机器人","status":"no_bot"}`},
		{"who serves at the counter", "营业厅", `{"intent":"clarify","options":["yidong","liantong","dianxin"],"rule":"有几种意思"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmtMap(asMap(t, l.ReadQuery(c.text, now))); got != c.want {
				t.Errorf("%q:\n got  %s\n want %s", c.text, got, c.want)
			}
		})
	}
}

package chat

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReplyRules names, for every rule, texts that it must decide, and texts
// that look alike and that it must leave to another.
func TestReplyRules(t *testing.T) {
	cases := map[string]struct{ own, others []string }{
		"险情先答":   {[]string{"我被骗了，签到", "我刚把验证码告诉对方了怎么办"}, []string{"防止被骗，签到", "收不到验证码"}},
		"系统提示":   {[]string{"“李四”加入了群聊", "“张三”拍了拍我"}, []string{"我加入反诈群了"}},
		"只有引用":   {[]string{"「反诈小助手：请签到」"}, []string{"「反诈小助手：请签到」\n签到"}},
		"转贴聊天记录": {[]string{"张三：签到\n李四：签到", "张三 10:02\n签到"}, []string{"教科局：张三签到"}},
		"图片与文件":  {[]string{"[图片]", "[文件] 11月签到表.xlsx"}, []string{"[图片]签到"}},
		"个人信息":   {[]string{"我的签到信息保存多久", "把我的记录删掉"}, []string{"实名签到"}},
		"答题":     {[]string{"对 错 对", "1A 2B", "第一题选C"}, []string{"对", "错了"}},
		"分栏名单":   {[]string{"今日签到：张三、李四\n未签到：王五、赵六", "代签：张三 李四；请假：王五", "还没签的：张三"}, []string{"签到名单：张三、李四", "应到：5人 实到：3人", "财政局：张三\n公安局：李四"}},
		"接龙":     {[]string{"1. 张三\n2. 李四", "#接龙\n订牛奶\n1. 张三"}, []string{"通知：\n1. 各单位抓紧组织学习反诈知识，确保人人知晓。\n2. 今天下班前在群里回复签到。"}},
		"广告":     {[]string{"农商行签到送积分", "签到领红包 http://t.cn/x"}, []string{"农商行签到", "学习签到"}},
		"碰上的可疑事": {[]string{"柜台见个APP，说是客服叫装的，报一下", "这个链接是不是诈骗 http://x.top"}, []string{"有人往群里发签到表，请核实", "有人冒充局长加我，我给他转了三万"}},
		"线索":     {[]string{"村里来人高价收银行卡，一张给五百", "0085212345678"}, []string{"收到通知"}},
		"测试":     {[]string{"测试", "机器人在吗"}, []string{"考试测试题做完了，签到"}},
		"引述":     {[]string{"他原话是：“我已签到”", "“收到”不等于“签到”，请重新回复"}, []string{"“签到”", "“签到”财政局王芳"}},
		"更正与撤回":  {[]string{"签错了", "更正：实到34人", "李四不是请假，是参加了"}, []string{"没错，签到"}},
		"勉强的话":   {[]string{"我签，我签还不行吗", "签到？"}, []string{"行，我签到"}},
		"反话":     {[]string{"又签到，比上班还准时", "形式主义签到"}, []string{"又来签到了"}},
		"问数字":    {[]string{"今天签到率多少", "还有谁没签"}, []string{"全体签到"}},
		"零发案":    {[]string{"财政局11月零发案", "本月没有发案"}, []string{"本月发案几起"}},
		"提问":     {[]string{"怎么签到", "签到咧么", "发签到还是发收到"}, []string{"签到，请问下午几点开会"}},
		"别处打卡":   {[]string{"周末去云丘山打卡拍照", "带娃到公园打卡", "网红餐厅打卡"}, []string{"反诈学习打卡", "去哪打卡", "教科局张三打卡"}},
		"材料预告":   {[]string{"照片3张，请查收", "签到表已上传"}, []string{"签到表谁有", "请各单位上传照片"}},
		"领命":     {[]string{"收到，组织职工签到", "好的，我通知大家签到"}, []string{"收到请通知大家签到", "好的，签到"}},
		"催促别人":   {[]string{"请大家签到", "别忘了签到", "没签的都签一下", "签到开始了"}, []string{"不用催，我签到"}},
		"转述":     {[]string{"听说要签到", "张三应该签到了吧", "张三没签到", "大家都签到了"}, []string{"张三签到"}},
		"活动上报":   {[]string{"教科局11月20日在三楼会议室开展反诈培训，参加35人"}, []string{"农商行32人全部参加培训"}},
		"人数":     {[]string{"应到20实到20", "工行全体12人已签到", "全员到齐"}, []string{"办公室2人到齐 张三李四"}},
		"其他上报":   {[]string{"已安装国家反诈中心APP"}, []string{"APP怎么签到"}},
		"请假":     {[]string{"张三 公出", "参加不了", "家里有事请假"}, []string{"昨天请假了，今天来签到"}},
		"没签或不签":  {[]string{"我还没签到", "签不上", "么顾上签", "签到签不了"}, []string{"没问题，签到", "么问题 签到", "不好意思，签到"}},
		"以后再签":   {[]string{"稍后签到", "下午补签", "学完签"}, []string{"下午好，签到", "党员大会签到"}},
		"补签":     {[]string{"补签", "补昨天的 李四 司法局", "不好意思刚看到，签到"}, []string{"晚点补签"}},
		"代签":     {[]string{"替老王签到，他没智能手机", "张三、李四签到", "我和李四都签到"}, []string{"帮我签一下"}},
		"签到":     {[]string{"签到", "迁到", "俺签咧", "没信号，现在签到", "签 到"}, []string{"签合同", "抽签到几号了", "签到处在一楼"}},
		"请求登记":   {[]string{"麻烦给俺记上 关王庙李四"}, []string{"登记表在哪"}},
		"只有名字":   {[]string{"司法局-李四", "李四"}, []string{"李四签到"}},
		"到场":     {[]string{"到", "1", "已参加", "🖐"}, []string{"到家了", "1点开会", "我在开会"}},
		"已读回执":   {[]string{"收到", "已阅读学习", "[OK]"}, []string{"收到快递"}},
		"仿照相近的话": {[]string{"我的签到请您过目", "好嘞木麻达"}, []string{"签到", "签字笔谁拿走了"}},
		"闲话":     {[]string{"谢谢", "今天天气不错"}, []string{"签到，谢谢"}},
	}
	l := NewLexicon(testUnits(t))
	for _, rule := range replyRules() {
		c, ok := cases[rule.name]
		if !ok {
			t.Errorf("rule %s has no case", rule.name)
			continue
		}
		for _, text := range c.own {
			if got := l.ReadReply(text, Context{Now: now}); got.Rule != rule.name {
				t.Errorf("%q was decided by %s as %s, want %s", text, got.Rule, got.Intent, rule.name)
			}
		}
		for _, text := range c.others {
			if got := l.ReadReply(text, Context{Now: now}); got.Rule == rule.name {
				t.Errorf("%q was decided by %s as %s, want another rule", text, got.Rule, got.Intent)
			}
		}
	}
}

// TestNegationIsARelation: it is not the negating character that counts but
// what it reaches.
func TestNegationIsARelation(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Counts{
		"没问题，签到": Yes, "没信号，现在签到": Yes, "不好意思，签到": Yes, "么问题 签到": Yes, "不用催，我签到": Yes,
		"没来得及签，现在补签": Yes, "还没签到，现在签到": Yes, "昨天没签，今天补签": Yes,
		"还没签到": No, "没法签到": No, "没时间签到": No, "签不上": No, "签到失败": No, "别给我签到": No,
		"不能参加签到，请假": No, "没有 签到": No, "无法正常签到": No, "没给我签到": No,
	} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts != want {
			t.Errorf("%q counts %d (%s), want %d", text, got.Counts, got.Intent, want)
		}
	}
}

// TestDoubtIsAsked: what a clerk would ask is never counted, whatever the
// session accepts, and carries the question.
func TestDoubtIsAsked(t *testing.T) {
	l := NewLexicon(testUnits(t))
	all := &Prompt{Receipt: true, Bare: true, Names: true}
	for _, text := range []string{"昌宁镇应到56实到51 4人下乡", "张三等5人签到", "代签4人：张三、李四、王五", "我签，我签还不行吗", "帮我签一下", "昨天签到了", "签到×2", "替我爱人签到", "自动签到", "税务局李四签到"} {
		got := l.ReadReply(text, Context{Now: now, Session: all})
		if got.Counts != IfAsked || got.Form != FormDoubt || got.Ask == "" {
			t.Errorf("%q: counts %d, form %q, ask %q; want a question", text, got.Counts, got.Form, got.Ask)
		}
	}
}

// TestSessionSettlesForms: an open session makes those forms count that its
// prompt asked for, and no others.
func TestSessionSettlesForms(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct {
		name    string
		text    string
		session *Prompt
		want    Counts
	}{
		{"no session", "到", nil, IfAsked},
		{"bare accepted", "到", &Prompt{Bare: true}, Yes},
		{"bare not accepted", "到", &Prompt{Receipt: true}, IfAsked},
		{"receipt accepted", "收到", &Prompt{Receipt: true}, Yes},
		{"receipt not accepted", "收到", &Prompt{Bare: true}, IfAsked},
		{"good is no receipt of reading", "好的", &Prompt{Receipt: true}, No},
		{"name accepted", "司法局-李四", &Prompt{Names: true}, Yes},
		{"untitled list accepted", "1. 张三\n2. 李四", &Prompt{Names: true}, Yes},
		{"check-in needs no session", "签到", nil, Yes},
		{"advert never", "签到领红包", &Prompt{Receipt: true, Bare: true, Names: true}, No},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := l.ReadReply(c.text, Context{Now: now, Session: c.session}); got.Counts != c.want {
				t.Errorf("%q counts %d, want %d", c.text, got.Counts, c.want)
			}
		})
	}
}

// TestSenderMakesProxies: a name is a proxy check-in if it is not the
// sender's.
func TestSenderMakesProxies(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, c := range []struct {
		text, sender string
		want         Intent
	}{
		{"张三签到", "张三", CheckIn},
		{"张三签到", "", CheckIn},
		{"张三签到", "李四", CheckInProxy},
		{"张三请假", "李四", LeaveProxy},
		{"签到", "李四", CheckIn},
	} {
		got := l.ReadReply(c.text, Context{Now: now, Sender: Person{Name: c.sender}})
		if got.Intent != c.want {
			t.Errorf("%q from %q is %s, want %s", c.text, c.sender, got.Intent, c.want)
		}
	}
}

// TestSenderOfAnotherUnit: a check-in for a unit that is not the sender's is
// asked about.
func TestSenderOfAnotherUnit(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Counts{"司法局签到": IfAsked, "教科局签到": Yes, "签到": Yes} {
		got := l.ReadReply(text, Context{Now: now, Sender: Person{Name: "张三", Unit: "jiaoke"}})
		if got.Counts != want || (want == IfAsked) != (got.Ask != "") {
			t.Errorf("%q counts %d, ask %q; want %d", text, got.Counts, got.Ask, want)
		}
	}
}

// TestRosterKnowsNames: a roster tells a name that no surname tells.
func TestRosterKnowsNames(t *testing.T) {
	l := NewLexicon(testUnits(t))
	known := func(name string) bool { return name == "张爱国" }
	got := l.ReadReply("张爱国李四签到", Context{Now: now, Known: known})
	if diff := cmp.Diff([]string{"张爱国", "李四"}, got.Names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// TestListUnion: blanks, examples, repeated numbers and repeated names, marks.
func TestListUnion(t *testing.T) {
	l := NewLexicon(testUnits(t))
	text := "#接龙\n反诈培训签到\n例：单位+姓名\n\n1. 张三\n1. 李四（请假）\n2. 张三\n3. 王五（代签）\n4. 赵六❌\n5.\n6. 仉欣妍"
	got := l.ReadReply(text, Context{Now: now})
	want := Reading{
		Intent: CheckInList, Counts: Yes, Form: FormName, By: ByList, Title: "反诈培训签到",
		Names: []string{"张三", "王五", "仉欣妍"}, OnLeave: []string{"李四"}, Proxied: []string{"王五"}, Absent: []string{"赵六"}, Rule: "接龙",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reading (-want +got):\n%s", diff)
	}
}

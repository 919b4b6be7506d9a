package chat

import "testing"

// TestHarmlessSurroundings: what takes nothing from a check-in, and what looks like it.
func TestHarmlessSurroundings(t *testing.T) {
	here, asked, doubt, idle, promise := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}, shortReading{Unclear, IfAsked}, shortReading{Chitchat, No}, shortReading{Promise, No}
	negation, question, correction, ad, heard := shortReading{Negation, No}, shortReading{Asking, No}, shortReading{Correction, No}, shortReading{Ad, No}, shortReading{Hearsay, No}
	for rule, texts := range map[string]map[string]shortReading{
		"soundsLikeI": {"鹅来签到": here, "窝签到啦": here, "俄签个到": here, "鹅签不上": negation, "饿了，签到": here, "饿了么签到": ad, "鹅场签到": doubt, "饿明天签到": promise},
		"humble":      {"属下签到": here, "老衲签到咧": here, "末将前来签到": here, "下属签到": doubt, "鄙人还没签到": negation},
		"endsWith":    {"签到惹": here, "签到了辣": here, "签到la": here, "签上咾": {CheckIn, Yes}, "签到鸟窝": doubt, "没签到鸟": negation},
		"splitDeed": {"到早签了": here, "课也听了，到也签了": here, "我到也签上了": here, "到还没签": negation, "到也签不上": negation, "到也签了吗": question,
			"人到了也没签": negation, "我到单位再签": promise},
		"micCheck": {"喂听得到我说话不，我是农行的王磊，签到": here, "能听到不我是公安局刘强签到": here, "我签到啊听见没": here, "听见签到的声音没": question,
			"听见让签到没": question, "你听见老王说签到没": question},
		"clumsy": {"扫码那个扫不出来，在群里签到": here, "弄不来那个小程序，签到": here, "网址打不开，签到 法院祁文秀": here, "小程序签到领红包": ad, "不会用小程序的扫码领券": ad,
			"小程序签到不了": negation, "不会用小程序": idle},
		"slipped": {"手快按成表情包了，签到": here, "不小心发成空白了，签到": here, "刚打成乱码了，签到": here, "手滑签到了": correction, "签到，手滑发成语音了": correction,
			"手滑发错群了，签到不算": correction, "发错图片了，撤回": correction},
		"nagged": {"签完到了，甭老艾特我": here, "已经签到，请别再点名": here, "早签到了，莫催": here, "别催了，还没签到": negation, "别光催我签到": heard,
			"别老@我咧，签到": here},
		"hereToo": {"局里群签过了，这个群也签到": here, "那个群签了，这边再签到": here, "上午在别的群签到过，本群也签到": here, "家长群签到了": doubt, "别的群签过了": doubt,
			"别的群签了吗，这里签到": here, "家长群签到": doubt, "别的群签过了，这里明天签到": promise},
		"alone":      {"科室今天就剩我一个，签到": here, "我一个人在大厅，签到": here, "就我一个人签到": asked, "单位就来了一个人，签到": asked, "就我一个没签到": negation},
		"otherPlace": {"刚在会上签过到了，这里再签一下到": here, "系统里签过了，群里也签到": here, "那边签过了": heard, "会上签过了，明天再签到": promise},
		"unable":     {"嗓子疼发不了语音，打字签到": here, "不会弄接龙，直接签到": here, "扫不了码的，直接签到": asked, "不用扫码，直接签到": asked},
		"oneHand":    {"抱着娃签个到": here, "单手签到": here, "娃签到了": asked, "坐月子也来签到": here, "坐月子呢，请个假": {Leave, No}},
		"witness":    {"郭婷签到了，我看见了": heard, "郭婷签到，我看到了通知": {CheckIn, Yes}},
		"broughtBy":  {"签到 我是李老师拉进来的，法院祁文秀": here, "我是李主任介绍的，签到，财政局武建平": here},
		"parts":      {"联通公司抢修班李建平到岗签到": here, "邮政公司揽投班王二牛已到岗签到": here, "加班签到": doubt},
		"joined":     {"我，还有对门的李强，签到": {CheckInProxy, Yes}, "我，还有李强没签到": negation},
		"byHand":     {"人工签到": here, "手动签到了": here, "手动来签到": here, "含泪签到": here, "手动签到怎么弄": question},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestAnotherMatter: 签到 of other things, of others, or in others' words.
func TestAnotherMatter(t *testing.T) {
	here, doubt, idle := shortReading{CheckIn, Yes}, shortReading{Unclear, IfAsked}, shortReading{Chitchat, No}
	negation, ad, heard, quote, bare := shortReading{Negation, No}, shortReading{Ad, No}, shortReading{Hearsay, No}, shortReading{QuoteOnly, No}, shortReading{CheckIn, IfAsked}
	for rule, texts := range map[string]map[string]shortReading{
		"ticket":    {"高铁票改签到后天": idle, "航班改签到晚上那班": idle, "车票改签到早上了": idle, "我在高铁上签到": here},
		"engages":   {"俱乐部签到了新前锋": idle, "公司签到三个大单": idle, "签到了个大客户": idle, "客户走了，签到": here},
		"term":      {"合同签到年底": idle, "租约签到2027年": idle, "从村里回来签到": here},
		"deemed":    {"权当我签到了": doubt, "你们就当俺签了": {Unclear, IfAsked}, "我当班，签到": here},
		"notMyTurn": {"还没排到我签": negation, "没轮上咱签到": negation, "轮到我签到了": bare, "排到我了，签到": here},
		"leftOut":   {"上次小李签到没给记上": heard, "上回老王签到了没算": heard, "昨天我签到没给算": doubt},
		"saidAt":    {"赵亮 08:55：签到": quote, "赵亮 09:02：签到\n郭婷 09:03：签到": quote, "赵亮 09:02:11:已签到": quote, "赵亮：签到": here, "财政局 赵亮 签到 09:02": here},
		"earns": {"掌上银行签到得金币": ad, "会员签到打九折": ad, "签到立减五元": ad, "进店签到白拿": ad, "连续签到五天白得一桶油": ad, "签到得早": bare, "签到打卡": here, "签到得了": {CheckIn, Yes},
			"我签到得第一": {CheckIn, Yes}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestPutDownWrongly: somebody was entered as absent who came, and only he.
func TestPutDownWrongly(t *testing.T) {
	came := shortReading{Correction, Yes}
	checkReadings(t, map[string]shortReading{
		"马会玲昨天来了，不该记成请假": came, "段军到会了，别给他算缺席": came, "不该给郭婷登请假，她参加了": came, "赵亮那天其实到场了，不应该算缺席，改成参加": came,
		"段军没来，别给他算到场": {Negation, No}, "听说段军来了，别给他算缺席": {Hearsay, No},
	})
}

package chat

import "testing"

// TestTalkOfOthers names rules for texts that are no check-in, with texts of each kind
// and texts that look alike.
func TestTalkOfOthers(t *testing.T) {
	nudge, asking, query, privacy := shortReading{Nudge, No}, shortReading{Asking, No}, shortReading{StatusQuery, No}, shortReading{Privacy, No}
	irony, late, quoted, heads := shortReading{Sarcasm, No}, shortReading{CheckInLate, Yes}, shortReading{QuoteOnly, No}, shortReading{CheckInCount, IfAsked}
	leave, leaveProxy, hearsay := shortReading{Leave, No}, shortReading{LeaveProxy, No}, shortReading{Hearsay, No}
	here, talk, promise, not := shortReading{CheckIn, Yes}, shortReading{Chitchat, No}, shortReading{Promise, No}, shortReading{Negation, No}
	for rule, texts := range map[string]map[string]shortReading{
		"delegates": {
			"班组长把自己手底下的人盯紧点": nudge, "网点主任把柜员都吆喝一声": nudge, "各科负责人盯一下自己科室的签到": nudge, "联络员们把没签的喊一喊": nudge,
			"班长喊了一声，签到": here, "主任提醒一下我，签到": here, "得嘞，这就传达到各班组": {Ack, No},
		},
		"notMyTurn": {"还轮不到我签": not, "还没排到我签到": not, "轮到我了，签到": here},
		"newcomer": {
			"新分来的选调生后天报到": talk, "下周一新主任过来报到": talk, "侄女周五去单位报到": talk, "孩子九月去大学报到": talk,
			"我明天报到": promise, "明天去单位签到": promise, "新来的李四报到": here, "我是新来的，来报到": here,
		},
		"asksLimit": {
			"一次能替几个人签到": asking, "一人能代几个": asking, "一个月至少签几次": asking, "一天要打几次卡": asking, "人人都得签吗": asking,
			"几个人签了": query, "还有几个人没签": query, "一天签八回": {Sarcasm, No}, "各单位每人都得签": nudge, "不管签几回，我都签到": here,
		},
		"masks": {
			"接龙能不能不显示姓名": privacy, "把我名字中间打个星号吧": privacy, "手机号中间四位遮一下": privacy, "名单上我的号码麻烦隐掉": privacy, "可别露全名": privacy,
			"签到要写全名吗": asking, "签到写全名还是写姓": asking, "为啥不显示我的名字，我签到了": here,
		},
		"excused": {
			"村里正拆迁离不开人，培训就不过去了": leave, "柜台抽不开身，会我就不参加了": leave, "媳妇快生了，下午的会去不成了": leave, "所里就我一个顶班，讲座去不了了": leave,
			"不想去了，没意思": not, "柜台忙走不开，签到": here,
		},
		"relaysLeave": {
			"主任叫我报一下，郭强住院，请假": leaveProxy, "刘洋让我捎个话，他在外地出差请个假": leaveProxy, "李所托我给说下，王强今天下村请假": leaveProxy,
			"张三请假": leave, "局长让我去开会，请假": leave, "领导让我说一声，我请假": leave, "财政局张三出差，请假": leave,
		},
		"roomThing":   {"会议室钥匙在谁手里": talk, "会议室的话筒充电了没": talk, "会议室空调谁没关": talk, "会议在哪个会议室": asking, "会议室几楼": talk, "签到表在谁那": asking},
		"dutyAsked":   {"今晚谁值班": talk, "这周末该谁备勤": talk, "值班的用签到不": asking, "出差的怎么签": asking},
		"gotDelivery": {"工资短信收到了": talk, "尾款收到了": talk, "验证码收到了": talk, "年货收到咧": talk, "案例收到": {Ack, IfAsked}, "全体干警收到": {Ack, IfAsked}},
		"heardFrom": {
			"听主任讲以后月月都得签到": hearsay, "听门卫说今天改成打卡了": hearsay, "听书记的意思是人人都要签": hearsay, "听对面办公室的说不用签了": hearsay,
			"听主任的，签到": here, "听局长讲完课，签到": here, "听了局长说的案例，签到": here,
		},
		"onlyUnit":  {"看来就差咱们村没签了": hearsay, "貌似就咱们所还没签": hearsay, "就剩我没签了": not, "看样子要下雨，先签到": here, "看来今天人不少，签到": here},
		"soundWord": {"打开": {CheckIn, IfAsked}, "sdl": {Ack, IfAsked}, "能成": {Ack, No}, "重新打开，签到": here, "能行，签到": here},
		"awards":    {"是不是该给我颁个签到终身成就奖": irony, "我离签到代言人就差一面锦旗了": irony},
		"chance":    {"感谢领导赐我签到的机会": irony, "有幸第十次参与签到，感恩": irony, "感谢给的学习机会，签到": here, "感谢领导提醒，签到": here, "签到得嘞": here},
		"goesOn":    {"再签就能评职称了": irony, "再这么签我都能当形象大使了": irony, "再签到我就要得道成仙了": irony, "我再签个到": here, "忙完再签": promise},
		"workLeft": {
			"天天签到打卡，班还让不让人上了": irony, "签到签到，庄稼还种不种了": irony, "又是签到，有完没完": irony, "一会签到一会接龙，日子还过不过了": irony,
			"签到，下午的会还开不开了": here, "活儿干完了，签到": here, "我还在干活，签到": here,
		},
		"onlyNow": {
			"现在才签到，抱歉": late, "这会儿才签": late, "我才签到": late, "你咋才签到": asking, "他现在才签到": not, "我昨天才签到": not,
		},
		"notYetHeld": {
			"我们单位还没组织签到": not, "所里没安排签到": not, "我们村尚未开展签到": not,
			"没组织学习，先签到": here, "组织学习后签到，财政局李四": here, "单位没组织，我自己签到": here,
		},
		"headsNowhere": {
			"我们十七个人都到了": heads, "咱们八个全到齐了": heads, "我们所12人全部签到": {CheckInCount, Yes}, "到岗签到": here,
		},
		"saidInTurn": {
			"井然：签到\n水清：签到\n云飞：收到": quoted, "大山：签到\n石头：收到": quoted, "晨曦：1\n远方：收到": quoted,
			"签到：张三": here,
		},
		"onceMore": {
			"哎呀又到打卡季了": irony, "得，又是签到专场": irony, "行啊，又添了个签到的群": irony,
			"又到签到时间了，张三签到": here, "又来签到了": here, "我又来签到啦": here,
		},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

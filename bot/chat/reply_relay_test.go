package chat

import "testing"

// TestRelayed: what others said or wrote, what is asked of others, and how a complaint
// goes on.
func TestRelayed(t *testing.T) {
	here, heard, nudge, question, irony := shortReading{CheckIn, Yes}, shortReading{Hearsay, No}, shortReading{Nudge, No}, shortReading{Asking, No}, shortReading{Sarcasm, No}
	for rule, texts := range map[string]map[string]shortReading{
		"relays": {"联络员说今天签到": heard, "联络员说她签到了": heard, "联络员说请大家签到": nudge, "联络员张三签到": here},
		"written": {"文件上写着每周签到一次": heard, "群公告里说今天要签到": heard, "公告写的是补签也算": heard, "通知上写的是周五前签完吗": question,
			"按通知上写的，签到": here, "通知里写着要签到，我签到": here},
		"yourPeople": {"你们那边都签到了吧": heard, "你们科签完了没": heard, "你们单位怎么签的": question, "你们单位用签到吗": question, "你签了没": question},
		"withThose":  {"用不用连临时工也签上": question, "连签到的工夫都没": {Negation, No}},
		"wearsOut": {"再签到下去我都快变成机器人了": irony, "再签我就成打卡机了": irony, "再签手都要断了": irony, "再签成功了": {Promise, No}, "再签一次就成了": {CheckIn, IfAsked},
			"再签到一次了": here},
		"grudging": {"得得得算我到": {Unclear, IfAsked}, "算我一个": {CheckIn, IfAsked}},
		"straight": {"没找着二维码，我就直接签到": here, "财政局闫慧直接签到": here, "没看见接龙，签到": here, "没瞧见接龙链接，我直接打卡了": {CheckIn, IfAsked}, "接龙点不开，那我打字签到，农行薛红霞": here, "直接签到": {CheckIn, IfAsked}, "不用接龙，直接签到": {CheckIn, IfAsked},
			"请大家直接签到": nudge, "没看见消息，签到": {CheckInLate, Yes}},
		"parked":    {"停下车就签": {Promise, No}, "停好车就签到了，光华镇李强": here, "刚停好车，签到": here, "停会儿签到": {Promise, No}},
		"checkSums": {"应到20实到18": {CheckInCount, IfAsked}, "本所应到9人，实到8人": {CheckInCount, Yes}, "光华镇应到20，实到18": {CheckInCount, Yes}, "应到20实到20": {CheckInCount, Yes}, "应参训20人，参训18人，缺2人": {CheckInCount, Yes}},
		"barelyIn": {"1. 张三（在）\n2. 李四（请假）": {CheckInList, IfAsked}, "1. 张三（在）签到\n2. 李四（在）签到": {CheckInList, Yes},
			"签到接龙\n1. 张三（在）\n2. 李四（在）": {CheckInList, Yes}, "1.张三 到\n2.李四 到": {CheckInList, Yes}},
		"touted": {"有人在集上推一个叫富民宝的软件，叫扫码领鸡蛋": {Clue, No}, "村口有人摆摊叫扫码下APP送油": {Clue, No}, "村里来了几个人让老人扫码领米面": {Clue, No},
			"有人要优惠券吗，扫码领": {Ad, No}},
		"warded": {"00开头的号给我打了两回，说我涉案，我没理": {Clue, No}, "一个00开头的号说我儿子让抓了，要打五万，我手都抖了": {CaseHelp, No}, "00开头的号让我转五万，我转了": {CaseHelp, No}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

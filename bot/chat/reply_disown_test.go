package chat

import "testing"

// TestDisowned: what stands around a check-in makes it another's, an order, a trial, or
// half taken back.
func TestDisowned(t *testing.T) {
	here, doubt, quote, trial := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}, shortReading{QuoteOnly, No}, shortReading{Test, No}
	nudge, irony, failed := shortReading{Nudge, No}, shortReading{Sarcasm, No}, shortReading{Negation, No}
	for rule, texts := range map[string]map[string]shortReading{
		"crossed":     {"签到✖ 没成功": failed, "签到：❌": failed, "签到 [×]": failed, "签到✅ 完成": here, "签到：✅": here, "签到×2": doubt},
		"thanksFor":   {"好的，感谢提醒签到": {Ack, No}, "谢谢提醒，签到": here, "感谢提醒，已签到": here, "谢谢提醒，我签到": here},
		"halfhearted": {"签到（可能吧）": doubt, "签到（应该是吧）": doubt, "签到，但我其实没去现场": doubt, "签到，说实话课我没听": doubt, "签到，可我人不在会上": doubt, "签到，说实话讲得真好": here, "签到，其实早看完了": here, "签到，不过来晚了": {CheckInLate, Yes}, "签到，但有一段没听懂": here, "签到，人在外地出差": here},
		"prods":       {"麻溜儿签到，莫磨蹭": nudge, "签到咧，嫑忘了": nudge, "小王小李，赶紧签到，别落下": nudge, "签到，没忘": here, "差点忘了，签到": here, "不磨蹭了，签到": here, "别催了，签到": here, "小田签到": here},
		"commands":    {"都给我签上，一个也不许少": nudge, "各科长把人喊来，统统给我签到": nudge, "给我签上，财政局王芳": here},
		"trial":       {"试一下签到好不好使，这条不算": trial, "测试：签到，请勿统计": trial, "演示一下：签到，大家不用管": trial, "测试签到": trial, "调试中，签到": trial, "反诈演练签到": here, "测试题做完了，签到": here, "试了好几次总算行了，签到": here, "反诈知识测试做了，签到，王芳": here},
		"boasts":      {"今年最大收获：签到": irony, "我这辈子最大的本事就是签到": irony, "全村的希望就在我这一签": irony, "今年最大的收获是学会防骗，签到": here, "全局第一个签到": here},
		"screenshot":  {"【聊天截图】9:10 小王：签到 9:11 小李：签到": quote, "截图文字 10:12 小魏 签到": quote, "截图发了，签到": here},
		"timedWords": {"刘芳 10:11 签到\n王强 10:12 签到了\n赵敏 10:20 收到": quote, "王芳  9:11\n签到\n\n李强  9:12\n收到，签到": quote,
			"签到接龙\n王芳 9:01 签到\n李强 9:03 签到": {CheckInList, Yes}, "签到接龙\n张丽 8:01\n李明 8:05": {CheckInList, Yes}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestOtherBusiness: lists, counts and invitations to something that is none of ours.
func TestOtherBusiness(t *testing.T) {
	list, other, counted := shortReading{CheckInList, Yes}, shortReading{OtherList, No}, shortReading{CheckInCount, Yes}
	for rule, texts := range map[string]map[string]shortReading{
		"otherBusiness": {"支部党课签到：①王芳②李强": other, "消防演练签到：1.张丽 2.王强": other, "#接龙\n暑假跑步打卡\n\n1. 张丽✅\n2. 王强✅": other, "反诈学习签到\n1. 张丽\n2. 王强": list, "全体会签到\n1. 张丽\n2. 王强": list, "反诈党课签到\n1. 张丽\n2. 王强": list},
		"foreign":       {"业主大会签到\n1. 张丽\n2. 王强": {CheckInList, IfAsked}, "驾校科目三报到：1.张丽 2.王强": {CheckInList, IfAsked}, "财政局签到\n1. 张丽\n2. 王强": list, "签到表\n序号 姓名 状态\n1 张丽 已签\n2 王强 已签": list, "今日反诈课签到：1张丽 2王强": list},
		"ofFamilies":    {"六年级三班签到\n1. 王子轩爸爸 已到\n2. 李欣怡妈妈 已到": other, "签到\n1. 张丽 已到\n2. 王强 已到": list},
		"otherCount":    {"台头镇48人参加了普法考试并全部合格": {OtherReport, No}, "安全生产培训，司法局22人全部参加": {OtherReport, No}, "反诈知识考试，台头镇52人全部参加": counted, "台头镇在册52人全部学完": counted, "消防队集中学反诈，光华镇22人全部参加": counted},
		"feasts":        {"我弟下个月结婚，大家都来参加啊": {Chitchat, No}, "老王家过满月，都参加": {Chitchat, No}, "参加完婚礼回来，签到": {CheckIn, Yes}},
		"enteredAs":     {"王芳其实请了假，你给记成参加了，改一下": {Correction, No}, "李强那天没来，登成已到了，纠正一下": {Correction, No}, "李强那天参加了，给记成请假，改过来": {Correction, Yes}, "许二虎写成请假了，其实他到了": {Correction, Yes}},
		"bracketed":     {"王芳（到）李强（未到）": {CheckInList, IfAsked}, "李四、王五都到了，赵六请假": {CheckInProxy, Yes}, "王芳已签到，李强没签": {CheckInProxy, Yes}},
		"leads":         {"李强带队，一车五个人都来参加了": {CheckInProxy, IfAsked}, "李强、王芳、赵敏三人都签到了": {CheckInProxy, Yes}},
		"aired":         {"电视台11月起循环播放反诈标语，每天8次": {ActivityReport, IfAsked}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

package chat

import "testing"

// TestTalkOfOthers names rules for texts that are no check-in, with texts of each kind
// and texts that look alike.
func TestTalkOfOthers(t *testing.T) {
	nudge, asking, query, privacy := shortReading{Nudge, No}, shortReading{Asking, No}, shortReading{StatusQuery, No}, shortReading{Privacy, No}
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
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

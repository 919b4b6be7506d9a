package chat

import (
	"slices"
	"testing"
)

// TestBreadth names, for every rule, texts that count by it and texts with the same
// words that do not.
func TestBreadth(t *testing.T) {
	here, late, proxy := shortReading{CheckIn, Yes}, shortReading{CheckInLate, Yes}, shortReading{CheckInProxy, Yes}
	count, list := shortReading{CheckInCount, Yes}, shortReading{CheckInList, Yes}
	report, fixed := shortReading{ActivityReport, Yes}, shortReading{Correction, Yes}
	asked, nudge, promise := shortReading{CheckIn, IfAsked}, shortReading{Nudge, No}, shortReading{Promise, No}
	for rule, texts := range map[string]map[string]shortReading{
		"asked politely to be put down": {
			"学完了，烦请登记，建行郝梅": here, "建行郝梅，学完了，烦请登记": here, "劳烦记一下 建行郝梅": here, "麻烦记一下，台头镇孙有福": here,
			"请记录，建行郝梅已学习": here, "枣岭葛改花到了麻烦记一下": here, "学完了，烦请登记": asked, "麻烦也给我登一个": asked,
			"王芳，请登记": asked, "请登记参会人员名单": {Nudge, No}, "烦请各位签到": nudge, "请各股室登记后报我": nudge,
		},
		"the proof is put off, not the deed": {
			"邮储本月网点反诈培训3次，参训41人次，照片稍后补": report, "移动公司应到21人实到21人，签到表下午交": count,
			"财政局王芳、李强已参加，照片随后上传": proxy, "签到，照片稍后发": here, "中行本月晨训反诈3次，共33人次，照片后附": report, "照片稍后发": {Evidence, No}, "签到稍后补": promise,
		},
		"what checking in brings sells": {
			"签到就送抽纸，扫码进群": {Ad, No}, "打卡满30天返学费": {Ad, No}, "建行生活签到领券，加我微信": {Ad, No},
			"不明链接不点，签到": here, "签到送上": here,
		},
		"the name would be kept back": {
			"名单里能不能不写真名": {Privacy, No}, "用昵称签到行吗": {Privacy, No}, "签到的名字别的单位能看见吗": {Privacy, No},
		},
		"how many of how many": {
			"全员到齐32/32": count, "公安局应签56人已签56人": count, "公安局应学56人，已学56人": count,
			"应到56人，还没到齐": {CheckInCount, IfAsked},
		},
		"names in every shape of list": {
			"签到接龙\n贾亮\n史可\n吴小满": list, "签到接龙 张丽 李明 王强": list, "签到接龙\n张丽、李明": list, "签到⑴张丽⑵李明": list,
			"签到接龙\n1. 张丽": list, "签到接龙\n张丽 8:01\n李明 8:05": list, "签到接龙\n师秀芳\n时光\n高兴": list,
			"❶张丽❷李明": {CheckInList, IfAsked}, "未签到接龙 张丽 李明": {OtherList, No},
		},
		"several of them": {
			"王芳、李强均已签到": proxy, "王芳、李强二人已参加": proxy, "实到2人：王芳、李强": proxy, "大厅值班王芳、李强签到": proxy,
			"王芳、李强均未签到": {Hearsay, No}, "除了王芳都签到了": {CheckInCount, IfAsked}, "除王芳请假外，李强、赵敏都到了": proxy,
		},
		"why another signs": {
			"替王芳签一下，她走不开": proxy, "王芳、李强因值班未能进群，代签到": proxy, "替王芳签一下，行吗": {Asking, No}, "让王芳代签": nudge,
		},
		"what was learnt first": {
			"材料学完签到": here, "我刚才在群里看了那个视频签到一下": here, "没看视频签到": asked, "看完视频再签到": promise,
		},
		"who he says he is": {
			"财政局联络员卫强签到": here, "包村干部来签到": here, "学员王建国签到": here, "请联络员签到": nudge,
		},
		"how and when, in a word": {
			"如约签到": here, "坚持签到": here, "签到一枚": here, "来一个签到": here, "周一例会学习签到": here, "周二签到": promise, "下周一签到": promise,
			"一个人签到": asked, "签到也下午": promise,
		},
		"told to his own":  {"提醒家里老人了，签到": here, "提醒爸妈签到": nudge},
		"last and plainly": {"签咧签咧，签到咧": here, "签了签了": asked},
		"put down as away by mistake": {
			"侯佳那天来了，别给记成请假": fixed, "王芳写成请假了，实际参加了": fixed, "任燕请假那条作废，她来参加了": fixed, "把任燕改成参加，她到会了": fixed,
			"邓红不算缺席，她参加培训了": fixed, "任燕没来，别记成签到": {Correction, No}, "任燕请假那条作废": {Correction, No}, "任燕说她来了，别记成请假": {Correction, No},
		},
		"he cannot come, or has not": {
			"柜上走不开，还没签": {Negation, No}, "柜上走不开，请假": {Leave, No}, "3点开庭": {Chitchat, No}, "这周还没组织学": {Negation, No}, "柴俊出差请假，视频已补看": {Leave, IfAsked},
		},
		"yet to be done":       {"送完这个客户我去签": promise, "晚饭后统一签": promise, "昨天没签，请求补签": late},
		"asked for a nod":      {"这里签到是吧": {Asking, No}, "在群里签还是小程序签": {Asking, No}},
		"papers":               {"判决书签到手软": {Chitchat, No}, "签到手软": {Sarcasm, No}},
		"whoever has not":      {"漏签的今天补齐": nudge, "漏签的同志补上": nudge, "没签的举个手": nudge, "漏签补上": late},
		"a course of days":     {"签到三天领洗衣粉": {Ad, No}, "出完警回来签": promise},
		"swindlers go free":    {"骗子没抓着，签到倒是一次不落": {Sarcasm, No}, "骗子绕道走，签到": here},
		"work of another kind": {"排查了56户，已建台账": {OtherReport, No}, "请各单位做好排查": {Nudge, No}},
		"on the spot":          {"人已经在会议室了": asked, "👋": asked, "会议室签到": {Unclear, IfAsked}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestNamesThatAreWords: names hold characters that words are made of, and are not
// told from what is said of them by those alone.
func TestNamesThatAreWords(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string][]string{
		"财政局张向东签到": {"张向东"}, "孙有福签到": {"孙有福"}, "王和平、李为民签到": {"王和平", "李为民"}, "李想签到": {"李想"}, "史可签到": {"史可"},
		"张永和签到": {"张永和"}, "张强和李四签到": {"张强", "李四"}, "财政局卫向前签到": {"卫向前"},
		"王芳李强签到": {"王芳", "李强"}, "3人到齐，王芳李强赵敏": {"王芳", "李强", "赵敏"}, "李国强签到": {"李国强"}, "李国强常签到": {"李国强"},
		"王芳、李强两人签到": {"王芳", "李强"}, "张三、李四、王五三人签到": {"张三", "李四", "王五"}, "刘三女签到": {"刘三女"}, "我跟乔小兵都学咧，签到": {Sender, "乔小兵"},
		"一路向前，签到": nil, "签到接龙\n张丽👍\n李明👍\n王强👍": {"张丽", "李明", "王强"},
	} {
		if got := l.ReadReply(text, Context{Now: now}).Names; !slices.Equal(got, want) {
			t.Errorf("%q names %v, want %v", text, got, want)
		}
	}
}

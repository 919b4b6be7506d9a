package chat

import "testing"

// TestSections names, for every rule, texts of its kind and texts with the same
// words that are none.
func TestSections(t *testing.T) {
	here, proxy := shortReading{CheckIn, Yes}, shortReading{CheckInProxy, Yes}
	hearsay, nudge, promise, not := shortReading{Hearsay, No}, shortReading{Nudge, No}, shortReading{Promise, No}, shortReading{Negation, No}
	report, chat := shortReading{OtherReport, No}, shortReading{Chitchat, No}
	for rule, texts := range map[string]map[string]shortReading{
		"section": {
			"三年级组签到：安秀英、亢海霞": proxy, "公诉科2人都签到：裴慧、段小军": proxy, "水暖班签到：王芳、李强": proxy, "手术室签到：王芳，李强": proxy,
			"业主签到：王芳、李强": {Unclear, IfAsked}, "三年级组未签到：王芳、李强": hearsay, "公诉科3人签到：裴慧、段小军": {CheckInProxy, IfAsked},
		},
		"overThere": {
			"发改委那边解晓婷签个到": here, "发改委那边解晓婷签到了": hearsay, "教科局那边王芳说签到": hearsay, "那边王芳签个到": hearsay, "发改委那边都签到了": hearsay,
		},
		"takeUp": {
			"我把到签了": here, "额把到签咧": here, "我先把到签上": here, "大家把到签了": nudge, "记得把到签上": nudge, "我还没把到签上": not,
			"我一会把到签了": promise, "谁把到签了": {Asking, No}, "我把到签了没": {Asking, No},
		},
		"post": {"门房薛满囤签到": here, "宿管李强签到": here, "门房薛满囤没签到": not, "听门房薛满囤签到": hearsay},
		"where he is": {
			"在县医院陪床呢，签到": here, "去税务局办事，签到": here, "税务局张三签到": {CheckIn, IfAsked}, "签到 签到 发两遍保险": here,
		},
		"bracketed": {"@所有人 签到（崔红）": here, "@所有人 签到": nudge, "@所有人 签到（必填）": nudge, "@所有人 签到（截止12点）": nudge},
		"thanked":   {"麻烦群主记一下，我是联通的牛振，学完了": here, "谢谢群主，签到": here, "群主说签到": hearsay},
		"in jest":   {"老师们早，我先签到为敬": here, "跟一个，签到": here},
		"denied":    {"木有签到": not, "还不曾签": not, "我们站上一个人都没签上": not, "他们站上一个人都没签上": hearsay},
		"not there": {"没参加，在外地": not, "人还在村里，没到会场": not, "没参加，请个假": {Leave, No}, "没参加，来不了": {Leave, No}},
		"made up since": {
			"段晓峰出差请假，回来后已把课补上": {Leave, IfAsked}, "毛建国上周公出请假，学习内容已自行补完": {Leave, IfAsked}, "段晓峰出差请假，回来再补课": {Leave, No},
		},
		"organizes": {
			"一会儿组织大家签到": promise, "我四点以前组织所里人签到": promise, "组织大家签到": nudge, "请组织大家签到": nudge, "各单位组织人员签到": nudge,
		},
		"prevented": {
			"晋商银行本月柜面劝阻可疑汇款2笔": report, "所里本周上门劝阻潜在受害群众7人": report, "本月关停涉诈号码35个": report, "劝阻2人，签到": here,
			"宣传劝阻3场，发放传单200份": {ActivityReport, Yes}, "请各网点劝阻可疑汇款后报数": nudge,
		},
		"otherPapers": {"手术同意书家属签了没": chat, "签收回证寄到中院了没": chat, "谁的发票落会议室了": chat, "处方上要签字不": chat},
		"receipt":     {"法院办公室收到": {Ack, IfAsked}, "村委会收到": {Ack, IfAsked}, "各办公室收到": {Ack, No}, "111": {CheckIn, IfAsked}, "21": chat},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

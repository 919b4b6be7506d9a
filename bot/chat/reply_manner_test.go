package chat

import "testing"

// TestNeverCounted: none of these texts is a check-in, whatever their words; they may
// at most be asked about.
func TestNeverCounted(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, f := range readTSV(t, neverCounted) {
		if r := l.ReadReply(f[0], Context{Now: now}); r.Counts == Yes {
			t.Errorf("%q counts as %s (%s)", f[0], r.Intent, r.Rule)
		}
	}
}

// TestManner: how a check-in is to be made is none; nor is who is to make it.
func TestManner(t *testing.T) {
	nudge, asked := shortReading{Nudge, No}, shortReading{CheckIn, IfAsked}
	checkReadings(t, map[string]shortReading{
		"格式：教科局张三签到": nudge, "如：财政局 李四 签到": nudge, "统一回复：单位+姓名+签到": nudge, "教科局张三签到": {CheckIn, Yes},
		"签到要带手机": asked, "签到到五点": asked, "正在签到": asked, "来签到吧": asked, "来签到啦": {CheckIn, Yes},
		"老王帮我签到": asked, "张三组织签到": asked, "感谢张三签到": asked, "张三登记一下": asked, "给登记一下 张三": {CheckIn, Yes},
		"同志们，签到": nudge, "各位领导好，签到": {CheckIn, Yes}, "长按二维码签到": nudge, "今天必须签完": nudge, "回复签到即可": nudge,
		"漏签的补一下": nudge, "看到消息的都回个签到": nudge, "叫老王签到": nudge, "签到啊各位": nudge,
		"张三、李四已参加": {CheckInProxy, Yes}, "张主任签了": asked, "张三早就签了": asked,
	})
}

// TestMatters: questions about the office's matters, and what is no question of ours.
func TestMatters(t *testing.T) {
	question, talk := shortReading{Asking, No}, shortReading{Chitchat, No}
	checkReadings(t, map[string]shortReading{
		"活动照片往哪儿发呢": question, "应到人数按编制算还是按在岗算": question, "材料交给谁": question, "线上学习算活动吗": question,
		"名字写错了咋改": question, "所有人都签吗": question, "购房协议签了没": talk, "去参加婚礼的几点走": talk, "迟到罚款不": talk,
		"学习强国打卡了没": talk, "能不能请个假，孩子病了": {Leave, No}, "现场照2张，麻烦收一下": {Evidence, No},
	})
}

// TestMorePromises: what waits for something else, and what only sounds so.
func TestMorePromises(t *testing.T) {
	promise := shortReading{Promise, No}
	checkReadings(t, map[string]shortReading{
		"手头这点活弄完就去签": promise, "有网了就签": promise, "今晚八点前一定签到": promise, "五点前我肯定签到": promise, "这就去签": promise,
		"今天之内签到": promise, "肯定签": promise, "看完视频签": promise, "开完会了过来签个到": {CheckIn, Yes}, "看完视频签到": {CheckIn, Yes},
		"么来得及签哩": {Negation, No}, "没看到签到": {Negation, No}, "没看到，补签": {CheckInLate, Yes}, "没学，不敢签到": {Negation, No},
	})
}

// TestWhoHeIs: words before a name tell who he is.
func TestWhoHeIs(t *testing.T) {
	here := shortReading{CheckIn, Yes}
	checkReadings(t, map[string]shortReading{
		"教育局退休老教师贺守义签到": here, "张三退休了，把他删掉": {Correction, No}, "联通装维李四签到": here, "城关派出所辅警张三签到": here,
		"我看完了请给登记一下啊晋商银行的李四": here, "给咱登上吧 张三": here, "簽到囉": here, "签到勒": here, "已經簽到": here,
		"张三写成请假了，其实他到了，改过来": {Correction, Yes}, "我单位张三、滑志远2人已参训": {CheckInProxy, Yes},
	})
}

// TestMoreIrony: complaints in other shapes, and hearsay that only sounds like one.
func TestMoreIrony(t *testing.T) {
	irony := shortReading{Sarcasm, No}
	checkReadings(t, map[string]shortReading{
		"签到要能防诈骗我签一百遍": irony, "签到签到，活都别干了": irony, "骗子看见我们签到都吓跑了": irony, "有签到的时间不如多干点活": irony,
		"为了留痕而签到": irony, "说签就得签，我是机器人？": irony, "建议给骗子也签个到": irony, "听我妹说她们银行也天天签": {Hearsay, No},
		"听说不算数": {Hearsay, No}, "给我侄女点个赞呗，谢谢": {Ad, No}, "签到，大家都要提高警惕": {CheckIn, Yes},
	})
}

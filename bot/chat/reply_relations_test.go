package chat

import "testing"

// TestReasonAndFailure: a reason before a failed attempt does not make it a check-in,
// and a reason that is over does not undo one.
func TestReasonAndFailure(t *testing.T) {
	failed, here := shortReading{Negation, No}, shortReading{CheckIn, Yes}
	checkReadings(t, map[string]shortReading{
		"手机没电了没签成": failed, "机关停电，签到没整成": failed, "打卡没弄上": failed, "签到没办成": failed, "没有搞成签到": failed, "没网了么签上": failed, "在山里没信号没签到成": failed, "试了几次没签上": failed, "手机欠费了签不出去": failed,
		"到了没签到": failed, "流量用完了签不了": failed, "没信号签到": {CheckIn, IfAsked}, "手机没电了签到": here, "充上电了，签到": here,
		"流量用完了，签到": here, "签到明天再说": {Promise, No}, "还没看，看完签到": {Promise, No}, "没看完，看完再签": {Promise, No}, "签到，明天再说": here,
		"签到了怎么看不到": {Asking, No}, "吃了没，签到": here, "手机没电，用同事手机签到": here, "手机没电了，没签成，这会补签到": {CheckInLate, Yes}, "终于签上了": here,
	})
}

// TestOnlySigned: that it is signed, and no more, is not said of here and now.
func TestOnlySigned(t *testing.T) {
	bare, here := shortReading{CheckIn, IfAsked}, shortReading{CheckIn, Yes}
	checkReadings(t, map[string]shortReading{
		"我签了": bare, "签好了": bare, "签上了": bare, "已签": bare, "签了👍": bare, "我签啦": here, "我也签了": here, "教科局张三签了": here, "我签到了": here,
		"早起打卡第十天": {CheckIn, IfAsked}, "反诈学习打卡第3天": here, "我都签了吧": bare,
	})
}

// TestAllOfWhat: 都 is of what was read, of who was there, or of what is guessed.
func TestAllOfWhat(t *testing.T) {
	here, count := shortReading{CheckIn, Yes}, shortReading{CheckInCount, Yes}
	checkReadings(t, map[string]shortReading{
		"三条预警都看了，签到": here, "两期都看完，签到": here, "我单位12人都看了，签到": count, "三个人都看了，签到": {CheckInCount, IfAsked},
		"管头镇39人全部参加了今天的培训": count, "管头镇今天举办反诈培训，39人参加": {ActivityReport, Yes}, "40人全部参加了今天的培训": {CheckInCount, IfAsked},
		"司法局都签完了吧": {Hearsay, No}, "司法局都签完了": {CheckInCount, IfAsked}, "李四、王五都到了，赵六请假": {CheckInProxy, Yes},
		"李四、王五明天都到，赵六请假": {LeaveProxy, No}, "李四、王五都请假": {LeaveProxy, No},
	})
}

// TestWhoIsMeant: who is to be put down, and where the name of a unit begins like
// another word.
func TestWhoIsMeant(t *testing.T) {
	here, asked := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}
	checkReadings(t, map[string]shortReading{
		"光华镇贺玉兰签到": here, "就张三签到": asked, "在光华镇签到": asked, "我听完课了你给登记一下建行孙七": here, "你登记一下建行的孙七": asked,
		"佥到": here, "打喀": asked, "大卡": asked, "大卡车来了": {Chitchat, No}, "到✅": asked, "到👍": asked, "收到✅": {Ack, IfAsked},
		"活弄完我就去签到": {Promise, No}, "客户走了我就签到": {Promise, No}, "忙完了我签到": here,
	})
}

// TestRoundOnlySounding: complaints, adverts, hearsay and objections in more shapes.
func TestRoundOnlySounding(t *testing.T) {
	irony, ad, hearsay, privacy, question := shortReading{Sarcasm, No}, shortReading{Ad, No}, shortReading{Hearsay, No}, shortReading{Privacy, No}, shortReading{Asking, No}
	checkReadings(t, map[string]shortReading{
		"一天不签到浑身难受": irony, "今天不签到": {Negation, No}, "一天到晚签签签，手机都签坏了": irony, "签签签": {Unclear, IfAsked}, "签到大于天": irony, "上班就是签到": irony,
		"【淘特】连续签到7天免单，帮我点一下": ad, "我网不好，帮我点一下签到": {CheckIn, IfAsked}, "机器人说回个签到就行": hearsay, "回个签到就行": {Nudge, No},
		"为啥非要填手机号，能不填吗": privacy, "签到用填手机号吗": question, "签到发出去咋没动静呢": question, "签到信息会不会发出去": privacy,
		"几点下班": {Chitchat, No}, "几点签到": question, "移动公司本月发送反诈提醒短信3万条": {ActivityReport, IfAsked}, "提醒大家，请及时签到": {Nudge, No},
	})
}

// TestAskedOfTheHelper: queries about the helper itself, and words that hide in others.
func TestAskedOfTheHelper(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Intent{
		"都能问些啥": Help, "可以问哪些问题": Help, "都签了多少": Overview, "查电信": Clarify, "查电信公司": UnitMonth,
		"本月报上来几条线索": ClueStats, "10月月报": Export, "平安办催的那张表": Export, "催办了哪些单位": Supervise,
		"司法局哪个被骗了": Refuse, "哪个单位被骗了": AskZeroCase,
	} {
		if got := l.ReadQuery(text, now); got.Intent != want {
			t.Errorf("ReadQuery(%q) = %s (%s), want %s", text, got.Intent, got.Rule, want)
		}
	}
}

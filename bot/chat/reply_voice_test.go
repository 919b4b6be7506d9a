package chat

import "testing"

// TestOwnVoice: what somebody says of his own message, how he calls himself, and for
// whom of his people he signs.
func TestOwnVoice(t *testing.T) {
	here, proxy, name, nudge := shortReading{CheckIn, Yes}, shortReading{CheckInProxy, Yes}, shortReading{CheckIn, IfAsked}, shortReading{Nudge, No}
	for rule, texts := range map[string]map[string]shortReading{
		"meant": {"刚才语音识别错了，我说的是签到": here, "我是说签到，打成别的了": here, "我意思是签到哈": here, "我刚才说的是签到": here,
			"我说的是签到吗": {Asking, No}, "他说的是签到": {Hearsay, No}, "我没说是签到": {Hearsay, No}, "我说的是明天签到": {Hearsay, No}, "我说签到你就签到": nudge, "语音识别成别的了，我说的是我签到": here,
			"我刚说的是签到，不是欠道": here},
		"nickname": {"光华镇小李李建军签到": here, "老赵赵有福 昌宁镇 签到": here, "小郭、郭晓东签到": proxy, "老王李强签到": proxy, "教科局刘老师刘芳签到": here,
			"刘老师、刘芳签到": proxy},
		"micCheck": {"喂听得到不我是双鹤乡的贺军平签个到": here, "能听清楚吗我财政局闫慧签到": here, "听领导说要签到": {Hearsay, No}, "喂能听到吗，财政局闫慧签到": here, "大家能听见吗 签到": nudge, "喂喂 听得见不": {Chitchat, No}},
		"ownHand": {"@所有人 签到！财政局闫慧": here, "@所有人 财政局闫慧 签到": here, "@所有人 签到 郝文斌": nudge, "@所有人 签到 西坡镇": nudge,
			"@所有人 请签到 西坡镇郝文斌": nudge, "@所有人 签到 联系人西坡镇郝文斌": nudge, "@所有人 签到啦 西坡镇郝文斌": nudge},
		"soundReport": {"报道！": here, "我报道，法院段志强": here, "前来报道 法院段志强": here, "报道财政局的那篇稿子谁写的": {Chitchat, No}, "新华社报道": {Chitchat, No}},
		"namesPart":   {"农行运营组 薛红霞签到": here, "联通 装维班 李强 签到": here, "移动装机班 王强": name, "法院宋长河签到": here},
		"ofMine": {"帮俺大队会计签个到 李小红": proxy, "替我们主任签到，主任叫王芳": proxy, "帮我对门的老汉签到 王长贵": proxy,
			"帮我签到": name, "俺会计张小红签到": here},
		"thanked":  {"请李局给登记一下，法院 祁文秀": here, "请李局长帮忙登记上 财政局闫慧": here, "请张主任签到": nudge, "请各位登记一下": nudge},
		"initials": {"dk": name, "DK 财政局闫慧": here, "SD": {Ack, IfAsked}, "SD卡谁有": {Chitchat, No}},
		"surnames": {"施小军签到": here, "农商行严丽 签到": here, "严格落实签到制度": {Chitchat, No}, "尤其是签到": {Unclear, IfAsked}, "施工队签到": {Unclear, IfAsked}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
	l := NewLexicon(testUnits(t))
	for _, text := range []string{"融媒体中心毛宁报道", "记者毛宁报道"} {
		if got := l.ReadReply(text, Context{Now: now, Session: &Prompt{Bare: true, Names: true}}); got.Counts == Yes {
			t.Errorf("%q counts as %s", text, got.Intent)
		}
	}
}

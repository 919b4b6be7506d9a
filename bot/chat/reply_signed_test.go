package chat

import "testing"

// TestSignedBesideCircumstances: what the reader does not know beside a check-in is
// the writer's circumstance, if he puts his name to the text. Without it, or with a
// word of another's part in it, it is asked about or left alone.
func TestSignedBesideCircumstances(t *testing.T) {
	here, doubt, nudge := shortReading{CheckIn, Yes}, shortReading{Unclear, IfAsked}, shortReading{Nudge, No}
	checkReadings(t, map[string]shortReading{
		"三楼会议室签到，财政局武建平": here, "教科局基教股吴海霞，会议室第三排签到": here, "分会场签到：法院 祁文秀": here, "兹有司法局苏建民签到": here,
		"司法局苏建民于15时签到": here, "报告，二班战士李强签到": here, "执勤点签到：任志刚": here, "四楼礼堂签到，宣传部何敏": here,
		"西坡镇综治办 乔建华 到岗签到": here, "光华镇武装部 樊大军 到单位签到": here, "尉庄乡赵家湾村会计冯三娃签到": here,
		"二楼会议室签到": doubt, "柴丽，会议室签到": doubt, "三楼会议室签到，由财政局张彩霞负责": doubt, "四楼礼堂签到，宣传部何敏主持": doubt,
		"三楼会议室签到，请财政局张彩霞通知到位": doubt, "酒店大堂签到，何敏": doubt, "工行柴丽负责会议室签到": doubt,
		"到岗签到，别迟到": nudge, "请到三楼会议室签到": nudge, "财政局张彩霞，在哪个会议室签到": {Asking, No}, "三楼会议室没签到，财政局张彩霞": {Negation, No},
		"到村再签到，台头镇马改莲": {Promise, No}, "会议室见，到了签到": {Promise, No},
	})
}

// TestMadeUpNow: what was missed is made up when it is said as done now by the
// writer; what is yet to be done, or told to others, is not.
func TestMadeUpNow(t *testing.T) {
	late, promise, nudge := shortReading{CheckInLate, Yes}, shortReading{Promise, No}, shortReading{Nudge, No}
	checkReadings(t, map[string]shortReading{
		"昨儿没签，今天补上": late, "昨晚停电没签到，今早补上": late, "昨天没签，补了": late, "上次没签成，这会补上": late, "昨天没打上卡，今儿补上": late,
		"前天的给补一下 光华镇 段红霞": late, "昨天的给我补一下 郭爱萍": late, "上周五的补一下，财政局 赵明": late,
		"昨天没签，明天补上": promise, "昨天没签，回头补": promise, "过两天补上": promise, "今天之内补上，别急": promise,
		"昨天没签的今天补上": nudge, "昨天没来的补一下签到": nudge, "漏签的今天补齐": nudge, "昨天没签，今天也没签": {Negation, No}, "昨天没签，今天补上行吗": {Asking, No},
		"昨天没签，今天不补了": {Negation, No}, "把昨天的补上 李娜": {CheckInLate, IfAsked},
	})
	l := NewLexicon(testUnits(t))
	for _, text := range []string{"老王昨天没签，今天补上了", "张彩霞昨天没签，今天补上了", "何敏没签，她今天补上", "漏签的这两天补齐", "昨天没签，今天晚上补"} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts != No {
			t.Errorf("%q is %v, counts %v", text, got.Intent, got.Counts)
		}
	}
}

// TestWhoseWord: for himself, for the names and himself, and by no one else.
func TestWhoseWord(t *testing.T) {
	here, proxy := shortReading{CheckIn, Yes}, shortReading{CheckInProxy, Yes}
	checkReadings(t, map[string]shortReading{
		"我代表我自己签到[捂脸]": here, "我代表本人签到，不代表别人": here, "本人签到，非他人代签": here, "我本人亲自签到，不是代签": here, "我以党员身份签到": here,
		"加上我一共三个，还有任秀英、牛春生，都签到": proxy, "连我俩人，还有郝梅，签到": proxy, "加上我一共四个，还有任秀英、牛春生，都签到": {CheckInProxy, IfAsked},
		"帮我签到": {CheckIn, IfAsked}, "加上我一共三个，还有贾英、霍燕，都没签到": {Negation, No},
	})
}

// TestOccasions: why and when it was done denies it not, and urges nobody.
func TestOccasions(t *testing.T) {
	here, nudge := shortReading{CheckIn, Yes}, shortReading{Nudge, No}
	checkReadings(t, map[string]shortReading{
		"没等领导催就签到了": here, "赶在截止前签到": here, "踩点签到": here, "按通知要求签到 公安局 李伟": here, "换岗下来签到": here, "晌午饭没顾上吃，先签到": here,
		"签到，差点睡过头": here, "签到，娃在我怀里睡着了": here, "签到，早饭都没吃": here, "签到：高志明（退休）": here,
		"按通知要求签到，别拖": nudge, "截止前签到": nudge, "没顾上签到": {Negation, No}, "昨晚睡着了没签，补上签到": {CheckInLate, Yes}, "高志明退休了": {Correction, No},
	})
}

// TestNoDeed: the words of a check-in where none is made.
func TestNoDeed(t *testing.T) {
	irony, idle, question := shortReading{Sarcasm, No}, shortReading{Chitchat, No}, shortReading{Asking, No}
	checkReadings(t, map[string]shortReading{
		"签签签，签了就不被骗了？": irony, "签个到就能防诈骗，真厉害": irony, "天天签到，骗子就没了？": irony,
		"打卡县城新开的饸饹面馆，味道不错": idle, "打卡黄河壶口": idle, "反诈学习打卡，味道十足": {CheckIn, Yes},
		"需要带单位名字吗还是只写签到": question, "时间：明天上午九点 地点：三楼会议室 签到": {Nudge, No}, "先签到再领材料": {CheckIn, IfAsked}, "先签到再干活": {CheckIn, Yes},
	})
	l := NewLexicon(testUnits(t))
	for _, text := range []string{`他说："签到"`, "签到时写清单位姓名", "补签写错日期了"} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts == Yes {
			t.Errorf("%q is %v and counts", text, got.Intent)
		}
	}
}

// TestFormOfWhatWasHeld: a form's figures are a report once its day has come.
func TestFormOfWhatWasHeld(t *testing.T) {
	held := shortReading{ActivityReport, Yes}
	checkReadings(t, map[string]shortReading{
		"时间：11月18日上午 地点：关王庙乡政府院内 内容：反诈座谈 人数：16": held, "时间：11月19日下午\n地点：西交口乡政府会议室\n内容：防骗讲座\n人数：35": held,
	})
	l := NewLexicon(testUnits(t))
	for _, text := range []string{"时间：11月26日上午9点 地点：县政府礼堂 内容：反诈培训 人数：50", "通知：11月25日 地点：三楼会议室 内容：反诈培训 人数：每单位2人"} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts == Yes {
			t.Errorf("%q is %v and counts", text, got.Intent)
		}
	}
}

// TestPromiseOrDone: 就签到 waits for what stands before it; with 了 it was done then.
func TestPromiseOrDone(t *testing.T) {
	here, promise := shortReading{CheckIn, Yes}, shortReading{Promise, No}
	checkReadings(t, map[string]shortReading{
		"手机充上电就签到": promise, "吃完饭就签到": promise, "到家就签到": promise, "连上网就签到": promise, "一下班就签到": promise, "换上衣服就签到": promise,
		"找到密码就签到": promise, "手机有电就签到": promise, "办完事就签到哈": promise, "上完课就签到 光华镇 李强": promise, "修好电脑就签到": promise,
		"手机充上电就签到了": here, "吃完饭就签到了": here, "一到单位就签到了": here, "连上网就签到了": here, "看到就签到了": here, "一开机就签到了": here,
		"忙完就来签到了": here, "看见消息就签到咧": here, "看到消息就签到了，光华镇李强": here, "接完孩子就签到了": here,
		"他一到就签到了": {Hearsay, No}, "一看见就签到，行吗": {Asking, No},
	})
}

// TestWhomHeThanks: whoever is thanked, or asked to put the writer down, is not the
// one who checks in; nor is the office that is called.
func TestWhomHeThanks(t *testing.T) {
	here, count := shortReading{CheckIn, Yes}, shortReading{CheckInCount, Yes}
	checkReadings(t, map[string]shortReading{
		"发改局尚晓燕签到，谢谢管理员": here, "财政局李强签到，辛苦管理员了": here, "麻烦管理员给登记上，县人大 孙红霞": here, "签到，谢谢李主任，工行柴丽": here,
		"管理员辛苦，教科局吴海霞签到": here, "财政局李主任签到": here, "@县反诈办 @反诈小助手 签到": here, "签咧签咧签到咧": here,
		"@张三 @李四 签到": {Nudge, No}, "麻烦张三签到": {CheckIn, IfAsked}, "谢谢李主任代签": {CheckInProxy, Yes}, "财政局李强、王芳签到": {CheckInProxy, Yes},
		"村里的都动弹动弹 该签到咧": {Nudge, No}, "咱们站6人都签到了": count, "俺村三十一口人坐满咧 一个不缺": {CheckInCount, IfAsked},
	})
	l := NewLexicon(testUnits(t))
	for text, unit := range map[string]string{"邮政储蓄银行靳丽签到": "youchu", "邮政储蓄靳丽签到": "youchu", "邮政靳丽签到": "youzheng", "邮政公司靳丽签到": "youzheng"} {
		if got := l.ReadReply(text, Context{Now: now}); string(got.Unit) != unit {
			t.Errorf("%q is of %s", text, got.Unit)
		}
	}
}

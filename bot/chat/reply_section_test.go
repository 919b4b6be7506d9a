package chat

import "testing"

// TestSections names, for every rule, texts of its kind and texts with the same
// words that are none.
func TestSections(t *testing.T) {
	here, late, proxy := shortReading{CheckIn, Yes}, shortReading{CheckInLate, Yes}, shortReading{CheckInProxy, Yes}
	hearsay, nudge, promise, not := shortReading{Hearsay, No}, shortReading{Nudge, No}, shortReading{Promise, No}, shortReading{Negation, No}
	report, chat, ad := shortReading{OtherReport, No}, shortReading{Chitchat, No}, shortReading{Ad, No}
	count, list := shortReading{CheckInCount, Yes}, shortReading{CheckInList, Yes}
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
		"otherPapers":        {"手术同意书家属签了没": chat, "签收回证寄到中院了没": chat, "谁的发票落会议室了": chat, "处方上要签字不": chat},
		"receipt":            {"法院办公室收到": {Ack, IfAsked}, "村委会收到": {Ack, IfAsked}, "各办公室收到": {Ack, No}, "111": {CheckIn, IfAsked}, "21": chat},
		"section, all there": {"高一组4人到齐：贾文、郝芳、鲁斌、曹丽娟": proxy, "高一组没到齐：贾文、郝芳": hearsay, "高一组4人未到齐：贾文、郝芳": hearsay},
		"by voice": {
			"喂喂那个我开着车呢语音说一下签到光华镇的柴国庆": here, "喂听见了没我是尉庄的宋有福啊我签到我签到": here, "他语音说一下签到": hearsay,
			"听见了没我说签到": hearsay, "语音说一下怎么签到": {Asking, No},
		},
		"replaces": {
			"刚才那条发错了，签到": here, "上面那个签到不算": {Correction, No}, "刚才打错了，不签到": {Correction, No}, "那个收到不算，签到才算": {Correction, No},
		},
		"hastened":      {"刚开完会赶紧来签到": here, "手机快没电了赶紧签到": here, "手机快没电的赶紧签到": nudge, "赶紧来签到": nudge, "刚才没签的赶紧签到": nudge, "领导刚催赶紧签到": hearsay},
		"walked":        {"山上没信号，走到梁上签到": here, "走到哪签到": {Asking, No}, "走到门口忘了签到": not, "赶到了再签到": promise},
		"first himself": {"我先签到，大家抓紧啊": here, "我先签到，你们随后": here, "我先说签到，大家抓紧": nudge},
		"saluting": {
			"老师们好，语文组贾秀兰签到": here, "签到了哈各位领导": here, "老师们好，请签到": nudge, "大家好请签到": nudge, "签到吧各位领导": nudge, "请签到啦各位领导": nudge,
		},
		"meanwhile": {
			"课间抽空签个到": here, "在柜台上班呢，抽空签到": here, "我抽空签到": promise, "下午抽空签到": promise, "大家抽空签到": nudge,
		},
		"own state": {"果园里忙着哩，先把到签了": here, "先把到签了": promise, "大家忙着哩，先把到签了": nudge, "晌午饭还没吃先签到": here, "楼道没信号，出来签到": here},
		"entitled":  {"督学蔡玉梅签到，教课局的": here, "听闻蔡玉梅签到": hearsay, "瞅见蔡玉梅签到": {Unclear, IfAsked}},
		"toils": {
			"年底算账算得头大，但签到不能忘，签到": here, "改作业改到手软，签到歇会儿": here, "签到签得头大": {Sarcasm, No}, "签到签到手软": {Sarcasm, No},
		},
		"only a slip": {"签到 不好意思手滑多发了一个表情": here, "签到到到到，手滑多打了几个": here, "手滑签错了": {Correction, No}},
		"of his work": {
			"班上四十个娃都讲了，我本人签到": here, "内科大夫门诊病人还有七个，先签个到哈": here, "我们五个人都讲了，签到": count, "四十个学生签到": {CheckInCount, IfAsked},
		},
		"in passing": {
			"停电了用流量看的，签到": here, "签到，顺便提醒我妈别乱点链接了": here, "移动城关营业厅 仝丽 签到，刚劝住一个大爷办卡": here, "签到送流量": ad, "办卡签到送油": ad, "流量便宜，签到": ad,
		},
		"back": {
			"出现场去了，回来补签，县局 耿亮": late, "出警去了没签上，回来补签，公安局巡警队尤勇": late, "下乡呢，回来补签": promise, "出去了，回来补签": promise,
		},
		"part of an office": {
			"三年级组签到接龙\n1 柏秀\n2 窦娟": list, "门诊签到\n1.程丽\n2.席燕": list, "业主委员会签到\n1.程丽\n2.席燕": {CheckInList, IfAsked}, "瑜伽班签到\n1.程丽\n2.席燕": {OtherList, No},
		},
		"figures": {
			"报一下融媒体中心人数 应到18 实到17 请假1人 邢雷在外拍片": count, "请各单位报一下应到实到人数": nudge, "县融媒体中心在岗38人全部完成签到，一个没少": count, "骗子一个没少，签到一个不落": {Sarcasm, No},
		},
		"plain first": {"签到，请问需要写股室吗？我是财政局采购办的毋丹": here, "签到，另外谁把会议室钥匙拿走了": here, "签到吗，另外谁有钥匙": {Asking, No}},
		"now or then": {"刚下课，签到": here, "下课了，签到": here, "下课了就签": promise},
		"said beside": {
			"嗯嗯签到哦不用回我": here, "感冒嗓子哑了不说话了只签到": here, "冲鸭！司法局00后签到": here, "学习完毕请指示，城关派出所辅警车帅签到": here, "正在高铁上，隧道多，签到先发出去": here,
			"各位老师下午好，幼儿园大班田甜签到🌸": here, "各位老师下午好，请签到": nudge, "周五的我漏了，现补签，农行 韩小蕊": late, "漏了韩小蕊，加上": {Correction, No},
			"不会弄接龙，直接打字签到 双鹤乡 老裴": here, "直接打字签到": {CheckIn, IfAsked},
		},
		"familiar":   {"一年级组刘彩霞签到，娃娃们正午休呢": here, "老同志签到，不会发那个表情，见谅": here, "师生签到": {Unclear, IfAsked}, "王芳家属签到": {CheckIn, IfAsked}},
		"plain last": {"虽然在下乡，但签到不能少，签到": here, "签到签到，烦不烦，签到": {Sarcasm, No}, "签到不能少": {Unclear, IfAsked}},
		"with them":  {"跟着大家签到": here, "让大家签到": nudge},
		"plain":      {"簽到啦 台头镇": here, "签到噜": here, "对不住，签到签迟咧": late, "家里老人过事，告一天假": {Leave, No}},
		"changed to present": {
			"纠正：教科局李强、王芳二人由“请假”更正为“实到”": {Correction, Yes}, "李强由签到改为请假": {Correction, No}, "把李强请假改成签到行吗": {Asking, No},
		},
		"made up late": {
			"逾期补签，中行李莉": late, "今早补签到": late, "出差归来补签上周学习": late, "今早没签到": not, "今早签到": {CheckIn, IfAsked},
			"后补一个签到，见谅": late, "前天的给补一下签到 政法委毛建军": late, "晚了半个钟头，签到，中行武晋川": late, "前天的给王芳补签一下": proxy, "给补一下签到 王芳 李强": proxy,
		},
		"formerly":    {"原工商局的薛志刚，签到": here},
		"same man":    {"签到，乔老师，乔雪": here, "签到，乔老师、乔雪": proxy, "乔老师和乔雪签到": proxy},
		"grudging":    {"中中中，我签我签": {Unclear, IfAsked}},
		"remaining":   {"还有三位同志没签到，麻烦看一下手机": nudge, "还差几个没签，动一动": nudge, "还差几个没签，是谁": {StatusQuery, No}, "还差几个没签": {StatusQuery, No}},
		"orders":      {"收到的同志别光回收到，要回签到": nudge, "转：局里要求本周五前全员签到": nudge},
		"asked":       {"培训在几楼签到": {Asking, No}, "签到率是按应到人数算的吗": {Asking, No}, "签到写真名还是网名": {Asking, No}, "签到，顺便问一句，下午的培训在几楼？": here, "今天咱签到的有几个人了": {StatusQuery, No}, "这个月签到率多少": {StatusQuery, No}},
		"left behind": {"我把身份证落办公室了": chat, "我的身份证号别往外传": {Privacy, No}, "签到要身份证号干啥": {Privacy, No}},
		"one more":    {"加一": {CheckIn, IfAsked}, "加一个人": chat},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestTownshipsOffice: 综治办 is the county's name and that of a part of every township.
func TestTownshipsOffice(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"综治办毛建军签到，管头镇的": "guantou", "综治办毛建军签到": "zhengfa", "管头镇综治办毛建军签到": "guantou", "教科局毛建军签到，管头镇的": "jiaoke",
	} {
		if got := l.ReadReply(text, Context{Now: now}); string(got.Unit) != want || got.Counts != Yes {
			t.Errorf("%q: %+v, want %s", text, got, want)
		}
	}
}

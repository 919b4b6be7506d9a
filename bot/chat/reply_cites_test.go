package chat

import (
	"strings"
	"testing"
)

// TestOwnWords: a check-in is the writer's own word. What he quotes, or says of the
// word, is none; what he puts between quotation marks for emphasis is.
func TestOwnWords(t *testing.T) {
	here, quote, question, nudge := shortReading{CheckIn, Yes}, shortReading{QuoteOnly, No}, shortReading{Asking, No}, shortReading{Nudge, No}
	for rule, texts := range map[string]map[string]shortReading{
		"cites": {
			"她跟我说的是“我签到了”": quote, "老李的原话：“我已经签到，别催。”": quote, "“签到，财政局王芳”——这是她让我念的": quote,
			"墙上贴着“进门请签到”": quote, "课本上印着“签到：到场者签名”": quote, "她微信里回的是「已签到」": quote,
			"请问，“签到”和“打卡”有啥不一样": question, "“已阅”不等于“签到”，请重发": nudge,
		},
		"ownWords": {
			"“签到”": here, "“签到”财政局王芳": here, "签到“财政局 王芳”": here, "我说“签到”": here, "我回复：“签到”": here,
			"“刷单返利”案例学完了，签到": here, "学了《反诈法》，签到": here, "老师讲的“三不一多”记住了，签到": here, "“签到”我已发过，王芳签到": here,
			"【签到】财政局王芳": here,
		},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestSpellOut: what stands spelled beside a spelled 签到 is read, and what cannot be
// read is asked about; names may stay in letters.
func TestSpellOut(t *testing.T) {
	here, failed, asked, question, later := shortReading{CheckIn, Yes}, shortReading{Negation, No}, shortReading{CheckIn, IfAsked}, shortReading{Asking, No}, shortReading{Promise, No}
	checkReadings(t, map[string]shortReading{
		"hai mei qian dao": failed, "meiyou qiandao": failed, "qiandao bu liao": failed, "mingtian qiandao": later,
		"zai na qiandao": question, "qiandao le ma": question, "zen me qian dao": question,
		"qing dajia qiandao": {Nudge, No}, "qiandao blorp": asked,
		"qiandao": here, "qian dao la": here, "yi qiandao": here, "wo qiandao": here, "qiandao zhang san": here,
		"QianDao wangfang": here, "qian dao 财政局武晓燕": here, "buqiandao": {CheckInLate, Yes}, "hello 签到": here, "签到le": here,
	})
}

// TestSpellOutEnds: a word that can be taken apart in very many ways, and by none of
// them to its end, is given up soon. Each xiexie doubles the ways and more.
func TestSpellOutEnds(t *testing.T) {
	_, odd := spellOut([]rune(strings.Repeat("xie", 200) + "z qian dao"))
	if !odd {
		t.Error("xiexie…z was spelled to its end")
	}
}

package chat

import (
	"slices"
	"testing"
)

// a shortReading is what a table of many short texts asks of each.
type shortReading struct {
	intent Intent
	counts Counts
}

// checkReadings reads every text out of the blue.
func checkReadings(t *testing.T, texts map[string]shortReading) {
	t.Helper()
	l := NewLexicon(testUnits(t))
	for text, want := range texts {
		got := l.ReadReply(text, Context{Now: now})
		if got.Intent != want.intent || got.Counts != want.counts {
			t.Errorf("%q is %s, counts %d (%s); want %s, %d", text, got.Intent, got.Counts, got.Rule, want.intent, want.counts)
		}
	}
}

// TestPhrases names every phrase, with texts that it makes plain and texts
// that it must leave in doubt.
func TestPhrases(t *testing.T) {
	here, doubt := shortReading{CheckIn, Yes}, shortReading{Unclear, IfAsked}
	for phrase, texts := range map[string]map[string]shortReading{
		"aNotA":        {"发语音签到中不中": {Asking, No}, "来没来签到": {Asking, No}},
		"leaveOfDays":  {"我女儿生孩子，请几天假": {Leave, No}, "请各位签到": {Nudge, No}},
		"ordinal":      {"反诈学习第三期签到": here},
		"wishes":       {"🌞祝各位群友幸福安康🌹签到": here, "祝大家平安 签到": here},
		"circumstance": {"下乡路上签到": here, "戴着老花镜签到": here, "高铁上签到": here, "大厅里签到": doubt},
		"bothSides":    {"一边做饭一边签到": here},
		"doubled":      {"浅浅签到一下": here, "悄悄签个到": here},
		"instrument":   {"没电脑，手机签到": here, "用同事手机签到": here},
		"post":         {"台头镇会计李四签到": here, "会计签到": doubt},
		"oneself":      {"打工人签到": here, "服务员签到": doubt, "村民签到": doubt},
		"putDown":      {"加我一个": {CheckIn, IfAsked}, "给我把名字记上，农行李四": here, "加我微信": {Clue, No}},
	} {
		t.Run(phrase, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestIronies names every shape of a complaint.
func TestIronies(t *testing.T) {
	no, here := shortReading{Sarcasm, No}, shortReading{CheckIn, Yes}
	for shape, texts := range map[string]map[string]shortReading{
		"scornWord":   {"又来签到了是吧，真行": no, "形式主义": no},
		"howOften":    {"一天签八回到": no, "一天三签到，赛过上早朝": no, "今天第二次签到": here},
		"tooMuch":     {"这签到也太麻烦了吧": no, "签到签得我想吐": no, "签到太晚了，不好意思": {CheckInLate, Yes}},
		"better":      {"签到比干活还积极": no},
		"mightAsWell": {"又来签到，我干脆住群里得了": no, "干脆现在签到吧": {CheckIn, Yes}},
		"whoseIdea":   {"好一个签到，谁发明的": no, "签到治百病": no},
		"nothingElse": {"我的命就是签到": no, "除了签到还会干啥": no},
		"whatFor":     {"签到能抓住骗子吗": no, "签到能补吗": {Asking, No}},
	} {
		t.Run(shape, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestYetToCome: a deed that waits for another is promised, not done.
func TestYetToCome(t *testing.T) {
	later, here := shortReading{Promise, No}, shortReading{CheckIn, Yes}
	checkReadings(t, map[string]shortReading{
		"轧完账就签到": later, "吃罢饭就签": later, "吃完饭签": later, "路上呢，到办公室第一时间签到": later, "后晌签": later,
		"学习完毕，签到": here, "看完视频来签个到": here, "课听完就签到了": here,
	})
}

// TestRareNames: surnames that begin ordinary words, and given names with a
// character that is a word, are names where nothing else makes sense.
func TestRareNames(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"财政局国库股 都兴旺 签到": "都兴旺", "网信办的席小娟打卡签到": "席小娟", "监管组的从玉梅前来签到": "从玉梅",
		"景宝明签到": "景宝明", "管头刁月娥签到": "刁月娥", "尉庄李会军签到": "李会军", "政务中心 濮阳晨 签到": "濮阳晨",
		"都来签到了": "", "从太原赶来签到": "", "跟车押款没带手机，签到": "",
	} {
		got := ""
		if names := l.ReadReply(text, Context{Now: now}).Names; len(names) > 0 {
			got = names[0]
		}
		if got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

// TestWriter names every phrase in which the writer speaks of himself.
func TestWriter(t *testing.T) {
	here, later := shortReading{CheckIn, Yes}, shortReading{Promise, No}
	for phrase, texts := range map[string]map[string]shortReading{
		"apposition":    {"额老汉也签到哩": here, "我儿子学校签到了": {CheckIn, IfAsked}},
		"called":        {"我是台头的叫王改花签到": here, "我叫李四签到": {Hearsay, No}},
		"forgotToWrite": {"刚才忘写名字，签到，李四": here, "刚才忘签了，签到": {CheckInLate, Yes}},
		"onBehalf":      {"受李四委托签到": {CheckInProxy, Yes}},
		"vowed":         {"下班前肯定签到": later, "大家下班前肯定签到": {Nudge, No}},
		"dictated":      {"西交口乡政府的我叫药建国我不会打字用语音说的签到": here},
		"form":          {"单位：晋商银行\n姓名：戈壮": {CheckIn, IfAsked}},
		"at the stop":   {"签\n到": here, "签了到": here},
	} {
		t.Run(phrase, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestPhraseSigns tries every rule of phrases on the texts that have none of its
// signs: it must find nothing there, for it is not asked.
func TestPhraseSigns(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, name := range []string{"testdata/replies.tsv", "testdata/replies_more.tsv", "testdata/corpus/replies_d.tsv", "testdata/danger.tsv"} {
		for _, f := range readTSV(t, name) {
			text := normalize(f[0]).runes
			marks, toks := markTrie().classes(text), segment(l.reply, text, nil)
			for i, p := range phraseRules {
				got := slices.Clone(toks)
				if p.mark(got); p.signs != "" && marks&phraseSign(i) == 0 && !slices.Equal(got, toks) {
					t.Errorf("%s: %q: rule %d of phraseRules finds something without a sign of %q", name, f[0], i, p.signs)
				}
			}
		}
	}
}

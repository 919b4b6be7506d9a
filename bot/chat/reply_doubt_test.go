package chat

import (
	"slices"
	"testing"
)

// TestDoubts names every doubt, with texts that it asks about and texts that it
// lets pass.
func TestDoubts(t *testing.T) {
	here, ask := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}
	for doubt, texts := range map[string]map[string]shortReading{
		"onlyHe":     {"只有张三签到": ask, "就张三签到了": ask, "张三签到": here},
		"goesTo":     {"我去签到": ask, "去签到了": ask, "我来签到": here},
		"mayNow":     {"系统好了，可以签到": ask, "能签到了": ask},
		"longAgo":    {"前天我签到了": ask, "我现在签到": here},
		"bySuperior": {"领导签到了": ask, "主任，签到": here},
		"byKin":      {"儿子签到了": ask, "替我儿子签到": {CheckInProxy, IfAsked}},
		"byProgram":  {"钉钉签到": ask, "人脸签到": ask},
		"begged":     {"麻烦张三签到": ask, "麻烦张三、李四签到": {CheckInProxy, IfAsked}, "麻烦给张三签到": {CheckInProxy, Yes}},
		"owed":       {"张三、李四还需要签到": {CheckInProxy, IfAsked}, "我要签到": here},
	} {
		t.Run(doubt, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestInstructions: how, where or when to check in is no check-in.
func TestInstructions(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for rule, texts := range map[string][]string{
		"instructs": {"直接签到即可", "签到就行了", "学完才能签到", "一律本人签到", "签到必须本人", "李四那条签到是我发的"},
		"scheduled": {"9:00签到 9:30开会", "会议流程：签到、开会、发言", "签到方式：群里回复“签到”", "回复“签到”即可"},
		"hurries":   {"签到签到，快点", "都签一下", "都签到啊"},
		"toThose":   {"学完的签个到", "到会的签一下到", "在的签到"},
		"callsUpon": {"@张三 @李四 签到"},
		"noun":      {"我的签到", "谁能看到我的签到", "李四的签到有问题"},
		"venue":     {"签到：三楼会议室"},
		"asked of":  {"张三呢？签到"},
		"ordered":   {"请张三、李四签到", "张三、李四请签到"},
	} {
		for _, text := range texts {
			if got := l.ReadReply(text, Context{Now: now}); got.Counts == Yes {
				t.Errorf("%s: %q counts (%s, %s)", rule, text, got.Intent, got.Rule)
			}
		}
	}
}

// TestDivide: who is here is told from who is not.
func TestDivide(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Reading{
		"李四、王五已签到，张三还没签":            {Names: []string{"李四", "王五"}, Absent: []string{"张三"}},
		"替李四、赵六签到，周建国请假":            {Names: []string{"李四", "赵六"}, OnLeave: []string{"周建国"}},
		"代签：张三 李四；请假：王五":            {Names: []string{"张三", "李四"}, OnLeave: []string{"王五"}},
		"今日签到：张三、李四\n未签到：王五、赵六":     {Names: []string{"张三", "李四"}, Absent: []string{"王五", "赵六"}},
		"签到人员：\n1.张三\n未签到人员：\n2.王五": {Names: []string{"张三"}, Absent: []string{"王五"}},
		"张三签到，李四稍后签":                {Names: []string{"张三"}, Absent: []string{"李四"}},
	} {
		got := l.ReadReply(text, Context{Now: now})
		if got.Counts != Yes || !slices.Equal(got.Names, want.Names) || !slices.Equal(got.OnLeave, want.OnLeave) || !slices.Equal(got.Absent, want.Absent) {
			t.Errorf("%q counts %d: here %v, on leave %v, absent %v; want %v, %v, %v", text, got.Counts, got.Names, got.OnLeave, got.Absent, want.Names, want.OnLeave, want.Absent)
		}
	}
}

// TestSubjects: a title says what its list is about.
func TestSubjects(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for title, want := range map[string]subject{
		"11月反诈宣传签到": attends, "财政局": untitled, "各位好": vague, "反诈培训报名": willCome,
		"请假人员": onLeave, "未签到人员名单": absent, "反诈中心app安装": another, "转发反诈宣传链接": another,
		"发放反诈宣传单数量": another, "反诈知识问卷": another, "周五聚餐": another,
	} {
		if got := l.subjectOf(title); got != want {
			t.Errorf("%q is about %d, want %d", title, got, want)
		}
	}
}

// TestSideRules names smaller rules, with texts that each decides.
func TestSideRules(t *testing.T) {
	for rule, texts := range map[string]map[string]shortReading{
		"aired":            {"光华镇村村响本月循环播放反诈录音90次": {ActivityReport, IfAsked}, "融媒体中心11月18日播放反诈公益广告20次": {ActivityReport, Yes}},
		"learntSomething":  {"这个案例好，学习了": {Ack, No}},
		"leaks":            {"签到名单会不会发到外头去": {Privacy, No}, "我不想把我的名字传到网上": {Privacy, No}},
		"watches":          {"机器人会记录我们聊天吗": {Privacy, No}},
		"elsewhereDone":    {"学习强国签到了": {Chitchat, No}},
		"thing":            {"打卡机修好了没": {Chitchat, No}, "签到墙那几张照片拍得好": {Chitchat, No}},
		"arrived":          {"检察院到会31人，全员到齐": {CheckInCount, Yes}, "到会31人": {CheckInCount, IfAsked}},
		"forbidsRest":      {"别光回收到，要回签到": {Nudge, No}},
		"leave taken back": {"戈亮没请假，人来了的": {Correction, Yes}, "早上给景宝明报的请假作废，他来参加了": {Correction, Yes}},
		"heads":            {"我股室六个都签到，有贺敏、戈丽、柴进": {CheckInProxy, IfAsked}, "司法局到了19个": {CheckInCount, Yes}},
		"reference":        {"收到\n引用 张三 的消息 : 签到": {Ack, IfAsked}},
		"titled line":      {"接龙签到 1令狐敏2尉迟兰3师小军": {CheckInList, Yes}},
		"which session":    {"上次签到的人员名单：张三、李四": {CheckInList, IfAsked}},
		"void proxy":       {"张三代签无效": {CheckInProxy, IfAsked}},
	} {
		t.Run(rule, func(t *testing.T) { checkReadings(t, texts) })
	}
}

// TestRareSurnames: rarer surnames are known, and words that begin with one are
// no names.
func TestRareSurnames(t *testing.T) {
	for text, want := range map[string]shortReading{
		"撖爱国签到": {CheckIn, Yes}, "单于静签到": {CheckIn, Yes}, "璩芳、戈丽签到": {CheckInProxy, Yes}, "皮红霞签到": {CheckIn, Yes},
		"师生签到": {Unclear, IfAsked}, "今天去云丘山打卡": {Chitchat, No},
	} {
		checkReadings(t, map[string]shortReading{text: want})
	}
}

// TestDeclined: who asks not to be counted is not, and a check-in for what is no
// person is asked about.
func TestDeclined(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Counts{
		"我不在，别算我签到": No, "不要算我签到，我没来": No, "别给我记签到": No, "不用替我签到，我在外地": No,
		"别给我记迟到，我签到": Yes, "替办公室签到": IfAsked, "替AAA签到": IfAsked, "代我们科室签到": IfAsked, "替老王签个到": Yes,
	} {
		if r := l.ReadReply(text, Context{Now: now}); r.Counts != want {
			t.Errorf("%s: %v by %s, want %v", text, r.Counts, r.Rule, want)
		}
	}
}

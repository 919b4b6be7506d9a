package chat

import (
	"slices"
	"testing"
)

// TestKeptBusy: what somebody did before is no lateness; that he saw it late,
// forgot or failed before is.
func TestKeptBusy(t *testing.T) {
	here, late := shortReading{CheckIn, Yes}, shortReading{CheckInLate, Yes}
	checkReadings(t, map[string]shortReading{
		"刚才没网，现在签到": here, "刚才停电了，签到": here, "刚哄睡孩子，签到": here, "刚开完会，签到": here, "刚散会，签到": here,
		"手机没电，现在签到": here, "刚下柜台，签到": here, "签到，刚下柜台": here, "刚从村里回来，签到": here, "刚有信号，签到": here,
		"刚看到，签到": late, "刚才忘签了，签到": late, "刚才没看到，签到": late, "才忙完，签到": late, "刚才没签上，现在签到": late,
		"刚忙完，补签": late, "来迟了，签到": late, "刚才没发出去，签到": late,
	})
}

// TestSoundsLikeCheck: the wrong characters picked for 签到 stand for it where
// nothing is said beside them but who writes.
func TestSoundsLikeCheck(t *testing.T) {
	here, weak := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}
	checkReadings(t, map[string]shortReading{
		"欠到": here, "前到": here, "鉴道": here, "签盗": here, "欠到了": here, "来欠到": here, "教科局张三欠到": here, "潜到，李四": here,
		"铅稻": weak, "芊捣": weak, "提前到": {Chitchat, No},
	})
}

// TestRows names shapes in which several persons stand, with whom each names.
func TestRows(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Reading{
		"张三1\n李四1\n王五1":      {Intent: CheckInList, Counts: IfAsked, Names: []string{"张三", "李四", "王五"}},
		"张三 1\n李四 1":         {Intent: CheckInList, Counts: IfAsked, Names: []string{"张三", "李四"}},
		"张三\n李四\n王五":         {Intent: CheckInList, Counts: IfAsked, Names: []string{"张三", "李四", "王五"}},
		"教科局张三1\n教科局李四1":     {Intent: CheckInList, Counts: IfAsked, Names: []string{"张三", "李四"}},
		"苹果1\n香蕉1":           {Intent: Chitchat},
		"张三李四都听课了，我替他俩签到":    {Intent: CheckInProxy, Counts: Yes, Names: []string{"张三", "李四"}},
		"李四听完课了，我替他签到":       {Intent: CheckInProxy, Counts: Yes, Names: []string{"李四"}},
		"我和张三俩人签到":           {Intent: CheckInProxy, Counts: Yes, Names: []string{Sender, "张三"}},
		"张三+1\n李四+1":         {Intent: CheckInList, Counts: IfAsked, Names: []string{"张三", "李四"}},
		"报2人签到 张三 李四":        {Intent: CheckInProxy, Counts: Yes, Names: []string{"张三", "李四"}},
		"教科局报3人签到：张三、李四、王五":  {Intent: CheckInProxy, Counts: Yes, Names: []string{"张三", "李四", "王五"}},
		"代签3人：我、李四、赵六":       {Intent: CheckInProxy, Counts: Yes, Names: []string{Sender, "李四", "赵六"}},
		"代签4人：我、李四、赵六":       {Intent: CheckInProxy, Counts: IfAsked, Names: []string{Sender, "李四", "赵六"}},
		"李四、我签到":             {Intent: CheckInProxy, Counts: Yes, Names: []string{"李四", Sender}},
		"我跟张三一块儿签到":          {Intent: CheckInProxy, Counts: Yes, Names: []string{Sender, "张三"}},
		"我跟对桌的韩梅一块儿签到":       {Intent: CheckInProxy, Counts: Yes, Names: []string{Sender, "韩梅"}},
		"我和同事李四一道签到":         {Intent: CheckInProxy, Counts: Yes, Names: []string{Sender, "李四"}},
		"李四做手术请病假，赵六离婚请事假":   {Intent: LeaveProxy, Counts: No, Names: []string{"李四", "赵六"}},
		"晋商银行：单小敏":           {Intent: CheckIn, Counts: IfAsked, Names: []string{"单小敏"}},
		"张三、信息中心签到":          {Intent: CheckIn, Counts: IfAsked, Names: []string{"张三"}},
		"签到接龙\n1.张三\n2.信息中心": {Intent: CheckInList, Counts: Yes, Names: []string{"张三"}},
		"签到名单\n1.综合办\n2.李四":  {Intent: CheckInList, Counts: Yes, Names: []string{"李四"}},
		"上报2人签到":             {Intent: CheckInCount, Counts: IfAsked},
		"单位签到":               {Intent: CheckIn, Counts: Yes},
		"王五赵六听课了，我给他俩签到":     {Intent: CheckInProxy, Counts: Yes, Names: []string{"王五", "赵六"}},
		"请各单位报2人签到":          {Intent: Nudge, Counts: No},
	} {
		got := l.ReadReply(text, Context{Now: now})
		if got.Intent != want.Intent || got.Counts != want.Counts || !slices.Equal(got.Names, want.Names) {
			t.Errorf("%q is %s, counts %d, names %v (%s); want %s, %d, %v", text, got.Intent, got.Counts, got.Names, got.Rule, want.Intent, want.Counts, want.Names)
		}
	}
}

// TestWantsFigures: figures that are wanted of the helper are a question, of
// others an order.
func TestWantsFigures(t *testing.T) {
	query, nudge := shortReading{StatusQuery, No}, shortReading{Nudge, No}
	checkReadings(t, map[string]shortReading{
		"本月签到人数统计一下": query, "统计一下今天签到情况": query, "统计一下本月各乡镇参学率": query, "签到情况汇总一下": query,
		"看一下本月签到情况": query, "给我统计一下本月签到率": query, "麻烦汇总一下11月参学情况": query, "帮忙统计下本周打卡人数": query, "统计一下签到人数": query,
		"请各单位统计一下签到人数": nudge, "各单位统计一下签到情况报上来": nudge, "签到，辛苦统计一下": {CheckIn, Yes},
	})
}

// TestGrudging: a check-in that is made because it must be is asked about.
func TestGrudging(t *testing.T) {
	doubt := shortReading{Unclear, IfAsked}
	checkReadings(t, map[string]shortReading{"那就签吧，还能咋": doubt, "签吧，还能咋的": doubt, "签到呗，还能怎样": doubt})
}

// TestSights: a tourist's 打卡 is talk; where one works it is asked about.
func TestSights(t *testing.T) {
	talk := shortReading{Chitchat, No}
	checkReadings(t, map[string]shortReading{
		"今天去云丘山打卡": talk, "去壶口瀑布打卡": talk, "打卡云丘山": talk, "国庆去太原古县城打卡": talk, "今天在云丘山打卡，风景真好": talk, "夜市打卡": talk,
		"到村委会打卡": {CheckIn, IfAsked}, "去单位打卡了": {CheckIn, IfAsked}, "反诈学习打卡": {CheckIn, Yes}, "在公园巡逻，签到": {CheckIn, Yes},
	})
}

// TestSignedByOthers: who was entered and was not there complains; what has been
// corrected can be asked for.
func TestSignedByOthers(t *testing.T) {
	fix, query := shortReading{Correction, No}, shortReading{StatusQuery, No}
	checkReadings(t, map[string]shortReading{
		"谁给我签的到，我没参加": fix, "谁替我签到了，我没去": fix, "我没参加，谁给我签的到": fix, "谁帮俺签的，俺没到": fix, "我没参加咋有我的签到": fix,
		"谁能给我签到，我没在": {Asking, No}, "不知道谁给我签的到": {Asking, No},
		"教科局更正记录": query, "教科局的更正记录": query, "查一下更正记录": query, "11月更正情况": query,
		"更正记录：张三到会": fix, "更正：实到34人": fix,
	})
}

// TestBadDay: what is for a day that no calendar has is asked about.
func TestBadDay(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]Counts{
		"补2月30日签到": IfAsked, "补签11月31日": IfAsked, "补签2026年2月29日": IfAsked, "补11月20日签到": Yes, "补签10月31日": Yes,
	} {
		got := l.ReadReply(text, Context{Now: now})
		if got.Counts != want || want == IfAsked && got.Date != "" {
			t.Errorf("%q counts %d for %q, want %d", text, got.Counts, got.Date, want)
		}
	}
	if got := l.ReadReply("补签13月5日", Context{Now: now}); got.Counts == Yes || got.Date != "" {
		t.Errorf("补签13月5日 counts %d for %q", got.Counts, got.Date)
	}
}

// TestCalledByName: 张三，签到 of another may call upon him.
func TestCalledByName(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string][2]Counts{ // of 张三 himself, of 李四
		"张三，签到！": {Yes, IfAsked}, "张三签到一下": {Yes, IfAsked}, "张三，签到": {Yes, IfAsked},
		"张三签到": {Yes, Yes}, "替张三签到": {Yes, Yes}, "签到，张三": {Yes, Yes},
	} {
		for i, writer := range []string{"张三", "李四"} {
			if got := l.ReadReply(text, Context{Now: now, Sender: Person{Name: writer}}); got.Counts != want[i] {
				t.Errorf("%q by %s counts %d (%s, %s), want %d", text, writer, got.Counts, got.Intent, got.Ask, want[i])
			}
		}
	}
}

// TestBanks: a bank without 银 is the same bank.
func TestBanks(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]string{
		"工商行张三签到": "gonghang", "建设行李四签到": "jianhang", "农业行李四签到": "nonghang", "农商行李四签到": "nongshang", "晋商行李四签到": "jinshang",
		"中国行李四签到": "",
	} {
		if got := l.ReadReply(text, Context{Now: now}); string(got.Unit) != want {
			t.Errorf("%q is of %q, want %q", text, got.Unit, want)
		}
	}
}

// TestDeedsOfTalk: the word 签到, thanks for it, and what is yet to come are no
// check-in.
func TestDeedsOfTalk(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, text := range []string{
		"等我两分钟，签到马上来", "等我下楼，签到", "签到稍后", "感谢签到", "谢谢签到", "把“签到”俩字发群里就行，快些", "群里发签到两个字，我发了",
		"到底发“签到”还是发“收到”？", "签到一时爽，一直签到一直爽", "感谢签到，治好了我的失眠", "靳勇在金库值守不能带手机，我给代请个假",
		"李四在库房值守，我替他请假", "到底签到还是打卡", "你签到我签到，骗子笑哈哈",
	} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts == Yes {
			t.Errorf("%q counts (%s, %s)", text, got.Intent, got.Rule)
		}
	}
	for _, text := range []string{"谢谢，签到", "不用等我，签到", "签到，到底还是来了", "谢谢提醒，签到"} {
		if got := l.ReadReply(text, Context{Now: now}); got.Counts != Yes {
			t.Errorf("%q does not count (%s, %s)", text, got.Intent, got.Rule)
		}
	}
}

// TestOfTheWriter: what the writer asks of the helper, whom he signs for, and who
// of his kin did it elsewhere.
func TestOfTheWriter(t *testing.T) {
	here, ask, proxy := shortReading{CheckIn, Yes}, shortReading{CheckIn, IfAsked}, shortReading{CheckInProxy, Yes}
	checkReadings(t, map[string]shortReading{
		"本人参加了刚才的培训，请予登记。尉庄乡 李四": here, "我已学习，请登记，教科局张三": here, "请各单位登记": {Nudge, No}, "各位，请登记": {Nudge, No},
		"刚领完孙子，抽空签到": here, "抽空签到": {Promise, No}, "哎我是西坡的那个老薛我签到啊听见没有": here,
		"爸妈签到": ask, "孙子签到了": ask, "又是签到": ask, "哇，签到耶，好有意义哦": ask, "签到耶": here,
		"张三在外地，由我代签": proxy, "李四出差了，我代签": proxy, "别催别催，签到啦哥": here,
	})
}

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
		"看一下本月签到情况": query, "统计一下签到人数": query,
		"请各单位统计一下签到人数": nudge, "各单位统计一下签到情况报上来": nudge, "签到，辛苦统计一下": {CheckIn, Yes},
	})
}

// TestGrudging: a check-in that is made because it must be is asked about.
func TestGrudging(t *testing.T) {
	doubt := shortReading{Unclear, IfAsked}
	checkReadings(t, map[string]shortReading{"那就签吧，还能咋": doubt, "签吧，还能咋的": doubt, "签到呗，还能怎样": doubt})
}

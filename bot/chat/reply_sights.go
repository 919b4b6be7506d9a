package chat

import "strings"

// sights reports 周末去云丘山打卡拍照: a tourist's 打卡, and no check-in beside it.
func (r *reply) sights() bool {
	if r.feasts() {
		return true
	}
	if !r.has(cPunch) || r.has(cCheck|cSign|cSignDone|cLate|cTopic|cLearn|cFor|cProxy) || r.unit != "" || !strings.Contains(r.text, "打") {
		return false
	}
	return (r.marked(mSight) || toMountain(r.text)) && r.say(Chitchat, No, "")
}

// toMountain reports 云丘山打卡, 打卡云丘山.
func toMountain(s string) bool {
	before, after, _ := strings.Cut(s, "打卡")
	mountain := func(s string) bool {
		return strings.HasSuffix(s, "山") && len([]rune(s)) > 2 || strings.HasSuffix(s, "湖") && len([]rune(s)) > 2
	}
	first, _, _ := strings.Cut(after, ",")
	return mountain(before) || mountain(first)
}

package chat

import "strings"

// sightWords are where and why people 打卡 who are out for pleasure.
const sightWords = `景区 景点 古镇 古城 古县城 古村 公园 瀑布 寺 庙 古塔 宝塔 餐厅 饭店 火锅 小吃 网红 美食 咖啡 奶茶 拍照 合影 旅游 游玩 风景 健身 博物馆 动物园 植物园 水库 峡谷 海边 露营 采摘 花海 油菜花 电影院 长城 夜市 步行街 商场 游乐场 滑雪 温泉 山顶 爬山 登山 跑步`

// sights reports 周末去云丘山打卡拍照: a tourist's 打卡, and no check-in beside it.
func (r *reply) sights() bool {
	if !r.has(cPunch) || r.has(cCheck|cSign|cSignDone|cLate|cTopic|cLearn|cFor|cProxy) || r.unit != "" || !strings.Contains(r.text, "打") {
		return false
	}
	return (hasWord(r.text, sightWords) || toMountain(r.text)) && r.say(Chitchat, No, "")
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

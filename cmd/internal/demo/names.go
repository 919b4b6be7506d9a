package demo

import "math/rand/v2"

// Common surnames and given names; every combination is invented.
var (
	surnames = []rune("王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵")
	given    = []string{
		"伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "霞", "平", "刚",
		"桂英", "秀兰", "建国", "志强", "晓燕", "丽华", "海涛", "文斌", "雅婷", "俊峰", "春梅", "国栋", "小雨", "子涵",
		"红梅", "玉珍", "永平", "新民", "爱华", "卫东", "云飞", "思远", "婷婷", "振华", "学文", "金凤", "瑞林", "佳琪",
	}
)

// names yields invented names, each once as long as there are new ones.
type names struct {
	dice *rand.Rand
	used map[string]bool
}

func newNames(dice *rand.Rand) *names { return &names{dice, make(map[string]bool)} }

func (n *names) next() string {
	for range 200 {
		name := string(surnames[n.dice.IntN(len(surnames))]) + given[n.dice.IntN(len(given))]
		if !n.used[name] {
			n.used[name] = true
			return name
		}
	}
	return string(surnames[n.dice.IntN(len(surnames))]) + given[n.dice.IntN(len(given))] // namesakes exist
}

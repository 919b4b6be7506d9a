package demo

import (
	_ "embed"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
)

// replies are labelled texts as members write them: see the columns in
// readReplies.
//
//go:embed script/replies.tsv
var replies string

// words are what simulated members write, by whether it is a check-in.
type words struct{ checkIns, others []string }

// readReplies takes the texts of the labelled replies apart. Those that name
// other people or units are left out: the county's people have names of their
// own.
func readReplies() words {
	var w words
	for line := range strings.Lines(replies) {
		cols := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cols) != 3 {
			continue
		}
		var label struct {
			Counts any      `json:"counts"`
			Names  []string `json:"n"`
			Unit   string   `json:"unit"`
			Urgent bool     `json:"urgent"`
		}
		if json.Unmarshal([]byte(cols[2]), &label) != nil || label.Names != nil || label.Unit != "" {
			continue
		}
		text := strings.ReplaceAll(cols[0], `\n`, "\n")
		switch {
		case (cols[1] == "checkin" || cols[1] == "checkin_late") && label.Counts == true && !strings.Contains(text, "@"):
			w.checkIns = append(w.checkIns, text)
		case label.Counts == false && !label.Urgent:
			w.others = append(w.others, text)
		}
	}
	return w
}

// An act is something that a simulated member does.
type act struct {
	at     time.Time
	unit   bot.UnitID
	person Person
	text   string // "" presses the card's button
}

// habits are what does not change from one push to the next: units differ in
// zeal, and some people never answer.
type habits struct {
	dice   *rand.Rand
	say    words
	silent map[string]bool // by userid
}

func (w *World) newHabits(dice *rand.Rand) habits {
	h := habits{dice, readReplies(), make(map[string]bool)}
	for _, u := range w.Units {
		zeal := 0.6 + 0.38*dice.Float64()
		for _, p := range w.People[u.ID] {
			h.silent[p.UserID] = dice.Float64() > zeal
		}
	}
	return h
}

// introductions plans that those whose account no roster has say who they are.
func (w *World) introductions(t time.Time, h habits) []act {
	var out []act
	for _, u := range w.Units {
		for i, p := range w.People[u.ID] {
			if nameOnly(i) && !h.silent[p.UserID] && h.dice.IntN(10) > 0 {
				out = append(out, act{at: at(t, 10, 5*h.dice.IntN(12)), unit: u.ID, person: p, text: "我是 " + p.Name})
			}
		}
	}
	return sorted(out)
}

// answers plans what the county's people do after a card reached them at t: most
// press the button within four days, one in eight writes instead, some say
// something else first, a few come after the time.
func (w *World) answers(t time.Time, h habits) []act {
	var out []act
	for _, u := range w.Units {
		for _, p := range w.People[u.ID] {
			if h.silent[p.UserID] || h.dice.IntN(100) < 15 {
				continue
			}
			days := h.dice.IntN(4)
			if h.dice.IntN(25) == 0 {
				days = 6 + h.dice.IntN(4) // after the session's time
			}
			a := act{at: at(t.AddDate(0, 0, days), 9+h.dice.IntN(9), 35+5*h.dice.IntN(5)), unit: u.ID, person: p}
			switch r := h.dice.IntN(100); {
			case r < 12:
				a.text = h.say.checkIns[h.dice.IntN(len(h.say.checkIns))]
			case r < 18:
				before := a
				before.text = h.say.others[h.dice.IntN(len(h.say.others))]
				out = append(out, before)
				a.at = a.at.Add(20 * time.Minute)
			}
			out = append(out, a)
		}
	}
	return sorted(out)
}

func sorted(acts []act) []act {
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	return acts
}

// drafts are the alerts that the demo publishes, one after another. The facts are
// those of published warnings; a real office has its own verified.
var drafts = []string{
	`类别：诈骗预警
主题：刷单返利
手法：以“兼职做任务”拉人进群，先给小额返利，再以“连单”“卡单”“操作失误”为由要求不断加钱。
防范：凡要垫资做任务的一律停手；刷单本身也违法。
来源：县公安局
日期：2026-10-30`,
	`类别：诈骗预警
主题：冒充电商物流客服
手法：快递里夹带小卡片、二维码，或来电自称平台客服，谎称误开“百万保障”“会员”，不取消就要扣费，引导下载小众聊天软件并共享屏幕，例如 https://fake-kefu.example.com/bwbz 或拨打 13812345678。
防范：“百万保障”免费且自动开通，任何指导“关闭”的都是骗局；不共享屏幕，不报验证码。
来源：县公安局
日期：2026-11-03`,
	`类别：典型案例
主题：木马拉群骗财务
手法：不法分子向单位财务人员发送伪装成“税务稽查”“工资补贴”的文件，一旦点开，电脑即被木马控制。随后对方潜伏观察，摸清单位负责人的称呼和付款习惯，把聊天软件里“领导”的好友悄悄换成冒名账号，再建一个“工作群”，在群里以“签合同付定金”“账户不方便”等理由催促财务转账，并要求先付款后补手续。因为群里头像、昵称和说话口气都与本人一致，财务人员往往信以为真。
防范：转账付款必须当面或拨打原有电话向负责人复核，不以聊天消息为准；不点开来历不明的附件和链接，定期查杀木马；电脑离开即锁屏，聊天软件不设自动登录；单位应当落实双人审核制度，大额付款一律走审批流程。
来源：县公安局
日期：2026-11-06`,
	`类别：反诈攻略
主题：屏幕共享与NFC盗刷
手法：诱导打开“屏幕共享”，对方能看到验证码、密码；或要求把银行卡贴近手机背面，几秒即被刷走。
防范：不装陌生会议软件，不与陌生人共享屏幕，不用时关闭 NFC。
来源：县公安局
日期：2026-11-10`,
	`类别：诈骗预警
主题：虚假网络投资理财
手法：“导师”“直播课”“内部消息”荐股，小额能提现，大额要交“解冻费”。
防范：不信稳赚不赔，不下载陌生投资软件，投资只走正规机构。
来源：县公安局
日期：2026-11-13`,
}

package chat

import "strings"

// soundCheck takes 欠到, 鉴道 for 签到: what comes out if the wrong characters are
// picked. It is so only where nothing is said beside it but who writes; elsewhere
// such characters stay as weak as 打卡.
func (r *reply) soundCheck() {
	const beside = cFill | cName | cUnit | cParticle | cI | cNow | cEmote | cDeptEnd | cSuffix | cSep
	if r.text == "打开" || r.text == "打开打开" {
		set(r.toks, cPunch) // where there is nothing to be opened it is 打卡
		return
	}
	at := -1
	for k, t := range r.toks {
		switch {
		case at < 0 && t.is(cPunch) && soundsLikeCheck(t):
			at = k
		case !t.is(beside) && !isSign(t) && t.text != "来" && t.text != "来个" && t.text != "也":
			return
		}
	}
	if at >= 0 {
		r.toks[at].class = cCheck
	}
}

// soundsLikeCheck reports whether t is two characters that sound like 签到.
func soundsLikeCheck(t token) bool {
	rs := []rune(t.text)
	return len(rs) == 2 && strings.ContainsRune("签佥籖欠前千牵迁鉴潜浅谦歉钎扦遣嵌铅", rs[0]) && strings.ContainsRune("到道倒盗导", rs[1])
}

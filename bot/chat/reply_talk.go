package chat

import (
	"slices"
	"strings"
)

// ad: our own words used to sell something. Money, prizes or a link void a
// check-in, even with a unit's name.
func (r *reply) ad() bool {
	hard, soft := 0, 0
	for _, t := range r.toks {
		switch {
		case t.is(cLink):
			hard++
		case t.is(cAd) && t.text != "领" && t.text != "送" && t.text != "会员" && t.text != "转让":
			hard++
		case t.is(cAd):
			soft++
		}
	}
	if hard == 0 || r.term("hold") || r.term("install") {
		return false
	}
	suspicious := r.suspicious()
	if hard+soft >= 2 && !suspicious || r.has(cCheck|cPunch|cSign) && !suspicious {
		return r.say(Ad, No, "")
	}
	return false
}

// suspicious reports whether the speaker tells of something that he doubts.
func (r *reply) suspicious() bool {
	text := string(r.n.runes)
	for _, w := range []string{"真的吗", "是真的", "真假", "诈骗", "骗子", "骗人", "可疑", "是不是骗", "靠谱吗", "这个号码", "这个电话", "有人加我", "打来", "举报", "加我微信", "陌生", "自称", "冒充", "收到短信", "收到一条", "收到个", "让我", "要我", "叫我", "这个链接", "这个网址", "这个app", "线索", "假的"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// clue: a suspicious number, address, app or account.
func (r *reply) clue() bool {
	text := string(r.n.runes)
	if !r.suspicious() || r.clean(cCheck|cLate) || r.has(cCheck|cLate) {
		return false
	}
	kind := ""
	for _, k := range []struct{ kind, words string }{
		{"url", "链接 网址 网站 http www .com .cn 二维码"}, {"app", "app 软件 下载 安装包"}, {"account", "微信 qq 好友 账号 抖音 银行卡"}, {"phone", "号码 电话 来电 打来 手机号 +852 +86 00 96"}, {"message", "短信 邮件 信息 消息"}, {"account", "群"},
	} {
		for _, w := range strings.Fields(k.words) {
			if kind == "" && strings.Contains(text, w) {
				kind = k.kind
			}
		}
	}
	if kind == "" {
		return false
	}
	r.out.Kind, r.out.Topic = kind, topicOf(text)
	return r.say(Clue, No, "")
}

// quiz: answers to questions: 对错对, ABC, 1A 2B.
func (r *reply) quiz() bool {
	var answers []string
	letters := false
	for _, c := range r.n.runes {
		switch {
		case c == '对' || c == '√' || c == '✓' || c == '✔':
			answers = append(answers, "T")
		case c == '错' || c == '×' || c == '✗' || c == '❌':
			answers = append(answers, "F")
		case c >= 'a' && c <= 'd':
			answers = append(answers, strings.ToUpper(string(c)))
			letters = true
		case strings.ContainsRune(" ,、。.;:\n第题选是答案我()", c) || isDigit(c):
		default:
			return false
		}
	}
	if len(answers) == 0 || len(answers) == 1 && !letters && len(r.n.runes) < 2 || len(answers) == 1 && !letters && !strings.Contains(string(r.n.runes), "题") {
		return false
	}
	r.out.Answers = answers
	return r.say(Quiz, No, "")
}

// test: somebody tries whether the bot is there.
func (r *reply) test() bool {
	if !(r.term("test") || r.term("ping")) || len(r.n.runes) > 10 || r.clean(cCheck|cLate) {
		return false
	}
	return r.say(Test, No, "")
}

// correction: changes, voids or withdraws something said before.
func (r *reply) correction() bool {
	o := &r.out
	isnt := r.term("isnot")
	switch {
	case r.asked():
		return false
	case r.term("void"):
		o.Op = "void_last"
		o.Names = r.names
		return r.say(Correction, No, "")
	case isnt && r.has(cLeave|cReason|cGone) && r.has(cJoin|cHere|cCheck) && len(r.names) > 0:
		o.Op, o.Status, o.Names = "set_status", "present", r.names
		return r.say(Correction, Yes, "")
	case (r.term("remove") || r.term("moved")) && (len(r.names) > 0 || r.term("roster")):
		o.Op, o.Names = "roster_remove", r.names
		return r.say(Correction, No, "")
	case r.term("add") && len(r.names) > 0 && !r.has(cCheck|cRecord):
		o.Op, o.Names = "roster_add", r.names
		return r.say(Correction, No, "")
	case r.term("fix") || isnt && (r.unit != "" || r.has(cName|cNum)) && !r.has(cCheck):
		return r.fix()
	}
	return false
}

// fix says what a 更正 sets.
func (r *reply) fix() bool {
	o := &r.out
	o.Actual, o.Expected = r.labelled(cActual), r.labelled(cExpect)
	switch {
	case o.Actual != nil:
		o.Op = "set_actual"
	case o.Expected != nil:
		o.Op = "set_expected"
	case r.unit != "":
		o.Op = "set_unit"
	case r.has(cLeave | cReason | cJoin | cHere | cCheck | cGone):
		o.Op, o.Names = "set_status", r.names
		switch {
		case r.has(cLeave | cReason):
			o.Status = "leave"
		case r.has(cGone):
			o.Status = "absent"
		default:
			o.Status = "present"
		}
	case r.has(cDate):
		o.Op = "set_date"
		r.month()
	case len(r.names) > 0:
		o.Op, o.Names = "set_name", r.names
	case r.has(cNum):
		o.Op, o.Count = "set_count", r.heads()
	default:
		o.Op = "fix"
	}
	return r.say(Correction, No, "")
}

// statusQuery: asks for figures.
func (r *reply) statusQuery() bool {
	if !r.term("stat") || r.clean(cCheck|cLate) || r.has(cExpect|cActual) && r.has(cNum) {
		return false
	}
	r.month()
	r.out.Month = r.currentMonth()
	return r.say(StatusQuery, No, "")
}

// forced: 行行行签签签. One gentle question, no scolding.
func (r *reply) forced() bool {
	if !r.has(cForced) || !r.has(cSign|cCheck) {
		return false
	}
	r.out.Form, r.out.Ask = FormDoubt, "是签到吗？"
	return r.say(Unclear, IfAsked, "")
}

// irony: complaints with 签到 in them. Not counted, not scolded.
func (r *reply) irony() bool {
	if !r.has(cIrony) || !r.has(cCheck|cSign|cSignDone|cPunch|cCheckNoun|cLearn|cIrony) {
		return false
	}
	for i, c := range r.clauses {
		if c.any(cIrony) && (r.has(cCheck|cSign|cPunch|cCheckNoun|cSignDone) || i == 0 && hasAny(c.toks, "形式主义", "走过场")) {
			return r.say(Sarcasm, No, "")
		}
	}
	return false
}

func hasAny(toks []token, words ...string) bool {
	return slices.ContainsFunc(toks, func(t token) bool { return slices.Contains(words, t.text) })
}

// question: asks how, where, whether.
func (r *reply) question() bool {
	about := cCheck | cSign | cSignDone | cPunch | cLate | cMakeUp | cLeave | cReason | cJoin | cHere | cLearn | cCheckNoun | cRecord
	for i, c := range r.clauses {
		if !asks(c, -1) {
			continue
		}
		if c.any(cHe) || c.any(cUnit|cAll) && c.any(cAll) && !c.any(cAsk) {
			continue // 教科局的都签了？ is talk of others
		}
		if c.any(about) && !r.clean(cCheck|cLate|cSignDone) || i > 0 && r.clauses[i-1].any(about) && onlyAsking(c) || r.n.quoted && onlyAsking(c) {
			return r.say(Asking, No, "")
		}
	}
	return false
}

// onlyAsking reports whether c is an asking phrase without a matter of its
// own (怎么弄).
func onlyAsking(c clause) bool {
	for _, t := range c.toks {
		if !t.is(cAsk | cAskEnd | cParticle | cLight | cFill | cI | cSep) {
			return false
		}
	}
	return true
}

// nudge: tells others to check in.
func (r *reply) nudge() bool {
	if r.clean(cCheck|cLate|cSignDone) && !r.has(cOthers) {
		return false
	}
	about := r.has(cCheck | cSign | cSignDone | cPunch | cLate | cCheckNoun | cJoin | cLearn | cActual | cAck)
	told := r.has(cOthers) || r.n.all
	urged := r.has(cUrge)
	if about && (urged && (told || r.urgedAct()) || told && r.has(cCheck|cSign)) && !r.has(cFor) {
		return r.say(Nudge, No, "")
	}
	return false
}

// urgedAct reports whether some deed is asked of others.
func (r *reply) urgedAct() bool {
	for _, a := range r.acts {
		if a.others && !a.self {
			return true
		}
	}
	for i, c := range r.clauses {
		if c.toks[0].is(cUrge) && i == 0 && len(c.toks) > 1 && !c.any(cI|cName) && c.any(cCheck|cSign|cActual|cJoin) {
			return true
		}
	}
	return false
}

// hearsay: speaks of what others did, should do or say.
func (r *reply) hearsay() bool {
	for _, c := range r.clauses {
		deed := c.any(cCheck | cSign | cSignDone | cPunch | cHere | cJoin | cLearn | cGone)
		switch {
		case !deed:
		case c.any(cHear), c.any(cGuess) && !c.any(cI), c.any(cHe) && !r.has(cFor|cProxy) && !r.clean(cCheck):
			return r.say(Hearsay, No, "")
		case asks(c, -1) && (c.any(cAll) || c.any(cUnit) || c.any(cName)), r.onlySaid(c):
			return r.say(Hearsay, No, "")
		}
	}
	return false
}

// onlySaid reports whether c tells what somebody said (小助手说要签到).
func (r *reply) onlySaid(c clause) bool {
	for k, t := range c.toks {
		if t.is(cSay) && k > 0 && anyOf(c.toks[k+1:], cCheck|cSign) && !t.is(cUrge) {
			return true
		}
	}
	return false
}

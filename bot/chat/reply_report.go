package chat

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// act names the kind of activity that a reply speaks of.
func (r *reply) act() string {
	for _, t := range r.toks {
		if a, ok := strings.CutPrefix(t.val, "act:"); ok {
			return a
		}
	}
	if r.unit != "" && strings.Contains(r.text, "宣讲") && r.numberBefore("场", "次") != nil && !hasWord(r.text, otherTopics) {
		return "公开活动" // 厅堂宣讲3场
	}
	if !r.marked(mActivity) {
		return ""
	}
	for k := range strings.FieldsSeq(activityWords) {
		if strings.Contains(r.text, k) {
			if k == "宣传" {
				return "公开活动"
			}
			return k
		}
	}
	about := r.has(cTopic) && strings.Contains(r.text, "骗") || strings.Contains(r.text, "诈")
	switch {
	case about && r.lectures():
		return "讲座"
	case about && r.term("leaflets") && r.term("sheet"):
		return "公开活动"
	}
	if about && r.numberBefore("人次") != nil && r.numberBefore("次", "场", "期") != nil {
		return "培训" // 晨训反诈3次，共33人次
	}
	if r.term("hold") && (strings.Contains(r.text, "反诈") || strings.Contains(r.text, "学习")) || r.numberBefore("次", "场") != nil && strings.Contains(r.text, "学习") {
		return "公开活动"
	}
	return ""
}

// otherTopics are what is also taught, and not by this office.
const otherTopics = "党 二十大 医保 社保 消防 禁毒 安全生产 交通 宪法 民法典 理论 防汛 防火 税 政策 征兵 计生 环保 森林 健康 防疫 国旗 信访"

// lectures reports 讲防骗课, 放反诈电影: held in so many words.
func (r *reply) lectures() bool {
	i := strings.IndexAny(r.text, "讲放演播")
	if i < 0 && hasWord(r.text, "开反诈 开了反诈 开防 开了防 上反诈 上防诈 上防骗 开了堂 开了一堂 开了节 上了堂") && !hasWord(r.text, "打开 公开 离开") {
		i = strings.IndexAny(r.text, "开上")
	}
	if i < 0 || len(r.clauses) < 2 {
		return false
	}
	after := r.text[i:]
	return strings.ContainsAny(after, "诈骗") && !strings.Contains(r.text, "听说") && r.heads() != nil
}

// zeroCase: the unit says that it had no case.
func (r *reply) zeroCase() bool {
	if !r.term("zero") && !r.caseFree() || r.has(cAsk) || r.has(cAskEnd) && r.asked() {
		return false
	}
	r.month()
	r.out.Date = ""
	return r.say(ZeroCase, No, "")
}

// caseFree reports 无电信诈骗发案, 没出一起诈骗案: of a unit or a month.
func (r *reply) caseFree() bool {
	if r.unit == "" && !r.has(cWe|cDate) && !anyText(r.toks, "本月 上个月 上月 这个月") {
		return false
	}
	for _, c := range r.clauses {
		k := slices.IndexFunc(c.toks, func(t token) bool { return containsWord("无 没 没有 未 零 没出 么 未发生", t.text) })
		if k < 0 {
			continue
		}
		if rest := runText(c.toks[k+1 : min(k+8, len(c.toks))]); strings.Contains(rest, "案") || strings.Contains(rest, "被骗") || strings.Contains(rest, "上当") || strings.Contains(rest, "受骗") {
			return true
		}
	}
	return false
}

// asked reports whether the text as a whole is a question.
func (r *reply) asked() bool { return r.asking }

// activity: the unit held or joined an activity and says when, where, how many.
func (r *reply) activity() bool {
	act := r.act()
	if act == "" {
		return false
	}
	times := r.numberBefore("次", "场")
	held := r.term("hold") || r.term("audience") && r.has(cNum) || r.term("leaflets") || r.term("joint") || r.lectures() || r.colonAfter("label")
	if r.term("install") && times == nil || r.has(cExpect) || r.clean(cCheck|cLate) || r.asked() || r.has(cFuture) && !held && !r.pastForm() {
		return false
	}
	if !held && times == nil && r.allJoined() {
		return false
	}
	sent := r.numberBefore("条")
	homes := r.numberBefore("户", "余户")
	facts := 0
	r.month()
	o := &r.out
	if r.ahead(o.Date) && r.colonAfter("place") && !r.term("hold") {
		return r.undo() // it is announced, and has not been held
	}
	o.Act, o.Times, o.Sent, o.PersonTimes = act, times, sent, r.numberBefore("人次")
	o.Leaflets = r.numberBefore("份", "张", "余份", "本")
	o.Place, o.Time = r.place(), r.clock()
	if n := r.numberBefore("人", "名", "位", "名同志", "余人", "余名"); n != nil {
		o.Count = n
	} else if r.pastForm() {
		o.Count = r.afterLabel("人数:")
	}
	for _, have := range []bool{r.unit != "" || r.has(cWe), o.Date != "" || o.Month != "", o.Count != nil, o.Leaflets != nil, times != nil, o.PersonTimes != nil, homes != nil, sent != nil, o.Place != ""} {
		if have {
			facts++
		}
	}
	dated := o.Date != "" && (o.Count != nil || homes != nil) && !r.has(cCheck|cHere|cLearn)
	if !held && times == nil && sent == nil && facts < 3 && !dated {
		return r.undo()
	}
	switch {
	case facts < 2 && r.has(cAck):
		return r.undo() // 收到，马上组织学习
	case r.term("joint"):
		o.Role = "联合"
	case r.term("hold"):
		o.Role = "组织"
	}
	if r.aired() || facts < 2 {
		o.Form = FormDoubt
		return r.say(ActivityReport, IfAsked, "")
	}
	return r.say(ActivityReport, Yes, "")
}

// allJoined reports 管头镇39人全部参加了今天的培训: who was there, and not what was
// held.
func (r *reply) allJoined() bool {
	n := r.heads()
	return n != nil && *n > 1 && r.has(cAll) && !r.has(cDate) && (r.clean(cJoin) || r.arrived()) && r.numberBefore("份", "张", "户", "条", "人次") == nil
}

// aired reports that what is counted is a channel's volume, 播放90次, 短信3万条,
// of no day: it is no public activity by itself.
func (r *reply) aired() bool {
	o := &r.out
	if o.Act == "短信" {
		return true
	}
	played := anyText(r.toks, "播放 循环播放 滚动播放 轮播 循环 滚动 广播 大喇叭 村村响")
	return played && o.Times != nil && (o.Date == "" || hasWord(r.text, "日均 每天 每日")) && o.Count == nil && o.Leaflets == nil
}

// colonAfter reports whether a word with the given meaning is a form's label,
// followed by a colon.
func (r *reply) colonAfter(meaning string) bool {
	for i, t := range r.toks {
		if t.val == meaning && i+1 < len(r.toks) && r.toks[i+1].text == ":" {
			return true
		}
	}
	return false
}

// pastForm reports a form of what was held: 时间:11月18日 地点:乡政府 内容:反诈座谈 人数:16.
func (r *reply) pastForm() bool {
	if !strings.Contains(r.text, "时间:") || !r.colonAfter("place") || r.afterLabel("人数:") == nil || hasWord(r.text, "请 准时 务必 通知") {
		return false
	}
	k := slices.IndexFunc(r.toks, func(t token) bool { return t.is(cDate) && t.when.day > 0 })
	if k < 0 {
		return false
	}
	_, day := r.toks[k].when.resolve(r.ctx.Now)
	return day != "" && !r.ahead(day)
}

// ahead reports a day that has not come: one later than now, or one that is told of
// with no year and comes within a month, and so is not last year's.
func (r *reply) ahead(day string) bool {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return false
	}
	today, month := r.ctx.Now.Format(time.DateOnly), r.ctx.Now.AddDate(0, 1, 0).Format(time.DateOnly)
	if next := t.AddDate(1, 0, 0).Format(time.DateOnly); next > today && next <= month {
		return !strings.Contains(r.text, "年")
	}
	return day > today
}

// afterLabel returns the number behind a form's label that the reader knows no word
// for.
func (r *reply) afterLabel(label string) *int {
	at := strings.Index(r.text, label)
	if at < 0 {
		return nil
	}
	at = utf8.RuneCountInString(r.text[:at+len(label)])
	for _, t := range r.toks {
		if t.lo >= at && t.is(cNum) {
			return &t.num
		}
		if t.lo >= at && t.text != " " {
			return nil
		}
	}
	return nil
}

// undo clears what a rule tried to fill in, and says that it did not decide.
func (r *reply) undo() bool {
	r.out = Reading{}
	return false
}

// clock returns a time of day written 15:00.
func (r *reply) clock() string {
	for i := 0; i+2 < len(r.toks); i++ {
		h, colon, m := r.toks[i], r.toks[i+1], r.toks[i+2]
		if h.is(cNum) && colon.text == ":" && m.is(cNum) && h.num < 24 && m.num < 60 && m.hi-m.lo == 2 {
			return fmt.Sprintf("%02d:%02d", h.num, m.num)
		}
	}
	return ""
}

// place returns what follows 地点 or 在 up to the next verb.
func (r *reply) place() string {
	text := r.text
	if _, after, ok := strings.Cut(text, "地点"); ok {
		after = strings.TrimLeft(after, ": ")
		for _, label := range []string{" 内容:", " 主题:", " 形式:", " 时间:", " 人数:", " 参加:"} {
			after, _, _ = strings.Cut(after, label)
		}
		if i := strings.IndexAny(after, ";,。\n"); i >= 0 {
			after = after[:i]
		}
		return after
	}
	_, after, ok := strings.Cut(text, "在")
	if !ok {
		return ""
	}
	for _, end := range []string{"开展", "举办", "组织", "召开", "举行", "发放", "进行", "设", ","} {
		if i := strings.Index(after, end); i > 0 && i <= 45 {
			return after[:i]
		}
	}
	return ""
}

// otherReport: a report of something that is neither attendance nor an
// activity: the APP installed, a quiz done, a post shared.
func (r *reply) otherReport() bool {
	if r.asked() || r.clean(cCheck|cLate) {
		return false
	}
	if r.groupMade() || r.swept() || r.prevented() {
		return r.say(OtherReport, No, "")
	}
	for _, m := range []string{"install", "app", "exam", "share", "pledge", "rectify"} {
		if r.term(m) && (m != "app" || r.has(cNum|cName|cUnit|cWe|cAll|cI) || r.term("install")) {
			r.out.Names = r.names
			return r.say(OtherReport, No, "")
		}
	}
	return false
}

// swept reports 排查了56户, 全网点都已做完限额核查: work of another kind, done.
func (r *reply) swept() bool {
	return hasWord(r.text, "排查 核查 自查 摸排 清查 核验") && hasWord(r.text, "了 已 完 毕") && !r.has(cUrge|cOthers|cFuture|cNot|cSay|cHe|cYou) && !r.has(cCheck|cSign)
}

// prevented reports 劝阻可疑汇款2笔, 关停号码35个: what was stopped or got back, and how much
// of it.
func (r *reply) prevented() bool {
	if !r.has(cNum) || r.has(cI|cUrge|cOthers|cFuture|cNot|cHear|cHe|cYou|cCheck|cSign|cExpect|cActual) {
		return false
	}
	for k, t := range r.toks {
		if k > 0 && t.is(cNum) && hasWord(runText(r.toks[max(0, k-14):k]), "劝阻 堵截 阻截 阻断 劝返 止付 冻结 关停 停机 拦截 封停 封堵 追回 返还 挽回 处置") {
			return true
		}
	}
	return false
}

// groupMade reports that the unit has its group: 反诈宣传群已建好, 群建起来了.
func (r *reply) groupMade() bool {
	for k, t := range r.toks {
		if k > 0 && strings.HasSuffix(t.text, "群") && hasWord(runText(r.toks[max(0, k-6):k]), "已建 建了 新建 建起 建好") && !r.has(cNot|cFuture|cUrge|cAsk) {
			return true
		}
		if strings.HasSuffix(t.text, "群") && strings.ContainsAny(runText(r.toks[k+1:min(k+4, len(r.toks))]), "建拉") && !r.has(cNot|cFuture|cUrge) {
			return true
		}
	}
	return hasAny(r.toks, "已建群", "建群了", "群已建")
}

package chat

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// A message is what one person wrote at one time, or, if loose, a stretch of
// text without a writer.
type message struct {
	nick     string
	who      speaker
	at       time.Time
	lines    []string
	loose    bool
	inline   bool // written behind its writer's name on one line
	recalled bool // who took back a message here
}

// A head is what a line says before a message: who, when.
type head struct {
	nick   string
	stamp  stamp
	timed  bool
	inline bool
	text   string // of an inline message
}

// A splitter cuts a text into messages.
type splitter struct {
	p     *paster
	out   []message
	day   time.Time // the record's day at this place
	clock stamp     // and its time, if a line of its own gave one
	blank bool      // the line before is blank, or nothing of a message
	bare  bool      // the last message had a time of day without a day
	// What speaks for a chat record.
	heads, named, inlines int
}

// split cuts text into messages. If too little speaks for a chat record, the
// whole is loose.
func (p *paster) split(text string) (out []message, record bool) {
	s := &splitter{p: p, blank: true}
	lines := strings.Split(strings.Map(keepRune, strings.ToValidUTF8(text, "?")), "\n")
	for i, line := range lines {
		s.line(strings.TrimSpace(line), lines[i+1:])
	}
	if s.named > 0 || s.heads >= 2 || s.inlines >= 2 {
		return s.out, true
	}
	return []message{{loose: true, lines: lines}}, false
}

// next returns the next line with something on it, of a few.
func next(lines []string) string {
	for _, line := range lines[:min(3, len(lines))] {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// keepRune drops what cannot be seen.
func keepRune(r rune) rune {
	switch {
	case r == '\r', r == 0xFEFF, r == 0x200B, r == 0x2060, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return -1
	case r == 0x2028 || r == 0x2029:
		return '\n'
	}
	return r
}

// plainLine gives signs one width without changing the number of runes.
func plainLine(line string) []rune {
	rs := []rune(line)
	for i, r := range rs {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			rs[i] = r - 0xFEE0
		case unicode.IsSpace(r):
			rs[i] = ' '
		case strings.ContainsRune("—–－─━", r):
			rs[i] = '-'
		case r == '【' || r == '〔':
			rs[i] = '['
		case r == '】' || r == '〕':
			rs[i] = ']'
		}
	}
	return rs
}

// line takes one line.
func (s *splitter) line(line string, below []string) {
	if line == "" {
		if n := len(s.out); n > 0 && len(s.out[n-1].lines) > 0 {
			s.out[n-1].lines = append(s.out[n-1].lines, "")
		}
		s.blank = true
		return
	}
	plain := plainLine(line)
	switch nick, event := systemLine(string(plain)); {
	case event:
		s.event(nick)
		return
	case isPreamble(string(plain)):
		return
	case s.rule(plain), s.stampLine(plain):
		s.blank = true
		return
	}
	if h, ok := s.head(line, plain, below); ok {
		s.open(h)
		return
	}
	cur := s.current()
	cur.lines = append(cur.lines, line)
	s.blank = false
}

// current is the message that a line goes on.
func (s *splitter) current() *message {
	if n := len(s.out); n > 0 && !s.out[n-1].recalled {
		return &s.out[n-1]
	}
	s.out = append(s.out, message{loose: true})
	return &s.out[len(s.out)-1]
}

// open begins a message.
func (s *splitter) open(h head) {
	m := message{nick: h.nick, who: s.p.speaker(h.nick), inline: h.inline}
	switch {
	case h.timed:
		m.at = h.stamp.resolve(s.p.ctx.Now, s.day)
	case s.clock.clock:
		m.at = s.clock.resolve(s.p.ctx.Now, s.day)
	default:
		m.at = s.day
	}
	if h.text != "" {
		m.lines = []string{h.text}
	}
	switch {
	case h.inline && !h.timed:
		s.inlines++
	case m.who.name != "" || h.timed && h.stamp.dated() && !h.stamp.weak:
		s.named++
	}
	s.bare = h.timed && !h.stamp.dated()
	s.heads++
	s.out = append(s.out, m)
	s.blank = h.text == ""
}

// event ends the message before a line that the program wrote; nick took
// something back, if it is not empty.
func (s *splitter) event(nick string) {
	m := message{loose: true}
	if nick != "" {
		m = message{nick: nick, who: s.p.speaker(nick), recalled: true, lines: []string{"撤回了一条消息"}}
	}
	s.out = append(s.out, m)
	s.blank = true
}

// systemLine reports whether the chat program wrote the line. nick is who
// took back a message.
func systemLine(line string) (nick string, event bool) {
	if len(line) > 200 {
		return "", false
	}
	if before, after, ok := strings.Cut(line, "撤回了"); ok && strings.Contains(after, "消息") && !strings.Contains(before, ":") {
		if _, member, ok := strings.Cut(after, "成员"); ok {
			before, _, _ = strings.Cut(member, "的")
		}
		return strings.Trim(before, " \"“”'"), true
	}
	for _, w := range []string{"加入了群聊", "加入群聊", "退出了群聊", "移出了群聊", "修改群名为", "与群里其他人都不是", "成为新群主", "以上是打招呼", "以下是新消息", "以下为新消息", "拍了拍", "条新消息", "群主已启用", "现在可以开始聊天了"} {
		if strings.Contains(line, w) && !strings.Contains(line, ":") {
			return "", true
		}
	}
	return "", false
}

// isPreamble reports whether the line only says that a record follows.
func isPreamble(line string) bool {
	line = strings.TrimRight(line, ":。. ")
	return len(line) < 150 && (strings.HasSuffix(line, "聊天记录如下") || strings.HasSuffix(line, "的聊天记录") || line == "聊天记录" || strings.HasSuffix(line, "聊天记录如下,请查收"))
}

// rule passes over a line of dashes, unless it parts a quotation from what
// answers it.
func (s *splitter) rule(plain []rune) bool {
	for _, r := range plain {
		if !strings.ContainsRune("-=*_ ·", r) {
			return false
		}
	}
	n := len(s.out)
	return n == 0 || len(s.out[n-1].lines) == 0 || !strings.ContainsAny(s.out[n-1].lines[0], "「『")
}

// stampLine takes a line that is only a day or a time, perhaps between dashes:
// it holds for what follows. Beneath a nickname it is that message's time.
func (s *splitter) stampLine(plain []rune) bool {
	rs := []rune(strings.Trim(string(plain), "-=* []()"))
	st, end := scanStamp(rs, 0)
	if end == 0 || end < len(rs) || len(rs) > 40 || !st.clock && (!st.dated() || st.weak) || !st.dated() && st.clock && len(rs) < 4 {
		return false
	}
	at := st.resolve(s.p.ctx.Now, s.day)
	if n := len(s.out); n > 0 && st.clock && len(s.out[n-1].lines) == 0 && s.out[n-1].nick != "" && !s.out[n-1].recalled {
		s.out[n-1].at = at
		return true
	}
	if st.dated() {
		s.day = at.Add(-at.Sub(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())))
		if at.Equal(noTime) {
			s.day = noTime
		}
	}
	s.clock = stamp{}
	if st.clock {
		s.clock = stamp{clock: true, hour: st.hour, min: st.min, sec: st.sec}
	}
	s.out = append(s.out, message{loose: true})
	return true
}

// head reads a line that says who wrote what follows.
func (s *splitter) head(line string, plain []rune, below []string) (head, bool) {
	rs, next := []rune(line), next(below)
	if n := strings.Count(line, "\t"); n > 1 || n == 1 && strings.Contains(next, "\t") {
		return head{}, false // a row of a table
	}
	if h, ok := s.leadingTime(rs, plain); ok {
		return h, true
	}
	if h, ok := s.trailingTime(rs, plain); ok {
		return h, true
	}
	if len(splitNumbered(string(plain[:min(len(plain), maxNick)]))) > 0 {
		return head{}, false // an entry of a list
	}
	colon := slices.Index(plain[:min(len(plain), maxNick)], ':')
	if colon <= 0 {
		return s.nameLine(line, next)
	}
	nick := strings.TrimSpace(string(rs[:colon]))
	if !isNick(nick) {
		return head{}, false
	}
	text := strings.TrimSpace(string(rs[colon+1:]))
	named := s.p.speaker(nick).name != ""
	if text == "" {
		return head{nick: nick}, next != "" && (s.blank || named)
	}
	n := len(s.out)
	inline := n > 0 && s.out[n-1].inline
	if n > 0 && s.out[n-1].nick != "" && len(s.out[n-1].lines) == 0 {
		return head{}, false // it is what the last writer pastes himself
	}
	if !s.blank && n > 0 && !inline && !(s.out[n-1].loose && named) || !named && !inline || strings.HasPrefix(text, "//") {
		return head{}, false
	}
	return head{nick: nick, inline: true, text: text}, true
}

// nameLine is a name alone above a line that is only a time.
func (s *splitter) nameLine(line, next string) (head, bool) {
	if next == "" || !s.blank || !isNick(line) {
		return head{}, false
	}
	rs := plainLine(next)
	if st, end := scanStamp(rs, 0); !st.clock || end < len(rs) {
		return head{}, false
	}
	return head{nick: line}, s.p.speaker(line).name != ""
}

// leadingTime reads "[2026-11-23 09:12] 张三: 签到" and "2026-11-23 09:12:33
// 张三".
func (s *splitter) leadingTime(rs, plain []rune) (head, bool) {
	lo := runEnd(plain, 0, func(r rune) bool { return r == '[' || r == '(' })
	st, end := scanStamp(plain, lo)
	if !st.clock || end == len(plain) {
		return head{}, false
	}
	end = runEnd(plain, end, func(r rune) bool { return strings.ContainsRune("]) ,-", r) })
	h := head{stamp: st, timed: true, nick: strings.TrimSpace(string(rs[end:]))}
	if colon := slices.Index(plain[end:], ':'); colon > 0 {
		h.nick = strings.TrimSpace(string(rs[end : end+colon]))
		h.text = strings.TrimSpace(string(rs[end+colon+1:]))
		h.inline = h.text != ""
	}
	return h, isNick(h.nick) && (s.p.speaker(h.nick).name != "" || st.year > 0)
}

// trailingTime reads "张三  2026/11/23 09:12:33".
func (s *splitter) trailingTime(rs, plain []rune) (head, bool) {
	end := len(plain)
	for end > 0 && strings.ContainsRune(": )]", plain[end-1]) {
		end--
	}
	if end > maxLineRunes || end == 0 || !isDigit(plain[end-1]) {
		return head{}, false
	}
	for i := 1; i < end; i++ {
		if !strings.ContainsRune(" )]([", plain[i-1]) || plain[i] == ' ' {
			continue
		}
		st, stop := scanStamp(plain[:end], i)
		if !st.clock || stop < end {
			continue
		}
		nick := strings.Trim(string(rs[:i]), " (（[【:：")
		if !isNick(nick) {
			return head{}, false
		}
		sure := s.blank || st.dated() || s.bare && !strings.Contains(nick, " ")
		return head{nick: nick, stamp: st, timed: true}, s.p.speaker(nick).name != "" || sure
	}
	return head{}, false
}

// isNick reports whether s may be a nickname, not a label, a title or a
// sentence.
func isNick(s string) bool {
	rs := []rune(s)
	if len(rs) == 0 || len(rs) > maxNick || !strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsFunc(s, unicode.IsSymbol) {
		return false
	}
	if strings.ContainsAny(s, "。，！？；、,!?;「」:：#") || strings.HasPrefix(s, ">") || strings.HasPrefix(s, "http") || s == "例" || s == "示例" {
		return false
	}
	for _, w := range []string{"名单", "人员", "接龙", "签到", "签退", "如下", "记录", "通知", "时间", "地点", "姓名", "主题", "内容", "要求", "事项", "注意", "参加", "参会", "参训", "人数", "情况", "附件", "标题", "请假", "各位", "大家", "尊敬", "同志们", "会议", "培训", "活动", "应到", "实到", "缺席", "截止", "更正", "备注", "引用", "电话", "网址", "链接", "联系人"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	return !slices.Contains([]string{"单位", "部门", "科室", "日期", "职务", "说明", "补充", "代签", "补签", "收到", "组长", "副组长", "成员", "主持", "主持人", "主讲", "主讲人", "记录人", "领导"}, s)
}

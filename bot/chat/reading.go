package chat

import (
	"time"

	"fanzha/bot"
)

// Counts says whether evidence may be recorded from a reply. The zero value
// is No, so a Reading that nobody filled in records nothing.
type Counts int8

const (
	// No: never, whatever the circumstances.
	No Counts = iota
	// IfAsked: only if a Session is open whose Prompt asked for this form, or
	// after the person has answered a one-line question.
	IfAsked
	// Yes: from the text alone.
	Yes
)

// MarshalJSON writes true, "ctx" or false, as the labelled data does.
func (c Counts) MarshalJSON() ([]byte, error) {
	switch c {
	case Yes:
		return []byte("true"), nil
	case IfAsked:
		return []byte(`"ctx"`), nil
	}
	return []byte("false"), nil
}

// By is for whom a reply speaks.
type By string

// Values of By.
const (
	BySelf  By = "self"
	ByProxy By = "proxy"
	ByList  By = "list"
	ByUnit  By = "unit"
)

// Form is why a Reading counts only IfAsked. A [Prompt] accepts some forms;
// FormDoubt is accepted by none, it needs the person's answer.
type Form string

// Values of Form.
const (
	FormReceipt Form = "receipt" // 收到、已学习、✅
	FormBare    Form = "bare"    // 到、在、1、QD、打卡、已参加、签了
	FormName    Form = "name"    // only a name or a list of names
	FormDoubt   Form = "doubt"   // numbers that disagree, forced-sounding words
)

// Sender stands in Reading.Names for the person who wrote the reply.
const Sender = "@sender"

// A Person is what is known of who wrote. The zero Person is a stranger.
type Person struct {
	Name string
	Unit bot.UnitID
}

// A Prompt is what an open Session asked its group for. 签到 itself is always
// accepted. The zero Prompt accepts nothing else.
type Prompt struct {
	Receipt bool // 收到 was asked for and is attendance
	Bare    bool // a bare 到, 在, 1, 打卡 is attendance
	Names   bool // a bare name, or a list of names, is attendance
}

// accepts reports whether the session's prompt makes form f count.
func (p *Prompt) accepts(f Form) bool {
	if p == nil {
		return false
	}
	switch f {
	case FormReceipt:
		return p.Receipt
	case FormBare:
		return p.Bare
	case FormName:
		return p.Names
	}
	return false
}

// A Context is what surrounds a reply. The zero Context, apart from Now, is a
// reply out of the blue: it is then read from its text alone.
type Context struct {
	// Now decides what 今天, 昨天 and 11月 mean.
	Now time.Time
	// Quoted reports that the reply quotes another message. (A quote that
	// stands in the text itself is found and left aside without it.)
	Quoted bool
	// Sender is who wrote. If his name is known, another name in the text
	// makes a check-in a proxy, and another unit makes it a question.
	Sender Person
	// Session is what the open session asked for; nil if none is open.
	Session *Prompt
	// Known reports whether a name is on a roster. It may be nil; then names
	// are told by their surname alone. It must be safe for concurrent use.
	Known func(name string) bool
}

// A Reading is what a reply means. Its JSON has the keys and values of the
// labelled data; fields that do not apply are left out.
type Reading struct {
	Intent Intent `json:"intent"`
	Counts Counts `json:"counts"`
	// Form is set where Counts is IfAsked, or was before the open session's
	// prompt settled it.
	Form Form `json:"form,omitempty"`
	By   By   `json:"by,omitempty"`
	// Names are the persons present, on leave, or otherwise spoken of, as
	// written, in order, each once. [Sender] stands for 我 beside other names.
	Names []string   `json:"n,omitempty"`
	Unit  bot.UnitID `json:"unit,omitempty"`
	// Dept is a part of the unit, for example 城区所.
	Dept string `json:"dept,omitempty"`
	// Month is a civil month, 2006-01; Date a civil day, 2006-01-02; Time a
	// time of day, 15:04.
	Month string `json:"month,omitempty"`
	Date  string `json:"date,omitempty"`
	Time  string `json:"time,omitempty"`
	// Status: late, leave, leave_madeup (请假后补学), present (更正为参加).
	Status string `json:"status,omitempty"`
	// Reason is the kind of leave, never its particulars: 公出, 病假, 事假,
	// 家事, 下乡, 驻村, 产假, 年休.
	Reason string `json:"reason,omitempty"`

	// Head counts. Nil pointers are numbers that were not written.
	Count      *int `json:"count,omitempty"`
	Expected   *int `json:"expected,omitempty"`
	Actual     *int `json:"actual,omitempty"`
	LeaveCount *int `json:"leave_count,omitempty"`
	// OnLeave, Absent, Proxied are names marked so in a list; Proxied are also
	// in Names.
	OnLeave []string `json:"leave,omitempty"`
	Absent  []string `json:"absent,omitempty"`
	Proxied []string `json:"proxy,omitempty"`
	Title   string   `json:"title,omitempty"` // of a list

	// Activities.
	Act         string `json:"act,omitempty"` // 培训, 座谈, 公开活动, 短信 …
	Place       string `json:"place,omitempty"`
	Role        string `json:"role,omitempty"` // 组织, 参与, 联合
	Audience    *int   `json:"audience,omitempty"`
	Leaflets    *int   `json:"leaflets,omitempty"`
	Times       *int   `json:"times,omitempty"`
	PersonTimes *int   `json:"person_times,omitempty"`
	Sent        *int   `json:"sent,omitempty"` // messages sent by SMS and the like

	// Op is what a correction or a group event does: set_actual, set_expected,
	// set_unit, set_name, set_status, set_date, void_last, roster_remove,
	// roster_add; join, quit, pat, rename, recall, notice.
	Op string `json:"op,omitempty"`
	// Kind, Topic and Value describe a clue (phone, url, app, account,
	// message) or evidence (照片, 签到表 …).
	Kind  string `json:"kind,omitempty"`
	Topic string `json:"topic,omitempty"`
	Value string `json:"value,omitempty"`
	Media string `json:"media,omitempty"` // image, file, video, voice
	Num   *int   `json:"num,omitempty"`   // of photos announced
	// Answers to a quiz, "T", "F" or letters.
	Answers []string `json:"answers,omitempty"`

	// Receipt: the person acknowledges having read.
	Receipt bool `json:"receipt,omitempty"`
	// Urgent: answer with 110 and 96110 before anything else; store nothing.
	Urgent bool `json:"urgent,omitempty"`
	// Mention and Quote report that the text named somebody with @, and that
	// it quoted another message.
	Mention bool `json:"mention,omitempty"`
	Quote   bool `json:"quote,omitempty"`

	// Ask is one short question that would settle what is in doubt.
	Ask string `json:"ask,omitempty"`
	// Rule is the rule that decided, in Chinese words.
	Rule string `json:"rule"`
	// Because are the parts of the text, made plain, that spoke most for the reading, or
	// for the question in Ask, where weights decided and no rule.
	Because []string `json:"because,omitempty"`
}

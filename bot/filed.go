package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// FilingForm says what a Filing is about, and so what it can lead to.
type FilingForm string

// Forms of a Filing.
const (
	FilesCheckIn    FilingForm = "checkin"    // the writer's own check-in, in doubt
	FilesProxy      FilingForm = "proxy"      // check-ins of persons named by another (代签)
	FilesList       FilingForm = "list"       // check-ins of a 接龙
	FilesPaste      FilingForm = "paste"      // check-ins out of a copied chat record or 接龙 (粘贴)
	FilesLeave      FilingForm = "leave"      // leave of persons named by another
	FilesHeadcount  FilingForm = "headcount"  // 应到, 实到, 请假 of a unit
	FilesActivity   FilingForm = "activity"   // a public education activity held or joined
	FilesZeroCase   FilingForm = "zero_case"  // the unit says that it had no case (the police confirm)
	FilesClue       FilingForm = "clue"       // a suspicious number, link, app or account
	FilesCorrection FilingForm = "correction" // a wish to change what stands
)

// Chinese returns the word that people read.
func (f FilingForm) Chinese() string {
	switch f {
	case FilesCheckIn:
		return "签到"
	case FilesProxy:
		return "代签"
	case FilesList:
		return "接龙"
	case FilesPaste:
		return "粘贴登记"
	case FilesLeave:
		return "代请假"
	case FilesHeadcount:
		return "人数"
	case FilesActivity:
		return "教育活动"
	case FilesZeroCase:
		return "零发案"
	case FilesClue:
		return "线索"
	case FilesCorrection:
		return "更正"
	}
	return string(f)
}

// Standing is whether a Filing counts.
type Standing string

// Standings.
const (
	Stands   Standing = "stands"   // it counts: whoever said it may say it
	Waits    Standing = "waits"    // for the liaison or the office (待办)
	Asked    Standing = "asked"    // for the writer's answer to one question; the liaison may settle it too
	Refused  Standing = "refused"  // settled: it does not count
	Replaced Standing = "replaced" // a later Filing says the same thing anew
	Voided   Standing = "voided"   // it stood and was taken back (更正)
)

// Chinese returns the words that people read.
func (s Standing) Chinese() string {
	switch s {
	case Stands:
		return "已计入"
	case Waits:
		return "待确认"
	case Asked:
		return "待本人答复"
	case Refused:
		return "不计入"
	case Replaced:
		return "已由新的上报替代"
	case Voided:
		return "已更正作废"
	}
	return string(s)
}

// Filed (上报) is what a person stated about more than his own presence, or
// what could not be counted at once. What it leads to stands in entries of its
// own after it ([CheckedIn], [Excused]) that carry its FilingID; head counts,
// activities, zero-case lines and clues are the Filing itself.
//
// Facts are public; they hold numbers and code words only, nothing that
// somebody typed.
type Filed struct {
	Filing  FilingID   `json:"filing"`
	Form    FilingForm `json:"form"`
	Unit    UnitID     `json:"unit"`
	Session SessionID  `json:"session,omitempty"` // "" if it is about none
	// Standing at first: Stands, Waits or Asked.
	Standing Standing `json:"standing"`
	// By is the member who said it, or Operator the operator.
	By       MemberID   `json:"by,omitempty"`
	Operator OperatorID `json:"operator,omitempty"`
	// Replaces is the Filing that this one says anew.
	Replaces FilingID `json:"replaces,omitempty"`
	// Names is how many persons it names.
	Names int `json:"names,omitempty"`
	// Digest is the [PasteDigest] of a pasted text, so that the same text is not
	// booked twice. Short texts have none: it could be guessed from it.
	Digest  string     `json:"digest,omitempty"`
	Facts   Facts      `json:"facts,omitzero"`
	Private FilingText `json:"-"`
}

// PasteDigest is how a pasted text stands in [Filed].Digest: the hex SHA-256 of its
// bytes without the blanks around it and without what line ends differ in between
// computers, so that the same text is the same wherever it was copied.
func PasteDigest(text string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))))
	return hex.EncodeToString(sum[:])
}

// Facts are the figures of a Filing. Nil pointers were not said.
type Facts struct {
	Expected *int   `json:"expected,omitempty"` // 应到
	Actual   *int   `json:"actual,omitempty"`   // 实到
	Leave    *int   `json:"leave,omitempty"`    // 请假
	Month    string `json:"month,omitempty"`    // civil month it counts for, 2006-01
	On       string `json:"on,omitempty"`       // civil day of an activity, 2006-01-02
	Act      string `json:"act,omitempty"`      // 公开活动, 培训, 座谈, 五进, 普法 …: one of the reader's own words
	Role     string `json:"role,omitempty"`     // 组织, 参与, 联合
	Audience *int   `json:"audience,omitempty"`
	Leaflets *int   `json:"leaflets,omitempty"`
	Sent     *int   `json:"sent,omitempty"` // messages sent by SMS and the like
	Times    *int   `json:"times,omitempty"`
	Clue     string `json:"clue,omitempty"`   // phone, url, app, account, message
	Op       string `json:"op,omitempty"`     // of a correction, for example set_actual
	Reason   string `json:"reason,omitempty"` // category of leave
}

// FilingText is the private part of [Filed]: who said it, in which words, and
// whom and what he named.
type FilingText struct {
	Person  PersonID `json:"person,omitempty"`
	Name    string   `json:"name,omitempty"`
	Message string   `json:"message,omitempty"` // the platform's id of the message
	Text    string   `json:"text,omitempty"`    // as written, at most 20,000 bytes; of a clue, defanged
	// Present, Proxied and OnLeave are persons by name; nobody is in two of them.
	Present []string `json:"present,omitempty"`
	Proxied []string `json:"proxied,omitempty"`
	OnLeave []string `json:"onLeave,omitempty"`
	Title   string   `json:"title,omitempty"` // of a list or an activity
	Place   string   `json:"place,omitempty"`
	Dept    string   `json:"dept,omitempty"`
	Value   string   `json:"value,omitempty"` // of a clue, defanged
	Ask     string   `json:"ask,omitempty"`   // the question that would settle it
}

// FilingSettled ends a Filing's waiting: Verdict is Stands or Refused. Waits hands
// one that was asked about over to the liaison, Replaced says that another one has
// taken its place.
type FilingSettled struct {
	Filing   FilingID   `json:"filing"`
	Unit     UnitID     `json:"unit"`
	Verdict  Standing   `json:"verdict"`
	By       MemberID   `json:"by,omitempty"`
	Operator OperatorID `json:"operator,omitempty"`
	Private  Said       `json:"-"`
}

// FilingVoided (更正) takes back a Filing that stood, with every check-in and
// leave that carries its id. They stay in the ledger.
type FilingVoided struct {
	Filing   FilingID   `json:"filing"`
	Unit     UnitID     `json:"unit"`
	By       MemberID   `json:"by,omitempty"`
	Operator OperatorID `json:"operator,omitempty"`
	Private  Said       `json:"-"`
}

// A Remark is free words of a person, and therefore private.
type Remark struct {
	Person PersonID `json:"person,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Said are the words in which somebody settled or took back a Filing.
type Said struct {
	Person PersonID `json:"person,omitempty"`
	Text   string   `json:"text,omitempty"`
	// Message is the platform's id of the message, so that a repeated frame does
	// nothing twice.
	Message string `json:"message,omitempty"`
}

// Excused (请假) is one Member's leave from one Session. Whoever checks in after
// all is present, not on leave.
type Excused struct {
	Session SessionID `json:"session"`
	Member  MemberID  `json:"member"`
	Unit    UnitID    `json:"unit"`
	// Reason is a category (公出, 病假, 事假 …), never the particulars.
	Reason  string          `json:"reason,omitempty"`
	Filing  FilingID        `json:"filing,omitempty"` // "" if he said so himself
	Private CheckInEvidence `json:"-"`
}

func (*Filed) Kind() Kind         { return "filing.made" }
func (*FilingSettled) Kind() Kind { return "filing.settled" }
func (*FilingVoided) Kind() Kind  { return "filing.voided" }
func (*Excused) Kind() Kind       { return "leave.recorded" }

func (p *Filed) AboutUnit() UnitID         { return p.Unit }
func (p *FilingSettled) AboutUnit() UnitID { return p.Unit }
func (p *FilingVoided) AboutUnit() UnitID  { return p.Unit }
func (p *Excused) AboutUnit() UnitID       { return p.Unit }

func (p *Filed) PrivatePart() any         { return &p.Private }
func (p *FilingSettled) PrivatePart() any { return &p.Private }
func (p *FilingVoided) PrivatePart() any  { return &p.Private }
func (p *Excused) PrivatePart() any       { return &p.Private }

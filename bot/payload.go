package bot

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Kind is the stable name of a sort of entry, for example "checkin.recorded".
type Kind string

// A Payload is what one entry of the ledger says. Its exported JSON fields are
// the entry's public part. Payloads that also have a private part implement
// [Private].
//
// An entry written today must be readable for ever: fields may be added with a
// zero value that means "not said", never renamed, retyped or given another
// meaning. A change that needs more than that gets a new version, and a line in
// [Decode] that turns the old one into the new.
type Payload interface {
	Kind() Kind
	// AboutUnit is the unit that the entry belongs to, "" for the county.
	AboutUnit() UnitID
}

// Private is implemented by payloads with a private part: a pointer to the
// struct that holds the personal data (name, platform id, raw text). The ledger
// keeps it apart, behind a salted commitment; once it is erased the struct is
// zero, and readers must do without.
type Private interface {
	Payload
	PrivatePart() any
}

// version is that of every kind so far.
const version = 1

// makers has one line for each kind.
var makers = map[Kind]func() Payload{
	"county.founded":       func() Payload { return new(CountyFounded) },
	"process.started":      func() Payload { return new(ProcessStarted) },
	"store.restored":       func() Payload { return new(StoreRestored) },
	"unit.registered":      func() Payload { return new(UnitRegistered) },
	"code.issued":          func() Payload { return new(CodeIssued) },
	"group.seen":           func() Payload { return new(GroupSeen) },
	"group.bound":          func() Payload { return new(GroupBound) },
	"group.disabled":       func() Payload { return new(GroupDisabled) },
	"roster.imported":      func() Payload { return new(RosterImported) },
	"member.met":           func() Payload { return new(MemberMet) },
	"member.named":         func() Payload { return new(MemberNamed) },
	"member.confirmed":     func() Payload { return new(MemberConfirmed) },
	"alert.drafted":        func() Payload { return new(AlertDrafted) },
	"alert.verified":       func() Payload { return new(AlertVerified) },
	"alert.approved":       func() Payload { return new(AlertApproved) },
	"alert.withdrawn":      func() Payload { return new(AlertWithdrawn) },
	"push.planned":         func() Payload { return new(PushPlanned) },
	"delivery.planned":     func() Payload { return new(DeliveryPlanned) },
	"delivery.intended":    func() Payload { return new(DeliveryIntended) },
	"delivery.answered":    func() Payload { return new(DeliveryAnswered) },
	"delivery.resolved":    func() Payload { return new(DeliveryResolved) },
	"session.opened":       func() Payload { return new(SessionOpened) },
	"session.closed":       func() Payload { return new(SessionClosed) },
	"checkin.recorded":     func() Payload { return new(CheckedIn) },
	"correction.made":      func() Payload { return new(Corrected) },
	"danger.raised":        func() Payload { return new(DangerRaised) },
	"query.answered":       func() Payload { return new(QueryAnswered) },
	"export.made":          func() Payload { return new(ExportMade) },
	"checkpoint.witnessed": func() Payload { return new(CheckpointWitnessed) },
	"filing.made":          func() Payload { return new(Filed) },
	"filing.settled":       func() Payload { return new(FilingSettled) },
	"filing.voided":        func() Payload { return new(FilingVoided) },
	"leave.recorded":       func() Payload { return new(Excused) },
	"letter.issued":        func() Payload { return new(LetterIssued) },
	"letter.answered":      func() Payload { return new(LetterAnswered) },
	"supervision.noted":    func() Payload { return new(SupervisionNoted) },
	"figures.filed":        func() Payload { return new(FiguresFiled) },
	"job.settled":          func() Payload { return new(JobSettled) },
	"route.added":          func() Payload { return new(RouteAdded) },
	"route.removed":        func() Payload { return new(RouteRemoved) },
	"delivery.forwarded":   func() Payload { return new(DeliveryForwarded) },
	"recall.intended":      func() Payload { return new(RecallIntended) },
	"recall.answered":      func() Payload { return new(RecallAnswered) },
	"sending.stopped":      func() Payload { return new(SendingStopped) },
	"sending.resumed":      func() Payload { return new(SendingResumed) },
}

// Kinds lists every kind, in order of name.
func Kinds() []Kind { return slices.Sorted(maps.Keys(makers)) }

// Encode returns the version and the public and private JSON of p. private is
// nil if p has no private part.
func Encode(p Payload) (v int, public, private []byte, err error) {
	if c, ok := p.(*CheckedIn); ok {
		if public, private, ok = c.quickly(); ok {
			return version, public, private, nil
		}
	}
	if public, err = json.Marshal(p); err != nil {
		return 0, nil, nil, fmt.Errorf("encoding %s: %w", p.Kind(), err)
	}
	if q, ok := p.(Private); ok {
		if private, err = json.Marshal(q.PrivatePart()); err != nil {
			return 0, nil, nil, fmt.Errorf("encoding private part of %s: %w", p.Kind(), err)
		}
	}
	return version, public, private, nil
}

// Reread returns what [Decode] makes of what [Encode] has just made of p. It
// shares no memory with p that can change.
func Reread(p Payload, v int, public, private []byte) (Payload, error) {
	if c, ok := p.(*CheckedIn); ok && v == version && c.plain() {
		return c.again(), nil
	}
	return Decode(p.Kind(), v, public, private)
}

// Decode is the inverse of [Encode]. A nil private part leaves it zero. Unknown
// kinds and versions are errors: an older program must not guess at what a
// newer one wrote. So is a private part for a kind that has none.
func Decode(kind Kind, v int, public, private []byte) (Payload, error) {
	newPayload, ok := makers[kind]
	if !ok || v != version {
		return nil, fmt.Errorf("entry kind %q version %d is unknown to this program", kind, v)
	}
	p := newPayload()
	if c, ok := p.(*CheckedIn); ok && c.quick(public, private) {
		return c, nil
	}
	if err := json.Unmarshal(public, p); err != nil {
		return nil, fmt.Errorf("decoding %s: %w", kind, err)
	}
	if private == nil {
		return p, nil
	}
	q, ok := p.(Private)
	if !ok {
		return nil, fmt.Errorf("decoding %s: it has no private part", kind)
	}
	if err := json.Unmarshal(private, q.PrivatePart()); err != nil {
		return nil, fmt.Errorf("decoding private part of %s: %w", kind, err)
	}
	return p, nil
}

// CountyFounded is entry 0 of every ledger. It binds the ledger to its county
// and to the key that signs its checkpoints.
type CountyFounded struct {
	County string `json:"county"`
	Key    string `json:"key"` // verifier key, golang.org/x/mod/sumdb/note form
}

// ProcessStarted says that a process began to write, and under which rules.
type ProcessStarted struct {
	// FourEyes false means that one person may write, verify and approve.
	// Every report over such a time says so.
	FourEyes bool `json:"fourEyes"`
	// Process and Fence say which process it is and by what right it writes,
	// where several share one store.
	Process string `json:"process,omitempty"`
	Fence   string `json:"fence,omitempty"`
	// Weak is what the store's settings could lose of what was acknowledged, in
	// Chinese, where the office has accepted that. Every report says so.
	Weak []string `json:"weak,omitempty"`
}

// StoreRestored says that the store had lost entries that were acknowledged, as
// it may after a failover, and that the process which held them put them back.
type StoreRestored struct {
	Held  int64 `json:"held"`  // entries that were known to be durable
	Found int64 `json:"found"` // entries that the store had
}

// UnitRegistered makes a Unit known, or replaces what was known of it.
type UnitRegistered struct {
	Unit Unit `json:"unit"`
}

// CodeIssued hands out a one-time code with which a group is bound to a Unit.
type CodeIssued struct {
	Unit    UnitID     `json:"unit"`
	Digest  string     `json:"digest"` // hex SHA-256 of the code: the code itself is a secret
	Expires time.Time  `json:"expires"`
	By      OperatorID `json:"by"`
}

// GroupSeen says that somebody spoke to the bot in a chat: at most one entry a
// chat and civil day, without what was said or by whom.
type GroupSeen struct {
	Chat  Chat    `json:"chat"`
	Group GroupID `json:"group,omitempty"` // "" while unbound
	Unit  UnitID  `json:"unit,omitempty"`
}

// GroupBound makes a chat a Group of a Unit, and enables it if it was disabled.
type GroupBound struct {
	Group  GroupID `json:"group"`
	Chat   Chat    `json:"chat"`
	Unit   UnitID  `json:"unit"`
	Digest string  `json:"digest"` // of the code that was used
	// Operator is set instead when the office registered a chat in which no
	// bot can be spoken to: a group webhook, a group that a person serves, or one
	// person (see [RouteAdded]).
	Operator OperatorID `json:"operator,omitempty"`
	By       Actor      `json:"-"`
}

// GroupDisabled says that the platform takes no more messages for one door of a
// Group. Speaking to the bot there enables it again, and so does a [RouteAdded].
type GroupDisabled struct {
	Group GroupID `json:"group"`
	Unit  UnitID  `json:"unit"`
	Code  int     `json:"code"`
	// Channel says which door; "" is the first.
	Channel ChannelID `json:"channel,omitempty"`
}

// An Actor is a person who did something, as a platform knows him. It is
// personal data.
type Actor struct {
	Person PersonID `json:"person,omitempty"`
	Name   string   `json:"name,omitempty"`
}

// RosterImported replaces the Roster (名册) of a Unit.
type RosterImported struct {
	Unit    UnitID      `json:"unit"`
	Count   int         `json:"count"`
	Digest  string      `json:"digest"` // hex SHA-256 of the imported file
	By      OperatorID  `json:"by"`
	Private RosterLines `json:"-"`
}

// RosterLines is the private part of [RosterImported].
type RosterLines struct {
	Lines []RosterLine `json:"lines"`
}

// A RosterLine is one person who should be there.
type RosterLine struct {
	Name    string   `json:"name"`
	Person  PersonID `json:"person,omitempty"` // "" if the file had no platform id
	Liaison bool     `json:"liaison,omitempty"`
}

// MemberMet gives a person, met for the first time, a pseudonym and a Unit. One
// of whom only others spoke has a name here and no platform id.
type MemberMet struct {
	Member  MemberID `json:"member"`
	Unit    UnitID   `json:"unit"`
	Private Actor    `json:"-"`
}

// MemberNamed records the name that a Member gave for himself, or that the
// corporation's address list (通讯录) has for him.
type MemberNamed struct {
	Member MemberID `json:"member"`
	Unit   UnitID   `json:"unit"`
	// Listed: it is the address list's, not his own word.
	Listed  bool  `json:"listed,omitempty"`
	Private Actor `json:"-"`
}

// MemberConfirmed is the liaison's word that a doubtful name is right.
type MemberConfirmed struct {
	Member MemberID `json:"member"`
	Unit   UnitID   `json:"unit"`
	By     MemberID `json:"by,omitempty"` // the liaison
	// Operator is set instead when the office confirmed.
	Operator OperatorID `json:"operator,omitempty"`
}

// AlertDrafted is a new Alert, or a new text of one: then it must be verified
// and approved again.
type AlertDrafted struct {
	Alert   AlertID    `json:"alert"`
	Content Content    `json:"content"`
	Hash    string     `json:"hash"`
	By      OperatorID `json:"by"`
	// Message is the platform's id of the message it came in, so that a
	// repeated frame does not draft twice.
	Message string `json:"message,omitempty"`
}

// AlertVerified confirms the facts of the text with that Hash.
type AlertVerified struct {
	Alert AlertID    `json:"alert"`
	Hash  string     `json:"hash"`
	By    OperatorID `json:"by"`
}

// AlertApproved allows the text with that Hash to go out; Urgent, also in quiet
// hours.
type AlertApproved struct {
	Alert  AlertID    `json:"alert"`
	Hash   string     `json:"hash"`
	Urgent bool       `json:"urgent,omitempty"`
	By     OperatorID `json:"by"`
}

// AlertWithdrawn takes an Alert out of use; what has not been sent is not sent.
type AlertWithdrawn struct {
	Alert  AlertID    `json:"alert"`
	Reason string     `json:"reason"`
	By     OperatorID `json:"by"`
}

// PushPlanned is the decision to send one approved Alert to the groups of all
// units that fit its audience.
type PushPlanned struct {
	Push  PushID    `json:"push"`
	Alert AlertID   `json:"alert"`
	Hash  string    `json:"hash"` // what was approved
	DueAt time.Time `json:"dueAt"`
	// By is the operator, or Job the scheduled job, that decided.
	By  OperatorID `json:"by,omitempty"`
	Job string     `json:"job,omitempty"`
}

// Purpose is what a Delivery is for.
type Purpose string

// Purposes of a Delivery.
const (
	ForAlert   Purpose = "alert"   // an Alert's card, with long text before it
	ForSummary Purpose = "summary" // the one line when a Session closes
	ForNotice  Purpose = "notice"  // one private line to one person, for example the liaison
	// ForCorrection (更正说明) tells a group that an Alert that it got was
	// withdrawn. Its words are the program's own.
	ForCorrection Purpose = "correction"
)

// DeliveryPlanned is one Push (or one summary, or one notice) to one chat.
type DeliveryPlanned struct {
	Delivery DeliveryID `json:"delivery"`
	Purpose  Purpose    `json:"purpose"`
	Push     PushID     `json:"push,omitempty"`
	Session  SessionID  `json:"session,omitempty"`
	Group    GroupID    `json:"group,omitempty"`
	Unit     UnitID     `json:"unit"`
	Text     string     `json:"text,omitempty"` // of a summary
	// DueAt is the earliest instant to send it.
	DueAt  time.Time `json:"dueAt"`
	Urgent bool      `json:"urgent,omitempty"`
	// Also are further pushes that this Delivery carries: alerts that were due
	// at the same time go out as one message, with one Session.
	Also []PushID `json:"also,omitempty"`
	// About is the Delivery that a correction puts right or a notice reminds of.
	About DeliveryID `json:"about,omitempty"`
	// Note says, in Chinese, why it goes out although the Group has had its
	// month's number of messages.
	Note    string        `json:"note,omitempty"`
	Private NoticeContent `json:"-"`
}

// NoticeContent is the private part of a [DeliveryPlanned] for a notice.
type NoticeContent struct {
	Person PersonID `json:"person,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// DeliveryIntended is written before the platform is called. One without a
// [DeliveryAnswered] after it may or may not have gone out.
type DeliveryIntended struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	Attempt  int        `json:"attempt"` // from 1, over all parts
	Part     int        `json:"part"`    // from 0
	Parts    int        `json:"parts"`
	// Digest is the hex SHA-256 of what was handed to the channel.
	Digest string `json:"digest"`
	// Channel is the door that was used; "" is the Group's first.
	Channel ChannelID `json:"channel,omitempty"`
}

// DeliveryAnswered is how an attempt ended.
type DeliveryAnswered struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	Attempt  int        `json:"attempt"`
	Outcome  Outcome    `json:"outcome"`
	Code     int        `json:"code,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	RetryAt  time.Time  `json:"retryAt,omitzero"`
	// Next is the door that is tried instead (Outcome Rejected); "" if there is
	// none, or if part of the Delivery is out already.
	Next ChannelID `json:"next,omitempty"`
	// Ref is the platform's name for the message, by which it can be recalled.
	Ref string `json:"ref,omitempty"`
}

// DeliveryResolved is a person's word on an attempt whose fate was unknown:
// Seen, and it counts as sent; not seen, and it is sent again.
type DeliveryResolved struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	Attempt  int        `json:"attempt"`
	Seen     bool       `json:"seen"`
	By       OperatorID `json:"by"`
}

// SessionOpened opens a Session (签到场次) for one Group. Until DueAt a
// check-in is on time, until EndsAt it is accepted as late.
//
// One without a Push and a Group is a Session on paper (补登): nobody was asked
// through the bot, a person filed what took place elsewhere. Such a one has a
// Month.
type SessionOpened struct {
	Session SessionID `json:"session"`
	Push    PushID    `json:"push"`
	Group   GroupID   `json:"group"`
	Unit    UnitID    `json:"unit"`
	Title   string    `json:"title"`
	DueAt   time.Time `json:"dueAt"`
	EndsAt  time.Time `json:"endsAt"`
	// Month is the civil month that it counts for, 2006-01; "" for that of the
	// entry.
	Month string `json:"month,omitempty"`
}

// SessionClosed says that DueAt has passed; the numbers are those of then.
type SessionClosed struct {
	Session  SessionID `json:"session"`
	Unit     UnitID    `json:"unit"`
	Present  int       `json:"present"`
	Expected int       `json:"expected"` // 0 if the unit has no roster
}

// Via is how a person checked in.
type Via string

// Ways to check in.
const (
	ViaCard Via = "card" // pressed the card's button
	ViaText Via = "text" // wrote to the bot
	// The rest are another's word for him, found in the [Filed] that the
	// check-in names. They weigh less; tables keep them apart.
	ViaProxy Via = "proxy" // the liaison signed for him (代签)
	ViaList  Via = "list"  // he stands in a 接龙
	ViaPaste Via = "paste" // he stands in a copied chat record or 接龙
)

// Own reports whether the person did it himself.
func (v Via) Own() bool { return v == ViaCard || v == ViaText }

// Chinese returns the word that people read.
func (v Via) Chinese() string {
	switch v {
	case ViaCard:
		return "卡片"
	case ViaText:
		return "文字"
	case ViaProxy:
		return "代签"
	case ViaList:
		return "接龙"
	case ViaPaste:
		return "粘贴"
	}
	return string(v)
}

// CheckedIn (签到) is one Member's presence at one Session: there is at most one.
type CheckedIn struct {
	Session SessionID       `json:"session"`
	Member  MemberID        `json:"member"`
	Unit    UnitID          `json:"unit"`
	Via     Via             `json:"via"`
	Late    bool            `json:"late,omitempty"`
	Filing  FilingID        `json:"filing,omitempty"` // unless he did it himself
	Private CheckInEvidence `json:"-"`
}

// CheckInEvidence is the private part of [CheckedIn]: who it was, as known at
// that moment, and what he wrote or pressed.
type CheckInEvidence struct {
	Person  PersonID `json:"person"` // "" if another spoke for him
	Name    string   `json:"name,omitempty"`
	Message string   `json:"message,omitempty"` // the platform's id of the message or event
	Text    string   `json:"text,omitempty"`
}

// Corrected (更正) takes an earlier check-in back and says why. Its entry stays.
type Corrected struct {
	Seq     int64      `json:"seq"` // of the check-in that no longer counts
	Session SessionID  `json:"session"`
	Member  MemberID   `json:"member"`
	Unit    UnitID     `json:"unit"`
	Reason  string     `json:"reason"`
	By      OperatorID `json:"by"`
	// Self reports that the member took it back himself; By is then empty.
	Self bool `json:"self,omitempty"`
	// Message is the platform's id of the message in which he did so.
	Message string `json:"message,omitempty"`
}

// DangerRaised: somebody said that he is being scammed, and was answered with
// 110 and 96110. Nothing but time and unit is kept.
type DangerRaised struct {
	Unit UnitID `json:"unit,omitempty"`
}

// QueryAnswered is the record that an Operator, or a liaison (Member, of his own
// Unit), was shown something.
type QueryAnswered struct {
	By      OperatorID `json:"by"`
	Member  MemberID   `json:"member,omitempty"`
	Unit    UnitID     `json:"unit,omitempty"`
	Intent  string     `json:"intent"`
	Named   bool       `json:"named,omitempty"` // the answer held names of persons
	Private QueryText  `json:"-"`
}

// QueryText is the private part of [QueryAnswered]. It may hold a name.
type QueryText struct {
	Text string `json:"text"`
}

// ExportMade is the record of one evidence file.
type ExportMade struct {
	Month  string     `json:"month"`
	Masked bool       `json:"masked,omitempty"`
	Size   int64      `json:"size"` // of the ledger, at the file's checkpoint
	Reason string     `json:"reason,omitempty"`
	By     OperatorID `json:"by"`
}

// CheckpointWitnessed says that a checkpoint is about to be shown outside, so
// that others hold a copy of it.
type CheckpointWitnessed struct {
	Size int64  `json:"size"`
	Root string `json:"root"` // base64 of the tree's root hash at Size
}

// JobSettled says that the runs of a scheduled job (定时任务) up to Until need no
// more care: they ran, or were passed over. It is written in one step with what
// the run decided, so that none is done twice. The first one of a job, and of each
// new rule, settles nothing but from when on its runs count.
type JobSettled struct {
	Job   string    `json:"job"`
	When  string    `json:"when"`  // the rule, in words
	Until time.Time `json:"until"` // of the run that ran, or the last one passed over
	Ran   bool      `json:"ran,omitempty"`
	// MadeUp says that it ran late, after downtime.
	MadeUp bool `json:"madeUp,omitempty"`
	// Skipped counts the runs that were missed and not made up for.
	Skipped int `json:"skipped,omitempty"`
}

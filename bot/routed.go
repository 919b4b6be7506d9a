package bot

// Well-known channels, as they stand in entries.
const (
	// ViaBot (智能机器人) is the bot that sits in a group and hears it.
	ViaBot ChannelID = "aibot"
	// ViaApp (自建应用) is the corporation's own app: it reaches persons, and groups
	// that it has made.
	ViaApp ChannelID = "app"
	// ViaAccount (公众号) reaches those who follow it, one to one.
	ViaAccount ChannelID = "oa"
	// ViaForward (人工代发) is the channel whose last step a person does: a Chat
	// on it is named "unit/name of the group", and its Outcome is [Handed].
	ViaForward ChannelID = "forward"
	// ViaRobot (群机器人) is the group webhook: a Chat on it has the name that
	// the configuration gives the webhook, never its key.
	ViaRobot ChannelID = "robot"
)

// Chinese returns the word that people read. A channel that has none here is read as
// it stands: whoever adds one gives it an id in Chinese.
func (c ChannelID) Chinese() string {
	switch c {
	case "", ViaBot: // ledgers that knew one channel only do not name it
		return "智能机器人"
	case ViaApp:
		return "自建应用"
	case ViaAccount:
		return "公众号"
	case ViaRobot:
		return "群机器人"
	case ViaForward:
		return "人工代发"
	}
	return string(c)
}

// RouteAdded gives a Group one more door, after those that it has, or enables one
// that was disabled. A Group has at most one door on each Channel.
type RouteAdded struct {
	Group GroupID    `json:"group"`
	Unit  UnitID     `json:"unit"`
	Chat  Chat       `json:"chat"`
	By    OperatorID `json:"by"`
}

// RouteRemoved takes a door from a Group. One without doors gets nothing more.
type RouteRemoved struct {
	Group GroupID    `json:"group"`
	Unit  UnitID     `json:"unit"`
	Chat  Chat       `json:"chat"`
	By    OperatorID `json:"by"`
}

// DeliveryForwarded is a person's word that he has brought to the group what he
// was handed (已转发), or that he will not (不转发).
type DeliveryForwarded struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	// Declined: he will not; Private says why.
	Declined bool       `json:"declined,omitempty"`
	By       MemberID   `json:"by,omitempty"` // the liaison
	Operator OperatorID `json:"operator,omitempty"`
	Private  Remark     `json:"-"`
}

// RecallIntended is written before the platform is asked to take a message back
// for everybody.
type RecallIntended struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	Attempt  int        `json:"attempt"` // from 1, over all parts
	Ref      string     `json:"ref"`
}

// RecallAnswered is how that ended: Sent if the message is gone.
type RecallAnswered struct {
	Delivery DeliveryID `json:"delivery"`
	Unit     UnitID     `json:"unit"`
	Attempt  int        `json:"attempt"`
	Outcome  Outcome    `json:"outcome"`
	Code     int        `json:"code,omitempty"`
	Reason   string     `json:"reason,omitempty"`
}

// SendingStopped (停发) holds back everything that no platform has yet, until
// [SendingResumed]. Answers to those who speak to the bot go on.
type SendingStopped struct {
	Reason string     `json:"reason,omitempty"`
	By     OperatorID `json:"by"`
}

// SendingResumed (恢复发送) ends a [SendingStopped].
type SendingResumed struct {
	By OperatorID `json:"by"`
}

func (*RouteAdded) Kind() Kind        { return "route.added" }
func (*RouteRemoved) Kind() Kind      { return "route.removed" }
func (*DeliveryForwarded) Kind() Kind { return "delivery.forwarded" }
func (*RecallIntended) Kind() Kind    { return "recall.intended" }
func (*RecallAnswered) Kind() Kind    { return "recall.answered" }
func (*SendingStopped) Kind() Kind    { return "sending.stopped" }
func (*SendingResumed) Kind() Kind    { return "sending.resumed" }

func (p *RouteAdded) AboutUnit() UnitID        { return p.Unit }
func (p *RouteRemoved) AboutUnit() UnitID      { return p.Unit }
func (p *DeliveryForwarded) AboutUnit() UnitID { return p.Unit }
func (p *RecallIntended) AboutUnit() UnitID    { return p.Unit }
func (p *RecallAnswered) AboutUnit() UnitID    { return p.Unit }
func (*SendingStopped) AboutUnit() UnitID      { return "" }
func (*SendingResumed) AboutUnit() UnitID      { return "" }

func (p *DeliveryForwarded) PrivatePart() any { return &p.Private }

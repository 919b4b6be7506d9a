package bot

// Identifiers are distinct string types so that one cannot be passed for
// another. All of them are opaque outside the package that mints them, safe to
// show, and stable for ever: an identifier is never given to a second thing.
type (
	// UnitID names a Unit (单位), for example "jiaoke". It is the key used in
	// config, in entries and in the labelled data.
	UnitID string
	// GroupID names a Group (群), for example "g0007". It is ours; the
	// platform's own id is [Chat].ID.
	GroupID string
	// MemberID names a Member (成员), for example "m00042". It is a pseudonym:
	// public parts of entries carry it where a name may not stand.
	MemberID string
	// OperatorID names an Operator (操作员) of the office, as listed in config.
	OperatorID string
	// AlertID names an Alert (预警), for example "A0012".
	AlertID string
	// PushID names a Push (推送), for example "P0012".
	PushID string
	// DeliveryID names a Delivery (送达), for example "D000431".
	DeliveryID string
	// SessionID names a Session (签到场次), for example "S000431".
	SessionID string
	// FilingID names a Filing (上报), for example "F000012".
	FilingID string
	// LetterID names a Letter (公安提示函), for example "L0003".
	LetterID string
	// ChannelID names a Channel (渠道), for example "aibot".
	ChannelID string
	// PersonID is the id by which a platform knows a person, for example a
	// WeCom userid. It is personal data: it stands only in private parts of
	// entries and never in a log or a page.
	PersonID string
)

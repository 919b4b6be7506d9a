package bot

import (
	"strconv"
	"strings"
	"time"
)

// ChatKind tells a group from a private conversation.
type ChatKind string

// The two kinds of [Chat].
const (
	GroupChat   ChatKind = "group"
	PrivateChat ChatKind = "private"
)

// A Chat is one conversation on one channel. ID is the platform's id, kept
// byte for byte: WeCom's are case-sensitive. In a private chat ID is the
// person's own id and therefore personal data.
type Chat struct {
	Channel ChannelID `json:"channel"`
	Kind    ChatKind  `json:"kind"`
	ID      string    `json:"id"`
}

// An Inbound is one thing that a person did to the bot: wrote to it, pressed a
// button of a card, or opened the conversation.
type Inbound struct {
	// ID is the platform's id of the message or event. A platform may deliver
	// the same one again, also after a restart.
	ID   string
	Chat Chat
	From PersonID
	// At is when this process received it.
	At time.Time
	// Text is what the person wrote, without the mention of the bot and
	// without quoted text. Empty for a Click and for Entered.
	Text string
	// Mentioned reports that the text named the bot.
	Mentioned bool
	// Quote is the text of the message that the person replied to. It was
	// spoken by somebody else and is never read as the person's own words.
	Quote string
	// Click is set when the person pressed a button.
	Click *Click
	// Entered is set when the person opened the private chat with the bot.
	Entered bool
}

// A Click is one press of a card's button.
type Click struct {
	Card   CardID
	Button string // the pressed Button's Key
}

// An Answer is what the bot says to the person at once, in the same
// conversation. The zero Answer is silence.
type Answer struct {
	// Text is Markdown; empty means no words.
	Text string
	// Card replaces the clicked card in the clicker's own view. It is only
	// possible as the answer to a Click and has the clicked card's ID.
	Card *Card
	// File follows Text as a message of its own, in the same chat; nil means
	// none. It is only possible as the answer to a written message. A group's
	// members all see it: that no names of persons are in a group's file is
	// the Handler's affair.
	File *File
}

// A File is a document that a person can open from the chat, for a table too
// long for one message. It is not kept: who wants it again asks again.
type File struct {
	// Name is what the person sees, with the ending that tells what it is, for
	// example 教科局2026年6月台账.xlsx: 1 to [FileNameBytes] bytes of UTF-8
	// without control characters, slashes, backslashes and colons.
	Name string
	// Data is the content, [MinFileBytes] to [FileBytes] bytes. Whoever has
	// given it away does not change it any more.
	Data []byte
}

func (File) message() {}

// What a channel can carry of a [File].
const (
	// FileBytes is the size of the largest file (WeCom, page 101463: 20 MB).
	FileBytes = 20 << 20
	// MinFileBytes is the size of the smallest: all uploads must have more
	// than 5 bytes (WeCom, page 90253).
	MinFileBytes = 6
	// FileNameBytes is the length of the longest name. WeCom states none for
	// a bot's files; this is the shortest that it states elsewhere (page
	// 97126).
	FileNameBytes = 128
)

// A Message is what a channel can carry: [Markdown], [Text], a [Card], a [File],
// an [Image] or an [Errand]. A channel that cannot carry one refuses it for good.
type Message interface{ message() }

// Markdown is a text message.
type Markdown string

func (Markdown) message() {}

// A Text is a plain message that may call on people: only some channels can
// (a group webhook can, the smart bot cannot).
type Text struct {
	Content string
	Mention []PersonID
	// All calls on everybody in the group. It is never set for members who are
	// missing, and not in quiet hours.
	All bool
}

func (Text) message() {}

// An Errand (人工代发) is a text that a person is asked to bring into a group
// where no bot can be. He says that he has by naming the Delivery.
type Errand struct {
	Delivery DeliveryID
	Text     string
}

func (Errand) message() {}

// An Image is a JPG or PNG picture.
type Image struct{ Data []byte }

func (Image) message() {}

// CardID is chosen by us and comes back with each click. It is unique per sent
// card and made of 0-9 A-Z a-z _ - only.
type CardID string

// NewCardID returns the id of the card that asks for check-ins at s, for the
// n-th attempt to send it: a platform wants a new id for each card sent. ledger
// tells ledgers apart, since each numbers its sessions from 1 and a bot may have
// served another one before; "" is left out.
func NewCardID(s SessionID, n int, ledger string) CardID {
	id := string(s) + "-" + strconv.Itoa(n)
	if ledger != "" {
		id += "-" + ledger
	}
	return CardID(id)
}

// Session returns the session that the card asks for, and false if it is not a
// card of that ledger.
func (c CardID) Session(ledger string) (SessionID, bool) {
	id, rest, _ := strings.Cut(string(c), "-")
	_, of, _ := strings.Cut(rest, "-")
	return SessionID(id), of == ledger
}

// CheckInButton is the Key of the button that checks in.
const CheckInButton = "checkin"

// A Card is a message with buttons. Lengths are the platform's affair
// ([Limits]); whoever composes a card keeps to them.
type Card struct {
	ID      CardID
	Source  string // who speaks, for example 反诈中心
	Title   string
	Desc    string
	Body    string
	Fields  []Field
	Buttons []Button
}

func (Card) message() {}

// A Field is one labelled line of a card.
type Field struct{ Name, Value string }

// A Button is pressed by a person; Key comes back in the [Click].
type Button struct {
	Key, Text string
	Style     ButtonStyle
}

// ButtonStyle is how a button looks.
type ButtonStyle int

// Button styles.
const (
	Primary ButtonStyle = iota + 1
	Secondary
	Done // greyed: the thing has been done
)

// Limits are what one message of a channel can hold. Runes count characters
// (字), Bytes count UTF-8 bytes. Zero means that the channel has nothing of the
// kind: without TitleRunes it has no cards with buttons.
type Limits struct {
	TitleRunes, DescRunes, BodyRunes        int
	FieldNameRunes, FieldValueRunes, Fields int
	// MarkdownBytes is for a pushed [Markdown] and for the Text of an [Answer]
	// to a written message, WelcomeBytes for the Text of an Answer to
	// Inbound.Entered. What is longer the channel cuts, and says so in the
	// text: whoever composes had better leave out what matters least.
	MarkdownBytes, WelcomeBytes int
	// ErrandBytes is for the text of an [Errand]. A channel that has errands
	// takes nothing else.
	ErrandBytes int
}

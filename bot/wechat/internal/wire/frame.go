// Package wire holds the JSON shapes of the WeCom smart bot's (智能机器人) long
// connection: frames in both directions and template cards, and the two ways of
// cutting a text to a limit of the platform.
//
// It is deliberately without behaviour: what a frame means and when it is sent
// is the channel's affair. Field names are the platform's own
// (developer.work.weixin.qq.com/document/path/101463, 100719, 101027, 101031,
// 101032).
package wire

// Commands of a frame. A response has none.
const (
	CmdSubscribe  = "aibot_subscribe"
	CmdPing       = "ping"
	CmdMessage    = "aibot_msg_callback"
	CmdEvent      = "aibot_event_callback"
	CmdReply      = "aibot_respond_msg"
	CmdWelcome    = "aibot_respond_welcome_msg"
	CmdUpdateCard = "aibot_respond_update_msg"
	CmdSend       = "aibot_send_msg"

	CmdUploadBegin  = "aibot_upload_media_init"
	CmdUploadChunk  = "aibot_upload_media_chunk"
	CmdUploadFinish = "aibot_upload_media_finish"
)

// Types of events.
const (
	EventEnterChat    = "enter_chat"
	EventCard         = "template_card_event"
	EventDisconnected = "disconnected_event"
)

// Message types, inbound and outbound.
const (
	TypeText     = "text"
	TypeMixed    = "mixed"
	TypeVoice    = "voice"
	TypeStream   = "stream"
	TypeMarkdown = "markdown"
	TypeCard     = "template_card"
	TypeFile     = "file"
)

// Kinds of conversation: ChatType of a callback and of a push.
const (
	ChatGroup = "group"

	PushSingle = 1
	PushGroup  = 2
)

// Headers carries the id that pairs a request with its response, and an answer
// with its callback.
type Headers struct {
	ReqID string `json:"req_id"`
}

// A Request is a frame that we send.
type Request[B any] struct {
	Cmd     string  `json:"cmd"`
	Headers Headers `json:"headers"`
	Body    *B      `json:"body,omitempty"` // a ping has none
}

// A Frame is any frame that the platform sends: a callback (Cmd is set) or a
// response (ErrCode is set). Fields that we never read are left out, so that a
// change to them cannot disturb the decoding.
type Frame struct {
	Cmd     string  `json:"cmd"`
	Headers Headers `json:"headers"`
	ErrCode *int    `json:"errcode"`
	ErrMsg  string  `json:"errmsg"`
	Body    Inbound `json:"body"`
}

// Inbound is the body of a callback, or, in Uploaded, of a response.
type Inbound struct {
	MsgID    string   `json:"msgid"`
	ChatID   string   `json:"chatid"` // groups only; case-sensitive
	ChatType string   `json:"chattype"`
	From     From     `json:"from"`
	Quote    *Content `json:"quote"`
	Event    *Event   `json:"event"`
	Content
	Uploaded
}

// Uploaded is what the responses to the commands of an upload bring: the id of
// the session that has begun, or of the finished upload.
type Uploaded struct {
	UploadID string `json:"upload_id"`
	MediaID  string `json:"media_id"`
}

// From is who acted.
type From struct {
	UserID string `json:"userid"`
}

// Content is what a message says, or what it quotes.
type Content struct {
	MsgType string `json:"msgtype"`
	Text    Text   `json:"text"`
	Voice   Text   `json:"voice"` // the transcript
	Mixed   *Mixed `json:"mixed"`
}

// Text is a plain text.
type Text struct {
	Content string `json:"content"`
}

// Mixed is a message of texts and pictures.
type Mixed struct {
	Items []Item `json:"msg_item"`
}

// Item is one part of [Mixed].
type Item struct {
	MsgType string `json:"msgtype"`
	Text    Text   `json:"text"`
}

// Event is something that happened. The platform nests a click in Card; the
// embedded fields are the flat form that the official SDK's types show.
type Event struct {
	EventType string     `json:"eventtype"`
	Card      *CardEvent `json:"template_card_event"`
	CardEvent
}

// CardEvent is a click.
type CardEvent struct {
	EventKey string `json:"event_key"`
	TaskID   string `json:"task_id"`
}

// Subscribe is the body of the first frame of a connection. It holds the
// secret in the clear.
type Subscribe struct {
	BotID  string `json:"bot_id"`
	Secret string `json:"secret"`
}

// Reply answers a message. Plain text is not a valid type here (40008).
type Reply struct {
	MsgType string `json:"msgtype"`
	Stream  Stream `json:"stream"`
}

// Stream is a streamed reply; we always send it whole, in one finished frame.
type Stream struct {
	ID      string `json:"id"`
	Finish  bool   `json:"finish"`
	Content string `json:"content"`
}

// Welcome answers enter_chat; here the type is plain text.
type Welcome struct {
	MsgType string `json:"msgtype"`
	Text    Text   `json:"text"`
}

// UpdateCard replaces a clicked card in the view of UserIDs.
type UpdateCard struct {
	ResponseType string   `json:"response_type"` // update_template_card
	UserIDs      []string `json:"userids"`       // empty would change it for everybody
	Card         *Card    `json:"template_card"`
}

// Push is a message of our own accord.
type Push struct {
	ChatID   string `json:"chatid"`
	ChatType int    `json:"chat_type"`
	MsgType  string `json:"msgtype"`
	Markdown *Text  `json:"markdown,omitempty"`
	Card     *Card  `json:"template_card,omitempty"`
	File     *Media `json:"file,omitempty"`
}

// Media names a finished upload.
type Media struct {
	MediaID string `json:"media_id"`
}

// UploadBegin opens an upload.
type UploadBegin struct {
	Type        string `json:"type"`
	Filename    string `json:"filename"`
	TotalSize   int    `json:"total_size"`
	TotalChunks int    `json:"total_chunks"`
	MD5         string `json:"md5"` // in hexadecimal digits
}

// UploadChunk is one part of an upload. ChunkIndex counts from 0, as in the
// official SDK; an example of the page counts from 1.
type UploadChunk struct {
	UploadID   string `json:"upload_id"`
	ChunkIndex int    `json:"chunk_index"`
	Data       []byte `json:"base64_data"`
}

// UploadFinish ends an upload all of whose chunks have been sent.
type UploadFinish struct {
	UploadID string `json:"upload_id"`
}

package wechattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Commands of the long connection.
const (
	cmdSubscribe   = "aibot_subscribe"
	cmdPing        = "ping"
	cmdMessage     = "aibot_msg_callback"
	cmdEvent       = "aibot_event_callback"
	cmdRespond     = "aibot_respond_msg"
	cmdWelcome     = "aibot_respond_welcome_msg"
	cmdUpdate      = "aibot_respond_update_msg"
	cmdSend        = "aibot_send_msg"
	cmdUploadInit  = "aibot_upload_media_init"
	cmdUploadChunk = "aibot_upload_media_chunk"
	cmdUploadEnd   = "aibot_upload_media_finish"
)

// wireFrame is a request of the client.
type wireFrame struct {
	Cmd     string          `json:"cmd"`
	Headers *wireHeaders    `json:"headers"`
	Body    json.RawMessage `json:"body"`
}

type wireHeaders struct {
	ReqID *string `json:"req_id"`
}

// wireSubscribe is the body of aibot_subscribe. Scene and PlugVersion are for
// the vendor's own plugins.
type wireSubscribe struct {
	BotID       string  `json:"bot_id"`
	Secret      string  `json:"secret"`
	Scene       *int    `json:"scene"`
	PlugVersion *string `json:"plug_version"`
}

// wireMessage is what replies, welcomes and pushes have in common: a type and
// the one field of that type.
type wireMessage struct {
	MsgType  string     `json:"msgtype"`
	Text     *wireText  `json:"text"`
	Markdown *wireText  `json:"markdown"`
	Stream   *wireFlow  `json:"stream"`
	Card     *wireCard  `json:"template_card"`
	File     *wireMedia `json:"file"`
	Image    *wireMedia `json:"image"`
	Voice    *wireMedia `json:"voice"`
	Video    *wireVideo `json:"video"`
}

type wireText struct {
	Content *string `json:"content"`
}

// wireFlow is one frame of a stream. Inline images (msg_item) are not
// supported over the long connection (page 101463, March 2026).
type wireFlow struct {
	ID       string        `json:"id"`
	Finish   bool          `json:"finish"`
	Content  *string       `json:"content"`
	Feedback *wireFeedback `json:"feedback"`
}

type wireFeedback struct {
	ID string `json:"id"`
}

type wireMedia struct {
	MediaID string `json:"media_id"`
}

type wireVideo struct {
	MediaID     string `json:"media_id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

// wireSend is the body of aibot_send_msg. VisibleToUser is accepted and
// ignored, as the platform does.
type wireSend struct {
	ChatID        string          `json:"chatid"`
	ChatType      int             `json:"chat_type"`
	VisibleToUser json.RawMessage `json:"visible_to_user"`
	wireMessage
}

// wireUpdate is the body of aibot_respond_update_msg. UserIDs is a pointer to
// tell an empty list from none.
type wireUpdate struct {
	ResponseType string    `json:"response_type"`
	UserIDs      *[]string `json:"userids"`
	Card         *wireCard `json:"template_card"`
}

// Shapes of what the platform sends.
type (
	wireCallback struct {
		MsgID      string     `json:"msgid"`
		CreateTime int64      `json:"create_time"`
		BotID      string     `json:"aibotid"`
		ChatID     string     `json:"chatid,omitempty"`
		ChatType   string     `json:"chattype,omitempty"`
		From       *wireFrom  `json:"from,omitempty"`
		MsgType    string     `json:"msgtype"`
		Text       *wireSaid  `json:"text,omitempty"`
		Quote      *wireQuote `json:"quote,omitempty"`
		Event      *wireEvent `json:"event,omitempty"`
	}
	wireFrom struct {
		UserID string `json:"userid"`
	}
	wireSaid struct {
		Content string `json:"content"`
	}
	wireQuote struct {
		MsgType string   `json:"msgtype"`
		Text    wireSaid `json:"text"`
	}
	wireEvent struct {
		EventType string     `json:"eventtype"`
		Card      *wireClick `json:"template_card_event,omitempty"`
	}
	wireClick struct {
		CardType string        `json:"card_type"`
		EventKey string        `json:"event_key"`
		TaskID   string        `json:"task_id"`
		Selected *wireSelected `json:"selected_items,omitempty"`
	}
	wireSelected struct {
		Items []wireSelection `json:"selected_item"`
	}
	wireSelection struct {
		QuestionKey string        `json:"question_key"`
		OptionIDs   wireOptionIDs `json:"option_ids"`
	}
	wireOptionIDs struct {
		OptionID []string `json:"option_id"`
	}
)

// strip removes the control bytes that the platform and its clients do not
// accept in frames, in place.
func strip(frame []byte) []byte {
	if bytes.IndexFunc(frame, control) < 0 {
		return frame
	}
	kept := frame[:0]
	for _, c := range frame {
		if !control(rune(c)) {
			kept = append(kept, c)
		}
	}
	return kept
}

// control reports whether r is one of \x00-\x08 \x0B-\x0D \x0E-\x1F, the set
// that the vendor's client strips.
func control(r rune) bool { return r < 0x20 && r != '\t' && r != '\n' }

// clean removes control characters (they may come in as JSON escapes).
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if control(r) {
			return -1
		}
		return r
	}, s)
}

// parseFrame reads one frame. The request id is returned also beside a
// refusal, if it could be read, so that the refusal reaches its request.
func parseFrame(data []byte) (f wireFrame, reqID string, no *refusal) {
	if no := checkText(data); no != nil {
		// The id is fetched leniently; what else the frame says is not read.
		var lenient struct {
			Headers struct {
				ReqID string `json:"req_id"`
			} `json:"headers"`
		}
		_ = json.Unmarshal(data, &lenient)
		return f, lenient.Headers.ReqID, no
	}
	no = decode("frame", data, &f)
	if f.Headers != nil && f.Headers.ReqID != nil {
		reqID = *f.Headers.ReqID
	}
	switch {
	case no != nil:
	case f.Headers == nil:
		no = missing("headers")
	case reqID == "":
		no = missing("headers.req_id")
	case len(reqID) > 256:
		no = bad("headers.req_id", "longer than 256 bytes")
	case f.Cmd == "":
		no = missing("cmd")
	}
	return f, reqID, no
}

// decode reads one JSON value strictly into dst.
func decode(what string, data []byte, dst any) *refusal {
	if len(data) == 0 {
		return missing(what)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(dst); err != nil {
		var mistyped *json.UnmarshalTypeError
		if errors.As(err, &mistyped) {
			return bad(mistyped.Field, "must not be a "+mistyped.Value)
		}
		return bad(what, err.Error())
	}
	if len(bytes.TrimSpace(data[dec.InputOffset():])) > 0 {
		return bad(what, "something follows the JSON value")
	}
	return nil
}

// checkText finds what encoding/json lets pass: bytes that are no UTF-8, null
// for a field, and keys whose case is wrong (all keys of the protocol are
// lower case, and encoding/json matches them in any case).
func checkText(data []byte) *refusal {
	if !utf8.Valid(data) {
		return bad("frame", "not UTF-8")
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			end := endOfString(data, i+1)
			next := skipSpace(data, end+1)
			if next < len(data) && data[next] == ':' && !lowerKey(data[i+1:end]) {
				return bad("frame", "unknown field "+strconv.Quote(string(data[i+1:end])))
			}
			i = end
		case 'n':
			return bad("frame", "null")
		}
	}
	return nil
}

// endOfString returns the index of the quote that ends the string whose text
// begins at i, or the length of data if none does.
func endOfString(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(data)
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r') {
		i++
	}
	return i
}

func lowerKey(key []byte) bool {
	for _, c := range key {
		if (c < 'a' || c > 'z') && c != '_' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// ackFrame is the answer to the request reqID. extra, if not nil, is the
// answer's body.
func ackFrame(reqID string, no *refusal, extra any) []byte {
	code, msg := codeOK, "ok"
	if no != nil {
		code, msg = no.code, no.msg
	}
	b := append(make([]byte, 0, 128), `{"headers":{"req_id":`...)
	b = appendJSON(b, reqID)
	b = append(b, `},"errcode":`...)
	b = strconv.AppendInt(b, int64(code), 10)
	b = append(b, `,"errmsg":`...)
	b = appendJSON(b, msg)
	if extra != nil {
		b = append(b, `,"body":`...)
		b = appendJSON(b, extra)
	}
	return append(b, '}')
}

// callbackFrame is a frame of the platform's own.
func callbackFrame(cmd, reqID string, body []byte) []byte {
	b := append(make([]byte, 0, len(body)+96), `{"cmd":"`...)
	b = append(b, cmd...)
	b = append(b, `","headers":{"req_id":"`...)
	b = append(b, reqID...)
	b = append(b, `"},"body":`...)
	b = append(b, body...)
	return append(b, '}')
}

// appendJSON appends v, which is made of strings and numbers.
func appendJSON(b []byte, v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic("unreachable: strings and numbers always encode: " + err.Error())
	}
	return append(b, out...)
}

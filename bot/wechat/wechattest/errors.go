package wechattest

import "fmt"

// Error codes that the platform answers with. They are the documented ones of
// WeCom; those of 8466xx and 853000 are seen on the long connection only.
const (
	codeOK            = 0
	codeNoUser        = 40003  // no such userid
	codeBadMedia      = 40007  // no such media_id, or of another type
	codeImageSize     = 40009  // image of the wrong size
	codeBadMsgType    = 40008  // this message type cannot be used here
	codeBadParameter  = 40058  // a parameter is wrong
	codeNoParameter   = 40063  // a parameter is missing
	codeNotPost       = 43002  // POST is required
	codeEmpty         = 44004  // empty content
	codeTooBig        = 45002  // content too big
	codeFrequency     = 45009  // called too often
	codeBadRobotKey   = 93000  // no such webhook, or removed from its group
	codeRefusesPush   = 93001  // nobody has spoken to the bot here, or it was removed
	codeRobotOff      = 93004  // webhook disabled
	codeNoChat        = 93006  // no such chatid; ids are case-sensitive
	codeImageTooBig   = 93018  // image too big
	codeBadReqID      = 846605 // req_id unknown, expired, of another connection, or not for this command
	codeAnswered      = 846606 // req_id has been answered
	codeTooMany       = 846607 // message frequency of this conversation
	codeStreamTooOld  = 846608 // stream not finished in time
	codeNotSubscribed = 846609 // connection has not subscribed
	codeBadSecret     = 853000 // invalid bot_id or secret
)

// A refusal is the platform's no: what it puts into errcode and errmsg.
type refusal struct {
	code int
	msg  string
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// missing refuses a request that lacks a required field.
func missing(field string) *refusal {
	return &refusal{codeNoParameter, "missing parameter: " + field}
}

// bad refuses a field for the reason why.
func bad(field, why string) *refusal {
	return &refusal{codeBadParameter, "invalid parameter: " + field + ": " + why}
}

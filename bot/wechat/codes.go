package wechat

import (
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
)

// Action is what a client does about an error code.
type Action string

// The actions, from harmless to final.
const (
	// Accept: the platform already has it; it counts as done.
	Accept Action = "accept"
	// Retry: it was certainly not taken; try again after [Code].Wait.
	Retry Action = "retry"
	// Renew: the access token is spent; fetch a new one once, then retry once.
	Renew Action = "renew"
	// Relink: the long connection is not alive; connect and subscribe again,
	// then send this one frame once more.
	Relink Action = "relink"
	// Reject: never the same message again; somebody must change something
	// about it first.
	Reject Action = "reject"
	// Reword: as Reject, for what the message says; the office is told. No other
	// version is sent in its place: what goes out is what was approved, word for
	// word, so other words need an approval of their own.
	Reword Action = "reword"
	// Disable: the whole route is dead; nothing more goes to this chat until
	// somebody has repaired it.
	Disable Action = "disable"
	// Unlisted: the code is not in the table. It is logged with the platform's
	// own words, counted, and the office is told; nothing is sent again on a
	// guess.
	Unlisted Action = "unlisted"
	// Stop: credentials or permissions are wrong; stop and tell the operator.
	Stop Action = "stop"
)

// Product is one of the two families of interfaces whose codes differ.
type Product string

// The products.
const (
	WeCom    Product = "wecom"    // 企业微信
	Official Product = "official" // 公众号
)

// A Code is one line of the error table.
type Code struct {
	Code int
	// On is the product for which the line holds; empty for both.
	On Product
	// Meaning is for the operator, in Chinese, without a full stop.
	Meaning string
	Action  Action
	// Wait is how long to wait at least before a retry; 0 unless Action is
	// Retry, Relink or Stop.
	Wait time.Duration
}

// Waits. The platforms lift a frequency limit after its own unit; the shortest
// unit is a minute.
const (
	soon   = 5 * time.Second
	minute = time.Minute
	day    = 24 * time.Hour
	// repair is for things that a person has to put right.
	repair = 10 * time.Minute
)

// Codes returns the table of known error codes. Sources: WeCom's global error
// codes (developer.work.weixin.qq.com/document/path/90313), the long
// connection's page (path/101463) and its official SDK, the service account's
// global return codes; 40201, 846605 to 846609 and 853000 are known from the
// field only.
func Codes() []Code {
	return []Code{
		{codeBusy, "", "平台系统繁忙", Retry, soon},
		{40001, WeCom, "密钥不正确", Stop, repair},
		{40001, Official, "access_token 已失效或被顶替", Renew, 0},
		{40003, "", "接收人不存在", Reject, 0},
		{40008, "", "消息类型不被支持", Reject, 0},
		{40013, "", "企业或公众号的编号不正确", Stop, repair},
		{40014, "", "access_token 无效", Renew, 0},
		{40029, "", "网页授权码已使用或已过期", Reject, 0},
		{40050, WeCom, "群会话不存在", Disable, 0},
		{40056, WeCom, "应用编号不正确", Stop, repair},
		{40058, "", "参数不合规定或过长", Reject, 0},
		{40063, "", "缺少必要参数", Reject, 0},
		{40091, WeCom, "密钥与企业不匹配", Stop, repair},
		{40125, WeCom, "加密的人员编号无效", Reject, 0},
		{40125, Official, "密钥不正确", Stop, repair},
		{40164, Official, "服务器地址不在公众号的白名单内", Stop, repair},
		{40201, WeCom, "内容被平台安全策略拦截", Reword, 0},
		{42001, "", "access_token 已过期", Renew, 0},
		{43004, Official, "此人没有关注公众号", Reject, 0},
		{44004, "", "消息内容为空", Reject, 0},
		{45002, "", "消息内容过长", Reject, 0},
		{45009, WeCom, "发送过于频繁", Retry, minute},
		{45009, Official, "当日调用次数已用完", Retry, day},
		{45015, Official, "用户超过四十八小时没有互动", Reject, 0},
		{45033, "", "同时发出的请求过多", Retry, soon},
		{45047, Official, "客服消息条数已达上限", Reject, 0},
		{45065, Official, "同一消息已经发出", Accept, 0},
		{48002, "", "接口未获授权", Stop, repair},
		{49008, WeCom, "群已解散", Disable, 0},
		{50001, WeCom, "网页域名未登记", Stop, repair},
		{codeNotSeen, WeCom, "不在应用可见范围内", Reject, 0},
		{50003, WeCom, "应用已停用", Stop, repair},
		{60011, WeCom, "人员不在应用可见范围内", Reject, 0},
		{60020, WeCom, "服务器地址不在企业可信名单内", Stop, repair},
		{60021, WeCom, "人员不在应用可见范围内", Reject, 0},
		{60111, WeCom, "人员不存在", Reject, 0},
		{81013, WeCom, "接收人全部无效", Reject, 0},
		{86001, WeCom, "群会话编号不正确", Disable, 0},
		{86003, WeCom, "群会话编号不正确", Disable, 0},
		{codeNotOwned, WeCom, "群不是由本应用创建", Disable, 0},
		{86216, WeCom, "群成员编号不正确", Reject, 0},
		{93000, WeCom, "群机器人密钥无效或机器人已被移出群", Disable, 0},
		{93001, WeCom, "群内不允许机器人主动发言，请群成员先@机器人一次", Disable, 0},
		{93004, WeCom, "机器人已停用", Disable, 0},
		{93006, WeCom, "群会话编号无效或机器人已被移出群", Disable, 0},
		{93008, WeCom, "机器人不在群内", Disable, 0},
		{93017, WeCom, "消息内容为空", Reject, 0},
		{93018, WeCom, "图片过大", Reject, 0},
		{93019, WeCom, "机器人编号不正确", Reject, 0},
		{301002, WeCom, "access_token 属于另一应用", Stop, repair},
		{846605, WeCom, "回复凭据无效或已过期", Reject, 0},
		{846606, WeCom, "该消息已回复过", Accept, 0},
		{846607, WeCom, "本会话消息过于频繁", Retry, minute},
		{846608, WeCom, "流式消息已过期", Reject, 0},
		{846609, WeCom, "长连接未订阅或已失效", Relink, minute},
		{853000, WeCom, "机器人编号或密钥不正确", Stop, repair},
	}
}

// Listed reports whether the table has a line for the code on any product.
func Listed(code int) bool {
	return slices.ContainsFunc(Codes(), func(c Code) bool { return c.Code == code })
}

// busyTries is how often a busy platform (-1) may be asked again (page 90313).
const busyTries = 3

// Codes that have a rule of their own. The last two are faults of the setting-up,
// but of one person's or one group's: the channel is not stopped for the others.
const (
	codeBusy     = -1
	codeNotSeen  = 50002
	codeNotOwned = 86008
)

// Explain returns the line of the table for an error code on a product, and one
// with the action [Unlisted] for a code that has none. It is not to be asked
// about 0, which is no error.
func Explain(on Product, code int) Code {
	for _, c := range Codes() {
		if c.Code == code && (c.On == "" || c.On == on) {
			return c
		}
	}
	return Code{Code: code, On: on, Meaning: fmt.Sprintf("平台返回未知错误 %d", code), Action: Unlisted}
}

// SendError returns what the code means for a message that the platform has
// answered with it; nil if the code counts as done ([Accept]). A code that
// asks to renew or relink first is one that may be retried: the message was
// certainly not taken. One that asks to stop holds the whole channel back.
func (c Code) SendError() *bot.SendError {
	e := &bot.SendError{Code: c.Code, Reason: c.Meaning, Hint: c.hint()}
	switch c.Action {
	case Accept:
		return nil
	case Retry, Renew, Relink, Stop:
		e.Outcome, e.After, e.ChannelDown = bot.RetryLater, c.Wait, c.Action == Stop
		if c.Code == codeBusy {
			e.Tries = busyTries
		}
	default:
		e.Outcome, e.RouteDead = bot.Rejected, c.Action == Disable
	}
	return e
}

// hint says what the office can do about a refusal that it has to know of.
func (c Code) hint() string {
	switch {
	case c.Code == codeBusy:
		return "没有收到的单位，请过后另起草一条，或者打电话通知。"
	case c.Code == codeNotSeen:
		return "请企业管理员在后台把接收人加进应用的可见范围。"
	case c.Code == codeNotOwned:
		return "应用只能往自己建的群里发，请给这个群换一个渠道。"
	case c.Action == Reword:
		return "请起草人换个说法另起草一条，核实、审批后再推送。"
	case c.Action == Unlisted:
		return "请把错误码告诉系统管理员：平台的原话在运行日志里，错误码可在平台的“全局错误码”里查。"
	}
	return ""
}

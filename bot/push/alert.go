package push

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
)

// Rules are the office's settings for what goes out.
type Rules struct {
	// FourEyes demands that an alert is verified and approved by somebody
	// other than its author. Only a single-operator office switches it off.
	FourEyes bool
	Quiet    bot.QuietHours
	// OnTime is how long a session takes check-ins as on time, Late how long
	// after that it takes them as late.
	OnTime, Late time.Duration
	// PerMonth is how many messages the bot may start in one group and month,
	// summaries included; 0 means no limit. Urgent alerts and corrections count,
	// but go out beyond it.
	PerMonth int
	// FallbackAfter is for how long a door may take nothing before the next one
	// is tried; 0 means for ever. Meanwhile later messages to the same chat wait,
	// so that they keep their order.
	FallbackAfter time.Duration
	// ForwardWithin is how long a person has to forward what he was handed
	// before it counts as overdue; 0 means for ever.
	ForwardWithin time.Duration
}

// Limits of an alert's fields, in characters. They keep a push readable; the
// longest still fits one Markdown message of every channel.
const (
	maxTopic = 20
	maxText  = 2000
)

// Draft decides that by writes a new alert, or, if id is not empty, a new text
// of one that has not been pushed. message is the platform's id of the message
// that it came in, "" for none: the same message drafts only once. Links and
// phone numbers are defanged here, so that what is verified, approved and sent
// is one and the same.
func (o *Outbox) Draft(id bot.AlertID, c bot.Content, by bot.OperatorID, message string) (bot.AlertID, []bot.Payload, error) {
	if message != "" {
		if done, ok := o.byMessage[message]; ok {
			return done, nil, nil
		}
	}
	if id == "" {
		id = o.nextAlert()
	} else if a := o.alertBy[id]; a == nil {
		return "", nil, noAlert(id)
	} else if a.State == bot.Pushed || a.State == bot.Withdrawn {
		return "", nil, bot.Refuse(fmt.Sprintf("预警 %s %s，不能再改", id, a.State.Chinese()), "请另起草一条")
	}
	c.Topic, c.Technique, c.Countermeasures, c.Source = Defang(c.Topic), Defang(c.Technique), Defang(c.Countermeasures), Defang(c.Source)
	if err := check(c); err != nil {
		return "", nil, err
	}
	return id, []bot.Payload{&bot.AlertDrafted{Alert: id, Content: c, Hash: c.Hash(), By: by, Message: message}}, nil
}

func noAlert(id bot.AlertID) error {
	return bot.Refuse(fmt.Sprintf("没有编号为 %s 的预警", id), "发送“预警”可以看列表")
}

// check names everything that is missing or wrong at once.
func check(c bot.Content) error {
	var faults []string
	need := func(name, value string, limit int) {
		switch n := utf8.RuneCountInString(value); {
		case strings.TrimSpace(value) == "":
			faults = append(faults, "缺“"+name+"”")
		case n > limit:
			faults = append(faults, fmt.Sprintf("“%s”有 %d 字，最多 %d 字", name, n, limit))
		}
	}
	if !slices.Contains(bot.Categories(), c.Category) {
		faults = append(faults, "“类别”应是"+strings.Join(bot.Categories(), "、")+"之一")
	}
	need("主题", c.Topic, maxTopic)
	need("手法", c.Technique, maxText)
	need("防范", c.Countermeasures, maxText)
	need("来源", c.Source, 100)
	if strings.Contains(c.Topic+c.Source, "\n") {
		faults = append(faults, "“主题”和“来源”只能各写一行")
	}
	if _, err := time.Parse(time.DateOnly, c.SourceOn); err != nil {
		faults = append(faults, "“日期”应写成 2026-11-20 的样子")
	}
	if len(faults) > 0 {
		return bot.Refuse("预警草稿不完整："+strings.Join(faults, "；"), "请补全后重新发送")
	}
	return nil
}

// MinHashPrefix is how many characters of an alert's hash a person must give
// to name the text that he means.
const MinHashPrefix = 6

// find returns an alert whose present text has a hash that begins with prefix.
func (o *Outbox) find(id bot.AlertID, prefix string) (*Alert, error) {
	a := o.alertBy[id]
	switch {
	case a == nil:
		return nil, noAlert(id)
	case len(prefix) < MinHashPrefix:
		return nil, bot.Refuse(fmt.Sprintf("要写明版本号，至少 %d 位", MinHashPrefix), lookFirst(id))
	case !strings.HasPrefix(a.Hash, strings.ToLower(prefix)):
		return nil, bot.Refuse(fmt.Sprintf("预警 %s 的版本号对不上，内容可能改过", id), lookFirst(id))
	}
	return a, nil
}

func lookFirst(id bot.AlertID) string {
	return fmt.Sprintf("请发送“预警 %s”看清现在的内容和版本号", id)
}

// Verify decides that by confirms the facts of the text with that hash.
func (o *Outbox) Verify(id bot.AlertID, hashPrefix string, by bot.OperatorID, r Rules) ([]bot.Payload, error) {
	a, err := o.find(id, hashPrefix)
	switch {
	case err != nil:
		return nil, err
	case a.State != bot.Drafted:
		return nil, wrongState(a, "核实")
	case r.FourEyes && a.Author == by:
		return nil, bot.Refuse("自己起草的预警要由别人核实", "请另一位有核实权限的同志处理")
	}
	return []bot.Payload{&bot.AlertVerified{Alert: id, Hash: a.Hash, By: by}}, nil
}

// Approve decides that by lets the text with that hash go out. An urgent text
// must be approved as urgent, so that nobody approves night-time messages
// without knowing.
func (o *Outbox) Approve(id bot.AlertID, hashPrefix string, urgent bool, by bot.OperatorID, r Rules) ([]bot.Payload, error) {
	a, err := o.find(id, hashPrefix)
	switch {
	case err != nil:
		return nil, err
	case a.State != bot.Verified:
		return nil, wrongState(a, "审批")
	case r.FourEyes && a.Author == by:
		return nil, bot.Refuse("自己起草的预警要由别人审批", "请另一位有审批权限的同志处理")
	case a.Content.Urgent && !urgent:
		return nil, bot.Refuse("这条预警标了紧急，夜间也会发出", fmt.Sprintf("同意请发“审批 %s %s 紧急”；不同意请退回起草人去掉紧急标记", id, a.Hash[:8]))
	case urgent && !a.Content.Urgent:
		return nil, bot.Refuse("这条预警没有标紧急", "如需夜间发出，请起草人改为紧急并重新核实")
	}
	return []bot.Payload{&bot.AlertApproved{Alert: id, Hash: a.Hash, Urgent: urgent, By: by}}, nil
}

func wrongState(a *Alert, act string) error {
	return bot.Refuse(fmt.Sprintf("预警 %s 现在%s，不能%s", a.ID, a.State.Chinese(), act), "顺序是：起草、核实、审批、推送")
}

package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/directory"
	"fanzha/bot/push"
)

// Tell handles what an operator says at the command line, exactly as if he had
// written it to the bot in his private chat. The refusal, if any, is the error.
func (b *Bot) Tell(ctx context.Context, as bot.OperatorID, text string) (string, error) {
	op, err := b.Operator(as)
	if err != nil {
		return "", err
	}
	a, err := b.operator(ctx, op, text, "")
	if a.File != nil {
		a.Text += fmt.Sprintf("\n（附件《%s》只在私聊里发，命令行不另存。）", a.File.Name)
	}
	return a.Text, err
}

// Operator returns one operator of the configuration.
func (b *Bot) Operator(id bot.OperatorID) (bot.Operator, error) {
	op, ok := b.byID[id]
	if !ok {
		return bot.Operator{}, bot.Refuse(fmt.Sprintf("配置里没有操作员“%s”", id), "请在 operators 中登记")
	}
	return op, nil
}

// An operatorCommand is one line of what operators can do.
type operatorCommand struct {
	word  string
	role  bot.Role // "" for every operator
	usage string   // empty if another command's line tells of it
	run   func(b *Bot, ctx context.Context, op bot.Operator, args, message string) (string, error)
}

func (c operatorCommand) allows(op bot.Operator) bool { return c.role == "" || op.Has(c.role) }

// commands are tried in their order; anything else is a query.
var commands = []operatorCommand{
	{"起草", bot.RoleDraft, "起草（换行后按格式填写；改稿写“起草 A0001”再换行）", (*Bot).draft},
	{"核实", bot.RoleVerify, "核实 A0001 版本号", (*Bot).verify},
	{"审批", bot.RoleApprove, "审批 A0001 版本号（紧急的末尾加“紧急”）", (*Bot).approve},
	{"推送", bot.RoleApprove, "推送 A0001（立即）｜推送 A0001 2026-11-24 09:30（定时）", (*Bot).push},
	{"撤回", bot.RoleApprove, "撤回 A0001 理由（公开留存，不写人名）", (*Bot).withdraw},
	{"停发", bot.RoleApprove, "停发 理由（立即停止一切推送）｜恢复发送", (*Bot).halt},
	{"恢复发送", bot.RoleApprove, "", (*Bot).resume},
	{"预警", "", "预警（列表）｜预警 A0001（全文和版本号）", (*Bot).alerts},
	{"绑定码", bot.RoleManage, "绑定码 教科局", (*Bot).code},
	{"未知送达", bot.RoleManage, "未知送达", (*Bot).unknown},
	{"已见", bot.RoleManage, "已见 D000001｜未见 D000001", (*Bot).seen},
	{"未见", bot.RoleManage, "", (*Bot).unseen},
	{"渠道", bot.RoleManage, "渠道（收不到的群）｜渠道 教科局｜加渠道 教科局（看可以加哪些）｜加渠道 教科局 人工代发 微信群名｜减渠道、启用渠道 同样写法｜建应用群 教科局", (*Bot).routes},
	{"加渠道", bot.RoleManage, "", (*Bot).addRoute},
	{"减渠道", bot.RoleManage, "", (*Bot).removeRoute},
	{"启用渠道", bot.RoleManage, "", (*Bot).enableRoute},
	{"建应用群", bot.RoleManage, "", (*Bot).makeGroup},
	{"人工代发", bot.RoleManage, "人工代发（等联络员转发的）｜已转发 D000001｜不转发 D000001 理由", (*Bot).errands},
	{"已转发", bot.RoleManage, "", forwards("已转发")},
	{"不转发", bot.RoleManage, "", forwards("不转发")},
	{"待确认", bot.RoleManage, "待确认 教科局｜确认 教科局 张三", (*Bot).doubtful},
	{"确认", bot.RoleManage, "", (*Bot).vouch},
	{"待办", bot.RoleManage, "待办｜待办 教科局｜同意 12｜不计 12", queued("待办")},
	{"同意", bot.RoleManage, "", queued("同意")},
	{"不计", bot.RoleManage, "", queued("不计")},
	{"全部同意", bot.RoleManage, "", queued("全部同意")},
	{"粘贴", bot.RoleManage, "粘贴 教科局（换行后粘贴该单位微信群的接龙或聊天记录）", (*Bot).pasteFor},
	{"更正", bot.RoleManage, "更正 7F3K-29QD 理由（作废一条签到；理由里不写姓名）｜更正 12 理由（作废一条上报）", (*Bot).correct},
	{"回执", bot.RoleQuery, "", (*Bot).receipt},
	{"提示函", bot.RoleManage, "提示函（列表）｜提示函 L0003（一份的回执）｜提示函 格式（怎么登记）", (*Bot).letter},
	{"提示函回执", bot.RoleManage, "提示函回执 L0003 教科局 已收（或 已落实 说明）", (*Bot).letterReceipt},
	{"督办", bot.RoleManage, "督办 教科局（记录）｜督办 教科局 约谈 文号 期限 理由（登记；文号、期限可不写）", (*Bot).supervise},
	{"数据", bot.RoleManage, "数据 法院 2026-11 判决 案件 3 件 人员 5 人 金额 12.5 万元", (*Bot).figures},
	{"发案", bot.RoleVerify, "发案 教科局 2026-11 0（公安登记件数，可写几个单位）", (*Bot).cases},
}

func (b *Bot) operator(ctx context.Context, op bot.Operator, text, message string) (bot.Answer, error) {
	word, args := command(text)
	if question, ok := asking(word, args); ok {
		return b.query(ctx, op, question)
	}
	i := slices.IndexFunc(commands, func(c operatorCommand) bool { return c.word == word })
	if i < 0 {
		return b.query(ctx, op, text)
	}
	c := commands[i]
	if !c.allows(op) {
		return bot.Answer{}, bot.Refuse(fmt.Sprintf("您没有“%s”的权限", word), "请联系系统管理员在配置里调整 operators")
	}
	said, err := c.run(b, ctx, op, args, message)
	return bot.Answer{Text: said}, err
}

// do is a change whose decision needs no more than the state and the time.
func (b *Bot) do(ctx context.Context, decide book.Decide) error {
	_, err := b.Book.Do(ctx, decide)
	return err
}

// draftForm is what one who wants to draft fills in and sends back.
const draftForm = "起草请按格式发：\n起草\n" + push.Form

func (b *Bot) draft(ctx context.Context, op bot.Operator, args, message string) (string, error) {
	var id bot.AlertID
	if word, rest := command(args); looksLikeAlert(word) {
		id, args = bot.AlertID(strings.ToUpper(word)), rest
	}
	if args == "" {
		return draftForm, nil
	}
	content, err := push.ParseDraft(args)
	if err != nil {
		return "", err
	}
	if err := b.do(ctx, func(s *book.State, _ time.Time) (out []bot.Payload, err error) {
		if err := knownTags(s, content.Audience); err != nil {
			return nil, err
		}
		id, out, err = s.Outbox.Draft(id, content, op.ID, message)
		return out, err
	}); err != nil {
		return "", err
	}
	text, err := b.alertText(ctx, id)
	return "已起草，待核实。\n" + text, err
}

// knownTags refuses an audience that no unit carries: the push would reach
// nobody.
func knownTags(s *book.State, tags []string) error {
	for _, t := range tags {
		if !slices.ContainsFunc(s.Directory.Units(), func(u bot.Unit) bool { return slices.Contains(u.Tags, t) }) {
			return bot.Refuse(fmt.Sprintf("没有单位带“%s”标签，推不到任何群", t), "可用的标签有："+strings.Join(tagsOf(s), "、"))
		}
	}
	return nil
}

func tagsOf(s *book.State) []string {
	var out []string
	for _, u := range s.Directory.Units() {
		for _, t := range u.Tags {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func looksLikeAlert(word string) bool {
	return len(word) >= 5 && (word[0] == 'A' || word[0] == 'a') && strings.Trim(word[1:], "0123456789") == ""
}

// alertArgs splits “A0001 3fa92c81 …”.
func alertArgs(args string) (id bot.AlertID, hash, rest string) {
	word, rest := command(args)
	hash, rest = command(rest)
	return bot.AlertID(strings.ToUpper(word)), hash, rest
}

func (b *Bot) verify(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	id, hash, _ := alertArgs(args)
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Outbox.Verify(id, hash, op.ID, b.Rules)
	})
	return fmt.Sprintf("已核实 %s，待审批。", id), err
}

func (b *Bot) approve(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	id, hash, rest := alertArgs(args)
	err := b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Outbox.Approve(id, hash, rest == "紧急", op.ID, b.Rules)
	})
	return fmt.Sprintf("已审批 %s，将在下一个推送时间发出；要马上发请回复：推送 %s", id, id), err
}

func (b *Bot) push(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	word, when := command(args)
	id := bot.AlertID(strings.ToUpper(word))
	var due time.Time
	if when != "" {
		t, err := time.ParseInLocation("2006-01-02 15:04", when, bot.Zone)
		if err != nil {
			return "", bot.Refuse("没有看懂推送时间", "请写成：推送 "+string(id)+" 2026-11-24 09:30")
		}
		due = t
	}
	var at, wanted time.Time
	groups, held := 0, ""
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		if !due.IsZero() && due.Before(now) {
			return nil, bot.Refuse("推送时间已经过去", "请写以后的时间，不写就是立即推送")
		}
		wanted = later(due, now)
		out, err := s.Outbox.Plan(id, wanted, op.ID, "", b.Rules)
		if err == nil {
			at = out[0].(*bot.PushPlanned).DueAt
			groups = reached(s, s.Outbox.Alert(id).Content.Audience)
			held = stopped(s)
		}
		return out, err
	})
	text := fmt.Sprintf("已安排 %s，%s发出，现有 %d 个群符合条件。", id, at.In(bot.Zone).Format("2006-01-02 15:04 "), groups)
	if at.After(wanted) {
		text += "（免打扰时段不发，已顺延）"
	}
	if held != "" {
		text += "\n" + strings.TrimSuffix(held, "\n")
	}
	return text, err
}

// reached counts the groups that a push to that audience goes to now.
func reached(s *book.State, audience []string) int {
	n := 0
	for _, g := range s.Directory.Groups() {
		if !g.Closed() && s.Directory.Unit(g.Unit).HasAnyTag(audience) {
			n++
		}
	}
	return n
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (b *Bot) withdraw(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	word, reason := command(args)
	id := bot.AlertID(strings.ToUpper(word))
	corrections := 0
	err := b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		out, err := s.Outbox.Withdraw(id, reason, op.ID, now, b.Rules)
		corrections = max(0, len(out)-1)
		return out, err
	})
	text := fmt.Sprintf("已撤回 %s：还没发出的不再发。", id)
	if corrections > 0 {
		text += fmt.Sprintf("已经发到 %d 个群的，平台不能收回，将各发一条更正说明（免打扰时段顺延）。", corrections)
	}
	return text, err
}

func (b *Bot) alerts(ctx context.Context, _ bot.Operator, args, _ string) (string, error) {
	if args != "" {
		return b.alertText(ctx, bot.AlertID(strings.ToUpper(args)))
	}
	var lines []string
	err := b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		all := s.Outbox.Alerts()
		for _, a := range all[max(0, len(all)-20):] {
			lines = append(lines, fmt.Sprintf("%s《%s》%s", a.ID, a.Content.Topic, a.State.Chinese()))
		}
		return nil
	})
	if len(lines) == 0 {
		return "还没有预警。" + draftForm, err
	}
	return "**最近的预警**\n" + strings.Join(lines, "\n"), err
}

// alertText shows an alert as it would go out, and the version to name when
// verifying or approving it.
func (b *Bot) alertText(ctx context.Context, id bot.AlertID) (text string, err error) {
	err = b.Book.View(ctx, func(s *book.State, _ time.Time) error {
		a := s.Outbox.Alert(id)
		if a == nil {
			return bot.Refuse(fmt.Sprintf("没有编号为 %s 的预警", id), "发送“预警”可以看列表")
		}
		c := a.Content
		audience := "全部单位"
		if len(c.Audience) > 0 {
			audience = strings.Join(c.Audience, "、")
		}
		lines := []string{
			fmt.Sprintf("**%s《%s》%s**", a.ID, c.Topic, a.State.Chinese()),
			"版本号：" + a.Hash[:8], "类别：" + c.Category, "手法：" + c.Technique, "防范：" + c.Countermeasures,
			"对象：" + audience, fmt.Sprintf("来源：%s（%s）", c.Source, c.SourceOn),
		}
		if c.Urgent {
			lines = append(lines, "紧急：是，夜间也会发出")
		}
		lines = append(lines, "起草："+b.operatorName(a.Author))
		if a.Verifier != "" {
			lines = append(lines, "核实："+b.operatorName(a.Verifier))
		}
		if a.Approver != "" {
			lines = append(lines, "审批："+b.operatorName(a.Approver))
		}
		switch a.State {
		case bot.Drafted:
			lines = append(lines, fmt.Sprintf("下一步（核实人）：核实 %s %s", a.ID, a.Hash[:8]))
		case bot.Verified:
			lines = append(lines, fmt.Sprintf("下一步（审批人）：审批 %s %s", a.ID, a.Hash[:8]))
		}
		text = strings.Join(lines, "\n")
		return nil
	})
	return text, err
}

func (b *Bot) operatorName(id bot.OperatorID) string {
	if op, ok := b.byID[id]; ok {
		return op.Name
	}
	return string(id)
}

// unitArg finds the one unit that a text names.
func (b *Bot) unitArg(text string) (bot.UnitID, error) {
	q := b.lexicon.ReadQuery(text, time.Time{})
	if len(q.Unit) != 1 {
		return "", bot.Refuse(fmt.Sprintf("没有认出单位“%s”", push.Fit(text, 20)), "请写单位的全称、简称或别名")
	}
	return q.Unit[0], nil
}

func (b *Bot) code(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	unit, err := b.unitArg(args)
	if err != nil {
		return "", err
	}
	code, err := directory.NewCode(b.Random)
	if err != nil {
		return "", err
	}
	var expires time.Time
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		expires = now.Add(b.CodeLifetime)
		return s.Directory.IssueCode(unit, code, expires, op.ID)
	})
	return fmt.Sprintf("%s的绑定码：%s（%s前有效，只能用一次）\n请联络员在群里发：@%s 绑定 %s",
		b.short[unit], code, expires.In(bot.Zone).Format("01-02 15:04"), b.Name, code), err
}

package supervise

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
)

// LetterForm is what an operator fills in to enter a letter. 对象 are names of
// units, or tags such as 学校、银行; without it, all are meant. 期限 may be left out.
const LetterForm = `文号：乡反诈函〔2026〕3号
标题：关于防范冒充客服诈骗的提示
对象：全部单位
期限：2026-11-27`

// Longest texts, in characters.
const (
	maxNumber = 40
	maxTitle  = 80
	maxRemark = 300
)

// LetterWord returns the word that people read for a state; "" is 未回.
func LetterWord(s bot.LetterState) string {
	switch s {
	case "":
		return "未回"
	case bot.LetterReceived:
		return "已收"
	case bot.LetterDone:
		return "已落实"
	}
	return string(s)
}

// ParseLetterState reads what a unit answers with.
func ParseLetterState(word string) (bot.LetterState, bool) {
	switch strings.Trim(word, "。！!，, ") {
	case "已收", "收到", "已收到", "签收", "已签收":
		return bot.LetterReceived, true
	case "已落实", "落实", "已完成", "办结", "已办结":
		return bot.LetterDone, true
	}
	return "", false
}

// IssueLetter decides that l, all but its Letter, is from now on tracked, and
// returns its id. The same number with the same content is the letter that was
// entered before.
func (v *View) IssueLetter(l bot.LetterIssued, now time.Time) (bot.LetterID, []bot.Payload, error) {
	l.Number, l.Title = numberForm(l.Number), strings.TrimSpace(l.Title)
	today := civil(now)
	if l.On == "" {
		l.On = today
	}
	if err := checkLetter(l, today); err != nil {
		return "", nil, err
	}
	for _, old := range v.letters {
		if old.Number != l.Number {
			continue
		}
		if old.Title == l.Title && old.DueOn == l.DueOn && slices.Equal(old.Units, l.Units) {
			return old.ID, nil, nil
		}
		return "", nil, bot.Refuse(fmt.Sprintf("%s已经登记为 %s《%s》，内容不一样", old.Number, old.ID, old.Title), "请核对文号")
	}
	l.Letter = bot.LetterID(fmt.Sprintf("L%04d", len(v.letters)+1))
	return l.Letter, []bot.Payload{&l}, nil
}

func checkLetter(l bot.LetterIssued, today string) error {
	const form = "只发“提示函 格式”可以看写法"
	switch {
	case !strings.HasSuffix(l.Number, "号") || !strings.ContainsAny(l.Number, "0123456789") || utf8.RuneCountInString(l.Number) > maxNumber:
		return bot.Refuse("没有看懂文号", "文号形如 乡反诈函〔2026〕3号；"+form)
	case l.Title == "":
		return bot.Refuse("没有写标题", form)
	case utf8.RuneCountInString(l.Title) > maxTitle:
		return bot.Refuse(fmt.Sprintf("标题超过 %d 个字", maxTitle), "写文件标题即可，正文不在这里登记")
	case len(l.Units) == 0:
		return bot.Refuse("没有发送对象", "对象写单位名称或标签，不写就是全部单位")
	case !isDay(l.On):
		return badDay("发文日期", l.On)
	case l.On > today:
		return bot.Refuse("发文日期还没到", "发文后再登记")
	case l.DueOn != "" && !isDay(l.DueOn):
		return badDay("期限", l.DueOn)
	case l.DueOn != "" && l.DueOn < l.On:
		return bot.Refuse("期限早于发文日期", "请核对期限")
	}
	return nil
}

// AnswerLetter decides on a unit's word on a letter: its liaison's, or what the
// office heard from it. A liaison cannot take 已落实 back, the office can.
func (v *View) AnswerLetter(id bot.LetterID, u bot.UnitID, state bot.LetterState, text string, by Source) ([]bot.Payload, error) {
	l := v.byID[id]
	text = strings.TrimSpace(text)
	if l == nil {
		return nil, bot.Refuse(fmt.Sprintf("没有编号为 %s 的提示函", id), "发送“提示函”可以看列表")
	}
	last, answered := l.answers[u]
	switch {
	case !by.speaksFor(u):
		return nil, bot.Refuse("提示函只能由本单位联络员回执", "联络员以名册为准")
	case !slices.Contains(l.Units, u):
		return nil, bot.Refuse(fmt.Sprintf("%s没有发给这个单位", l.Number), "发送“提示函”可以看列表")
	case state != bot.LetterReceived && state != bot.LetterDone:
		return nil, bot.Refuse("没有看懂回执", "请写“已收”或“已落实”")
	case utf8.RuneCountInString(text) > maxRemark:
		return nil, bot.Refuse(fmt.Sprintf("说明超过 %d 个字", maxRemark), "请写要点，材料按原渠道报送")
	case answered && last.State == state && (text == "" || text == last.Text):
		return nil, nil
	case by.Operator == "" && last.State == bot.LetterDone && state == bot.LetterReceived:
		return nil, bot.Refuse(fmt.Sprintf("%s已经登记为已落实", l.Number), "登记有误请联系反诈办公室")
	}
	return []bot.Payload{&bot.LetterAnswered{
		Letter: id, Unit: u, State: state, By: by.Member, Operator: by.Operator, Private: bot.Remark{Person: by.Person, Text: text},
	}}, nil
}

// A LetterDraft is what a person wrote of a letter.
type LetterDraft struct {
	Number, Title string
	To            []string // names of units or tags; nil means all
	On, DueOn     string
}

// ParseLetter reads a letter in the shape of [LetterForm], or in one line:
// number, title, then 对象 and 期限. What is missing or wrong in it is the affair of
// [View.IssueLetter].
func ParseLetter(text string) (LetterDraft, error) {
	head, fields, err := cutFields(text, "文号", "标题", "对象", "期限", "日期")
	if err != nil {
		return LetterDraft{}, err
	}
	number, title := firstWord(head)
	if fields["文号"] != "" {
		number, title = fields["文号"], strings.TrimSpace(head)
	}
	if fields["标题"] != "" {
		title = fields["标题"]
	}
	d := LetterDraft{Number: number, Title: strings.Trim(title, "《》"), To: words(fields["对象"])}
	if len(d.To) == 1 && (d.To[0] == "全部" || d.To[0] == "全部单位") {
		d.To = nil
	}
	d.On, d.DueOn = dayOr(fields["日期"]), dayOr(fields["期限"])
	return d, nil
}

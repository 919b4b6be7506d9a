package supervise

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"fanzha/bot"
)

// stepWords has the words for each step, in the order of weight.
var stepWords = []struct {
	step bot.SupervisionStep
	word string
}{
	{bot.StepRemind, "提醒"}, {bot.StepNotice, "通报"}, {bot.StepTalk, "约谈"},
	{bot.StepListed, "挂牌督办"}, {bot.StepRectify, "整改"}, {bot.StepClosed, "销号"},
}

// StepWords is all of them, as they stand in a hint.
const StepWords = "提醒、通报、约谈、挂牌督办、整改、销号"

// StepWord returns the word that people read for a step.
func StepWord(s bot.SupervisionStep) string {
	for _, w := range stepWords {
		if w.step == s {
			return w.word
		}
	}
	return string(s)
}

// ParseStep reads the word for a step.
func ParseStep(word string) (bot.SupervisionStep, bool) {
	for _, w := range stepWords {
		if w.word == word || word == "挂牌" && w.step == bot.StepListed {
			return w.step, true
		}
	}
	return "", false
}

// NoteStep decides that the office took step n towards its unit; n.On is today
// if it is not said.
func (v *View) NoteStep(n bot.SupervisionNoted, now time.Time) ([]bot.Payload, error) {
	n.Number, n.Private.Text = numberForm(n.Number), strings.TrimSpace(n.Private.Text)
	today := civil(now)
	if n.On == "" {
		n.On = today
	}
	if err := checkStep(n, today); err != nil {
		return nil, err
	}
	open := false
	for _, s := range v.byUnit[n.Unit] {
		// Who repeats himself months later knows no more of an erased reason.
		if s.Step == n.Step && s.On == n.On && s.DueOn == n.DueOn && s.Number == n.Number && (s.Reason == n.Private.Text || s.Reason == "") {
			return nil, nil
		}
		open = open || s.Open() && s.On <= n.On
	}
	if n.Step == bot.StepClosed && !open {
		return nil, bot.Refuse("这个单位没有可以销号的督办", "挂牌督办、整改和写了期限的才需要销号")
	}
	return []bot.Payload{&n}, nil
}

func checkStep(n bot.SupervisionNoted, today string) error {
	_, ok := ParseStep(StepWord(n.Step))
	switch {
	case n.Unit == "":
		return bot.Refuse("没有写单位", "请写单位的全称、简称或别名")
	case !ok:
		return bot.Refuse("没有看懂督办措施", "可以登记的有："+StepWords)
	case !isDay(n.On):
		return badDay("日期", n.On)
	case n.On > today:
		return bot.Refuse("日期还没到", "实施以后再登记")
	case n.DueOn != "" && !isDay(n.DueOn):
		return badDay("期限", n.DueOn)
	case n.DueOn != "" && n.DueOn < n.On:
		return bot.Refuse("期限早于督办日期", "请核对期限")
	case n.DueOn != "" && n.Step == bot.StepClosed:
		return bot.Refuse("销号没有期限", "去掉期限再发")
	case n.Private.Text == "":
		return bot.Refuse("没有写理由", "例如：督办 教科局 提醒 连续两月没有登记活动")
	case utf8.RuneCountInString(n.Private.Text) > maxRemark:
		return bot.Refuse(fmt.Sprintf("理由超过 %d 个字", maxRemark), "请写要点")
	case n.Number != "" && (!strings.HasSuffix(n.Number, "号") || utf8.RuneCountInString(n.Number) > maxNumber):
		return bot.Refuse("没有看懂文号", "文号形如 乡反诈办〔2026〕5号")
	}
	return nil
}

// ParseStepNote reads what follows the step's word: 文号, 期限 and 日期, each with
// its name before it, and the reason. A first word that is a document's number
// and one that is a day are taken for 文号 and 期限 also without their names.
// What is missing or wrong is the affair of [View.NoteStep].
func ParseStepNote(text string) (n bot.SupervisionNoted, err error) {
	head, fields, err := cutFields(text, "文号", "期限", "日期", "理由")
	if err != nil {
		return n, err
	}
	rest := head
	// A value is one word; what stands behind it goes on with the reason.
	take := func(name string) string {
		word, more := firstWord(fields[name])
		rest = strings.TrimSpace(rest + " " + more)
		return word
	}
	n.Number, n.DueOn, n.On = take("文号"), dayOr(take("期限")), dayOr(take("日期"))
	for {
		word, more := firstWord(rest)
		if day, ok := ParseDay(word); ok && n.DueOn == "" {
			n.DueOn = day
		} else if n.Number == "" && strings.HasSuffix(word, "号") && strings.ContainsAny(word, "〔[［(（") {
			n.Number = word
		} else {
			break
		}
		rest = more
	}
	n.Private.Text = strings.TrimSpace(rest + " " + fields["理由"])
	return n, nil
}

package handlers

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/supervise"
)

// This file is what the office books besides check-ins: letters and their
// receipts, steps of supervision, figures. What is asked about them is answered
// in supervise_query.go; what liaisons say to them stands in supervise_liaison.go.

const letterForm = "登记公安提示函请按格式发：\n提示函\n" + supervise.LetterForm +
	"\n对象可写单位或标签，不写就是全部单位；没有期限可不写。文件仍按公文渠道发，这里只记回执。"

// letterWord is how a text begins that names a letter, not a question about one.
var letterWord = regexp.MustCompile(`^(?i:L[0-9]{4,}|\S*号)$`)

// asking turns what begins with the word of a command into the question that it
// is, if it is one: “提示函 谁没回”, “督办 教科局”, “数据 法院 11月”, “发案 本月”.
func asking(word, args string) (question string, ok bool) {
	words := strings.Fields(args)
	at := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch word {
	case "提示函":
		ok = !letterWord.MatchString(at(0)) && at(0) != "格式" && !strings.HasPrefix(args, "文号") && !strings.HasPrefix(args, "标题")
	case "提示函回执":
		ok = !letterWord.MatchString(at(0))
	case "督办":
		_, step := supervise.ParseStep(at(1))
		if step { // which asks by itself
			word = ""
		}
		ok = len(words) < 2 || len(words) == 2 && !step || questionEnd.MatchString(args)
	case "数据":
		word, ok = "数据通报", len(words) < 4 || !strings.ContainsAny(strings.Join(words[3:], ""), "0123456789０１２３４５６７８９")
	case "发案":
		ok = len(words) == 0 || !caseCount.MatchString(words[len(words)-1])
	}
	return strings.TrimSpace(word + " " + args), ok
}

var (
	questionEnd = regexp.MustCompile(`(吗|没|没有|几次|多少次|[?？])$`)
	caseCount   = regexp.MustCompile(`^([0-9]+)[件起]?$`)
)

func (b *Bot) letter(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	if args == "格式" {
		return letterForm, nil
	}
	if letterWord.MatchString(args) {
		return b.letterText(ctx, op, args)
	}
	draft, err := supervise.ParseLetter(args)
	if err != nil {
		return "", err
	}
	var text string
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		units, err := b.addressees(s, draft.To)
		if err != nil {
			return nil, err
		}
		id, out, err := s.Supervision.IssueLetter(bot.LetterIssued{
			Number: draft.Number, Title: draft.Title, Units: units, On: draft.On, DueOn: draft.DueOn, By: op.ID,
		}, now)
		if out == nil {
			text = fmt.Sprintf("这份提示函已经登记过，编号 %s。", id)
			return nil, err
		}
		l := out[0].(*bot.LetterIssued)
		due := ""
		if l.DueOn != "" {
			due = "，期限 " + l.DueOn
		}
		text = fmt.Sprintf("已登记 %s：%s《%s》%s。\n发给 %d 个单位：%s\n联络员私聊我发“提示函”就能看到并回执。", id, l.Number, l.Title, due, len(units), b.shorts(units))
		return out, nil
	})
	return text, err
}

// addressees are the units that the words name: tags, or units by any name; all
// for no words. They come in the county's order, each once.
func (b *Bot) addressees(s *book.State, to []string) ([]bot.UnitID, error) {
	named := make(map[bot.UnitID]bool)
	tags := tagsOf(s)
	var wanted []string
	for _, word := range to {
		if slices.Contains(tags, word) {
			wanted = append(wanted, word)
			continue
		}
		u, err := b.unitArg(word)
		if err != nil {
			return nil, bot.Refuse(fmt.Sprintf("没有认出“%s”", word), "对象写单位名称，或者标签："+strings.Join(tags, "、"))
		}
		named[u] = true
	}
	var out []bot.UnitID
	for _, u := range s.Directory.Units() {
		if len(to) == 0 || named[u.ID] || len(wanted) > 0 && u.HasAnyTag(wanted) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}

func (b *Bot) shorts(units []bot.UnitID) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = b.short[u]
	}
	return strings.Join(names, "、")
}

// oneLetter returns the letter that a person means among those that he may see.
func oneLetter(found []*supervise.Letter, text string) (*supervise.Letter, error) {
	switch len(found) {
	case 0:
		return nil, bot.Refuse(fmt.Sprintf("没有找到提示函“%s”", text), "发送“提示函”可以看列表；登记新的还要写标题，发“提示函 格式”可以看写法")
	case 1:
		return found[0], nil
	}
	var ids []string
	for _, l := range found {
		ids = append(ids, string(l.ID)+" "+l.Number)
	}
	return nil, bot.Refuse(fmt.Sprintf("“%s”不止一份：%s", text, strings.Join(ids, "、")), "请写 L 开头的编号")
}

func (b *Bot) letterReceipt(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	name, rest := command(args)
	if rest == "" {
		return b.letterText(ctx, op, name)
	}
	short, rest := command(rest)
	unit, err := b.unitArg(short)
	if err != nil {
		return "", err
	}
	word, said := command(rest)
	state, _ := supervise.ParseLetterState(word)
	var text string
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		l, err := oneLetter(s.Supervision.FindLetters(name), name)
		if err != nil {
			return nil, err
		}
		text = fmt.Sprintf("已登记：%s %s %s。", b.short[unit], l.Number, supervise.LetterWord(state))
		return s.Supervision.AnswerLetter(l.ID, unit, state, said, supervise.Source{Operator: op.ID, Person: op.Person})
	})
	return text, err
}

func (b *Bot) supervise(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	short, rest := command(args)
	unit, err := b.unitArg(short)
	if err != nil {
		return "", err
	}
	word, rest := command(rest)
	step, ok := supervise.ParseStep(word)
	if word == "一票否决" {
		return "", bot.Refuse("是否一票否决由县里按规定研究决定，本助手不登记，也不提出建议", "")
	} else if !ok {
		return "", bot.Refuse(fmt.Sprintf("督办台账里没有“%s”这一项", word), "可以登记的有："+supervise.StepWords)
	}
	n, err := supervise.ParseStepNote(rest)
	if err != nil {
		return "", err
	}
	n.Unit, n.Step, n.By, n.Private.Person = unit, step, op.ID, op.Person
	text := "这一条已经登记过。"
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		out, err := s.Supervision.NoteStep(n, now)
		if len(out) > 0 {
			text = stepNoted(b.short[unit], out[0].(*bot.SupervisionNoted))
		}
		return out, err
	})
	return text, err
}

func stepNoted(short string, n *bot.SupervisionNoted) string {
	text := fmt.Sprintf("已登记：%s %s %s", n.On, supervise.StepWord(n.Step), short)
	if n.Number != "" {
		text += "，文号 " + n.Number
	}
	if n.DueOn != "" {
		text += "，期限 " + n.DueOn
	}
	return text + "。事由：" + n.Private.Text
}

func (b *Bot) figures(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	short, rest := command(args)
	unit, err := b.unitArg(short)
	if err != nil {
		return "", err
	}
	return b.fileFigures(ctx, unit, rest, func(*book.State) (supervise.Source, []bot.Payload) {
		return officeSource(op), nil
	})
}

func officeSource(op bot.Operator) supervise.Source {
	return supervise.Source{Operator: op.ID, Person: op.Person, Police: op.Has(bot.RoleVerify)}
}

// fileFigures books “2026-11 判决 案件 3 件 …” for unit. from says who files it, and
// what makes him known.
func (b *Bot) fileFigures(ctx context.Context, unit bot.UnitID, args string, from func(*book.State) (supervise.Source, []bot.Payload)) (string, error) {
	month, rest := command(args)
	topic, rest := command(rest)
	figures, err := supervise.ParseFigures(rest)
	if err != nil {
		return "", err
	}
	var text string
	err = b.do(ctx, func(s *book.State, now time.Time) ([]bot.Payload, error) {
		by, met := from(s)
		m, err := monthWord(month, now)
		if err != nil {
			return nil, err
		}
		again := s.Supervision.Figures(unit, m, topic) != nil
		out, err := s.Supervision.FileFigures(bot.FiguresFiled{Unit: unit, Month: m.String(), Topic: topic, Figures: figures}, by, now)
		switch {
		case len(out) == 0:
			text = "与已登记的一样，没有变化。"
			return nil, err
		case again:
			text = "已更新"
		default:
			text = "已登记"
		}
		text += fmt.Sprintf("%s%s%s数据：%s。", b.short[unit], m.Chinese(), topic, figureWords(figures))
		return append(met, out...), err
	})
	return text, err
}

func figureWords(figures []bot.Figure) string {
	parts := make([]string, len(figures))
	for i, f := range figures {
		parts[i] = strings.TrimSpace(f.Name + " " + f.Value + " " + f.Measure)
	}
	return strings.Join(parts, "，")
}

// cases books “发案 教科局 2026-11 0”, also for several units.
func (b *Bot) cases(ctx context.Context, op bot.Operator, args, _ string) (string, error) {
	words := strings.FieldsFunc(args, func(r rune) bool { return strings.ContainsRune(" \t\n\u3000、，,", r) })
	if len(words) < 3 {
		return "", bot.Refuse("单位、月份、件数要写全", "例如：发案 教科局 2026-11 0")
	}
	count, month := caseCount.FindStringSubmatch(words[len(words)-1]), words[len(words)-2]
	if count == nil {
		return "", bot.Refuse("没有看懂件数", "例如：发案 教科局 2026-11 0")
	}
	var units []bot.UnitID
	for _, word := range words[:len(words)-2] {
		u, err := b.unitArg(word)
		if err != nil {
			return "", err
		}
		units = append(units, u)
	}
	var text string
	err := b.do(ctx, func(s *book.State, now time.Time) (all []bot.Payload, err error) {
		m, err := monthWord(month, now)
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			out, err := s.Supervision.FileFigures(bot.FiguresFiled{
				Unit: u, Month: m.String(), Topic: supervise.Cases, Figures: []bot.Figure{{Name: supervise.CaseCount, Value: count[1]}},
			}, officeSource(op), now)
			if err != nil {
				return nil, err
			}
			all = append(all, out...)
		}
		text = fmt.Sprintf("已登记：%s%s发案 %s 件。", b.shorts(units), m.Chinese(), count[1])
		if count[1] == "0" {
			text = fmt.Sprintf("已登记：%s%s零发案。", b.shorts(units), m.Chinese())
		}
		return all, nil
	})
	return text, err
}

// monthWord reads the month that somebody files for. A month without its year is
// the last one of that name that has begun.
func monthWord(word string, now time.Time) (bot.Month, error) {
	this := bot.MonthOf(now)
	switch word {
	case "本月", "这个月":
		return this, nil
	case "上月", "上个月":
		return this.Add(-1), nil
	}
	for _, form := range []string{"2006-1", "2006年1月", "2006.1", "2006/1"} {
		if t, err := time.Parse(form, word); err == nil {
			return bot.Month{Year: t.Year(), Month: t.Month()}, nil
		}
	}
	if t, err := time.Parse("1月", strings.Replace(word, "月份", "月", 1)); err == nil {
		m := bot.Month{Year: this.Year, Month: t.Month()}
		if m.Month > this.Month {
			m.Year--
		}
		return m, nil
	}
	return bot.Month{}, bot.Refuse("没有看懂月份", "请写成 2026-11")
}

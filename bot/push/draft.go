package push

import (
	"fmt"
	"strings"

	"fanzha/bot"
)

// Form is what a person fills in to draft an alert, in a chat or a file. Each
// field begins its line with its name and a colon and may go on over lines. 对象
// are tags of units, for example 学校、银行; without it, all are meant.
const Form = `类别：诈骗预警
主题：刷单返利
手法：……
防范：……
对象：全部单位
来源：县公安局
日期：2026-11-20
紧急：否`

// ParseDraft reads an alert in the shape of [Form]. What is missing or wrong in
// it is the affair of [Outbox.Draft]; ParseDraft refuses only what it cannot
// place: text before the first field, a field twice, an unclear 紧急.
func ParseDraft(text string) (bot.Content, error) {
	fields := make(map[string]string)
	last := ""
	for _, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimRight(line, " \t\r　")
		name, value, ok := cutField(line)
		switch {
		case ok:
			if _, twice := fields[name]; twice {
				return bot.Content{}, bot.Refuse(fmt.Sprintf("“%s”写了两次", name), "每一项只写一次")
			}
			fields[name] = value
			last = name
		case last != "":
			fields[last] += "\n" + line
		case strings.TrimSpace(line) != "":
			return bot.Content{}, bot.Refuse(fmt.Sprintf("没有看懂“%s”", Fit(line, 20)), "每一项另起一行，以“类别：”“主题：”等开头；只发“起草”可以看格式")
		}
	}
	for name := range fields {
		fields[name] = strings.TrimSpace(fields[name])
	}
	urgent, err := yes(fields["紧急"])
	if err != nil {
		return bot.Content{}, err
	}
	return bot.Content{
		Category: fields["类别"], Topic: fields["主题"], Technique: fields["手法"], Countermeasures: fields["防范"],
		Audience: audience(fields["对象"]), Source: fields["来源"], SourceOn: fields["日期"], Urgent: urgent,
	}, nil
}

func cutField(line string) (name, value string, ok bool) {
	for _, colon := range []string{"：", ":"} {
		n, v, found := strings.Cut(line, colon)
		if !found {
			continue
		}
		switch n = strings.TrimSpace(n); n {
		case "类别", "主题", "手法", "防范", "对象", "来源", "日期", "紧急":
			return n, v, true
		}
	}
	return "", "", false
}

// audience splits a list of tags; nil means everybody.
func audience(s string) []string {
	tags := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,;； \t\n", r) || r == '　' })
	if len(tags) == 0 || len(tags) == 1 && (tags[0] == "全部" || tags[0] == "全部单位") {
		return nil
	}
	return tags
}

func yes(s string) (bool, error) {
	switch s {
	case "", "否", "不", "不紧急":
		return false, nil
	case "是", "紧急":
		return true, nil
	}
	return false, bot.Refuse(fmt.Sprintf("“紧急”写的是“%s”", Fit(s, 10)), "请写“是”或“否”")
}

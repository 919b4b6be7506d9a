package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/chat"
	"fanzha/config"
)

// understand explains how the bot reads a text, and by which rule: the office's
// answer to “why was this not counted”.
func understand(_ context.Context, c console, args []string) error {
	f := flags(c, "understand", "reply|query|paste", "读标准输入，说明机器人怎样理解、依据哪条规则，输出 JSON。\nreply 读群内回复，query 读办公室查询：每行一句，文字里的 \\n 表示换行，每句输出一行。\npaste 读一份粘贴的接龙或聊天记录，整份输出一行。")
	now := f.String("now", "", "按什么时间理解“今天”“本月”，例如 2026-11-23T15:00:00+08:00；不写就是现在")
	sender := f.String("sender", "", "reply：说话人在名册里的姓名；写了，与之不同的姓名就算代签")
	unit := f.String("unit", "jiaoke", "reply：他和群属于哪个单位（编号）")
	session := f.Bool("session", true, "reply：群里有没有进行中的签到")
	accept := f.String("accept", "", "reply：签到提示还接受哪些说法，逗号分隔：receipt（收到）、bare（到、1）、names（只写姓名）")
	words, err := f.words(args)
	if err != nil {
		return err
	}
	if len(words) != 1 || !slices.Contains([]string{"reply", "query", "paste"}, words[0]) {
		return usageError{"请写 reply、query 或 paste"}
	}
	units, err := config.Units()
	if err != nil {
		return err
	}
	at := time.Now()
	if *now != "" {
		if at, err = time.Parse(time.RFC3339, *now); err != nil {
			return usageError{"--now 应写成 2026-11-23T15:00:00+08:00 的样子"}
		}
	}
	context := chat.Context{Now: at, Sender: chat.Person{Name: *sender, Unit: bot.UnitID(*unit)}}
	if *session {
		context.Session = prompt(*accept)
	}
	lexicon := chat.NewLexicon(units)
	if words[0] == "paste" {
		data, err := readArg(c, nil)
		if err != nil {
			return err
		}
		return jsonLines(c).Encode(lexicon.ReadPaste(string(data), context))
	}
	read := func(text string) any { return lexicon.ReadQuery(text, at) }
	if words[0] == "reply" {
		read = func(text string) any { return lexicon.ReadReply(text, context) }
	}
	return eachLine(c, read)
}

// prompt is a session's that accepts the forms in a comma-separated list.
func prompt(forms string) *chat.Prompt {
	p := new(chat.Prompt)
	for form := range strings.SplitSeq(forms, ",") {
		switch strings.TrimSpace(form) {
		case "receipt":
			p.Receipt = true
		case "bare":
			p.Bare = true
		case "names":
			p.Names = true
		}
	}
	return p
}

// jsonLines writes JSON as people read it.
func jsonLines(c console) *json.Encoder {
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	return out
}

// eachLine writes what read makes of each line of standard input.
func eachLine(c console, read func(string) any) error {
	in := bufio.NewScanner(c.in)
	in.Buffer(make([]byte, 0, 64<<10), 1<<20)
	out := jsonLines(c)
	for in.Scan() {
		if err := out.Encode(read(strings.ReplaceAll(in.Text(), `\n`, "\n"))); err != nil {
			return fmt.Errorf("writing to %s: %w", os.Stdout.Name(), err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("读不了标准输入：%w", err)
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"fanzha/bot/roster"
)

// pasteRecord books what was copied out of an ordinary WeChat group for a unit,
// as “粘贴” does one to one.
func pasteRecord(ctx context.Context, c console, args []string) error {
	f := flags(c, "paste", "--as 操作员 --unit 单位 [文件]", "登记从普通微信群里复制出来的接龙或聊天记录，作为该单位较低等级的证据，连同原文的摘要记入台账。\n不写文件或写“-”就从标准输入读。同一份内容再登记不会重复计数。")
	o := addOfficeFlags(f)
	unit := f.String("unit", "", "记录属于哪个`单位`")
	words, err := f.words(args)
	switch {
	case err != nil:
		return err
	case *unit == "":
		return usageError{"请用 --unit 写明单位，例如 --unit 教科局"}
	case len(words) > 1:
		return usageError{"一次只能登记一个文件"}
	}
	data, err := readArg(c, words)
	if err != nil {
		return err
	}
	text, err := roster.Text(data)
	if err != nil {
		return err
	}
	return o.tell(ctx, c, "粘贴 "+strings.Join(strings.Fields(*unit), "")+"\n"+text)
}

// readArg reads the file that words name, standard input without one.
func readArg(c console, words []string) ([]byte, error) {
	if len(words) == 1 && words[0] != "-" {
		data, err := os.ReadFile(words[0])
		if err != nil {
			return nil, fmt.Errorf("读不到文件：%w", err)
		}
		return data, nil
	}
	data, err := io.ReadAll(c.in)
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	return data, nil
}

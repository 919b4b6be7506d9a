package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/cmd/internal/app"
	"fanzha/handlers"
)

// officeFlags are those of every command that acts for an operator.
type officeFlags struct {
	config configFlags
	as     *string
}

func addOfficeFlags(f *flagSet) officeFlags {
	return officeFlags{f.forCounty(configFlag, ""), f.String("as", "", "`操作员`编号，即配置里 operators 的 id")}
}

// with opens the office that the flags name, calls do, and closes it: the
// running program's if there is one, else the ledger itself.
func (o officeFlags) with(ctx context.Context, do func(office app.Office, as bot.OperatorID) error) error {
	if *o.as == "" {
		return usageError{"请用 --as 写明操作员编号，例如 --as ban"}
	}
	cfg, err := o.config.load()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Deps{Offline: true, Log: slog.New(slog.DiscardHandler)})
	switch {
	case err == nil:
		return errors.Join(do(a, bot.OperatorID(*o.as)), a.Close())
	case errors.Is(err, ledger.ErrLocked):
		asked := do(app.Dial(controlSocket(cfg)), bot.OperatorID(*o.as))
		var call *net.OpError
		if !errors.As(asked, &call) || call.Op != "dial" {
			return asked
		}
		// Whoever holds the ledger does not listen: another command, or a
		// program that is just starting or ending. err names it.
	}
	return err
}

func tell(ctx context.Context, c console, args []string) error {
	f := flags(c, "tell", "--as 操作员 文字…", "以操作员身份办事或查询，与在企业微信里私聊机器人一样。文字为“-”时从标准输入读。")
	o := addOfficeFlags(f)
	words, err := f.words(args)
	if err != nil {
		return err
	}
	text := strings.Join(words, " ")
	switch text {
	case "":
		return usageError{"要办什么？例如：fanzha tell --as ban 教科局 11月"}
	case "-":
		b, err := io.ReadAll(c.in)
		if err != nil {
			return fmt.Errorf("reading standard input: %w", err)
		}
		text = string(b)
	}
	return o.tell(ctx, c, text)
}

func (o officeFlags) tell(ctx context.Context, c console, text string) error {
	return o.with(ctx, func(office app.Office, as bot.OperatorID) error {
		answer, err := office.Tell(ctx, as, text)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, answer)
		return nil
	})
}

func draft(ctx context.Context, c console, args []string) error {
	f := flags(c, "draft", "--as 操作员 文件", "从文件起草一条预警。文件每项一行：类别、主题、手法、防范、对象、来源、日期、紧急。")
	o := addOfficeFlags(f)
	words, err := f.words(args)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usageError{"请写一个草稿文件"}
	}
	b, err := os.ReadFile(words[0])
	if err != nil {
		return fmt.Errorf("读不到草稿文件：%w", err)
	}
	return o.tell(ctx, c, "起草\n"+string(b))
}

func importRoster(ctx context.Context, c console, args []string) error {
	f := flags(c, "roster", "--as 操作员 [--unit 单位] 文件", "导入名册（CSV 或 XLSX），整体替换该单位原有名册。有一行不对就一行也不导入，除非加 --skip-bad。")
	o := addOfficeFlags(f)
	unit := f.String("unit", "", "名册所属`单位`；表里有“单位”一列时不用写")
	skip := f.Bool("skip-bad", false, "跳过不对的行，导入其余的")
	words, err := f.words(args)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usageError{"请写一个名册文件"}
	}
	data, err := os.ReadFile(words[0])
	if err != nil {
		return fmt.Errorf("读不到名册文件：%w", err)
	}
	return o.with(ctx, func(office app.Office, as bot.OperatorID) error {
		report, err := office.ImportRoster(ctx, as, handlers.RosterFile{Unit: *unit, Name: filepath.Base(words[0]), Data: data, SkipBad: *skip})
		if err != nil {
			return err
		}
		fmt.Fprintln(c.out, report)
		return nil
	})
}

func export(ctx context.Context, c console, args []string) error {
	f := flags(c, "export", "--as 操作员 --month 2026-11 -o 文件.zip", "导出一个月的证据包。带姓名的要写明用途，导出会记入台账。")
	o := addOfficeFlags(f)
	monthFlag := f.String("month", "", "`月份`，例如 2026-11")
	out := f.String("o", "", "写到哪个`文件`；不写就是 月份.zip")
	masked := f.Bool("masked", false, "隐去姓名和账号")
	texts := f.Bool("texts", false, "附上粘贴登记的原文，供与台账里的摘要对照（不能与 --masked 同用）")
	reason := f.String("reason", "", "`用途`（带姓名时必须写；记入台账公开部分，不写人名）")
	if err := f.noWords(args); err != nil {
		return err
	}
	if *texts && *masked {
		return usageError{"--texts 和 --masked 不能同用：原文里有姓名"}
	}
	m, err := month(*monthFlag)
	if err != nil {
		return err
	}
	if *out == "" {
		*out = m.String() + ".zip"
	}
	return o.with(ctx, func(office app.Office, as bot.OperatorID) error {
		var summary string
		if err := writeFile(*out, func(w io.Writer) (err error) {
			summary, err = office.Export(ctx, as, app.Export{Month: m, Masked: *masked, Texts: *texts, Reason: *reason}, w)
			return err
		}); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "已导出 %s\n%s\n", *out, summary)
		return nil
	})
}

// writeFile writes a file whole or not at all, readable by the owner alone.
func writeFile(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".fanzha-*")
	if err != nil {
		var file *fs.PathError
		if errors.As(err, &file) {
			file.Path = filepath.Dir(path) // the temporary name tells nobody anything
		}
		return fmt.Errorf("写不了文件 %s：%w", path, err)
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(write(tmp), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Fanzha (反诈群助手) is the bot of the units' anti-fraud groups, and the tool of
// the office that runs it. Run it without arguments for its commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"fanzha/bot/wechat/aibot"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// A console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// A command is one subcommand. run gets its own flags parsed by itself.
type command struct {
	name, short string
	run         func(ctx context.Context, c console, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "演示：在本机模拟企业微信，打开网页即可试用（--speed 几秒放完一个月）", demoCommand},
		{"serve", "运行：连接企业微信，正式使用", serve},
		{"tell", "以操作员身份办事或查询，与私聊机器人一样", tell},
		{"draft", "从文件起草一条预警", draft},
		{"roster", "导入名册（CSV 或 XLSX）", importRoster},
		{"paste", "登记微信群的接龙或聊天记录", pasteRecord},
		{"export", "导出一个月的证据包", export},
		{"verify", "核验证据包，只需文件和公钥", verify},
		{"check", "检查本机台账是否完好", check},
		{"backup", "备份整本台账，程序运行时也可以", backup},
		{"restore", "从备份恢复台账，只恢复到空处", restore},
		{"ledger", "把台账复制到别处：本机文件与 Redis 之间搬家", copyLedger},
		{"key", "显示签名公钥", key},
		{"understand", "说明机器人怎样理解一句话、依据哪条规则", understand},
		{"schedule", "列出定时任务全年的运行日子（节假日、调休怎么变）", schedule},
		{"config", "检查配置文件", checkConfig},
		{"doctor", "体检：配置、时钟、磁盘、网络、密钥、台账、Redis，逐项说明怎么办", examine},
	}
}

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func run(ctx context.Context, args []string, c console) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(c.out)
		return exitOK
	}
	for _, cmd := range commands() {
		if cmd.name != args[0] {
			continue
		}
		err := cmd.run(ctx, c, args[1:])
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitOK
		case ctx.Err() != nil && errors.Is(err, context.Canceled):
			fmt.Fprintln(c.err, "已中断，没有做完。")
			return exitError
		case errors.As(err, new(usageError)):
			fmt.Fprintf(c.err, "%v\n看参数：fanzha %s -h\n", err, cmd.name)
			return exitUsage
		}
		fmt.Fprintln(c.err, "错误："+explain(err))
		return exitError
	}
	fmt.Fprintf(c.err, "没有“%s”这个命令。\n\n", args[0])
	usage(c.err)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprint(w, "反诈群助手：向各单位反诈群推送预警，登记签到，留存可核验的证据。\n\n用法：fanzha 命令 [参数]\n\n命令：\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-11s %s\n", cmd.name, cmd.short)
	}
	fmt.Fprint(w, "\n每个命令加 -h 可看参数。例如：\n  fanzha demo\n  fanzha tell -c config.yaml --as ban 教科局 11月\n")
}

// explain says err for people: what the system says of files, it says in
// English, and a wrong secret is the operator's to mend.
func explain(err error) string {
	if errors.Is(err, aibot.ErrCredentials) {
		return "企业微信不认这个机器人：Bot ID 或 Secret 不对（853000）。请到管理后台核对后改配置里的 wecom"
	}
	var file *fs.PathError
	if !errors.As(err, &file) {
		return err.Error()
	}
	why := ""
	switch {
	case errors.Is(file, fs.ErrNotExist):
		why = "不存在"
	case errors.Is(file, fs.ErrPermission):
		why = "没有读写权限"
	default:
		return err.Error()
	}
	return strings.Replace(err.Error(), file.Error(), file.Path+" "+why, 1)
}

package app

import (
	"errors"
	"io/fs"
	"net"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/wechat/aibot"
)

// cause says in Chinese, for /readyz, why a process cannot lead a county. The whole
// chain of errors is for the log.
func cause(err error) string {
	if text, refused := bot.RefusalText(err); refused {
		return text
	}
	if text := causeInLedger(err); text != "" {
		return text
	}
	var op *net.OpError
	var path *fs.PathError
	switch {
	case errors.As(err, &op) && op.Op == "listen":
		return "命令行用的 control.sock 打不开，请检查数据目录"
	case errors.As(err, &path):
		return "文件或目录不能读写：" + path.Path + "，请检查权限和磁盘"
	case errors.Is(err, aibot.ErrDisplaced):
		return "机器人的长连接被另一个连接顶掉，请确认没有别的程序在用同一个机器人"
	}
	if text := redis.Trouble(err); text != "" {
		return text
	}
	if text := inChinese(err); text != "" {
		return text
	}
	if errors.Is(err, book.ErrStopped) {
		return "台账停止写入，原因见日志"
	}
	return "原因见日志"
}

// causeInLedger is cause for what the county's ledger says.
func causeInLedger(err error) string {
	var corrupt *ledger.CorruptError
	var diverged *redis.DivergedError
	var rolled *redis.RolledBackError
	var behind *book.BehindError
	var held *redis.HeldError
	switch {
	case errors.As(err, &corrupt):
		return "台账损坏：" + corrupt.Error()
	case errors.As(err, &diverged):
		return "台账回退：" + diverged.Error()
	case errors.As(err, &rolled):
		return "台账回退：" + rolled.Error()
	case errors.As(err, &behind):
		return "台账回退：" + behind.Error()
	case errors.As(err, &held):
		return "租约在别的进程：" + held.Error()
	case errors.Is(err, ledger.ErrFenced), errors.Is(err, ledger.ErrLocked):
		return "租约在别的进程"
	}
	return ""
}

// inChinese returns the outermost text of a chain of errors that begins in Chinese,
// "" if there is none. Those around it say what was being done, in English.
func inChinese(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	if r, _ := utf8.DecodeRuneInString(text); unicode.Is(unicode.Han, r) {
		return text
	}
	inner := []error{errors.Unwrap(err)}
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		inner = all.Unwrap()
	}
	for _, e := range inner {
		if text := inChinese(e); text != "" {
			return text
		}
	}
	return ""
}

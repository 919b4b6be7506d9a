package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/bot/wechat/aibot"
)

// Why a county cannot be led is said in Chinese, without the program's own words.
func TestCauseIsSaidInChinese(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for _, c := range []struct {
		err  error
		want string
	}{
		{dial, "Redis 连不上"},
		{fmt.Errorf("asking who leads x: %w", context.DeadlineExceeded), "Redis 连不上"},
		{errors.New("redis: all sentinels specified in configuration are unreachable"), "Redis 连不上"},
		{fmt.Errorf("acquiring: %w", serverSays("READONLY You can't write against a read only replica.")), "主库只读"},
		{serverSays("LOADING Redis is loading the dataset in memory"), "正在载入"},
		{serverSays("WHATEVER it is"), "拒绝了命令"},
		{fmt.Errorf("acquiring: %w", redis.ErrUnconfirmed), "副本不足"},
		{fmt.Errorf("acquiring: %w", &redis.HeldError{By: redis.Holder{ID: "two"}}), "租约在别的进程：该县由进程 two"},
		{errors.Join(ledger.ErrFenced, dial), "租约在别的进程"},
		{fmt.Errorf("%w: appending: %w", book.ErrStopped, &ledger.CorruptError{Seq: 3, Reason: "记录缺失"}), "台账损坏：台账校验失败：第 3 条"},
		{fmt.Errorf("reconciling: %w", &redis.DivergedError{Seq: 7, Reason: "内容不同"}), "台账回退：Redis 里的台账"},
		{&redis.RolledBackError{Size: 1, Known: 2}, "台账回退"},
		{&book.BehindError{Have: 2, Store: 1}, "台账回退"},
		{fmt.Errorf("opening: %w", bot.Refuse("签名密钥文件不见了", "请复制")), "签名密钥文件不见了"},
		{fmt.Errorf("making: %w", &fs.PathError{Op: "mkdir", Path: "data/x", Err: syscall.EACCES}), "不能读写：data/x"},
		{&net.OpError{Op: "listen", Net: "unix", Err: syscall.EACCES}, "control.sock"},
		{fmt.Errorf("channel: %w", aibot.ErrDisplaced), "被另一个连接顶掉"},
		{fmt.Errorf("loading: %w", errors.New("放假安排有 1 处要改")), "放假安排"},
		{errors.New("something else"), "原因见日志"},
		{fmt.Errorf("%w: a view failed", book.ErrStopped), "停止写入"},
	} {
		got := cause(c.err)
		words := strings.FieldsFunc(got, func(r rune) bool { return r > unicode.MaxASCII || strings.ContainsRune(" /.", r) })
		if !strings.Contains(got, c.want) || strings.Contains(got, ": ") || len(words) > 4 {
			t.Errorf("%v is told as %q, want %q in it and no English", c.err, got, c.want)
		}
	}
}

// serverSays is an answer of Redis, as its client returns it.
type serverSays string

func (s serverSays) Error() string { return string(s) }
func (serverSays) RedisError()     {}

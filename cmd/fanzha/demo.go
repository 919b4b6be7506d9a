package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"fanzha/cmd/internal/demo"
)

func demoCommand(ctx context.Context, c console, args []string) (err error) {
	f := flags(c, "demo", "[--speed]", "在本机演示：模拟企业微信、37 个单位的反诈群、一本新台账，一个进程，什么都不用装。")
	speed := f.Bool("speed", false, "几秒放完一个月，打印月度表，导出并核验证据包")
	addr := f.String("addr", "127.0.0.1:0", "网页`地址`，只能是本机")
	data := f.String("data", "", "数据`目录`；不写就用临时目录，结束后删除")
	members := f.Int("members", 0, "成员总`数`（默认 220；--speed 时 2000）")
	seed := f.Uint64("seed", 1, "随机`种子`")
	verbose := f.Bool("v", false, "显示运行日志")
	if err := f.noWords(args); err != nil {
		return err
	}
	o := demo.Options{Addr: *addr, DataDir: *data, Members: *members, Seed: *seed, Log: slog.New(slog.DiscardHandler)}
	if *verbose {
		o.Log = slog.New(slog.NewTextHandler(c.err, nil))
	}
	if o.DataDir == "" {
		dir, tmpErr := os.MkdirTemp("", "fanzha-demo-")
		if tmpErr != nil {
			return fmt.Errorf("建不了临时目录：%w", tmpErr)
		}
		o.DataDir = dir
		defer func() {
			if err == nil {
				fmt.Fprintln(c.out, "\n临时目录里的文件就此删除，要留下请加 --data 目录。")
			}
			err = errors.Join(err, os.RemoveAll(dir))
		}()
	}
	play, count := demo.Live, 220
	if *speed {
		play, count = demo.Month, 2000
	}
	if o.Members == 0 {
		o.Members = count
	}
	err = play(ctx, io.Writer(c.out), o)
	if ctx.Err() != nil && !*speed {
		return nil // a visitor who leaves early is no failure
	}
	return err
}

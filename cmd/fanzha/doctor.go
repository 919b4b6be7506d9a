package main

import (
	"context"
	"fmt"

	"fanzha/bot"
	"fanzha/cmd/internal/doctor"
)

func examine(ctx context.Context, c console, args []string) error {
	f := flags(c, "doctor", "[-c config.yaml]", "体检：逐项检查配置、时钟、磁盘、网络、签名密钥、台账、Redis 和放假安排，说明怎么办。程序运行时也可以查，不影响它。")
	files, err := f.fleet(args)
	if err != nil {
		return err
	}
	var count [doctor.Fault + 1]int
	doctor.Examine(ctx, files, doctor.Deps{Now: bot.SystemClock{}.Now}, func(found doctor.Finding) {
		count[found.Grade]++
		fmt.Fprintln(c.out, found)
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fmt.Fprintf(c.out, "查了 %d 项：正常 %d，注意 %d，故障 %d。\n", count[doctor.Fine]+count[doctor.Note]+count[doctor.Fault], count[doctor.Fine], count[doctor.Note], count[doctor.Fault])
	if n := count[doctor.Fault]; n > 0 {
		return fmt.Errorf("有 %d 项故障，请按上面的提示处理", n)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"fanzha/bot/calendar"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

func schedule(_ context.Context, c console, args []string) error {
	f := flags(c, "schedule", "preview --year 2027 [-c config.yaml]", "列出定时任务全年的每一次运行：日期、星期、时刻、任务，以及为什么改了日子。只读配置，不连接，不发送。")
	from := f.forCounty("", "；不写就用 "+configFlag+"，没有这个文件就按默认配置列")
	year := f.Int("year", 0, "`年份`，例如 2027")
	words, err := f.words(args)
	switch {
	case err != nil:
		return err
	case len(words) != 1 || words[0] != "preview":
		return usageError{"请写 preview，例如 fanzha schedule preview --year 2027"}
	case *year < 2000 || *year > 2099:
		return usageError{"请用 --year 指明年份，2000 至 2099，例如 --year 2027"}
	}
	cfg, err := scheduleConfig(c, from)
	if err != nil {
		return err
	}
	days, err := config.LoadCalendar(cfg.Calendar.Dir)
	if err != nil {
		return err
	}
	fmt.Fprint(c.out, calendar.Preview(days, app.Schedule(cfg), *year))
	return nil
}

// scheduleConfig loads the configuration that from names. An office that has none
// yet may look at the defaults.
func scheduleConfig(c console, from configFlags) (config.File, error) {
	if *from.path == "" {
		if _, err := os.Stat(configFlag); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(c.err, "没有 %s，按默认配置列。\n", configFlag)
			return config.Default(), nil
		}
		*from.path = configFlag
	}
	return from.load()
}

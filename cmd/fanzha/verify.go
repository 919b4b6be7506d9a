package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"fanzha/bot"
	"fanzha/bot/evidence"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
	"fanzha/config"
)

func verify(_ context.Context, c console, args []string) error {
	f := flags(c, "verify", "文件.zip --key 公钥 [--witness 存证点]", "核验证据包。不需要配置，不联网，不信任任何服务器。")
	publicKey := f.String("key", "", "签名`公钥`，或写有公钥的文件")
	witness := f.String("witness", "", "群里公布过的`存证点`，例如 12345:摘要")
	words, err := f.words(args)
	if err != nil {
		return err
	}
	if len(words) != 1 || *publicKey == "" {
		return usageError{"请写证据包文件和 --key 公钥"}
	}
	if b, err := os.ReadFile(*publicKey); err == nil {
		*publicKey = strings.TrimSpace(string(b))
	}
	var known *ledger.Checkpoint
	if *witness != "" {
		w, err := ledger.ParseWitness(*witness)
		if err != nil {
			return usageError{"--witness：" + err.Error()}
		}
		known = &w
	}
	file, err := os.Open(words[0])
	if err != nil {
		return fmt.Errorf("打不开证据包：%w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("打不开证据包：%w", err)
	}
	checked, err := evidence.Verify(file, info.Size(), *publicKey, known)
	for _, line := range checked {
		fmt.Fprintln(c.out, "✓ "+line)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, "核验通过。")
	return nil
}

func check(ctx context.Context, c console, args []string) error {
	f := flags(c, "check", "[-c config.yaml]", "检查本机台账：逐条核对摘要、次序、承诺和签名。运行中的程序要先停。")
	cfg, err := f.config(args)
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Data.Ledger()); err != nil {
		return fmt.Errorf("没有台账文件：%w", err)
	}
	public, err := publicKey(cfg)
	if err != nil {
		return err
	}
	l, err := sqlite.Open(ctx, cfg.Data.Ledger())
	if err != nil {
		return err
	}
	tree, err := ledger.Load(ctx, l, public, func(ledger.Entry) error { return nil })
	if err := errors.Join(err, l.Close()); err != nil {
		return err
	}
	head := ledger.Checkpoint{Size: tree.Size(), Root: tree.Root()}
	fmt.Fprintf(c.out, "台账完好：%d 条。存证点 %s\n", tree.Size(), head.Witness())
	return nil
}

func key(_ context.Context, c console, args []string) error {
	f := flags(c, "key", "[-c config.yaml]", "显示签名公钥。公钥不是秘密，应公布给各单位。")
	cfg, err := f.config(args)
	if err != nil {
		return err
	}
	public, err := publicKey(cfg)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, public)
	return nil
}

// publicKey reads the public half of the signing key.
func publicKey(cfg config.File) (string, error) {
	if _, err := os.Stat(cfg.Data.Key()); err != nil {
		return "", bot.Refuse("还没有签名密钥："+cfg.Data.Key(), "第一次运行 fanzha serve 时会生成")
	}
	k, err := ledger.OpenKey(cfg.Data.Key(), "", nil)
	if err != nil {
		return "", err
	}
	return k.Public(), nil
}

func checkConfig(_ context.Context, c console, args []string) error {
	f := flags(c, "config", "[-c config.yaml]", "检查配置文件，一次列出全部错误；有几个县的，连各县的文件一起检查。")
	files, err := f.fleet(args)
	if err != nil {
		return err
	}
	if n := len(files); n > 1 || files[0].Counties != "" {
		fmt.Fprintf(c.out, "配置没有问题，共 %d 个县。\n", n)
		return nil
	}
	fmt.Fprintln(c.out, "配置没有问题。")
	return nil
}

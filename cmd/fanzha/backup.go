package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/archive"
	"fanzha/cmd/internal/app"
)

func backup(ctx context.Context, c console, args []string) error {
	f := flags(c, "backup", "[-c config.yaml] -o 文件 [--with-key]", "把整本台账备份成一个文件，写完逐条核验。程序运行时也能备份，不影响它。\n备份里有姓名等私密内容，只有本人可读，请妥善保管。")
	from := f.forCounty(configFlag, "")
	out := f.String("o", "", "写到哪个`文件`；已有同名的备份，核验通过才替换")
	withKey := f.Bool("with-key", false, "另把签名密钥写到“文件.key”；它是秘密，应与备份分开保管")
	if err := f.noWords(args); err != nil {
		return err
	}
	if *out == "" {
		return usageError{"请用 -o 写明备份文件，例如 -o 2026-11-23.fzar"}
	}
	cfg, err := from.load()
	if err != nil {
		return err
	}
	p := app.ConfigPlace(cfg)
	public, err := publicKey(cfg)
	if err != nil {
		return err
	}
	cp, err := writeBackup(ctx, p, *out, public)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已备份并核验：%s，%d 条。存证点 %s\n", *out, cp.Size, cp.Witness())
	if !*withKey {
		fmt.Fprintf(c.out, "签名密钥不在备份里：%s 要另外保管一份，丢了就不能续写这本台账。\n", p.Key())
		return nil
	}
	if err := copyKey(p.Key(), *out+".key"); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "签名密钥已写到 %s.key。它是秘密，请移到别处，不要和备份放在一起。\n", *out)
	return nil
}

// writeBackup writes the ledger at p to the file out. The file has another name
// until it has been verified, so that no good backup is lost for a bad one.
func writeBackup(ctx context.Context, p app.Place, out, public string) (cp ledger.Checkpoint, err error) {
	l, err := p.Read(ctx)
	if err != nil {
		return cp, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	head, err := l.Head(ctx)
	if err != nil {
		return cp, err
	}
	if head.Size == 0 {
		return cp, bot.Refuse("台账还是空的，没有什么可备份", "")
	}
	fresh := out + ".part"
	if err := archive.Write(ctx, fresh, archive.Part{To: head.Size, Records: l.Read(ctx, 0, head.Size), Checkpoint: head.Checkpoint}); err != nil {
		return cp, err
	}
	if cp, err = verifyArchive(ctx, fresh, public); err != nil {
		return cp, errors.Join(err, os.Remove(fresh))
	}
	return cp, rename(fresh, out)
}

// rename gives a file that is on the disk its name for good.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // it cannot sync a directory
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func verifyArchive(ctx context.Context, path, public string) (cp ledger.Checkpoint, err error) {
	f, err := archive.Open(path)
	if err != nil {
		return cp, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Verify(ctx, public)
}

// copyKey copies a signing key to a new file. One of another key is left alone.
func copyKey(from, to string) error {
	k, err := ledger.OpenKey(from, "", nil)
	if err != nil {
		return err
	}
	switch there, err := readKey(to); {
	case err != nil:
		return err
	case there == k.Public():
		return nil
	case there != "":
		return bot.Refuse("已有另一个签名密钥："+to, "请先把它移走")
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("reading the signing key: %w", err)
	}
	return writeFile(to, func(w io.Writer) error { _, err := w.Write(b); return err })
}

func restore(ctx context.Context, c console, args []string) error {
	f := flags(c, "restore", "[-c config.yaml] [--key 密钥文件] 备份文件", "从备份恢复台账，只恢复到空处（配置所说的本机文件或 Redis），先核验，后恢复，再核验。\n备份之后发生的事不在里面：以后到的推送可能已经发过，恢复后先停发，看过各群再恢复发送。")
	to := f.forCounty(configFlag, "")
	keyFile := f.String("key", "", "签名密钥`文件`；数据目录里已有密钥时不用写")
	words, err := f.words(args)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return usageError{"请写一个备份文件"}
	}
	cfg, err := to.load()
	if err != nil {
		return err
	}
	p := app.ConfigPlace(cfg)
	if *keyFile == "" {
		*keyFile = p.Key()
	}
	public, err := readKey(*keyFile)
	switch {
	case err != nil:
		return err
	case public == "":
		return bot.Refuse("没有签名密钥："+*keyFile, "请用 --key 指明备份时另存的密钥文件")
	}
	cp, err := restoreTo(ctx, p, words[0], *keyFile, public)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已恢复并核验：%s，%d 条。存证点 %s\n", p, cp.Size, cp.Witness())
	fmt.Fprintln(c.out, "请与各单位留存的最近一个存证点核对：条数比它少，就是丢了后面的记录。\n备份之后可能发过推送，为免重发，启动前先发“停发 从备份恢复”（fanzha tell --as 审批人 …），看过各群再“恢复发送”。")
	return nil
}

// restoreTo copies the archive at path to p, which has no ledger yet, and puts the
// signing key there.
func restoreTo(ctx context.Context, p app.Place, path, keyFile, public string) (cp ledger.Checkpoint, err error) {
	f, err := archive.Open(path)
	if err != nil {
		return cp, fmt.Errorf("打不开备份：%w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if f.From() != 0 {
		return cp, bot.Refuse(fmt.Sprintf("这个文件从第 %d 条开始，不是整本台账的备份", f.From()), "")
	}
	if _, err := f.Verify(ctx, public); err != nil {
		return cp, err
	}
	to, err := p.Write(ctx)
	if err != nil {
		return cp, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	head, err := to.Head(ctx)
	switch {
	case err != nil:
		return cp, err
	case head.Size > 0 && !head.Unfinished():
		return cp, bot.Refuse(fmt.Sprintf("%s 已有台账 %d 条，只能恢复到空处", p, head.Size), "请确认不要了再把它移走")
	}
	// The key first: a ledger without its key cannot be gone on with, and this
	// command, run again, would not touch it.
	if filepath.Clean(keyFile) != filepath.Clean(p.Key()) {
		if err := os.MkdirAll(filepath.Dir(p.Key()), 0o700); err != nil {
			return cp, fmt.Errorf("making the data directory: %w", err)
		}
		if err := copyKey(keyFile, p.Key()); err != nil {
			return cp, err
		}
	}
	return ledger.Copy(ctx, to, f, public)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

func copyLedger(ctx context.Context, c console, args []string) error {
	f := flags(c, "ledger", "copy --from 来源 --to 目标", "把一个县的台账复制到别处，两头都逐条核验。来源、目标写台账文件（data/ledger.db），或写配置文件（.yaml），指它所说的地方：本机文件或 Redis。\n来源可以在运行；目标应是空的，或是来源的前一部分（接着复制）。")
	from := f.String("from", "", "`来源`")
	to := f.String("to", "", "`目标`")
	county := f.String("county", "", "`县`的代号；配置里只有一个县时不用写")
	public := f.String("key", "", "签名`公钥`，或写有公钥的文件；来源或目标旁边有密钥文件时不用写")
	words, err := f.words(args)
	switch {
	case err != nil:
		return err
	case !slices.Equal(words, []string{"copy"}):
		return usageError{"请写 copy，例如 fanzha ledger copy --from data/ledger.db --to redis.yaml"}
	case *from == "" || *to == "":
		return usageError{"请写 --from 来源 和 --to 目标"}
	}
	source, err := place(*from, *county)
	if err != nil {
		return err
	}
	target, err := place(*to, *county)
	if err != nil {
		return err
	}
	if *public, err = chooseKey(*public, source, target); err != nil {
		return err
	}
	return copyBetween(ctx, c, source, target, *public)
}

// place reads --from or --to.
func place(s, county string) (app.Place, error) {
	if ext := filepath.Ext(s); ext != ".yaml" && ext != ".yml" {
		return app.FilePlace(s), nil
	}
	cfg, err := config.LoadCounty(s, county, os.Getenv)
	return app.ConfigPlace(cfg), err
}

// chooseKey returns the public key under which a copy is checked: what given says,
// else that of the key file at the source, else at the target. A target that has
// the key of another ledger is refused.
func chooseKey(given string, source, target app.Place) (string, error) {
	at := [2]string{}
	for i, p := range []app.Place{source, target} {
		k, err := readKey(p.Key())
		if err != nil {
			return "", err
		}
		at[i] = k
	}
	public := publicOf(given)
	for _, k := range at {
		if public == "" {
			public = k
		}
	}
	switch {
	case public == "":
		return "", usageError{"来源和目标旁边都没有密钥文件，请用 --key 写明签名公钥"}
	case at[1] != "" && at[1] != public:
		return "", bot.Refuse("目标处已有另一本台账的签名密钥："+target.Key(), "请换一个目标，或先把这个密钥文件移走")
	}
	return public, nil
}

// readKey returns the public half of the key file at path, "" if there is none.
func readKey(path string) (string, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	k, err := ledger.OpenKey(path, "", nil)
	if err != nil {
		return "", err
	}
	return k.Public(), nil
}

// publicOf returns the public key that s is, or that the file s holds.
func publicOf(s string) string {
	b, err := os.ReadFile(s)
	if err != nil {
		return s
	}
	text := strings.TrimSpace(string(b))
	return text[strings.LastIndexByte(text, '\n')+1:] // a key file has the secret half before it
}

func copyBetween(ctx context.Context, c console, source, target app.Place, public string) (err error) {
	from, err := source.Read(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := target.Write(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	cp, err := ledger.Copy(ctx, to, from, public)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已复制并核验：%s → %s，%d 条。存证点 %s\n", source, target, cp.Size, cp.Witness())
	fmt.Fprintln(c.out, "来源若还在运行，停下以后把这条命令再运行一次，只补新的；两处不要同时写。")
	if k, err := readKey(target.Key()); err == nil && k == "" {
		fmt.Fprintf(c.out, "签名密钥没有复制：启用目标之前，请把 %s 复制为 %s。\n", source.Key(), target.Key())
	}
	return nil
}

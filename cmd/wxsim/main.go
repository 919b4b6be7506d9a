// Command wxsim serves a simulated WeCom and 公众号 platform on this machine: a
// corp with groups, members and the bot, the long connection that the bot speaks,
// the HTTP interfaces of webhooks, self-built apps and accounts with their
// callbacks, and a page on which a person plays any member. It is for demonstrations and tests and
// never for production: it forgets all at its end and checks nobody's
// identity. All that it knows of the platform is in
// [fanzha/bot/wechat/wechattest]; here are only the flags and the corp.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"fanzha/bot/wechat/wechattest"
)

const usage = `用法：wxsim [选项]

在本机模拟企业微信，供演示和测试，不得用于正式环境。
启动后向标准输出写一行 JSON（各接口的地址、编号和密钥），收到中断信号后退出；
退出后一切内容都不保留。群机器人、自建应用、公众号的接口在 web 所示的地址，
程序的配置里写 web.url；回调只发往本机。

示例：wxsim -groups 5 -members 12 -seed 7
      wxsim -corp corp.json -addr 127.0.0.1:8090
      wxsim -robots -app http://127.0.0.1:8081/callback/app -oa http://127.0.0.1:8081/callback/oa

选项：
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settings are what the flags say.
type settings struct {
	addr, botName, corpFile string
	groups, members         int
	robots                  bool
	app, oa, callback       string // where their callbacks go, "" for none
	seed                    uint64
	nasty                   float64
	verbose                 bool
}

// run serves until ctx ends and returns the exit code: 0, 1 for a failure, 2
// for wrong usage.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if err := serve(ctx, s, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "wxsim:", err)
		return 1
	}
	return 0
}

func parse(args []string, stderr io.Writer) (s settings, err error) {
	fs := flag.NewFlagSet("wxsim", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&s.addr, "addr", "127.0.0.1:0", "监听`地址`，只能是本机；端口 0 表示任选")
	fs.StringVar(&s.botName, "bot", "反诈助手", "机器人的`名称`")
	fs.StringVar(&s.corpFile, "corp", "", "企业成员和群的 JSON `文件`；不给则自动生成")
	fs.IntVar(&s.groups, "groups", 3, "自动生成的群`数`")
	fs.IntVar(&s.members, "members", 8, "每个群自动生成的成员`数`")
	fs.BoolVar(&s.robots, "robots", false, "给每个群加一个群机器人（webhook）")
	fs.StringVar(&s.app, "app", "", "加一个自建应用，回调发往此`地址`，如 http://127.0.0.1:8081/callback/app")
	fs.StringVar(&s.oa, "oa", "", "加一个公众号，回调发往此`地址`，如 http://127.0.0.1:8081/callback/oa")
	fs.StringVar(&s.callback, "callback", "", "机器人改用回调模式，回调发往此`地址`，如 http://127.0.0.1:8081/callback/aibot")
	fs.Uint64Var(&s.seed, "seed", 1, "随机`种子`；相同的种子得到相同的群编号和密钥")
	fs.Float64Var(&s.nasty, "nasty", 0, "各种故障发生的`概率`，0 到 1")
	fs.BoolVar(&s.verbose, "v", false, "在标准错误输出中记录被拒绝的请求")
	if err := fs.Parse(args); err != nil {
		return s, err
	}
	if fs.NArg() > 0 || s.groups < 0 || s.members < 0 || s.nasty < 0 || s.nasty > 1 {
		fs.Usage()
		return s, errors.New("wrong usage")
	}
	return s, nil
}

func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	c := generate(s.groups, s.members)
	if s.corpFile != "" {
		var err error
		if c, err = readCorp(s.corpFile); err != nil {
			return err
		}
	}
	opts := wechattest.Options{Seed: s.seed, Bots: []wechattest.Bot{{Name: s.botName}}}
	if s.verbose {
		opts.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	p := wechattest.New(opts)
	defer p.Close()
	c.settle(p)
	a, err := s.doors(p)
	if err != nil {
		return err
	}
	misbehave(p.Faults(), s.nasty)
	at, err := p.Serve(ctx, s.addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(stderr, "wxsim：模拟平台已启动，仅供演示和测试，不是真实微信，不得用于正式环境。")
	a.at(at)
	if err := json.NewEncoder(stdout).Encode(a); err != nil {
		return fmt.Errorf("announcing the address: %w", err)
	}
	<-ctx.Done()
	return nil
}

// misbehave makes each fault that a bot must live with strike with this
// chance.
func misbehave(f *wechattest.Faults, chance float64) {
	if chance == 0 {
		return
	}
	for _, kind := range []wechattest.FaultKind{
		wechattest.DuplicateCallback, wechattest.Garbage, wechattest.Noise,
		wechattest.LoseRequest, wechattest.LoseAnswer, wechattest.NoAnswer, wechattest.RefuseConnection,
		wechattest.FailRequest, wechattest.FailAnswer, wechattest.GarbleAnswer,
	} {
		f.Inject(wechattest.Fault{Kind: kind, Chance: chance})
	}
	for _, kind := range []wechattest.FaultKind{wechattest.DelayCallback, wechattest.DelayAnswer} {
		f.Inject(wechattest.Fault{Kind: kind, Chance: chance, Spread: 3 * time.Second})
	}
}

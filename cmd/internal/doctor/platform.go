package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"fanzha/bot/wechat"
	"fanzha/config"
)

// A platform is a place that the program must reach.
type platform struct{ name, url string }

// platformsOf lists what the counties' channels speak to, each place once.
func platformsOf(files []config.File) (out []platform) {
	add := func(name, at string) {
		for _, p := range out {
			if p.url == at {
				return
			}
		}
		out = append(out, platform{name, at})
	}
	for _, f := range files {
		if !f.WeCom.Callback.On() {
			if u, err := url.Parse(f.WeCom.URL); err == nil {
				// To ask without upgrading tells as much, and opens no connection
				// that would take the place of the bot's.
				add("企业微信长连接", strings.Replace(u.Scheme, "ws", "http", 1)+"://"+u.Host+"/")
			}
		}
		if f.App.CorpID != "" || len(f.Robots) > 0 {
			add("企业微信接口", webURL(f, wechat.HostWeCom))
		}
		if f.OA.AppID != "" {
			add("公众号接口", webURL(f, wechat.HostOfficial))
		}
	}
	return out
}

func webURL(f config.File, host string) string {
	if f.Web.URL != "" {
		return strings.TrimSuffix(f.Web.URL, "/") + "/"
	}
	return "https://" + host + "/"
}

// platforms sees whether the platforms can be reached. Whatever they answer, it is
// an answer: nobody who is not logged in is owed a better one.
func (e *examination) platforms(files []config.File) {
	for _, p := range platformsOf(files) {
		r, err := e.knock(p)
		u, _ := url.Parse(p.url)
		if err != nil {
			do := "请检查网络和防火墙，要能访问 " + u.Host
			if untrusted(err) {
				do = "请检查系统时间，以及是否有设备在中间拆解加密连接"
			}
			e.say(Fault, "", p.name, "到 "+u.Host+" 不通："+reasonOf(err), do)
			continue
		}
		e.say(Fine, "", p.name, "到 "+u.Host+" 通", "")
		if r != nil {
			e.clock = append(e.clock, *r)
		}
	}
}

// knock asks a platform for nothing and returns what its clock says, nil if it does
// not say.
func (e *examination) knock(p platform) (*reading, error) {
	ctx, cancel := e.within()
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url, nil)
	if err != nil {
		return nil, err
	}
	before := e.deps.Now()
	resp, err := e.deps.Web.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	took := e.deps.Now().Sub(before)
	if err := resp.Body.Close(); err != nil {
		return nil, err
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return nil, nil
	}
	// A date has whole seconds: on the average half of one has passed since.
	return &reading{p.name, date.Add(time.Second / 2).Sub(before.Add(took / 2))}, nil
}

// A reading is how far another clock is ahead of this machine's.
type reading struct {
	of     string
	offset time.Duration
}

// What the clock may differ by; see the package comment.
const (
	fineOffset = 5 * time.Second
	maxOffset  = time.Minute
)

// judgeClocks judges the readings of others' clocks.
func judgeClocks(all []reading) (out []Finding) {
	if len(all) == 0 {
		return []Finding{{Note, "", "时钟", "没有可以对照的时间来源", "请先解决上面连不通的问题，再运行一次"}}
	}
	var fine []string
	for _, r := range all {
		off := r.offset.Abs()
		if off <= fineOffset {
			fine = append(fine, r.of)
			continue
		}
		word, grade := "慢", Note
		if r.offset < 0 {
			word = "快"
		}
		if off > maxOffset {
			grade = Fault
		}
		out = append(out, Finding{grade, "", "时钟", fmt.Sprintf("本机比%s%s约 %d 秒", r.of, word, int(off.Round(time.Second).Seconds())),
			"请开启时间同步（timedatectl set-ntp true），差得多时定时推送不准、平台的回调会被当作过期拒收"})
	}
	if len(fine) > 0 {
		out = append(out, Finding{About: "时钟", Text: fmt.Sprintf("与%s相差不到 %d 秒", strings.Join(fine, "、"), int(fineOffset.Seconds()))})
	}
	return out
}

// A readiness is what /readyz answered.
type readiness struct {
	ok   bool
	text string
}

// askReady asks the program that serves its signals at addr. It goes by no proxy.
func askReady(ctx context.Context, addr string) (readiness, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return readiness{}, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return readiness{}, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return readiness{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	return readiness{resp.StatusCode == http.StatusOK, strings.TrimSpace(string(body))}, err
}

// judgeReady judges the answer of the program.
func judgeReady(r readiness, err error) Finding {
	const about = "运行状态"
	var remarks []string
	for line := range strings.Lines(r.text) {
		if remark, ok := strings.CutPrefix(strings.TrimSpace(line), "注意："); ok {
			remarks = append(remarks, remark)
		}
	}
	switch {
	case refused(err):
		return Finding{About: about, Text: "程序现在没有在本机运行"}
	case err != nil:
		return Finding{Note, "", about, "问不到 /readyz：" + reasonOf(err), "请看程序的日志"}
	case !r.ok:
		return Finding{Note, "", about, "程序在运行，但未就绪：" + strings.ReplaceAll(r.text, "\n", "；"), "请按提示处理，并看程序的日志"}
	case len(remarks) > 0:
		return Finding{Note, "", about, "程序在运行，已就绪，但" + strings.Join(remarks, "；"), "请按提示处理"}
	}
	return Finding{About: about, Text: "程序在运行，已就绪"}
}

func refused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// untrusted reports whether err says that a certificate is not to be trusted.
func untrusted(err error) bool {
	var cert *tls.CertificateVerificationError
	return errors.As(err, &cert)
}

// innermost returns the first cause of err, without what others said about it.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// silent returns a log that nobody reads.
func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

package doctor

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
	"fanzha/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// now is when all examinations are made.
func now() time.Time { return time.Date(2026, 10, 20, 9, 0, 0, 0, bot.Zone) }

// A web answers for every platform.
type web struct {
	date time.Time
	err  error
}

func (w web) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.err != nil {
		return nil, w.err
	}
	if len(r.Header) > 0 || r.URL.RawQuery != "" || r.Body != nil {
		return nil, errors.New("an empty request was expected")
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Date", w.date.UTC().Format(http.TimeFormat))
	rec.WriteHeader(http.StatusNotFound)
	return rec.Result(), nil
}

// office returns the configuration of an office whose data is in a new directory.
func office(t *testing.T) config.File {
	t.Helper()
	f := config.Default()
	f.WeCom.BotID, f.WeCom.Secret = "bot-1", config.NewSecret("s3cret")
	f.HTTP.Addr = ""
	f.Data.Dir = filepath.Join(t.TempDir(), "data")
	return f
}

// worked makes the ledger and key of an office that has been at work.
func worked(t *testing.T, f config.File) {
	t.Helper()
	makeData(t, f)
	l, err := sqlite.Open(t.Context(), f.Data.Ledger())
	if err != nil {
		t.Fatal(err)
	}
	write(t, f, l)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func makeData(t *testing.T, f config.File) {
	t.Helper()
	if err := os.MkdirAll(f.Data.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

// write appends to an empty ledger what a start does, signed by the office's key.
func write(t *testing.T, f config.File, l ledger.Ledger) {
	t.Helper()
	k, err := ledger.OpenKey(f.Data.Key(), "fanzha/"+f.County.Name, strings.NewReader(strings.Repeat("k", 64)))
	if err != nil {
		t.Fatal(err)
	}
	e, r, err := ledger.Seal(0, now(), &bot.ProcessStarted{FourEyes: true}, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	var tree ledger.Tree
	tree.Add(e.Hash)
	signed, err := k.Checkpoint(ledger.Checkpoint{Size: 1, Root: tree.Root()})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), 0, []ledger.Record{r}, signed); err != nil {
		t.Fatal(err)
	}
}

func sound() Deps {
	return Deps{Now: now, Web: web{date: now()}, Space: func(string) (uint64, uint64, error) { return 80 << 30, 1, nil }}
}

// report examines and returns what a person reads, with what differs from run to
// run replaced.
func report(t *testing.T, d Deps, files ...config.File) string {
	t.Helper()
	var b strings.Builder
	Examine(t.Context(), files, d, func(f Finding) { fmt.Fprintln(&b, f) })
	text := b.String()
	if strings.Contains(text, "s3cret") {
		t.Errorf("the report shows a secret:\n%s", text)
	}
	text = strings.ReplaceAll(text, filepath.Dir(files[0].Data.Dir), "/srv")
	return regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:PORT")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// signals serves answer as /readyz and returns the address.
func signals(t *testing.T, code int, answer string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// What a person reads, by what there is to find.
func TestReportsOfOneMachine(t *testing.T) {
	var all strings.Builder
	for _, c := range []struct {
		name string
		make func(t *testing.T, f *config.File, d *Deps)
	}{
		{"before the first start", func(*testing.T, *config.File, *Deps) {}},
		{"everything is well", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			f.HTTP.Addr = signals(t, 200, "ok\n")
		}},
		{"the program runs and has the ledger open", func(t *testing.T, f *config.File, _ *Deps) {
			makeData(t, *f)
			l, err := sqlite.Open(t.Context(), f.Data.Ledger())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			write(t, *f, l)
		}},
		{"all channels, and nobody answers", func(t *testing.T, f *config.File, d *Deps) {
			f.OA.AppID, f.App.CorpID = "wx1", "ww1"
			d.Web = web{err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}
		}},
		{"not ready", func(t *testing.T, f *config.File, _ *Deps) {
			f.HTTP.Addr = signals(t, 503, "企业微信长连接未就绪：正在重连\n")
		}},
		{"ready with remarks", func(t *testing.T, f *config.File, _ *Deps) {
			f.HTTP.Addr = signals(t, 200, "ok\n注意：渠道 oa：密钥不对\n注意：没有2026年的放假安排\n")
		}},
		{"ready with others", func(t *testing.T, f *config.File, _ *Deps) {
			f.HTTP.Addr = signals(t, 200, "安泽县（anze，台账 39 条）：主持\n大宁县（daning，台账 41 条）：备用，随时可以接替，现由 fanzha-2 主持\n")
		}},
		{"a slow clock", func(_ *testing.T, _ *config.File, d *Deps) { d.Web = web{date: now().Add(10 * time.Second)} }},
		{"a clock far ahead", func(_ *testing.T, _ *config.File, d *Deps) { d.Web = web{date: now().Add(-3 * time.Minute)} }},
		{"little space", func(_ *testing.T, _ *config.File, d *Deps) {
			d.Space = func(string) (uint64, uint64, error) { return 1 << 30, 1, nil }
		}},
		{"no space", func(_ *testing.T, _ *config.File, d *Deps) {
			d.Space = func(string) (uint64, uint64, error) { return 100 << 20, 1, nil }
		}},
		{"open to others", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			f.WeCom.SecretFile = filepath.Join(f.Data.Dir, "wecom.secret")
			f.OA.TokenFile = filepath.Join(f.Data.Dir, "oa.token")
			for name, mode := range map[string]os.FileMode{f.Data.Dir: 0o755, f.Data.Key(): 0o644, f.WeCom.SecretFile: 0o644, f.OA.TokenFile: 0o640} {
				if _, err := os.Stat(name); err != nil {
					if err := os.WriteFile(name, nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Chmod(name, mode); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"the key is lost", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			if err := os.Remove(f.Data.Key()); err != nil {
				t.Fatal(err)
			}
		}},
		{"another key", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			if err := os.Remove(f.Data.Key()); err != nil {
				t.Fatal(err)
			}
			if _, err := ledger.OpenKey(f.Data.Key(), "fanzha/"+f.County.Name, strings.NewReader(strings.Repeat("o", 64))); err != nil {
				t.Fatal(err)
			}
		}},
		{"the key is damaged", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			if err := os.WriteFile(f.Data.Key(), []byte("s3cret\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"the ledger is lost", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			if err := os.Remove(f.Data.Ledger()); err != nil {
				t.Fatal(err)
			}
		}},
		{"the ledger is damaged", func(t *testing.T, f *config.File, _ *Deps) {
			worked(t, *f)
			if err := os.WriteFile(f.Data.Ledger(), []byte("zero"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"units with a fault", func(t *testing.T, f *config.File, _ *Deps) {
			f.County.Units = filepath.Join(t.TempDir(), "nowhere.yaml")
		}},
		{"advertised, but only this machine is let in", func(_ *testing.T, f *config.File, _ *Deps) {
			f.Process.Advertise = "http://10.0.0.1:8081"
		}},
		{"next year's holidays are due", func(_ *testing.T, _ *config.File, d *Deps) {
			later := now().AddDate(0, 1, 0)
			d.Now = func() time.Time { return later }
			d.Web = web{date: later}
		}},
	} {
		f, d := office(t), sound()
		c.make(t, &f, &d)
		text := report(t, d, f)
		if dir := filepath.Dir(f.County.Units); f.County.Units != "" {
			text = strings.ReplaceAll(text, dir, "/srv")
		}
		fmt.Fprintf(&all, "== %s\n%s", c.name, text)
	}
	golden(t, "machine.golden", all.String())
}

// The order of two words is the whole difference between fast and slow.
func TestClockIsJudgedByTheWorstReading(t *testing.T) {
	for _, c := range []struct {
		offset time.Duration
		want   Grade
		says   string
	}{
		{5 * time.Second, Fine, "相差不到 5 秒"}, {-5 * time.Second, Fine, "相差不到 5 秒"},
		{5*time.Second + 1, Note, "慢约 5 秒"}, {-59 * time.Second, Note, "快约 59 秒"},
		{61 * time.Second, Fault, "慢约 61 秒"}, {-time.Hour, Fault, "快约 3600 秒"},
	} {
		got := judgeClocks([]reading{{"Redis", c.offset}})
		if len(got) != 1 || got[0].Grade != c.want || !strings.Contains(got[0].Text, c.says) {
			t.Errorf("%v: %v, want %v, %s", c.offset, got, c.want, c.says)
		}
	}
	if got := judgeClocks([]reading{{"Redis", 0}, {"平台", time.Hour}}); len(got) != 2 || got[0].Grade != Fault {
		t.Errorf("two readings: %v", got)
	}
}

func TestReasonsAreSaidInChinese(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host"}}, "域名解析不了"},
		{fmt.Errorf("x: %w", os.ErrDeadlineExceeded), "等了 5 秒没有应答"},
		{errors.New("tls: handshake failure"), "连接失败（tls: handshake failure）"},
	} {
		if got := reasonOf(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	if _, err := askReady(t.Context(), free.Addr().String()); reasonOf(err) != "没有程序在那里接受连接" {
		t.Errorf("%v: %s", err, reasonOf(err))
	}
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	if _, err := http.Get(srv.URL); reasonOf(err) != "证书不对" || !untrusted(err) {
		t.Errorf("%v: %s", err, reasonOf(err))
	}
}

func TestSpaceOfThisMachineIsKnown(t *testing.T) {
	if free, _, err := space(t.TempDir()); err != nil || free == 0 {
		t.Errorf("space = %d, %v", free, err)
	}
}

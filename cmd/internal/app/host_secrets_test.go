package app_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"reflect"
	"strings"
	"testing"

	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
)

// redisTellsNoSecret has every kind of trouble with a Redis that wants a password:
// a wrong one, and a server, as older ones and proxies are, that repeats a command
// which it does not know with its arguments, and so the password.
func redisTellsNoSecret(t *testing.T, seen map[string]bool) {
	f := newFleet(t, "")
	var log bytes.Buffer
	text := new(strings.Builder)
	echo := echoing(t)
	right := redistest.Single(t, "requirepass RIGHT-0815-RIGHT").URL()
	for i, url := range []string{right, right, echo, strings.Replace(echo, "redis://", "redis+sentinel://", 1) + "/mymaster", strings.Replace(echo, "redis://", "redis+cluster://", 1)} {
		password := "WRONG-4711-WRONG"
		if i == 0 {
			password = "RIGHT-0815-RIGHT"
		}
		cfg := f.config("one")
		cfg.Redis.URL, cfg.Redis.Username = url, "default"
		cfg.Redis.Password, cfg.Redis.SentinelPassword = config.NewSecret(password), config.NewSecret("SENTINEL-4711-SENTINEL")
		h, err := app.NewHost(t.Context(), []config.File{cfg}, app.Deps{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		fmt.Fprintf(text, "%v\n%+v\n", err, cfg.Redis)
		if i == 0 && err == nil {
			_, ready := (&process{Host: h}).ready()
			text.WriteString(ready)
			_ = h.Close()
		} else if err == nil || i == 0 {
			t.Errorf("%s: %v", url, err)
		}
		for _, field := range secretFields(reflect.ValueOf(cfg), "", nil) {
			if !strings.HasPrefix(field.name, "Redis.") {
				continue
			}
			seen[field.name] = true
			if told := text.String() + log.String(); strings.Contains(told, field.text) {
				t.Errorf("%s is told with %s:\n%s", field.name, url, told)
			}
		}
	}
}

// echoing is a server that knows no command.
func echoing(t *testing.T) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				b := make([]byte, 4096)
				for {
					n, err := c.Read(b)
					if err != nil {
						return
					}
					said := strings.NewReplacer("\r", " ", "\n", " ").Replace(string(b[:n]))
					for range strings.Count(said, "*") {
						if _, err := io.WriteString(c, "-ERR unknown command, with args beginning with: "+said+"\r\n"); err != nil {
							return
						}
					}
				}
			}()
		}
	}()
	return "redis://" + l.Addr().String()
}

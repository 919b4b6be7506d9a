package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"fanzha/bot"
	"fanzha/handlers"
)

// The control socket is how the command line reaches a running program: the
// ledger has one writer, so a second process must ask the first. It is a Unix
// socket in the data directory that only the program's own system user can open;
// who may do what is settled by the operator that the command names.

// maxRequest bounds what the control socket reads: a roster of the largest unit.
const maxRequest = 32 << 20

// wireRequest is every request of the control socket.
type wireRequest struct {
	As     bot.OperatorID       `json:"as"`
	Text   string               `json:"text,omitempty"`
	Roster *handlers.RosterFile `json:"roster,omitempty"`
	Month  string               `json:"month,omitempty"`
	Masked bool                 `json:"masked,omitempty"`
	Texts  bool                 `json:"texts,omitempty"`
	Reason string               `json:"reason,omitempty"`
}

// wireError is the answer to a request that failed.
type wireError struct {
	Refusal *bot.Refusal `json:"refusal,omitempty"`
	Error   string       `json:"error,omitempty"`
}

// maxSocketPath is how long the path of a Unix socket may be on every system
// that the program runs on: sun_path holds 104 bytes on some, with the final
// zero.
const maxSocketPath = 103

// summaryHeader carries what an export holds, beside the file itself.
const summaryHeader = "Fanzha-Summary"

// ServeControl serves the control socket at path until ctx ends.
func (a *App) ServeControl(ctx context.Context, path string) error { return serveControl(ctx, path, a) }

// serveControl serves o at path until ctx ends.
func serveControl(ctx context.Context, path string, o Office) error {
	l, err := listenControl(ctx, path)
	if err != nil {
		return err
	}
	return serveOffice(ctx, l, o)
}

// listenControl opens the control socket at path.
func listenControl(ctx context.Context, path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, bot.Refuse(fmt.Sprintf("数据目录的路径太长：%s 有 %d 字节，系统最多允许 %d", path, len(path), maxSocketPath), "请把 data.dir 换成短一些的路径")
	}
	// A socket left by a killed process is in the way; the ledger's lock
	// ensures that no other process is behind it.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("removing the old control socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protecting the control socket: %w", err), l.Close())
	}
	return l, nil
}

// serveOffice serves o at l until ctx ends.
func serveOffice(ctx context.Context, l net.Listener, o Office) error {
	srv := &http.Server{Handler: controlHandler(o), ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = srv.Shutdown(grace)
	})
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the control socket: %w", err)
	}
	return nil
}

// controlHandler turns requests into calls of o.
func controlHandler(o Office) http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, do func(ctx context.Context, r wireRequest, w http.ResponseWriter) (string, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, req *http.Request) {
			var r wireRequest
			if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, maxRequest)).Decode(&r); err != nil {
				fail(w, fmt.Errorf("reading the request: %w", err))
				return
			}
			text, err := do(req.Context(), r, w)
			if err != nil {
				fail(w, err)
				return
			}
			_, _ = io.WriteString(w, text)
		})
	}
	handle("/tell", func(ctx context.Context, r wireRequest, _ http.ResponseWriter) (string, error) {
		return o.Tell(ctx, r.As, r.Text)
	})
	handle("/roster", func(ctx context.Context, r wireRequest, _ http.ResponseWriter) (string, error) {
		if r.Roster == nil {
			return "", errors.New("no roster in the request")
		}
		return o.ImportRoster(ctx, r.As, *r.Roster)
	})
	handle("/export", func(ctx context.Context, r wireRequest, w http.ResponseWriter) (string, error) {
		m, err := bot.ParseMonth(r.Month)
		if err != nil {
			return "", err
		}
		var file bytes.Buffer
		summary, err := o.Export(ctx, r.As, Export{Month: m, Masked: r.Masked, Texts: r.Texts, Reason: r.Reason}, &file)
		if err != nil {
			return "", err
		}
		w.Header().Set(summaryHeader, url.QueryEscape(summary))
		return file.String(), nil
	})
	return mux
}

func fail(w http.ResponseWriter, err error) {
	e := wireError{Error: err.Error()}
	var r *bot.Refusal
	if errors.As(err, &r) {
		e = wireError{Refusal: r}
	}
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(e)
}

// remote is the office of a running program, behind its control socket.
type remote struct{ client *http.Client }

// Dial returns the office of the program that serves the control socket at path.
func Dial(path string) Office {
	return remote{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
}

func (r remote) Tell(ctx context.Context, as bot.OperatorID, text string) (string, error) {
	body, _, err := r.call(ctx, "/tell", wireRequest{As: as, Text: text})
	return string(body), err
}

func (r remote) ImportRoster(ctx context.Context, as bot.OperatorID, f handlers.RosterFile) (string, error) {
	body, _, err := r.call(ctx, "/roster", wireRequest{As: as, Roster: &f})
	return string(body), err
}

func (r remote) Export(ctx context.Context, as bot.OperatorID, e Export, w io.Writer) (string, error) {
	body, summary, err := r.call(ctx, "/export", wireRequest{As: as, Month: e.Month.String(), Masked: e.Masked, Texts: e.Texts, Reason: e.Reason})
	if err != nil {
		return "", err
	}
	_, err = w.Write(body)
	return summary, err
}

func (r remote) call(ctx context.Context, path string, req wireRequest) (body []byte, summary string, err error) {
	b, err := json.Marshal(req)
	if err != nil {
		return nil, "", fmt.Errorf("encoding the request: %w", err)
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control"+path, bytes.NewReader(b))
	if err != nil {
		return nil, "", err
	}
	resp, err := r.client.Do(post)
	if err != nil {
		return nil, "", fmt.Errorf("asking the running program: %w", err)
	}
	defer resp.Body.Close()
	if body, err = io.ReadAll(resp.Body); err != nil {
		return nil, "", fmt.Errorf("reading the answer of the running program: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		var e wireError
		switch err := json.Unmarshal(body, &e); {
		case err != nil:
			return nil, "", fmt.Errorf("the running program answered %s", resp.Status)
		case e.Refusal != nil:
			return nil, "", e.Refusal
		}
		return nil, "", errors.New(e.Error)
	}
	if summary, err = url.QueryUnescape(resp.Header.Get(summaryHeader)); err != nil {
		summary = ""
	}
	return body, summary, nil
}

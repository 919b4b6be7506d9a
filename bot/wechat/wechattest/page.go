package wechattest

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"strconv"
	"time"
)

//go:embed page
var pageFiles embed.FS

// maxPost is how many bytes the page may post at once.
const maxPost = 64 << 10

// pageEvery is how often at most the page is told of changes.
const pageEvery = 200 * time.Millisecond

// Page returns a plain WeChat-like web client for people: all conversations as
// any member sees them, with a box to write and cards to press. It answers
// only requests to a loopback host, so that no web page elsewhere can reach
// it through a name of its own, and takes posts only from itself.
func (p *Platform) Page() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic("unreachable: the folder is embedded: " + err.Error())
	}
	tmpl := template.Must(template.ParseFS(files, "page.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = tmpl.Execute(w, p.Bots()[0])
	})
	mux.Handle("GET /page.css", http.FileServerFS(files))
	mux.Handle("GET /page.js", http.FileServerFS(files))
	mux.HandleFunc("GET /people", p.servePeople)
	mux.HandleFunc("GET /state", p.serveState)
	mux.HandleFunc("GET /events", p.serveEvents)
	mux.HandleFunc("GET /media/{id}", p.serveMedia)
	mux.HandleFunc("POST /say", p.serveSay)
	mux.HandleFunc("POST /click", p.serveClick)
	mux.HandleFunc("POST /enter", p.serveEnter)
	return local(http.NewCrossOriginProtection().Handler(mux))
}

// local lets only requests to a loopback host pass and sets the headers that
// keep the page to itself.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "模拟平台只能从本机访问。", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// loopbackHost reports whether host, with or without a port, names this
// machine.
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "[::1]"
}

// serveEvents tells the page by server-sent events that something changed.
func (p *Platform) serveEvents(w http.ResponseWriter, r *http.Request) {
	if !p.begin() {
		http.Error(w, "模拟平台已关闭。", http.StatusServiceUnavailable)
		return
	}
	defer p.wg.Done()
	w.Header().Set("Content-Type", "text/event-stream")
	rc := http.NewResponseController(w)
	for {
		changed := p.changes()
		version, open := p.pulse()
		if !open {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %d\n\n", version); err != nil || rc.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
		pause := time.NewTimer(pageEvery)
		select {
		case <-pause.C:
		case <-r.Context().Done():
			pause.Stop()
			return
		}
	}
}

// begin counts a request that Close waits for; false means p is closed.
func (p *Platform) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.wg.Add(1)
	}
	return !p.closed
}

// pulse returns the number of the last change, and whether p is open.
func (p *Platform) pulse() (version uint64, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.version, !p.closed
}

func (p *Platform) servePeople(w http.ResponseWriter, _ *http.Request) {
	type person struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	people := []person{}
	for _, m := range p.Members() {
		people = append(people, person{m.UserID, m.Name})
	}
	writeJSON(w, people)
}

func (p *Platform) serveSay(w http.ResponseWriter, r *http.Request) {
	var req struct{ Chat, As, Text, Quote string }
	if !readJSON(w, r, &req) {
		return
	}
	answerAct(w, p.sayAt(r.Context(), req.Chat, req.As, req.Text, req.Quote))
}

func (p *Platform) serveClick(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Chat, As, Task, Key string
		Selected            []Selection
	}
	if !readJSON(w, r, &req) {
		return
	}
	answerAct(w, p.clickAt(r.Context(), req.Chat, req.As, req.Task, req.Key, req.Selected))
}

// serveMedia answers with the bytes of an upload, to be saved and never shown: what
// a bot sends is not to run as a page of ours.
func (p *Platform) serveMedia(w http.ResponseWriter, r *http.Request) {
	name, data, ok := p.Media(r.PathValue("id"))
	if !ok {
		http.Error(w, "没有这个文件。", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

// readJSON reads the body of a post; false means that it has been refused.
func readJSON(w http.ResponseWriter, r *http.Request, dst any) bool {
	// A form of another site cannot post this type.
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || typ != "application/json" {
		http.Error(w, "请求的格式应为 JSON。", http.StatusUnsupportedMediaType)
		return false
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPost))
	dec.DisallowUnknownFields()
	if err := dec.Decode(dst); err != nil {
		http.Error(w, "请求有误，请刷新页面后再试。", http.StatusBadRequest)
		return false
	}
	return true
}

// answerAct says in words for the page whether an act succeeded.
func answerAct(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, errNotIn):
		http.Error(w, "该成员不在这个会话中。", http.StatusConflict)
	case errors.Is(err, errSilent):
		http.Error(w, "请先输入内容。", http.StatusConflict)
	default:
		http.Error(w, "操作未成功，请刷新页面后再试。", http.StatusConflict)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

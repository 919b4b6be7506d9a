package wechattest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Hosts of the platform's HTTP interfaces. Some paths exist on both and mean
// different things, so that an endpoint is known by its host and its path.
const (
	workHost     = "qyapi.weixin.qq.com" // WeCom
	officialHost = "api.weixin.qq.com"   // 公众号
)

// maxWebBody is how many bytes one request may have: the largest file and what
// is around it.
const maxWebBody = 21 << 20

// Faults that strike HTTP interfaces alone. [LoseRequest], [LoseAnswer],
// [NoAnswer], [DelayAnswer] and [RefuseCommand] strike them too; their
// [Fault].Cmd is the path, for example /cgi-bin/webhook/send.
const (
	// FailRequest answers with the HTTP status Code (0 means 502) instead of
	// carrying the request out.
	FailRequest FaultKind = "fail request"
	// FailAnswer carries the request out and answers with the HTTP status Code
	// (0 means 502).
	FailAnswer FaultKind = "fail answer"
	// GarbleAnswer carries the request out and answers with status 200 and
	// [Fault].Msg, which is no answer of the platform's; none means a web page.
	GarbleAnswer FaultKind = "garble answer"
	// Unreachable makes every new connection of [Platform.HTTPClient] fail, as
	// if nobody listened.
	Unreachable FaultKind = "unreachable"
)

// An endpoint is one HTTP interface.
type endpoint struct {
	host, path string
	// read takes the request apart. What is wrong with it the webRequest
	// says when it is performed, for the platform looks at the caller first.
	read func(r *http.Request, body []byte) webRequest
}

// A webRequest is one call of an endpoint.
type webRequest interface {
	// words returns what moderation reads.
	words() string
	// chat returns the id of the conversation that the request is about, or
	// "". Platform.mu is held.
	chat(p *Platform) string
	// perform carries the request out or refuses it. The fields of answer
	// stand beside errcode and errmsg. Platform.mu is held.
	perform(p *Platform, now time.Time) (answer map[string]any, no *refusal)
}

// endpoints are all HTTP interfaces.
func endpoints() (all []endpoint) {
	all = append(all, webhookEndpoints()...)
	all = append(all, officialEndpoints()...)
	all = append(all, appEndpoints()...)
	all = append(all, aibotCallbackEndpoints()...)
	return all
}

// WebAPI returns the platform's HTTP interfaces. It tells them apart by the
// request's Host, so that a client whose requests are redirected to it must
// leave that as it was.
func (p *Platform) WebAPI() http.Handler {
	table := make(map[string]endpoint)
	for _, e := range endpoints() {
		table[e.host+e.path] = e
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, ok := table[hostname(r.Host)+r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if !p.begin() {
			http.Error(w, "closed", http.StatusServiceUnavailable)
			return
		}
		defer p.wg.Done()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebBody))
		if err != nil {
			http.Error(w, "request entity too large", http.StatusRequestEntityTooLarge)
			return
		}
		p.serveWeb(w, r, e.path, e.read(r, body))
	})
}

// webHost reports whether host is one of the platform's HTTP interfaces.
func webHost(host string) bool {
	host = hostname(host)
	return host == workHost || host == officialHost
}

func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

// serveWeb performs q and answers, as the faults have it.
func (p *Platform) serveWeb(w http.ResponseWriter, r *http.Request, path string, q webRequest) {
	o := occasion{cmd: path, text: q.words()}
	answer, strikes := p.performWeb(r, &o, q)
	switch {
	case strikes.lost:
		panic(http.ErrAbortHandler) // net/http's way to cut the connection
	case strikes.silent:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case strikes.status != 0:
		http.Error(w, http.StatusText(strikes.status), strikes.status)
		return
	case strikes.garbled != "":
		_, _ = io.WriteString(w, strikes.garbled)
		return
	}
	if strikes.delay > 0 {
		late := time.NewTimer(strikes.delay)
		defer late.Stop()
		select {
		case <-late.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	writeJSON(w, answer)
}

// strikes are what faults do to one answer.
type strikes struct {
	lost, silent bool
	status       int
	garbled      string
	delay        time.Duration
}

// performWeb performs q, unless a fault prevents it, and returns the answer
// and what is to become of it.
func (p *Platform) performWeb(r *http.Request, o *occasion, q webRequest) (answer map[string]any, s strikes) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o.chat = q.chat(p)
	if p.faults.strike(LoseRequest, *o) != nil {
		return nil, strikes{lost: true}
	}
	if f := p.faults.strike(FailRequest, *o); f != nil {
		return nil, strikes{status: status(f)}
	}
	before := len(p.sent)
	answer, no := p.judge(r, *o, q)
	if no != nil {
		p.log.Debug("refused", "path", o.cmd, "code", no.code, "reason", no.msg)
		p.webRefused[no.code]++
		answer = map[string]any{"errcode": no.code, "errmsg": no.msg}
	}
	p.notify()
	if s = p.spoil(*o); s == (strikes{}) || s.delay > 0 {
		for i := before; i < len(p.sent); i++ {
			p.sent[i].Answered = true
		}
	}
	return answer, s
}

// judge is q's answer when nothing is lost. p.mu is held.
func (p *Platform) judge(r *http.Request, o occasion, q webRequest) (map[string]any, *refusal) {
	if f := p.faults.strike(RefuseCommand, o); f != nil {
		return nil, &refusal{f.Code, f.Msg}
	}
	if r.Method != http.MethodPost && !(r.Method == http.MethodGet && byGet(q)) {
		return nil, refuse(codeNotPost, "require POST method")
	}
	answer, no := q.perform(p, p.opts.Now())
	if no != nil {
		return nil, no
	}
	if answer == nil {
		answer = make(map[string]any)
	}
	answer["errcode"], answer["errmsg"] = codeOK, "ok"
	return answer, nil
}

// byGet reports whether q may be asked by GET.
func byGet(q webRequest) bool {
	g, ok := q.(interface{ byGet() bool })
	return ok && g.byGet()
}

// spoil says what becomes of an answer. p.mu is held.
func (p *Platform) spoil(o occasion) strikes {
	switch {
	case p.faults.strike(LoseAnswer, o) != nil:
		return strikes{lost: true}
	case p.faults.strike(NoAnswer, o) != nil:
		return strikes{silent: true}
	}
	if f := p.faults.strike(FailAnswer, o); f != nil {
		return strikes{status: status(f)}
	}
	if f := p.faults.strike(GarbleAnswer, o); f != nil {
		if f.Msg == "" {
			return strikes{garbled: "<html><body>系统维护中</body></html>"}
		}
		return strikes{garbled: f.Msg}
	}
	if f := p.faults.strike(DelayAnswer, o); f != nil {
		return strikes{delay: p.faults.delay(f)}
	}
	return strikes{}
}

// status is the HTTP status of a fault.
func status(f *Fault) int {
	if f.Code == 0 {
		return http.StatusBadGateway
	}
	return f.Code
}

// WebRefused returns how often an HTTP interface has answered with this code,
// by a fault or of its own.
func (p *Platform) WebRefused(code int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.webRefused[code]
}

// decodeWeb reads a request's JSON body strictly into dst.
func decodeWeb(body []byte, dst any) *refusal {
	if no := checkText(body); no != nil {
		return no
	}
	return decode("body", json.RawMessage(body), dst)
}

// unixString is an instant as the interfaces write it.
func unixString(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

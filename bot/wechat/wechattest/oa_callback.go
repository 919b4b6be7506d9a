package wechattest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Say lets a person write.
func (a *OfficialAccount) Say(ctx context.Context, openID, text string) (Reply, error) {
	return a.Act(ctx, openID, true, a.Message(openID, "text", "Content", text))
}

// Speak lets a person send a voice message that is recognised as text.
func (a *OfficialAccount) Speak(ctx context.Context, openID, text string) (Reply, error) {
	return a.Act(ctx, openID, true, a.Message(openID, "voice", "MediaId", "media", "Format", "amr", "Recognition", text))
}

// Press lets a person press the menu's button of that key.
func (a *OfficialAccount) Press(ctx context.Context, openID, key string) (Reply, error) {
	return a.Act(ctx, openID, false, a.Event(openID, "CLICK", "EventKey", key))
}

// Follow lets a person follow the account.
func (a *OfficialAccount) Follow(ctx context.Context, openID string) (Reply, error) {
	return a.Act(ctx, openID, false, a.Event(openID, "subscribe", "EventKey", ""))
}

// Scan lets a follower scan the account's code.
func (a *OfficialAccount) Scan(ctx context.Context, openID, scene string) (Reply, error) {
	return a.Act(ctx, openID, false, a.Event(openID, "SCAN", "EventKey", scene, "Ticket", "TICKET"))
}

// Unfollow lets a person leave: nothing reaches him any more.
func (a *OfficialAccount) Unfollow(ctx context.Context, openID string) (Reply, error) {
	r, err := a.Act(ctx, openID, false, a.Event(openID, "unsubscribe", "EventKey", ""))
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	f := a.person(openID)
	f.follows, f.spoke, f.acted = false, allowance{}, allowance{}
	return r, err
}

// Message returns the XML of a message with a new MsgId. fields are names and
// values by turns.
func (a *OfficialAccount) Message(openID, kind string, fields ...string) string {
	a.p.mu.Lock()
	a.msgID++
	id := a.msgID
	a.p.mu.Unlock()
	return a.document(openID, append([]string{"MsgType", kind}, fields...), "<MsgId>"+strconv.FormatUint(id, 10)+"</MsgId>")
}

// Event returns the XML of an event. Two events of one person in one second are
// the same to the platform's users.
func (a *OfficialAccount) Event(openID, event string, fields ...string) string {
	return a.document(openID, append([]string{"MsgType", "event", "Event", event}, fields...), "")
}

func (a *OfficialAccount) document(openID string, fields []string, tail string) string {
	return callbackDocument(a.ID, openID, a.p.opts.Now(), fields, tail)
}

// callbackDocument returns the XML of a callback in the clear. fields are names
// and values by turns; tail follows them as it is.
func callbackDocument(to, from string, at time.Time, fields []string, tail string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>", to, from, at.Unix())
	for i := 0; i+1 < len(fields); i += 2 {
		value := strings.ReplaceAll(fields[i+1], "]]>", "]]]]><![CDATA[>")
		fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", fields[i], value, fields[i])
	}
	return b.String() + tail + "</xml>"
}

// Act tells the server of something that a person did, as the platform does: it
// waits five seconds, comes again three times, and then shows the person that the
// account is broken; faults that strike callbacks strike it ([OfficialCallback]). wrote says whether it was a message. The error is about a
// server that answers what no platform would take.
func (a *OfficialAccount) Act(ctx context.Context, openID string, wrote bool, document string) (Reply, error) {
	a.p.mu.Lock()
	a.speaks(openID, wrote)
	client := a.client
	a.p.notify()
	a.p.mu.Unlock()
	if client == nil {
		return Reply{}, errors.New("the account is not connected")
	}
	return posting{
		p: a.p, occasion: occasion{OfficialCallback, openID, document}, client: client,
		request: func(ctx context.Context) (*http.Request, error) { return a.Request(ctx, document) },
		read:    func(body string) (string, error) { return a.Read(body, document) },
	}.send(ctx)
}

// Request returns a callback with that document, signed now.
func (a *OfficialAccount) Request(ctx context.Context, document string) (*http.Request, error) {
	a.p.mu.Lock()
	a.p.serial++
	dice := rand.New(rand.NewPCG(a.p.opts.Seed, 1<<41+a.p.serial))
	target := a.url
	a.p.mu.Unlock()
	at, nonce := unixString(a.p.opts.Now()), strconv.FormatUint(uint64(dice.Uint32()), 10)
	q := url.Values{"signature": {callbackSign(a.Token, at, nonce)}, "timestamp": {at}, "nonce": {nonce}}
	if !a.Plain {
		key, err := callbackKey(a.AESKey)
		if err != nil {
			return nil, err
		}
		sealed, err := callbackSeal(key, token(dice, 16), document, a.AppID)
		if err != nil {
			return nil, err
		}
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", callbackSign(a.Token, at, nonce, sealed))
		document = "<xml><ToUserName><![CDATA[" + a.ID + "]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target+"?"+q.Encode(), strings.NewReader(document))
	if err != nil {
		return nil, fmt.Errorf("making a callback: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	return req, nil
}

// Verify asks the server to prove that the address is its own, as the platform
// does when an operator saves it.
func (a *OfficialAccount) Verify(ctx context.Context) error {
	a.p.mu.Lock()
	target, client := a.url, a.client
	echo := strconv.FormatUint(a.p.serial+4_000_000_000_000_000_000, 10)
	a.p.mu.Unlock()
	at := unixString(a.p.opts.Now())
	q := url.Values{"signature": {callbackSign(a.Token, at, "77")}, "timestamp": {at}, "nonce": {"77"}, "echostr": {echo}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("making a callback: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("verifying the address: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil || string(body) != echo {
		return fmt.Errorf("verifying the address: status %d and %q, want %q", resp.StatusCode, body, echo)
	}
	return nil
}

// Read returns what a person reads when his document is answered with body. It
// is as strict as it can be: the error says what no platform, or no person, can
// make sense of.
func (a *OfficialAccount) Read(body, document string) (string, error) {
	if body == "" || body == "success" {
		return "", nil
	}
	if !a.Plain {
		var err error
		if body, err = a.unseal(body); err != nil {
			return "", err
		}
	}
	var asked, said struct {
		To      string `xml:"ToUserName"`
		From    string `xml:"FromUserName"`
		Created int64  `xml:"CreateTime"`
		Type    string `xml:"MsgType"`
		Content string `xml:"Content"`
	}
	if err := strictXML(body, &said); err != nil {
		return "", fmt.Errorf("the reply: %w", err)
	}
	if err := xml.Unmarshal([]byte(document), &asked); err != nil {
		return "", fmt.Errorf("the callback: %w", err)
	}
	switch {
	case said.To != asked.From || said.From != asked.To:
		return "", errors.New("the reply is not addressed to who asked")
	case said.Type != "text" || said.Created == 0:
		return "", errors.New("the reply is no text with a time")
	case strings.TrimSpace(said.Content) == "" || len(said.Content) > officialText:
		return "", fmt.Errorf("the reply has %d bytes", len(said.Content))
	}
	return said.Content, nil
}

// unseal opens a sealed reply.
func (a *OfficialAccount) unseal(body string) (string, error) {
	var r sealedReply
	if err := strictXML(body, &r); err != nil {
		return "", fmt.Errorf("the sealed reply: %w", err)
	}
	if r.Signature != callbackSign(a.Token, r.Timestamp, r.Nonce, r.Encrypt) {
		return "", errors.New("the sealed reply has a wrong signature")
	}
	key, err := callbackKey(a.AESKey)
	if err != nil {
		return "", err
	}
	text, err := callbackOpen(key, r.Encrypt, a.AppID)
	if err == nil && text == "" {
		err = errors.New("the sealed reply is empty")
	}
	return text, err
}

// strictXML reads one document and nothing after it.
func strictXML(text string, into any) error {
	d := xml.NewDecoder(bytes.NewReader([]byte(text)))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("not XML: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows it")
	}
	return nil
}

// ToHandler returns a client whose every request is served by h, in process and
// without I/O, so that it works in a synctest bubble. A panic of h cuts the
// connection.
func ToHandler(h http.Handler) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		w := &recorder{header: http.Header{}, status: http.StatusOK}
		r = r.Clone(r.Context())
		r.RemoteAddr, r.RequestURI = "192.0.2.1:1234", r.URL.RequestURI()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		done := make(chan bool, 1)
		go func() {
			defer func() { done <- recover() == nil }()
			h.ServeHTTP(w, r)
		}()
		select {
		case ok := <-done:
			if !ok {
				return nil, io.ErrUnexpectedEOF
			}
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		return &http.Response{StatusCode: w.status, Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), Proto: "HTTP/1.1",
			ProtoMajor: 1, ProtoMinor: 1, Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r}, nil
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// recorder is an http.ResponseWriter that keeps what is written.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) { w.status = status }

func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

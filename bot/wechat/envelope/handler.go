package envelope

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"fanzha/bot"
	"fanzha/bot/wechat"
)

// A Receiver takes an opened callback and returns the reply, nil for none. An error
// means that nothing was recorded: the platform is told to come again. Platforms
// wait five seconds, and for an echo one.
type Receiver func(ctx context.Context, l Letter) (Reply, error)

// A Reply appends what answers a callback, unsealed. It is called once, as soon as
// it is returned, and keeps nothing of dst.
type Reply func(dst []byte) []byte

// ReplyOf returns a reply that is text, nil if text is.
func ReplyOf(text []byte) Reply {
	if text == nil {
		return nil
	}
	return func(dst []byte) []byte { return append(dst, text...) }
}

// Handler returns the callback's endpoint: it answers the platform's check of
// the address, and hands what is truly the platform's to receive. A repeated
// envelope is answered like one that needs no reply. The log tells what was
// refused although it was signed, which points to a wrong clock or key; what
// was not signed is noise.
func (e *Envelope) Handler(clock bot.Clock, log *slog.Logger, receive Receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := ReadParams(r.URL.RawQuery)
		if r.Method == http.MethodGet {
			text, err := e.Echo(p, clock.Now())
			if err != nil {
				e.refuse(w, log, err)
				return
			}
			// No browser shall take for a page what an outsider may have written.
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, text) // the peer is gone if it fails
			return
		}
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", "GET, POST")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		letter, err := e.receive(w, r, p, clock)
		if err != nil {
			e.refuse(w, log, err)
			return
		}
		e.answer(w, r, clock, log, letter, receive)
	})
}

// receive reads the body and opens it.
func (e *Envelope) receive(w http.ResponseWriter, r *http.Request, p Params, clock bot.Clock) (Letter, error) {
	d := e.rooms.Get().(*room)
	defer e.rooms.Put(d)
	body, err := readBody(d.body[:0], w, r)
	if err != nil {
		return Letter{}, err
	}
	d.body = body
	return e.Receive(p, body, clock.Now()) // which keeps nothing of it
}

// readBody reads a body, which net/http bounds, into room if it is large enough.
// Its size is known as a rule, and then net/http gives no more of it.
func readBody(room []byte, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > MaxBody {
		return nil, &http.MaxBytesError{Limit: MaxBody}
	}
	if r.ContentLength <= 0 {
		return io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	}
	body := slices.Grow(room, int(r.ContentLength))[:r.ContentLength]
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// answer has the letter handled and writes the reply.
func (e *Envelope) answer(w http.ResponseWriter, r *http.Request, clock bot.Clock, log *slog.Logger, l Letter, receive Receiver) {
	handled := false
	defer func() {
		if !handled { // a failure, or a panic on its way up
			e.Forget(l)
		}
	}()
	reply, err := receive(r.Context(), l)
	var sealed []byte
	if err == nil && reply != nil {
		d := e.rooms.Get().(*room)
		defer e.rooms.Put(d) // when it is written
		d.body = reply(d.body[:0])
		d.out, err = e.appendReply(d.out[:0], d.body, l.Nonce, clock.Now())
		sealed = d.out
	}
	if err != nil {
		log.Error("handling a callback failed", "err", wechat.Hide(err))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	handled = true
	if reply == nil {
		e.acknowledge(w)
		return
	}
	w.Header()["Content-Type"] = e.kind
	_, _ = w.Write(sealed)
}

// acknowledge answers that nothing more is to come. A 公众号 wants a word for it;
// an empty body is enough for the others.
func (e *Envelope) acknowledge(w http.ResponseWriter) {
	w.Header()["Content-Type"] = e.acknowledged
	if e.cfg.BareEcho {
		_, _ = io.WriteString(w, "success")
	}
}

// refuse answers what is not taken. The peer is told a status and no reason.
func (e *Envelope) refuse(w http.ResponseWriter, log *slog.Logger, err error) {
	_, tooLong := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, ErrRepeated):
		e.acknowledge(w)
	case errors.Is(err, ErrStale), errors.Is(err, ErrBroken):
		log.Warn("a signed callback was refused: is the clock right, and the EncodingAESKey?", "why", err)
		w.WriteHeader(http.StatusForbidden)
	case errors.Is(err, ErrForged):
		w.WriteHeader(http.StatusForbidden)
	case tooLong:
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

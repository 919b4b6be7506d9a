package envelope

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"fanzha/bot"
	"fanzha/bot/wechat"
)

// A Receiver takes an opened callback and returns the reply, unsealed; nil for
// none. An error means that nothing was recorded: the platform is told to come
// again. Platforms wait five seconds, and for an echo one.
type Receiver func(ctx context.Context, l Letter) (reply []byte, err error)

// Handler returns the callback's endpoint: it answers the platform's check of
// the address, and hands what is truly the platform's to receive. A repeated
// envelope is answered like one that needs no reply. The log tells what was
// refused although it was signed, which points to a wrong clock or key; what
// was not signed is noise.
func (e *Envelope) Handler(clock bot.Clock, log *slog.Logger, receive Receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		p := ReadParams(r.URL.RawQuery)
		if r.Method == http.MethodGet {
			text, err := e.Echo(p, clock.Now())
			if err != nil {
				e.refuse(w, log, err)
				return
			}
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, text) // the peer is gone if it fails
			return
		}
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", "GET, POST")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := readBody(w, r)
		if err != nil {
			e.refuse(w, log, err)
			return
		}
		letter, err := e.Receive(p, body, clock.Now())
		if err != nil {
			e.refuse(w, log, err)
			return
		}
		e.answer(w, r, clock, log, letter, receive)
	})
}

// readBody reads a body, which net/http bounds; its size is known as a rule, and
// then net/http gives no more of it.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > MaxBody {
		return nil, &http.MaxBytesError{Limit: MaxBody}
	}
	if r.ContentLength <= 0 {
		return io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	}
	body := make([]byte, r.ContentLength)
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
	if err == nil && reply != nil {
		reply, err = e.Reply(reply, l.Nonce, clock.Now())
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
	kind := "text/xml; charset=utf-8"
	if e.cfg.Format == JSON {
		kind = "application/json; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(reply)
}

// acknowledge answers that nothing more is to come. A 公众号 wants a word for it;
// an empty body is enough for the others.
func (e *Envelope) acknowledge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
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

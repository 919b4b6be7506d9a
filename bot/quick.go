package bot

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// quickly encodes a check-in in just the bytes of encoding/json, if none of its
// words needs an escape; else it reports false. Nine in ten entries are
// check-ins, and they come when hundreds wait for an answer.
func (p *CheckedIn) quickly() (public, private []byte, ok bool) {
	e := &p.Private
	words := len(p.Session) + len(p.Member) + len(p.Unit) + len(p.Via) + len(p.Filing) + len(e.Person) + len(e.Name) + len(e.Message) + len(e.Text)
	if !p.plain() {
		return nil, nil, false
	}
	w := quickWriter{make([]byte, 0, 160+words)}
	w.text(`{"session":"`, string(p.Session))
	w.text(`,"member":"`, string(p.Member))
	w.text(`,"unit":"`, string(p.Unit))
	w.text(`,"via":"`, string(p.Via))
	if p.Late {
		w.b = append(w.b, `,"late":true`...)
	}
	w.maybe(`,"filing":"`, string(p.Filing))
	w.b = append(w.b, '}')
	n := len(w.b)
	w.text(`{"person":"`, string(e.Person))
	w.maybe(`,"name":"`, e.Name)
	w.maybe(`,"message":"`, e.Message)
	w.maybe(`,"text":"`, e.Text)
	w.b = append(w.b, '}')
	return w.b[:n:n], w.b[n:], true
}

// plain reports whether no word of p needs an escape.
func (p *CheckedIn) plain() bool {
	e := &p.Private
	return unescaped(string(p.Session)) && unescaped(string(p.Member)) && unescaped(string(p.Unit)) && unescaped(string(p.Via)) &&
		unescaped(string(p.Filing)) && unescaped(string(e.Person)) && unescaped(e.Name) && unescaped(e.Message) && unescaped(e.Text)
}

// again returns what a reader of p, which is plain, makes of it. A word that came
// out of a platform's frame is copied, lest a view that keeps it keep the frame.
func (p *CheckedIn) again() *CheckedIn {
	c := *p
	e := &c.Private
	e.Person, e.Name = PersonID(strings.Clone(string(e.Person))), strings.Clone(e.Name)
	e.Message, e.Text = strings.Clone(e.Message), strings.Clone(e.Text)
	return &c
}

// A quickWriter writes an object of plain strings.
type quickWriter struct{ b []byte }

// text appends before and s, and the quote after it.
func (w *quickWriter) text(before, s string) {
	w.b = append(append(append(w.b, before...), s...), '"')
}

// maybe is text for a field that is left out when it is empty.
func (w *quickWriter) maybe(before, s string) {
	if s != "" {
		w.text(before, s)
	}
}

// unescaped reports whether encoding/json writes s between its quotes as it is.
func unescaped(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	// The two are line ends to JavaScript, so encoding/json writes them as escapes.
	return ascii || utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029")
}

// quick decodes a check-in from just the bytes that [Encode] writes, if none of
// its words has an escape in it; else it leaves p zero and reports false. Nine
// in ten entries are check-ins, and encoding/json takes twice as long as
// all else that a start does with an entry.
func (p *CheckedIn) quick(public, private []byte) bool {
	r := quickReader{rest: public}
	p.Session = SessionID(r.text(`{"session":"`))
	p.Member = MemberID(r.text(`,"member":"`))
	p.Unit = UnitID(r.text(`,"unit":"`))
	p.Via = r.via(`,"via":"`)
	p.Late = r.has(`,"late":true`)
	p.Filing = FilingID(r.maybe(`,"filing":"`))
	ok := r.ended()
	if private != nil {
		r = quickReader{rest: private}
		p.Private.Person = PersonID(r.text(`{"person":"`))
		p.Private.Name = r.maybe(`,"name":"`)
		p.Private.Message = r.maybe(`,"message":"`)
		p.Private.Text = r.maybe(`,"text":"`)
		ok = ok && r.ended()
	}
	if !ok {
		*p = CheckedIn{}
	}
	return ok
}

// A quickReader reads an object of strings from the left. Once something does
// not fit it is bad, and what it returns means nothing.
type quickReader struct {
	rest []byte
	bad  bool
}

// has cuts off w and reports whether it was there.
func (r *quickReader) has(w string) bool {
	rest, ok := bytes.CutPrefix(r.rest, []byte(w))
	r.rest = rest
	return ok
}

// quoted cuts off what stands before the next quote, and the quote.
func (r *quickReader) quoted() []byte {
	ascii := true
	for i, c := range r.rest {
		switch {
		case c == '"':
			word := r.rest[:i]
			r.rest = r.rest[i+1:]
			r.bad = r.bad || !ascii && !utf8.Valid(word)
			return word
		case c < ' ' || c == '\\':
			r.bad = true
			return nil
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	r.bad = true
	return nil
}

// text cuts off before, which must be there, and a string.
func (r *quickReader) text(before string) string {
	r.bad = r.bad || !r.has(before)
	return string(r.quoted())
}

// maybe cuts off before and a string, if they are there.
func (r *quickReader) maybe(before string) string {
	if !r.has(before) {
		return ""
	}
	return string(r.quoted())
}

// via is text for the two words that a million check-ins share.
func (r *quickReader) via(before string) Via {
	r.bad = r.bad || !r.has(before)
	switch word := r.quoted(); Via(word) {
	case ViaCard:
		return ViaCard
	case ViaText:
		return ViaText
	default:
		return Via(word)
	}
}

// ended reports whether the object ends here and all of it fitted.
func (r *quickReader) ended() bool { return !r.bad && string(r.rest) == "}" }

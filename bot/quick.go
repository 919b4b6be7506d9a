package bot

import (
	"bytes"
	"unicode/utf8"
)

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

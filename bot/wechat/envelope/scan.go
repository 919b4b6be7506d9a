package envelope

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a document may be at most.
const (
	maxDepth    = 8
	maxElements = 512
	maxName     = 64
)

// Scan reads a callback's XML, of [MaxBody] bytes at most. It takes one root
// called xml; elements inside, eight deep at most, with plain names; text with
// CDATA, the five named entities and character references; an XML declaration
// that does not name another encoding than UTF-8. It refuses everything else:
// attributes, comments, instructions, document types, text beside elements,
// control characters, bad UTF-8, anything after the root. Two elements of one
// name directly in the root are refused too, because whoever writes the sender
// twice means to be read differently by two readers; further inside, lists
// repeat names. The error quotes nothing of the document.
func Scan(in string) (Document, error) {
	if len(in) > MaxBody {
		return Document{}, errors.New("document too long")
	}
	if !utf8.ValidString(in) {
		return Document{}, errors.New("document is not UTF-8")
	}
	ends := strings.Count(in, "</") // so many elements, as a rule
	s := scanner{in: in, elements: make([]element, 0, min(ends, 16)), open: -1}
	if err := s.document(); err != nil {
		return Document{}, fmt.Errorf("XML at byte %d: %w", s.at, err)
	}
	return Document{elements: s.elements}, nil
}

// A scanner goes over in once. All that it returns are parts of in, but for text
// in more than one piece.
type scanner struct {
	in       string
	at       int
	elements []element
	open     int // the innermost open element, -1 before and after the root
	depth    int
	// text is what the open element holds so far, or more if it came in several
	// pieces. Text beside elements may be white space only, which does not count.
	text string
	more []byte
}

var (
	errEnd       = errors.New("document ends too early")
	errMarkup    = errors.New("markup that no callback has")
	errName      = errors.New("bad name")
	errNesting   = errors.New("end tag does not fit")
	errMixed     = errors.New("text beside elements")
	errCharacter = errors.New("forbidden character")
	errEntity    = errors.New("unknown entity")
	errTooMany   = errors.New("too many or too deep elements")
	errTwice     = errors.New("two elements of one name in the root")
)

func (s *scanner) document() error {
	if err := s.declaration(); err != nil {
		return err
	}
	s.space()
	if !strings.HasPrefix(s.in[s.at:], "<") {
		return errMarkup
	}
	for {
		if err := s.tag(); err != nil {
			return err
		}
		if s.open < 0 {
			break
		}
		if err := s.content(); err != nil {
			return err
		}
	}
	if s.space(); s.at < len(s.in) {
		return errMarkup
	}
	return nil
}

// declaration passes over <?xml …?> if it is there.
func (s *scanner) declaration() error {
	rest, ok := strings.CutPrefix(s.in, "<?xml ")
	if !ok {
		return nil
	}
	decl, _, ok := strings.Cut(rest, "?>")
	if !ok {
		return errEnd
	}
	switch strings.TrimSpace(strings.ReplaceAll(decl, "'", `"`)) {
	case `version="1.0"`, `version="1.0" encoding="UTF-8"`, `version="1.0" encoding="utf-8"`:
		s.at = len("<?xml ") + len(decl) + len("?>")
		return nil
	}
	return errMarkup
}

func (s *scanner) space() {
	for s.at < len(s.in) && isSpace(s.in[s.at]) {
		s.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// tag reads one tag; s.at is at its <.
func (s *scanner) tag() error {
	s.at++
	if s.at < len(s.in) && s.in[s.at] == '/' {
		s.at++
		return s.endTag()
	}
	name, err := s.name()
	if err != nil {
		return err
	}
	s.space()
	empty := strings.HasPrefix(s.in[s.at:], "/>")
	switch {
	case empty:
		s.at += 2
	case strings.HasPrefix(s.in[s.at:], ">"):
		s.at++
	case s.at == len(s.in):
		return errEnd
	default:
		return errMarkup // an attribute, most likely
	}
	if err := s.start(name); err != nil {
		return err
	}
	if empty {
		s.end()
	}
	return nil
}

func (s *scanner) endTag() error {
	name, err := s.name()
	if err != nil {
		return err
	}
	s.space()
	if !strings.HasPrefix(s.in[s.at:], ">") {
		return errMarkup
	}
	s.at++
	if s.open < 0 || s.elements[s.open].name != name {
		return errNesting
	}
	s.end()
	return nil
}

func (s *scanner) name() (string, error) {
	from := s.at
	for s.at < len(s.in) {
		c := s.in[s.at]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || s.at > from && ('0' <= c && c <= '9' || c == '-' || c == '.')) {
			break
		}
		s.at++
	}
	if n := s.at - from; n == 0 || n > maxName {
		return "", errName
	}
	return s.in[from:s.at], nil
}

// start opens an element.
func (s *scanner) start(name string) error {
	switch {
	case s.open < 0 && name != "xml":
		return errMarkup
	case len(s.elements) == maxElements || s.depth == maxDepth:
		return errTooMany
	case !s.blank():
		return errMixed
	case s.open == 0 && s.inRoot(name):
		return errTwice
	}
	s.text, s.more = "", s.more[:0]
	s.elements = append(s.elements, element{name: name, parent: s.open, last: len(s.elements)})
	s.open = len(s.elements) - 1
	s.depth++
	return nil
}

// inRoot reports whether the root has a child called name already.
func (s *scanner) inRoot(name string) bool {
	for i := 1; i < len(s.elements); i = s.elements[i].last + 1 {
		if s.elements[i].name == name {
			return true
		}
	}
	return false
}

// end closes the innermost open element.
func (s *scanner) end() {
	e := &s.elements[s.open]
	if e.last = len(s.elements) - 1; e.last == s.open {
		if e.text = s.text; len(s.more) > 0 {
			e.text = string(s.more)
		}
	}
	s.text, s.more = "", s.more[:0]
	s.open = e.parent
	s.depth--
}

// content reads text up to the next tag.
func (s *scanner) content() error {
	for s.at < len(s.in) {
		if s.in[s.at] != '<' {
			if err := s.characters(); err != nil {
				return err
			}
			continue
		}
		const cdata = "<![CDATA["
		if !strings.HasPrefix(s.in[s.at:], cdata) {
			break
		}
		s.at += len(cdata)
		text, _, ok := strings.Cut(s.in[s.at:], "]]>")
		if !ok {
			return errEnd
		}
		if !allowed(text) {
			return errCharacter
		}
		s.at += len(text) + len("]]>")
		s.add(newlines(text))
	}
	if s.at == len(s.in) {
		return errEnd
	}
	// Text after an element is beside it as much as text before.
	if s.elements[s.open].last = len(s.elements) - 1; s.elements[s.open].last != s.open {
		if !s.blank() {
			return errMixed
		}
	}
	return nil
}

// add takes in a piece of text; the usual single one is not copied.
func (s *scanner) add(text string) {
	switch {
	case s.text == "":
		s.text = text
	case len(s.more) == 0:
		s.more = append(append(s.more, s.text...), text...)
	default:
		s.more = append(s.more, text...)
	}
}

// blank reports whether the text so far is white space.
func (s *scanner) blank() bool {
	const space = " \t\r\n"
	return strings.TrimLeft(s.text, space) == "" && len(bytes.TrimLeft(s.more, space)) == 0
}

// characters reads text outside CDATA up to the next <.
func (s *scanner) characters() error {
	text := s.in[s.at:]
	if i := strings.IndexByte(text, '<'); i >= 0 {
		text = text[:i]
	}
	if !allowed(text) || strings.Contains(text, "]]>") {
		return errCharacter
	}
	s.at += len(text)
	if !strings.Contains(text, "&") {
		s.add(newlines(text))
		return nil
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "&")
		b.WriteString(newlines(before))
		if !found {
			break
		}
		name, after, ok := strings.Cut(rest, ";")
		r, known := entity(name)
		if !ok || !known {
			return errEntity
		}
		b.WriteRune(r)
		text = after
	}
	s.add(b.String())
	return nil
}

// entity returns what the entity between & and ; stands for.
func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok || len(digits) > 8 || strings.ContainsAny(digits, "+-_") {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) || !character(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// allowed reports whether text holds characters only that XML allows.
func allowed(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
		// U+FFFE and U+FFFF are EF BF BE and EF BF BF.
		if c == 0xEF && i+2 < len(text) && text[i+1] == 0xBF && text[i+2] >= 0xBE {
			return false
		}
	}
	return true
}

func character(r rune) bool {
	return r >= ' ' && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}

// newlines writes line ends as XML wants them read.
func newlines(text string) string {
	if !strings.Contains(text, "\r") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

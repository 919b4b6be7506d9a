// Package search is the county's keyword index (检索): alerts, pushes,
// activities, letters, sessions on paper and persons, found by words of Chinese,
// by the beginning of a Latin word or a number, and by pinyin. It finds; it does
// not show. A [Hit] says what was found by kind and id, and whoever wants the
// words (an alert's technique and countermeasures) asks the view that keeps them.
// It is not where the office's questions are understood (package chat), nor a
// copy of the ledger.
//
// Results that hold persons are for the office's private chat only: names are
// personal data. Therefore the zero [Query] sees nothing but alerts that were
// approved and not taken back; the office says that it is the office.
//
// # How it works
//
// Each thing is a [Doc] in a slot. Its title and text are folded (width, case,
// traditional characters, punctuation) and taken apart: each Chinese character
// and each pair of neighbours, each beginning of a Latin word, leads to the slots
// that have it. One or two characters are answered from such a list as it is;
// longer words from the lists of all their pairs, and then looked for in what is
// left. Titles are also found by pinyin: a word such as zs, zhangs or zhangsan is
// parted into beginnings of syllables in every way that fits. Only the readings
// of each distinct character are kept for that, and one list for each two initials
// that follow each other, so that a new name costs nothing to speak of.
//
// Check-ins are nine in ten entries. None of them is a Doc: each is sixteen bytes
// in a chain of its member, so that a person's Hit can tell how often he checked
// in, and one more for its session's push.
//
// The same entries always give the same answers in the same order.
package search

import (
	"time"

	"fanzha/bot"
)

// Kind is a sort of thing that can be found.
type Kind uint8

// Kinds, in the order in which otherwise equal hits stand.
const (
	Alert    Kind = iota + 1 // 预警
	Push                     // 推送, found by the words of its alert
	Activity                 // 教育活动
	Letter                   // 提示函
	Person                   // a name in a unit
	Session                  // 签到场次 that belongs to no push
	lastKind = Session
)

// Chinese returns the word that people read.
func (k Kind) Chinese() string {
	switch k {
	case Alert:
		return "预警"
	case Push:
		return "推送"
	case Activity:
		return "教育活动"
	case Letter:
		return "提示函"
	case Person:
		return "人员"
	case Session:
		return "签到场次"
	}
	return ""
}

// A Doc is one thing to be found. Kind and ID name it.
type Doc struct {
	Kind Kind
	ID   string
	// Unit is whose it is, "" for the county's.
	Unit bot.UnitID
	// At orders hits, newest first, to the millisecond.
	At time.Time
	// Title is also found by pinyin; Text by its words only.
	Title, Text string
	// State is an alert's, and that of a push's alert. Only an alert that is
	// [bot.Approved] or [bot.Pushed] is found by everybody.
	State bot.AlertState
}

// Index is the state. Its zero value is not usable; see [New]. It is not safe
// for concurrent use, but any number of [Index.Find] may run at once, since they
// change nothing.
type Index struct {
	docs  []doc
	heads []head // of docs: a broad query reads little else
	free  []uint32
	slots map[key]uint32
	units map[bot.UnitID]uint32

	chars    map[rune]*postings   // Chinese characters
	pairs    map[uint64]*places   // Chinese characters that follow each other
	latin    map[uint64]*postings // beginnings of Latin words and numbers
	initials map[[2]byte]*postings
	sounds   sounds

	alerts   map[bot.AlertID]*alert
	filings  map[bot.FilingID]*filing
	sessions byID[bot.SessionID, uint32] // places in opened, and one
	opened   []session
	people   people
}

type key struct {
	kind Kind
	id   string
}

// A head is what of a doc decides whether it is a hit and where it stands.
type head struct {
	at    int64 // Unix milliseconds
	unit  uint32
	runes uint16 // of the folded title, at most 65,535
	kind  Kind
	open  bool // found by everybody
}

// A doc is a Doc in its slot.
type doc struct {
	id          string
	unit        bot.UnitID
	shown       string // the title as it was put
	title, text string // folded
	state       bot.AlertState
	sessions    []uint32  // of a push, or the one session itself
	who         *namesake // of a person
}

// New returns the index of the empty ledger.
func New() *Index {
	return &Index{
		slots: make(map[key]uint32), units: make(map[bot.UnitID]uint32),
		chars: make(map[rune]*postings), pairs: make(map[uint64]*places), latin: make(map[uint64]*postings), initials: make(map[[2]byte]*postings),
		sounds: newSounds(),
		alerts: make(map[bot.AlertID]*alert), filings: make(map[bot.FilingID]*filing), sessions: newByID[bot.SessionID, uint32]('S', 6),
		people: newPeople(),
	}
}

// Put adds d, or replaces what stood under its Kind and ID.
func (x *Index) Put(d Doc) { x.put(d) }

func (x *Index) put(d Doc) uint32 {
	title, text := fold(d.Title), fold(d.Text)
	if d.Kind == Person {
		title = closeUp(title)
	}
	slot, ok := x.slots[key{d.Kind, d.ID}]
	switch {
	case !ok:
		slot = x.slot()
		x.slots[key{d.Kind, d.ID}] = slot
		x.list(slot, title, text)
	case x.docs[slot].title != title || x.docs[slot].text != text:
		x.unlist(slot)
		x.list(slot, title, text)
	}
	old := x.docs[slot]
	x.docs[slot] = doc{
		id: d.ID, unit: d.Unit, shown: d.Title, title: title, text: text, state: d.State,
		sessions: old.sessions, who: old.who,
	}
	x.heads[slot] = head{
		at: d.At.UnixMilli(), unit: x.unit(d.Unit), runes: runeCount(title), kind: d.Kind,
		open: d.Kind == Alert && isOpen(d.State),
	}
	return slot
}

// slot returns a slot that is not in use.
func (x *Index) slot() uint32 {
	if n := len(x.free); n > 0 {
		slot := x.free[n-1]
		x.free = x.free[:n-1]
		return slot
	}
	x.docs = append(x.docs, doc{})
	x.heads = append(x.heads, head{})
	return uint32(len(x.docs) - 1)
}

// unit numbers the units that docs belong to; the county is one of them.
func (x *Index) unit(id bot.UnitID) uint32 {
	n, ok := x.units[id]
	if !ok {
		n = uint32(len(x.units))
		x.units[id] = n
	}
	return n
}

// Remove takes a doc out, with every trace of its words. A doc that is not there
// is passed over.
func (x *Index) Remove(k Kind, id string) {
	slot, ok := x.slots[key{k, id}]
	if !ok {
		return
	}
	if who := x.docs[slot].who; who != nil {
		for _, m := range who.members {
			m.slot = 0
		}
	}
	x.unlist(slot)
	delete(x.slots, key{k, id})
	x.docs[slot], x.heads[slot] = doc{}, head{}
	x.free = append(x.free, slot)
}

// setState changes an alert's state, or that of its push.
func (x *Index) setState(k Kind, id string, s bot.AlertState) {
	if slot, ok := x.slots[key{k, id}]; ok {
		x.docs[slot].state = s
		x.heads[slot].open = k == Alert && isOpen(s)
	}
}

// isOpen reports whether members may see an alert in that state.
func isOpen(s bot.AlertState) bool { return s == bot.Approved || s == bot.Pushed }

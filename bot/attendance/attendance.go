// Package attendance is the view of who took part: sessions, and the check-ins
// and leave of members at them. Its deciding functions read the view and return
// payloads; only [View.Apply] changes it. It does not know names or groups'
// chats (package directory), nor how a session's card got to a group (package
// push).
//
// There is at most one check-in of a member at a session, however often a
// frame is repeated: the second gets the first one's receipt. Only his own word
// takes the place of another's word for him. A person known
// by name only and the person himself are two members until the directory says
// that they are one; whoever counts people asks it ([Session.Distinct]).
package attendance

import (
	"maps"
	"slices"
	"time"

	"fanzha/bot"
)

// A Session (签到场次) is a window in which one group checks in.
type Session struct {
	ID       bot.SessionID
	Push     bot.PushID
	Group    bot.GroupID
	Unit     bot.UnitID
	Title    string
	OpenedAt time.Time
	Month    bot.Month // that it counts for
	DueAt    time.Time // on time until then
	EndsAt   time.Time // late until then
	Closed   bool
	Voided   int // check-ins taken back

	checkIns map[bot.MemberID]*CheckIn // a map that grows has many free places: they are small
	order    []*CheckIn
	below    map[bot.MemberID]CheckIn // another's word, under the person's own; it counts again without that
	leave    map[bot.MemberID]Leave
	excused  []bot.MemberID // in the order in which leave was recorded
}

// OnPaper reports a session that was filed by a person, not asked for by the
// bot.
func (s *Session) OnPaper() bool { return s.Push == "" && s.Group == "" }

// A CheckIn is one member's presence.
type CheckIn struct {
	Seq    int64 // of its entry
	At     time.Time
	Member bot.MemberID
	Via    bot.Via
	Late   bool
	Filing bot.FilingID // "" if he did it himself
	hash   [5]byte
}

// A Leave (请假) is one member's leave from one session.
type Leave struct {
	Seq    int64
	At     time.Time
	Member bot.MemberID
	Reason string       // a category, "" if none was said
	Filing bot.FilingID // "" if he said so himself
}

// Receipt returns the check-in's receipt.
func (c CheckIn) Receipt() bot.Receipt { return bot.NewReceipt(c.hash) }

// View is the state. It is not safe for concurrent use.
type View struct {
	sessions []*Session // in the order in which they opened
	paper    []*Session // of which were filed by a person
	byID     map[bot.SessionID]*Session
	byGroup  map[bot.GroupID][]*Session
	byFiling map[bot.FilingID][]*Session // where its check-ins and leave are
	heard    frames
	dangers  int
}

// New returns the view of the empty ledger.
func New() *View {
	return &View{
		byID: make(map[bot.SessionID]*Session), byGroup: make(map[bot.GroupID][]*Session),
		byFiling: make(map[bot.FilingID][]*Session),
	}
}

// Apply changes the view by entry seq with the given leaf hash. Kinds that are
// not about attendance are passed over.
func (v *View) Apply(seq int64, at time.Time, hash [32]byte, p bot.Payload) {
	v.heard.note(at, p)
	switch p := p.(type) {
	case *bot.SessionOpened:
		v.open(at, p)
	case *bot.SessionClosed:
		if s := v.byID[p.Session]; s != nil {
			s.Closed = true
		}
	case *bot.CheckedIn:
		v.checkIn(seq, at, hash, p)
	case *bot.Excused:
		v.excuse(seq, at, p)
	case *bot.Corrected:
		s := v.byID[p.Session]
		if s == nil {
			return
		}
		if c, ok := s.checkIns[p.Member]; ok && c.Seq == p.Seq {
			s.drop(p.Member)
			s.Voided++
			if below, ok := s.below[p.Member]; ok {
				s.add(below)
				delete(s.below, p.Member)
			}
		}
	case *bot.FilingVoided:
		v.void(p.Filing)
	case *bot.DangerRaised:
		v.dangers++
	}
}

// NewSession returns the session that p, written at that time, opens. A decision
// that opens a session reads it before it is in the view.
func NewSession(at time.Time, p *bot.SessionOpened) *Session {
	s := &Session{
		ID: p.Session, Push: p.Push, Group: p.Group, Unit: p.Unit, Title: p.Title,
		OpenedAt: at, Month: bot.MonthOf(at), DueAt: p.DueAt, EndsAt: p.EndsAt, checkIns: make(map[bot.MemberID]*CheckIn),
	}
	if m, err := bot.ParseMonth(p.Month); err == nil {
		s.Month = m
	}
	return s
}

func (v *View) open(at time.Time, p *bot.SessionOpened) {
	s := NewSession(at, p)
	v.byID[s.ID] = s
	if s.OnPaper() {
		v.paper = append(v.paper, s)
		return
	}
	v.sessions = append(v.sessions, s)
	v.byGroup[s.Group] = append(v.byGroup[s.Group], s)
}

func (v *View) checkIn(seq int64, at time.Time, hash [32]byte, p *bot.CheckedIn) {
	s := v.byID[p.Session]
	if s == nil {
		return
	}
	c := CheckIn{
		Seq: seq, At: at, Member: p.Member, Via: p.Via, Late: p.Late, Filing: p.Filing, hash: [5]byte(hash[:5]),
	}
	old, ok := s.checkIns[p.Member]
	switch {
	case !ok:
		s.add(c)
	case old.Via.Own() || !p.Via.Own():
		return // unreachable by Record; the first one stands
	default:
		if s.below == nil {
			s.below = make(map[bot.MemberID]CheckIn)
		}
		s.below[p.Member] = *old
		*old = c
	}
	v.filed(p.Filing, s)
}

func (v *View) excuse(seq int64, at time.Time, p *bot.Excused) {
	s := v.byID[p.Session]
	if s == nil {
		return
	}
	if _, ok := s.leave[p.Member]; ok {
		return // unreachable by Excuse; the first one stands
	}
	if s.leave == nil {
		s.leave = make(map[bot.MemberID]Leave)
	}
	s.excused = append(s.excused, p.Member)
	s.leave[p.Member] = Leave{Seq: seq, At: at, Member: p.Member, Reason: p.Reason, Filing: p.Filing}
	v.filed(p.Filing, s)
}

// filed notes that something of filing f is at s.
func (v *View) filed(f bot.FilingID, s *Session) {
	if f != "" && !slices.Contains(v.byFiling[f], s) {
		v.byFiling[f] = append(v.byFiling[f], s)
	}
}

// void takes back what filing f led to.
func (v *View) void(f bot.FilingID) {
	for _, s := range v.byFiling[f] {
		maps.DeleteFunc(s.below, func(_ bot.MemberID, c CheckIn) bool { return c.Filing == f })
		s.order = slices.DeleteFunc(s.order, func(c *CheckIn) bool {
			if c.Filing != f {
				return false
			}
			delete(s.checkIns, c.Member)
			s.Voided++
			return true
		})
		s.excused = slices.DeleteFunc(s.excused, func(m bot.MemberID) bool {
			if s.leave[m].Filing != f {
				return false
			}
			delete(s.leave, m)
			return true
		})
	}
	delete(v.byFiling, f)
}

// add adds the check-in of a member who has none.
func (s *Session) add(c CheckIn) {
	s.checkIns[c.Member] = &c
	s.order = append(s.order, &c)
}

func (s *Session) drop(m bot.MemberID) {
	delete(s.checkIns, m)
	s.order = slices.DeleteFunc(s.order, func(c *CheckIn) bool { return c.Member == m })
}

// Session returns one session, nil if there is none.
func (v *View) Session(id bot.SessionID) *Session { return v.byID[id] }

// Sessions returns all sessions in the order in which they opened, then those on
// paper.
func (v *View) Sessions() []*Session { return slices.Concat(v.sessions, v.paper) }

// In returns the sessions that count for month m, those on paper last.
func (v *View) In(m bot.Month) []*Session {
	// Sessions are in order of time, so the month is one stretch of them.
	lo, _ := slices.BinarySearchFunc(v.sessions, m.Start(), func(s *Session, t time.Time) int { return s.OpenedAt.Compare(t) })
	hi, _ := slices.BinarySearchFunc(v.sessions, m.End(), func(s *Session, t time.Time) int { return s.OpenedAt.Compare(t) })
	out := slices.Clip(v.sessions[lo:hi])
	for _, s := range v.paper {
		if s.Month == m {
			out = append(out, s)
		}
	}
	return out
}

// CheckIn returns a member's check-in, if there is one.
func (s *Session) CheckIn(m bot.MemberID) (CheckIn, bool) {
	c, ok := s.checkIns[m]
	if !ok {
		return CheckIn{}, false
	}
	return *c, true
}

// CheckIns returns all check-ins in their order.
func (s *Session) CheckIns() []CheckIn {
	out := make([]CheckIn, len(s.order))
	for i, c := range s.order {
		out[i] = *c
	}
	return out
}

// Present returns the number of check-ins.
func (s *Session) Present() int { return len(s.checkIns) }

// Distinct returns the check-ins of different persons, in their order: same says
// which member a member is. Of two check-ins of one person, his own counts.
func (s *Session) Distinct(same func(bot.MemberID) bot.MemberID) []CheckIn {
	out := make([]CheckIn, 0, len(s.order))
	at := make(map[bot.MemberID]int, len(s.order))
	for _, p := range s.order {
		c := *p
		c.Member = same(c.Member)
		i, twice := at[c.Member]
		switch {
		case !twice:
			at[c.Member] = len(out)
			out = append(out, c)
		case !out[i].Via.Own() && c.Via.Own():
			out[i] = c
		}
	}
	return out
}

// Leaves returns all leave in its order, also of those who came after all.
func (s *Session) Leaves() []Leave {
	out := make([]Leave, len(s.excused))
	for i, m := range s.excused {
		out[i] = s.leave[m]
	}
	return out
}

// Leave returns a member's leave, if he has it.
func (s *Session) Leave(m bot.MemberID) (Leave, bool) {
	l, ok := s.leave[m]
	return l, ok
}

// ByReceipt returns the check-ins with that receipt: almost always one or none.
func (v *View) ByReceipt(r bot.Receipt) []Found {
	var out []Found
	for _, s := range v.Sessions() {
		for _, c := range s.CheckIns() { // in their order: the answer is text
			if c.Receipt() == r {
				out = append(out, Found{s, c})
			}
		}
	}
	return out
}

// Found is a check-in and its session.
type Found struct {
	Session *Session
	CheckIn CheckIn
}

// Dangers returns how many calls for help there were.
func (v *View) Dangers() int { return v.dangers }

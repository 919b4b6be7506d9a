// Package attendance is the view of who took part: sessions, and the check-ins
// of members at them. Its deciding functions read the view and return
// payloads; only [View.Apply] changes it. It does not know names or groups'
// chats (package directory), nor how a session's card got to a group (package
// push).
//
// There is at most one check-in of a member at a session, however often a
// frame is repeated: the second gets the first one's receipt.
package attendance

import (
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
	OpenedAt time.Time // its civil month is the month that it counts for
	DueAt    time.Time // on time until then
	EndsAt   time.Time // late until then
	Closed   bool
	Voided   int // check-ins taken back

	checkIns map[bot.MemberID]CheckIn
	order    []bot.MemberID
}

// A CheckIn is one member's presence.
type CheckIn struct {
	Seq    int64 // of its entry
	At     time.Time
	Member bot.MemberID
	Via    bot.Via
	Late   bool
	hash   [5]byte
}

// Receipt returns the check-in's receipt.
func (c CheckIn) Receipt() bot.Receipt { return bot.NewReceipt(c.hash) }

// View is the state. It is not safe for concurrent use.
type View struct {
	sessions []*Session // in the order in which they opened
	byID     map[bot.SessionID]*Session
	byGroup  map[bot.GroupID][]*Session
	dangers  int
}

// New returns the view of the empty ledger.
func New() *View {
	return &View{byID: make(map[bot.SessionID]*Session), byGroup: make(map[bot.GroupID][]*Session)}
}

// Apply changes the view by entry seq with the given leaf hash. Kinds that are
// not about attendance are passed over.
func (v *View) Apply(seq int64, at time.Time, hash [32]byte, p bot.Payload) {
	switch p := p.(type) {
	case *bot.SessionOpened:
		s := &Session{
			ID: p.Session, Push: p.Push, Group: p.Group, Unit: p.Unit, Title: p.Title,
			OpenedAt: at, DueAt: p.DueAt, EndsAt: p.EndsAt, checkIns: make(map[bot.MemberID]CheckIn),
		}
		v.sessions = append(v.sessions, s)
		v.byID[s.ID] = s
		v.byGroup[s.Group] = append(v.byGroup[s.Group], s)
	case *bot.SessionClosed:
		if s := v.byID[p.Session]; s != nil {
			s.Closed = true
		}
	case *bot.CheckedIn:
		s := v.byID[p.Session]
		if s == nil {
			return
		}
		if _, ok := s.checkIns[p.Member]; ok {
			return // unreachable by Record; the first one stands
		}
		s.order = append(s.order, p.Member)
		s.checkIns[p.Member] = CheckIn{Seq: seq, At: at, Member: p.Member, Via: p.Via, Late: p.Late, hash: [5]byte(hash[:5])}
	case *bot.Corrected:
		s := v.byID[p.Session]
		if s == nil {
			return
		}
		if c, ok := s.checkIns[p.Member]; !ok || c.Seq != p.Seq {
			return
		}
		delete(s.checkIns, p.Member)
		s.order = slices.DeleteFunc(s.order, func(m bot.MemberID) bool { return m == p.Member })
		s.Voided++
	case *bot.DangerRaised:
		v.dangers++
	}
}

// Session returns one session, nil if there is none.
func (v *View) Session(id bot.SessionID) *Session { return v.byID[id] }

// Sessions returns all sessions in the order in which they opened.
func (v *View) Sessions() []*Session { return v.sessions }

// In returns the sessions that count for month m.
func (v *View) In(m bot.Month) []*Session {
	// Sessions are in order of time, so the month is one stretch of them.
	lo, _ := slices.BinarySearchFunc(v.sessions, m.Start(), func(s *Session, t time.Time) int { return s.OpenedAt.Compare(t) })
	hi, _ := slices.BinarySearchFunc(v.sessions, m.End(), func(s *Session, t time.Time) int { return s.OpenedAt.Compare(t) })
	return v.sessions[lo:hi]
}

// CheckIn returns a member's check-in, if there is one.
func (s *Session) CheckIn(m bot.MemberID) (CheckIn, bool) {
	c, ok := s.checkIns[m]
	return c, ok
}

// CheckIns returns all check-ins in their order.
func (s *Session) CheckIns() []CheckIn {
	out := make([]CheckIn, len(s.order))
	for i, m := range s.order {
		out[i] = s.checkIns[m]
	}
	return out
}

// Present returns the number of check-ins.
func (s *Session) Present() int { return len(s.checkIns) }

// ByReceipt returns the check-ins with that receipt: almost always one or none.
func (v *View) ByReceipt(r bot.Receipt) []Found {
	var out []Found
	for _, s := range v.sessions {
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

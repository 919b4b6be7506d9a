package book

import (
	"fanzha/bot"
	"fanzha/bot/attendance"
	"fanzha/bot/calendar"
	"fanzha/bot/directory"
	"fanzha/bot/filing"
	"fanzha/bot/ledger"
	"fanzha/bot/push"
	"fanzha/bot/running"
	"fanzha/bot/search"
	"fanzha/bot/supervise"
)

// State is everything that follows from the entries so far.
type State struct {
	Directory   *directory.View
	Outbox      *push.Outbox
	Attendance  *attendance.View
	Filings     *filing.View
	Supervision *supervise.View
	Search      *search.Index
	Jobs        *calendar.Jobs
	Running     *running.View
	tree        *ledger.Tree
}

// NewState returns the state of the empty ledger.
func NewState() *State {
	return &State{
		Directory: directory.New(), Outbox: push.New(), Attendance: attendance.New(), Filings: filing.New(),
		Supervision: supervise.New(), Search: search.New(), Jobs: calendar.NewJobs(), Running: running.New(), tree: new(ledger.Tree),
	}
}

// Apply changes the state by one entry. It takes entries in the order of the
// ledger, but tolerates gaps: what an entry speaks of and the state does not
// know is passed over.
func (s *State) Apply(e ledger.Entry) {
	s.Directory.Apply(e.At, e.Payload)
	s.Outbox.Apply(e.At, e.Payload)
	s.Attendance.Apply(e.Seq, e.At, e.Hash, e.Payload)
	s.Supervision.Apply(e.Seq, e.At, e.Payload)
	s.Filings.Apply(e.Seq, e.At, e.Payload)
	s.Search.Apply(e.Seq, e.At, e.Payload)
	s.Jobs.Apply(e.At, e.Payload)
	s.Running.Apply(e.At, e.Payload)
	if a, ok := e.Payload.(*bot.DeliveryAnswered); ok && a.Outcome == bot.Sent {
		if d := s.Outbox.Delivery(a.Delivery); d != nil {
			s.Directory.Delivered(d.Group, e.At)
		}
	}
}

// Size returns the number of entries.
func (s *State) Size() int64 { return s.tree.Size() }

// Checkpoint returns what the entries so far are.
func (s *State) Checkpoint() ledger.Checkpoint {
	return ledger.Checkpoint{Size: s.tree.Size(), Root: s.tree.Root()}
}

package app

import (
	"context"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/push"
	"fanzha/scheduler"
)

// Names of the jobs.
const (
	// Those of [Schedule] act at a time that people can count on: a run that was
	// missed is counted, and made up for as the policy says.
	jobPush  = "push"  // plan the next approved alert
	jobQueue = "queue" // tell who has something waiting for him
	// The others do whatever is due when they look, however long ago it fell due:
	// they have no run to miss.
	jobRelease = "release" // turn due pushes into deliveries and sessions
	jobClose   = "close"   // close sessions whose time has passed
	jobRemind  = "remind"  // remind of errands that are overdue
	jobDaily   = "daily"   // look at the calendar, and make up on a workday what waits for one
)

// jobs is what the program does when time comes.
func (a *App) jobs() []scheduler.Job {
	planned := a.Book.Watch(func(p bot.Payload) bool {
		_, ok := p.(*bot.PushPlanned)
		return ok
	})
	push := a.timed(pushTimes(a.cfg), func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return s.Outbox.PlanNext(now, jobPush, a.rules)
	})
	return []scheduler.Job{
		push,
		a.timed(queueTimes(), a.Bot.RemindOfQueue),
		{Name: jobDaily, Spec: "0 8 * * *", AtStart: true, Run: func(ctx context.Context) error {
			a.warnOfCalendar(ctx)
			return push.Run(ctx)
		}},
		{Name: jobRelease, Spec: "* * * * *", Wake: planned, Run: a.release},
		{Name: jobClose, Spec: "*/10 * * * *", Run: a.decide(a.closeSessions)},
		{Name: jobRemind, Spec: "*/10 * * * *", Run: a.decide(func(s *book.State, now time.Time) ([]bot.Payload, error) {
			return s.Outbox.Remind(s.Directory.LiaisonPersons, now, a.rules), nil
		})},
	}
}

// release turns the pushes that are due into deliveries and sessions.
func (a *App) release(ctx context.Context) error {
	return a.decide(func(s *book.State, now time.Time) ([]bot.Payload, error) {
		return s.Outbox.Release(targets(s), now, a.rules), nil
	})(ctx)
}

// runSchedule runs the scheduler. What was planned just before a crash is
// released first: its wake-up is lost, and a process that does not live for a
// whole minute would never come to it.
func (a *App) runSchedule(ctx context.Context) error {
	if err := a.release(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return a.timer.Run(ctx)
}

// decide makes a job of a decision.
func (a *App) decide(d book.Decide) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := a.Book.Do(ctx, d)
		return err
	}
}

// targets lists the groups that may get a push.
func targets(s *book.State) []push.Target {
	var out []push.Target
	for _, g := range s.Directory.Groups() {
		out = append(out, push.Target{Group: g.ID, Unit: s.Directory.Unit(g.Unit), Disabled: g.Closed()})
	}
	return out
}

// closeSessions closes what is due. The summaries carry the checkpoint of this
// moment, which is therefore the first thing written.
func (a *App) closeSessions(s *book.State, now time.Time) ([]bot.Payload, error) {
	due := s.Attendance.Due(now)
	if len(due) == 0 {
		return nil, nil
	}
	head := s.Checkpoint()
	out := []bot.Payload{head.Witnessed()}
	for _, sess := range due {
		out = append(out, sess.Close(len(sess.Distinct(s.Directory.Same)), s.Directory.Expected(sess.Unit), s.Outbox.Asked(sess.ID), head.Witness(), now)...)
	}
	return out, nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/redis"
	"fanzha/config"
	"fanzha/handlers"
)

// How a seat waits.
const (
	// tick is how often a warm standby looks after its county without being
	// woken by the leader's going, coldTick how often the others do.
	tick     = time.Second
	coldTick = 3 * time.Second
	// patience is what a process waits for each one that the county would
	// rather have, once nobody leads.
	patience = 500 * time.Millisecond
	// headStart is how much longer a process waits that did not lead last, when Redis
	// was away: who did may know of acknowledged entries that Redis has lost. With a
	// lease of 6 s, a tick to notice its end and half a second to begin, that is 9.5 s
	// after a crash of the leader at the most, where 10 are promised.
	headStart = 2 * tick
	// afterFault is the wait after a term that ended with an error; it doubles
	// up to longestWait, but not while Redis is away.
	afterFault  = time.Second
	longestWait = time.Minute
	// leaveWithin is how long a county's program may take to finish what is under
	// way when the county is to go to another process, which has it within two
	// seconds. Then the lease goes back, and what has no answer by then is found as
	// after a crash.
	leaveWithin = 600 * time.Millisecond
	// releaseWithin bounds how long the lease's return may take.
	releaseWithin = 2 * time.Second
)

// A Seat is one county in one process. It leads the county, or follows it so as to
// take over, or leaves it to others. What goes wrong in it ends its own term and
// nothing else.
type Seat struct {
	host *Host
	cfg  config.File
	id   string // the county's, in the store

	mu     sync.Mutex
	app    *App         // while it leads
	warm   bool         // it follows, and could take over at once
	leader redis.Holder // as far as is known; zero if nobody leads
	fault  string       // why this process cannot lead, in Chinese
	alarm  string       // what befell the store, in Chinese
	size   int64        // entries that the ledger is known to have

	// Of run alone.
	reader *redis.Ledger       // what view follows; it remembers what was acknowledged, cold too
	view   *book.Standby       // nil while cold
	last   string              // the process that led last
	led    bool                // it was this one, and since it started
	missed []bot.StoreRestored // what this process has found and may not have written down
	failed time.Time           // when this process last could not reach or lead the county
	free   time.Time           // since when nobody leads, zero while somebody does
	wait   time.Duration       // after the next fault
	copyAt time.Time           // when to look at the archive next

	moves moves // guarded by host.mu
}

// run looks after the county until ctx ends, as long as the office can reach this
// process for it.
func (s *Seat) run(ctx context.Context) {
	defer s.cool()
	for ctx.Err() == nil {
		l, err := s.open(ctx)
		if err != nil {
			s.rest(ctx, err)
			continue
		}
		served, shut := context.WithCancelCause(ctx)
		var office sync.WaitGroup
		office.Go(func() { shut(serveOffice(served, l, s)) })
		s.stand(served)
		shut(nil)
		office.Wait()
		if ctx.Err() == nil {
			s.rest(ctx, context.Cause(served))
		}
	}
}

// open opens the county's control socket on this machine.
func (s *Seat) open(ctx context.Context) (net.Listener, error) {
	if err := os.MkdirAll(s.cfg.Data.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	return listenControl(ctx, filepath.Join(s.cfg.Data.Dir, "control.sock"))
}

// stand takes one turn after another until ctx ends.
func (s *Seat) stand(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.turn(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.rest(ctx, err)
		default:
			_ = s.note(nil)
			s.wait = 0
		}
	}
}

// rest waits after a fault.
func (s *Seat) rest(ctx context.Context, fault error) {
	news := s.note(fault)
	wait := s.again(ctx, fault)
	if news || wait > tick { // Redis may be away for long, and is tried every second
		s.host.log.ErrorContext(ctx, "a county's term ended", "county", s.id, "again", wait, "err", fault)
	}
	_ = s.host.deps.Clock.Sleep(ctx, wait)
}

// again returns how long to wait after a fault: longer each time, unless it is
// Redis that is away, or its replicas. Then nobody can lead the county, and
// somebody should as soon as they are back.
func (s *Seat) again(ctx context.Context, fault error) time.Duration {
	s.free, s.failed = time.Time{}, s.host.deps.Clock.Now()
	if errors.Is(fault, redis.ErrUnconfirmed) {
		return tick
	}
	ctx, cancel := context.WithTimeout(ctx, tick)
	defer cancel()
	if _, _, err := s.host.server.Leader(ctx, s.id); err != nil {
		return tick
	}
	s.wait = min(max(2*s.wait, afterFault), longestWait)
	return s.wait
}

// turn leads for a term, or follows or waits for a little.
func (s *Seat) turn(ctx context.Context) error {
	if err := s.host.twin(); err != nil {
		s.cool()
		return err
	}
	copies := max(s.cfg.Redis.Copies, 1)
	place, met := s.host.place(s.id, "")
	cold := place >= copies || !met
	if cold {
		s.cool()
	} else if err := s.follow(ctx); err != nil {
		return err
	}
	gone := s.host.server.Released(ctx, s.id)
	leader, led, err := s.host.server.Leader(ctx, s.id)
	if err != nil {
		return err
	}
	s.know(leader)
	now := s.host.deps.Clock.Now()
	switch {
	case led:
		s.free, s.last, s.led = time.Time{}, leader.ID, s.led && leader.ID == s.host.self.ID
		s.attend(ctx, cold, gone)
		return nil
	case s.free.IsZero():
		s.free = now
		// A lease that was seen after the fault may be one from before it.
		if !s.led && now.Sub(s.failed) < s.cfg.Redis.LeaseTTL+headStart {
			s.free = now.Add(headStart)
		}
	}
	// Who has just led has gone, or could not go on: nobody waits for it.
	ahead, met := s.host.place(s.id, s.last)
	if !met {
		ahead = copies // nobody can tell yet that it is this one's turn
	}
	if due := s.free.Add(time.Duration(ahead) * patience); now.Before(due) {
		_ = s.host.deps.Clock.Sleep(ctx, due.Sub(now))
		return nil
	}
	hold, err := s.host.server.Acquire(ctx, s.id, s.host.self, s.cfg.Redis.LeaseTTL)
	if errors.Is(err, ledger.ErrLocked) {
		return nil // another was quicker
	}
	if err != nil {
		return err
	}
	s.free = time.Time{}
	return s.lead(ctx, hold)
}

// follow brings the warm state up to what the ledger has.
func (s *Seat) follow(ctx context.Context) error {
	if s.view == nil {
		var diverged *redis.DivergedError
		key, err := s.key(ctx, false)
		if err != nil || key == nil {
			return err
		}
		if s.view, err = book.Follow(ctx, book.Options{Ledger: s.reader, Key: key, Now: s.host.deps.Clock.Now, Salt: s.host.deps.Random}); err != nil {
			return err
		}
		// What this process acknowledged when it led, and the store went on
		// without, is not passed over because somebody else leads.
		if _, err := s.reader.Reconcile(ctx); errors.As(err, &diverged) && diverged.Acknowledged {
			s.cool()
			return err
		}
	} else if _, err := s.view.CatchUp(ctx); err != nil {
		return s.behind(ctx, err)
	}
	s.copyArchive(ctx, s.host.deps.Clock.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.warm, s.alarm = true, ""
	return nil
}

// behind deals with a store that does not hold what was followed. If it has only
// lost the end, whoever leads next puts back what it remembers, and until then
// there is nothing to follow. If it went on differently, what was followed was
// never acknowledged, or is with who led: this process looks anew.
func (s *Seat) behind(ctx context.Context, err error) error {
	var behind *book.BehindError
	if !errors.As(err, &behind) {
		if errors.Is(err, book.ErrStopped) || errors.As(err, new(*ledger.CorruptError)) {
			s.cool() // what was followed is of no more use; else Redis is away, and reading goes on
		}
		return err
	}
	s.mu.Lock()
	if s.alarm == "" {
		s.host.log.ErrorContext(ctx, "the store does not hold what was followed", "county", s.id, "followed", behind.Have, "holds", behind.Store)
	}
	s.warm, s.alarm = false, behind.Error()
	s.mu.Unlock()
	if behind.Store >= behind.Have {
		s.cool()
	}
	return nil
}

// cool gives up the warm state.
func (s *Seat) cool() {
	s.view = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.warm = false
}

// ready reports whether this process could take the county over from the one that
// leads it.
func (s *Seat) ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.warm && s.fault == "" && s.leader.ID != "" && s.leader.ID != s.host.self.ID
}

// attend waits until the leader has gone, or for a tick. An append does not end
// it: to look at once costs Redis more than the append did, and what comes in a
// tick is read in no time by who takes over.
func (s *Seat) attend(ctx context.Context, cold bool, gone <-chan struct{}) {
	wait := tick
	if cold {
		wait = coldTick
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-gone:
	case <-t.C:
	case <-ctx.Done():
	}
}

// key opens the county's signing key. One is made only for an empty ledger, by
// who leads it; who follows an empty ledger has none yet, and nothing to follow.
func (s *Seat) key(ctx context.Context, leads bool) (*ledger.Key, error) {
	if !leads {
		head, err := s.reader.Head(ctx)
		if err != nil || head.Size == 0 {
			return nil, err
		}
	}
	key, err := openKey(ctx, s.cfg, s.reader, s.host.deps.Random)
	if err != nil {
		return nil, err
	}
	return key, nil
}

// know notes who leads.
func (s *Seat) know(leader redis.Holder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leader = leader
}

// note notes why this process cannot lead, or that it can. It reports whether that
// has changed, as people are told it.
func (s *Seat) note(err error) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.fault
	s.fault = ""
	if err != nil {
		s.fault = cause(err)
	}
	return s.fault != before
}

// leads returns the running county, or a refusal that says where it is led.
func (s *Seat) leads() (*App, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.app != nil:
		return s.app, nil
	case s.leader.ID == "":
		return nil, bot.Refuse(s.cfg.County.Name+"现在没有进程主持", "请稍候再试；一直如此请运行 fanzha doctor")
	}
	return nil, bot.Refuse(fmt.Sprintf("%s现在由进程 %s 主持，本进程是备用", s.cfg.County.Name, s.leader.ID), "请到那台机器上执行")
}

// Tell implements [Office].
func (s *Seat) Tell(ctx context.Context, as bot.OperatorID, text string) (string, error) {
	a, err := s.leads()
	if err != nil {
		return "", err
	}
	return a.Tell(ctx, as, text)
}

// ImportRoster implements [Office].
func (s *Seat) ImportRoster(ctx context.Context, as bot.OperatorID, f handlers.RosterFile) (string, error) {
	a, err := s.leads()
	if err != nil {
		return "", err
	}
	return a.ImportRoster(ctx, as, f)
}

// Export implements [Office].
func (s *Seat) Export(ctx context.Context, as bot.OperatorID, e Export, w io.Writer) (string, error) {
	a, err := s.leads()
	if err != nil {
		return "", err
	}
	return a.Export(ctx, as, e, w)
}

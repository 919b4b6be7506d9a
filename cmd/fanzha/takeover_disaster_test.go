package main

import (
	"context"
	"time"

	"fanzha/bot/ledger/redis/redistest"
)

// This file is what befalls the machines of the campaign.

// taken waits until another machine than m has the bot of k, and notes how long
// that was after t.
func (c *takeover) taken(name string, k *county, m *machine, t time.Time) {
	c.Helper()
	redistest.Eventually(c.T, "another machine than "+m.name+" has taken over "+k.id, func() bool { return k.relay.has().process != m.name })
	if at := k.relay.has().at; at.After(t) {
		c.times[name] = append(c.times[name], at.Sub(t))
	}
}

// some lets between least and most of time go by: what is broken stays so.
func (c *takeover) some(least, most time.Duration) {
	ctx, cancel := context.WithTimeout(c.ctx, least+time.Duration(c.dice.Int64N(int64(most-least))))
	defer cancel()
	<-ctx.Done()
}

// processDisasters befall the process that leads.
var processDisasters = []disaster{
	{"the leader is killed", func(c *takeover, k *county, m *machine) {
		t := time.Now()
		m.kill()
		c.taken("the leader is killed", k, m, t)
		m.start()
	}},
	{"the leader is stopped", func(c *takeover, k *county, m *machine) {
		t := time.Now()
		m.stop()
		c.taken("the leader is stopped", k, m, t)
		m.start()
	}},
	{"the leader is paused", func(c *takeover, k *county, m *machine) {
		t := time.Now()
		m.pause()
		c.taken("the leader is paused", k, m, t)
		m.resume()
	}},
	{"the leader is killed and is back at once", func(c *takeover, _ *county, m *machine) {
		m.kill()
		m.start()
	}},
	{"the leader is paused for about a lease", func(c *takeover, _ *county, m *machine) {
		m.pause()
		c.some(*takeoverLease/2, 2**takeoverLease)
		m.resume()
	}},
}

// lineDisasters befall the lines of the machine that leads.
var lineDisasters = []disaster{
	{"the line to Redis is cut", func(c *takeover, k *county, m *machine) {
		t := time.Now()
		m.store.Cut()
		c.taken("the line to Redis is cut", k, m, t)
		m.store.Restore()
	}},
	{"the line to Redis breaks", func(c *takeover, _ *county, m *machine) { m.store.Break() }},
	{"the line to Redis is slow", func(c *takeover, _ *county, m *machine) {
		m.store.Delay(time.Duration(20+c.dice.IntN(200)) * time.Millisecond)
		c.some(time.Second, 2*time.Second)
		m.store.Restore()
	}},
	{"the line to the platform is cut", func(c *takeover, _ *county, m *machine) {
		for _, l := range m.lines {
			l.Cut()
		}
		c.some(time.Second, 3*time.Second)
		for _, l := range m.lines {
			l.Restore()
		}
	}},
	{"the line to the platform breaks", func(c *takeover, _ *county, m *machine) {
		for _, l := range m.lines {
			l.Break()
		}
	}},
}

// storeDisasters befall a single Redis.
func storeDisasters(node *redistest.Node) []disaster {
	return []disaster{
		{"Redis is killed", func(c *takeover, _ *county, _ *machine) {
			node.Kill()
			c.some(0, 2**takeoverLease)
			node.Start()
		}},
		{"Redis is away for long", func(c *takeover, _ *county, _ *machine) {
			node.Kill()
			c.some(4*time.Second, 8*time.Second)
			node.Start()
		}},
		{"Redis is paused", func(c *takeover, _ *county, _ *machine) {
			node.Stop()
			c.some(*takeoverLease/4, 3**takeoverLease)
			node.Cont()
		}},
		{"Redis and the leader are killed", func(c *takeover, k *county, m *machine) {
			node.Kill()
			m.kill()
			c.some(0, 2**takeoverLease)
			node.Start()
			t := time.Now()
			c.taken("Redis and the leader are killed", k, m, t)
			m.start()
		}},
		{"all is killed", func(c *takeover, _ *county, _ *machine) {
			for _, m := range c.machines {
				m.kill()
			}
			node.Restart()
			for _, m := range c.machines {
				m.start()
			}
		}},
	}
}

// sentinelDisasters befall a set under Sentinel. Each ends when the set is whole:
// without it Sentinel changes nothing more.
//
// With split, they are also those in which the old master lives on. Until it
// learns that it is none any more, it acknowledges, with the replica that still
// follows it, what the set then takes back. Whoever read it there puts it back;
// if the one who leads next has read less, acknowledged entries are lost.
func sentinelDisasters(set *redistest.Set, split bool) []disaster {
	whole := func(name string, do func(c *takeover, old *redistest.Node, m *machine)) disaster {
		return disaster{name, func(c *takeover, _ *county, m *machine) {
			c.ready(set)
			do(c, set.Master(), m)
			c.ready(set)
		}}
	}
	out := []disaster{
		whole("the master is killed", func(_ *takeover, old *redistest.Node, _ *machine) {
			old.Kill()
			set.AwaitMaster(old)
			old.Start()
		}),
		whole("the master and the leader are killed", func(_ *takeover, old *redistest.Node, m *machine) {
			old.Kill()
			m.kill()
			set.AwaitMaster(old)
			old.Start()
			m.start()
		}),
	}
	if split {
		out = append(out,
			whole("Sentinel chooses another master", func(*takeover, *redistest.Node, *machine) { set.Failover() }),
			whole("the master is paused", func(_ *takeover, old *redistest.Node, _ *machine) {
				old.Stop()
				set.AwaitMaster(old)
				old.Cont()
			}))
	}
	return out
}

// ready waits until the master has its replicas, and they follow it.
func (c *takeover) ready(set *redistest.Set) {
	c.Helper()
	redistest.Eventually(c.T, "the set is whole", func() bool {
		if set.Master().Info("connected_slaves") != "2" {
			return false
		}
		for _, n := range set.Nodes {
			if n.Info("role") == "slave" && n.Info("master_link_status") != "up" {
				return false
			}
		}
		return true
	})
}

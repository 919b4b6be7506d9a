package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"

	"fanzha/bot/wechat/wechattest"
)

// A relay stands between the processes and the platform of one county, and
// notes which process says what. It lets everything pass as it is.
type relay struct {
	platform *wechattest.Platform

	mu     sync.Mutex
	subs   []subscription    // that the platform has accepted, in order
	sender map[string]string // process by req_id of a push
	opened int               // connections
	words  []word            // answers and pushes, in order
}

// A word is a frame that people would see.
type word struct {
	process string
	at      time.Time
}

// A subscription is a process's having got the bot.
type subscription struct {
	process string
	conn    int
	at      time.Time // not before it was accepted
}

func newRelay(p *wechattest.Platform) *relay {
	return &relay{platform: p, sender: make(map[string]string)}
}

// of returns what serves the connections of one process.
func (r *relay) of(process string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		in, err := websocket.Accept(w, req, nil)
		if err != nil {
			return
		}
		defer in.CloseNow()
		ctx, end := context.WithCancel(req.Context())
		defer end()
		out, _, err := websocket.Dial(ctx, "ws://openws.sim/", &websocket.DialOptions{HTTPClient: r.platform.HTTPClient()})
		if err != nil {
			return
		}
		defer out.CloseNow()
		r.mu.Lock()
		r.opened++
		c := &relayed{relay: r, process: process, conn: r.opened}
		r.mu.Unlock()
		var down sync.WaitGroup
		defer down.Wait()
		down.Go(func() {
			defer end()
			pass(ctx, out, in, c.answered)
		})
		pass(ctx, in, out, c.asked)
		end()
	})
}

// pass carries messages until either end is gone.
func pass(ctx context.Context, from, to *websocket.Conn, note func([]byte)) {
	from.SetReadLimit(-1)
	for {
		kind, data, err := from.Read(ctx)
		if err != nil {
			return
		}
		note(data)
		if to.Write(ctx, kind, data) != nil {
			return
		}
	}
}

// relayed is one connection. Each of its two fields is used by one direction
// and read by the other under relay.mu.
type relayed struct {
	*relay
	process   string
	conn      int
	subscribe string // req_id of the subscription
}

// A relayedFrame is what the relay reads of a frame.
type relayedFrame struct {
	Cmd     string `json:"cmd"`
	Headers struct {
		ReqID string `json:"req_id"`
	} `json:"headers"`
	Code *int `json:"errcode"`
}

// asked notes a frame of the process.
func (c *relayed) asked(data []byte) {
	var f relayedFrame
	if json.Unmarshal(data, &f) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch f.Cmd {
	case "aibot_subscribe":
		c.subscribe = f.Headers.ReqID
	case "ping":
	case "aibot_send_msg":
		c.sender[f.Headers.ReqID] = c.process
		fallthrough
	default:
		c.words = append(c.words, word{c.process, time.Now()})
	}
}

// answered notes a frame of the platform.
func (c *relayed) answered(data []byte) {
	var f relayedFrame
	if json.Unmarshal(data, &f) != nil || f.Cmd != "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.Headers.ReqID == c.subscribe && f.Code != nil && *f.Code == 0 {
		c.subs = append(c.subs, subscription{c.process, c.conn, time.Now()})
	}
}

// has returns the last process that got the bot, and since when.
func (r *relay) has() subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.subs) == 0 {
		return subscription{}
	}
	return r.subs[len(r.subs)-1]
}

// subscribed returns who got the bot after the first n times.
func (r *relay) subscribed(n int) []subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.subs[n:])
}

// late returns how many words came from a process more than a moment after
// another one's term had begun, and how late the latest was. A line that was cut
// brings them later than they were said.
func (r *relay) late(terms []term) (n int, most time.Duration) {
	const moment = 50 * time.Millisecond
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.words {
		i, _ := slices.BinarySearchFunc(terms, w.at.Add(-moment), func(t term, at time.Time) int { return t.at.Compare(at) })
		if i == 0 || terms[i-1].process == w.process || i < len(terms) && terms[i].process == w.process {
			continue
		}
		n++
		most = max(most, w.at.Sub(terms[i-1].at))
	}
	return n, most
}

// sentBy returns which process sent a push, "" if none.
func (r *relay) sentBy(reqID string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sender[reqID]
}

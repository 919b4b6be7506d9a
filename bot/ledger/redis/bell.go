package redis

import (
	"context"
	"sync"

	goredis "github.com/redis/go-redis/v9"
)

// A bell wakes those who wait for a county, over one Pub/Sub connection of the
// process.
type bell struct {
	s *Server

	mu      sync.Mutex
	sub     *goredis.PubSub // nil until somebody waits
	waiting map[string]chan struct{}
	done    chan struct{}
}

// listen returns a channel that is closed at the next ring of channel.
func (b *bell) listen(ctx context.Context, channel string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sub == nil {
		b.sub = b.s.client.Subscribe(context.WithoutCancel(ctx))
		b.waiting, b.done = map[string]chan struct{}{}, make(chan struct{})
		go b.ring(b.sub.Channel())
	}
	ch, ok := b.waiting[channel]
	if !ok {
		// If it fails, it is tried again when the connection is made anew.
		_ = b.sub.Subscribe(ctx, channel)
	}
	if ch == nil {
		ch = make(chan struct{})
		b.waiting[channel] = ch
	}
	return ch
}

// ring wakes waiters until the subscription is closed.
func (b *bell) ring(messages <-chan *goredis.Message) {
	defer close(b.done)
	for m := range messages {
		b.mu.Lock()
		if ch := b.waiting[m.Channel]; ch != nil {
			close(ch)
			b.waiting[m.Channel] = nil // subscribed, and nobody waits
		}
		b.mu.Unlock()
	}
}

func (b *bell) close() error {
	b.mu.Lock()
	sub := b.sub
	b.mu.Unlock()
	if sub == nil {
		return nil
	}
	err := sub.Close()
	<-b.done
	return err
}

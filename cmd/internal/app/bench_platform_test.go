package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Lines are the platform's connections to one server. They stay open from one
// volley to the next, and take little of the processor that they share with the
// server: one write and, as a rule, one read a request.
type lines []net.Conn

func dialLines(b *testing.B, addr string) lines {
	b.Helper()
	out := make(lines, oaConns)
	for i := range out {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		out[i] = conn
	}
	return out
}

// fire sends the requests, on each connection the next one as soon as the one
// before is answered.
func (l lines) fire(b *testing.B, requests [][]byte) (took, cpu time.Duration) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	began, before := time.Now(), cpuTime(b)
	for _, conn := range l {
		wg.Go(func() {
			room := make([]byte, 4<<10)
			for i := next.Add(1) - 1; int(i) < len(requests); i = next.Add(1) - 1 {
				_, err := conn.Write(requests[i])
				if err == nil {
					err = answered(conn, room)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(began), cpuTime(b) - before
}

// answered reads one answer, which must be a sealed reply.
func answered(conn net.Conn, room []byte) error {
	for n := 0; n < len(room); {
		more, err := conn.Read(room[n:])
		if err != nil {
			return fmt.Errorf("reading an answer: %w", err)
		}
		n += more
		head, body, whole := bytes.Cut(room[:n], []byte("\r\n\r\n"))
		if !whole {
			continue
		}
		_, rest, _ := bytes.Cut(head, []byte("\r\nContent-Length: "))
		length, _, _ := bytes.Cut(rest, []byte("\r\n"))
		size, err := strconv.Atoi(string(length))
		if err != nil || !bytes.HasPrefix(head, []byte("HTTP/1.1 200 OK\r\n")) || len(body) > size {
			return fmt.Errorf("answered with %q", head)
		}
		if len(body) == size {
			if !bytes.Contains(body, []byte("<Encrypt>")) {
				return errors.New("an answer that is not sealed")
			}
			return nil
		}
	}
	return errors.New("an answer without end")
}

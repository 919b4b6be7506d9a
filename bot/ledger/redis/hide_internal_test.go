package redis

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// A server that knows no command repeats what it was sent, the password included.
// Whoever dials gets an error without it.
func TestNoErrorHoldsThePassword(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go parrot(c)
		}
	}()
	conf := Config{Password: "geheim-0123456789"}
	client := address{hosts: []string{l.Addr().String()}}.dial(conf)
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err == nil || strings.Contains(err.Error(), string(conf.Password)) {
		t.Errorf("Ping = %v, want an error without the password", err)
	}
}

// parrot answers each command with an error that quotes it.
func parrot(c net.Conn) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		var words, length int
		if _, err := fmt.Fscanf(in, "*%d\r\n", &words); err != nil {
			return
		}
		said := make([]string, words)
		for i := range said {
			if _, err := fmt.Fscanf(in, "$%d\r\n%s\r\n", &length, &said[i]); err != nil {
				return
			}
		}
		if _, err := fmt.Fprintf(c, "-ERR unknown command, with args beginning with: %q\r\n", said); err != nil {
			return
		}
	}
}

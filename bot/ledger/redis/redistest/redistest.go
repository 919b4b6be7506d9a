// Package redistest starts real Redis servers for tests: one, a master with a
// replica, a set under Sentinel, a Cluster. Each listens on a free port of the
// loopback interface, keeps its files in the test's temporary directory with
// appendfsync always, and ends with the test. A [Node] can be killed, paused
// and started again; a [Proxy] cuts or delays the connection to one.
//
// It is not a Redis of its own, and needs Debian's redis-server. Without it a
// test fails if CI is set in the environment, and is skipped elsewhere.
package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// patience is how long anything may take on a busy machine.
const patience = 60 * time.Second

// Need ends the test if redis-server is not installed.
func Need(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err == nil {
		return
	}
	const remark = "redis-server is not installed (apt-get install redis-server redis-sentinel)"
	if os.Getenv("CI") != "" {
		t.Fatal(remark + "; in CI nothing may be left out")
	}
	t.Skip("WARNING: NOT TESTED AGAINST REDIS: " + remark)
}

// A Node is one server process, a redis-server or a sentinel. Its methods are
// for one goroutine at a time, and end the test if they fail.
type Node struct {
	Addr string // host:port
	Dir  string // its files; the log is in redis.log

	t    testing.TB
	args []string
	proc *os.Process // nil while it is not running
	done chan struct{}
}

// FreePorts returns n different ports of the loopback interface that nobody
// listens on.
func FreePorts(t testing.TB, n int) []int {
	t.Helper()
	var out []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // only then, so that they differ
		out = append(out, l.Addr().(*net.TCPAddr).Port)
	}
	return out
}

// Single starts one server. Each line is a directive for its configuration,
// which wins over the defaults, for example "appendfsync everysec".
func Single(t testing.TB, lines ...string) *Node {
	t.Helper()
	return start(t, FreePorts(t, 1)[0], lines)
}

// start starts a redis-server and waits until it answers.
func start(t testing.TB, port int, lines []string) *Node {
	t.Helper()
	conf := []string{
		"bind 127.0.0.1", "port " + strconv.Itoa(port), "daemonize no", `save ""`, "appendonly yes", "appendfsync always",
		"logfile redis.log", "repl-diskless-sync-delay 0", "repl-ping-replica-period 1", "repl-timeout 5",
	}
	return startAs(t, "redis-server", port, append(conf, lines...))
}

func startAs(t testing.TB, program string, port int, conf []string) *Node {
	t.Helper()
	Need(t)
	n := &Node{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Dir: t.TempDir(), t: t}
	file := filepath.Join(n.Dir, "redis.conf")
	text := strings.Join(append(conf, "dir "+n.Dir), "\n") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n.args = []string{program, file}
	n.Start()
	t.Cleanup(func() {
		n.Kill()
		if t.Failed() {
			t.Logf("%s %s wrote at last:\n%s", program, n.Addr, n.lastWords())
		}
	})
	return n
}

// lastWords returns the end of the node's log.
func (n *Node) lastWords() []byte {
	log, err := os.ReadFile(filepath.Join(n.Dir, "redis.log"))
	if err != nil {
		return []byte(err.Error())
	}
	return log[max(len(log)-8<<10, 0):]
}

// Start starts a node that was killed, on its old port with its old files, and
// waits until it answers.
func (n *Node) Start() {
	n.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n.launch()
	c := n.Client()
	defer c.Close()
	Eventually(n.t, n.Addr+" answers", func() bool {
		err := c.Ping(ctx).Err()
		return err == nil || strings.HasPrefix(err.Error(), "LOADING") || strings.HasPrefix(err.Error(), "NOAUTH")
	})
}

// launch starts the process from a thread that lives as long as the process:
// on Linux the kernel ends a child when the thread that made it ends.
func (n *Node) launch() {
	n.t.Helper()
	started := make(chan error)
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread() // never unlocked: the thread goes with the goroutine
		defer close(done)
		cmd := exec.Command(n.args[0], n.args[1:]...)
		cmd.Dir, cmd.SysProcAttr = n.Dir, attributes()
		err := cmd.Start()
		n.proc = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
		}
	}()
	if err := <-started; err != nil {
		n.t.Fatalf("starting %v: %v", n.args, err)
	}
	n.done = done
}

// Kill ends the process at once, as kill -9 does, and waits until it is gone. A
// node that does not run is left alone.
func (n *Node) Kill() {
	if n.proc == nil {
		return
	}
	_ = n.proc.Kill() // it may have ended by itself
	<-n.done
	n.proc = nil
}

// Restart kills the node and starts it again.
func (n *Node) Restart() {
	n.t.Helper()
	n.Kill()
	n.Start()
}

// Stop pauses the process (SIGSTOP): its port accepts connections, and nobody
// answers.
func (n *Node) Stop() {
	n.t.Helper()
	if err := pause(n.proc); err != nil {
		n.t.Fatalf("pausing %s: %v", n.Addr, err)
	}
}

// Cont lets a paused process go on.
func (n *Node) Cont() {
	n.t.Helper()
	if err := resume(n.proc); err != nil {
		n.t.Fatalf("resuming %s: %v", n.Addr, err)
	}
}

// URL returns the node's address as the ledger's configuration wants it.
func (n *Node) URL() string { return "redis://" + n.Addr }

// Port returns the node's port.
func (n *Node) Port() int {
	_, port, _ := net.SplitHostPort(n.Addr)
	p, _ := strconv.Atoi(port)
	return p
}

// Client returns a new client of this node alone. The caller closes it.
func (n *Node) Client() *goredis.Client {
	return goredis.NewClient(&goredis.Options{Addr: n.Addr, MaxRetries: -1, DialerRetries: 1, DisableIdentity: true})
}

// Do sends one command and returns the answer as a string. It ends the test if
// the node refuses.
func (n *Node) Do(args ...any) string {
	n.t.Helper()
	c := n.Client()
	defer c.Close()
	v, err := c.Do(context.Background(), args...).Result()
	if err != nil && err != goredis.Nil {
		n.t.Fatalf("%v on %s: %v", args, n.Addr, err)
	}
	return fmt.Sprint(v)
}

// Info returns one field of INFO, "" if it is not there or the node does not
// answer.
func (n *Node) Info(field string) string {
	c := n.Client()
	defer c.Close()
	text, err := c.Info(context.Background(), "everything").Result()
	if err != nil {
		return ""
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if v, ok := strings.CutPrefix(line, field+":"); ok {
			return v
		}
	}
	return ""
}

// Eventually waits until ok, and ends the test if that takes too long on any
// machine.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-end:
			t.Fatalf("waited %v in vain until %s", patience, what)
		case <-tick.C:
		}
	}
}

// Snapshot keeps a copy of what the node has on disk, for [Node.Rewind]. Nobody
// may be writing.
func (n *Node) Snapshot() (dir string) {
	n.t.Helper()
	dir = filepath.Join(n.t.TempDir(), "aof")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(n.Dir, "appendonlydir"))); err != nil {
		n.t.Fatalf("copying the files of %s: %v", n.Addr, err)
	}
	return dir
}

// Rewind kills the node and starts it with what it had at a [Node.Snapshot], as
// if what was written since had been lost with a machine or a failover.
func (n *Node) Rewind(snapshot string) {
	n.t.Helper()
	n.Kill()
	dir := filepath.Join(n.Dir, "appendonlydir")
	if err := os.RemoveAll(dir); err != nil {
		n.t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(snapshot)); err != nil {
		n.t.Fatalf("putting back the files of %s: %v", n.Addr, err)
	}
	n.Start()
}

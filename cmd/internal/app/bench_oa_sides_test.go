package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"fanzha/bot/wechat/wechattest"
)

// A side is one of the two servers of BenchmarkCallback: this binary, started
// again, which does what it is told line by line.
type side struct {
	lines
	to   io.Writer
	from *bufio.Scanner
	shots
}

// sideEnv says which side [BenchmarkCallbackSide] is.
const sideEnv = "FANZHA_BENCH_CALLBACK_SIDE"

// startSide starts a side on the first core that this process may use.
func startSide(b *testing.B, which string) *side {
	b.Helper()
	args := []string{os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkCallbackSide$", "-test.benchtime=1x"}
	if runtime.NumCPU() > 1 {
		args = append([]string{"taskset", "-c", strconv.Itoa(cores(b)[0])}, args...)
	}
	cmd := exec.CommandContext(b.Context(), args[0], args[1:]...)
	cmd.Env, cmd.Stderr = append(os.Environ(), sideEnv+"="+which), os.Stderr
	to, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	from, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Wait() }) // the benchmark's context has ended it
	s := &side{to: to, from: bufio.NewScanner(from)}
	s.lines = dialLines(b, s.answer(b))
	return s
}

// ask tells a side to do something and returns its answer.
func (s *side) ask(b *testing.B, what string) string {
	b.Helper()
	if _, err := fmt.Fprintln(s.to, what); err != nil {
		b.Fatal(err)
	}
	return s.answer(b)
}

// answer returns the next line that is an answer: the testing package prints
// others between.
func (s *side) answer(b *testing.B) string {
	b.Helper()
	for s.from.Scan() {
		if text, ok := strings.CutPrefix(s.from.Text(), "> "); ok {
			return text
		}
	}
	b.Fatal("a server has ended")
	return ""
}

// shoot sends requests.
func (s *side) shoot(b *testing.B, requests [][]byte) {
	b.Helper()
	before := s.cpuTime(b)
	took, _ := s.fire(b, requests)
	s.n, s.took, s.cpu = s.n+len(requests), s.took+took, s.cpu+s.cpuTime(b)-before
}

func (s *side) cpuTime(b *testing.B) time.Duration {
	b.Helper()
	d, err := time.ParseDuration(s.ask(b, "cpu"))
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// Shots are what was sent to one server in a round.
type shots struct {
	n         int
	took, cpu time.Duration
}

func (s *shots) rate() float64 { return float64(s.n) / s.took.Seconds() }

// each is the server's processor time of one callback.
func (s *shots) each() time.Duration { return s.cpu / time.Duration(s.n) }

// BenchmarkCallbackSide is a side of BenchmarkCallback, which starts it; by itself
// it measures nothing.
func BenchmarkCallbackSide(b *testing.B) {
	var handler http.Handler
	var c *official
	switch account := benchAccount(b); os.Getenv(sideEnv) {
	case "ours":
		c = openOfficial(b, account)
		handler = c.mux
	case "library":
		handler = library(account)
	default:
		b.Skip("a part of BenchmarkCallback")
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	fmt.Println("\n> " + server.Listener.Addr().String())
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		answer := "done"
		switch orders.Text() {
		case "open":
			c.open(b)
		case "check":
			c.wantCheckIns(b)
		case "cpu":
			answer = cpuTime(b).String()
		}
		fmt.Println("> " + answer)
	}
}

// benchAccount is the same in every process.
func benchAccount(b *testing.B) *wechattest.OfficialAccount {
	b.Helper()
	p := wechattest.New(wechattest.Options{Seed: 1})
	b.Cleanup(p.Close)
	account := p.AddOfficial(wechattest.Official{})
	account.Connect("http://bench"+oaPath, nil)
	return account
}

// cores are the numbers of those that this process may use.
func cores(b *testing.B) (out []int) {
	b.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		b.Fatal(err)
	}
	for i := 0; len(out) < set.Count(); i++ {
		if set.IsSet(i) {
			out = append(out, i)
		}
	}
	return out
}

// allButOne are all cores but the first, if there are several.
func allButOne(all []int) []int { return all[min(1, len(all)-1):] }

// keepTo keeps this process to some of its cores until the benchmark ends.
func keepTo(b *testing.B, some func([]int) []int) {
	b.Helper()
	all := cores(b)
	set := func(cores []int) {
		var set unix.CPUSet
		for _, i := range cores {
			set.Set(i)
		}
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			b.Fatal(err)
		}
		for _, t := range threads { // those to come take it from those that are
			id, err := strconv.Atoi(t.Name())
			if err == nil {
				err = unix.SchedSetaffinity(id, &set)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	set(some(all))
	before := runtime.GOMAXPROCS(len(some(all)))
	b.Cleanup(func() {
		runtime.GOMAXPROCS(before)
		set(all)
	})
}

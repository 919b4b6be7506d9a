package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"fanzha/bot/ledger/ledgertest"
	"fanzha/bot/ledger/sqlite"
)

// childEnv holds the path of the ledger to which this test binary, started
// again by itself, appends until it is killed.
const childEnv = "FANZHA_TEST_APPEND_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		if err := appendForever(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForever prints the size after each append that was acknowledged, the
// first before any. Now and then it erases the last private part and prints that
// sequence number, negative, when this was acknowledged.
func appendForever(ctx context.Context, path string) error {
	l, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	h, err := l.Head(ctx)
	if err != nil {
		return err
	}
	fmt.Println(h.Size)
	for size := h.Size; ; {
		n := 1 + size*7%40
		if err := l.Append(ctx, size, ledgertest.Records(size, int(n)), ledgertest.Checkpoint(size+n)); err != nil {
			return err
		}
		size += n
		fmt.Println(size)
		if size%7 == 0 {
			if err := l.Erase(ctx, size-1); err != nil {
				return err
			}
			fmt.Println(1 - size)
		}
	}
}

// A child is a process that runs appendForever.
type child struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func startChild(t *testing.T, path string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &child{cmd, bufio.NewScanner(out)}
}

// next returns the next acknowledgement; ok is false when the child is dead.
func (c *child) next(t *testing.T) (n int64, ok bool) {
	t.Helper()
	if !c.out.Scan() {
		return 0, false
	}
	n, err := strconv.ParseInt(c.out.Text(), 10, 64)
	if err != nil {
		t.Fatalf("the child says %q", c.out.Text())
	}
	return n, true
}

package app_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fanzha/bot/ledger/redis/redistest"
	"fanzha/cmd/internal/demo"
)

// Redis is away for longer than a lease, and back without what only the process that
// led knows: that one comes first, and puts it back.
func TestTheOneThatAcknowledgedComesFirst(t *testing.T) {
	for _, ids := range [][2]string{{"one", "two"}, {"two", "one"}} {
		t.Run(ids[0]+" leads", func(t *testing.T) {
			t.Parallel()
			server := redistest.Single(t)
			f := newFleet(t, server.URL())
			first := f.start(ids[0])
			first.says(t, "：主持")
			f.share(ids[0], ids[1])
			second := f.start(ids[1])
			second.says(t, "备用")
			f.office(ids[0], demo.Approver, "绑定码 "+f.Units[0].Short)
			before := server.Snapshot()
			f.office(ids[0], demo.Approver, "绑定码 "+f.Units[1].Short)
			acknowledged, err := strconv.Atoi(server.Do("HGET", "fanzha:{xiangning}:head", "size"))
			if err != nil {
				t.Fatal(err)
			}
			server.Kill()
			redistest.Eventually(t, "both notice", func() bool {
				_, a := first.ready()
				_, b := second.ready()
				return strings.Contains(a, "不能主持") && strings.Contains(b, "不能主持")
			})
			server.Rewind(before)
			redistest.Eventually(t, "who led puts it back and says so", func() bool {
				_, text := first.ready()
				return strings.Contains(text, "：主持") && strings.Contains(text, "少了")
			})
			if has, err := strconv.Atoi(server.Do("HGET", "fanzha:{xiangning}:head", "size")); err != nil || has < acknowledged {
				t.Errorf("the ledger has %d entries, %v; %d were acknowledged", has, err, acknowledged)
			}
		})
	}
}

// What the store had lost is put back, but the county's program cannot begin: the
// calendar is broken. What befell the store is told when it can.
func TestALossIsToldLate(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	f := newFleet(t, server.URL())
	cfg := f.config("one")
	cfg.Calendar.Dir = t.TempDir()
	p := f.start("one", cfg)
	p.says(t, "：主持")
	f.office("one", demo.Approver, "绑定码 "+f.Units[0].Short)
	before := server.Snapshot()
	f.office("one", demo.Approver, "绑定码 "+f.Units[1].Short)
	broken := filepath.Join(cfg.Calendar.Dir, "2027.yaml")
	if err := os.WriteFile(broken, []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	server.Rewind(before)
	redistest.Eventually(t, "it cannot begin", func() bool {
		_, text := p.ready()
		return strings.Contains(text, "放假安排")
	})
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, "it leads again", func() bool { return p.leads() == 1 })
	if _, text := p.ready(); !strings.Contains(text, "存储发生过回退，少了 1 条") {
		t.Errorf("it does not say what befell the store: %s", text)
	}
}

package app_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is assumed of the counties and of the machines that serve them.
const (
	counties    = 3000
	meanMembers = 20_000 // of a county's 10 to 50 thousand
	mostMembers = 50_000
	// entriesAYear is for each member: 2 million in the largest county.
	entriesAYear = 40
	// heaviest is the share of the members who press in one minute, of the fifth
	// that does within ten minutes of the push at 9:30.
	heaviest = 0.05
	// A push to a group is planned, opens a session, is sent and answered.
	groups, entriesAGroup = 40, 4
	monthsInRedis         = 2.0 // closed months stand in files
	copiesOfState         = 2   // one process leads, one is warm
	copiesOfRedis         = 3   // a master and two replicas
	heapGrowth            = 2.0 // of what lives, before the collector has run (GOGC=100)
	fill                  = 0.5 // of a core, the rest is for failures
	// A process has a machine of 64 GB, a quarter of which is left to others.
	coresOfAProcess = 4
	gbOfAProcess    = 48
	platformBytes   = 4 << 10 // of a check-in, there and back
	bitsOfAByte     = 8
	gigabyte        = 1 << 30
	secondsAMinute  = 60
)

// What has been measured: medians of three runs, on two cores of an AMD EPYC that
// others used too, with Redis 7.0.15 (appendfsync always) beside the program. Alone
// means that a check-in shares its commit with no other, as at a county's peak.
const (
	redisAlone  = 151e-6 // seconds
	redisRests  = 249e-6
	processOne  = 180e-6
	processMore = 278e-6
	processRest = 755e-6
	redisEntry  = 401 // bytes
	stateEntry  = 211
	netAlone    = 1161
	netCopy     = 340
	// Fifty counties at the rate of the largest.
	redisAtMost, redisRestsAtMost     = 70e-6, 246e-6
	processAtMost, processRestsAtMost = 126e-6, 698e-6
	netAtMost                         = 979
)

// sources says of the constants what they are and what gives them.
func sources() [][3]string {
	micro := func(s float64) string { return fmt.Sprintf("%.0f µs", s*1e6) }
	bytes := func(n float64) string { return fmt.Sprintf("%.0f B", n) }
	return [][3]string{
		{micro(redisAlone), "of Redis's core: a check-in alone, and its standby", "Peak/rate=17 redis-ns/op"},
		{micro(redisRests), "of Redis's core: a second of a county at rest", "Peak/rate=17 rest-redis-ns/s"},
		{micro(processOne), "of a process's core: a check-in, frame to card", "CheckIn/redis cpu-ns/op"},
		{micro(processMore), "of a process's core: its commit alone, its standby", "Peak/rate=17 cpu-ns/op"},
		{micro(processRest), "of a process's core: a second of a county at rest", "Peak/rate=17 rest-cpu-ns/s"},
		{bytes(redisEntry), "of Redis's memory: an entry", "TakeOver/entries=1000000 redis-B/entry"},
		{bytes(stateEntry), "of a process's heap: an entry", "TakeOver/entries=1000000 heap-MB/100k"},
		{bytes(netAlone), "between processes and Redis: a check-in alone", "Peak/rate=17 net-B/op"},
		{bytes(netCopy), "from a master to a replica: an entry", "FleetAppend/…/counties=1 net-B/op"},
	}
}

// checkInsASecond is what the heaviest minute brings to a county.
func checkInsASecond(members float64) float64 { return members * heaviest / secondsAMinute }

// A capacity is what the fleet needs if all counties have so many members.
type capacity struct {
	checkIns     float64 // a second
	entries      float64 // a second, with those of the push
	redisCores   float64
	masters      int
	redisGB      float64 // of all masters
	processCores float64
	stateGB      float64
	byCPU        int // processes
	byMemory     int
	netRedis     float64 // bits a second
	netCopies    float64
	netPlatform  float64
}

func capacityFor(members float64) capacity {
	year := members * entriesAYear
	c := capacity{checkIns: counties * checkInsASecond(members)}
	c.entries = c.checkIns + counties*groups*entriesAGroup/secondsAMinute
	c.redisCores = c.entries*redisAlone + counties*redisRests
	c.masters = int(math.Ceil(c.redisCores / fill)) // Redis uses one core
	c.redisGB = counties * year / 12 * monthsInRedis * redisEntry / gigabyte
	c.processCores = c.checkIns*processOne + c.entries*processMore + counties*processRest
	c.stateGB = counties * year * stateEntry * copiesOfState / gigabyte
	c.byCPU = int(math.Ceil(c.processCores / fill / coresOfAProcess))
	c.byMemory = int(math.Ceil(c.stateGB * heapGrowth / gbOfAProcess))
	c.netRedis = c.entries * netAlone * bitsOfAByte
	c.netCopies = c.entries * netCopy * (copiesOfRedis - 1) * bitsOfAByte
	c.netPlatform = c.checkIns * platformBytes * bitsOfAByte
	return c
}

// capacityText is what the package's documentation shows.
func capacityText() string {
	var out strings.Builder
	for _, c := range sources() {
		fmt.Fprintf(&out, "%6s %-50s  %s\n", c[0], c[1], c[2])
	}
	mean, most := capacityFor(meanMembers), capacityFor(mostMembers)
	row := func(form string, mean, most any, what string) {
		fmt.Fprintf(&out, "%6s %8s  %s\n", fmt.Sprintf(form, mean), fmt.Sprintf(form, most), what)
	}
	row("%d", meanMembers, mostMembers, "members of each county")
	row("%d", meanMembers*entriesAYear, mostMembers*entriesAYear, "entries a year of each county")
	row("%.0f", mean.checkIns, most.checkIns, "check-ins a second, of all counties")
	row("%.0f", mean.entries, most.entries, "entries a second, with the push's")
	row("%.1f", mean.redisCores, most.redisCores, "cores that Redis uses")
	row("%d", mean.masters, most.masters, "masters, each using half of a core")
	row("%.0f", mean.redisGB, most.redisGB, "GB in all masters, for two months")
	row("%.1f", mean.processCores, most.processCores, "cores that processes use")
	row("%.0f", mean.stateGB, most.stateGB, "GB of state, for a year, in two processes each")
	row("%d", mean.byCPU, most.byCPU, "processes, by their processors")
	row("%d", mean.byMemory, most.byMemory, "processes, by their memory")
	row("%.0f", mean.netRedis/1e6, most.netRedis/1e6, "Mbit/s between processes and Redis")
	row("%.0f", mean.netCopies/1e6, most.netCopies/1e6, "Mbit/s from masters to two replicas each")
	row("%.0f", mean.netPlatform/1e6, most.netPlatform/1e6, "Mbit/s between processes and platform")
	rate := peakCounties * checkInsASecond(mostMembers)
	last := func(form string, foretold, found float64, what string) {
		fmt.Fprintf(&out, "%4s %6s  %s\n", fmt.Sprintf(form, foretold), fmt.Sprintf(form, found), what)
	}
	last("%.2f", rate*redisAlone+peakCounties*redisRests, rate*redisAtMost+peakCounties*redisRestsAtMost, "cores that Redis used")
	last("%.2f", rate*processMore+peakCounties*processRest, rate*processAtMost+peakCounties*processRestsAtMost, "cores that the two processes used")
	last("%.1f", rate*netAlone*bitsOfAByte/1e6, rate*netAtMost*bitsOfAByte/1e6, "Mbit/s between them")
	return out.String()
}

// The documentation shows what follows from the constants.
func TestCapacity(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "capacity.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for line := range strings.Lines(f.Doc.Text()) {
		if rest, ok := strings.CutPrefix(line, "\t"); ok {
			shown.WriteString(rest)
		}
	}
	want := capacityText()
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(shown.String(), "\n")); diff != "" {
		t.Errorf("capacity.go shows something else (-computed +shown):\n%s\nall that it should show:\n%s", diff, want)
	}
}

// # Three thousand counties
//
// What a country of them needs in its heaviest minute is arithmetic from what the
// benchmarks of this package measure. TestCapacity computes the figures shown here
// and fails if they are others; it holds the formulas, and what they assume: all
// counties push to 40 groups each in the same minute, which is the heaviest one too;
// a fifth of the members press within ten minutes, a twentieth in that one; each
// member leads to 40 entries a year; a check-in moves 4 KiB to and from the
// platform; two processes hold each county's state, and a Redis has two replicas
// and the last two months; no core is used by more than half. The constants are
// medians on two cores that others used too, with appendfsync always:
//
//	151 µs of Redis's core: a check-in alone, and its standby  Peak/rate=17 redis-ns/op
//	249 µs of Redis's core: a second of a county at rest       Peak/rate=17 rest-redis-ns/s
//	180 µs of a process's core: a check-in, frame to card      CheckIn/redis cpu-ns/op
//	278 µs of a process's core: its commit alone, its standby  Peak/rate=17 cpu-ns/op
//	755 µs of a process's core: a second of a county at rest   Peak/rate=17 rest-cpu-ns/s
//	 401 B of Redis's memory: an entry                         TakeOver/entries=1000000 redis-B/entry
//	 211 B of a process's heap: an entry                       TakeOver/entries=1000000 heap-MB/100k
//	1161 B between processes and Redis: a check-in alone       Peak/rate=17 net-B/op
//	 340 B from a master to a replica: an entry                FleetAppend/…/counties=1 net-B/op
//
// In the first column all counties have as many members as the mean one, in the
// second all are as large as the largest:
//
//	 20000    50000  members of each county
//	800000  2000000  entries a year of each county
//	 50000   125000  check-ins a second, of all counties
//	 58000   133000  entries a second, with the push's
//	   9.5     20.8  cores that Redis uses
//	    20       42  masters, each using half of a core
//	   149      373  GB in all masters, for two months
//	  27.4     61.7  cores that processes use
//	   943     2358  GB of state, for a year, in two processes each
//	    14       31  processes, by their processors
//	    40       99  processes, by their memory
//	   539     1235  Mbit/s between processes and Redis
//	   316      724  Mbit/s from masters to two replicas each
//	  1638     4096  Mbit/s between processes and platform
//
// So it is the memory of the processes that decides, in which a year's entries
// stand as views twice over; the heap may be twice what lives in it. Redis is to
// have as much free memory as it uses, for when it rewrites its append-only file.
//
// All of it grows with the number of counties and with nothing else, if they are
// not one set: every process that has a county in its configuration follows it or
// asks for it. So the fleet is groups of some fifty counties, whose two or three
// processes have the same configuration, and every so many groups a Redis of
// their own, under Sentinel; or all groups one Cluster.
//
// Such a group is what BenchmarkPeak runs: fifty counties in two processes on one
// Redis, at the rate of the largest. Foretold by the constants above, and measured
// beside it; where more come at once they share what a commit costs, so that the
// arithmetic is on the safe side:
//
//	0.33   0.16  cores that Redis used
//	0.62   0.30  cores that the two processes used
//	19.3   16.3  Mbit/s between them
package app

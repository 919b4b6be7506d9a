// Package redis keeps ledgers in Redis, where a second machine can take over
// and where many counties share the load. [Connect] makes a [Server], which is
// one server, a set under Sentinel or a Cluster; [Server.Acquire] takes a
// county's lease, and [Server.Ledger] is its ledger.
//
// It is not a cache and no message queue, and what processes share beside the
// ledger is not here. It does not look into records, but for one thing: an
// archive file is compared with the root in its checkpoint.
//
// # Durability
//
// Append returns when the server has answered, which with appendfsync always is
// after its fsync, and when the replicas have the batch too (WAIT): in memory, not
// on disk. Redis has many settings by which it loses what it answered; Connect
// reads them and refuses such a server ([WeakError]) unless [Config.AcceptWeak]
// says that somebody knows. With Replicas: 1 there should be two replicas: while
// there are too few, nothing is acknowledged, leases are not renewed, and
// nobody leads.
//
// One server with appendfsync always loses nothing when it crashes. When a master
// fails for good, a failover chooses among the replicas by what it knew of them
// some seconds ago. So Append waits for all that keep up, [Config.Replicas] at
// least. One that goes is waited for ten seconds more, and nothing is acknowledged
// meanwhile: it may have been promoted, while the old master and another replica
// still confirm what will be taken back. Every process watches for that, standbys
// too; and once a master has not answered for a second, all replicas are waited for
// that the sentinels know alive, until it has answered for ten.
//
// # What a failover can take back, and what then happens
//
// A handle remembers the last records that it acknowledged or read
// ([Config.Remember]). When the store is shorter than that, Append returns a
// *[RolledBackError], and [Ledger.Reconcile] puts back what is missing, if what
// is left is proved to be the beginning of what was there. If somebody has gone
// on from the shorter state there are two truths, and it returns a
// *[DivergedError]. It never picks one. Whoever calls it records how much was
// lost and raises the alarm.
//
// What no living process remembers is beyond help here. A checkpoint that was
// shown in a group convicts the store, as it does any ledger.
//
// # Lease and fence
//
// The lease is a key that expires. Its holder renews it after a third of its
// time, and believes in it, by its own clock, for four fifths from the moment
// at which the last renewal was sent: [Hold.Valid]. So an old holder that was
// paused or cut off has stopped acting before the next one begins, if their
// clocks run alike within a fifth. Renewals are confirmed by replicas as
// batches are, so a failover does not shorten a lease that is believed in.
//
// That is for acts outside. The ledger itself does not rest on clocks: each
// acquisition gives a new fence, a number and a random word, and the script that
// appends writes nothing unless the fence is the last one given. It compares
// the whole word, because a failover can take the number back and give it
// again. An append that arrives late, from a socket that was stuck or a process
// that slept, finds another fence or another size and changes nothing.
//
// # Append
//
// One script, one round trip a batch, all or nothing: it compares fence and
// size, adds messages and private parts, and sets the head. A batch that is sent
// again because the answer was lost is known by its digest and answered as if
// for the first time; so Append tries again over a broken connection, a restart
// or a failover while the hold is valid. Scripts are sent by their hash (EVALSHA)
// and not installed as a function library: two versions of the program may
// run at once during an upgrade, and each brings its own.
//
// # Archive
//
// [Ledger.Archive] moves the entries before a checkpoint to a file of package
// archive, [Ledger.Copy] makes another process's own file of them, and when
// enough have one the entries leave Redis. Read goes over the files and then
// the stream. What is erased after that is noted in a bitmap, so that no process
// shows it though its file is not yet swept.
//
// Redis's own append-only file holds what was erased until it is rewritten
// (auto-aof-rewrite-percentage, or BGREWRITEAOF).
//
// # Keys
//
// All begin with fanzha:{county}: and stand in one slot of a Cluster.
//
//	log      stream   message <seq+1>-0, field l: the leaf
//	private  hash     seq → private part
//	head     hash     size, checkpoint, last (digest), fence, term, base, closed
//	lease    hash     id, addr, fence; expires
//	closed   hash     where archive files end → the checkpoint there
//	erased   bitmap   closed entries whose private part was erased
//	copies   hash     process → how far its archive files reach
//	bell     channel  rung by each release
//
// # Measured
//
// On two cores that others used too, Redis 7.0.15 beside the program, check-ins
// with a leaf of 300 bytes and a private part of 100, group commit as in
// package book (go test -bench=.): an entry takes 483 bytes of Redis's memory.
// Entries a second, beside pipelined XADD of the same bytes, which checks
// nothing:
//
//	appendfsync  callers  ledger    XADD
//	always            64   34,000   18,000
//	always          1024   97,000   55,000
//	everysec          64   81,000  108,000
//	everysec        1024  111,000  134,000
//
// Through the book, which seals, hashes and signs them, for one county and for
// twenty of one process, on a busier machine (BenchmarkFleetAppend in
// cmd/internal/app):
//
//	appendfsync  callers  one county  twenty    XADD
//	always            64      19,800   6,500   16,100
//	always          1024      32,800  21,300   16,800
//	everysec          64      31,500  13,100  136,000
//	everysec        1024      41,000  28,100  128,000
//
// Twenty counties make twenty commits where one makes one: 64 callers then share
// each with two others.
//
// A script is one command and so one fsync, where a pipeline may be several. A
// process that starts reads 255,000 entries a second.
package redis

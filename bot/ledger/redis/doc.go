// Package redis keeps ledgers in Redis, for two machines or many counties. See
// [Connect], [Server.Acquire] and [Server.Ledger].
package redis

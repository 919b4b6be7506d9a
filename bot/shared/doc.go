// Package shared is what several processes share beside the ledger, through Redis:
// who of them lives. None of it is the truth about anything: if Redis is
// away, each process goes on with what it knows itself.
package shared

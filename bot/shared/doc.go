// Package shared is what several processes share beside the ledger, through
// Redis: access tokens ([Tokens]), what is left of the platforms' limits
// ([Budgets]), word of what happens ([Events]), and who of them lives
// ([Processes]).
//
// None of it is the truth about anything, and none of it must outlive Redis: if
// that is away, each process goes on with what it knows itself. What must be
// true stands in the ledger.
//
// How it works. All keys begin with the prefix that each part is made with. Every
// command and every script touches one key, so that single servers, Sentinel and
// Cluster serve alike. Time is the server's, so that the clocks of the machines
// do not matter. The client is to keep to the deadlines of contexts (go-redis:
// ContextTimeoutEnabled): else a server that hangs holds callers for as long as
// its own timeouts are.
package shared

import (
	"errors"
	"fmt"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// bare returns err without what the server says beyond its code: it may quote
// the command, and with it a token.
func bare(err error) error {
	if said, ok := errors.AsType[goredis.Error](err); ok && !errors.Is(err, goredis.Nil) {
		code, _, _ := strings.Cut(said.Error(), " ")
		return fmt.Errorf("redis answers %s", code)
	}
	return err
}

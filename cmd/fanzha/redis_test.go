package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"fanzha/bot/ledger/redis/redistest"
)

// The scripts of testdata/redis need a server; its address is in REDIS.
func TestScriptsWithRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Single(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/redis",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("REDIS", server.Addr)
			return setUp(env)
		},
	})
}

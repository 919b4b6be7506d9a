package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"fanzha/bot"
)

// TestMain lets the scripts run this program: as its own process, with its own
// signals and standard streams.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fanzha": main})
}

// Each file of testdata tells one subcommand: what a person types and what he
// reads. What the scripts can do beyond testscript's own commands stands in
// script_test.go.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands(),
		Setup:               setUp,
	})
}

// setUp gives each script an office of two: ban writes and manages, shi verifies
// and approves. MONTH is the present one.
func setUp(env *testscript.Env) error {
	env.Values[corpKey{}] = new(corp)
	env.Setenv("MONTH", bot.MonthOf(time.Now()).String())
	env.Setenv("FANZHA_WECOM_SECRET", "secret-of-the-environment")
	// Under the race detector every process would sleep a second at its end.
	env.Setenv("GORACE", "atexit_sleep_ms=10")
	return os.WriteFile(filepath.Join(env.WorkDir, "config.yaml"), []byte(officeConfig), 0o600)
}

const officeConfig = `wecom: {botId: bot-1}
http: {addr: ""}
operators:
  - {id: ban, name: 班明, person: op-ban, roles: [draft, query, manage]}
  - {id: shi, name: 石磊, person: op-shi, roles: [verify, approve, query]}
`

// Package archtest is the tests that keep the shape of the program: which
// package may import which, and the few habits that a reader counts on
// everywhere: no init, no hidden state, no clock read by a decision, a comment
// on everything exported.
//
// It is not a style checker; gofmt, go vet and staticcheck come before it.
//
// The rules stand as a table in rules_test.go, each with its reason, and a
// package that no rule names fails: whoever adds a package says what it may
// know. The files are parsed in the test itself. To ask the go command would be
// shorter, but go test caches a result by the files that the test has opened,
// and does not see those that a child process reads.
package archtest

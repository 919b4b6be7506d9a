//go:build !race

package app_test

// raced reports that the race detector is on.
const raced = false

//go:build race

package app_test

// raced reports that the race detector is on, which makes everything five to
// ten times slower: the long tests then play with fewer people and places.
const raced = true

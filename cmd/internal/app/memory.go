package app

import (
	"os"
	"runtime/debug"
)

// CollectLess has the garbage collector let three bytes stand for each that lives,
// not two: it goes over all that a county remembers each time, and that is most of
// what it costs to take many callbacks. It is for a process with one county, whose
// memory is small; where many share a process it is memory that counts
// (capacity.go). What the environment says in GOGC stays.
func CollectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

package redis

import (
	"fmt"
	"regexp"
)

// keys are the names under which a county stands. They share one hash tag, so
// that a Cluster keeps them in one slot and one script may touch them all.
type keys struct {
	log     string // stream: entry seq is message <seq+1>-0, field l is the leaf
	private string // hash: seq → private part
	head    string // hash: size, checkpoint, last (digest of the last batch), fence, term, base, closed
	lease   string // hash with an expiry: id, addr, fence
	closed  string // hash: where archive files end → the checkpoint there
	erased  string // bitmap: closed entries whose private part was erased
	copies  string // hash: process → how far its archive files reach
	bell    string // channel: rung by each release
}

func keysOf(county string) keys {
	tag := "fanzha:{" + county + "}:"
	return keys{
		log: tag + "log", private: tag + "private", head: tag + "head", lease: tag + "lease",
		closed: tag + "closed", erased: tag + "erased", copies: tag + "copies", bell: tag + "bell",
	}
}

var countyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// checkCounty refuses names that would not be one hash tag, or no file name.
func checkCounty(county string) error {
	if !countyForm.MatchString(county) {
		return fmt.Errorf("县的代号“%s”只能用小写字母、数字和减号，最长 63 个", county)
	}
	return nil
}

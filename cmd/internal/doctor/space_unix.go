//go:build darwin || dragonfly || freebsd || linux

package doctor

import (
	"os"
	"syscall"
)

// space returns how many bytes a user without privileges may still write where dir
// is, and which file system that is.
func space(dir string) (free, device uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return 0, 0, err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		device = uint64(st.Dev)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), device, nil
}

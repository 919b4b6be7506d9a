package redis

import (
	"fmt"

	"fanzha/bot/ledger"
)

// A RolledBackError says that the store has gone back behind what this process
// knows to have been acknowledged: see [Ledger.Reconcile]. It wraps
// [ledger.ErrBehind].
type RolledBackError struct {
	Size  int64 // what the store holds
	Known int64 // what was acknowledged
}

// Error implements error.
func (e *RolledBackError) Error() string {
	return fmt.Sprintf("Redis 里的台账退回到 %d 条，而已确认过 %d 条（主从切换或重启丢了数据）", e.Size, e.Known)
}

// Unwrap returns [ledger.ErrBehind].
func (e *RolledBackError) Unwrap() error { return ledger.ErrBehind }

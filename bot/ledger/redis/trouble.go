package redis

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// answers are what a server says that does not do what it is asked to, by the code
// at the beginning, and what to tell those who run it.
var answers = []struct{ code, means string }{
	{"READONLY", "Redis 的主库只读（可能正在切换主库）"},
	{"LOADING", "Redis 正在载入数据"},
	{"MASTERDOWN", "Redis 的从库连不上主库（可能正在切换主库）"},
	{"CLUSTERDOWN", "Redis 集群有节点不在（可能正在切换主库）"},
	{"TRYAGAIN", "Redis 集群正在搬移数据"},
	{"NOREPLICAS", "Redis 的副本不足，主库拒绝写入，请检查副本是否在线、同步是否正常"},
	{"NOAUTH", "Redis 要密码，请核对配置"},
	{"WRONGPASS", "Redis 的用户名或密码不对，请核对配置"},
	{"NOPERM", "Redis 的这个用户权限不够，请核对配置"},
	{"OOM", "Redis 的内存用满了，请加大 maxmemory 或清理"},
	{"MISCONF", "Redis 不能把数据写到磁盘，请检查它的磁盘"},
}

// Trouble says in Chinese what is wrong with the servers, as far as an error tells;
// "" if it tells of something else.
func Trouble(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrUnconfirmed):
		return "Redis 的副本不足：" + ErrUnconfirmed.Error()
	}
	if _, answered := errors.AsType[goredis.Error](err); answered {
		for _, a := range answers {
			if goredis.HasErrorPrefix(err, a.code) {
				return a.means
			}
		}
		return "Redis 拒绝了命令，原话见日志"
	}
	_, network := errors.AsType[net.Error](err)
	late := errors.Is(err, context.DeadlineExceeded)
	broken := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if network || late || broken || strings.Contains(err.Error(), "redis: ") { // the client's own words
		return "Redis 连不上，或者没有按时答复"
	}
	return ""
}

package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fanzha/bot"
	"fanzha/bot/calendar"
	"fanzha/bot/ledger"
	"fanzha/bot/ledger/sqlite"
	"fanzha/config"
)

// county examines what one county has of its own.
func (e *examination) county(f config.File) {
	e.disk(f)
	k := readKey(f.Data.Key())
	h := e.head(f)
	for _, found := range append(judgeKey(k, h), judgeLedger(k, h)...) {
		e.say(found.Grade, f.County.ID, found.About, found.Text, found.Do)
	}
	e.leader(f)
	e.secrets(f)
	if e.once("calendar " + f.Calendar.Dir) {
		if days, err := config.LoadCalendar(f.Calendar.Dir); err == nil {
			found, whose := judgeCalendar(days, e.deps.Now()), ""
			if f.Calendar.Dir != e.main.Calendar.Dir {
				whose = f.County.ID
			}
			e.say(found.Grade, whose, found.About, found.Text, found.Do)
		}
	}
}

// A key is what was found of the signing key.
type key struct {
	path   string
	public string
	err    error // why there is no public half
	mode   fs.FileMode
}

// readKey reads the key at path; it makes none.
func readKey(path string) key {
	k := key{path: path}
	info, err := os.Stat(path)
	if err != nil {
		k.err = err
		return k
	}
	k.mode = info.Mode().Perm()
	opened, err := ledger.OpenKey(path, "", nil)
	if k.err = err; err == nil {
		k.public = opened.Public()
	}
	return k
}

// A head is what was found of the ledger's end.
type head struct {
	ledger.Head
	shared bool   // the ledger is in Redis
	path   string // of the file, whether or not it counts
	file   bool   // there is a file
	err    error  // why the head is not known
}

// head reads the end of the ledger, without taking it from a running program.
func (e *examination) head(f config.File) (h head) {
	h.path, h.shared = f.Data.Ledger(), f.Redis.On()
	_, err := os.Stat(h.path)
	h.file = err == nil
	ctx, cancel := e.within()
	defer cancel()
	switch {
	case h.shared && e.server == nil:
		h.err = errNoRedis
	case h.shared:
		l := e.server.Ledger(f.County.ID, nil)
		h.Head, h.err = l.Head(ctx)
		h.err = errors.Join(h.err, l.Close())
	case h.file:
		h.Head, h.err = end(ctx, h.path)
	}
	return h
}

// end reads the head and the last record of the file at path, beside the process
// that writes it.
func end(ctx context.Context, path string) (ledger.Head, error) {
	r, err := sqlite.OpenReader(ctx, path)
	if err != nil {
		return ledger.Head{}, err
	}
	h, err := r.Head(ctx)
	if err == nil && h.Size > 0 {
		for _, err = range r.Read(ctx, h.Size-1, h.Size) {
		}
	}
	return h, errors.Join(err, r.Close())
}

// errNoRedis means that Redis did not answer, which has been told already.
var errNoRedis = errors.New("doctor: no Redis")

// judgeKey judges the signing key beside the ledger that it must have signed.
func judgeKey(k key, h head) []Finding {
	const about = "签名密钥"
	from := "请从备份恢复这个文件（权限 600），不要新建"
	if h.shared {
		from = "请从另一台机器或备份原样复制这个文件（权限 600），各进程要用同一份，不要新建"
	}
	switch {
	case errors.Is(k.err, fs.ErrNotExist) && h.Size > 0:
		return []Finding{{Fault, "", about, fmt.Sprintf("台账已有 %d 条记录，但 %s 不见了", h.Size, k.path), from}}
	case errors.Is(k.err, fs.ErrNotExist) && h.err != nil:
		return []Finding{{Note, "", about, "没有 " + k.path, "以前运行过的，" + from}}
	case errors.Is(k.err, fs.ErrNotExist):
		return []Finding{{Note, "", about, "还没有 " + k.path, "第一次运行时会生成；生成后请离线备份"}}
	case errors.Is(k.err, fs.ErrPermission):
		return []Finding{{Fault, "", about, "没有权限读 " + k.path, "请用运行程序的用户来检查"}}
	case k.err != nil:
		return []Finding{{Fault, "", about, "不能用（" + k.err.Error() + "）", from}}
	}
	var out []Finding
	if f, bad := judgeMode(about, k.path, k.mode, Fault); bad {
		out = append(out, f)
	}
	if _, err := ledger.OpenCheckpoint(k.public, h.Checkpoint); h.err == nil && h.Size > 0 && err != nil {
		return append(out, Finding{Fault, "", about, "与台账不符：台账末端的" + err.Error(), from})
	}
	if len(out) == 0 {
		out = append(out, Finding{About: about, Text: "读得出，公钥 " + k.public})
	}
	return out
}

// judgeLedger judges the end of the ledger.
func judgeLedger(k key, h head) []Finding {
	const about = "台账"
	var corrupt *ledger.CorruptError
	switch {
	case errors.Is(h.err, errNoRedis):
		return nil
	case errors.As(h.err, &corrupt):
		return []Finding{{Fault, "", about, h.err.Error(), "请停下程序，从备份恢复；损坏的文件另外留存"}}
	case h.err != nil:
		return []Finding{{Fault, "", about, h.err.Error(), "请检查文件权限和磁盘，用运行程序的用户来检查"}}
	case !h.shared && !h.file && k.err == nil:
		return []Finding{{Note, "", about, "有签名密钥，却没有 " + h.path, "以前运行过的，请从备份恢复台账再启动；第一次运行的不用管"}}
	case !h.shared && !h.file:
		return []Finding{{About: about, Text: "还没有，第一次运行时建立"}}
	case h.shared && h.file && h.Size == 0:
		return []Finding{{Note, "", about, "Redis 里是空的，本机却有 " + h.path, "请先停下程序，把本机的台账搬到 Redis（fanzha ledger copy），再启动"}}
	case h.Size == 0:
		return []Finding{{About: about, Text: "还没有记录"}}
	case k.err != nil:
		return nil // the key's finding says it
	}
	c, err := ledger.OpenCheckpoint(k.public, h.Checkpoint)
	switch {
	case err != nil:
		return nil
	case c.Size != h.Size:
		return []Finding{{Fault, "", about, fmt.Sprintf("有 %d 条，签名说有 %d 条", h.Size, c.Size), "请停下程序，从备份恢复；损坏的文件另外留存"}}
	}
	return []Finding{{About: about, Text: fmt.Sprintf("%d 条，末端签名相符；存证点 %s", c.Size, c.Witness())}}
}

// leader says which process leads the county.
func (e *examination) leader(f config.File) {
	if e.server == nil {
		return
	}
	ctx, cancel := e.within()
	defer cancel()
	by, held, err := e.server.Leader(ctx, f.County.ID)
	switch {
	case err != nil:
		e.say(Fault, f.County.ID, "主持", "问不到由哪个进程主持："+err.Error(), "请检查 Redis")
	case !held:
		e.say(Note, f.County.ID, "主持", "现在没有进程主持", "请启动程序；正在运行的，几秒后再看一次，还没有就看日志")
	default:
		e.say(Fine, f.County.ID, "主持", "由进程 "+by.ID+" 主持", "")
	}
}

// secrets checks who can read the files of secrets.
func (e *examination) secrets(f config.File) {
	bad := false
	for _, path := range f.SecretFiles() {
		info, err := os.Stat(path)
		if err != nil || !e.once("secret "+path) {
			continue // the configuration has been loaded, so it was there
		}
		if found, wrong := judgeMode("密钥文件", path, info.Mode().Perm(), Note); wrong {
			bad = true
			e.say(found.Grade, f.County.ID, found.About, found.Text, found.Do)
		}
	}
	if !bad && len(f.SecretFiles()) > 0 {
		e.say(Fine, f.County.ID, "密钥文件", "只有运行程序的用户能读", "")
	}
}

// judgeMode judges who can read a file of secrets; worst is the grade of one that
// everybody can read.
func judgeMode(about, path string, mode fs.FileMode, worst Grade) (Finding, bool) {
	switch {
	case mode&0o007 != 0:
		return Finding{worst, "", about, fmt.Sprintf("%s 谁都能读（权限 %o）", path, mode), "请执行 chmod 600 " + path}, true
	case mode&0o070 != 0:
		return Finding{Note, "", about, fmt.Sprintf("%s 同组的用户也能读（权限 %o）", path, mode), "请执行 chmod 600 " + path}, true
	}
	return Finding{}, false
}

// judgeCalendar judges which years' holidays are known.
func judgeCalendar(days *calendar.Calendar, now time.Time) Finding {
	const about = "节假日"
	today := calendar.DateOf(now.In(bot.Zone))
	switch next := today.Year + 1; {
	case !days.Known(today.Year):
		return Finding{Note, "", about, days.Remark(today.Year), ""}
	case days.Known(next):
		return Finding{About: about, Text: fmt.Sprintf("%d、%d 年的放假安排都有", today.Year, next)}
	case today.Month >= time.November:
		return Finding{Note, "", about, days.Remark(next), ""}
	default:
		return Finding{About: about, Text: fmt.Sprintf("%d 年的放假安排有，%d 年的等通知印发后补录", today.Year, next)}
	}
}

// Space that must be free. A county writes up to 2 GB a year.
const (
	littleSpace = 2 << 30
	noSpace     = 256 << 20
)

// disk examines where a county's files are.
func (e *examination) disk(f config.File) {
	dir := f.Data.Dir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.say(Fine, f.County.ID, "数据目录", "还没有 "+dir+"，第一次运行时建立", "")
	case err != nil || !info.IsDir():
		e.say(Fault, f.County.ID, "数据目录", "打不开 "+dir+"，或者它不是目录", "请检查 data.dir 和权限，用运行程序的用户来检查")
		return
	case tryWrite(dir) != nil:
		e.say(Fault, f.County.ID, "数据目录", "不能在 "+dir+" 里写文件", "请把它的属主改成运行程序的用户，并检查磁盘是否只读")
	case info.Mode().Perm()&0o077 != 0:
		e.say(Note, f.County.ID, "数据目录", fmt.Sprintf("%s 别的用户也能进（权限 %o）", dir, info.Mode().Perm()), "请执行 chmod 700 "+dir)
	case len(filepath.Join(dir, "control.sock")) > maxSocketPath:
		e.say(Fault, f.County.ID, "数据目录", dir+" 的路径太长，命令行办事用的套接字建不起来", "请把 data.dir 换成短一些的路径")
	default:
		e.say(Fine, f.County.ID, "数据目录", dir+" 可写，别的用户进不去", "")
	}
	for _, at := range []string{dir, f.Redis.ArchiveDir} {
		e.space(at)
	}
}

// maxSocketPath is as in the program that makes the socket.
const maxSocketPath = 103

// space reports the free space of the file system of dir, once each.
func (e *examination) space(dir string) {
	if dir == "" {
		return
	}
	for { // what is not there yet will be made in what is
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	free, device, err := e.deps.Space(dir)
	if err != nil || !e.once(fmt.Sprint("device ", device)) {
		return
	}
	found := judgeSpace(dir, free)
	e.say(found.Grade, "", found.About, found.Text, found.Do)
}

// judgeSpace judges the free space where dir is.
func judgeSpace(dir string, free uint64) Finding {
	const about = "磁盘"
	text := fmt.Sprintf("%s 所在的磁盘还剩 %.1f GB", dir, float64(free)/(1<<30))
	switch {
	case free < noSpace:
		return Finding{Fault, "", about, text, "快写不下了，请立即清理或扩容；写满后程序会停止，不会丢已经答复的"}
	case free < littleSpace:
		return Finding{Note, "", about, text, "请尽快清理或扩容，台账一年约需 2 GB"}
	}
	return Finding{About: about, Text: text}
}

// tryWrite sees whether a file can be made in dir, and leaves none.
func tryWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

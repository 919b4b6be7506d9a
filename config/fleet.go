package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// LoadFleet reads the main file at path and returns a File for each county: for
// each file <county>.yaml in the directory that Counties names, in the order of
// their names, or, if Counties is empty, the main file alone as [Load] does.
//
// A county's file is laid over the main one as that is over [Default]. It must
// state county.id, which is also the file's name, and county.name; what concerns
// the process as a whole (redis, process, counties, http, callback, log) stands
// in the main file only. Relative paths count from the directory of the file that
// they stand in. No two counties may have the same bot, app, account, webhook or
// data directory.
//
// All faults of all files are told at once, each with its file; those of the main
// file that show in several counties, once.
func LoadFleet(path string, getenv func(string) string) ([]File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("读取配置文件：%w", err)
	}
	l := fleet{years: make(map[string]error)}
	f := Default()
	l.where, l.faults = parse(data, &f)
	if f.Counties == "" {
		if err := f.finish(path, l.where, l.faults, getenv); err != nil {
			return nil, err
		}
		return []File{f}, nil
	}
	// Two directories play a part from here on, so that relative paths would
	// mislead.
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("读取配置文件：%w", err)
	}
	l.name, l.dir = filepath.Base(path), filepath.Clean(f.Counties)
	f.resolve(dir)
	l.check(&f, getenv)
	files := l.counties(f)
	if n := len(l.faults) + len(l.found); n > 0 {
		return nil, fmt.Errorf("配置文件 %s 和各县的文件有 %d 处要改：\n%w", path, n, errors.Join(l.main().err(), l.found.err()))
	}
	return files, nil
}

// LoadCounty reads what [LoadFleet] does and returns the File of the county id.
// An empty id means the only county.
func LoadCounty(path, id string, getenv func(string) string) (File, error) {
	files, err := LoadFleet(path, getenv)
	if err != nil {
		return File{}, err
	}
	var ids []string
	for _, f := range files {
		if f.County.ID == id || id == "" && len(files) == 1 {
			return f, nil
		}
		ids = append(ids, f.County.ID)
	}
	if id == "" {
		return File{}, fmt.Errorf("配置文件 %s 管着 %d 个县，请用 --county 指明一个：%s", path, len(ids), strings.Join(ids, "、"))
	}
	return File{}, fmt.Errorf("配置文件 %s 里没有“%s”这个县，有：%s", path, id, strings.Join(ids, "、"))
}

// A fleet is several counties on their way in.
type fleet struct {
	name, dir string // of the main file and of the counties' files, as people name them
	where     places // of the main file
	faults    faults // found in it
	found     faults // found in the counties' files
	years     map[string]error
}

// main returns the faults of the main file.
func (l *fleet) main() faults {
	for _, err := range l.faults {
		var f *Fault
		if errors.As(err, &f) {
			f.File = l.name
		}
	}
	slices.SortStableFunc(l.faults, func(a, b error) int { return cmp.Compare(rank(a), rank(b)) })
	return l.faults
}

// check checks the main file's own part.
func (l *fleet) check(f *File, getenv func(string) string) {
	var own faults
	if getenv != nil && strings.TrimSpace(getenv(SecretEnv)) != "" {
		own.add("counties", "环境变量 %s 只用于一个县，请取消它，各县写各自的 wecom.secretFile", SecretEnv)
	}
	l.faults = l.where.validated(l.faults, errors.Join(own.err(), f.fetchShared(getenv).err(), f.validateProcess()))
}

// counties reads the counties' files over base.
func (l *fleet) counties(base File) (files []File) {
	names, why := listCounties(base.Counties)
	if why != "" {
		l.faults.add("counties", "%s", why)
		l.faults[len(l.faults)-1].(*Fault).Line = l.where.nearest("counties")
	}
	seen := make(map[string]string)
	for _, name := range names {
		f, fs := l.county(base, name, seen)
		files, l.found = append(files, f), append(l.found, fs...)
	}
	return files
}

// listCounties returns the names of the counties' files in dir, or says in Chinese
// why there are none.
func listCounties(dir string) (names []string, why string) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, "找不到这个目录，请检查路径；只有一个县则去掉这一行"
	case err != nil:
		return nil, fmt.Sprintf("读不出这个目录（%v），请检查权限", err)
	}
	for _, e := range entries {
		switch ext := filepath.Ext(e.Name()); {
		case e.IsDir() || strings.HasPrefix(e.Name(), "."):
		case ext == ".yml":
			return nil, fmt.Sprintf("%s 的文件名应以 .yaml 结尾", e.Name())
		case ext == ".yaml":
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, "目录里没有各县的文件，每个县写一个，如 xiangning.yaml"
	}
	return names, ""
}

// shared are the sections that are the same for all counties of a process.
func shared() []string { return []string{"redis", "process", "counties", "http", "callback", "log"} }

// county reads the file name over base. seen knows what other counties have.
func (l *fleet) county(base File, name string, seen map[string]string) (File, faults) {
	file := filepath.Join(l.dir, name)
	data, err := os.ReadFile(filepath.Join(base.Counties, name))
	if err != nil {
		return File{}, faults{&Fault{File: file, Text: fmt.Sprintf("读不出这个文件（%v），请检查权限", err)}}
	}
	f := base.clone()
	// No county may take these over from another one by mistake.
	f.County.ID, f.County.Name, f.Data.Dir = "", "", ""
	where, fs := parse(data, &f)
	for _, key := range shared() {
		if where.line[key] > 0 {
			fs = append(fs, &Fault{Key: key, Line: where.line[key], Text: "各县共用，只能写在 " + l.name + " 里，请从这里去掉"})
		}
	}
	f.resolve(base.Counties)
	var id faults
	want := strings.TrimSuffix(name, ".yaml")
	if f.County.ID != want {
		id.add("county.id", "应与文件名相同：请在这里写 id: %s，或给文件改名", want)
	}
	if f.Data.Dir == "" {
		f.Data.Dir = filepath.Join(base.Data.Dir, want)
	}
	mine, others := l.sort(where, errors.Join(id.err(), f.fetchSecrets().err(), f.validateCounty(), l.calendar(f.Calendar.Dir)))
	fs = where.validated(fs, errors.Join(mine.err(), f.compare(file, seen).err()))
	l.add(others)
	for _, err := range fs {
		var fault *Fault
		if errors.As(err, &fault) {
			fault.File = file
		}
	}
	return f, fs
}

// sort tells the faults of a county whose key stands in the main file alone from
// all others.
func (l *fleet) sort(where places, err error) (mine, others faults) {
	id := false
	for _, f := range unjoin(err) {
		switch {
		case f.Key == "county.id" && id: // one fault about it is enough
		case where.line[f.Key] == 0 && l.where.line[f.Key] > 0 && f.Key != "county.id" && f.Key != "county.name":
			others = append(others, f)
		default:
			mine = append(mine, f)
		}
		id = id || f.Key == "county.id"
	}
	return mine, others
}

// add adds faults of the main file that came up in a county, each of them once.
func (l *fleet) add(fs faults) {
	for _, f := range unjoin(l.where.validated(nil, fs.err()).err()) {
		known := slices.ContainsFunc(unjoin(l.faults.err()), func(g *Fault) bool { return g.Key == f.Key && g.Text == f.Text })
		if !known {
			l.faults = append(l.faults, f)
		}
	}
}

// calendar returns what is wrong in the calendars of dir, which most counties
// share.
func (l *fleet) calendar(dir string) error {
	if _, done := l.years[dir]; !done {
		_, fs := readCalendar(dir)
		l.years[dir] = fs.err()
	}
	return l.years[dir]
}

// clone returns a copy of f over which a file can be read without f's changing.
func (f File) clone() File {
	f.Robots = slices.Clone(f.Robots)
	f.Operators = slices.Clone(f.Operators)
	f.OA.Notice.Fields = maps.Clone(f.OA.Notice.Fields)
	return f
}

// compare finds what f, which stands in file, has in common with another county
// but may not. It adds what f has to seen.
func (f File) compare(file string, seen map[string]string) (fs faults) {
	for _, own := range f.owns() {
		at := own.kind + "\x00" + own.what
		if first, twice := seen[at]; twice {
			fs.add(own.key, "与 %s 的相同，%s", first, own.text)
		} else if own.what != "" {
			seen[at] = file
		}
	}
	return fs
}

// An own is something that one county alone may have. What it is may be a secret.
type own struct{ kind, key, what, text string }

func (f File) owns() []own {
	out := []own{
		{"dir", "data.dir", f.Data.Dir, "每个县要有自己的目录；不写则用主配置的 data.dir 下以 county.id 命名的目录"},
		{"bot", "wecom.botId", f.WeCom.BotID, "一个机器人只能属于一个县"},
		{"called", "wecom.callback.aesKey", f.WeCom.Callback.AESKey.Reveal(), "一个机器人只能属于一个县"},
		{"account", "oa.appId", f.OA.AppID, "一个公众号只能属于一个县"},
	}
	if f.App.CorpID != "" {
		out = append(out, own{"app", "app.agentId", fmt.Sprint(f.App.CorpID, "/", f.App.AgentID), "一个应用只能属于一个县"})
	}
	for i, r := range f.Robots {
		out = append(out, own{"robot", fmt.Sprintf("robots[%d].key", i), r.Key.Reveal(), "一个群机器人只能属于一个县"})
	}
	return out
}

package config

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fanzha/bot/calendar"
)

// notices are the years that come with the program.
//
//go:embed calendar/*.yaml
var notices embed.FS

// calendarKey is where faults of calendar files are told.
const calendarKey = "calendar.dir"

// LoadCalendar returns the calendar of the years that come with the program and
// of those that stand in dir, a file <year>.yaml each; of a year that stands in
// both, the one in dir counts. An empty dir means none. If the content is wrong
// the error joins one *[Fault] of calendar.dir for each thing wrong.
func LoadCalendar(dir string) (*calendar.Calendar, error) {
	c, fs := readCalendar(dir)
	if err := fs.err(); err != nil {
		return nil, fmt.Errorf("放假安排有 %d 处要改：\n%w", len(fs), err)
	}
	return c, nil
}

func readCalendar(dir string) (*calendar.Calendar, faults) {
	var fs faults
	years := make(map[int]calendar.Year)
	fs = append(fs, readYears(notices, "calendar", years)...)
	if dir != "" {
		fs = append(fs, readYears(os.DirFS(dir), ".", years)...)
	}
	var all []calendar.Year
	for _, y := range years {
		all = append(all, y)
	}
	if len(fs) > 0 {
		return nil, fs
	}
	c, err := calendar.New(all...)
	if err != nil {
		fs.add(calendarKey, "%v", err)
	}
	return c, fs
}

// yearFile is what a calendar file is called.
var yearFile = regexp.MustCompile(`^(20\d\d)\.yaml$`)

// readYears adds what stands in the calendar files of dir to years.
func readYears(fsys fs.FS, dir string, years map[int]calendar.Year) (found faults) {
	files, err := fs.ReadDir(fsys, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found.add(calendarKey, "找不到这个目录，请检查路径；不需要则留空")
	case err != nil:
		found.add(calendarKey, "读不出这个目录（%v），请检查权限", err)
	}
	for _, f := range files {
		name := f.Name()
		switch m := yearFile.FindStringSubmatch(name); {
		case m != nil:
			data, err := fs.ReadFile(fsys, path.Join(dir, name))
			if err != nil {
				found.add(calendarKey, "读不出 %s（%v），请检查权限", name, err)
				continue
			}
			want, _ := strconv.Atoi(m[1])
			y, fs := readYear(data, want)
			for _, fault := range fs {
				found.add(calendarKey, "%s %v", name, fault)
			}
			years[want] = y
		case filepath.Ext(name) == ".yaml" || filepath.Ext(name) == ".yml":
			found.add(calendarKey, "%s 的文件名应是年份，如 2027.yaml", name)
		}
	}
	return found
}

// A yearYAML is a calendar file as it is written.
type yearYAML struct {
	Year     int           `yaml:"year"`
	Source   string        `yaml:"source"`
	Holidays []holidayYAML `yaml:"holidays"`
}

type holidayYAML struct {
	Name string   `yaml:"name"`
	From string   `yaml:"from"`
	To   string   `yaml:"to"`
	Work []string `yaml:"work"`
}

// readYear reads the calendar file of year want.
func readYear(data []byte, want int) (calendar.Year, faults) {
	var file yearYAML
	where, fs := parse(data, &file)
	y, wrong := file.check(want)
	return y, where.validated(fs, wrong.err())
}

// check turns the file into what it means and says all that is wrong.
func (file yearYAML) check(want int) (calendar.Year, faults) {
	var fs faults
	y := calendar.Year{Year: want, Source: strings.TrimSpace(file.Source)}
	if file.Year != want {
		fs.add("year", "%d 与文件名不同，这个文件应写 %d 年的安排", file.Year, want)
	}
	if y.Source == "" {
		fs.add("source", "未填写，请写依据的通知名称和文号")
	}
	if len(file.Holidays) == 0 {
		fs.add("holidays", "没有节日，请按通知逐个录入")
	}
	seen := make(dayBook)
	for i, h := range file.Holidays {
		y.Holidays = append(y.Holidays, h.check(fmt.Sprintf("holidays[%d]", i), want, seen, &fs))
	}
	return y, fs
}

// maxHoliday is how many days one holiday may have; the longest so far had nine.
const maxHoliday = 15

func (h holidayYAML) check(key string, year int, seen dayBook, fs *faults) calendar.Holiday {
	out := calendar.Holiday{Name: strings.TrimSpace(h.Name)}
	if out.Name == "" {
		fs.add(key+".name", "未填写，请写节名，如 春节")
	}
	var ok1, ok2 bool
	out.From, ok1 = date(key+".from", h.From, year, fs)
	out.To, ok2 = date(key+".to", h.To, year, fs)
	if ok1 && ok2 {
		switch span := out.To.Start().Sub(out.From.Start())/(24*time.Hour) + 1; {
		case span < 1:
			fs.add(key+".to", "%s 在第一天 %s 之前", out.To, out.From)
		case span > maxHoliday:
			fs.add(key+".to", "一次放假 %d 天，超过 %d 天，请核对", int(span), maxHoliday)
		default:
			for d := out.From; d.Compare(out.To) <= 0; d = d.Add(1) {
				seen.enter(key, d, "放假", fs)
			}
		}
	}
	for j, text := range h.Work {
		at := fmt.Sprintf("%s.work[%d]", key, j)
		d, ok := date(at, text, year, fs)
		if !ok {
			continue
		}
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			fs.add(at, "%s 不是周末，本来就上班，不用写", d)
			continue
		}
		seen.enter(at, d, "上班", fs)
		out.Work = append(out.Work, d)
	}
	return out
}

// date reads a day that the file of year may speak of.
func date(key, text string, year int, fs *faults) (calendar.Date, bool) {
	d, err := calendar.ParseDate(text)
	switch {
	case text == "":
		fs.add(key, "未填写，请写日期，如 %d-10-01", year)
	case err != nil:
		fs.add(key, "%v", err)
	case d.Year != year && (d.Year != year-1 || d.Month != time.December):
		fs.add(key, "%s 不在 %d 年，也不在上年 12 月", d, year)
	default:
		return d, true
	}
	return d, false
}

// A dayBook knows what has been said of a day, and where.
type dayBook map[calendar.Date]struct{ key, what string }

func (b dayBook) enter(key string, d calendar.Date, what string, fs *faults) {
	if first, twice := b[d]; twice {
		fs.add(key, "%s 写成%s，而 %s 已写成%s", d, what, first.key, first.what)
		return
	}
	b[d] = struct{ key, what string }{key, what}
}

package config

import (
	_ "embed"
	"fmt"
	"os"
	"strings"

	"fanzha/bot"
)

// xiangning is the list of 乡宁县, from its notice 乡政办函〔2023〕37号.
//
//go:embed county/xiangning.yaml
var xiangning []byte

// Units returns the units of 乡宁县 that come with the program: 27 members of
// the leading group and 10 townships, in the order of the notice. Their Short
// is the customary name without 县 (教科局), and Parent the unit that oversees
// them (工信局 for the operators of telecommunications, 银保监组 for the banks),
// which is not an administrative superior.
func Units() ([]bot.Unit, error) {
	return readUnits("内置的乡宁县名录", xiangning)
}

// LoadUnits reads the units file at path; an empty path means [Units]. If the
// content is wrong the error joins one *[Fault] for each thing wrong.
func LoadUnits(path string) ([]bot.Unit, error) {
	if path == "" {
		return Units()
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("读取单位名录：%w", err)
	}
	return readUnits("单位名录 "+path, data)
}

func readUnits(what string, data []byte) ([]bot.Unit, error) {
	var file struct {
		Units []bot.Unit `yaml:"units"`
	}
	where, fs := parse(data, &file)
	fs = where.validated(fs, validateUnits(file.Units))
	if err := fs.err(); err != nil {
		return nil, fmt.Errorf("%s有 %d 处要改：\n%w", what, len(fs), err)
	}
	return file.Units, nil
}

// validateUnits checks that units can be told apart by whatever they are
// called, and that each has what tables and reports show.
func validateUnits(units []bot.Unit) error {
	var fs faults
	if len(units) == 0 {
		fs.add("units", "名录是空的，请至少列出一个单位")
	}
	known := map[bot.UnitID]bool{}
	for _, u := range units {
		known[u.ID] = true
	}
	names := nameBook{}
	for i, u := range units {
		key := fmt.Sprintf("units[%d]", i)
		if u.ID != "" && !identifier.MatchString(string(u.ID)) {
			fs.add(key+".id", "应以小写字母开头，只含小写字母、数字、- 和 _，如 jiaoke")
		}
		if u.Parent != "" && !known[u.Parent] {
			fs.add(key+".parent", "名录里没有“%s”这个单位代码", u.Parent)
		}
		if u.Parent != "" && u.Parent == u.ID {
			fs.add(key+".parent", "不能是自己，没有主管或监管单位就不写")
		}
		names.enter(key+".id", string(u.ID), &fs)
		names.enter(key+".name", u.Name, &fs)
		names.enter(key+".short", u.Short, &fs)
		for j, a := range u.Aliases {
			names.enter(fmt.Sprintf("%s.aliases[%d]", key, j), a, &fs)
		}
		for j, t := range u.Tags {
			if strings.TrimSpace(t) == "" {
				fs.add(fmt.Sprintf("%s.tags[%d]", key, j), "是空的，请填写或删去")
			}
		}
	}
	return fs.err()
}

// A nameBook knows which key took a name first; case does not tell names
// apart, for people type JKJ and jkj.
type nameBook map[string]string

func (b nameBook) enter(key, name string, fs *faults) {
	folded := strings.ToLower(strings.TrimSpace(name))
	if folded == "" {
		fs.add(key, "是空的，请填写或删去")
		return
	}
	if first, taken := b[folded]; taken {
		fs.add(key, "“%s”已被 %s 用了，名称、简称、别名、代码都不得相同", name, first)
		return
	}
	b[folded] = key
}

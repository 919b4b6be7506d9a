package roster

import (
	"fmt"
	"strings"

	"fanzha/bot"
)

// Parse checks the lines of t and sorts the good ones by unit, units in the
// order in which they come. Lines with a fatal Problem are left out; all other
// lines are in. Problems come in the order of the lines.
//
// If unit is given, every line is of that unit. The 单位 column may then hold
// what it likes (the schools of 教科局, say), only not the name of another
// unit. Otherwise each line must name its unit. Resolve tells which unit a
// name means.
func Parse(t Table, unit bot.UnitID, resolve func(name string) (bot.UnitID, bool)) ([]Sheet, []Problem) {
	p := &parser{
		unit: unit, resolve: resolve,
		sheetAt: map[bot.UnitID]int{}, accounts: map[string]entry{}, names: map[person]entry{},
	}
	for _, head := range t.Refused {
		p.warn(t.Head, head, "这一列不收集，没有读取，下次请先删去")
	}
	if unit == "" && !t.HasUnit {
		p.fatal(t.Head, colUnit, "缺少这一列，无法知道各人的单位，请加上，或指明单位后逐个单位导入")
		return nil, p.problems
	}
	for _, row := range t.Rows {
		p.take(row)
	}
	return p.sheets, p.problems
}

// A person is told apart, where there is no account, by unit and name.
type person struct {
	unit bot.UnitID
	name string
}

// An entry is a line that has been taken.
type entry struct {
	person
	line    int
	account bool // it has one
}

type parser struct {
	unit     bot.UnitID
	resolve  func(string) (bot.UnitID, bool)
	sheets   []Sheet
	sheetAt  map[bot.UnitID]int
	accounts map[string]entry // by account in lower case
	names    map[person]entry // the first of that name
	problems []Problem
}

func (p *parser) warn(line int, column, format string, args ...any) {
	p.problems = append(p.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

func (p *parser) fatal(line int, column, format string, args ...any) {
	p.problems = append(p.problems, Problem{Line: line, Column: column, Text: fmt.Sprintf(format, args...), Fatal: true})
}

// take checks one row in every column, so that all is told at once.
func (p *parser) take(row Row) {
	name, wrong := cleanName(row.Name)
	if isSum(name) {
		p.warn(row.Line, colName, "“%s”行不是人员，已略过", name)
		return
	}
	good := true
	if wrong != "" {
		p.fatal(row.Line, colName, "%s", wrong)
		good = false
	}
	unit, ok := p.unitOf(row)
	good = good && ok
	yes, ok := liaison(row.Liaison)
	if !ok {
		p.fatal(row.Line, colLiaison, "看不懂%s，请写“是”或“否”", shown(row.Liaison))
		good = false
	}
	if wrong := badAccount(row.Person); row.Person != "" && wrong != "" {
		p.fatal(row.Line, colPerson, "%s", wrong)
		good = false
	}
	if good && yes && row.Person == "" {
		p.warn(row.Line, colPerson, "联络员没有写账号，暂不能替本单位确认姓名，请补上")
	}
	if good && p.isNew(row, unit, name) {
		p.put(unit, bot.RosterLine{Name: name, Person: bot.PersonID(row.Person), Liaison: yes})
	}
}

// unitOf returns the unit of a row.
func (p *parser) unitOf(row Row) (bot.UnitID, bool) {
	named, known := bot.UnitID(""), false
	if row.Unit != "" && p.resolve != nil {
		named, known = p.resolve(row.Unit)
	}
	switch {
	case p.unit != "" && known && named != p.unit:
		p.fatal(row.Line, colUnit, "写的是%s，不是这次导入的单位，请移到那个单位的名册里", shown(row.Unit))
		return "", false
	case p.unit != "":
		return p.unit, true
	case row.Unit == "":
		p.fatal(row.Line, colUnit, "没有填写，请补上")
		return "", false
	case !known:
		p.fatal(row.Line, colUnit, "名录里没有%s，请写单位的全称或通常叫法", shown(row.Unit))
		return "", false
	}
	return named, true
}

// isNew reports whether row is a person who has not come yet, and remarks on
// accounts and names that come again.
func (p *parser) isNew(row Row, unit bot.UnitID, name string) bool {
	here := entry{person{unit, name}, row.Line, row.Person != ""}
	if here.account {
		// Case does not tell accounts apart.
		key := strings.ToLower(row.Person)
		first, taken := p.accounts[key]
		switch {
		case taken && first.person == here.person:
			p.warn(row.Line, colName, "与第 %d 行是同一人，只算一次", first.line)
			return false
		case taken:
			p.fatal(row.Line, colPerson, "账号与第 %d 行相同，一个账号只能是一个人，请核对", first.line)
			return false
		}
		p.accounts[key] = here
		if mobile.MatchString(row.Person) {
			p.warn(row.Line, colPerson, "像是手机号；手机号不收集，确实就是企业微信账号的才可这样填")
		}
	}
	first, twice := p.names[here.person]
	if !twice {
		p.names[here.person] = here
	} else if !here.account || !first.account {
		p.warn(row.Line, colName, "“%s”与第 %d 行同名，需用企业微信账号区分，现按两个人计；若是同一人，请删去一行", name, first.line)
	}
	return true
}

func (p *parser) put(unit bot.UnitID, line bot.RosterLine) {
	at, ok := p.sheetAt[unit]
	if !ok {
		at = len(p.sheets)
		p.sheetAt[unit] = at
		p.sheets = append(p.sheets, Sheet{Unit: unit})
	}
	p.sheets[at].Lines = append(p.sheets[at].Lines, line)
}

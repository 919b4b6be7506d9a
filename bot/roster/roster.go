// Package roster reads the name lists (名册) that units hand in: who should be
// there, as the Excel or CSV file that somebody in the office keeps anyway.
//
// It is pure: bytes in, values and remarks out. It does not import anything
// into the ledger and does not know who is a member already; that is decided
// by whoever calls it. It reads four columns and no more: name, platform
// account, unit, liaison. Columns of identity card or telephone numbers are
// not even kept in memory, because the duty needs none of them (Personal
// Information Protection Law, articles 6 and 34).
//
// There are two steps. [Read] finds the head row and takes the lines below it;
// it returns a *[bot.Refusal] if the file as a whole cannot be used. [Parse]
// checks each line and sorts the good ones by unit; what it has to remark is a
// [Problem], fatal or not. Nothing is ever half done: by custom a caller
// imports nothing as long as [Blocked] reports a fatal problem, unless a
// person says that the good lines shall go in without the bad ones.
package roster

import "fanzha/bot"

// Limits on one file. A county has 10 to 50 thousand members in all.
const (
	MaxBytes = 8 << 20 // size of the file
	MaxRows  = 50_000  // people in it

	maxText    = 64 << 20 // the cells of a sheet together, in bytes
	maxCells   = 4 << 20  // the cells of a sheet together
	maxCell    = 256      // one cell that is kept, in bytes; more is cut off
	maxColumns = 1000     // columns among which the four are looked for
	headWithin = 30       // rows that may precede and include the head row
	headBytes  = 64 << 10 // bytes of a CSV in which the separator is looked for
)

// The columns that are read, as people know them.
const (
	colName    = "姓名"
	colPerson  = "企业微信账号"
	colUnit    = "单位"
	colLiaison = "联络员"
)

// A Table is what [Read] found in a file. It is personal data.
type Table struct {
	// Head is the line of the head row, counted from 1 as Excel shows it.
	Head int
	// HasUnit reports whether there is a 单位 column.
	HasUnit bool
	// Refused are the heads of columns that were not read because they hold
	// what must not be collected.
	Refused []string
	Rows    []Row
}

// A Row is one line below the head row, with at least one of its cells filled.
type Row struct {
	Line                        int // counted from 1, as Excel shows it
	Name, Person, Unit, Liaison string
}

// A Sheet is the roster of one unit, in the order of the file.
type Sheet struct {
	Unit  bot.UnitID
	Lines []bot.RosterLine
}

// A Problem is a remark on one line of a file, for the person who hands it in.
type Problem struct {
	Line   int    // counted from 1, as Excel shows it
	Column string // 姓名, 企业微信账号, 单位, 联络员, or the head of a refused column
	Text   string // Chinese: what is wrong and how to mend it
	// Fatal problems keep their line out of the sheets.
	Fatal bool
}

// Blocked reports whether one of problems is fatal.
func Blocked(problems []Problem) bool {
	for _, p := range problems {
		if p.Fatal {
			return true
		}
	}
	return false
}

// Package evidence makes and checks the month's evidence file (证据包): a zip that
// holds the entries of one month, what is needed to read them, a proof that they
// are part of the signed ledger, and the tables made of them.
//
// [Write] makes it from a book's snapshot. [Verify] needs nothing but the file
// and the public key: it checks every signature and hash, that no entry of the
// month is missing, changed or out of place, and makes every table again from the
// entries and compares it byte for byte. So nobody has to trust the office's
// server, or this program's running state.
//
// What is in the file:
//
//	说明.txt          how to read and verify it
//	entries.jsonl    the entries, one a line: hash, leaf, and where it belongs to
//	                 the month, the private part with its salt
//	proof.txt        hashes of the subtrees that hold none of them
//	checkpoint.txt   the signed head of the ledger
//	*.csv            the tables: units, check-ins, pushes, groups, filings, leave,
//	                 activities
//	manifest.txt     month, range and the SHA-256 of every other file, signed
//
// The entries are all of the month and those after it until its last session
// took no more check-ins; one before and one after, to show that none is missing
// at the ends; earlier ones that name the units, groups, people and alerts that
// the month speaks of; and, wherever they stand, what was filed for the month
// (上报, sessions on paper, who was signed for at them), and what settled it or
// took it back.
//
// Private parts are only in for people who checked in or were on leave at the
// month's sessions, for the rosters, and for the activities, which have their
// title there. Who was signed for stands in an entry of his own, so the words in
// which somebody said it stay out; those of what was pasted are in if [Options]
// ask for it, and are then checked against the digest that the ledger has had
// from the first. A masked file has no private part at all. It cannot tell that a
// person who was signed for is one who also came himself, so it may count him
// twice, and says so.
//
// What the file cannot show: that no entry from outside its unbroken range was
// left out, such as a newer roster before the month, or a correction long after
// it. Those that are in are true; that there are no others, only the whole
// ledger shows. And whoever holds the signing key can sign another ledger: that
// shows only against a checkpoint that somebody has kept.
//
// A file says of which form it is. Those of an older form verify by what that
// form was ([Verify]); only the newest is written.
package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
	"fanzha/bot/ledger"
)

// Names of the files within the zip.
const (
	fileReadme     = "说明.txt"
	fileEntries    = "entries.jsonl"
	fileProof      = "proof.txt"
	fileCheckpoint = "checkpoint.txt"
	fileManifest   = "manifest.txt"
	fileUnits      = "月度汇总.csv"
	fileCheckIns   = "签到明细.csv"
	fileDeliveries = "推送明细.csv"
	fileGroups     = "群登记.csv"
	fileFilings    = "上报明细.csv"
	fileLeave      = "请假明细.csv"
	fileActivities = "活动明细.csv"
)

// A form is one way in which evidence files are, or were, made. Once a file was
// handed out its form stays as it is: whoever changes a table adds a form.
type form struct {
	name  string   // first line of the manifest
	order []string // of the files in the zip, but for the manifest
	// knows reports whether it can show what an entry says.
	knows func(bot.Payload) bool
	// make makes every file that follows from the entries.
	make func(entries []ledger.Entry, man manifest, size int64, key string) map[string][]byte
}

// newest is the form that Write makes.
func newest() form {
	return form{
		name: "fanzha evidence v2",
		order: []string{
			fileReadme, fileUnits, fileCheckIns, fileDeliveries, fileGroups, fileFilings, fileLeave, fileActivities,
			fileEntries, fileProof, fileCheckpoint,
		},
		knows: func(bot.Payload) bool { return true },
		make:  tables,
	}
}

// A manifest says what the file is and seals every part of it.
type manifest struct {
	form   form
	month  bot.Month
	masked bool
	texts  bool // with what was pasted; unknown to the first form
	// from and to bound the unbroken range of entries, both in: the one before
	// the month (or the first of the month, if it is entry 0) and the one after
	// the last that can matter (or the last of the ledger).
	from, to int64
	files    []fileDigest // in the order of the zip, without the manifest
}

type fileDigest struct{ name, sha256 string }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (m manifest) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nmonth %s\nmasked %t\nrange %d %d\n", m.form.name, m.month, m.masked, m.from, m.to)
	if m.texts {
		b.WriteString(withTexts + "\n")
	}
	for _, f := range m.files {
		fmt.Fprintf(&b, "%s %s\n", f.sha256, f.name)
	}
	return b.String()
}

// withTexts is a line of the manifest.
const withTexts = "texts true"

func parseManifest(text string) (manifest, error) {
	m := manifest{form: newest()}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if old := formV1(); lines[0] == old.name {
		m.form = old
	}
	if len(lines) < 4 || lines[0] != m.form.name {
		return m, fmt.Errorf("不是 %s 格式，可能要用更新的程序核验", m.form.name)
	}
	var err error
	if m.month, err = bot.ParseMonth(strings.TrimPrefix(lines[1], "month ")); err != nil {
		return m, err
	}
	m.masked = lines[2] == "masked true"
	if _, err = fmt.Sscanf(lines[3], "range %d %d", &m.from, &m.to); err != nil {
		return m, fmt.Errorf("范围一行不对：%w", err)
	}
	lines = lines[4:]
	if len(lines) > 0 && lines[0] == withTexts && m.form.name != formV1().name {
		m.texts, lines = true, lines[1:]
	}
	for _, line := range lines {
		sum, name, ok := strings.Cut(line, " ")
		if !ok {
			return m, fmt.Errorf("清单行“%s”不对", line)
		}
		m.files = append(m.files, fileDigest{name, sum})
	}
	if m.text() != text {
		return m, fmt.Errorf("写法不合规范")
	}
	return m, nil
}

// place names a line of the entries file.
func place(line int, seq int64) string {
	return fileEntries + " 第 " + strconv.Itoa(line) + " 行（台账第 " + strconv.FormatInt(seq, 10) + " 条）"
}

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
//	*.csv            the tables
//	manifest.txt     month, range and the SHA-256 of every other file, signed
//
// The entries are all of the month and those after it until its last session
// took no more check-ins; one before and one after, to show that none is missing
// at the ends; and earlier ones that name the units, groups, people and alerts
// that the month speaks of. Private parts are only in for people who checked in
// at the month's sessions, and for the rosters; a masked file has none.
//
// What the file cannot show: that no entry from outside its unbroken range was
// left out, such as a newer roster before the month, or a correction long after
// it. Those that are in are true; that there are no others, only the whole
// ledger shows. And whoever holds the signing key can sign another ledger: that
// shows only against a checkpoint that somebody has kept.
package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
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
)

// format is the first line of the manifest. A new form of file gets a new one.
const format = "fanzha evidence v1"

// A manifest says what the file is and seals every part of it.
type manifest struct {
	month  bot.Month
	masked bool
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
	fmt.Fprintf(&b, "%s\nmonth %s\nmasked %t\nrange %d %d\n", format, m.month, m.masked, m.from, m.to)
	for _, f := range m.files {
		fmt.Fprintf(&b, "%s %s\n", f.sha256, f.name)
	}
	return b.String()
}

func parseManifest(text string) (manifest, error) {
	var m manifest
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 4 || lines[0] != format {
		return m, fmt.Errorf("不是 %s 格式", format)
	}
	var err error
	if m.month, err = bot.ParseMonth(strings.TrimPrefix(lines[1], "month ")); err != nil {
		return m, err
	}
	m.masked = lines[2] == "masked true"
	if _, err = fmt.Sscanf(lines[3], "range %d %d", &m.from, &m.to); err != nil {
		return m, fmt.Errorf("范围一行不对：%w", err)
	}
	for _, line := range lines[4:] {
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

// readme explains the file to whoever opens it.
func readme(county string, m manifest, size int64, key string, remarks []string) string {
	masked := "含签到人姓名和账号，属个人信息，请按规定保管，不得公开。"
	if m.masked {
		masked = "已隐去姓名和账号，只有成员编号。"
	}
	return strings.Join([]string{
		county + m.month.Chinese() + "反诈教育证据包",
		"",
		"一、内容",
		fileUnits + "　　每个单位一行：建群、推送、签到",
		fileCheckIns + "　　每条签到一行，含回执编号和台账条目编号",
		fileDeliveries + "　　每次推送到每个群一行",
		fileGroups + "　　单位和群的绑定",
		fileEntries + "　　以上各表所依据的台账原始条目",
		fileProof + "、" + fileCheckpoint + "、" + fileManifest + "　　证明材料和签名",
		masked,
		"",
		"二、核验",
		"任何人都可以核验，不需要联网，也不需要信任办公室的服务器：",
		"　　fanzha verify 本文件.zip --key 公钥",
		"公钥应从单位群的公告或办公室的正式文件取得，不要用本文件里的。供对照：",
		"　　" + key,
		"群里每次签到小结末尾的“存证点”由各单位留存。用留存的存证点核验，可以发现整本台账被换过：",
		"　　fanzha verify 本文件.zip --key 公钥 --witness 存证点",
		"",
		"三、说明",
		fmt.Sprintf("台账共 %d 条，本文件包含第 %d 至 %d 条的全部条目，以及此前有关的单位、群、人员和预警条目。范围之外有无更晚的名册或更正，本文件不能证明，以导出时的台账为准。", size, m.from, m.to),
		strings.Join(remarks, "\n"),
		"表中“—”表示没有名册，或本文件隐去了名册，无法比对。",
		"",
	}, "\n")
}

// place names a line of the entries file.
func place(line int, seq int64) string {
	return fileEntries + " 第 " + strconv.Itoa(line) + " 行（台账第 " + strconv.FormatInt(seq, 10) + " 条）"
}

package evidence

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanzha/bot"
)

// Files of the first form were handed out: they must verify for ever, and be
// bound by what they were. testdata holds those of the played county.
func TestFilesOfTheFirstFormStillVerify(t *testing.T) {
	key, err := os.ReadFile("testdata/v1.key")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"v1.zip", "v1-masked.zip"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		verify := func(b []byte) ([]string, error) {
			return Verify(bytes.NewReader(b), int64(len(b)), strings.TrimSpace(string(key)), nil)
		}
		if done, err := verify(file); err != nil || len(done) < 7 {
			t.Errorf("%s: %q, %v", name, done, err)
		}
		a := open(t, file)
		a.replace(fileCheckIns, "2026", "2027")
		_, err = verify(a.pack(t))
		wantFault(t, name+" with another table", err, fileCheckIns)
		a = open(t, file)
		a.add(fileFilings, nil)
		_, err = verify(a.pack(t))
		wantFault(t, name+" with a table that it did not have", err, "整个文件")
	}
}

// The office could write a file of the first form, which cannot show that others
// signed for somebody.
func TestFirstFormCannotHideAnothersWord(t *testing.T) {
	for name, p := range map[string]bot.Payload{
		"a proxy":            &bot.CheckedIn{Session: "S0002", Member: "m00003", Unit: "jiaoke", Via: bot.ViaProxy, Filing: "F000001"},
		"a filing":           &bot.Filed{Filing: "F000001", Form: bot.FilesHeadcount, Unit: "jiaoke", Standing: bot.Stands},
		"leave":              &bot.Excused{Session: "S0002", Member: "m00003", Unit: "jiaoke"},
		"a session on paper": &bot.SessionOpened{Session: "B000001", Unit: "jiaoke", Month: "2026-11"},
	} {
		c, _ := play(t)
		c.say(p)
		a := open(t, c.export(bot.Month{Year: 2027, Month: 2}, false))
		a.drop(fileFilings)
		a.drop(fileLeave)
		a.drop(fileActivities)
		a.sign(t, c.key, func(m *manifest) {
			m.form = formV1()
			m.files = nil
			for _, f := range m.form.order {
				m.files = append(m.files, fileDigest{f, digest(a.data[f])})
			}
		})
		_, err := c.verify(a.pack(t), nil)
		wantFault(t, name, err, fileEntries+" 第 ")
	}
}

package handlers

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/book"
)

var update = flag.Bool("update", false, "rewrite the answers in the transcripts")

// TestTranscripts plays the conversations in testdata. A line there is
//
//	# a remark, or blank
//	> 11-23 15:00                          the clock
//	> roster 教科局 张三=zhang*,李四          the roster: = has an account, * is the liaison
//	> unit fayuan 法院                     one more unit of the county
//	> deliver sent                         what is due goes out and ends so
//	> g1 zhang 签到                         a person in a group; \n breaks the line
//	> private zhang 我的记录                 or one to one
//	> official oZhang 签到                   or to the official account
//	> app zhang 签到                        or to the self-built app
//	> click g1 zhang S000001-1-51807f20             or on a card
//	> enter zhang                          or opens the private chat
//	> follow oZhang                        or follows the official account
//
// and below it what is answered, each line after four spaces, and the kinds of
// the entries that were written, after ≡. {code}, {hash} and {receipt} stand for
// the last ones that the bot has said.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := playTranscript(newOffice(t), string(want))
			if *update {
				err = os.WriteFile(file, []byte(got), 0o644)
			} else if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// said are the patterns of what may be named again later.
var said = map[string]*regexp.Regexp{
	"{code}":    regexp.MustCompile(`绑定码：([0-9A-Z]{8})`),
	"{hash}":    regexp.MustCompile(`版本号：([0-9a-f]{8})`),
	"{receipt}": regexp.MustCompile(`回执 ([0-9A-Z]{4}-[0-9A-Z]{4})`),
}

func playTranscript(o *office, script string) string {
	var b strings.Builder
	last := make(map[string]string)
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		step, ok := strings.CutPrefix(line, "> ")
		if !ok {
			if !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "≡") {
				fmt.Fprintln(&b, line)
			}
			continue
		}
		fmt.Fprintln(&b, line)
		for name, value := range last {
			step = strings.ReplaceAll(step, name, value)
		}
		size := o.book.Size()
		answer := o.step(strings.ReplaceAll(step, `\n`, "\n"))
		for name, pattern := range said {
			if m := pattern.FindStringSubmatch(answer); m != nil {
				last[name] = m[1]
			}
		}
		if answer != "" {
			fmt.Fprintln(&b, "    "+strings.ReplaceAll(answer, "\n", "\n    "))
		}
		if kinds := o.kinds(size); kinds != nil {
			fmt.Fprintln(&b, "≡", strings.Trim(fmt.Sprint(kinds), "[]"))
		}
	}
	return b.String()
}

func (o *office) step(step string) string {
	o.t.Helper()
	word, rest, _ := strings.Cut(step, " ")
	first, text, _ := strings.Cut(rest, " ")
	switch word {
	case "roster":
		o.roster(first, text)
	case "unit":
		c := o.bot.Config
		c.Units = append(slices.Clone(c.Units), bot.Unit{ID: bot.UnitID(first), Name: text, Short: text})
		o.bot = New(c)
		o.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) { return s.Directory.Register(c.Units), nil })
	case "deliver":
		o.deliver(bot.Outcome(first))
	case "private":
		return o.private(first, text)
	case "official":
		return o.handle(bot.Inbound{Chat: official(first), From: bot.PersonID("oa:" + first), Text: text})
	case "app":
		return o.handle(bot.Inbound{Chat: bot.Chat{Channel: bot.ViaApp, Kind: bot.PrivateChat, ID: first}, From: bot.PersonID(first), Text: text})
	case "follow":
		return o.handle(bot.Inbound{Chat: official(first), From: bot.PersonID("oa:" + first), Entered: true})
	case "enter":
		return o.handle(bot.Inbound{Chat: bot.Chat{Kind: bot.PrivateChat, ID: first}, From: bot.PersonID(first), Entered: true})
	case "click":
		person, card, _ := strings.Cut(text, " ")
		return o.click(first, person, bot.CardID(card))
	default:
		if at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+step, bot.Zone); err == nil {
			o.now = at
			return ""
		}
		return o.group(word, first, text)
	}
	return ""
}

func official(openID string) bot.Chat {
	return bot.Chat{Channel: bot.ViaAccount, Kind: bot.PrivateChat, ID: openID}
}

func (o *office) roster(short, people string) {
	o.t.Helper()
	unit, err := o.bot.unitArg(short)
	if err != nil {
		o.t.Fatal(err)
	}
	var lines []bot.RosterLine
	for word := range strings.SplitSeq(people, ",") {
		word, liaison := strings.CutSuffix(word, "*")
		name, person, _ := strings.Cut(word, "=")
		lines = append(lines, bot.RosterLine{Name: name, Person: bot.PersonID(person), Liaison: liaison})
	}
	o.do(func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		return s.Directory.Import(unit, lines, "digest", "ban")
	})
}

package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/filing"
	"fanzha/bot/push"
	"fanzha/bot/search"
)

// allHits is more than a county has of any one topic.
const allHits = 10_000

// topicIDs returns the ids of what speaks of a topic, by its common name or as it
// was written.
func topicIDs(s *book.State, kind search.Kind, keyword, wording string) map[string]bool {
	ids := make(map[string]bool)
	for _, words := range []string{keyword, wording} {
		for _, h := range s.Search.Find(search.Query{Words: words, Office: true, Kinds: []search.Kind{kind}, Limit: allHits}).Hits {
			ids[h.ID] = true
		}
	}
	return ids
}

// Technique is how a kind of scam works and what helps: the newest alerts that
// were approved and not withdrawn, at most most of them in full. No topic means
// the newest of all. It is for everybody; ok is false if there is none.
func Technique(s *book.State, keyword, wording string, counterFirst bool, most int) (a Answer, ok bool) {
	about := topicIDs(s, search.Alert, keyword, wording)
	var found []*push.Alert
	for _, x := range s.Outbox.Alerts() {
		if (x.State == bot.Approved || x.State == bot.Pushed) && (keyword+wording == "" || about[string(x.ID)]) {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b *push.Alert) int { return b.ApprovedAt.Compare(a.ApprovedAt) })
	if len(found) == 0 {
		return Answer{}, false
	}
	for i, x := range found {
		if i == most {
			a.Tail = append(a.Tail, fmt.Sprintf("还有 %d 条：%s", len(found)-most, topics(found[most:])))
			break
		}
		c := x.Content
		lines := []string{"手法：" + c.Technique, "防范：" + c.Countermeasures}
		if counterFirst {
			slices.Reverse(lines)
		}
		a.Head = append(a.Head, fmt.Sprintf("**%s**（%s，%s）", c.Topic, c.Source, c.SourceOn))
		a.Head = append(a.Head, lines...)
	}
	return a, true
}

// topics are the names of some alerts, each once.
func topics(list []*push.Alert) string {
	var out []string
	for _, x := range list {
		if name := "《" + x.Content.Topic + "》"; !slices.Contains(out, name) {
			out = append(out, name)
		}
		if len(out) == 5 {
			break
		}
	}
	return strings.Join(out, "")
}

// Find is the answer to words that are no question: what has them, for the office.
// ok is false if nothing has.
func Find(s *book.State, words string) (a Answer, ok bool) {
	found := s.Search.Find(search.Query{Words: words, Office: true})
	if found.Total == 0 {
		return Answer{}, false
	}
	a.Head = []string{bold("“%s”：找到 %d 条", push.Fit(words, 20), found.Total)}
	for _, h := range found.Hits {
		a.List = append(a.List, hitLine(s, h))
		a.Named = a.Named || h.Kind == search.Person
	}
	if more := found.Total - len(found.Hits); more > 0 {
		a.Tail = []string{fmt.Sprintf("还有 %d 条，请多写几个字再查", more)}
	}
	return a, true
}

func hitLine(s *book.State, h search.Hit) string {
	short := s.Directory.Unit(h.Unit).Short
	on := h.At.In(bot.Zone).Format("2006-01-02")
	switch h.Kind {
	case search.Person:
		times := 0
		for _, m := range h.Members {
			times += m.CheckIns
		}
		return fmt.Sprintf("人员 %s %s，签到 %d 次", short, h.Title, times)
	case search.Alert:
		return fmt.Sprintf("预警 %s《%s》%s", h.ID, h.Title, h.State.Chinese())
	case search.Push:
		return fmt.Sprintf("推送 %s《%s》签到 %d 人次", on, h.Title, h.CheckIns)
	case search.Activity:
		return strings.TrimSpace(fmt.Sprintf("活动 %s %s %s", on, short, h.Title)) + "，上报" + filing.No(bot.FilingID(h.ID)) + "号"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", h.Kind.Chinese(), on, short, h.Title))
}

// Initials returns the names that the letters may stand for: those with a
// character for each letter, or if there are none, those that begin so.
func Initials(s *book.State, letters string) (want func(name string) bool) {
	exact, any := make(map[string]bool), make(map[string]bool)
	for _, h := range s.Search.Find(search.Query{Words: letters, Office: true, Kinds: []search.Kind{search.Person}, Limit: allHits}).Hits {
		any[h.Title] = true
		if utf8.RuneCountInString(h.Title) == len(letters) {
			exact[h.Title] = true
		}
	}
	if len(exact) > 0 {
		return func(name string) bool { return exact[name] }
	}
	return func(name string) bool { return any[name] }
}

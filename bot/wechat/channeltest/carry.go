package channeltest

import (
	"bytes"
	"slices"
	"strings"

	"fanzha/bot"
)

// foreign is a kind of message that no channel knows.
type foreign struct{ bot.Message }

func carrying() []testCase {
	return []testCase{
		{"a confirmed message is seen once", func(s *stage) { s.say("今日预警"); s.wantSeen("今日预警") }},
		{"a text arrives byte for byte", func(s *stage) {
			text := "**警惕** \"退款\" <链接> a&b \\ 𠮷 👮🏻\n\n> 不点\t不转\n尾 "
			s.say(text)
			if s.Can.Plain {
				text = strings.ReplaceAll(text, "**", "")
			}
			s.wantSeen(text)
		}},
		{"the same words again are a new message", func(s *stage) { s.say("一"); s.say("一"); s.wantSeen("一", "一") }},
		{"nothing is refused", func(s *stage) { s.refused(s.Chat(0), nil) }},
		{"an unknown kind of message is refused", func(s *stage) { s.refused(s.Chat(0), foreign{}) }},
		{"an empty markdown is refused", func(s *stage) { s.refused(s.Chat(0), bot.Markdown("")) }},
		{"a blank markdown is refused", func(s *stage) { s.refused(s.Chat(0), bot.Markdown(" \n\t　")) }},
		{"a text that calls on nobody arrives, or is refused", func(s *stage) {
			s.carries(s.Can.Text, bot.Text{Content: "请核对"}, func(m Message) bool {
				return m.Text == "请核对" && len(m.Calls) == 0 && !m.All
			})
		}},
		{"a text calls on whom it names, or is refused", func(s *stage) {
			s.carries(s.Can.Text, bot.Text{Content: "请核对", Mention: []bot.PersonID{"lisi", "zhangsan", "lisi", ""}}, func(m Message) bool {
				return slices.Equal(m.Calls, []string{"lisi", "zhangsan"}) && !m.All
			})
		}},
		{"a text calls on everybody, or is refused", func(s *stage) {
			s.carries(s.Can.Text, bot.Text{Content: "紧急预警", All: true}, func(m Message) bool { return m.All && len(m.Calls) == 0 })
		}},
		{"an empty text is refused", func(s *stage) { s.refused(s.Chat(0), bot.Text{All: true}) }},
		{"a blank text is refused", func(s *stage) { s.refused(s.Chat(0), bot.Text{Content: "\n "}) }},
		{"a text calls on nobody by what stands in it", func(s *stage) {
			s.silent(s.Can.Text, bot.Text{Content: "请 <@all> 与 <@lisi> 核对"})
		}},
		{"a markdown calls on nobody by what stands in it", func(s *stage) {
			s.silent(true, bot.Markdown("请 <@all> 与 <@lisi> 核对"))
		}},
		{"a table arrives", func(s *stage) {
			text := "| 单位 | 人数 |\n| --- | ---: |\n| 教科局 | 12 |"
			s.say(text)
			s.wantSeen(text)
		}},
		{"a card arrives, or is refused", func(s *stage) {
			s.carries(s.Can.Card, Card("c1"), func(m Message) bool {
				return strings.Contains(m.Text, "今日预警") && strings.Contains(m.Text, "签到")
			})
		}},
		{"a card without buttons, title or id is refused", func(s *stage) {
			for _, spoil := range []func(*bot.Card){
				func(c *bot.Card) { c.ID = "" }, func(c *bot.Card) { c.ID = "有空格 " }, func(c *bot.Card) { c.Title = "" },
				func(c *bot.Card) { c.Buttons = nil }, func(c *bot.Card) { c.Buttons[0].Key = "" },
			} {
				c := Card("c1")
				spoil(&c)
				s.refused(s.Chat(0), c)
			}
		}},
		{"a picture arrives, or is refused", func(s *stage) {
			s.carries(s.Can.Image, bot.Image{Data: png()}, func(m Message) bool { return bytes.Equal(m.Data, png()) })
		}},
		{"a picture that is none is refused", func(s *stage) { s.refused(s.Chat(0), bot.Image{Data: []byte("GIF89a....")}) }},
		{"an empty picture is refused", func(s *stage) { s.refused(s.Chat(0), bot.Image{}) }},
		{"a huge picture is refused", func(s *stage) {
			s.refused(s.Chat(0), bot.Image{Data: append(png(), make([]byte, 20<<20)...)})
		}},
		{"a file arrives with its name, or is refused", func(s *stage) {
			f := bot.File{Name: "教科局 6月\"台账\".xlsx", Data: []byte("PK\x03\x04 台账")}
			s.carries(s.Can.File, f, func(m Message) bool { return m.Name == f.Name && bytes.Equal(m.Data, f.Data) })
		}},
		{"a file without a proper name is refused", func(s *stage) {
			for _, name := range []string{"", "a/b.xlsx", `a\b.xlsx`, "a:b", "a\nb", "\xff.xlsx", strings.Repeat("长", 50)} {
				s.refused(s.Chat(0), bot.File{Name: name, Data: make([]byte, 100)})
			}
		}},
		{"a file that is too small or too large is refused", func(s *stage) {
			for _, n := range []int{0, bot.MinFileBytes - 1, bot.FileBytes + 1} {
				s.refused(s.Chat(0), bot.File{Name: "a.xlsx", Data: make([]byte, n)})
			}
		}},
		{"the limits tell whether there are cards", func(s *stage) {
			l := s.Sender.Limits()
			if (l.TitleRunes > 0) != s.Can.Card || l.MarkdownBytes <= 0 || l != s.Sender.Limits() {
				s.Errorf("limits %+v", l)
			}
		}},
	}
}

// carries sends m and wants it seen as like says if the channel can, and else
// refused.
func (s *stage) carries(can bool, m bot.Message, like func(Message) bool) {
	s.Helper()
	if !can {
		s.refused(s.Chat(0), m)
		return
	}
	if err := s.send(m); err != nil {
		s.Fatal(err)
	}
	if got := s.Seen(s.Chat(0)); len(got) != 1 || !like(got[0]) {
		s.Errorf("people see %+v", got)
	}
}

// silent sends m, if the channel can, and wants nobody called on.
func (s *stage) silent(can bool, m bot.Message) {
	s.Helper()
	s.carries(can, m, func(m Message) bool {
		return len(m.Calls) == 0 && !m.All && strings.Contains(m.Text, "核对")
	})
}

// Card is a card that asks for check-ins.
func Card(id bot.CardID) bot.Card {
	return bot.Card{ID: id, Source: "反诈中心", Title: "今日预警", Desc: "冒充客服退款", Body: "不点陌生链接。",
		Fields:  []bot.Field{{Name: "截止", Value: "今日 18:00"}},
		Buttons: []bot.Button{{Key: bot.CheckInButton, Text: "签到", Style: bot.Primary}}}
}

// png is the smallest thing that looks like a picture.
func png() []byte { return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") }

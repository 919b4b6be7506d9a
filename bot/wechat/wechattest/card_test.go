package wechattest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot/wechat/wechattest"
)

// fields is a JSON object to be changed.
type fields map[string]any

func list(items ...any) []any { return items }

func repeat(n int, item func(i int) any) []any {
	var out []any
	for i := range n {
		out = append(out, item(i))
	}
	return out
}

// sampleCards are valid cards, one of each type.
func sampleCards() map[string]fields {
	option := func(i int) any { return fields{"id": fmt.Sprint("o", i), "text": "选项"} }
	return map[string]fields{
		"button_interaction": {"main_title": fields{"title": "预警"}, "button_list": list(fields{"text": "签到", "key": "k"}), "task_id": "t"},
		"vote_interaction": {"main_title": fields{"title": "小测"}, "checkbox": fields{"question_key": "q", "option_list": repeat(2, option)},
			"submit_button": fields{"text": "提交", "key": "k"}, "task_id": "t"},
		"multiple_interaction": {"main_title": fields{"title": "登记"}, "select_list": list(fields{"question_key": "q", "title": "班次", "option_list": repeat(2, option)}),
			"submit_button": fields{"text": "提交", "key": "k"}, "task_id": "t"},
		"text_notice": {"main_title": fields{"title": "通知"}, "card_action": fields{"type": 1, "url": "https://example.com"}},
		"news_notice": {"main_title": fields{"title": "通知"}, "card_image": fields{"url": "https://example.com/a.png"},
			"card_action": fields{"type": 1, "url": "https://example.com"}},
	}
}

func TestCardRules(t *testing.T) {
	chars := func(n int) string { return strings.Repeat("字", n) }
	option := func(i int) any { return fields{"id": fmt.Sprint("o", i), "text": "选项"} }
	button := func(i int) any { return fields{"text": "签到", "key": fmt.Sprint("k", i)} }
	const bt, vt, mt, tn, nn = "button_interaction", "vote_interaction", "multiple_interaction", "text_notice", "news_notice"
	tests := []struct {
		name, typ string
		change    fields // nil values delete
		code      int
	}{
		{"smallest", bt, fields{}, 0},
		{"smallest", vt, fields{}, 0},
		{"smallest", mt, fields{}, 0},
		{"smallest", tn, fields{}, 0},
		{"smallest", nn, fields{}, 0},
		{"unknown type", bt, fields{"card_type": "button"}, 40058},
		{"unknown field", bt, fields{"subtitle": "x"}, 40058},
		{"no title", bt, fields{"main_title": nil}, 40063},
		{"empty title", bt, fields{"main_title": fields{"desc": "x"}}, 40063},
		{"no buttons", bt, fields{"button_list": nil}, 40063},
		{"no task_id", bt, fields{"task_id": nil}, 40063},
		{"no task_id", vt, fields{"task_id": nil}, 40063},
		{"no task_id", mt, fields{"task_id": nil}, 40063},
		{"no checkbox", vt, fields{"checkbox": nil}, 40063},
		{"no submit_button", vt, fields{"submit_button": nil}, 40063},
		{"no submit_button", mt, fields{"submit_button": nil}, 40063},
		{"no select_list", mt, fields{"select_list": nil}, 40063},
		{"no card_action", tn, fields{"card_action": nil}, 40063},
		{"no picture", nn, fields{"card_image": nil}, 40063},
		{"neither title nor text", tn, fields{"main_title": nil}, 40063},
		{"text instead of title", tn, fields{"main_title": nil, "sub_title_text": "x"}, 0},
		{"title of 26 characters", bt, fields{"main_title": fields{"title": chars(26), "desc": chars(30)}}, 0},
		{"title of 27 characters", bt, fields{"main_title": fields{"title": chars(27)}}, 40058},
		{"desc of 31 characters", bt, fields{"main_title": fields{"title": "x", "desc": chars(31)}}, 40058},
		{"source of 13 characters", bt, fields{"source": fields{"desc": chars(13), "desc_color": 3}}, 0},
		{"source of 14 characters", bt, fields{"source": fields{"desc": chars(14)}}, 40058},
		{"colour 4", bt, fields{"source": fields{"desc": "x", "desc_color": 4}}, 40058},
		{"text of 112 characters", bt, fields{"sub_title_text": chars(112)}, 0},
		{"text of 113 characters", bt, fields{"sub_title_text": chars(113)}, 40058},
		{"6 lines", bt, fields{"horizontal_content_list": repeat(6, func(int) any { return fields{"keyname": chars(5), "value": chars(26)} })}, 0},
		{"7 lines", bt, fields{"horizontal_content_list": repeat(7, func(int) any { return fields{"keyname": "x"} })}, 40058},
		{"line name of 6 characters", bt, fields{"horizontal_content_list": list(fields{"keyname": chars(6)})}, 40058},
		{"line of 27 characters", bt, fields{"horizontal_content_list": list(fields{"keyname": "x", "value": chars(27)})}, 40058},
		{"line without name", bt, fields{"horizontal_content_list": list(fields{"value": "x"})}, 40063},
		{"line type 2", bt, fields{"horizontal_content_list": list(fields{"keyname": "x", "type": 2})}, 40058},
		{"member line without userid", bt, fields{"horizontal_content_list": list(fields{"keyname": "x", "type": 3})}, 40063},
		{"6 buttons", bt, fields{"button_list": repeat(6, button)}, 0},
		{"7 buttons", bt, fields{"button_list": repeat(7, button)}, 40058},
		{"button of 10 characters", bt, fields{"button_list": list(fields{"text": chars(10), "key": "k", "style": 4})}, 0},
		{"button of 11 characters", bt, fields{"button_list": list(fields{"text": chars(11), "key": "k"})}, 40058},
		{"button style 5", bt, fields{"button_list": list(fields{"text": "x", "key": "k", "style": 5})}, 40058},
		{"button style as text", bt, fields{"button_list": list(fields{"text": "x", "key": "k", "style": "1"})}, 40058},
		{"button without key", bt, fields{"button_list": list(fields{"text": "x"})}, 40063},
		{"same key twice", bt, fields{"button_list": list(button(1), button(1))}, 40058},
		{"key of 1024 bytes", bt, fields{"button_list": list(fields{"text": "x", "key": strings.Repeat("k", 1024)})}, 0},
		{"key of 1025 bytes", bt, fields{"button_list": list(fields{"text": "x", "key": strings.Repeat("k", 1025)})}, 40058},
		{"link button", bt, fields{"button_list": list(fields{"text": "x", "type": 1, "url": "https://example.com"})}, 0},
		{"link button without url", bt, fields{"button_list": list(fields{"text": "x", "type": 1})}, 40063},
		{"task_id of 128 bytes", bt, fields{"task_id": strings.Repeat("t", 124) + "_-@9"}, 0},
		{"task_id of 129 bytes", bt, fields{"task_id": strings.Repeat("t", 129)}, 40058},
		{"task_id with a colon", bt, fields{"task_id": "al:1"}, 40058},
		{"task_id in Chinese", bt, fields{"task_id": "预警"}, 40058},
		{"menu", bt, fields{"action_menu": fields{"desc": "更多", "action_list": repeat(3, button)}}, 0},
		{"menu of 4", bt, fields{"action_menu": fields{"desc": "更多", "action_list": repeat(4, button)}}, 40058},
		{"menu needs task_id", tn, fields{"action_menu": fields{"desc": "更多", "action_list": repeat(1, button)}}, 40063},
		{"drop-down on a button card", bt, fields{"button_selection": fields{"question_key": "q", "option_list": repeat(10, option)}}, 0},
		{"drop-down of 11", bt, fields{"button_selection": fields{"question_key": "q", "option_list": repeat(11, option)}}, 40058},
		{"checkbox on a button card", bt, fields{"checkbox": fields{"question_key": "q", "option_list": repeat(2, option)}}, 40058},
		{"text on a vote", vt, fields{"sub_title_text": "x"}, 40058},
		{"20 answers", vt, fields{"checkbox": fields{"question_key": "q", "mode": 1, "option_list": repeat(20, option)}}, 0},
		{"21 answers", vt, fields{"checkbox": fields{"question_key": "q", "option_list": repeat(21, option)}}, 40058},
		{"same answer twice", vt, fields{"checkbox": fields{"question_key": "q", "option_list": list(option(1), option(1))}}, 40058},
		{"mode 2", vt, fields{"checkbox": fields{"question_key": "q", "mode": 2, "option_list": repeat(2, option)}}, 40058},
		{"4 drop-downs", mt, fields{"select_list": repeat(4, func(i int) any {
			return fields{"question_key": fmt.Sprint("q", i), "option_list": repeat(1, option)}
		})}, 40058},
		{"jump question too long", tn, fields{"jump_list": list(fields{"type": 3, "title": "问", "question": strings.Repeat("x", 201)})}, 40058},
		{"flat picture", nn, fields{"card_image": fields{"url": "u", "aspect_ratio": 2.5}}, 40058},
		{"5 paragraphs", nn, fields{"vertical_content_list": repeat(5, func(int) any { return fields{"title": "x"} })}, 40058},
	}
	for _, tt := range tests {
		t.Run(tt.typ+": "+tt.name, func(t *testing.T) {
			card := sampleCards()[tt.typ]
			card["card_type"] = tt.typ
			for k, v := range tt.change {
				card[k] = v
				if v == nil {
					delete(card, k)
				}
			}
			text, err := json.Marshal(card)
			if err != nil {
				t.Fatal(err)
			}
			inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
				c := connect(t, p.Platform)
				p.hail(c)
				c.want(tt.code, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"template_card","template_card":%s}`, p.group, text)
			})
		})
	}
}

func TestTaskIDIsUsedOnce(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		c.want(40058, "aibot_send_msg", p.sendCard("t1"))
		c.want(0, "aibot_send_msg", p.sendCard("T1"))
		if n := len(p.Deliveries()); n != 2 {
			t.Errorf("%d deliveries, want 2", n)
		}
	})
}

func TestClickCarriesAnswers(t *testing.T) {
	card := `{"card_type":"vote_interaction","main_title":{"title":"反诈小测"},"checkbox":{"question_key":"q1","mode":1,"option_list":[` +
		`{"id":"a","text":"转账"},{"id":"b","text":"挂断","is_checked":true}]},"submit_button":{"text":"提交","key":"submit"},"task_id":"quiz"}`
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		c.want(0, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"template_card","template_card":%s}`, p.group, card)
		for _, tt := range []struct {
			selections []wechattest.Selection
			want       []string
		}{
			{nil, []string{"b"}},
			{[]wechattest.Selection{{Question: "q1", Options: []string{"a", "b"}}}, []string{"a", "b"}},
		} {
			if _, err := p.Click(p.group, "lisi", "quiz", "submit", tt.selections...); err != nil {
				t.Fatal(err)
			}
			cb, _ := c.callback()
			items := cb.Event.Card.Selected.Items
			if cb.Event.Card.CardType != "vote_interaction" || len(items) != 1 || items[0].Key != "q1" {
				t.Fatalf("event %+v", cb.Event)
			}
			if diff := cmp.Diff(tt.want, items[0].OptionIDs.OptionID); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
		}
		if _, err := p.Click(p.group, "lisi", "quiz", "submit", wechattest.Selection{Question: "q1", Options: []string{"z"}}); err == nil {
			t.Error("an answer that does not exist was chosen")
		}
	})
}

func TestWhatCannotBeClicked(t *testing.T) {
	card := `{"card_type":"button_interaction","main_title":{"title":"预警"},"button_list":[{"type":1,"url":"https://example.com","text":"查看","key":"look"},` +
		`{"text":"签到","key":"signin"}],"task_id":"t1"}`
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		p.AddMember(wechattest.Member{UserID: "outsider", Name: "外人"})
		c := connect(t, p.Platform)
		p.hail(c)
		c.want(0, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"template_card","template_card":%s}`, p.group, card)
		if id, err := p.Click(p.group, "lisi", "t1", "look"); id != "" || err != nil {
			t.Errorf("a link made event %q, %v; want none", id, err)
		}
		c.silence()
		for _, tt := range [][4]string{
			{"unknown button", p.group, "lisi", "nothing"},
			{"outsider", p.group, "outsider", "signin"},
			{"unknown group", "wrNone", "lisi", "signin"},
		} {
			if _, err := p.Click(tt[1], tt[2], "t1", tt[3]); err == nil {
				t.Errorf("%s: clicked", tt[0])
			}
		}
		if _, err := p.Click(p.group, "lisi", "t2", "signin"); err == nil {
			t.Error("a card that was never sent was clicked")
		}
	})
}

func TestManyClickAtOnce(t *testing.T) {
	inBubble(t, wechattest.Options{PerMinute: -1, PerHour: -1}, func(t *testing.T, p corp) {
		var people []string
		for i := range 200 {
			id := fmt.Sprint("u", i)
			p.AddMember(wechattest.Member{UserID: id})
			if err := p.Join(p.group, id); err != nil {
				t.Fatal(err)
			}
			people = append(people, id)
		}
		c := connect(t, p.Platform)
		p.hail(c)
		c.want(0, "aibot_send_msg", p.sendCard("t1"))
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				if n, err := p.ClickAll(p.group, "t1", "signin", people[i*50:(i+1)*50]); n != 50 || err != nil {
					t.Errorf("%d events, %v; want 50", n, err)
				}
			})
		}
		wg.Wait()
		for range people {
			cb, reqID := c.callback()
			c.wantAs(0, reqID, "aibot_respond_update_msg", updateBody("t1", `"`+cb.From.UserID+`"`))
		}
		if n := len(p.Viewers(p.bot, "t1")); n != 200 {
			t.Errorf("%d own views, want 200", n)
		}
	})
}

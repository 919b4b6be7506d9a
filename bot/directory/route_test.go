package directory

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func doorsOf(v *View, g bot.GroupID) (out []string) {
	for _, d := range v.GroupByID(g).Doors {
		s := string(d.Chat.Channel)
		if d.Code != 0 {
			s += " closed"
		}
		out = append(out, s)
	}
	return out
}

// routed returns a view with one group that has three doors, and what applies
// entries to it.
func routed(t *testing.T) (*View, func([]bot.Payload, error)) {
	t.Helper()
	v := New()
	must := func(out []bot.Payload, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range out {
			v.Apply(noon, p)
		}
	}
	must(v.Register([]bot.Unit{{ID: "jiaoke", Short: "教科局"}, {ID: "nonghang", Short: "农行"}}), nil)
	v.Apply(noon, &bot.GroupBound{Group: "g0001", Chat: aibotChat, Unit: "jiaoke"})
	for _, c := range []bot.Chat{robotChat, forwardChat} {
		_, out, err := v.AddRoute("jiaoke", "g0001", c, "ban")
		must(out, err)
	}
	return v, must
}

var (
	aibotChat   = bot.Chat{Channel: "aibot", Kind: bot.GroupChat, ID: "wr1"}
	robotChat   = bot.Chat{Channel: bot.ViaRobot, Kind: bot.GroupChat, ID: "教科局群"}
	forwardChat = bot.Chat{Channel: bot.ViaForward, Kind: bot.GroupChat, ID: "jiaoke/教科局反诈群"}
)

func TestDoorsAreClosedOneByOne(t *testing.T) {
	v, must := routed(t)
	g := v.GroupByID("g0001")
	for _, c := range []struct {
		close bot.ChannelID
		want  []string
		code  int
	}{
		{"aibot", []string{"aibot closed", "robot", "forward"}, 0},
		{bot.ViaRobot, []string{"aibot closed", "robot closed", "forward"}, 0},
		{bot.ViaForward, []string{"aibot closed", "robot closed", "forward closed"}, 93006},
	} {
		must(v.Disable("g0001", c.close, 93006), nil)
		if out := v.Disable("g0001", c.close, 93006); out != nil {
			t.Errorf("closing %s twice = %v", c.close, out)
		}
		if diff := cmp.Diff(c.want, doorsOf(v, "g0001")); diff != "" || g.DisabledCode != c.code || g.Closed() != (c.code != 0) {
			t.Errorf("after closing %s: code %d (-want +got):\n%s", c.close, g.DisabledCode, diff)
		}
	}
	must(v.EnableRoute("g0001", robotChat, "ban"))
	if g.DisabledCode != 0 || !cmp.Equal(g.Open(), []bot.Chat{robotChat}) {
		t.Errorf("after enabling the webhook: open %v, code %d", g.Open(), g.DisabledCode)
	}
	_, out := v.Hear(aibotChat, noon.Add(time.Minute))
	must(out, nil)
	if !cmp.Equal(g.Open(), []bot.Chat{aibotChat, robotChat}) {
		t.Errorf("after somebody spoke to the bot: open %v", g.Open())
	}
}

func TestRemovedDoors(t *testing.T) {
	v, must := routed(t)
	g := v.GroupByID("g0001")
	must(v.RemoveRoute("g0001", aibotChat, "ban"))
	if g.Chat != robotChat || v.Group(aibotChat, "") != nil {
		t.Errorf("the first door is gone: chat %v, and the old one still finds %v", g.Chat, v.Group(aibotChat, ""))
	}
	must(v.RemoveRoute("g0001", robotChat, "ban"))
	must(v.RemoveRoute("g0001", forwardChat, "ban"))
	if !g.Closed() || g.Chat != (bot.Chat{}) {
		t.Errorf("a group without doors: %+v", g)
	}
	id, out, err := v.AddRoute("nonghang", "", robotChat, "ban")
	must(out, err)
	if id != "g0002" || v.Group(robotChat, "").Unit != "nonghang" {
		t.Errorf("the webhook in a group of another unit: %s %+v", id, v.Group(robotChat, ""))
	}
}

func TestRebindingToAnotherUnitDropsTheOtherDoors(t *testing.T) {
	v, _ := routed(t)
	v.Apply(noon, &bot.GroupBound{Group: "g0001", Chat: aibotChat, Unit: "nonghang"})
	if diff := cmp.Diff([]string{"aibot"}, doorsOf(v, "g0001")); diff != "" {
		t.Errorf("doors (-want +got):\n%s", diff)
	}
}

func TestRoutesRefused(t *testing.T) {
	v, _ := routed(t)
	add := func(u bot.UnitID, g bot.GroupID, c bot.Chat) error {
		_, out, err := v.AddRoute(u, g, c, "ban")
		if out != nil {
			t.Errorf("a refusal came with %v", out)
		}
		return err
	}
	other := bot.Chat{Channel: bot.ViaRobot, Kind: bot.GroupChat, ID: "另一个"}
	for rule, c := range map[string]struct {
		err   error
		words string
	}{
		"a door of another group":    {add("nonghang", "", robotChat), "已经是教科局的群 g0001"},
		"two of a kind":              {add("jiaoke", "g0001", other), "同类"},
		"a group of another unit":    {add("nonghang", "g0001", other), "没有编号"},
		"no such group":              {add("jiaoke", "g0009", other), "没有编号"},
		"removing what is not there": {second(v.RemoveRoute("g0001", other, "ban")), "没有这个渠道"},
		"enabling what is not there": {second(v.EnableRoute("g0001", other, "ban")), "没有这个渠道"},
		"enabling what is open":      {second(v.EnableRoute("g0001", robotChat, "ban")), "没有停用"},
	} {
		if text, ok := bot.RefusalText(c.err); !ok || !strings.Contains(text, c.words) {
			t.Errorf("%s: %v, want a refusal with %s", rule, c.err, c.words)
		}
	}
}

func second[A any](_ A, err error) error { return err }

// Package demo plays the program in front of a visitor: the county of the notice
// with its groups and people, on the simulated platform, in one process and with
// nothing else installed. [Live] is the page to try things on; [Month] plays a
// whole month in seconds. Tests of the whole program use its [World].
//
// Nothing here is real: the people are invented, and the platform is
// bot/wechat/wechattest.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/wechattest"
	"fanzha/cmd/internal/app"
	"fanzha/config"
	"fanzha/handlers"
)

// The office's people in every [World]: one writes, one verifies, one approves,
// asks and manages.
const (
	Writer   bot.OperatorID = "lin"
	Verifier bot.OperatorID = "shi"
	Approver bot.OperatorID = "ban"
)

func operators() []bot.Operator {
	return []bot.Operator{
		{ID: Writer, Name: "林晓（宣传部）", Person: "op-lin", Roles: []bot.Role{bot.RoleDraft, bot.RoleQuery}},
		{ID: Verifier, Name: "石磊（公安局）", Person: "op-shi", Roles: []bot.Role{bot.RoleVerify, bot.RoleQuery}},
		{ID: Approver, Name: "班明（办公室）", Person: "op-ban", Roles: []bot.Role{bot.RoleApprove, bot.RoleQuery, bot.RoleManage}},
	}
}

// A World is the simulated platform with the county's people and groups.
type World struct {
	Platform *wechattest.Platform
	Units    []bot.Unit
	Groups   map[bot.UnitID]string   // chat ids
	People   map[bot.UnitID][]Person // the first one is the liaison
}

// A Person is an invented member of a unit.
type Person struct{ UserID, Name string }

// NewWorld fills platform with the county of the embedded units: one group for
// each, and about members people in all.
func NewWorld(platform *wechattest.Platform, members int, seed uint64) (*World, error) {
	units, err := config.Units()
	if err != nil {
		return nil, err
	}
	w := &World{Platform: platform, Units: units, Groups: make(map[bot.UnitID]string), People: make(map[bot.UnitID][]Person)}
	dice := rand.New(rand.NewPCG(seed, 7))
	names := newNames(dice)
	for i, u := range units {
		n := members / len(units)
		if i < members%len(units) {
			n++
		}
		var ids []string
		for j := range n {
			p := Person{UserID: fmt.Sprintf("%s-%03d", u.ID, j+1), Name: names.next()}
			platform.AddMember(wechattest.Member{UserID: p.UserID, Name: p.Name})
			w.People[u.ID] = append(w.People[u.ID], p)
			ids = append(ids, p.UserID)
		}
		w.Groups[u.ID] = platform.AddGroup(u.Short+"反诈群", ids...)
	}
	for _, o := range operators() {
		platform.AddMember(wechattest.Member{UserID: string(o.Person), Name: o.Name})
	}
	return w, nil
}

// Config returns the configuration of the office in this world. The bot's
// connection goes to url.
func (w *World) Config(url, dataDir string) config.File {
	b := w.Platform.Bots()[0]
	cfg := config.Default()
	cfg.County.Name = "乡宁县"
	cfg.WeCom = config.WeCom{BotID: b.ID, Secret: config.NewSecret(b.Secret), BotName: b.Name, URL: url}
	cfg.Data.Dir = dataDir
	cfg.Operators = operators()
	return cfg
}

var codePattern = regexp.MustCompile(`绑定码：([0-9A-Z]+)`)

// Bind has every liaison bind his group with a code of the office.
func (w *World) Bind(ctx context.Context, a *app.App) error {
	for _, u := range w.Units {
		text, err := a.Bot.Tell(ctx, Approver, "绑定码 "+u.Short)
		if err != nil {
			return fmt.Errorf("asking for a code for %s: %w", u.Short, err)
		}
		code := codePattern.FindStringSubmatch(text)
		if code == nil {
			return fmt.Errorf("no code for %s in %q", u.Short, text)
		}
		if _, err := w.Say(u.ID, w.People[u.ID][0], "绑定 "+code[1]); err != nil {
			return err
		}
	}
	return nil
}

// Say has a person write to the bot in his unit's group.
func (w *World) Say(u bot.UnitID, p Person, text string) (msgID string, err error) {
	return w.Platform.Say(w.Groups[u], p.UserID, w.Platform.Mention(w.Platform.Bots()[0].ID)+text)
}

// Rosters imports a roster for every unit: most people with their account, some
// by name only, as real lists are.
func (w *World) Rosters(ctx context.Context, a *app.App) error {
	for _, u := range w.Units {
		var b strings.Builder
		b.WriteString("姓名,账号,联络员\n")
		for i, p := range w.People[u.ID] {
			account, liaison := p.UserID, ""
			if nameOnly(i) {
				account = ""
			}
			if i == 0 {
				liaison = "是"
			}
			fmt.Fprintf(&b, "%s,%s,%s\n", p.Name, account, liaison)
		}
		if _, err := a.ImportRoster(ctx, Approver, handlers.RosterFile{Unit: u.Short, Name: u.Short + "名册.csv", Data: []byte(b.String())}); err != nil {
			return fmt.Errorf("importing the roster of %s: %w", u.Short, err)
		}
	}
	return nil
}

// nameOnly reports whether a roster has the i-th person by name only.
func nameOnly(i int) bool { return i%5 == 4 }

// Publish writes, verifies and approves an alert, each by the right person.
func (w *World) Publish(ctx context.Context, a *app.App, draft string) (bot.AlertID, error) {
	text, err := a.Bot.Tell(ctx, Writer, "起草\n"+draft)
	if err != nil {
		return "", fmt.Errorf("drafting: %w", err)
	}
	found := alertPattern.FindStringSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("no alert in %q", text)
	}
	id, version := found[1], found[2]
	if _, err := a.Bot.Tell(ctx, Verifier, "核实 "+id+" "+version); err != nil {
		return "", fmt.Errorf("verifying %s: %w", id, err)
	}
	if _, err := a.Bot.Tell(ctx, Approver, "审批 "+id+" "+version); err != nil {
		return "", fmt.Errorf("approving %s: %w", id, err)
	}
	return bot.AlertID(id), nil
}

var alertPattern = regexp.MustCompile(`(?s)\*\*(A\d+)《.*版本号：([0-9a-f]{8})`)

// Card returns the id of the newest card in a unit's group, "" if there is none.
func (w *World) Card(u bot.UnitID) string {
	var id string
	for _, m := range w.Platform.Sent(w.Groups[u]) {
		if m.Card != nil {
			id = m.Card.TaskID
		}
	}
	return id
}

// at is a civil time of the day that t falls on.
func at(t time.Time, hour, minute int) time.Time {
	y, m, d := t.In(bot.Zone).Date()
	return time.Date(y, m, d, hour, minute, 0, 0, bot.Zone)
}

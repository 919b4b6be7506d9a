package corp

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/token"
)

// A Group is a group that the app has made. Its Members are a true roster, which
// no other channel has.
type Group struct {
	// ID is chosen by whoever makes the group: 1 to 32 letters and digits.
	ID    string
	Name  string
	Owner bot.PersonID
	// Members are 2 to 2000, the owner among them.
	Members []bot.PersonID
}

// chatID is what a group's id looks like.
var chatID = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)

// CreateGroup makes an internal group. It shows in people's lists only when the
// first message comes. Only an app whose visible range is the whole corporation
// may (48002).
func (c *Corp) CreateGroup(ctx context.Context, g Group) error {
	switch n := len(g.Members); {
	case !chatID.MatchString(g.ID):
		return bot.Refuse("群编号只能用 1 至 32 个字母和数字", "")
	case utf8.RuneCountInString(g.Name) > 50:
		return bot.Refuse("群名最多 50 字", "")
	case n < 2 || n > 2000:
		return bot.Refuse(fmt.Sprintf("群成员应有 2 至 2000 人，现有 %d 人", n), "")
	}
	body := struct {
		ID      string         `json:"chatid"`
		Name    string         `json:"name,omitempty"`
		Owner   bot.PersonID   `json:"owner,omitempty"`
		Members []bot.PersonID `json:"userlist"`
	}{g.ID, g.Name, g.Owner, g.Members}
	err := token.Do(ctx, c.cfg.Token, func(tok string) error {
		return c.cfg.Client.PostJSON(ctx, address("appchat/create", tok), body, nil)
	})
	if err != nil {
		return fmt.Errorf("creating a group: %w", wechat.Hide(err, c.cfg.Secret))
	}
	return nil
}

// Group returns a group that the app has made.
func (c *Corp) Group(ctx context.Context, id string) (Group, error) {
	var got struct {
		Chat struct {
			ID      string         `json:"chatid"`
			Name    string         `json:"name"`
			Owner   bot.PersonID   `json:"owner"`
			Members []bot.PersonID `json:"userlist"`
		} `json:"chat_info"`
	}
	if err := c.ask(ctx, "appchat/get", url.Values{"chatid": {id}}, &got); err != nil {
		return Group{}, fmt.Errorf("asking for a group: %w", err)
	}
	return Group{ID: got.Chat.ID, Name: got.Chat.Name, Owner: got.Chat.Owner, Members: got.Chat.Members}, nil
}

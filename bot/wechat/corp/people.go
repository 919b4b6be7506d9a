// Package corp asks a WeCom corporation what it knows of people: their names and
// departments, whom an encrypted id means, and who is in the groups that an app
// has made, which are the only ones whose members anybody is told.
//
// It is deliberately no channel and sends nothing. It keeps nothing across a
// restart; what it was told it remembers for a while. It sees what the app may
// whose access token it uses (可见范围).
//
// How it works. Names and departments come through the WeChat library's
// addresslist, whose ids have to be escaped by its caller and which takes no
// context; the rest are plain calls. The facts are those of
// developer.work.weixin.qq.com/document/path/90196, 90200, 90208 and 101521.
package corp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/work/addresslist"
	library "github.com/silenceper/wechat/v2/work/context"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/internal/recent"
	"fanzha/bot/wechat/token"
)

// ErrHidden: the person is unknown, or outside what the app may see (60011,
// 60021, 60111).
var ErrHidden = errors.New("the person is not in the app's visible range")

// A Person is one line of the corporation's address list.
type Person struct {
	ID          bot.PersonID
	Name        string
	Departments []int
}

// A Department (部门) of the corporation; Parent of the root is 0.
type Department struct {
	ID, Parent int
	Name       string
}

// Config is what it takes to ask. All of it is required but Clock.
type Config struct {
	// Client must be the one that the library uses everywhere.
	Client *wechat.Client
	// Token is the app's, Secret its secret, to be struck out of errors.
	Token  *token.Handle
	Secret wechat.Secret
	// Clock tells for how long an answer is good; nil means [bot.SystemClock].
	Clock bot.Clock
}

// A Corp is one corporation. It is safe for concurrent use.
type Corp struct {
	cfg   Config
	known *recent.Map[bot.PersonID, Person]
	plain *recent.Map[bot.PersonID, bot.PersonID]
}

// New returns a Corp that has asked nothing yet.
func New(cfg Config) *Corp {
	if cfg.Clock == nil {
		cfg.Clock = bot.SystemClock{}
	}
	return &Corp{cfg: cfg, known: recent.New[bot.PersonID, Person](cfg.Clock, most), plain: recent.New[bot.PersonID, bot.PersonID](cfg.Clock, most)}
}

// String implements fmt.Stringer. It keeps what Config holds from being printed.
func (*Corp) String() string { return "corp" }

const (
	// nameLife is how long a name is believed, and openLife which plain id
	// belongs to an encrypted one, which never changes.
	nameLife = 12 * time.Hour
	openLife = 30 * 24 * time.Hour
	// refusedLife is how long we do not ask again about somebody whom the app
	// may not see: that changes when an administrator widens the range.
	refusedLife = 10 * time.Minute
	// most is how many people are remembered.
	most = 1 << 16
)

// Person returns what the address list says of a plain userid, or [ErrHidden].
// A name is remembered for twelve hours.
func (c *Corp) Person(ctx context.Context, id bot.PersonID) (Person, error) {
	if who, ok := c.known.Get(id); ok {
		return who, nil
	}
	var got *addresslist.UserGetResponse
	err := c.ask(ctx, func(l *addresslist.Client) (err error) {
		// The library puts it into the address as it is.
		got, err = l.UserGet(url.QueryEscape(string(id)))
		return err
	})
	switch wechat.CodeOf(err) {
	case 60011, 60021, 60111, 40003:
		return Person{}, fmt.Errorf("%w (code %d)", ErrHidden, wechat.CodeOf(err))
	}
	if err != nil {
		return Person{}, fmt.Errorf("asking for a person's name: %w", err)
	}
	who := Person{ID: id, Name: got.Name, Departments: got.Department}
	c.known.Put(id, who, nameLife)
	return who, nil
}

// Departments returns all departments that the app may see.
func (c *Corp) Departments(ctx context.Context) ([]Department, error) {
	var got []*addresslist.Department
	if err := c.ask(ctx, func(l *addresslist.Client) (err error) { got, err = l.DepartmentList(); return err }); err != nil {
		return nil, fmt.Errorf("listing departments: %w", err)
	}
	out := make([]Department, 0, len(got))
	for _, d := range got {
		out = append(out, Department{ID: d.ID, Parent: d.ParentID, Name: d.Name})
	}
	return out, nil
}

// Members returns who is in one department, not in those below it.
func (c *Corp) Members(ctx context.Context, department int) ([]Person, error) {
	var got []*addresslist.UserList
	if err := c.ask(ctx, func(l *addresslist.Client) (err error) { got, err = l.UserSimpleList(department); return err }); err != nil {
		return nil, fmt.Errorf("listing the members of a department: %w", err)
	}
	out := make([]Person, 0, len(got))
	for _, u := range got {
		out = append(out, Person{ID: bot.PersonID(u.UserID), Name: u.Name, Departments: u.Department})
	}
	return out, nil
}

// Plain returns the plain userid of a person whom a smart bot may have named by
// an encrypted one (open_userid, wo…). An id that is plain already comes back as
// it is. So does one that the platform will not tell us, because the person is
// outside the app's visible range; it is asked about again after a while. With
// an error nothing is known.
func (c *Corp) Plain(ctx context.Context, id bot.PersonID) (bot.PersonID, error) {
	if !strings.HasPrefix(string(id), "wo") {
		return id, nil
	}
	if plain, ok := c.plain.Get(id); ok {
		return plain, nil
	}
	var got struct {
		Users []struct {
			Open  string       `json:"open_userid"`
			Plain bot.PersonID `json:"userid"`
		} `json:"userid_list"`
		Invalid []string `json:"invalid_open_userid_list"`
	}
	body := map[string][]string{"open_userid_list": {string(id)}}
	err := token.Do(ctx, c.cfg.Token, func(tok string) error {
		return c.cfg.Client.PostJSON(ctx, address("batch/openuserid_to_userid", tok), body, &got)
	})
	if code := wechat.CodeOf(err); code != 0 && wechat.Explain(wechat.WeCom, code).Action == wechat.Reject {
		c.plain.Put(id, id, refusedLife)
		return id, nil
	}
	if err != nil {
		return "", fmt.Errorf("asking for a plain userid: %w", wechat.Hide(err, c.cfg.Secret))
	}
	// Whom the answer calls invalid is plain already, or out of sight.
	plain, life := id, refusedLife
	for _, u := range got.Users {
		if u.Open == string(id) && u.Plain != "" {
			plain, life = u.Plain, openLife
		}
	}
	c.plain.Put(id, plain, life)
	return plain, nil
}

// ask calls the library, which takes no context: the client's timeout bounds it.
func (c *Corp) ask(ctx context.Context, call func(*addresslist.Client) error) error {
	err := token.Do(ctx, c.cfg.Token, func(tok string) error {
		l := addresslist.NewClient(&library.Context{AccessTokenHandle: bearer(tok)})
		return wechat.Refused(call(l), wechat.Secret(tok), c.cfg.Secret)
	})
	return wechat.Hide(err, c.cfg.Secret)
}

// bearer is a token as the library wants to be given it.
type bearer string

// GetAccessToken implements credential.AccessTokenHandle.
func (b bearer) GetAccessToken() (string, error) { return string(b), nil }

func address(api, tok string) string {
	return "https://" + wechat.HostWeCom + "/cgi-bin/" + api + "?access_token=" + url.QueryEscape(tok)
}

// Package corp asks a WeCom corporation what it knows of people: their names and
// departments, whom an encrypted id means, and who is in the groups that an app
// has made, which are the only ones whose members anybody is told.
//
// It is deliberately no channel and sends nothing. It keeps nothing across a
// restart; what it was told it remembers for a while. It sees what the app may
// whose access token it uses (可见范围).
//
// How it works. What comes is read into the structures of the WeChat library's
// addresslist; what goes out goes by our own client. The library's calls take no
// context and no client: all of them share one in a global variable, so that several
// counties in a process could not each have their own, and its ids go into addresses
// unescaped. The facts are those of
// developer.work.weixin.qq.com/document/path/90196, 90200, 90208 and 101521.
package corp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/work/addresslist"

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
	var got addresslist.UserGetResponse
	err := c.ask(ctx, "user/get", url.Values{"userid": {string(id)}}, &got)
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
	var got addresslist.DepartmentListResponse
	if err := c.ask(ctx, "department/list", nil, &got); err != nil {
		return nil, fmt.Errorf("listing departments: %w", err)
	}
	out := make([]Department, 0, len(got.Department))
	for _, d := range got.Department {
		out = append(out, Department{ID: d.ID, Parent: d.ParentID, Name: d.Name})
	}
	return out, nil
}

// Members returns who is in one department, not in those below it.
func (c *Corp) Members(ctx context.Context, department int) ([]Person, error) {
	var got addresslist.UserSimpleListResponse
	if err := c.ask(ctx, "user/simplelist", url.Values{"department_id": {strconv.Itoa(department)}}, &got); err != nil {
		return nil, fmt.Errorf("listing the members of a department: %w", err)
	}
	out := make([]Person, 0, len(got.UserList))
	for _, u := range got.UserList {
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

// ask reads the answer of one interface into got.
func (c *Corp) ask(ctx context.Context, api string, query url.Values, got any) error {
	err := token.Do(ctx, c.cfg.Token, func(tok string) error {
		to := address(api, tok)
		if len(query) > 0 {
			to += "&" + query.Encode()
		}
		return c.cfg.Client.Get(ctx, to, got)
	})
	return wechat.Hide(err, c.cfg.Secret)
}

func address(api, tok string) string {
	return "https://" + wechat.HostWeCom + "/cgi-bin/" + api + "?access_token=" + url.QueryEscape(tok)
}

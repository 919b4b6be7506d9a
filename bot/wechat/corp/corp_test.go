package corp_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/corp"
	"fanzha/bot/wechat/token"
	"fanzha/bot/wechat/wechattest"
)

// A rig is a corporation of three, and an app that may see it.
type rig struct {
	testing.TB
	p *wechattest.Platform
	a *wechattest.WorkAppAccount
	c *corp.Corp
}

func play(t *testing.T, w wechattest.WorkApp, story func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{TB: t, p: wechattest.New(wechattest.Options{Seed: 1})}
		defer r.p.Close()
		for _, m := range []wechattest.Member{{UserID: "zhangsan", Name: "张三"}, {UserID: "wolin", Name: "卧林"}, {UserID: "jiaoke.lisi", Name: "李四"}} {
			r.p.AddMember(m)
		}
		r.a = r.p.AddApp(w)
		client, err := wechat.NewClient(wechat.ClientConfig{Transport: r.p.HTTPClient().Transport})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		h := token.New(token.Config{Name: "app", On: wechat.WeCom, Source: token.WeCom(client, r.a.Corp, wechat.Secret(r.a.Secret)),
			Clock: bot.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
		defer h.Close()
		r.c = corp.New(corp.Config{Client: client, Token: h, Secret: wechat.Secret(r.a.Secret)})
		story(r)
	})
}

func TestNames(t *testing.T) {
	play(t, wechattest.WorkApp{Visible: []string{"zhangsan"}}, func(r *rig) {
		for range 3 {
			who, err := r.c.Person(r.Context(), "zhangsan")
			if diff := cmp.Diff(corp.Person{ID: "zhangsan", Name: "张三", Departments: []int{1}}, who); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
			r.a.ExpireToken()
		}
		if n := r.a.Requests("user/get"); n != 1 {
			t.Errorf("the platform was asked %d times", n)
		}
		for _, id := range []bot.PersonID{"jiaoke.lisi", "nobody"} {
			if _, err := r.c.Person(r.Context(), id); !errors.Is(err, corp.ErrHidden) {
				t.Errorf("%s: %v", id, err)
			}
		}
		time.Sleep(12 * time.Hour)
		if _, err := r.c.Person(r.Context(), "zhangsan"); err != nil {
			t.Errorf("with an expired token: %v", err)
		}
	})
}

func TestIdsInjectNothing(t *testing.T) {
	play(t, wechattest.WorkApp{}, func(r *rig) {
		for _, id := range []bot.PersonID{"a b&userid=zhangsan", "zhangsan&access_token=x", "zhangsan#", "../gettoken", "%7Ahangsan"} {
			if who, err := r.c.Person(r.Context(), id); !errors.Is(err, corp.ErrHidden) {
				t.Errorf("%q is %+v, %v", id, who, err)
			}
		}
		if _, err := r.c.Group(r.Context(), "x&chatid=Unit1"); err == nil {
			t.Error("a group was found")
		}
	})
}

func TestDepartments(t *testing.T) {
	play(t, wechattest.WorkApp{}, func(r *rig) {
		departments, err := r.c.Departments(r.Context())
		if diff := cmp.Diff([]corp.Department{{ID: 1, Name: "乡宁县"}, {ID: 2, Parent: 1, Name: "jiaoke"}}, departments); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		members, err := r.c.Members(r.Context(), 2)
		if diff := cmp.Diff([]corp.Person{{ID: "jiaoke.lisi", Name: "李四", Departments: []int{2}}}, members); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}

func TestPlainIds(t *testing.T) {
	play(t, wechattest.WorkApp{Visible: []string{"zhangsan"}}, func(r *rig) {
		open := func(id string) bot.PersonID { return bot.PersonID(r.p.OpenID(id)) }
		tests := []struct {
			name     string
			id, want bot.PersonID
			asked    int // how often the platform is asked for three questions
		}{
			{"an encrypted id has a plain one", open("zhangsan"), "zhangsan", 1},
			{"a plain id is plain", "zhangsan", "zhangsan", 0},
			{"a plain id that looks encrypted is plain", "wolin", "wolin", 1},
			{"somebody out of sight keeps his encrypted id", open("jiaoke.lisi"), open("jiaoke.lisi"), 1},
		}
		for _, tt := range tests {
			before := r.a.Requests("batch/openuserid_to_userid")
			for range 3 {
				if got, err := r.c.Plain(r.Context(), tt.id); err != nil || got != tt.want {
					t.Errorf("%s: %v, %v", tt.name, got, err)
				}
			}
			if got := r.a.Requests("batch/openuserid_to_userid") - before; got != tt.asked {
				t.Errorf("%s: the platform was asked %d times, want %d", tt.name, got, tt.asked)
			}
		}
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Code: 40125, Times: 1})
		if got, err := r.c.Plain(r.Context(), "wofoo"); err != nil || got != "wofoo" {
			t.Errorf("40125: %v, %v", got, err)
		}
		r.p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Times: 1})
		if got, err := r.c.Plain(r.Context(), "wobar"); err == nil {
			t.Errorf("without an answer it is %v", got)
		}
	})
}

func TestGroups(t *testing.T) {
	play(t, wechattest.WorkApp{}, func(r *rig) {
		g := corp.Group{ID: "Unit17", Name: "教科局反诈群", Owner: "zhangsan", Members: []bot.PersonID{"zhangsan", "wolin"}}
		if err := r.c.CreateGroup(r.Context(), g); err != nil {
			t.Fatal(err)
		}
		got, err := r.c.Group(r.Context(), "Unit17")
		if diff := cmp.Diff(g, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		for name, bad := range map[string]corp.Group{
			"an id that is none": {ID: "单位17", Members: g.Members}, "one member": {ID: "a", Members: g.Members[:1]},
			"a long name": {ID: "a", Members: g.Members, Name: strings.Repeat("群", 51)},
		} {
			if _, refused := bot.RefusalText(r.c.CreateGroup(r.Context(), bad)); !refused {
				t.Errorf("%s is not refused", name)
			}
		}
	})
}

func TestErrorsHoldNoSecret(t *testing.T) {
	play(t, wechattest.WorkApp{}, func(r *rig) {
		secret := r.a.Secret
		for _, kind := range []wechattest.FaultKind{wechattest.LoseAnswer, wechattest.FailAnswer, wechattest.GarbleAnswer, wechattest.RefuseCommand, wechattest.Unreachable} {
			calm := r.p.Faults().Inject(wechattest.Fault{Kind: kind, Code: 502, Msg: "bad " + secret})
			var errs []error
			_, err := r.c.Person(r.Context(), "zhangsan")
			errs = append(errs, err)
			_, err = r.c.Departments(r.Context())
			errs = append(errs, err)
			_, err = r.c.Plain(r.Context(), "wo1")
			errs = append(errs, err)
			_, err = r.c.Group(r.Context(), "a")
			errs = append(errs, err)
			for i, err := range errs {
				text := fmt.Sprintf("%v %+v %#v", err, err, err)
				if err == nil || strings.Contains(text, secret[:20]) || slices.Contains(strings.Split(text, "?"), "access_token=") {
					t.Errorf("%s, call %d: %s", kind, i, text)
				}
			}
			calm()
			time.Sleep(10 * time.Minute)
		}
	})
}

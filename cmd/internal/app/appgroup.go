package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat"
	"fanzha/bot/wechat/corp"
	"fanzha/handlers"
)

// This file makes groups of the app's own (应用群), whose members are a true list.

// groupWithin is how long the making of a group may take: an operator waits.
const groupWithin = 15 * time.Second

// mostInGroup is how many people a group holds.
const mostInGroup = 2000

// makeGroup makes a group of those in the unit's department; without such a
// department, of those of the unit who are known. A group that is there already, be it
// that an answer was lost, is as good as made.
func (a *App) makeGroup(ctx context.Context, g handlers.NewGroup) (members int, err error) {
	ctx, cancel := context.WithTimeout(ctx, groupWithin)
	defer cancel()
	if made, err := a.corp.Group(ctx, g.ID); err == nil {
		return len(made.Members), nil
	}
	people, err := a.department(ctx, g.Unit)
	if err != nil {
		return 0, unmade(err)
	}
	if len(people) < 2 {
		people = g.Known
	}
	if len(people) < 2 {
		return 0, bot.Refuse(fmt.Sprintf("%s不足 2 人，建不了群", g.Unit.Short), "通讯录里没有叫这个名字的部门，请先导入带账号的名册")
	}
	made := corp.Group{ID: g.ID, Name: handlers.GroupName(g.Unit), Members: people[:min(len(people), mostInGroup)]}
	if slices.Contains(made.Members, g.Owner) {
		made.Owner = g.Owner
	}
	if err := a.corp.CreateGroup(ctx, made); err != nil {
		return 0, unmade(err)
	}
	return len(made.Members), nil
}

// unmade tells the operator why there is no group. What the platform may have made in
// spite of a lost answer is found when he asks again.
func unmade(err error) error {
	if _, refused := bot.RefusalText(err); refused {
		return err
	}
	why := "平台没有答复"
	if code := wechat.CodeOf(err); code != 0 {
		why = fmt.Sprintf("平台错误码 %d：%s", code, wechat.Explain(wechat.WeCom, code).Meaning)
	}
	return bot.Refuse("应用群没有建成（"+why+"）", "应用的可见范围要是整个企业；可以再发一次，不会重复建群")
}

// department returns the people of the department that has the unit's name, and of
// those below it; nil if there is none.
func (a *App) department(ctx context.Context, u bot.Unit) (people []bot.PersonID, err error) {
	all, err := a.corp.Departments(ctx)
	if err != nil {
		return nil, err
	}
	within := make(map[int]bool)
	for _, d := range all {
		if d.Name == u.Name || d.Name == u.Short || slices.Contains(u.Aliases, d.Name) {
			within[d.ID] = true
		}
	}
	for more := len(within) > 0; more; { // a department may be listed before the one above it
		more = false
		for _, d := range all {
			if within[d.Parent] && !within[d.ID] {
				within[d.ID], more = true, true
			}
		}
	}
	for _, d := range all {
		if !within[d.ID] {
			continue
		}
		found, err := a.corp.Members(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if !slices.Contains(people, p.ID) {
				people = append(people, p.ID)
			}
		}
	}
	return people, nil
}

package config

import (
	"fmt"
	"slices"
	"strings"

	"fanzha/bot"
)

// roleWord names r for people.
func roleWord(r bot.Role) string {
	switch r {
	case bot.RoleDraft:
		return "起草"
	case bot.RoleVerify:
		return "核实"
	case bot.RoleApprove:
		return "审批"
	case bot.RoleQuery:
		return "查询"
	case bot.RoleManage:
		return "管理"
	}
	return string(r)
}

func (f File) validateOperators(fs *faults) {
	ids, persons := map[bot.OperatorID]int{}, map[bot.PersonID]int{}
	for i, o := range f.Operators {
		key := fmt.Sprintf("operators[%d]", i)
		if !identifier.MatchString(string(o.ID)) {
			fs.add(key+".id", "应以小写字母开头，只含小写字母、数字、- 和 _，如 li")
		} else if first, twice := ids[o.ID]; twice {
			fs.add(key+".id", "“%s”与 operators[%d] 重复，每人一个", o.ID, first)
		} else {
			ids[o.ID] = i
		}
		if strings.TrimSpace(o.Name) == "" {
			fs.add(key+".name", "未填写，请写姓名")
		}
		// The account is personal data and so is not repeated in the fault.
		if strings.TrimSpace(string(o.Person)) == "" {
			fs.add(key+".person", "未填写，请写此人的企业微信账号（userid）")
		} else if first, twice := persons[o.Person]; twice {
			fs.add(key+".person", "账号与 operators[%d] 相同，一个人只能列一次，多个角色写在 roles 里", first)
		} else {
			persons[o.Person] = i
		}
		validateRoles(key+".roles", o.Roles, fs)
	}
	f.validateHands(fs)
}

func validateRoles(key string, roles []bot.Role, fs *faults) {
	if len(roles) == 0 {
		fs.add(key, "未填写，请从 draft（起草）、verify（核实）、approve（审批）、query（查询）、manage（管理）中选")
	}
	for i, r := range roles {
		if !slices.Contains(bot.Roles(), r) {
			fs.add(key, "没有“%s”这个角色，只能写 draft、verify、approve、query、manage", r)
		} else if slices.Contains(roles[:i], r) {
			fs.add(key, "“%s”写了两遍，请只留一个", r)
		}
	}
}

// validateHands checks that the roles, taken together, let work be done.
func (f File) validateHands(fs *faults) {
	if len(f.Operators) == 0 {
		fs.add("operators", "没有操作员，请至少列出一人，写明 id、name、person、roles")
		return
	}
	holders := map[bot.Role]int{}
	for _, o := range f.Operators {
		for _, r := range bot.Roles() {
			if o.Has(r) {
				holders[r]++
			}
		}
	}
	complete := true
	for _, r := range bot.Roles() {
		if holders[r] == 0 {
			fs.add("operators", "没有人有“%s”角色，请给至少一人的 roles 加上 %s", roleWord(r), r)
			complete = false
		}
	}
	checked := slices.ContainsFunc(f.Operators, f.canBeChecked)
	switch {
	case !f.FourEyes && checked:
		fs.add("fourEyes", "只有一名操作员的单位才可写 false，现有人员可以分开起草与审核，请改为 true")
	case f.FourEyes && complete && !checked:
		fs.add("operators", "核实、审批须由起草人以外的人做，现在谁起草都没有旁人可核实并审批，"+
			"请再列一名操作员；确实只有一人的，把 fourEyes 改为 false")
	}
}

// canBeChecked reports whether somebody else can verify, and somebody else
// approve, what o drafts.
func (f File) canBeChecked(o bot.Operator) bool {
	other := func(r bot.Role) bool {
		return slices.ContainsFunc(f.Operators, func(p bot.Operator) bool { return p.Person != o.Person && p.Has(r) })
	}
	return o.Has(bot.RoleDraft) && other(bot.RoleVerify) && other(bot.RoleApprove)
}

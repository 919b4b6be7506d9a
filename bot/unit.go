package bot

import "slices"

// A Unit (单位) is an organisation that answers for its people. Units come
// from config and are registered in the ledger at start.
type Unit struct {
	ID    UnitID `json:"id" yaml:"id"`
	Name  string `json:"name" yaml:"name"`   // full name
	Short string `json:"short" yaml:"short"` // customary name, shown in tables and receipts
	// Aliases are other names that people write: old names, clippings,
	// initials, frequent typos. They are unique over all units.
	Aliases []string `json:"aliases,omitempty" yaml:"aliases"`
	Tags    []string `json:"tags,omitempty" yaml:"tags"`
	Parent  UnitID   `json:"parent,omitempty" yaml:"parent"`
	// Unscored units are listed and shown but have no monthly duty of their
	// own until the office decides otherwise (townships, 数字政务中心).
	Unscored bool `json:"unscored,omitempty" yaml:"unscored"`
}

// Equal reports whether u and v are the same in every field.
func (u Unit) Equal(v Unit) bool {
	return u.ID == v.ID && u.Name == v.Name && u.Short == v.Short && u.Parent == v.Parent &&
		u.Unscored == v.Unscored && slices.Equal(u.Aliases, v.Aliases) && slices.Equal(u.Tags, v.Tags)
}

// HasAnyTag reports whether u carries one of tags. No tags means everybody.
func (u Unit) HasAnyTag(tags []string) bool {
	return len(tags) == 0 || slices.ContainsFunc(tags, func(t string) bool { return slices.Contains(u.Tags, t) })
}

// An Operator (操作员) is a person of the office or the propaganda department
// who may do more than check in. Operators come from config.
type Operator struct {
	ID     OperatorID `yaml:"id"`
	Name   string     `yaml:"name"`
	Person PersonID   `yaml:"person"` // the platform id he writes from
	Roles  []Role     `yaml:"roles"`
}

// Has reports whether o holds role r.
func (o Operator) Has(r Role) bool { return slices.Contains(o.Roles, r) }

// A Role allows an Operator one kind of act.
type Role string

// Roles.
const (
	RoleDraft   Role = "draft"   // 起草: write alerts
	RoleVerify  Role = "verify"  // 核实: confirm the facts (公安)
	RoleApprove Role = "approve" // 审批: let them go out (宣传部), push at once, withdraw
	RoleQuery   Role = "query"   // 查询: ask and see tables
	RoleManage  Role = "manage"  // 管理: binding codes, rosters, unknown deliveries, exports
)

// Roles lists every Role.
func Roles() []Role { return []Role{RoleDraft, RoleVerify, RoleApprove, RoleQuery, RoleManage} }

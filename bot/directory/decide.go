package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
)

// Found returns the payloads that a county's first start writes, and nothing on
// later starts; an error if the ledger belongs to another county or key.
func (v *View) Found(county, key string) ([]bot.Payload, error) {
	switch {
	case v.Key == "":
		return []bot.Payload{&bot.CountyFounded{County: county, Key: key}}, nil
	case v.County != county || v.Key != key:
		return nil, bot.Refuse(fmt.Sprintf("台账属于“%s”，签名公钥 %s，与当前配置不符", v.County, v.Key), "请检查数据目录和密钥文件是否放错")
	}
	return nil, nil
}

// Register returns the payloads that bring the units up to date with config.
func (v *View) Register(units []bot.Unit) []bot.Payload {
	var out []bot.Payload
	for _, u := range units {
		if !v.Unit(u.ID).Equal(u) {
			out = append(out, &bot.UnitRegistered{Unit: u})
		}
	}
	return out
}

// codeAlphabet leaves out letters and digits that look alike.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// NewCode draws a one-time code of 8 characters (about 39 bits).
func NewCode(random io.Reader) (string, error) {
	b := make([]byte, 0, 8)
	var one [1]byte
	for len(b) < cap(b) {
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", fmt.Errorf("drawing a code: %w", err)
		}
		if n := int(one[0]); n < len(codeAlphabet)*8 { // reject the rest: no bias
			b = append(b, codeAlphabet[n%len(codeAlphabet)])
		}
	}
	return string(b), nil
}

// digest is how a code stands in the ledger.
func digest(code string) string {
	sum := sha256.Sum256([]byte("fanzha binding code\n" + strings.ToUpper(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// IssueCode decides that code binds one group to unit until expires.
func (v *View) IssueCode(unit bot.UnitID, code string, expires time.Time, by bot.OperatorID) ([]bot.Payload, error) {
	if v.Unit(unit).ID == "" {
		return nil, bot.Refuse("没有这个单位", "请写单位的全称、简称或别名")
	}
	return []bot.Payload{&bot.CodeIssued{Unit: unit, Digest: digest(code), Expires: expires, By: by}}, nil
}

// Bind decides on "绑定 CODE" in a group chat. Binding again with the code that
// bound this very group changes nothing and is not an error.
func (v *View) Bind(chat bot.Chat, code string, by bot.Actor, now time.Time) (bot.UnitID, []bot.Payload, error) {
	if chat.Kind != bot.GroupChat {
		return "", nil, bot.Refuse("绑定要在单位的反诈群里进行", "请在群里 @反诈助手 绑定 绑定码")
	}
	c := v.codes[digest(code)]
	g := v.groupOf[chat]
	switch {
	case c == nil:
		return "", nil, bot.Refuse("绑定码不对", "请核对后再发，或向反诈办公室要新的绑定码")
	case c.group != nil && c.group == g && g.Unit == c.unit:
		return c.unit, nil, nil
	case c.group != nil:
		return "", nil, bot.Refuse("这个绑定码已经用过", "请向反诈办公室要新的绑定码")
	case now.After(c.expires):
		return "", nil, bot.Refuse("这个绑定码已经过期", "请向反诈办公室要新的绑定码")
	}
	id := v.nextGroup()
	if g != nil {
		id = g.ID
	}
	return c.unit, []bot.Payload{&bot.GroupBound{Group: id, Chat: chat, Unit: c.unit, Digest: digest(code), By: by}}, nil
}

// Hear decides what to note when somebody spoke to the bot in a group chat: at
// most one entry a chat and day, and always one if the chat was disabled.
// First reports that an unbound chat spoke for the first time this day.
func (v *View) Hear(chat bot.Chat, now time.Time) (first bool, out []bot.Payload) {
	if chat.Kind != bot.GroupChat {
		return false, nil
	}
	g := v.groupOf[chat]
	if g == nil {
		if at, ok := v.seen[chat]; ok && sameDay(at, now) {
			return false, nil
		}
		return true, []bot.Payload{&bot.GroupSeen{Chat: chat}}
	}
	if sameDay(g.HeardAt, now) && g.codeOf(chat) == 0 {
		return false, nil
	}
	return false, []bot.Payload{&bot.GroupSeen{Chat: chat, Group: g.ID, Unit: g.Unit}}
}

func sameDay(a, b time.Time) bool {
	y1, m1, d1 := a.In(bot.Zone).Date()
	y2, m2, d2 := b.In(bot.Zone).Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// Meet returns the member that person is, and the payloads that make him known
// if he was met for the first time. A person on the roster of a unit belongs to
// that unit, wherever he is met first; anybody else, to the unit of the group.
func (v *View) Meet(person bot.PersonID, unit bot.UnitID) (Member, []bot.Payload) {
	if m := v.byPerson[person]; m != nil {
		return *m, nil
	}
	m := Member{ID: v.nextMember(0), Unit: unit, Person: person}
	if ref, ok := v.lines[person]; ok {
		line := v.people[ref.unit].roster[ref.line]
		m.Unit, m.Name, m.Sure, m.Liaison = ref.unit, line.Name, true, line.Liaison
	}
	return m, []bot.Payload{&bot.MemberMet{Member: m.ID, Unit: m.Unit, Private: bot.Actor{Person: person}}}
}

// Name decides on "我是 NAME". It refuses what cannot be a name, and to rename
// a member whose name is the roster's.
func (v *View) Name(person bot.PersonID, unit bot.UnitID, name string) ([]bot.Payload, error) {
	name, err := CleanName(name)
	if err != nil {
		return nil, err
	}
	m, out := v.Meet(person, unit)
	switch {
	case m.Name == name:
		return out, nil
	case m.Sure:
		return nil, bot.Refuse(fmt.Sprintf("名册里您是%s", m.Name), "如有不符，请联系本单位联络员更正名册")
	}
	return append(out, &bot.MemberNamed{Member: m.ID, Unit: m.Unit, Private: bot.Actor{Person: person, Name: name}}), nil
}

// CleanName returns name as it is kept, or a refusal if it cannot be one. It
// takes what a roster takes (package roster), so that the two can be compared:
// 2 to 20 letters, spaces left out, any of the dots in the names of minorities
// written as U+00B7.
func CleanName(name string) (string, error) {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return -1
		case strings.ContainsRune("•‧∙・･．", r):
			return '·'
		}
		return r
	}, strings.Trim(name, " 　，。,.!！：:"))
	n := utf8.RuneCountInString(name)
	if n < 2 || n > 20 || strings.Trim(name, "·") != name || strings.ContainsFunc(name, notInName) {
		return "", bot.Refuse("没有看懂姓名", "请写真实姓名，例如：我是 张三")
	}
	return name, nil
}

func notInName(r rune) bool {
	return r != '·' && !unicode.Is(unicode.Han, r) && !unicode.Is(unicode.Latin, r)
}

// Confirm decides that the liaison by (or the operator, if the office does it)
// vouches for every doubtful member of his unit with that name.
func (v *View) Confirm(unit bot.UnitID, name string, by *Member, operator bot.OperatorID) ([]bot.Payload, error) {
	if operator == "" && (by == nil || !by.Liaison || by.Unit != unit) {
		return nil, bot.Refuse("只有本单位联络员可以确认姓名", "联络员以名册为准")
	}
	var out []bot.Payload
	for _, m := range v.Doubtful(unit) {
		if m.Name == name {
			c := &bot.MemberConfirmed{Member: m.ID, Unit: unit, Operator: operator}
			if by != nil {
				c.By = by.ID
			}
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, bot.Refuse(fmt.Sprintf("没有待确认的“%s”", name), "发送“待确认”可以看名单")
	}
	return out, nil
}

// Import decides that lines are now the roster of unit.
func (v *View) Import(unit bot.UnitID, lines []bot.RosterLine, fileDigest string, by bot.OperatorID) ([]bot.Payload, error) {
	switch {
	case v.Unit(unit).ID == "":
		return nil, bot.Refuse("没有这个单位", "请写单位的全称、简称或别名")
	case len(lines) == 0:
		return nil, bot.Refuse("名册是空的", "至少要有一行姓名")
	}
	return []bot.Payload{&bot.RosterImported{Unit: unit, Count: len(lines), Digest: fileDigest, By: by, Private: bot.RosterLines{Lines: lines}}}, nil
}

package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Categories are the six kinds of content that the county notice names, item
// 二（十五）2.
var categories = []string{"现身说法", "典型案例", "诈骗预警", "反诈攻略", "反诈行动", "打击效果"}

// Categories (六类) returns the kinds of content an Alert may have.
func Categories() []string { return slices.Clone(categories) }

// Content is what an Alert (预警) says. Its [Content.Hash] is what is verified,
// approved and sent, so no field may change between approval and push.
type Content struct {
	Category        string   `json:"category"` // one of [Categories]
	Topic           string   `json:"topic"`
	Technique       string   `json:"technique"`       // 诈骗手法
	Countermeasures string   `json:"countermeasures"` // 防范措施
	Audience        []string `json:"audience,omitempty"`
	Source          string   `json:"source"`   // who published the facts
	SourceOn        string   `json:"sourceOn"` // civil date, 2006-01-02
	// Urgent content may go out in quiet hours, if approved as urgent.
	Urgent bool `json:"urgent,omitempty"`
}

// Hash identifies c: the SHA-256 of its canonical JSON, in lower-case hex.
func (c Content) Hash() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic("unreachable: content of strings always encodes: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// AlertState is how far an Alert has come.
type AlertState string

// States of an Alert, in their order.
const (
	Drafted   AlertState = "drafted"
	Verified  AlertState = "verified"
	Approved  AlertState = "approved"
	Pushed    AlertState = "pushed"
	Withdrawn AlertState = "withdrawn"
)

// Chinese returns the word that people read.
func (s AlertState) Chinese() string {
	switch s {
	case Drafted:
		return "待核实"
	case Verified:
		return "待审批"
	case Approved:
		return "待推送"
	case Pushed:
		return "已安排推送"
	case Withdrawn:
		return "已撤回"
	}
	return string(s)
}

package chat

import (
	"encoding/json"

	"fanzha/bot"
)

// UnitIDs are the units that a query names. Their JSON is a string for one
// and a list for several.
type UnitIDs []bot.UnitID

// MarshalJSON implements [json.Marshaler].
func (u UnitIDs) MarshalJSON() ([]byte, error) {
	if len(u) == 1 {
		return json.Marshal(u[0])
	}
	return json.Marshal([]bot.UnitID(u))
}

// A Question is what a query asks. Its JSON has the keys and values of the
// labelled data; fields that do not apply are left out.
type Question struct {
	Intent Intent  `json:"intent"`
	Unit   UnitIDs `json:"unit,omitempty"`

	// At most one of the five says what time is meant. Months are civil,
	// 2006-01, days 2006-01-02; ranges include both ends.
	Month     string   `json:"month,omitempty"`
	Months    []string `json:"months,omitempty"`
	Range     []string `json:"range,omitempty"`
	Date      string   `json:"date,omitempty"`
	RangeDays []string `json:"range_days,omitempty"`

	// Metric: present, rate, count, person_times, activities, names,
	// expected_actual.
	Metric string `json:"metric,omitempty"`
	// Status: no_activity, no_checkin, no_bot, no_group, unreached (a group that
	// nothing reaches), missing, has_case …
	Status      string `json:"status,omitempty"`
	Consecutive int    `json:"consecutive,omitempty"` // months in a row
	Tag         string `json:"tag,omitempty"`
	ExcludeTag  string `json:"exclude_tag,omitempty"`

	Name     string `json:"name,omitempty"`
	Initials string `json:"initials,omitempty"`
	Surname  string `json:"surname,omitempty"` // of 李主任
	Title    string `json:"title,omitempty"`

	Kind   string `json:"kind,omitempty"`
	Format string `json:"format,omitempty"` // xlsx, pdf, docx, zip
	// Keyword is what to search for; of letters, a letter's number; of the
	// calendar, a holiday.
	Keyword string `json:"keyword,omitempty"`
	Topic   string `json:"topic,omitempty"`
	// Wording is how Keyword, Topic or a step's Kind was written: 刷单 where they
	// say 刷单返利, 督办 where they say 挂牌督办.
	Wording string `json:"-"`
	Act     string `json:"act,omitempty"`
	Role    string `json:"role,omitempty"`
	Want    string `json:"want,omitempty"`  // countermeasure
	Sort    string `json:"sort,omitempty"`  // latest
	Which   string `json:"which,omitempty"` // next, last

	Top    int `json:"top,omitempty"`
	Bottom int `json:"bottom,omitempty"`
	Last   int `json:"last,omitempty"`

	// Options are the meanings to choose from, unit codes or "topic:…".
	Options []string `json:"options,omitempty"`
	// Why a query must not be answered.
	Why string `json:"why,omitempty"`
	// Raw is the name of something that is no member unit.
	Raw string `json:"raw,omitempty"`

	// Note is a choice that was made and should be said with the answer, for
	// example 按“教科局”查.
	Note string `json:"note,omitempty"`
	// Rule is the rule that decided, in Chinese words.
	Rule string `json:"rule"`
}

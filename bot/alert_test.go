package bot_test

import (
	"reflect"
	"testing"

	"fanzha/bot"
)

// Approval is bound to the hash of what is sent: no field may be left out of it.
func TestContentHashChangesWithEveryField(t *testing.T) {
	var c bot.Content
	seen := map[string]string{c.Hash(): "the empty content"}
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		switch f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"x"}))
		default:
			t.Fatalf("field %s is a %s: teach this test how to set it", name, f.Kind())
		}
		if other, ok := seen[c.Hash()]; ok {
			t.Errorf("setting %s gives the hash of %s", name, other)
		}
		seen[c.Hash()] = name
	}
	if len(c.Hash()) != 64 {
		t.Errorf("Hash() = %s", c.Hash())
	}
}

// Words of one field must not pass for those of the next.
func TestContentHashKeepsFieldsApart(t *testing.T) {
	a := bot.Content{Technique: "甲乙", Countermeasures: "丙"}
	b := bot.Content{Technique: "甲", Countermeasures: "乙丙"}
	if a.Hash() == b.Hash() {
		t.Error("shifting a word to the next field keeps the hash")
	}
	c, d := bot.Content{Audience: []string{"甲", "乙"}}, bot.Content{Audience: []string{"甲乙"}}
	if c.Hash() == d.Hash() {
		t.Error("joining two tags keeps the hash")
	}
}

func TestCategoriesAreTheCallers(t *testing.T) {
	bot.Categories()[0] = "别的"
	if got := bot.Categories(); len(got) != 6 || got[0] != "现身说法" {
		t.Errorf("Categories() = %v", got)
	}
}

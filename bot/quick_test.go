package bot

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Where quick reads a check-in it reads what encoding/json reads.
func TestQuickReadsWhatJSONReads(t *testing.T) {
	const public = `{"session":"S000431","member":"m00042","unit":"jiaoke","via":"card"}`
	const private = `{"person":"ZhangSan","name":"张三","message":"evt-1","text":"签到 张三"}`
	for _, c := range []struct {
		name, public, private string
		quick                 bool
	}{
		{"from a card", public, private, true},
		{"late by text", `{"session":"S1","member":"m1","unit":"","via":"text","late":true}`, `{"person":""}`, true},
		{"of a filing", `{"session":"S1","member":"m1","unit":"u","via":"proxy","late":true,"filing":"F12"}`, private, true},
		{"another way", `{"session":"S1","member":"m1","unit":"u","via":"liaison"}`, `{"person":"p","text":"x"}`, true},
		{"erased", public, ``, true},
		{"escape", `{"session":"S\u0031","member":"m1","unit":"u","via":"text"}`, private, false},
		{"escape in the private part", public, `{"person":"p","text":"说\"好\""}`, false},
		{"broken UTF-8", public, "{\"person\":\"p\",\"name\":\"\xff\"}", false},
		{"broken UTF-8 before", "{\"session\":\"\xff\",\"member\":\"m1\",\"unit\":\"u\",\"via\":\"text\"}", private, false},
		{"other order", `{"member":"m1","session":"S1","unit":"u","via":"text"}`, private, false},
		{"blank", `{"session": "S1","member":"m1","unit":"u","via":"text"}`, private, false},
		{"not late", `{"session":"S1","member":"m1","unit":"u","via":"text","late":false}`, private, false},
		{"field of a newer program", `{"session":"S1","member":"m1","unit":"u","via":"text","place":"x"}`, private, false},
		{"no JSON", public + "}", private, false},
		{"cut off", public[:30], private, false},
		{"control character", "{\"session\":\"S\n1\",\"member\":\"m1\",\"unit\":\"u\",\"via\":\"text\"}", private, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var hidden []byte
			if c.private != "" {
				hidden = []byte(c.private)
			}
			if got := checkQuick(t, []byte(c.public), hidden); got != c.quick {
				t.Errorf("quick = %t, want %t", got, c.quick)
			}
		})
	}
}

// checkQuick compares quick with encoding/json, and returns what it reports.
func checkQuick(t *testing.T, public, private []byte) bool {
	t.Helper()
	var got, want CheckedIn
	if !got.quick(public, private) {
		if got != (CheckedIn{}) {
			t.Errorf("quick refused and left %+v", got)
		}
		return false
	}
	if err := json.Unmarshal(public, &want); err != nil {
		t.Errorf("quick took %q, encoding/json: %v", public, err)
	}
	if private != nil {
		if err := json.Unmarshal(private, &want.Private); err != nil {
			t.Errorf("quick took %q, encoding/json: %v", private, err)
		}
	}
	if got != want {
		t.Errorf("quick read %+v, encoding/json %+v", got, want)
	}
	return true
}

func FuzzQuick(f *testing.F) {
	f.Add([]byte(`{"session":"S1","member":"m1","unit":"u","via":"text","late":true}`), []byte(`{"person":"p","name":"张三","message":"m","text":"t"}`))
	f.Add([]byte(`{"session":"","member":"","unit":"","via":""}`), []byte(`{"person":"\u0031"}`))
	f.Fuzz(func(t *testing.T, public, private []byte) { checkQuick(t, public, private) })
}

// What is written stays for ever, so it is the same by either way.
func TestQuicklyWritesWhatJSONWrites(t *testing.T) {
	for _, c := range []struct {
		name  string
		word  string
		quick bool
	}{
		{"empty", "", true},
		{"ASCII", "S000431 ~\x7f'/`=", true},
		{"Chinese", "张三·签到，补签", true},
		{"beyond the first plane", "𠮷😀", true},
		{"quote", `说"好"`, false},
		{"backslash", `a\b`, false},
		{"mark-up", "<b>", false},
		{"ampersand", "a&b", false},
		{"line break", "a\nb", false},
		{"line separator", "a\u2028b", false},
		{"paragraph separator", "a\u2029", false},
		{"replacement character", "\ufffd", true},
		{"broken UTF-8", "张\xff", false},
		{"surrogate", "\xed\xa0\x80", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := checkQuickly(t, c.word, c.word, "m", "", "", c.word, c.word, "", c.word, true); got != c.quick {
				t.Errorf("quickly = %t, want %t", got, c.quick)
			}
			checkQuickly(t, "S1", "m1", "u", "text", c.word, "", "", c.word, "", false)
		})
	}
}

// checkQuickly compares quickly with encoding/json, and returns what it reports.
func checkQuickly(t *testing.T, session, member, unit, via, filing, person, name, message, text string, late bool) bool {
	t.Helper()
	c := &CheckedIn{
		Session: SessionID(session), Member: MemberID(member), Unit: UnitID(unit), Via: Via(via), Late: late, Filing: FilingID(filing),
		Private: CheckInEvidence{Person: PersonID(person), Name: name, Message: message, Text: text},
	}
	public, private, ok := c.quickly()
	if !ok {
		return false
	}
	wantPublic, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	wantPrivate, err := json.Marshal(&c.Private)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(public, wantPublic) || !bytes.Equal(private, wantPrivate) {
		t.Errorf("quickly wrote\n%s %s, encoding/json\n%s %s", public, private, wantPublic, wantPrivate)
	}
	var back CheckedIn
	if !back.quick(public, private) || back != *c {
		t.Errorf("quick does not read %s %s", public, private)
	}
	return true
}

func FuzzQuickly(f *testing.F) {
	f.Add("S1", "m1", "u", "text", "", "p", "张三", "m", "签到", false)
	f.Add("S1", "m1", "u", "proxy", "F1", "", "<\u2028\xff&", "\"", "\\\x00\x7f", true)
	f.Fuzz(func(t *testing.T, session, member, unit, via, filing, person, name, message, text string, late bool) {
		checkQuickly(t, session, member, unit, via, filing, person, name, message, text, late)
	})
}

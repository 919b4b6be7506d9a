package bot_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"fanzha/bot"
)

func TestNewReceipt(t *testing.T) {
	for _, c := range []struct {
		hash [5]byte
		want bot.Receipt
	}{
		{[5]byte{}, "0000-0000"},
		{[5]byte{0xff, 0xff, 0xff, 0xff, 0xff}, "ZZZZ-ZZZZ"},
		{[5]byte{0, 0, 0, 0, 1}, "0000-0001"},
		{[5]byte{0x84, 0x21, 0x08, 0x42, 0x10}, "GGGG-GGGG"},
	} {
		if got := bot.NewReceipt(c.hash); got != c.want {
			t.Errorf("NewReceipt(%x) = %s, want %s", c.hash, got, c.want)
		}
	}
}

func TestParseReceipt(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     bot.Receipt // "" if it is none
	}{
		{"as printed", "7F3K-29QD", "7F3K-29QD"},
		{"lower case", "7f3k-29qd", "7F3K-29QD"},
		{"without hyphen", "7F3K29QD", "7F3K-29QD"},
		{"full-width hyphen", "7F3K－29QD", "7F3K-29QD"},
		{"blanks around and within", " 7F3K 29QD\n", "7F3K-29QD"},
		{"O for 0", "OOOO-oooo", "0000-0000"},
		{"I and L for 1", "IiLl-1111", "1111-1111"},
		{"empty", "", ""},
		{"too short", "7F3K-29Q", ""},
		{"too long", "7F3K-29QDD", ""},
		{"U is no digit", "7F3K-29QU", ""},
		{"a line break is no digit", "7F3K\n29Q", ""},
		{"other letters", "7F3K-29Q汉", ""},
		{"eight bytes of other letters", "汉字ab", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := bot.ParseReceipt(c.in)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("ParseReceipt(%q) = %q, %t, want %q", c.in, got, ok, c.want)
			}
		})
	}
}

func TestReceiptRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var h [5]byte
		for i := range h {
			h[i] = byte(rng.Uint32())
		}
		r := bot.NewReceipt(h)
		if got, ok := bot.ParseReceipt(strings.ToLower(string(r))); !ok || got != r {
			t.Fatalf("ParseReceipt of %s = %s, %t", r, got, ok)
		}
	}
}

// What is accepted is a receipt in its printed form, and stays the same when
// read again.
func FuzzParseReceipt(f *testing.F) {
	for _, s := range []string{"7F3K-29QD", " o0Il-uuuu", "7F3K\n29Q", "－－", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := bot.ParseReceipt(s)
		if !ok {
			if r != "" {
				t.Errorf("ParseReceipt(%q) = %q, false", s, r)
			}
			return
		}
		if len(r) != 9 || r[4] != '-' || strings.Trim(string(r), "-0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
			t.Errorf("ParseReceipt(%q) = %q, which is no receipt", s, r)
		}
		if again, ok := bot.ParseReceipt(string(r)); !ok || again != r {
			t.Errorf("ParseReceipt(%q) = %q, %t", r, again, ok)
		}
	})
}

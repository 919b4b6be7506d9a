package bot

import (
	"encoding/base32"
	"strings"
)

// digits are Crockford's: they leave out I, L, O and U, which people misread.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// A Receipt (回执) is the short, checkable sign of one check-in, for example
// "7F3K-29QD": the first 40 bits of the hash of the check-in's leaf in the
// ledger, in Crockford's base 32. Whoever holds the evidence file can find the
// entry again by it. Of a million receipts about one pair is the same, so a
// look-up may give more than one entry.
type Receipt string

var crockford = base32.NewEncoding(digits).WithPadding(base32.NoPadding)

// NewReceipt returns the receipt for the first five bytes of a leaf hash.
func NewReceipt(hash [5]byte) Receipt {
	var s [9]byte
	crockford.Encode(s[1:], hash[:])
	copy(s[:4], s[1:])
	s[4] = '-'
	return Receipt(s[:])
}

// ParseReceipt reads what a person typed: any case, with or without the hyphen,
// O for 0, I or L for 1. It reports false if it cannot be a receipt.
func ParseReceipt(s string) (Receipt, bool) {
	s = strings.NewReplacer("-", "", " ", "", "－", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(s)))
	// Not by decoding: that passes over line breaks.
	if len(s) != 8 || strings.Trim(s, digits) != "" {
		return "", false
	}
	return Receipt(s[:4] + "-" + s[4:]), true
}

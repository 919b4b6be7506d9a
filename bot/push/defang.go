package push

import (
	"regexp"
	"slices"
	"strings"
)

// linkPattern finds what a client would turn into a link: with a scheme, or a
// bare domain or address.
var linkPattern = regexp.MustCompile(`(?i)(?:https?|ftp)://[^\s，。；、！？“”（）《》]+|(?:(?:[a-z0-9-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?:[/?#][^\s，。；、！？“”（）《》]*)?`)

// schemePattern and dotPattern are what makes a link one; a dot that is already
// defanged is matched with its brackets.
var (
	schemePattern = regexp.MustCompile(`(?i)(?:https?|ftp)://`)
	dotPattern    = regexp.MustCompile(`\[\.\]|\.`)
)

// govPattern is a whole authority under gov.cn, with a port perhaps. Nothing
// else may stand in it: www.gov.cn@evil.com and evil.com\.gov.cn lead elsewhere.
var govPattern = regexp.MustCompile(`(?i)^(?:https?://)?(?:[a-z0-9-]+\.)*gov\.cn(?::\d+)?(?:[/?#][^\\]*)?$`)

// runPattern finds digits in groups: one telephone number written with spaces or
// hyphens, or several numbers and dates with a space between.
var runPattern = regexp.MustCompile(`\+?\d(?:[ \-]?\d)*`)

var (
	datePattern = regexp.MustCompile(`^(?:19|20)\d{2}(-?)(?:0[1-9]|1[0-2])(-?)(?:0[1-9]|[12]\d|3[01])$`)
	// amountPattern is what follows an amount of money or a count.
	amountPattern = regexp.MustCompile(`^(?:\.\d+)? ?[余多]?[元万亿块人次条件张部户起个％%]`)
	mobilePattern = regexp.MustCompile(`^1[3-9]\d{9}$`)
)

// minDigits is how many digits make a number that can be dialled. The official
// ones have fewer: 110, 96110, 12381.
const minDigits = 7

// Defang makes the links and telephone numbers in a text harmless: nobody can
// open or dial them by accident, and the platform's moderation is not provoked.
// https://a.com/x becomes hxxps://a[.]com/x, 13812345678 becomes 138****5678.
// Addresses under gov.cn stay, and so do the short official numbers (110, 96110,
// 12381), dates and amounts. Defang of its own result changes nothing.
func Defang(s string) string {
	s = linkPattern.ReplaceAllStringFunc(s, func(link string) string {
		if govPattern.MatchString(link) {
			return link
		}
		return schemePattern.ReplaceAllStringFunc(dotPattern.ReplaceAllString(link, "[.]"), func(scheme string) string {
			return strings.NewReplacer("tt", "xx", "ft", "fx").Replace(strings.ToLower(scheme))
		})
	})
	// What is still a link is official and stays whole.
	var b strings.Builder
	end := 0
	for _, at := range linkPattern.FindAllStringIndex(s, -1) {
		b.WriteString(maskNumbers(s[end:at[0]]))
		b.WriteString(s[at[0]:at[1]])
		end = at[1]
	}
	b.WriteString(maskNumbers(s[end:]))
	return b.String()
}

// maskNumbers hides the middle of every number that might be dialled.
func maskNumbers(s string) string {
	var b strings.Builder
	end := 0
	for _, at := range runPattern.FindAllStringIndex(s, -1) {
		b.WriteString(s[end:at[0]])
		b.WriteString(maskRun(s[at[0]:at[1]], amountPattern.MatchString(s[at[1]:])))
		end = at[1]
	}
	b.WriteString(s[end:])
	return b.String()
}

// maskRun masks the numbers of one run of digits. Dates stay, and so does the
// last group if it is an amount; what stands between them is masked group by
// group if each could be a number of its own, else as one.
func maskRun(run string, amount bool) string {
	groups := strings.Split(run, " ")
	from := 0
	for i := 0; i <= len(groups); i++ {
		last := i == len(groups)-1
		if i < len(groups) && !datePattern.MatchString(groups[i]) && !(last && amount && !mobilePattern.MatchString(groups[i])) {
			continue
		}
		maskGroups(groups[from:i])
		from = i + 1
	}
	return strings.Join(groups, " ")
}

func maskGroups(groups []string) {
	whole := func(g string) bool { return digits(g) >= minDigits }
	if !slices.ContainsFunc(groups, func(g string) bool { return !whole(g) }) {
		for i, g := range groups {
			last := 4
			if i < len(groups)-1 { // with the next one's first three it must make no number
				last = 2
			}
			groups[i] = mask(g, last)
		}
		return
	}
	if joined := strings.Join(groups, " "); whole(joined) {
		copy(groups, strings.Split(mask(joined, 4), " "))
	}
}

func digits(s string) int {
	return len(s) - strings.Count(s, " ") - strings.Count(s, "-") - strings.Count(s, "+")
}

// mask leaves the first three digits of a number, and as many at its end; of a
// short number two.
func mask(number string, last int) string {
	all, n := digits(number), 0
	if all < 10 {
		last = 2
	}
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return c
		}
		if n++; n > 3 && n <= all-last {
			return '*'
		}
		return c
	}, number)
}

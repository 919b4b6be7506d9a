package chat

import (
	"math/bits"
	"strings"
)

// dangerAt is how much the signs must weigh; paidAt, where none of them is of
// something wrong: money was asked for and paid, which mostly is in order.
const (
	dangerAt = 5
	paidAt   = 8
)

// Danger reports whether somebody says that a scam is happening to him or to
// people near him: money asked for, sent or lost, codes given away. Talk about
// scams (宣传, 案例, 防止被骗) is none. It needs no Lexicon, is asked before any
// other rule, and on a true answer comes 110 and 96110 at once.
//
// The text is searched for signs: what was suffered, what was demanded, by whom
// and by which way, what the victim did, what he fears. Each kind of sign counts
// once, however many of its words occur, and so do the signs that somebody
// speaks of scams from outside (a lesson, a warning, a rumour, a joke, a matter
// long closed), which weigh against it. One sign at least must be of something
// wrong: a payment to one's leader because he asked is none. A clause that is
// denied or forbidden (别转账, 没给他验证码) gives no sign.
func Danger(text string) bool { return endangered(normalize(text).runes) }

// endangered is [Danger] for a normalized text.
func endangered(text []rune) bool {
	signs := dangerSigns(text)
	if signs&sDid != 0 && signs&sSecret != 0 && (signs&sKin == 0 || signs&(sStrange|sWindler|sChannel|sDemand) != 0) {
		signs |= sStake // whoever is given a code wants the money
	}
	enough := dangerAt
	switch {
	case signs&wrong == 0:
		enough = paidAt
	case signs&matter == 0:
		return false // 我点了签到没反应，怎么办
	}
	return weigh(signs) >= enough && !contactOnly(signs) && !talkOnly(signs)
}

// talkOnly reports whether a text with signs of talk about scams names nobody
// to whom it happens.
func talkOnly(signs class) bool {
	return signs&outside != 0 && signs&sMe == 0 && (signs&sKin == 0 || signs&(sDoubt|sPress) == 0)
}

// contactOnly reports whether somebody was called or written to and no more:
// nothing was lost or done, and nothing is asked of him or of his people. That
// is a clue.
func contactOnly(signs class) bool {
	if signs&sStake != 0 && signs&sMoney != 0 && signs&sMe != 0 {
		return false // 我…，被贷出来三万
	}
	return signs&(sHarm|sLoss|sPress|sDid) == 0 && (signs&(sMe|sKin) == 0 || signs&(sDemand|sAbout) == 0)
}

// weigh adds up what the signs speak for a scam, and takes off what they speak
// against one.
func weigh(signs class) int {
	sum := 0
	for _, w := range []struct {
		signs  class
		points int
	}{
		{sHarm, 5},
		{sWindler | sStake | sLoss | sPress | sDoubt | sDemand | sDid, 2},
		{sAbout | sJust | sStrange | sChannel | sLure | sMoney | sSecret | sMe | sKin, 1},
		{sOrdered, -3},
		{sLesson | sTelling | sGeneral | sSuppose | sJoke | sEscaped, -4},
		{sFar | sPast, -5},
		{sUnreal, -8},
	} {
		sum += w.points * bits.OnesCount64(uint64(signs&w.signs))
	}
	return sum
}

// dangerSigns returns the signs that stand in text. At each place the longest
// word is taken and what it covers is passed over, so that 不要告诉 is pressure
// and 防骗 is nothing.
func dangerSigns(text []rune) class {
	t := dangerTrie()
	var signs class
	denied, muted := -1, false
	for i := 0; i < len(text); {
		if strings.ContainsRune(",。!?;:\n ", text[i]) {
			denied, muted = -1, false
			i++
			continue
		}
		n, sign := 1, class(0)
		t.each(text, i, func(length int, w *word) { n, sign = length, w.class })
		if sign == 0 {
			n, sign = amount(text, i)
		}
		switch {
		case sign&sNot != 0:
			denied = i + n
		case sign&deniable != 0 && denied >= 0 && i-denied <= 2 && !conditional(text, i):
			muted = true
		}
		if muted {
			sign &^= deniable
		}
		signs |= sign
		i += n
	}
	return signs
}

// conditional reports whether 就 or 才 follows in the clause: 不转就抓人
// forbids nothing.
func conditional(text []rune, i int) bool {
	for _, r := range text[i:min(i+8, len(text))] {
		switch {
		case r == '就' || r == '才':
			return true
		case strings.ContainsRune(",。!?;:\n ", r):
			return false
		}
	}
	return false
}

// amount reads a sum of money at text[i]: a number of a hundred or more that
// counts nothing else and is no telephone number.
func amount(text []rune, i int) (n int, sign class) {
	end, sum, ok := scanNumber(text, i)
	if !ok {
		return 1, 0
	}
	if end < len(text) && strings.ContainsRune("人名份条次个号年月日点分题天户页场位", text[end]) {
		return end - i, 0
	}
	switch sum {
	case 110, 400, 96110, 12345, 12381, 95588:
		return end - i, 0
	}
	if sum < 100 || text[i] == '0' || end < len(text) && text[end] == '开' { // 00852开头
		return end - i, 0
	}
	return end - i, sMoney
}

// suffered reports whether something has already happened to the writer: harm,
// or a step that he took.
func suffered(text []rune) bool { return dangerSigns(text)&(sHarm|sDid|sStake) != 0 }

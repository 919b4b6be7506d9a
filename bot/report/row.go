package report

import "fanzha/bot"

// A Row is one unit in one month. Persons are counted once, however often and in
// whatever way they checked in.
type Row struct {
	Unit     bot.Unit
	Groups   int // bound groups
	Disabled int // of which take no messages now
	Due      int // alert deliveries of the month, but for those withdrawn before they went out
	Sent     int // of which confirmed
	ByHand   int // of Sent, which a person brought to the group (人工代发)
	Unknown  int // of which nobody knows
	Sessions int // whose card came, or that somebody answered, or that were filed on paper
	Expected int // people on the roster, 0 if there is none
	Present  int // different people who checked in at least once: Own + Vouched
	Own      int // of which did so themselves at least once
	Vouched  int // of which only others said so: 代签, 接龙, 粘贴
	Listed   int // of Present, on the roster
	Late     int // check-ins after the session's time
	Doubtful int // of Own, with a name that nobody has confirmed
	Nameless int // of Own, without a name
	CheckIns int
	// Excused are the different people who were on leave from a session and came
	// to none; ListedExcused are those of them who are on the roster.
	Excused, ListedExcused int
	// Heads is what the liaison said of numbers. It names nobody, so it is never
	// added to Present.
	Heads Headcount
	// Held (组织), Joined (参与) and Joint (联合) are the public education activities
	// that were filed and count. A joint one counts for every unit that filed it.
	// One whose part in it was not said is taken for held.
	Held, Joined, Joint int
	// ZeroDeclared: the unit itself said that it had no case (零发案). Whether that
	// is so, the police say.
	ZeroDeclared bool
	Pending      int // filings for the month that wait for a word
	// Comparable: the roster's names are known, so Listed means something. It
	// is false without a roster, and once its names are erased or masked.
	Comparable bool
}

// A Headcount (联络员报数) is what was said of the newest session, or day, of the
// month for which anything was said: the sum over the parts of the unit that
// filed. A number is nil if a part did not say it, and if nobody said anything.
type Headcount struct {
	Parts    int // filings that it is made of
	Expected *int
	Actual   *int
	Leave    *int
}

// Rate returns Listed in percent of Expected: people who are not on the roster
// do not make up for those who are. It returns false if there is no roster to
// compare with, or nobody was asked.
func (r Row) Rate() (percent int, ok bool) {
	if !r.Comparable || r.Expected == 0 || r.Sessions == 0 {
		return 0, false
	}
	return r.Listed * 100 / r.Expected, true
}

// RateWithoutLeave returns Listed in percent of Expected − ListedExcused (应到 −
// 请假): those of the roster who were on leave and came to no session are not
// expected. It returns false where [Row.Rate] does, and if nobody is to be taken
// off, or nobody is left.
func (r Row) RateWithoutLeave() (percent int, ok bool) {
	if _, ok := r.Rate(); !ok || r.ListedExcused == 0 || r.ListedExcused == r.Expected {
		return 0, false
	}
	return r.Listed * 100 / (r.Expected - r.ListedExcused), true
}

// Activities returns how many public education activities the unit held or took
// part in.
func (r Row) Activities() int { return r.Held + r.Joined + r.Joint }

// HasPublic reports whether the unit has done its monthly duty to hold or join a
// public education activity (notice 37, 二（一）3).
func (r Row) HasPublic() bool { return r.Activities() > 0 }

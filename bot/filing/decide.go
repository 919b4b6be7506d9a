package filing

import (
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
)

// A Settler is who settles or takes back: a unit's liaison, or an operator, who
// may do so for every unit.
type Settler struct {
	Member   bot.MemberID
	Unit     bot.UnitID // of the liaison
	Operator bot.OperatorID
}

// next returns the id of the next filing.
func (v *View) next() bot.FilingID { return bot.FilingID(fmt.Sprintf("F%06d", len(v.all)+1)) }

// File decides to note f, whose id is given here.
func (v *View) File(f bot.Filed) *bot.Filed {
	f.Filing = v.next()
	return &f
}

// After returns the id that follows id, for the second filing of one decision.
func After(id bot.FilingID) bot.FilingID {
	n, _ := strconv.Atoi(No(id)) // unreachable error: ids are made here
	return bot.FilingID(fmt.Sprintf("F%06d", n+1))
}

// Settle decides that the filing id, which waits, stands or does not. The
// payloads of what it leads to are the caller's to add. A wish to correct is the
// office's to settle: it may be a complaint about what the liaison filed.
func (v *View) Settle(id bot.FilingID, verdict bot.Standing, by Settler, said bot.Said) (*Filing, bot.Payload, error) {
	f, err := v.own(id, by)
	switch {
	case err != nil:
		return nil, nil, err
	case !f.Waiting():
		return nil, nil, bot.Refuse(fmt.Sprintf("%s号已经办过（%s）", f.No(), f.Standing.Chinese()), "发送“待办”看还有哪些")
	case f.Form == bot.FilesCorrection && by.Operator == "" && by.Member != f.By:
		return nil, nil, bot.Refuse(fmt.Sprintf("%s号是更正请求，由反诈办公室处理", f.No()), "")
	case verdict == bot.Stands && f.Private.Text == "":
		return nil, nil, bot.Refuse(fmt.Sprintf("%s号的原文已按期限删除，不能再计入", f.No()), "可以回复“不计 "+f.No()+"”了结")
	}
	return f, &bot.FilingSettled{Filing: id, Unit: f.Unit, Verdict: verdict, By: by.Member, Operator: by.Operator, Private: said}, nil
}

// Void decides to take back the filing id, which stands. A clue is no liaison's to
// take back.
func (v *View) Void(id bot.FilingID, by Settler, said bot.Said) (bot.Payload, error) {
	f, err := v.own(id, by)
	switch {
	case err != nil:
		return nil, err
	case f.Standing != bot.Stands:
		return nil, bot.Refuse(fmt.Sprintf("%s号没有计入（%s）", f.No(), f.Standing.Chinese()), "没有计入的不用更正")
	case f.Form == bot.FilesClue && by.Operator == "" && by.Member != f.By:
		return nil, bot.Refuse(fmt.Sprintf("%s号是线索，由反诈办公室处理", f.No()), "")
	}
	return &bot.FilingVoided{Filing: id, Unit: f.Unit, By: by.Member, Operator: by.Operator, Private: said}, nil
}

// own returns the filing id if by may decide on it.
func (v *View) own(id bot.FilingID, by Settler) (*Filing, error) {
	f := v.byID[id]
	if f == nil || by.Operator == "" && f.Unit != by.Unit {
		return nil, bot.Refuse(fmt.Sprintf("没有%s号", No(id)), "发送“待办”看有哪些")
	}
	return f, nil
}

// No is the filing's number as people write it, for example 12.
func (f *Filing) No() string { return No(f.Filing) }

// No is the number of a filing as people write it: F000012 is 12.
func No(id bot.FilingID) string { return strings.TrimLeft(strings.TrimPrefix(string(id), "F"), "0") }

// ID reads the number that a person wrote: 12, 12号, 第12号, F000012.
func ID(written string) (bot.FilingID, bool) {
	digits := strings.TrimRight(strings.TrimLeft(strings.TrimSpace(written), "第Ff#"), "号。.")
	n, err := strconv.Atoi(digits)
	if err != nil || n <= 0 || n > 9_999_999 {
		return "", false
	}
	return bot.FilingID(fmt.Sprintf("F%06d", n)), true
}

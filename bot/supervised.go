package bot

// LetterIssued (公安提示函) asks units to do something and to say that they have.
// The document itself travels by the offices' own mail; here stands what is to
// be tracked (notice 37, 二（七）5).
type LetterIssued struct {
	Letter LetterID   `json:"letter"`
	Number string     `json:"number"` // of the document, for example 乡反诈函〔2026〕3号
	Title  string     `json:"title"`
	Units  []UnitID   `json:"units"`
	On     string     `json:"on"`              // civil day of issue
	DueOn  string     `json:"dueOn,omitempty"` // civil day by which to answer
	By     OperatorID `json:"by"`
}

// LetterState is how far a unit is with a Letter.
type LetterState string

// States of a Letter at one unit.
const (
	LetterReceived LetterState = "received" // 已收
	LetterDone     LetterState = "done"     // 已落实
)

// LetterAnswered is a unit's word on a Letter, through its liaison or the office.
type LetterAnswered struct {
	Letter   LetterID    `json:"letter"`
	Unit     UnitID      `json:"unit"`
	State    LetterState `json:"state"`
	By       MemberID    `json:"by,omitempty"`
	Operator OperatorID  `json:"operator,omitempty"`
	Private  Remark      `json:"-"`
}

// SupervisionStep is one of the steps that the office may take towards a unit.
// A person decides each; the program proposes none (notice 37, 二（二）1).
type SupervisionStep string

// Steps of supervision, in the order of their weight.
const (
	StepRemind  SupervisionStep = "remind"  // 提醒
	StepNotice  SupervisionStep = "notice"  // 通报
	StepTalk    SupervisionStep = "talk"    // 约谈
	StepListed  SupervisionStep = "listed"  // 挂牌督办
	StepRectify SupervisionStep = "rectify" // 整改
	StepClosed  SupervisionStep = "closed"  // 销号
)

// SupervisionNoted records one step.
type SupervisionNoted struct {
	Unit    UnitID          `json:"unit"`
	Step    SupervisionStep `json:"step"`
	On      string          `json:"on"` // civil day
	DueOn   string          `json:"dueOn,omitempty"`
	Number  string          `json:"number,omitempty"` // of the document, if there is one
	By      OperatorID      `json:"by"`
	Private Remark          `json:"-"`
}

// FiguresFiled (数据通报) is one unit's figures on one topic for one month, for
// example the court's verdicts. A later one for the same replaces it. Cases in a
// unit (发案) are filed about it by the police alone: Unit is then the unit that
// they concern.
type FiguresFiled struct {
	Unit     UnitID     `json:"unit"`
	Month    string     `json:"month"`
	Topic    string     `json:"topic"` // 判决, 起诉, 发案 …
	Figures  []Figure   `json:"figures"`
	By       MemberID   `json:"by,omitempty"`
	Operator OperatorID `json:"operator,omitempty"`
}

// A Figure is one number with its name and measure, for example 案件 3 件.
// Value is a decimal number as written, so that money is kept exactly.
type Figure struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Measure string `json:"measure,omitempty"`
}

func (*LetterIssued) Kind() Kind     { return "letter.issued" }
func (*LetterAnswered) Kind() Kind   { return "letter.answered" }
func (*SupervisionNoted) Kind() Kind { return "supervision.noted" }
func (*FiguresFiled) Kind() Kind     { return "figures.filed" }

func (*LetterIssued) AboutUnit() UnitID       { return "" }
func (p *LetterAnswered) AboutUnit() UnitID   { return p.Unit }
func (p *SupervisionNoted) AboutUnit() UnitID { return p.Unit }
func (p *FiguresFiled) AboutUnit() UnitID     { return p.Unit }

func (p *LetterAnswered) PrivatePart() any   { return &p.Private }
func (p *SupervisionNoted) PrivatePart() any { return &p.Private }

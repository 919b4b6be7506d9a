package bot

// The methods that make each payload a [Payload], one line a kind.

func (*CountyFounded) Kind() Kind       { return "county.founded" }
func (*ProcessStarted) Kind() Kind      { return "process.started" }
func (*StoreRestored) Kind() Kind       { return "store.restored" }
func (*UnitRegistered) Kind() Kind      { return "unit.registered" }
func (*CodeIssued) Kind() Kind          { return "code.issued" }
func (*GroupSeen) Kind() Kind           { return "group.seen" }
func (*GroupBound) Kind() Kind          { return "group.bound" }
func (*GroupDisabled) Kind() Kind       { return "group.disabled" }
func (*RosterImported) Kind() Kind      { return "roster.imported" }
func (*MemberMet) Kind() Kind           { return "member.met" }
func (*MemberNamed) Kind() Kind         { return "member.named" }
func (*MemberConfirmed) Kind() Kind     { return "member.confirmed" }
func (*AlertDrafted) Kind() Kind        { return "alert.drafted" }
func (*AlertVerified) Kind() Kind       { return "alert.verified" }
func (*AlertApproved) Kind() Kind       { return "alert.approved" }
func (*AlertWithdrawn) Kind() Kind      { return "alert.withdrawn" }
func (*PushPlanned) Kind() Kind         { return "push.planned" }
func (*DeliveryPlanned) Kind() Kind     { return "delivery.planned" }
func (*DeliveryIntended) Kind() Kind    { return "delivery.intended" }
func (*DeliveryAnswered) Kind() Kind    { return "delivery.answered" }
func (*DeliveryResolved) Kind() Kind    { return "delivery.resolved" }
func (*SessionOpened) Kind() Kind       { return "session.opened" }
func (*SessionClosed) Kind() Kind       { return "session.closed" }
func (*CheckedIn) Kind() Kind           { return "checkin.recorded" }
func (*Corrected) Kind() Kind           { return "correction.made" }
func (*DangerRaised) Kind() Kind        { return "danger.raised" }
func (*QueryAnswered) Kind() Kind       { return "query.answered" }
func (*ExportMade) Kind() Kind          { return "export.made" }
func (*CheckpointWitnessed) Kind() Kind { return "checkpoint.witnessed" }
func (*JobSettled) Kind() Kind          { return "job.settled" }

func (*CountyFounded) AboutUnit() UnitID       { return "" }
func (*ProcessStarted) AboutUnit() UnitID      { return "" }
func (*StoreRestored) AboutUnit() UnitID       { return "" }
func (p *UnitRegistered) AboutUnit() UnitID    { return p.Unit.ID }
func (p *CodeIssued) AboutUnit() UnitID        { return p.Unit }
func (p *GroupSeen) AboutUnit() UnitID         { return p.Unit }
func (p *GroupBound) AboutUnit() UnitID        { return p.Unit }
func (p *GroupDisabled) AboutUnit() UnitID     { return p.Unit }
func (p *RosterImported) AboutUnit() UnitID    { return p.Unit }
func (p *MemberMet) AboutUnit() UnitID         { return p.Unit }
func (p *MemberNamed) AboutUnit() UnitID       { return p.Unit }
func (p *MemberConfirmed) AboutUnit() UnitID   { return p.Unit }
func (*AlertDrafted) AboutUnit() UnitID        { return "" }
func (*AlertVerified) AboutUnit() UnitID       { return "" }
func (*AlertApproved) AboutUnit() UnitID       { return "" }
func (*AlertWithdrawn) AboutUnit() UnitID      { return "" }
func (*PushPlanned) AboutUnit() UnitID         { return "" }
func (p *DeliveryPlanned) AboutUnit() UnitID   { return p.Unit }
func (p *DeliveryIntended) AboutUnit() UnitID  { return p.Unit }
func (p *DeliveryAnswered) AboutUnit() UnitID  { return p.Unit }
func (p *DeliveryResolved) AboutUnit() UnitID  { return p.Unit }
func (p *SessionOpened) AboutUnit() UnitID     { return p.Unit }
func (p *SessionClosed) AboutUnit() UnitID     { return p.Unit }
func (p *CheckedIn) AboutUnit() UnitID         { return p.Unit }
func (p *Corrected) AboutUnit() UnitID         { return p.Unit }
func (p *DangerRaised) AboutUnit() UnitID      { return p.Unit }
func (p *QueryAnswered) AboutUnit() UnitID     { return p.Unit }
func (*ExportMade) AboutUnit() UnitID          { return "" }
func (*CheckpointWitnessed) AboutUnit() UnitID { return "" }
func (*JobSettled) AboutUnit() UnitID          { return "" }

// The private parts, for the payloads that have one.

func (p *GroupBound) PrivatePart() any      { return &p.By }
func (p *RosterImported) PrivatePart() any  { return &p.Private }
func (p *MemberMet) PrivatePart() any       { return &p.Private }
func (p *MemberNamed) PrivatePart() any     { return &p.Private }
func (p *DeliveryPlanned) PrivatePart() any { return &p.Private }
func (p *CheckedIn) PrivatePart() any       { return &p.Private }
func (p *QueryAnswered) PrivatePart() any   { return &p.Private }

package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/push"
)

// bom makes the spreadsheet program on the office's machines read UTF-8.
const bom = "\ufeff"

// guard makes text of a cell that a spreadsheet would take for a formula, full
// width signs included: CSV injection is a known attack, and names come from
// outside (owasp.org/www-community/attacks/CSV_Injection).
func guard(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// CSV writes a table with a head line, in UTF-8 with a byte-order mark and CRLF.
func CSV(head []string, rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(bom)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range append([][]string{head}, rows...) {
		guarded := make([]string, len(row))
		for i, cell := range row {
			guarded[i] = guard(cell)
		}
		if err := w.Write(guarded); err != nil {
			panic("unreachable: writing to a buffer: " + err.Error())
		}
	}
	w.Flush()
	return b.Bytes()
}

// CSV returns the month table, a row a unit, the remarks below.
func (t Table) CSV() []byte {
	head := []string{
		"序号", "单位", "建群", "推送应达", "推送已达", "其中人工代发", "去向不明", "签到场次", "名册人数",
		"签到人数", "其中本人签到", "其中代签、接龙、粘贴登记", "名册内签到", "参与率", "请假人数", "扣请假参与率",
		"签到人次", "补签人次", "姓名待确认", "未登记姓名", "联络员报数应到", "联络员报数实到", "联络员报数请假",
		"组织活动", "参与活动", "联合活动", "本月教育活动", "零发案自报", "待确认上报", "备注",
	}
	var rows [][]string
	for i, r := range t.Rows {
		rows = append(rows, r.cells(i+1))
	}
	for _, remark := range slices.Concat(t.Remarks(), t.Legend()) {
		rows = append(rows, []string{"说明", remark})
	}
	return CSV(head, rows)
}

// cells are a row of the file, which is its n-th.
func (r Row) cells(n int) []string {
	row := []string{strconv.Itoa(n), r.Unit.Short}
	add := func(numbers ...int) {
		for _, n := range numbers {
			row = append(row, strconv.Itoa(n))
		}
	}
	add(r.Groups, r.Due, r.Sent, r.ByHand, r.Unknown, r.Sessions, r.Expected, r.Present, r.Own, r.Vouched)
	listed, public := none, "未报"
	if _, ok := r.Rate(); ok {
		listed = strconv.Itoa(r.Listed)
	}
	if r.HasPublic() {
		public = "有"
	}
	row = append(row, listed, percentage(r.Rate()))
	add(r.Excused)
	row = append(row, percentage(r.RateWithoutLeave()))
	add(r.CheckIns, r.Late, r.Doubtful, r.Nameless)
	row = append(row, figure(r.Heads.Expected), figure(r.Heads.Actual), figure(r.Heads.Leave))
	add(r.Held, r.Joined, r.Joint)
	row = append(row, public, yes(r.ZeroDeclared, "自报"))
	add(r.Pending)
	return append(row, r.Note())
}

// Note is what the table remarks on a unit: that it has no duty of its own, that
// its groups take no messages.
func (r Row) Note() string {
	var notes []string
	if r.Unit.Unscored {
		notes = append(notes, "不计分")
	}
	if r.Disabled > 0 {
		notes = append(notes, fmt.Sprintf("%d 个群收不到推送", r.Disabled))
	}
	return strings.Join(notes, "；")
}

// Deliveries returns the deliveries that were due in month m. One that carries
// several alerts names each of them, in one order in every column.
func Deliveries(s *book.State, m bot.Month) []byte {
	head := []string{"送达编号", "推送", "类别", "主题", "单位", "群", "渠道", "计划时间", "状态", "送达时间", "尝试次数", "平台错误码", "说明", "起草", "核实", "审批", "内容摘要"}
	var rows [][]string
	for _, d := range s.Outbox.Deliveries() {
		if d.Purpose != bot.ForAlert || !m.Contains(d.DueAt) || d.Push == nil {
			continue
		}
		code := ""
		if d.Code != 0 {
			code = strconv.Itoa(d.Code)
		}
		each := func(of func(p *push.Push) string) string {
			words := of(d.Push)
			for _, p := range d.Also {
				words += "；" + of(p)
			}
			return words
		}
		rows = append(rows, []string{
			string(d.ID), each(func(p *push.Push) string { return string(p.ID) }),
			each(func(p *push.Push) string { return p.Content.Category }), each(func(p *push.Push) string { return p.Content.Topic }),
			s.Directory.Unit(d.Unit).Short, string(d.Group), door(d),
			clock(d.DueAt), stateWord(d), clock(d.SentAt), strconv.Itoa(d.Attempts), code, d.Reason,
			each(func(p *push.Push) string { return string(p.Alert.Author) }), each(func(p *push.Push) string { return string(p.Alert.Verifier) }),
			each(func(p *push.Push) string { return string(p.Alert.Approver) }), each(func(p *push.Push) string { return p.Hash }),
		})
	}
	return CSV(head, rows)
}

// Groups returns the group register as it is at the end of the entries.
func Groups(s *book.State) []byte {
	head := []string{"群", "单位", "绑定时间", "最近送达", "最近有人@助手", "状态"}
	var rows [][]string
	for _, g := range s.Directory.Groups() {
		state := "正常"
		if g.DisabledCode != 0 {
			state = fmt.Sprintf("收不到推送（错误码 %d）", g.DisabledCode)
		}
		rows = append(rows, []string{string(g.ID), s.Directory.Unit(g.Unit).Short, clock(g.BoundAt), clock(g.DeliveredAt), clock(g.HeardAt), state})
	}
	return CSV(head, rows)
}

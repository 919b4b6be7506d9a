package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"fanzha/bot"
	"fanzha/bot/book"
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
	head := []string{"序号", "单位", "建群", "推送应达", "推送已达", "去向不明", "签到场次", "名册人数", "签到人数", "名册内签到", "参与率", "签到人次", "补签人次", "姓名待确认", "未登记姓名", "备注"}
	var rows [][]string
	for i, r := range t.Rows {
		listed, rate := "—", "—"
		if percent, ok := r.Rate(); ok {
			listed, rate = strconv.Itoa(r.Listed), strconv.Itoa(percent)+"%"
		}
		note := ""
		if r.Unit.Unscored {
			note = "不计分"
		}
		if r.Disabled > 0 {
			note = strings.TrimPrefix(note+fmt.Sprintf("；%d 个群收不到推送", r.Disabled), "；")
		}
		row := []string{strconv.Itoa(i + 1), r.Unit.Short, strconv.Itoa(r.Groups)}
		for _, n := range []int{r.Due, r.Sent, r.Unknown, r.Sessions, r.Expected, r.Present} {
			row = append(row, strconv.Itoa(n))
		}
		row = append(row, listed, rate)
		for _, n := range []int{r.CheckIns, r.Late, r.Doubtful, r.Nameless} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, note))
	}
	for _, remark := range t.Remarks() {
		rows = append(rows, []string{"说明", remark})
	}
	return CSV(head, rows)
}

// Deliveries returns the deliveries that were due in month m.
func Deliveries(s *book.State, m bot.Month) []byte {
	head := []string{"送达编号", "推送", "类别", "主题", "单位", "群", "计划时间", "状态", "送达时间", "尝试次数", "平台错误码", "说明", "起草", "核实", "审批", "内容摘要"}
	var rows [][]string
	for _, d := range s.Outbox.Deliveries() {
		if d.Purpose != bot.ForAlert || !m.Contains(d.DueAt) || d.Push == nil {
			continue
		}
		code := ""
		if d.Code != 0 {
			code = strconv.Itoa(d.Code)
		}
		rows = append(rows, []string{
			string(d.ID), string(d.Push.ID), d.Push.Content.Category, d.Push.Content.Topic, s.Directory.Unit(d.Unit).Short, string(d.Group),
			clock(d.DueAt), d.State.Chinese(), clock(d.SentAt), strconv.Itoa(d.Attempts), code, d.Reason,
			string(d.Push.Alert.Author), string(d.Push.Alert.Verifier), string(d.Push.Alert.Approver), d.Push.Hash,
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

package evidence

import (
	"slices"
	"strconv"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// This file makes what a file of the second form holds, where that is another than
// today's: it named no door by which a message came. Nothing here may change.

func formV2() form {
	f := newest()
	f.name = "fanzha evidence v2"
	f.knows = knownV2
	f.make = makeV2
	return f
}

// knownV2 reports whether the second form could show what p says.
func knownV2(p bot.Payload) bool {
	_, byHand := p.(*bot.DeliveryForwarded)
	return !byHand
}

func makeV2(entries []ledger.Entry, man manifest, size int64, key string) map[string][]byte {
	out := tables(entries, man, size, key)
	s := replay(entries)
	out[fileUnits] = unitsV2(report.Month(s, man.month))
	out[fileDeliveries] = deliveriesV2(s, man.month)
	return out
}

func unitsV2(t report.Table) []byte {
	head := []string{
		"序号", "单位", "建群", "推送应达", "推送已达", "去向不明", "签到场次", "名册人数",
		"签到人数", "其中本人签到", "其中代签、接龙、粘贴登记", "名册内签到", "参与率", "请假人数", "扣请假参与率",
		"签到人次", "补签人次", "姓名待确认", "未登记姓名", "联络员报数应到", "联络员报数实到", "联络员报数请假",
		"组织活动", "参与活动", "联合活动", "本月教育活动", "零发案自报", "待确认上报", "备注",
	}
	var rows [][]string
	for i, r := range t.Rows {
		rows = append(rows, cellsV2(r, i+1))
	}
	for _, remark := range slices.Concat(t.Remarks(), t.Legend()) {
		rows = append(rows, []string{"说明", remark})
	}
	return report.CSV(head, rows)
}

// cellsV2 are a row, which is its n-th.
func cellsV2(r report.Row, n int) []string {
	row := []string{strconv.Itoa(n), r.Unit.Short}
	add := func(numbers ...int) {
		for _, n := range numbers {
			row = append(row, strconv.Itoa(n))
		}
	}
	add(r.Groups, r.Due, r.Sent, r.Unknown, r.Sessions, r.Expected, r.Present, r.Own, r.Vouched)
	listed, public := "—", "未报"
	if _, ok := r.Rate(); ok {
		listed = strconv.Itoa(r.Listed)
	}
	if r.HasPublic() {
		public = "有"
	}
	zero := "—"
	if r.ZeroDeclared {
		zero = "自报"
	}
	row = append(row, listed, percentageV2(r.Rate()))
	add(r.Excused)
	row = append(row, percentageV2(r.RateWithoutLeave()))
	add(r.CheckIns, r.Late, r.Doubtful, r.Nameless)
	row = append(row, figureV2(r.Heads.Expected), figureV2(r.Heads.Actual), figureV2(r.Heads.Leave))
	add(r.Held, r.Joined, r.Joint)
	row = append(row, public, zero)
	add(r.Pending)
	return append(row, r.Note())
}

func percentageV2(percent int, ok bool) string {
	if !ok {
		return "—"
	}
	return strconv.Itoa(percent) + "%"
}

func figureV2(n *int) string {
	if n == nil {
		return "—"
	}
	return strconv.Itoa(*n)
}

// deliveriesV2 are those of the first form too.
func deliveriesV2(s *book.State, m bot.Month) []byte {
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
	return report.CSV(head, rows)
}

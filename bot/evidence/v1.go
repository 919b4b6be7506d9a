package evidence

import (
	"fmt"
	"strconv"
	"strings"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/ledger"
	"fanzha/bot/report"
)

// This file makes what a file of the first form holds, so that those that were
// handed out still verify. They knew of own check-ins only. Nothing here may
// change.

func formV1() form {
	return form{
		name:  "fanzha evidence v1",
		order: []string{fileReadme, fileUnits, fileCheckIns, fileDeliveries, fileGroups, fileEntries, fileProof, fileCheckpoint},
		knows: knownV1,
		make:  makeV1,
	}
}

// knownV1 reports whether the first form could show what p says. A file of that
// form with anything else in it was made to hide it.
func knownV1(p bot.Payload) bool {
	switch p := p.(type) {
	case *bot.Filed, *bot.FilingSettled, *bot.FilingVoided, *bot.Excused:
		return false
	case *bot.CheckedIn:
		return p.Via.Own() && p.Filing == ""
	case *bot.SessionOpened:
		return p.Month == ""
	}
	return true
}

func makeV1(entries []ledger.Entry, man manifest, size int64, key string) map[string][]byte {
	s := replay(entries)
	t := report.Month(s, man.month)
	remarks := remarksV1(t)
	return map[string][]byte{
		fileReadme:     []byte(readmeV1(t.County, man, size, key, remarks)),
		fileUnits:      unitsV1(t, remarks),
		fileCheckIns:   checkInsV1(s, entries, man.month),
		fileDeliveries: deliveriesV1(s, man.month),
		fileGroups:     report.Groups(s),
	}
}

func remarksV1(t report.Table) []string {
	out := []string{"群内签到只证明本人阅读了推送，不等于单位组织或参与了公开教育活动。"}
	if t.Conduct.SingleHanded {
		out = append(out, "本月有时段关闭了“起草与审批分开”（fourEyes: false），预警可能由一人起草并审批。")
	}
	if t.Corrections > 0 {
		out = append(out, fmt.Sprintf("全县本月有 %d 条签到被更正作废，不计入。", t.Corrections))
	}
	return out
}

func unitsV1(t report.Table, remarks []string) []byte {
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
	for _, remark := range remarks {
		rows = append(rows, []string{"说明", remark})
	}
	return report.CSV(head, rows)
}

func checkInsV1(s *book.State, entries []ledger.Entry, m bot.Month) []byte {
	void := takenBack(entries).checkIns
	head := []string{"回执", "台账条目", "时间", "单位", "场次", "主题", "姓名", "成员编号", "方式", "补签", "状态"}
	var rows [][]string
	for _, e := range entries {
		c, ok := e.Payload.(*bot.CheckedIn)
		if !ok || !inMonth(s, c.Session, m) {
			continue
		}
		via, late, state := "点卡片", "", "有效"
		if c.Via == bot.ViaText {
			via = "发消息"
		}
		if c.Late {
			late = "是"
		}
		if reason, ok := void[e.Seq]; ok {
			state = "作废：" + reason
		}
		rows = append(rows, []string{
			string(e.Receipt()), strconv.FormatInt(e.Seq, 10), clock(e.At), s.Directory.Unit(c.Unit).Short, string(c.Session),
			s.Attendance.Session(c.Session).Title, nameOf(s, c.Private.Name, c.Member), string(c.Member), via, late, state,
		})
	}
	return report.CSV(head, rows)
}

func readmeV1(county string, m manifest, size int64, key string, remarks []string) string {
	masked := "含签到人姓名和账号，属个人信息，请按规定保管，不得公开。"
	if m.masked {
		masked = "已隐去姓名和账号，只有成员编号。"
	}
	return strings.Join([]string{
		county + m.month.Chinese() + "反诈教育证据包",
		"",
		"一、内容",
		fileUnits + "　　每个单位一行：建群、推送、签到",
		fileCheckIns + "　　每条签到一行，含回执编号和台账条目编号",
		fileDeliveries + "　　每次推送到每个群一行",
		fileGroups + "　　单位和群的绑定",
		fileEntries + "　　以上各表所依据的台账原始条目",
		fileProof + "、" + fileCheckpoint + "、" + fileManifest + "　　证明材料和签名",
		masked,
		"",
		"二、核验",
		"任何人都可以核验，不需要联网，也不需要信任办公室的服务器：",
		"　　fanzha verify 本文件.zip --key 公钥",
		"公钥应从单位群的公告或办公室的正式文件取得，不要用本文件里的。供对照：",
		"　　" + key,
		"群里每次签到小结末尾的“存证点”由各单位留存。用留存的存证点核验，可以发现整本台账被换过：",
		"　　fanzha verify 本文件.zip --key 公钥 --witness 存证点",
		"",
		"三、说明",
		fmt.Sprintf("台账共 %d 条，本文件包含第 %d 至 %d 条的全部条目，以及此前有关的单位、群、人员和预警条目。范围之外有无更晚的名册或更正，本文件不能证明，以导出时的台账为准。", size, m.from, m.to),
		strings.Join(remarks, "\n"),
		"表中“—”表示没有名册，或本文件隐去了名册，无法比对。",
		"",
	}, "\n")
}

func deliveriesV1(s *book.State, m bot.Month) []byte {
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

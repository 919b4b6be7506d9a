package report

import (
	"fmt"

	"fanzha/bot"
	"fanzha/bot/book"
)

// Export is the answer to “11月台账发我”: the month table as a file, and plainly
// what the bot cannot make. It names nobody.
func Export(s *book.State, sp Span, units []bot.UnitID, tag, kind, format string) (Answer, *bot.File) {
	what := kind
	if what == "" {
		what = "汇总表"
	}
	var note string
	switch {
	case kind == "证据包" || format == "zip" || kind == "照片" || kind == "签到表" || kind == "材料":
		m := sp.last()
		return Say("证据包由系统管理员在服务器上导出，带姓名的要写用途：", fmt.Sprintf("fanzha export --month %s -o %s.zip", m, m),
			"照片和签到表原件助手暂不保存，包里没有。"), nil
	case kind == "通报" || kind == "年报" || kind == "季报" || kind == "周报":
		what, note = "汇总表", kind+"文稿助手还不会起草，先发汇总表供您引用。"
	case format == "pdf" || format == "docx" || format == "pptx":
		note = "聊天里只能发 CSV 表，先发汇总表；WPS、Excel 都能打开。"
	case format == "xlsx":
		note = "发的是 CSV 表，WPS、Excel 都能打开。"
	case kind == "考评":
		note = "只列事实，不打分。"
	}
	who := shorts(s, units) + tag
	if who == "" {
		who = s.Directory.County
	}
	name := who + "-" + sp.file() + "-" + what
	a := Answer{Head: []string{fmt.Sprintf("%s%s见附件：%s.csv", sp.Chinese(), what, name)}}
	if note != "" {
		a.Head = append(a.Head, note)
	}
	if len(sp.Months) == 1 && len(units) == 0 && tag == "" {
		return a, &bot.File{Name: name + ".csv", Data: Month(s, sp.last()).CSV()}
	}
	sh := Sheets(s, sp, tag)
	sh.Name = name
	if len(units) > 0 {
		var rows [][]string
		for _, u := range units {
			for _, row := range sh.Rows {
				if row[1] == s.Directory.Unit(u).Short {
					rows = append(rows, row)
				}
			}
		}
		sh.Rows = rows
	}
	return a, sh.File()
}

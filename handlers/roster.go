package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"fanzha/bot"
	"fanzha/bot/book"
	"fanzha/bot/roster"
)

// A RosterFile is a name list that an operator hands in.
type RosterFile struct {
	// Unit is the one that all lines belong to, as people name it; empty if
	// the file has a column for it.
	Unit string `json:"unit"`
	Name string `json:"name"` // of the file
	Data []byte `json:"data"`
	// SkipBad imports the good lines although there are bad ones.
	SkipBad bool `json:"skipBad"`
}

// ImportRoster replaces the rosters of the units in a file, all of them or none,
// and returns a report of every line that is not in order. With bad lines it
// refuses, unless they are to be skipped.
func (b *Bot) ImportRoster(ctx context.Context, as bot.OperatorID, f RosterFile) (string, error) {
	op, err := b.operatorWith(as, bot.RoleManage, "导入名册")
	if err != nil {
		return "", err
	}
	var unit bot.UnitID
	if f.Unit != "" {
		if unit, err = b.unitArg(f.Unit); err != nil {
			return "", err
		}
	}
	table, err := roster.Read(f.Name, f.Data)
	if err != nil {
		return "", err
	}
	sheets, problems := roster.Parse(table, unit, func(name string) (bot.UnitID, bool) {
		id, err := b.unitArg(name)
		return id, err == nil
	})
	report := strings.TrimSpace(roster.Report(problems, 20))
	if roster.Blocked(problems) && !f.SkipBad {
		return "", bot.Refuse("名册有不对的行，一行也没有导入", "请改好再导入，或加 --skip-bad 只导入其余的行。"+strings.TrimSuffix(report, "。"))
	}
	sum := sha256.Sum256(f.Data)
	err = b.do(ctx, func(s *book.State, _ time.Time) ([]bot.Payload, error) {
		var all []bot.Payload
		for _, sheet := range sheets {
			out, err := s.Directory.Import(sheet.Unit, sheet.Lines, hex.EncodeToString(sum[:]), op.ID)
			if err != nil {
				return nil, err
			}
			all = append(all, out...)
		}
		return all, nil
	})
	if err != nil {
		return "", err
	}
	lines := make([]string, 0, len(sheets)+1)
	for _, sheet := range sheets {
		lines = append(lines, fmt.Sprintf("已导入：%s %d 人", b.short[sheet.Unit], len(sheet.Lines)))
	}
	if report != "" {
		lines = append(lines, report)
	}
	return strings.Join(lines, "\n"), nil
}

// operatorWith returns an operator who holds role r.
func (b *Bot) operatorWith(as bot.OperatorID, r bot.Role, what string) (bot.Operator, error) {
	op, err := b.Operator(as)
	if err == nil && !op.Has(r) {
		err = bot.Refuse(fmt.Sprintf("操作员“%s”没有%s的权限", as, what), "请在配置的 operators 里调整")
	}
	return op, err
}

// MayExport refuses an operator who may not export evidence, and a named export
// without a reason.
func (b *Bot) MayExport(as bot.OperatorID, masked bool, reason string) error {
	if _, err := b.operatorWith(as, bot.RoleManage, "导出"); err != nil {
		return err
	}
	if !masked && strings.TrimSpace(reason) == "" {
		return bot.Refuse("导出带姓名的证据包要写明用途", "请加 --reason 用途，或用 --masked 导出不带姓名的")
	}
	return nil
}

package push

import (
	"strings"
	"testing"

	"fanzha/bot"
)

// TestAlertLife tries every act at every state, with and without four eyes.
func TestAlertLife(t *testing.T) {
	const ok = ""
	// For each state, what draft again, verify, approve, plan and withdraw are
	// answered: words of the refusal, ok if they are done.
	table := []struct {
		state                                  bot.AlertState
		draft, verify, approve, plan, withdraw string
		ownVerify, ownApprove                  string // by the author, under four eyes
		soloVerify, soloApprove                string // by the author, without
	}{
		{state: bot.Drafted, draft: ok, verify: ok, approve: "不能审批", plan: "不能推送", withdraw: ok, ownVerify: "别人核实", ownApprove: "不能审批", soloVerify: ok, soloApprove: "不能审批"},
		{state: bot.Verified, draft: ok, verify: "不能核实", approve: ok, plan: "不能推送", withdraw: ok, ownVerify: "不能核实", ownApprove: "别人审批", soloVerify: "不能核实", soloApprove: ok},
		{state: bot.Approved, draft: ok, verify: "不能核实", approve: "不能审批", plan: ok, withdraw: ok, ownVerify: "不能核实", ownApprove: "不能审批", soloVerify: "不能核实", soloApprove: "不能审批"},
		{state: bot.Pushed, draft: "不能再改", verify: "不能核实", approve: "不能审批", plan: "不能推送", withdraw: ok, ownVerify: "不能核实", ownApprove: "不能审批", soloVerify: "不能核实", soloApprove: "不能审批"},
		{state: bot.Withdrawn, draft: "不能再改", verify: "不能核实", approve: "不能审批", plan: "不能推送", withdraw: ok, ownVerify: "不能核实", ownApprove: "不能审批", soloVerify: "不能核实", soloApprove: "不能审批"},
	}
	at := func(t *testing.T, s bot.AlertState) (*office, *Alert) {
		f := newOffice(t)
		if s == bot.Drafted || s == bot.Withdrawn {
			a := f.draft(content())
			if s == bot.Withdrawn {
				f.must(f.Withdraw(a.ID, "有误", "ban", noon, f.rules))
			}
			return f, a
		}
		if s == bot.Verified {
			a := f.draft(content())
			f.must(f.Verify(a.ID, a.Hash, "shi", f.rules))
			return f, a
		}
		a := f.approved(content())
		if s == bot.Pushed {
			f.must(f.Plan(a.ID, noon, "ban", "", f.rules))
		}
		return f, a
	}
	for _, row := range table {
		solo := rules()
		solo.FourEyes = false
		acts := []struct {
			name string
			do   func(f *office, a *Alert) ([]bot.Payload, error)
			want string
			then bot.AlertState
		}{
			{"draft", func(f *office, a *Alert) ([]bot.Payload, error) {
				_, out, err := f.Draft(a.ID, content(), "lin", "")
				return out, err
			}, row.draft, bot.Drafted},
			{"verify", func(f *office, a *Alert) ([]bot.Payload, error) { return f.Verify(a.ID, a.Hash, "shi", f.rules) }, row.verify, bot.Verified},
			{"approve", func(f *office, a *Alert) ([]bot.Payload, error) {
				return f.Approve(a.ID, a.Hash, false, "ban", f.rules)
			}, row.approve, bot.Approved},
			{"plan", func(f *office, a *Alert) ([]bot.Payload, error) { return f.Plan(a.ID, noon, "ban", "", f.rules) }, row.plan, bot.Pushed},
			{"withdraw", func(f *office, a *Alert) ([]bot.Payload, error) {
				return f.Withdraw(a.ID, "有误", "ban", noon, f.rules)
			}, row.withdraw, bot.Withdrawn},
			{"verify one's own", func(f *office, a *Alert) ([]bot.Payload, error) { return f.Verify(a.ID, a.Hash, "lin", f.rules) }, row.ownVerify, bot.Verified},
			{"approve one's own", func(f *office, a *Alert) ([]bot.Payload, error) {
				return f.Approve(a.ID, a.Hash, false, "lin", f.rules)
			}, row.ownApprove, bot.Approved},
			{"verify alone", func(f *office, a *Alert) ([]bot.Payload, error) { return f.Verify(a.ID, a.Hash, "lin", solo) }, row.soloVerify, bot.Verified},
			{"approve alone", func(f *office, a *Alert) ([]bot.Payload, error) { return f.Approve(a.ID, a.Hash, false, "lin", solo) }, row.soloApprove, bot.Approved},
		}
		for _, act := range acts {
			t.Run(string(row.state)+"/"+act.name, func(t *testing.T) {
				f, a := at(t, row.state)
				out, err := act.do(f, a)
				if act.want != ok {
					refused(t, act.name, err, act.want)
					if a.State != row.state {
						t.Errorf("state = %s after a refusal, want %s", a.State, row.state)
					}
					return
				}
				f.must(out, err)
				if a.State != act.then {
					t.Errorf("state = %s, want %s", a.State, act.then)
				}
			})
		}
	}
}

func TestDraft(t *testing.T) {
	f := newOffice(t)
	id, out, err := f.Draft("", content(), "lin", "msg1")
	f.must(out, err)
	if id != "A0001" || len(out) != 1 {
		t.Errorf("Draft = %s, %d entries, want A0001 and one", id, len(out))
	}
	if id, out, err := f.Draft("", content(), "lin", "msg1"); id != "A0001" || out != nil || err != nil {
		t.Errorf("the same message again: Draft = %s, %v, %v, want A0001 and nothing", id, out, err)
	}
	if id, out, err = f.Draft("", content(), "lin", "msg2"); id != "A0002" || len(out) != 1 || err != nil {
		t.Errorf("the same words in another message: Draft = %s, %v, want A0002", id, err)
	}
	_, _, err = f.Draft("A0009", content(), "lin", "")
	refused(t, "no such alert", err, "A0009")

	c := content()
	c.Technique, c.Source = "打开https://a.com，加13812345678", "县公安局b.com"
	a := f.draft(c)
	if got := a.Content.Technique + a.Content.Source; got != "打开hxxps://a[.]com，加138****5678县公安局b[.]com" {
		t.Errorf("content = %s, want it defanged", got)
	}
	if a.Hash != a.Content.Hash() {
		t.Error("the hash is not that of what is sent")
	}
}

func TestDraftNamesEveryFault(t *testing.T) {
	f := newOffice(t)
	for _, c := range []struct {
		rule string
		edit func(*bot.Content)
		want []string
	}{
		{"all is missing", func(c *bot.Content) { *c = bot.Content{} }, []string{"类别", "缺“主题”", "缺“手法”", "缺“防范”", "缺“来源”", "日期"}},
		{"a kind that the notice does not name", func(c *bot.Content) { c.Category = "通知" }, []string{"现身说法"}},
		{"a long topic", func(c *bot.Content) { c.Topic = strings.Repeat("刷", 21) }, []string{"“主题”有 21 字，最多 20 字"}},
		{"a topic over two lines", func(c *bot.Content) { c.Topic = "刷单\n标题：返利" }, []string{"只能各写一行"}},
		{"a long text", func(c *bot.Content) { c.Technique = strings.Repeat("刷", 2001) }, []string{"“手法”有 2001 字"}},
		{"a text that is too long once defanged", func(c *bot.Content) { c.Technique = strings.Repeat("刷", 1995) + " aa.cn" }, []string{"“手法”有 2003 字"}},
		{"blank is missing", func(c *bot.Content) { c.Countermeasures = " \n" }, []string{"缺“防范”"}},
		{"no such day", func(c *bot.Content) { c.SourceOn = "2026-02-30" }, []string{"2026-11-20 的样子"}},
	} {
		content := content()
		c.edit(&content)
		_, _, err := f.Draft("", content, "lin", "")
		for _, words := range c.want {
			refused(t, c.rule, err, words)
		}
	}
}

func TestVersionMustBeNamed(t *testing.T) {
	f := newOffice(t)
	a := f.draft(content())
	old := a.Hash
	_, err := f.Verify(a.ID, old[:5], "shi", f.rules)
	refused(t, "too short", err, "至少 6 位")
	_, err = f.Verify(a.ID, "", "shi", f.rules)
	refused(t, "none", err, "至少 6 位")
	_, err = f.Verify(a.ID, "zzzzzz", "shi", f.rules)
	refused(t, "another", err, "对不上")
	_, err = f.Verify("A0009", old, "shi", f.rules)
	refused(t, "no such alert", err, "A0009")
	f.must(f.Verify(a.ID, strings.ToUpper(old[:6]), "shi", f.rules))

	// Edited after it was verified: neither may be approved.
	c := content()
	c.Topic = "刷单返利新变种"
	_, out, err := f.Draft(a.ID, c, "lin", "")
	f.must(out, err)
	_, err = f.Approve(a.ID, old, false, "ban", f.rules)
	refused(t, "the text that was verified is gone", err, "对不上")
	_, err = f.Approve(a.ID, a.Hash, false, "ban", f.rules)
	refused(t, "the new text is not verified", err, "不能审批")
	if a.Verifier != "" {
		t.Error("the new text carries the verification of the old one")
	}
	// An entry for the old text, as of a second process, changes nothing.
	f.apply(&bot.AlertVerified{Alert: a.ID, Hash: old, By: "shi"}, &bot.AlertApproved{Alert: a.ID, Hash: old, By: "ban"})
	if a.State != bot.Drafted {
		t.Errorf("state = %s, want drafted", a.State)
	}
}

func TestUrgentIsApprovedAsUrgent(t *testing.T) {
	for _, c := range []struct {
		rule            string
		content, asSuch bool
		want            string
	}{
		{"urgent, approved as such", true, true, ""},
		{"urgent, approved unawares", true, false, "夜间也会发出"},
		{"not urgent, approved as urgent", false, true, "没有标紧急"},
		{"not urgent", false, false, ""},
	} {
		f := newOffice(t)
		text := content()
		text.Urgent = c.content
		a := f.draft(text)
		f.must(f.Verify(a.ID, a.Hash, "shi", f.rules))
		out, err := f.Approve(a.ID, a.Hash, c.asSuch, "ban", f.rules)
		if c.want != "" {
			refused(t, c.rule, err, c.want)
			continue
		}
		f.must(out, err)
		if a.Urgent != c.asSuch {
			t.Errorf("%s: urgent = %t", c.rule, a.Urgent)
		}
	}
}

func TestWithdraw(t *testing.T) {
	f := newOffice(t)
	_, err := f.Withdraw("A0009", "有误", "ban", noon, f.rules)
	refused(t, "no such alert", err, "A0009")
	a := f.draft(content())
	_, err = f.Withdraw(a.ID, " ", "ban", noon, f.rules)
	refused(t, "no reason", err, "理由")
	f.must(f.Withdraw(a.ID, "有误", "ban", noon, f.rules))
	if out, err := f.Withdraw(a.ID, "", "ban", noon, f.rules); out != nil || err != nil {
		t.Errorf("twice: Withdraw = %v, %v, want nothing", out, err)
	}
	f.apply(&bot.AlertWithdrawn{Alert: "A0009"})
}

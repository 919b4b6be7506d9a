package chat

import "testing"

// TestDanger rates the texts that danger was learnt from: of people who are being
// cheated, and innocent ones with the same words.
func TestDanger(t *testing.T) { rateDanger(t, 0.99, 0.98, files(t, dangerFiles)...) }

// TestDangerHeld rates texts that nothing was learnt from; its floors are a
// little below what was measured.
func TestDangerHeld(t *testing.T) { rateDanger(t, 0.95, 0.87, "testdata/danger_held.tsv") }

// rateDanger fails if of the dangers in files fewer are found, or of the innocent
// texts fewer spared, than these shares.
func rateDanger(t *testing.T, find, spare float64, files ...string) {
	t.Helper()
	var found, spared hit
	for _, name := range files {
		for _, f := range readTSV(t, name) {
			if got := Danger(f[0]); f[1] == "danger" {
				found.add(got)
			} else {
				spared.add(!got)
			}
		}
	}
	t.Logf("found %v, spared %v", found, spared)
	if found.rate() < find || spared.rate() < spare {
		t.Errorf("found %v, spared %v", found, spared)
	}
}

// TestNoDangerElsewhere: of all labelled replies that count, and of the queries,
// none is danger, and of the rest hardly any but cries for help and clues.
func TestNoDangerElsewhere(t *testing.T) {
	var found, spared hit
	for _, name := range files(t, replyFiles) {
		for _, r := range readRows(t, name) {
			got := Danger(r.text)
			switch {
			case calls(r):
				found.add(got)
			case r.intent != string(Clue):
				spared.add(!got)
			}
			if got && r.want["counts"] != false {
				t.Errorf("%s: Danger(%q)", name, r.text)
			}
		}
	}
	if found.rate() < 1 || spared.rate() < 0.998 {
		t.Errorf("found %v, spared %v", found, spared)
	}
	for _, name := range []string{"testdata/queries.tsv", "testdata/queries_more.tsv"} {
		for _, r := range readRows(t, name) {
			if Danger(r.text) {
				t.Errorf("%s: Danger(%q)", name, r.text)
			}
		}
	}
}

// TestDangerSigns names, for every sign, a text that has it and one with the
// same characters that has not.
func TestDangerSigns(t *testing.T) {
	for _, c := range []struct {
		name    string
		sign    class
		has, no string
	}{
		{"harm", sHarm, "我被骗了两千", "我怕被骗"},
		{"swindler", sWindler, "有人冒充校长", "我怕被骗"},
		{"stake", sStake, "让我转安全账户", "不安全"},
		{"loss", sLoss, "钱取不出来了", "没收到签到表"},
		{"pressure", sPress, "不让我挂电话", "领导挂帅"},
		{"doubt", sDoubt, "我转不转", "我是不是签过了"},
		{"demand", sDemand, "他催我付款", "他没让我付款"},
		{"did", sDid, "刚给他转了两千", "我没转给他"},
		{"about", sAbout, "正准备交呢", "交了"},
		{"just", sJust, "刚才交的", "交了"},
		{"stranger", sStrange, "客服说的", "张三说的"},
		{"channel", sChannel, "短信里的", "嘴上说的"},
		{"lure", sLure, "我想贷款", "我想签到"},
		{"money", sMoney, "两万三", "110"},
		{"secret", sSecret, "验证码是几", "验收"},
		{"me", sMe, "俺", "他"},
		{"kin", sKin, "我妈", "我县"},
		{"lesson", sLesson, "今天学的案例", "学校"},
		{"telling", sTelling, "宣传了一上午", "说了一上午"},
		{"general", sGeneral, "凡是要钱的", "他是要钱的"},
		{"unreal", sUnreal, "如果他不还", "他要是不还就抓他"},
		{"suppose", sSuppose, "怎么识别", "认识"},
		{"far", sFar, "听说邻县有", "我听他说"},
		{"past", sPast, "去年的事", "昨天的事"},
		{"joke", sJoke, "哈哈", "唉"},
		{"escaped", sEscaped, "幸好没转", "正好转了"},
		{"ordered", sOrdered, "交党费", "交给他"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if signsOf(c.has)&c.sign == 0 {
				t.Errorf("%q lacks the sign", c.has)
			}
			if signsOf(c.no)&c.sign != 0 {
				t.Errorf("%q has the sign", c.no)
			}
		})
	}
}

// TestDangerRules names what the model must have learnt, and the one rule beside
// it.
func TestDangerRules(t *testing.T) {
	for _, c := range []struct {
		rule string
		text string
		want bool
	}{
		{"a code given away is what they want", "我把验证码念给他了", true},
		{"not among one's own", "老公把工资卡交给我了，密码也告诉我了", false},
		{"called and no more: a clue", "00852开头的电话说我涉案", false},
		{"called, and money asked of us", "00852开头的电话说我涉案，让我转账", true},
		{"talk that names nobody", "学完才知道，让你交保证金才能提现的平台都是骗局", false},
		{"asked for and paid, and much beside", "法院传票短信让我交三千执行款，我刚交了", true},
		{"asked for and paid, in order", "会上领导让我们每人扫码进群，我扫了", false},
		{"a condition forbids nothing", "他说不转钱就抓我", true},
		{"who signs, and speaks of nothing of the kind", "刚才网卡了没签上，柜台现在才腾出手，签到", false},
		{"an official reports who is being cheated", "我支行一名储户执意汇款给所谓导师，请求民警协助", true},
		{"whom the police talked out of it in time", "上周我行成功劝阻一名客户，挽损十二万", false},
		{"as it would be done", "演练：客户坚持转账，柜员劝阻无效，请民警到场", false},
		{"cheated today, and where to go", "今天上午被骗了，该去哪个派出所报案", true},
		{"papers of a report", "报案材料放哪里去了", false},
		{"on the way to pay for a promise", "我大舅说有个老兵债券，明天就去交三万", true},
		{"what one buys at a bank", "大舅买了国债，说利息高", false},
		{"errands at a bank", "俺娘去银行换存折咧", false},
		{"the warning that stands in his way is to go", "他说反诈软件误拦，叫我先卸了，我已经卸了", true},
		{"the warning is to stay", "千万不要卸载反诈中心app", false},
		{"what became of the app", "我手机反诈APP卸载了，重新装不上", false},
		{"a cry about work", "救命，考核又加码", false},
		{"a cry about money", "救命我转了五千给骗子", true},
		{"a purse that is empty", "这月钱没了，蹭饭去", false},
		{"money that is gone", "卡里钱没了，没点过啥链接", true},
		{"children", "娃不听话，回头教训他", false},
		{"what is forbidden is not done", "别给他转钱，别告诉他验证码", false},
	} {
		if got := Danger(c.text); got != c.want {
			t.Errorf("%s: Danger(%q) = %v, want %v", c.rule, c.text, got, c.want)
		}
	}
}

func signsOf(text string) class { return readDanger([]rune(text), new(dangerRoom)).signs }

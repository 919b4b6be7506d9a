package chat

import "testing"

// TestDangerOrdinary names, for every kind of everyday matter, texts that it keeps from
// being taken for danger, and texts in the same words that are danger all the same.
func TestDangerOrdinary(t *testing.T) {
	cases := map[string]struct{ spared, danger []string }{
		"买的东西到了":   {[]string{"网上订的种子到了，付了定金的来拿", "货款已经打过去了，做横幅的，请查收", "展架送来了，我转了他三百八"}, []string{"网上订的饲料，钱付了货没来，电话也没人接", "茶叶到了，付了三千，全是树叶", "货款付了两万八，说司机在路上，司机电话是空号"}},
		"按月扣的钱":    {[]string{"车贷明天扣款，卡里先存上钱", "个税扣了一百多，看工资条"}, []string{"房贷卡上扣了八千，我没弄啊", "信用卡扣了三千，不是我刷的，咋回事", "房贷扣款失败，他让我把钱存到另一个户头"}},
		"给自己的卡充钱":  {[]string{"刚给油卡充了三百", "刚往ETC里充了两百，明天下乡"}, []string{"加油卡充了五百，那个群就解散了", "etc充了二百，输完验证码又扣了四千", "话费充了一百，那人又说要两百"}},
		"急的是材料":    {[]string{"救命，总结又要重写", "急！台账三点前要，马局长催了"}, []string{"急，领导在QQ上要材料，叫我加个群，进去就让我转账", "急，材料上说我涉嫌洗钱"}},
		"领导要材料":    {[]string{"张主任让我两点前把报表交了，我交了", "刘局让我把通知转给司法，已经转了"}, []string{"主任让我把材料费先垫上六千，我垫了才发现是假号", "书记让我先付货款三万，明天到，我付了"}},
		"会上共享屏幕":   {[]string{"培训用屏幕共享，我已经把PPT打开了", "共享屏幕卡住了，重新投影", "单位电脑装远程控制合规吗"}, []string{"他在会议里让我屏幕共享，我打开手机银行了", "下了他给的会议软件，屏幕在共享，手机烫得不行", "办公电脑被人远程控制了，我在边上看着"}},
		"拿没钱说笑":    {[]string{"钱没了，下月吃土", "卡里没钱，骗子见了都得哭着走"}, []string{"卡里没钱了，刚才还有两万，是不是骗子弄的"}},
		"家里人托的小事":  {[]string{"二姨让我给她充话费，充了五十", "媳妇让我下班买肉，转了我一百"}, []string{"我妈让我充话费，打过去问她说没这事", "媳妇让我买菜，实际是有人拿她手机，我转了五千"}},
		"去银行办事":    {[]string{"存折到期了，我爹去续存，在银行排队", "正在银行给单位交款，晚到一会"}, []string{"我妈在银行排队，要给那个专家打钱", "我爸去信用社转存，说是转到他们指定的户", "在柜台办对公转账，老板微信催我，感觉不对"}},
		"自己交的费":    {[]string{"我扫码付了停车费，能报销不"}, []string{"我扫码付了停车费，付完又扣了我一千九"}},
		"丢了的赔了":    {[]string{"快递丢了，人家已经按平台赔了"}, []string{"快递丢了，人家赔了我三百，又说打多了让我退回去"}},
		"谈妥的活儿":    {[]string{"我对象在网上谈妥了婚庆，定金也付了"}, []string{"网上谈的婚庆，定金付了八千，人联系不上了"}},
		"问会不会泄露":   {[]string{"登记这个会不会把我手机号泄露出去"}, []string{"登记了个领鸡蛋的，身份证也拍给他了，现在收到贷款短信，会不会被贷了"}},
		"卡里够不够":    {[]string{"我卡里的钱是不是够交学费"}, []string{"卡里的钱够不够交保证金，他说交了才放款"}},
		"东西落下了":    {[]string{"我把卡落取款机里了，银行帮我收着呢"}, []string{"卡落取款机里了，门上贴的电话，客服叫我转到安全账户"}},
		"补贴发下去了":   {[]string{"残疾补贴已经给老王家打过去了"}, []string{"粮补钱打过去了，打给那个自称乡政府的了"}},
		"(bidden)": {[]string{"领导让我们别把反诈APP关了", "手机升级把反诈中心卸载了，重装一下", "骗子把我逗笑了"}, []string{"对方让关闭反诈中心，说影响放款，我关了", "他让我先卸载反诈APP，再下他那个", "骗子用我邮箱给客户发了新账号，客户把九万货款打给他们了"}},
	}
	for _, o := range ordinaries {
		if _, ok := cases[o.name]; !ok {
			t.Errorf("%s has no case", o.name)
		}
	}
	for name, c := range cases {
		for _, text := range c.spared {
			if Danger(text) {
				t.Errorf("%s: Danger(%q)", name, text)
			}
		}
		for _, text := range c.danger {
			if !Danger(text) {
				t.Errorf("%s: Danger(%q) is false", name, text)
			}
		}
	}
}

// TestSpelledCry: money that is gone is spelled as checking in is, and is heard first.
func TestSpelledCry(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for text, want := range map[string]bool{
		"qian bei pian le zen me ban": true, "wo qian bei ren pian le": true, "bei pian qian le": true,
		"qian dao le zhaopian ye fa le": false, "wo qian dao le": false, "mei qian dao": false,
	} {
		if got := l.ReadReply(text, Context{Now: now}).Intent == CaseHelp; got != want {
			t.Errorf("%q: danger is %v, want %v", text, got, want)
		}
	}
}

// TestDangerEveryday rates dangers and everyday matters in the same words, by which
// the rules of the ordinary were made.
func TestDangerEveryday(t *testing.T) {
	rateDanger(t, 0.975, 0.97, "testdata/corpus/danger_everyday.tsv")
}

package chat

import (
	"strings"
	"unicode"
)

// pinyinWords are the words of a query that people without an input method
// type in letters, each "letters=characters". Names of units are known beside
// them ([spellings]).
const pinyinWords = `benyue=本月 zheyue=这月 zhegeyue=这个月 shangyue=上月 shanggeyue=上个月 shangshangyue=上上月 jinnian=今年 qunian=去年 jintian=今天 zuotian=昨天 benzhou=本周 shangzhou=上周 shangbannian=上半年 xiabannian=下半年 jidu=季度 yue=月 nian=年 hao=号
	huodong=活动 qiandao=签到 canjia=参加 canyu=参与 canyulv=参与率 canyulu=参与率 qiandaolv=签到率 qiandaolu=签到率 changci=场次 renshu=人数 duoshaoren=多少人 duoshao=多少 jige=几个 jici=几次 jichang=几场 ji=几 ren=人 qingkuang=情况 zenmeyang=怎么样 shuju=数据 mingdan=名单
	mei=没 meiyou=没有 wei=未 hai=还 que=缺 cha=差 gao=搞 bao=报 jiao=交 shui=谁 naxie=哪些 najia=哪家 najijia=哪几家 nage=哪个 danwei=单位 de=的 le=了 ma=吗 he=和 you=有 dou=都 quanxian=全县 xiangzhen=乡镇 yinhang=银行 yunyingshang=运营商 zhengfa=政法
	taizhang=台账 tongbao=通报 yuebao=月报 kaoping=考评 daochu=导出 xiazai=下载 fawo=发我 zhaopian=照片 qiandaobiao=签到表 xiaojie=小结 cailiao=材料 tuisong=推送 tui=推 tuile=推了 yujing=预警 jianqun=建群 qun=群 paiming=排名 paihang=排行 duibi=对比 qianwu=前五 qiansan=前三 diyi=第一 daoshu=倒数
	tishihan=提示函 huizhi=回执 yuetan=约谈 duban=督办 guapaiduban=挂牌督办 xiansuo=线索 faan=发案 qingjia=请假 buqian=补签 daiqian=代签 gengzheng=更正 weishenme=为什么 zenme=怎么 fang=防 shuadan=刷单 bangzhu=帮助 zenmecha=怎么查 cha=查 kan=看`

// addPinyin enters the words that are typed in letters, and the units' names
// in letters, into the spelling dictionary.
func (l *Lexicon) addPinyin(forms map[string][]word) {
	for _, s := range strings.Fields(pinyinWords) {
		letters, han, _ := strings.Cut(s, "=")
		l.pinyin.add(letters, word{val: han})
	}
	for form, ws := range forms {
		if w, ok := oneUnit(ws); ok && isLatin(form) && len(form) >= 4 {
			l.pinyin.add(form, word{val: l.shorts[w.unit], unit: w.unit})
		}
	}
}

// respell turns a query that is typed in letters and digits only
// (gonganju shangge yue) into characters, if words of the dictionary cover it
// wholly; of the ways to do so that with the fewest words.
func (l *Lexicon) respell(text []rune) []rune {
	var letters []rune
	for _, r := range text {
		switch {
		case isLetter(r) || isDigit(r) || r == '.' || r == '-':
			letters = append(letters, r)
		case unicode.IsSpace(r) || r == '\'':
		default:
			return text
		}
	}
	if len(letters) < 6 {
		return text
	}
	type step struct {
		n    int // words so far; 0 is not reached
		from int
		han  string
	}
	best := make([]step, len(letters)+1)
	best[0].n = 1
	for i, r := range letters {
		if best[i].n == 0 {
			continue
		}
		reach := func(end int, han string) {
			if s := &best[end]; s.n == 0 || best[i].n+1 < s.n {
				*s = step{best[i].n + 1, i, han}
			}
		}
		if !isLetter(r) {
			reach(i+1, string(r))
			continue
		}
		l.pinyin.each(letters, i, func(n int, w *word) { reach(i+n, w.val) })
	}
	end := len(letters)
	if best[end].n == 0 {
		return text
	}
	han := ""
	for end > 0 {
		han = best[end].han + han
		end = best[end].from
	}
	return []rune(han)
}

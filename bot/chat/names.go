package chat

import (
	"strings"
	"sync"
)

// surnames are the common one-character surnames.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文卫冀阴亢柴卜柳尚成安靳闫原牛温景申解吉裴畅关祁樊晋辛鲁翟兰殷洪翁邢倪庞颜庄聂章左焦包项耿管褚巩葛岳桑强宁苗曲薄车弓封支荆甄郗邸郜郄岑俞华路仝阮季向纪费符古童齐梅盛司时毕阳欧游甘祝涂蓝屈艾冷苟曙於丛詹宫骆麻柏尉党占凌鲍宗裘缪计肖霍付覃佟郇亓仉昝逯毋濮芮羿晁訾芦庾戚柯蒲蔺邬邝邰郏郦闵储刁栾仇敖卓匡臧滕隋冼钮佘邴缑迟娄巫麴楼闾沃牟鞠鄢荀蔚茹宓璩撖戈窦喻奚酆卞湛狄茅贲嵇汲糜隗钭戎蓟胥莘冉雍瞿阙夔厍阚饶乜蒯竺桓谌郐禚眭睢隽綦禤仵迮冶弋尧韦廉韶郎舒虞谯笪佴缐辜郈菅斛撒仰鄂屠寇昌郁穆逄殳訚郸轩邾隰岐苌茌邶鄯鄞鄄鬲蹇澹銮郯苻郓郾盍郅辕邛宦伍杭姬慕浦仵勾崞陶施尤丘"

// rareSurnames begin ordinary words more often than names: 都 兴旺, 从 玉梅, 席
// 小娟. Such a name is only taken where nothing else makes sense of the text.
const rareSurnames = "谷全滑蒙束暴诸席淮幸鹿介从伊栗库都操敬苑楚粟续贠禹檀宿浑呼药侍遆池边宰扈晏容暨禄茆朴莫米虎索帅荣藏闪揭忻咸籍巨井巴乌桂贝严沙"

// wordSurnames begin so many words (师生, 惠民) that only a name of three
// characters is taken for one.
const wordSurnames = "师皮厉权惠贡麦燕单"

// doubleSurnames are those of two characters.
const doubleSurnames = "欧阳 上官 司马 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 夏侯 宇文 端木 百里 南宫 濮阳 澹台 呼延 闻人 钟离 东郭 独孤 相里 淳于 申屠 单于 万俟 赫连 太叔 轩辕 仲孙 公冶 宗政 公羊 鲜于 闾丘 亓官 司寇 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 羊舌 梁丘 左丘 纳兰 贺兰 完颜 叶赫 那拉 耶律 达奚 斛律 豆卢 屈突 尔朱 仆固 哥舒 东里 库狄 乙弗 费莫 富察 佟佳 马佳 呼衍 沮渠 贺若 宿勤 纥骨 吐谷 慕舆 斛斯 侯莫 公仪 太史 申徒 钟吾 西乞 胡母"

// notInNames are characters that words are made of and given names are not.
const notInNames = "俩仨由的了着记得走看见听提醒催抓吗呢吧啊呀咧么在到签没不有我你他她它们个是和与跟及同都也还就去请已经把给被让从向对说参加补代替帮假病事出差下乡驻村收过可能要想问怎什哪谁为因所以上习完毕打卡咔几多少人名位次场号日点分今昨您等共未该缺迟晚早再又很更最或且此这那里处局院委办部行科股室站队组校店群蓄税坏堵爆快诈骗警察检查络厂管"

// givenWords are given names that hold such a character all the same: 孙有福, 张向东.
// What ends in 和 is one only where no other name follows.
const givenWords = "有福 有才 有财 有根 有田 有生 有亮 有明 有旺 有林 有贵 有成 有德 有志 有强 有军 有平 有全 有信 有余 有道 有良 有庆 有年 有金 有喜 有龙 有光 有忠 有望 有发 有斌 有富 有宝 有堂 有智 有义 有胜 有仁 " +
	"和平 和生 和林 和荣 和义 和贵 和顺 和珍 永和 家和 兴和 春和 景和 祥和 瑞和 泰和 清和 仁和 志和 保和 福和 玉和 " +
	"为民 为国 为东 为华 为军 为平 为忠 大为 有为 可为 向东 向阳 向红 向荣 向军 向南 向明 向华 向群 向辉 向丽 向梅 向英 向平 " +
	"加林 加宝 加兴 加福 加旺 加利 加乐 得胜 得福 得贵 得宝 得财 得志 得生 得才 得利 得明 得草 得龙 可欣 可心 可可 可儿 可馨 可佳 可昕 可凡 可夫 可盈 可新 同生 同庆 同心 同乐 同兴 同林 同贵 同德 同喜 同顺 大同 " +
	"晚霞 晚晴 晚生 晚秋 再兴 再生 再明 再平 再旺 再林 再新 跟成 跟喜 跟虎 跟兴 跟明 跟生 跟柱 跟旺 从文 从军 从容 从华 习文 习武 要武 要军 要文 要红 多福 多才 多多 院生 院平 院红 院兰 名扬 名贵 当家 因生 新记 场生 场娃 站平 站红 补元 差娃 家场 群英 群芳 群生 建群 爱群 喜群 卫群 立群 超群 丽群 志群 群力 群虎 群明 群喜 群旺 群山 利群 亚群 冠群 少群 明明 天明 天佑 天亮 天才 天平 天成 月月"

// givenAlone are such characters that are a whole given name behind the commonest
// surnames: 李想, 史可.
const (
	givenAlone    = "可想群"
	aloneSurnames = "王李张刘陈杨赵周吴徐孙朱高林郭马罗梁宋郑谢韩唐史任曹薛郝"
)

// seldomInNames are characters of both: 景宝明, but 张三 明天.
const seldomInNames = "明学天年月应实公银会"

// titles are words after a surname that stand for a person.
const titles = "主任 局长 书记 科长 股长 老师 部长 镇长 乡长 校长 院长 所长 站长 经理 行长 会计 师傅 主席 队长 处长 总 哥 姐 叔 姨 局 主管 同志"

// A nameRole says how a character takes part in names: a set, one bit each.
type nameRole uint8

const (
	isSurname nameRole = 1 << iota
	isRareSurname
	isWordSurname
	beginsDouble // 欧 of 欧阳
	endsDouble   // 阳 of 欧阳
	beginsTitle  // 主 of 主任
	notGiven     // of notInNames
	seldomGiven  // of seldomInNames
)

// nameRoles holds the roles of the characters of the lists above.
var nameRoles = sync.OnceValue(func() *[1 << 16]nameRole {
	roles := new([1 << 16]nameRole)
	for _, list := range []struct {
		chars string
		role  nameRole
	}{{surnames, isSurname}, {rareSurnames, isRareSurname}, {wordSurnames, isWordSurname}, {notInNames, notGiven}, {seldomInNames, seldomGiven}} {
		for _, r := range list.chars {
			roles[r] |= list.role
		}
	}
	for _, two := range strings.Fields(doubleSurnames) {
		rs := []rune(two)
		roles[rs[0]] |= beginsDouble
		roles[rs[1]] |= endsDouble
	}
	for _, title := range strings.Fields(titles) {
		roles[[]rune(title)[0]] |= beginsTitle
	}
	return roles
})

func roleOf(r rune) nameRole {
	if r >= 1<<16 {
		return 0
	}
	return nameRoles()[r]
}

// What a name costs more than a plain one, because a character of it seldom
// stands in names.
const (
	costRare   = 60
	costSeldom = 60
	costGiven  = 40
)

// givenNames holds givenWords.
var givenNames = sync.OnceValue(func() map[[2]rune]bool {
	m := make(map[[2]rune]bool)
	for w := range strings.FieldsSeq(givenWords) {
		m[[2]rune([]rune(w))] = true
	}
	return m
})

// eachGiven calls f with the end of what is a given name at text[lo] although it
// holds a character that names seldom do.
func eachGiven(text []rune, lo int, f func(end, dearer int)) {
	if lo+1 < len(text) && (roleOf(text[lo])|roleOf(text[lo+1]))&(notGiven|seldomGiven) != 0 && givenNames()[[2]rune(text[lo:lo+2])] &&
		(text[lo+1] != '和' || lo+2 == len(text) || roleOf(text[lo+2])&isSurname == 0 && !strings.ContainsRune("我俺额老小他她", text[lo+2])) {
		f(lo+2, costGiven)
	}
	if lo > 0 && lo < len(text) && strings.ContainsRune(givenAlone, text[lo]) && strings.ContainsRune(aloneSurnames, text[lo-1]) {
		f(lo+1, costSeldom)
	}
}

// eachName calls f with the end of every run from text[i] that could be a
// person's name, and what makes it dearer: a surname and one or two
// characters, 老王, 小李, 李主任.
func eachName(text []rune, i int, f func(end, dearer int)) {
	lo, dearer, role := i+1, 0, roleOf(text[i])
	switch {
	case text[i] == '张' && i > 2 && (isDigit(text[i-1]) && isDigit(text[i-2]) && isDigit(text[i-3]) || strings.ContainsRune("十百千万余", text[i-1])):
		return // 500张彩页
	case text[i] == '老' || text[i] == '小':
		if lo < len(text) && roleOf(text[lo])&isSurname != 0 && text[lo] != '时' {
			f(lo+1, 0)
		}
		return
	case role&beginsDouble != 0 && lo < len(text) && isDoubleSurname(text[i:lo+1]):
		lo, role = lo+1, isSurname
	case role&(isRareSurname|isWordSurname) != 0:
		dearer = costRare
	case role&isSurname == 0:
		return
	default:
		for n := 1; n <= 2 && lo+n <= len(text) && roleOf(text[lo])&beginsTitle != 0; n++ {
			if isTitle(string(text[lo : lo+n])) {
				f(lo+n, 0)
			}
		}
	}
	eachGiven(text, lo, func(end, dear int) { f(end, dearer+dear) })
	for end := lo; end < lo+2 && end < len(text) && inGivenName(text[end]); end++ {
		if (end > lo || text[end] == '两') && countsNames(text, i, end) {
			return
		}
		if roleOf(text[end])&seldomGiven != 0 {
			dearer += costSeldom
			if end == lo && role&isRareSurname != 0 && (end+1 == len(text) || !inGivenName(text[end+1])) {
				return // 都学，都学了
			}
		}
		if text[end] != '会' && (end > lo || role&isWordSurname == 0) { // 李会军, but 李四 会签到
			f(end+1, dearer)
		}
	}
}

// countsNames reports that text[at], behind a name that begins at text[i], belongs to
// what is said of several: 王芳、李强两人, 王芳、李强均已签到.
func countsNames(text []rune, i, at int) bool {
	if at+1 >= len(text) {
		return false
	}
	switch next := text[at+1]; text[at] {
	case '两', '二', '三', '四', '五', '六', '七', '八', '九', '十':
		return strings.ContainsRune("人名位个口同", next)
	case '均', '皆':
		return i > 0 && strings.ContainsRune("、,和与 跟及", text[i-1]) && strings.ContainsRune("已完参到签学按在能可", next)
	}
	return false
}

func isDoubleSurname(two []rune) bool {
	return roleOf(two[0])&beginsDouble != 0 && roleOf(two[1])&endsDouble != 0 && containsWord(doubleSurnames, string(two))
}

func isTitle(s string) bool { return containsWord(titles, s) }

// containsWord reports whether the blank-separated list holds w.
func containsWord(list, w string) bool {
	if w == "" {
		return false
	}
	// What is looked for is the last byte: Chinese characters share their first.
	for end := len(w); end <= len(list); end++ {
		i := strings.IndexByte(list[end-1:], w[len(w)-1])
		if i < 0 {
			return false
		}
		end += i
		lo := end - len(w)
		if list[lo:end] == w && (lo == 0 || list[lo-1] == ' ') && (end == len(list) || list[end] == ' ') {
			return true
		}
	}
	return false
}

func inGivenName(r rune) bool {
	return (r >= 0x3400 && r <= 0x9FFF || r >= 0x20000 && r <= 0x3134F) && roleOf(r)&notGiven == 0
}

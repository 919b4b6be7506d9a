package chat

import (
	"strings"
	"sync"
)

// surnames are the common one-character surnames.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文卫冀阴亢柴卜柳尚成安靳闫原牛温景申解吉裴畅关祁樊晋辛鲁翟兰殷洪翁邢倪庞颜庄聂章左焦包项耿管褚巩葛岳桑强宁苗曲薄车弓封支荆甄郗邸郜郄岑俞华路仝阮季向纪费符古童齐梅盛司时毕阳欧游甘祝涂蓝屈艾冷苟曙於丛詹宫骆麻柏尉党占凌鲍宗裘缪计肖霍付覃佟郇亓仉昝逯毋濮芮羿晁訾芦庾戚柯蒲蔺邬邝邰郏郦闵亓储刁栾仇敖卓匡臧滕隋冼钮佘邴缑迟娄巫麴楼闾沃牟鞠鄢荀蔚茹宓"

// rareSurnames begin ordinary words more often than names: 都 兴旺, 从 玉梅, 席
// 小娟. Such a name is only taken where nothing else makes sense of the text.
const rareSurnames = "席淮幸鹿介从伊栗库都操敬苑楚粟续贠禹檀宿浑呼药侍遆池边宰扈晏容暨禄茆朴莫米虎索帅荣藏闪揭忻咸籍巨"

// doubleSurnames are those of two characters.
const doubleSurnames = "欧阳 上官 司马 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 夏侯 宇文 端木 百里 南宫 濮阳 澹台 呼延 闻人 钟离 东郭 独孤 相里 淳于 申屠"

// notInNames are characters that words are made of and given names are not.
const notInNames = "的了着记得走看见听提醒催抓吗呢吧啊呀咧么在到签没不有我你他她它们个是和与跟及同都也还就去请已经把给被让从向对说参加补代替帮假病事出差下乡驻村收过可能要想问怎什哪谁为因所以上习完毕打卡咔几多少人名位次场号日点分今昨您等共未该缺迟晚早再又很更最或且此这那里处局院委办部行科股室站队组校店群蓄税诈骗警察检查络厂"

// seldomInNames are characters of both: 景宝明, but 张三 明天.
const seldomInNames = "明学天年月应实公银会"

// titles are words after a surname that stand for a person.
const titles = "主任 局长 书记 科长 股长 老师 部长 镇长 乡长 校长 院长 所长 站长 经理 行长 会计 师傅 主席 队长 处长 总 哥 姐 叔 姨 局 主管 同志"

// nameRunes are the characters of the lists above as sets.
var nameRunes = sync.OnceValue(func() (sets struct{ surname, rare, double, not, seldom map[rune]bool }) {
	set := func(chars string) map[rune]bool {
		m := make(map[rune]bool)
		for _, r := range chars {
			m[r] = true
		}
		return m
	}
	sets.surname, sets.rare = set(surnames), set(rareSurnames)
	sets.not, sets.seldom = set(notInNames), set(seldomInNames)
	sets.double = make(map[rune]bool)
	for _, two := range strings.Fields(doubleSurnames) {
		sets.double[[]rune(two)[0]] = true
	}
	return sets
})

// What a name costs more than a plain one, because a character of it seldom
// stands in names.
const (
	costRare   = 60
	costSeldom = 60
)

// eachName calls f with the end of every run from text[i] that could be a
// person's name, and what makes it dearer: a surname and one or two
// characters, 老王, 小李, 李主任.
func eachName(text []rune, i int, f func(end, dearer int)) {
	lo, dearer, sets := i+1, 0, nameRunes()
	switch {
	case text[i] == '老' || text[i] == '小':
		if lo < len(text) && sets.surname[text[lo]] && text[lo] != '时' {
			f(lo+1, 0)
		}
		return
	case lo < len(text) && isDoubleSurname(text[i:lo+1]):
		lo++
	case sets.rare[text[i]]:
		dearer = costRare
	case !sets.surname[text[i]]:
		return
	default:
		for _, n := range []int{1, 2} {
			if lo+n <= len(text) && isTitle(string(text[lo:lo+n])) {
				f(lo+n, 0)
			}
		}
	}
	for end := lo; end < lo+2 && end < len(text) && inGivenName(text[end]); end++ {
		if sets.seldom[text[end]] {
			dearer += costSeldom
		}
		if text[end] != '会' { // 李会军, but 李四 会签到
			f(end+1, dearer)
		}
	}
}

func isDoubleSurname(two []rune) bool {
	return len(two) == 2 && nameRunes().double[two[0]] && containsWord(doubleSurnames, string(two))
}

func isTitle(s string) bool { return containsWord(titles, s) }

// containsWord reports whether the blank-separated list holds w.
func containsWord(list, w string) bool {
	for from := 0; w != ""; {
		i := strings.Index(list[from:], w)
		if i < 0 {
			return false
		}
		i, from = from+i, from+i+len(w)
		if (i == 0 || list[i-1] == ' ') && (from == len(list) || list[from] == ' ') {
			return true
		}
	}
	return false
}

func inGivenName(r rune) bool {
	return r >= 0x3400 && r <= 0x3134F && !nameRunes().not[r]
}

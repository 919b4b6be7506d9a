package search

import (
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// traditional pairs each traditional character with its simplified one: those
// of surnames and given names, and of talk about fraud. It is not the whole
// script.
const traditional = `簽签籤签課课財财農农縣县鄉乡鎮镇電电動动聯联郵邮儲储銀银業业監监檢检務务網网絡络數数據据
學学習习會会議议開开關关門门參参與与員员單单張张請请補补遲迟沒没還还過过來来時时間间點点後后們们個个這这裡里裏里誰谁從从
對对錯错證证發发現现場场報报導导總总結结繳缴賬账帳账戶户轉转錢钱騙骗詐诈號号碼码給给幫帮簡简體体護护訓训練练進进車车東东
馬马陳陈劉刘楊杨趙赵黃黄吳吴孫孙鄭郑許许羅罗謝谢韓韩馮冯蔣蒋葉叶蘇苏呂吕盧卢賈贾鐘钟鍾钟譚谭範范莊庄衛卫喬乔賀贺賴赖龔龚
鄒邹應应實实際际認认識识讀读寫写說说話话語语聽听見见覺觉問问題题無无為为麗丽華华國国軍军強强偉伟傑杰曉晓紅红蘭兰鳳凤龍龙
嚴严飛飞寧宁勝胜陽阳陰阴檔档統统計计類类圍围則则測测試试圖图書书畫画貼贴鏈链連连線线斷断續续極极歡欢慶庆節节團团隊队處处
辦办廣广廠厂廳厅擔担負负責责約约談谈確确絕绝誤误誌志願愿啟启聞闻視视機机構构營营運运級级別别標标準准備备歷历曆历雙双頭头
條条夠够讓让論论該该誇夸貸贷購购買买賣卖費费額额險险幣币獎奖禮礼領领樂乐嘗尝劃划區区醫医藥药稅税兒儿亞亚億亿優优傳传傷伤
價价儀仪內内兩两別别劇剧劍剑勞劳勢势勳勋協协廈厦嗎吗吳吴喪丧嚇吓園园圓圆聖圣執执堅坚塊块塵尘壞坏壓压壽寿夢梦奪夺奮奋婦妇媽妈
嬌娇孃娘寶宝將将尋寻屬属岡冈島岛嶺岭幹干廟庙彈弹張张復复復复徵征憂忧懷怀戀恋戰战戲戏擇择擊击擁拥掃扫掛挂採采揚扬換换損损搶抢
擬拟攝摄敗败敵敌斂敛時时晝昼暫暂曆历術术樓楼樣样橋桥權权歲岁歸归殺杀氣气決决況况減减測测溝沟滅灭滿满漢汉潔洁潤润濟济濤涛灣湾
災灾煙烟熱热燈灯爭争愛爱爾尔牆墙獻献獲获環环瑋玮瑩莹產产畢毕療疗癥症盜盗盤盘眾众睜睁礦矿碼码禍祸種种稱称穩稳窮穷競竞筆笔築筑
糧粮紀纪紅红純纯紙纸納纳紹绍終终組组細细經经綠绿維维緊紧緒绪緣缘編编緩缓縮缩績绩織织繪绘繼继罰罚義义聰聪職职肅肃腦脑臉脸臨临
舉举舊旧艦舰艱艰藝艺蓮莲薦荐薩萨蘆芦處处虛虚蟲虫術术補补裝装複复規规觀观觸触訂订訊讯記记設设訴诉診诊詞词詢询詳详誘诱調调諒谅
諾诺謀谋謊谎證证譯译讚赞豐丰貓猫貝贝財财貢贡貧贫貨货販贩貴贵賓宾資资賊贼賞赏賠赔質质賭赌贈赠贏赢趕赶躍跃軌轨軟软輕轻載载輛辆
輝辉輪轮輸输辭辞邊边達达違违遠远適适選选遺遗鄧邓釋释針针鈔钞鈞钧鈴铃銘铭鋒锋鋼钢錄录錦锦鍵键鎖锁鏡镜鐵铁長长閃闪閉闭閒闲閱阅
闖闯陸陆隨随隱隐雜杂離离難难雲云霧雾靈灵靜静韋韦頁页頂顶項项順顺須须預预頻频顏颜顧顾顯显風风飯饭飲饮餘余館馆駕驾駐驻驗验驚惊
鬥斗鬧闹魚鱼魯鲁鮮鲜鳥鸟鴻鸿鵬鹏鶴鹤麥麦黨党齊齐齡龄龐庞倉仓俠侠倫伦側侧債债僑侨儉俭冊册剛刚創创勵励匯汇彙汇臺台嶽岳嶸嵘巒峦
彥彦徑径憲宪懇恳慮虑慶庆曠旷棟栋榮荣槍枪櫻樱欽钦歐欧滬沪漁渔澤泽瀾澜瀟潇煒炜燁烨燦灿獨独珮佩瓊琼畝亩疊叠礎础禎祯穎颖紋纹綱纲
綺绮緯纬縱纵纓缨聲声膠胶萬万蔭荫藍蓝蘊蕴親亲詠咏詩诗誠诚諸诸諫谏謙谦譜谱賢贤贊赞軒轩農农遊游邁迈鄔邬閻阎闕阙閔闵陝陕鞏巩顥颢騰腾
驍骁驥骥魏魏鮑鲍鳴鸣黴霉齋斋龜龟寬宽賦赋賽赛錶表隸隶斃毙帶带幾几術术聶聂鄺邝酈郦鄲郸璽玺蕭萧薑姜竇窦欒栾婁娄`

// plain maps each traditional character to its simplified one.
var plain = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune)
	var first rune
	for _, r := range traditional {
		switch {
		case r == '\n':
		case first == 0:
			first = r
		default:
			m[first], first = r, 0
		}
	}
	return m
})

// fold makes s comparable: words and runs of Chinese, parted by single blanks.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	simple := plain()
	blank := false
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		switch {
		case isHan(r):
			if t, ok := simple[r]; ok {
				r = t
			}
		case unicode.IsLetter(r), unicode.IsDigit(r):
			r = unicode.ToLower(r)
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			continue // joiners and the like stand within a word
		default:
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// closeUp takes out the blanks between Chinese characters: a name is one word,
// whether it is written 张 三 or 阿不都·买买提.
func closeUp(folded string) string {
	if strings.IndexByte(folded, ' ') < 0 {
		return folded
	}
	words := strings.Fields(folded)
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			last, _ := utf8.DecodeLastRuneInString(words[i-1])
			if first, _ := utf8.DecodeRuneInString(w); !isHan(last) || !isHan(first) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(w)
	}
	return b.String()
}

func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r > 0x2E7F && unicode.Is(unicode.Han, r)
}

func runeCount(s string) uint16 { return uint16(min(utf8.RuneCountInString(s), math.MaxUint16)) }

package chat

import "sync"

// traditional pairs each traditional character with its simplified one. It
// holds the characters that occur in unit names and in talk about attendance,
// not the whole script.
const traditional = `簽签籤签課课財财農农縣县鄉乡鎮镇電电動动聯联郵邮儲储銀银業业監监檢检察察務务網网絡络數数據据
學学習习會会議议開开關关門门參参與与員员單单張张請请假假補补遲迟沒没還还過过來来時时間间點点後后嗎吗麼么們们個个
這这裡里裏里誰谁從从對对錯错證证發发現现場场動动報报導导導导導导導导總总結结繳缴賬账戶户轉转錢钱騙骗詐诈號号碼码
給给幫帮簡简體体護护訓训練练進进車车東东馬马陳陈劉刘楊杨趙赵黃黄吳吴孫孙鄭郑許许羅罗謝谢韓韩馮冯蔣蒋葉叶蘇苏
呂吕盧卢賈贾鐘钟譚谭範范廖廖莊庄衛卫喬乔賀贺賴赖龔龚鄒邹應应實实際际應应認认識识讀读寫写說说話话語语聽听見见覺觉
問问題题無无為为麗丽華华國国軍军強强偉伟傑杰曉晓紅红蘭兰鳳凤龍龙嚴严飛飞寧宁勝胜陽阳陰阴檔档統统計计類类範范圍围
則则類类測测試试圖图書书畫画見见貼贴鏈链連连線线斷断續续極极歡欢迎迎慶庆節节團团隊队處处辦办廣广場场廠厂廳厅廳厅
擔担負负責责約约談谈導导確确認认絕绝對对誤误誌志願愿務务啟启動动聞闻視视機机構构營营運运級级別别標标準准備备
歷历雙双號号頭头條条夠够讓让論论該该誇夸貸贷購购買买賣卖費费額额險险幣币獎奖禮礼領领樂乐嘗尝劃划區区醫医藥药稅税`

// Other shapes of one sign.
const variants = `“"”"‘'’'【[】]〔(〕)［[］]〖[〗]《"》"—-–-－-−-～~〜~…。·.•.。。➕+✘✗`

// foldTable maps a character to its plain form; 0 means that it has none.
var foldTable = sync.OnceValue(func() *[1 << 16]rune {
	m := new([1 << 16]rune)
	for _, s := range []string{traditional, variants} {
		var pair []rune
		for _, r := range s {
			if r == '\n' {
				continue
			}
			if pair = append(pair, r); len(pair) == 2 {
				if pair[0] != pair[1] {
					m[pair[0]] = pair[1]
				}
				pair = pair[:0]
			}
		}
	}
	return m
})

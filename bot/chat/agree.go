package chat

import "strings"

// These words alone answer a question of the bot. Anything longer says
// something of its own and is read as a reply.
const (
	yesWords = "是 是的 是啊 是呀 是哦 是滴 对 对的 对对 对啊 嗯 嗯嗯 嗯呢 恩 恩恩 好 好的 好吧 行 可以 确认 确定 没错 就是 就是的 属实 同意 y yes ok 1 签 签到 计入 登记 要 中"
	noWords  = "不是 不是的 不对 否 不 不用 不用了 没有 没 错了 取消 不要 不签 不计 别 算了 n no 不登记 不是签到 打错了 发错了"
)

// Agreement reads the answer to a question that is answered by yes or no. ok is
// false if text is neither.
func Agreement(text string) (yes, ok bool) {
	word := strings.Trim(string(normalize(text).runes), " ,.!?;:~。，！？、…\n")
	for _, tail := range []string{"", "谢谢", "了"} {
		bare := strings.TrimRight(strings.TrimSuffix(word, tail), " ,。，")
		switch {
		case bare == "":
		case containsWord(yesWords, bare):
			return true, true
		case containsWord(noWords, bare):
			return false, true
		}
	}
	return false, false
}

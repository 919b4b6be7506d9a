package chat

import "strings"

// Danger reports whether somebody says that a scam is happening to him or his
// family. It needs no Lexicon and is asked before anything else.
func Danger(text string) bool {
	harmed := false
	for _, w := range []string{"被骗", "受骗", "安全账户", "骗走", "盗刷"} {
		harmed = harmed || strings.Contains(text, w)
	}
	return harmed && strings.ContainsAny(text, "我俺额咱")
}

package chat

import "testing"

func TestAgreement(t *testing.T) {
	for text, want := range map[string]string{
		"是": "yes", "是的！": "yes", "对对": "yes", "嗯嗯": "yes", "ＯＫ": "yes", "好的，谢谢": "yes", "確認": "yes", "@反诈助手 是": "yes", "签到": "yes",
		"不是": "no", "不对": "no", "NO": "no", "取消": "no", "算了": "no", "发错了": "no", "不用了，谢谢": "no",
		"": "", "是34人": "", "是不是": "", "我签到": "", "不知道": "", "好像不对吧": "", "谢谢": "", "了": "",
	} {
		yes, ok := Agreement(text)
		got := ""
		if ok {
			got = map[bool]string{true: "yes", false: "no"}[yes]
		}
		if got != want {
			t.Errorf("Agreement(%q) = %q, want %q", text, got, want)
		}
	}
}

package aibot

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden() bot.Card {
	return bot.Card{
		ID: "al20260612_g17_r1", Source: "反诈中心", Title: "反诈预警 06-12", Desc: "冒充客服退款，请阅读后签到",
		Body:   "要点：不点<陌生>链接 & 不共享屏幕、不报验证码。",
		Fields: []bot.Field{{Name: "截止", Value: "今日 18:00"}},
		Buttons: []bot.Button{{Key: "signin", Text: "我已阅读·签到", Style: bot.Primary},
			{Key: "help", Text: "请联系我", Style: bot.Secondary}},
	}
}

// Every frame that we send, as it goes over the wire.
func TestGoldenFrames(t *testing.T) {
	push := func(kind bot.ChatKind, id string, m bot.Message) ([]byte, error) {
		body, err := pushBody(bot.Chat{Kind: kind, ID: id}, m)
		if err != nil {
			return nil, err
		}
		return encode(wire.CmdSend, "aibot_send_msg_1790000300000_11aa22bb", body)
	}
	done := bot.Card{Title: "反诈预警 06-12", Desc: "您已签到 09:06",
		Buttons: []bot.Button{{Key: "done", Text: "已签到", Style: bot.Done}}}
	frames := map[string]func() ([]byte, error){
		"subscribe": func() ([]byte, error) {
			return encode(wire.CmdSubscribe, "aibot_subscribe_1790000000000_a1b2c3d4", &wire.Subscribe{BotID: "aibTEST", Secret: "SECRET"})
		},
		"ping": func() ([]byte, error) {
			return encode[struct{}](wire.CmdPing, "ping_1790000030000_0badc0de", nil)
		},
		"reply": func() ([]byte, error) {
			return replyFrame("rq_0f3a", "st_1", "已记录：张三 09:03 签到（反诈日报 0612）")
		},
		"welcome":     func() ([]byte, error) { return welcomeFrame("rq_1", "您好，发送“帮助”查看用法。") },
		"update_card": func() ([]byte, error) { return updateFrame("rq_evt_9", "lisi", "al20260612_g17_r1", done) },
		"push_card": func() ([]byte, error) {
			return push(bot.GroupChat, "wrTESTGROUP0000000000000000000001", golden())
		},
		"push_markdown": func() ([]byte, error) {
			return push(bot.PrivateChat, "zhangsan", bot.Markdown("**今日预警**\n> 不点 <陌生> 链接"))
		},
	}
	for name, body := range map[string]any{
		"upload_begin":  &wire.UploadBegin{Type: wire.TypeFile, Filename: "台账.xlsx", TotalSize: 11, TotalChunks: 1, MD5: "5eb63bbbe01eeed093cb22bb8f5acdc3"},
		"upload_chunk":  &wire.UploadChunk{UploadID: "up_1", ChunkIndex: 0, Data: []byte("hello world")},
		"upload_finish": &wire.UploadFinish{UploadID: "up_1"},
		"push_file": &wire.Push{ChatID: "wrTESTGROUP0000000000000000000001", ChatType: wire.PushGroup, MsgType: wire.TypeFile,
			File: &wire.Media{MediaID: "media_1"}},
	} {
		cmd := map[string]string{"upload_begin": wire.CmdUploadBegin, "upload_chunk": wire.CmdUploadChunk,
			"upload_finish": wire.CmdUploadFinish, "push_file": wire.CmdSend}[name]
		frames[name] = func() ([]byte, error) { return encode(cmd, cmd+"_1790000300000_11aa22bb", &body) }
	}
	for name, build := range frames {
		got, err := build()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, got, "", "  "); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		pretty.WriteByte('\n')
		path := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReplyAndWelcomeAreCut(t *testing.T) {
	long := strings.Repeat("诈", 20000)
	for name, build := range map[string]func() ([]byte, error){
		"reply":   func() ([]byte, error) { return replyFrame("r", "s", long) },
		"welcome": func() ([]byte, error) { return welcomeFrame("r", long) },
	} {
		frame, err := build()
		if err != nil {
			t.Fatal(err)
		}
		if len(frame) > wire.MarkdownBytes+200 || !bytes.Contains(frame, []byte(wire.CutMark)) {
			t.Errorf("%s has %d bytes", name, len(frame))
		}
	}
}

package wechattest_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"
	"time"

	"fanzha/bot/wechat/wechattest"
)

// begin opens an upload of data in n chunks and returns its id.
func (c *client) begin(kind string, data []byte, n int) string {
	c.t.Helper()
	f := c.want(0, "aibot_upload_media_init", `{"type":%q,"filename":"名册.csv","total_size":%d,"total_chunks":%d,"md5":"%x"}`,
		kind, len(data), n, md5.Sum(data))
	var body struct {
		UploadID string `json:"upload_id"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil || body.UploadID == "" {
		c.t.Fatalf("init answered %s", f.Body)
	}
	return body.UploadID
}

func (c *client) chunk(code int, id string, index int, data []byte) {
	c.t.Helper()
	c.want(code, "aibot_upload_media_chunk", `{"upload_id":%q,"chunk_index":%d,"base64_data":%q}`, id, index, base64.StdEncoding.EncodeToString(data))
}

func (c *client) finish(id string) string {
	c.t.Helper()
	f := c.want(0, "aibot_upload_media_finish", `{"upload_id":%q}`, id)
	var body struct {
		Type, CreatedAt string
		MediaID         string `json:"media_id"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil || body.MediaID == "" {
		c.t.Fatalf("finish answered %s", f.Body)
	}
	return body.MediaID
}

func TestUploadAndSend(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 48<<10) // 768 KiB: two chunks
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		id := c.begin("file", data, 2)
		c.chunk(0, id, 1, data[512<<10:])
		c.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, id) // one is missing
		c.chunk(0, id, 1, data[512<<10:])                                  // repeating is harmless
		c.chunk(40058, id, 2, data[:1])
		// A session survives its connection.
		p.Drop(p.bot)
		c = connect(t, p.Platform)
		c.chunk(0, id, 0, data[:512<<10])
		mediaID := c.finish(id)
		if name, got, ok := p.Media(mediaID); !ok || name != "名册.csv" || !bytes.Equal(got, data) {
			t.Error("the upload is not what was sent")
		}
		body := `{"chatid":%q,"chat_type":2,"msgtype":%q,%q:{"media_id":%q}}`
		c.want(0, "aibot_send_msg", body, p.group, "file", "file", mediaID)
		c.want(40007, "aibot_send_msg", body, p.group, "image", "image", mediaID)
		time.Sleep(73 * time.Hour)
		c.want(40007, "aibot_send_msg", body, p.group, "file", "file", mediaID)
	})
}

func TestUploadRules(t *testing.T) {
	const md5OfAny = `,"md5":"0123456789abcdef0123456789ABCDEF"`
	long := strings.Repeat("诈", 42) // 126 bytes
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for _, tt := range []struct {
			name, body string
			code       int
		}{
			{"unknown type", `"type":"pdf","filename":"a","total_size":6,"total_chunks":1` + md5OfAny, 40058},
			{"no filename", `"type":"file","total_size":6,"total_chunks":1` + md5OfAny, 40063},
			{"name of 128 bytes", `"type":"file","filename":"` + long + `.x","total_size":6,"total_chunks":1` + md5OfAny, 0},
			{"name of 129 bytes", `"type":"file","filename":"` + long + `.xx","total_size":6,"total_chunks":1` + md5OfAny, 40058},
			{"name with a folder", `"type":"file","filename":"a/b","total_size":6,"total_chunks":1` + md5OfAny, 40058},
			{"name with a colon", `"type":"file","filename":"a:b","total_size":6,"total_chunks":1` + md5OfAny, 40058},
			{"name with a line break", `"type":"file","filename":"a\rb","total_size":6,"total_chunks":1` + md5OfAny, 40058},
			{"5 bytes", `"type":"file","filename":"a","total_size":5,"total_chunks":1` + md5OfAny, 40058},
			{"6 bytes", `"type":"file","filename":"a","total_size":6,"total_chunks":1` + md5OfAny, 0},
			{"image too large", `"type":"image","filename":"a","total_size":10485761,"total_chunks":21` + md5OfAny, 93018},
			{"file of 20 MB", `"type":"file","filename":"a","total_size":20971520,"total_chunks":40` + md5OfAny, 0},
			{"file too large", `"type":"file","filename":"a","total_size":20971521,"total_chunks":41` + md5OfAny, 45002},
			{"too few chunks", `"type":"file","filename":"a","total_size":524289,"total_chunks":1` + md5OfAny, 40058},
			{"100 chunks", `"type":"file","filename":"a","total_size":5242880,"total_chunks":100` + md5OfAny, 0},
			{"101 chunks", `"type":"file","filename":"a","total_size":5242880,"total_chunks":101` + md5OfAny, 40058},
			{"no md5", `"type":"file","filename":"a","total_size":6,"total_chunks":1`, 40063},
			{"bad md5", `"type":"file","filename":"a","total_size":6,"total_chunks":1,"md5":"xyz"`, 40058},
		} {
			if f := c.answer(c.write("aibot_upload_media_init", "{"+tt.body+"}")); f.ErrCode != tt.code {
				t.Errorf("%s: answered %d %s, want %d", tt.name, f.ErrCode, f.ErrMsg, tt.code)
			}
		}
	})
}

func TestUploadedBytesAreThoseAnnounced(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		refused := func(kind string, announced, sent []byte) {
			t.Helper()
			id := c.begin(kind, announced, 1)
			c.chunk(0, id, 0, sent)
			c.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, id)
		}
		refused("file", []byte("abcdef"), []byte("abcdeg"))  // md5
		refused("file", []byte("abcdef"), []byte("abcdefg")) // size
		for _, kind := range []string{"image", "voice", "video"} {
			refused(kind, []byte("no such thing"), []byte("no such thing"))
		}
		for kind, begin := range map[string]string{"image": "\x89PNG\r\n\x1a\n", "voice": "#!AMR\n", "video": "\x00\x00\x00\x18ftypmp42"} {
			id := c.begin(kind, []byte(begin), 1)
			c.chunk(0, id, 0, []byte(begin))
			c.finish(id)
			c.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, id) // only once
		}
		big := c.begin("file", make([]byte, 600<<10), 2)
		c.chunk(45002, big, 0, make([]byte, 512<<10+1))
		for _, data := range []string{"~", `eA==\n`, "eB=="} {
			c.want(40058, "aibot_upload_media_chunk", `{"upload_id":%q,"chunk_index":0,"base64_data":"`+data+`"}`, big)
		}
		c.want(40063, "aibot_upload_media_chunk", `{"upload_id":%q,"base64_data":"eA=="}`, big)
		time.Sleep(30*time.Minute - time.Second)
		c.chunk(0, big, 0, []byte("x"))
		time.Sleep(2 * time.Second)
		c.chunk(40058, big, 0, []byte("x")) // the session is over
	})
}

func TestAnUploadIsOneBots(t *testing.T) {
	inBubble(t, wechattest.Options{Bots: []wechattest.Bot{{Name: "反诈助手"}, {Name: "另一个"}}}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		id := c.begin("file", []byte("abcdef"), 1)
		c.chunk(0, id, 0, []byte("abcdef"))
		other := dial(t, p.Platform)
		b := p.Bots()[1]
		other.want(0, "aibot_subscribe", `{"bot_id":%q,"secret":%q}`, b.ID, b.Secret)
		other.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, id)
		mediaID := c.finish(id)
		if _, err := p.Say(p.group, "lisi", "@另一个 你好"); err != nil {
			t.Fatal(err)
		}
		_, reqID := other.callback()
		other.wantAs(40007, reqID, "aibot_respond_msg", `{"msgtype":"file","file":{"media_id":%q}}`, mediaID)
	})
}

func TestFaultsStrikeUploads(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.RefuseCommand, Contains: "名册", Code: 45009, Times: 1})
		c.want(45009, "aibot_upload_media_init", `{"type":"file","filename":"名册.csv","total_size":6,"total_chunks":1,"md5":"%x"}`, md5.Sum([]byte("abcdef")))
		id := c.begin("file", []byte("abcdef"), 1)
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.DelayAnswer, Cmd: "aibot_upload_media_chunk", After: 3 * time.Second, Times: 1})
		begin := time.Now()
		c.chunk(0, id, 0, []byte("abcdef"))
		if waited := time.Since(begin); waited != 3*time.Second {
			t.Errorf("a slow chunk was answered after %v", waited)
		}
		p.Faults().Inject(wechattest.Fault{Kind: wechattest.LoseAnswer, Cmd: "aibot_upload_media_finish", Times: 1})
		c.write("aibot_upload_media_finish", `{"upload_id":"`+id+`"}`)
		if !c.ended() {
			t.Error("connection survived")
		}
		// It was carried out.
		connect(t, p.Platform).want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, id)
	})
}

func TestUploadRate(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for i := range 30 {
			c.begin("file", fmt.Appendf(nil, "file %2d", i), 1)
		}
		c.want(45009, "aibot_upload_media_init", `{"type":"file","filename":"a","total_size":6,"total_chunks":1,"md5":"%x"}`, md5.Sum([]byte("abcdef")))
		time.Sleep(time.Minute)
		c.begin("file", []byte("file 31"), 1)
	})
}

func TestPageGivesFilesOut(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		p.hail(c)
		data := []byte("<script>alert(1)</script>")
		id := c.begin("file", data, 1)
		c.chunk(0, id, 0, data)
		c.want(0, "aibot_send_msg", `{"chatid":%q,"chat_type":2,"msgtype":"file","file":{"media_id":%q}}`, p.group, c.finish(id))
		b := browser{t, p.Page()}
		s := b.state(p.group, "lisi")
		file := s.Messages[1].File
		if file == nil || file.Name != "名册.csv" || file.Kind != "文件" || file.Size != "25 字节" || s.Chats[0].Last != "[文件] 名册.csv" {
			t.Fatalf("the page shows %+v, %+v", file, s.Chats)
		}
		w := b.do("GET", file.URL, "")
		kind, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), data) || err != nil || kind != "attachment" || params["filename"] != "名册.csv" ||
			w.Header().Get("Content-Type") != "application/octet-stream" {
			t.Errorf("download: %d %v %q", w.Code, w.Header(), w.Body)
		}
		if w := b.do("GET", "/media/none", ""); w.Code != 404 {
			t.Errorf("no such file: %d", w.Code)
		}
		if w := b.do("GET", file.URL, "", "Host", "evil.example"); w.Code != 403 {
			t.Errorf("another host: %d", w.Code)
		}
	})
}

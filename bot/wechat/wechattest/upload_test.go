package wechattest_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
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
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for _, tt := range []struct {
			name, body string
			code       int
		}{
			{"unknown type", `{"type":"pdf","filename":"a","total_size":1,"total_chunks":1}`, 40058},
			{"no filename", `{"type":"file","total_size":1,"total_chunks":1}`, 40063},
			{"image too large", `{"type":"image","filename":"a","total_size":10485761,"total_chunks":21}`, 93018},
			{"file too large", `{"type":"file","filename":"a","total_size":20971521,"total_chunks":41}`, 45002},
			{"too few chunks", `{"type":"file","filename":"a","total_size":524289,"total_chunks":1}`, 40058},
			{"101 chunks", `{"type":"file","filename":"a","total_size":5242880,"total_chunks":101}`, 40058},
			{"bad md5", `{"type":"file","filename":"a","total_size":1,"total_chunks":1,"md5":"xyz"}`, 40058},
		} {
			if f := c.answer(c.write("aibot_upload_media_init", tt.body)); f.ErrCode != tt.code {
				t.Errorf("%s: answered %d %s, want %d", tt.name, f.ErrCode, f.ErrMsg, tt.code)
			}
		}
		wrong := c.begin("file", []byte("abc"), 1)
		c.chunk(0, wrong, 0, []byte("abd"))
		c.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, wrong) // md5
		text := c.begin("image", []byte("no picture"), 1)
		c.chunk(0, text, 0, []byte("no picture"))
		c.want(40058, "aibot_upload_media_finish", `{"upload_id":%q}`, text)
		big := c.begin("file", make([]byte, 600<<10), 2)
		c.chunk(45002, big, 0, make([]byte, 512<<10+1))
		c.want(40058, "aibot_upload_media_chunk", `{"upload_id":%q,"chunk_index":0,"base64_data":"~"}`, big)
		c.want(40063, "aibot_upload_media_chunk", `{"upload_id":%q,"base64_data":"eA=="}`, big)
		time.Sleep(31 * time.Minute)
		c.chunk(40058, big, 0, []byte("x")) // the session is over
	})
}

func TestUploadRate(t *testing.T) {
	inBubble(t, wechattest.Options{}, func(t *testing.T, p corp) {
		c := connect(t, p.Platform)
		for i := range 30 {
			c.begin("file", fmt.Append(nil, i), 1)
		}
		c.want(45009, "aibot_upload_media_init", `{"type":"file","filename":"a","total_size":1,"total_chunks":1}`)
		time.Sleep(time.Minute)
		c.begin("file", []byte("x"), 1)
	})
}

package wechattest

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of uploads (page 101463). For a bot's uploads no least size and nothing
// about names is documented; these are the strictest rules that the vendor
// states elsewhere (pages 90253, 97126 and 99310).
const (
	minUpload       = 6
	maxFilename     = 128 // bytes
	maxChunk        = 512 << 10
	maxChunks       = 100
	uploadWindow    = 30 * time.Minute
	mediaWindow     = 72 * time.Hour
	uploadsAMinute  = 30
	uploadsAnHour   = 1000
	maxUploadsAtOne = 64 // sessions of a bot that are open at once; our own figure
)

// upload is a session. Guarded by Platform.mu.
type upload struct {
	uploadInit
	bot    *bot
	at     time.Time
	chunks [][]byte
}

// media is a finished upload. Guarded by Platform.mu.
type media struct {
	bot  *bot
	kind string
	name string
	data []byte
	at   time.Time
}

// aside is what uploads have in common: they concern no conversation.
type aside struct{}

func (aside) words() string              { return "" }
func (aside) target(*conn, string) *chat { return nil }

// uploadInit is an aibot_upload_media_init.
type uploadInit struct {
	aside
	Type        string `json:"type"`
	Filename    string `json:"filename"`
	TotalSize   int    `json:"total_size"`
	TotalChunks int    `json:"total_chunks"`
	MD5         string `json:"md5"`
}

// words is the file's name, so that a [Fault] can strike one file only.
func (u uploadInit) words() string { return u.Filename }

func parseUploadInit(body json.RawMessage) (request, *refusal) {
	var w uploadInit
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	limit := map[string]int{"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}[w.Type]
	switch {
	case w.Type == "":
		return nil, missing("type")
	case limit == 0:
		return nil, bad("type", "must be image, voice, video or file")
	case w.Filename == "":
		return nil, missing("filename")
	case len(w.Filename) > maxFilename:
		return nil, bad("filename", "longer than 128 bytes")
	case strings.ContainsAny(w.Filename, `/\:`) || clean(w.Filename) != w.Filename:
		return nil, bad("filename", "has a slash, a backslash, a colon or a control character")
	case w.TotalSize <= 0 || w.TotalChunks <= 0:
		return nil, missing("total_size or total_chunks")
	case w.TotalSize < minUpload:
		return nil, bad("total_size", "must be more than 5 bytes")
	case w.TotalSize > limit && w.Type == "image":
		return nil, refuse(codeImageTooBig, "image too large")
	case w.TotalSize > limit:
		return nil, refuse(codeTooBig, "file too large")
	case w.TotalChunks > maxChunks || w.TotalChunks*maxChunk < w.TotalSize || w.TotalChunks > w.TotalSize:
		return nil, bad("total_chunks", "does not fit total_size")
	case w.MD5 == "":
		return nil, missing("md5")
	}
	if sum, err := hex.DecodeString(w.MD5); err != nil || len(sum) != md5.Size {
		return nil, bad("md5", "must be 32 hexadecimal digits")
	}
	return w, nil
}

func (u uploadInit) perform(c *conn, _ string, now time.Time) (any, *refusal) {
	p, b := c.p, c.bot
	if b.uploads.full(now, uploadsAMinute, uploadsAnHour) {
		return nil, refuse(codeFrequency, "api freq out of limit")
	}
	open := 0
	for id, s := range p.uploads {
		if expired(s.at, now, uploadWindow) {
			delete(p.uploads, id)
		} else if s.bot == b {
			open++
		}
	}
	if open >= maxUploadsAtOne {
		return nil, refuse(codeFrequency, "too many open uploads")
	}
	b.uploads.add(now)
	id := p.mint("up_")
	p.uploads[id] = &upload{uploadInit: u, bot: b, at: now, chunks: make([][]byte, u.TotalChunks)}
	return struct {
		UploadID string `json:"upload_id"`
	}{id}, nil
}

// uploadChunk is an aibot_upload_media_chunk. Chunks are counted from 0, as
// the vendor's client does (a comment there says from 1).
type uploadChunk struct {
	aside
	UploadID   string `json:"upload_id"`
	ChunkIndex *int   `json:"chunk_index"`
	Base64     string `json:"base64_data"`
	raw        []byte
}

func parseUploadChunk(body json.RawMessage) (request, *refusal) {
	var w uploadChunk
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	switch {
	case w.UploadID == "":
		return nil, missing("upload_id")
	case w.ChunkIndex == nil:
		return nil, missing("chunk_index")
	case w.Base64 == "":
		return nil, missing("base64_data")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(w.Base64)
	if err != nil || strings.ContainsAny(w.Base64, "\r\n") {
		return nil, bad("base64_data", "not base64")
	}
	if len(raw) > maxChunk {
		return nil, refuse(codeTooBig, "chunk exceeds %d bytes", maxChunk)
	}
	w.raw = raw
	return w, nil
}

func (u uploadChunk) perform(c *conn, _ string, now time.Time) (any, *refusal) {
	s, no := c.session(u.UploadID, now)
	if no != nil {
		return nil, no
	}
	i := *u.ChunkIndex
	if i < 0 || i >= len(s.chunks) {
		return nil, bad("chunk_index", "outside 0 to "+strconv.Itoa(len(s.chunks)-1))
	}
	s.chunks[i] = u.raw
	return nil, nil
}

// session returns an open upload of c's bot. A session outlives its
// connection. Platform.mu is held.
func (c *conn) session(id string, now time.Time) (*upload, *refusal) {
	s := c.p.uploads[id]
	if s == nil || s.bot != c.bot || expired(s.at, now, uploadWindow) {
		return nil, bad("upload_id", "unknown or expired")
	}
	return s, nil
}

// uploadEnd is an aibot_upload_media_finish.
type uploadEnd struct {
	aside
	UploadID string `json:"upload_id"`
}

func parseUploadEnd(body json.RawMessage) (request, *refusal) {
	var w uploadEnd
	if no := decode("body", body, &w); no != nil {
		return nil, no
	}
	if w.UploadID == "" {
		return nil, missing("upload_id")
	}
	return w, nil
}

func (u uploadEnd) perform(c *conn, _ string, now time.Time) (any, *refusal) {
	p := c.p
	s, no := c.session(u.UploadID, now)
	if no != nil {
		return nil, no
	}
	if slices.ContainsFunc(s.chunks, func(b []byte) bool { return b == nil }) {
		return nil, bad("upload_id", "chunks are missing")
	}
	data := bytes.Join(s.chunks, nil)
	sum := md5.Sum(data)
	switch {
	case len(data) != s.TotalSize:
		return nil, bad("total_size", "is not the size of the chunks")
	case !strings.EqualFold(s.MD5, hex.EncodeToString(sum[:])):
		return nil, bad("md5", "is not that of the chunks")
	case !looksLike(s.Type, data):
		return nil, bad("type", "the data are of another: JPG or PNG, AMR, MP4")
	}
	delete(p.uploads, u.UploadID)
	id := p.mint("media_")
	p.media[id] = &media{bot: s.bot, kind: s.Type, name: s.Filename, data: data, at: now}
	return struct {
		Type      string `json:"type"`
		MediaID   string `json:"media_id"`
		CreatedAt string `json:"created_at"`
	}{s.Type, id, strconv.FormatInt(now.Unix(), 10)}, nil
}

// looksLike reports whether data begin as those of this type do.
func looksLike(kind string, data []byte) bool {
	begins := func(with string) bool { return bytes.HasPrefix(data, []byte(with)) }
	switch kind {
	case "image":
		return begins("\xff\xd8\xff") || begins("\x89PNG\r\n\x1a\n")
	case "voice":
		return begins("#!AMR")
	case "video":
		return len(data) >= 8 && string(data[4:8]) == "ftyp"
	}
	return true
}

// checkMedia refuses a media_id that is unknown, expired, of another type or of
// another bot. p.mu is held.
func (p *Platform) checkMedia(b *bot, kind, id string, now time.Time) *refusal {
	m := p.media[id]
	if m == nil || m.bot != b || m.kind != kind || expired(m.at, now, mediaWindow) {
		return refuse(codeBadMedia, "invalid media_id")
	}
	return nil
}

// Media returns the name and the bytes of an upload by its media_id, or false.
func (p *Platform) Media(mediaID string) (filename string, data []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.media[mediaID]
	if m == nil {
		return "", nil, false
	}
	return m.name, m.data, true
}

package aibot

import (
	"context"
	"crypto/md5" // the platform asks for it; nothing is kept safe by it
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"fanzha/bot"
	"fanzha/bot/wechat/internal/pace"
	"fanzha/bot/wechat/internal/wire"
)

// What bounds the sending of files.
const (
	// The platform allows a bot 30 uploads a minute and 1000 an hour (page
	// 101463); we stay below, as with messages.
	uploadsPerMinute = 25
	uploadsPerHour   = 900
	// fileChunk is how many bytes go up at once, unless a file would need too
	// many such chunks. The platform takes more, but who clicks a card waits
	// for 5 s only, and his answer may stand behind a chunk on a slow line.
	fileChunk = 64 << 10
	// fileWindow is how long a file is tried. It is well within the half hour
	// of an upload and the three days of a finished one, and about as long as
	// somebody waits who has asked for a table.
	fileWindow = 10 * time.Minute
	// filesInHand is how many bytes of files may wait or be on their way.
	filesInHand = 64 << 20
	// shortestWait is the least wait before a step that was not taken is tried
	// again.
	shortestWait = time.Second
)

// What the person is told whose file did not come.
const (
	fileLost = "文件没有发出去，请稍后再发一次。"
	// fileUnsure is for a file whose sending was not answered.
	fileUnsure = "文件可能没有发出去。如果没有收到，请稍后再发一次。"
)

// takeFile answers for f until dropFile; or it says why f cannot be sent.
func (c *Client) takeFile(f *bot.File) error {
	if err := wire.CheckFile(f); err != nil {
		return err
	}
	n := int64(len(f.Data))
	if c.fileBytes.Add(n) > filesInHand {
		c.fileBytes.Add(-n)
		return errors.New("too many files are on their way")
	}
	return nil
}

func (c *Client) dropFile(f *bot.File) { c.fileBytes.Add(-int64(len(f.Data))) }

// deliver sends f into chat or, if that fails, says so there.
func (c *Client) deliver(ctx context.Context, chat bot.Chat, f *bot.File) {
	failed, unsure := c.sendFile(ctx, chat, f)
	c.dropFile(f)
	if failed == nil {
		c.n.files.Add(1)
		return
	}
	c.n.filesFailed.Add(1)
	c.log.Error("aibot file not sent", "outcome", failed.Outcome, "code", failed.Code,
		"reason", failed.Reason, "bytes", len(f.Data))
	words := fileLost
	if unsure {
		words = fileUnsure
	}
	// The message that asked for the file has been answered already, and can
	// be only once.
	body, err := pushBody(chat, bot.Markdown(words))
	if err != nil {
		return // unreachable: a message came from there
	}
	ctx, cancel := context.WithTimeout(ctx, replyWindow)
	defer cancel()
	if failed := c.persist(ctx, func() *bot.SendError { return c.pushWhenLinked(ctx, chat, body) }); failed != nil {
		c.log.Warn("aibot nobody was told of a file not sent", "outcome", failed.Outcome, "code", failed.Code)
	}
}

// sendFile uploads f and pushes it into chat. A failure is unsure if the person
// may have the file even so.
func (c *Client) sendFile(ctx context.Context, chat bot.Chat, f *bot.File) (failed *bot.SendError, unsure bool) {
	ctx, cancel := context.WithTimeout(ctx, fileWindow)
	defer cancel()
	body, err := pushTo(chat)
	if err != nil {
		return &bot.SendError{Outcome: bot.Rejected, Reason: err.Error()}, false
	}
	body.MsgType = wire.TypeFile
	failed = c.persist(ctx, func() *bot.SendError {
		if body.File == nil {
			media, failed := c.upload(ctx, f)
			if failed != nil {
				return failed
			}
			body.File = &wire.Media{MediaID: media}
		}
		return c.pushWhenLinked(ctx, chat, body)
	})
	return failed, failed != nil && failed.Outcome == bot.Unknown && body.File != nil
}

// upload brings f to the platform, which names it. The chunks go one after
// another: what is to be heard in 5 s then waits behind one of them at most.
func (c *Client) upload(ctx context.Context, f *bot.File) (media string, failed *bot.SendError) {
	if err := c.uploads.Pass(ctx); err != nil {
		return "", pace.Stopped(err)
	}
	size := max(fileChunk, (len(f.Data)+wire.UploadChunks-1)/wire.UploadChunks)
	sum := md5.Sum(f.Data)
	got, failed := ask(ctx, c, c.uploads, wire.CmdUploadBegin, &wire.UploadBegin{
		Type: wire.TypeFile, Filename: f.Name, TotalSize: len(f.Data),
		TotalChunks: (len(f.Data) + size - 1) / size, MD5: hex.EncodeToString(sum[:]),
	})
	if failed != nil {
		return "", failed
	}
	session, i := got.UploadID, 0
	for chunk := range slices.Chunk(f.Data, size) {
		if _, failed = ask(ctx, c, c.uploads, wire.CmdUploadChunk, &wire.UploadChunk{
			UploadID: session, ChunkIndex: i, Data: chunk,
		}); failed != nil {
			return "", failed
		}
		i++
	}
	got, failed = ask(ctx, c, c.uploads, wire.CmdUploadFinish, &wire.UploadFinish{UploadID: session})
	if failed == nil && got.MediaID == "" {
		failed = &bot.SendError{Outcome: bot.Rejected, Reason: "平台没有给出文件编号"}
	}
	return got.MediaID, failed
}

// pushWhenLinked waits for the chat's budget and for a link, and pushes once.
func (c *Client) pushWhenLinked(ctx context.Context, chat bot.Chat, body *wire.Push) *bot.SendError {
	v := c.convs.get(chat)
	defer c.convs.release(v)
	if err := v.Pass(ctx); err != nil {
		return pace.Stopped(err)
	}
	_, failed := ask(ctx, c, v.Lane, wire.CmdSend, body)
	return failed
}

// ask has the platform carry out one command, on the next link if there is none
// now, and returns what it answered. lane rests if the platform wants that.
func ask[B any](ctx context.Context, c *Client, lane *pace.Lane, cmd string, body *B) (wire.Uploaded, *bot.SendError) {
	l, err := c.awaitLink(ctx, nil)
	if err == nil {
		err = ctx.Err() // of the many steps none may be begun after the end
	}
	if err != nil {
		return wire.Uploaded{}, &bot.SendError{Outcome: bot.RetryLater, Reason: "中止", Err: err}
	}
	a, failed := tell(c, l, cmd, body)
	if failed != nil {
		return wire.Uploaded{}, failed
	}
	return a.uploaded, c.sendError(lane, a)
}

// persist repeats act for as long as it says that nothing was taken and ctx
// lives.
func (c *Client) persist(ctx context.Context, act func() *bot.SendError) *bot.SendError {
	for {
		failed := act()
		if failed == nil || failed.Outcome != bot.RetryLater ||
			c.clock.Sleep(ctx, max(failed.After, shortestWait)) != nil {
			return failed
		}
	}
}

package wechattest

import "slices"

// maxMarkdown is how many bytes the content of a text, markdown or stream
// message may have.
const maxMarkdown = 20480

// payload is the content of one message.
type payload struct {
	kind  string // msgtype
	text  string // of text, markdown and stream
	card  *wireCard
	media string // media_id

	// Of a stream only.
	streamID string
	finish   bool
}

// words returns what moderation reads.
func (pl *payload) words() string {
	if pl.card != nil {
		return pl.card.text()
	}
	return pl.text
}

// read fills pl from w, whose type must be one of allowed. The field of its
// type must be there, and none of another.
func (pl *payload) read(w *wireMessage, allowed ...string) *refusal {
	if w.MsgType == "" {
		return missing("msgtype")
	}
	if !slices.Contains(allowed, w.MsgType) {
		return refuse(codeBadMsgType, "invalid message type")
	}
	if no := w.onlyItsField(); no != nil {
		return no
	}
	pl.kind = w.MsgType
	switch w.MsgType {
	case "text":
		return pl.setText(w.Text.Content)
	case "markdown":
		return pl.setText(w.Markdown.Content)
	case "stream":
		return pl.setStream(w.Stream)
	case "template_card":
		pl.card = w.Card
		return checkCard(w.Card)
	case "file":
		return pl.setMedia(w.File.MediaID)
	case "image":
		return pl.setMedia(w.Image.MediaID)
	case "voice":
		return pl.setMedia(w.Voice.MediaID)
	default:
		return pl.setVideo(w.Video)
	}
}

// onlyItsField refuses a message without the field of its type, or with one
// of another type.
func (w *wireMessage) onlyItsField() *refusal {
	own := false
	for _, f := range [...]struct {
		kind    string
		present bool
	}{
		{"text", w.Text != nil}, {"markdown", w.Markdown != nil}, {"stream", w.Stream != nil},
		{"template_card", w.Card != nil}, {"file", w.File != nil}, {"image", w.Image != nil},
		{"voice", w.Voice != nil}, {"video", w.Video != nil},
	} {
		switch {
		case f.present && f.kind == w.MsgType:
			own = true
		case f.present:
			return bad(f.kind, "does not belong to msgtype "+w.MsgType)
		}
	}
	if !own {
		return missing(w.MsgType)
	}
	return nil
}

// setText takes a content that must not be empty.
func (pl *payload) setText(content *string) *refusal {
	if content == nil {
		return missing("content")
	}
	pl.text = clean(*content)
	if pl.text == "" {
		return refuse(codeEmpty, "empty content")
	}
	return pl.fits()
}

// fits refuses a text that is too big.
func (pl *payload) fits() *refusal {
	if len(pl.text) > maxMarkdown {
		return refuse(codeTooBig, "content size exceeds %d bytes", maxMarkdown)
	}
	return nil
}

// setStream takes one frame of a stream; only the last needs a content.
func (pl *payload) setStream(w *wireFlow) *refusal {
	if w.ID == "" {
		return missing("stream.id")
	}
	if f := w.Feedback; f != nil && (f.ID == "" || len(f.ID) > 256) {
		return bad("stream.feedback.id", "must have 1 to 256 bytes")
	}
	pl.streamID, pl.finish = w.ID, w.Finish
	if w.Content != nil {
		pl.text = clean(*w.Content)
	}
	if w.Finish && pl.text == "" {
		return refuse(codeEmpty, "empty content")
	}
	return pl.fits()
}

func (pl *payload) setMedia(id string) *refusal {
	if id == "" {
		return missing("media_id")
	}
	pl.media = id
	return nil
}

func (pl *payload) setVideo(w *wireVideo) *refusal {
	if len(w.Title) > 128 || len(w.Description) > 512 {
		return refuse(codeTooBig, "title exceeds 128 or description exceeds 512 bytes")
	}
	return pl.setMedia(w.MediaID)
}

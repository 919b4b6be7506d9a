package attendance

import (
	"time"

	"fanzha/bot"
)

// remembered is how long the platform's id of a message is known at least. A
// frame that comes again does so within minutes, or after a restart.
const remembered = 3 * 24 * time.Hour

// Frames are the messages that led to a check-in, to leave or to taking one back,
// with the session. A frame that comes again is not a second statement: by then
// another session may be open. Its zero value is ready for use.
type frames struct {
	since      time.Time // when now began
	now, older map[string]bot.SessionID
}

func (f *frames) note(at time.Time, p bot.Payload) {
	var message string
	var s bot.SessionID
	switch p := p.(type) {
	case *bot.CheckedIn:
		message, s = p.Private.Message, p.Session
	case *bot.Excused:
		message, s = p.Private.Message, p.Session
	case *bot.Corrected:
		message, s = p.Message, p.Session
	}
	if message == "" {
		return
	}
	if f.now == nil || at.Sub(f.since) > remembered {
		f.since, f.now, f.older = at, make(map[string]bot.SessionID), f.now
	}
	f.now[message] = s
}

// Heard returns the session to which the message with that id led, by a check-in,
// leave, or by taking one back. It forgets after some days.
func (v *View) Heard(message string) (bot.SessionID, bool) {
	if s, ok := v.heard.now[message]; ok {
		return s, true
	}
	s, ok := v.heard.older[message]
	return s, ok
}

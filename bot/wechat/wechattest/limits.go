package wechattest

import "time"

// A window counts what happened in the last minute and the last hour. Whether
// the platform slides its windows or starts them anew each minute is not
// documented; sliding is the stricter. The zero window is empty.
type window struct{ at []time.Time } // oldest first, none older than an hour

// full reports whether one more at now would exceed perMinute or perHour;
// negative figures are no limit.
func (w *window) full(now time.Time, perMinute, perHour int) bool {
	drop := 0
	for drop < len(w.at) && now.Sub(w.at[drop]) >= time.Hour {
		drop++
	}
	w.at = w.at[drop:]
	n := len(w.at)
	if perHour >= 0 && n >= perHour {
		return true
	}
	return perMinute >= 0 && (perMinute == 0 || n >= perMinute && now.Sub(w.at[n-perMinute]) < time.Minute)
}

// add counts one at now.
func (w *window) add(now time.Time) { w.at = append(w.at, now) }

// spend counts one message of b in c, or refuses it. p.mu is held.
func (p *Platform) spend(c *chat, b *bot, now time.Time) *refusal {
	perMinute, perHour := p.opts.PerMinute, p.opts.PerHour
	if perMinute < 0 && perHour < 0 {
		return nil
	}
	w := &c.presence(b).rate
	if w.full(now, perMinute, perHour) {
		return refuse(codeTooMany, "aibot send msg frequency limit exceeded")
	}
	w.add(now)
	return nil
}

// spendCall counts a call of an interface by any app, or refuses it. p.mu is held.
func (p *Platform) spendCall(path string, now time.Time) *refusal {
	w := p.calls[path]
	if w == nil {
		w = new(window)
		p.calls[path] = w
	}
	if w.full(now, p.opts.Calls, 15*p.opts.Calls) {
		return refuse(codeFrequency, "api freq out of limit")
	}
	w.add(now)
	return nil
}

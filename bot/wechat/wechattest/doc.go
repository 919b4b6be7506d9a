// Package wechattest is the one fake of the WeCom platform: a corp with members,
// groups and 智能机器人 (aibots), spoken to over the long connection exactly as
// the real one is. It is strict and nasty on purpose and never for production.
//
// Strict: a request with an unknown, missing or mistyped field, a text one
// character too long, a task_id used twice or an answer five seconds and a bit
// after the click is refused with the platform's own error code, so that a
// sloppy client is found out here and not in a county's groups. Where the
// documents leave something open, the fake takes the less convenient reading:
// a req_id dies with its connection, callbacks of an outage are lost, card
// updates count towards the rate limit.
//
// Nasty: [Faults] make it duplicate, delay, lose and garble frames, lose
// answers to messages that were delivered, and so on, reproducibly by seed.
//
// It is deliberately not a record of what the platform does in truth: it
// remembers nothing across restarts, has one corp, no external contacts, and
// of the HTTP interfaces only those that a channel here uses, and grants no
// evidence.
//
// A [Platform] is made by [New], peopled with [Platform.AddMember] and
// [Platform.AddGroup], and reached in two ways that share all code: over a
// loopback listener ([Platform.Handler] for the long connection,
// [Platform.WebAPI] for the HTTP interfaces, [Platform.Serve] for both and the
// page), or in process over net.Pipe ([Platform.HTTPClient]), which works inside
// a testing/synctest bubble. Members act through [Platform.Say], [Platform.Reply],
// [Platform.Click] and [Platform.Enter]; what the bot did is read from
// [Platform.History], [Platform.Sent] and [Platform.Deliveries]; and
// [Platform.Await] waits for it without polling. [Platform.Page] shows it all
// to a person in a browser.
package wechattest

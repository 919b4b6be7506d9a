// Package bot holds the words of the program: ids, states, the payloads of the
// ledger's entries, and the ports through which the outside is reached. It
// imports only the standard library, stores nothing, sends nothing and reads no
// clock; whoever wants to know what the program does starts here.
//
// The program is 反诈群助手, the bot in each unit's anti-fraud group. The office
// writes an alert, other persons verify and approve it, it is pushed to the
// groups, members press the card's button, and at month-end the office has a
// table in which every figure opens to its evidence.
//
// # Tour, bottom up
//
// This package. A [Payload] is one fact; [Encode] and [Decode] are its bytes,
// readable for ever. [Handler], [Sender] and [Clock] are the ports: a person acts,
// a message goes out, time passes. [Inbound], [Answer] and [Message] are what
// passes through them. A [Refusal] is how any decision says no to a person.
//
// Package [ledger] keeps the facts. An [ledger.Entry] has a public leaf and a
// private part that can be erased. The leaves form a [ledger.Tree] whose heads
// are signed, each a [ledger.Checkpoint]; [ledger.Load] refuses a ledger that was
// tampered with, and names the place. A [ledger.Ledger] is where bytes are kept:
// package [sqlite] is the one for a single machine, package [redis] the one that
// several share, with the lease that says which of them leads, and package
// [ledgertest] the suite that every store passes. Package [archive] keeps a stretch
// of a ledger in a file. What processes share beside it is package [shared].
//
// Views say what follows from the facts, each changed by its Apply alone:
// [directory.View] (units, groups, members, rosters), [push.Outbox] (alerts,
// pushes, deliveries), [attendance.View] (sessions, check-ins, leave),
// [filing.View] (what people stated, and what waits for a word) and
// [supervise.View] (letters, steps, figures), [calendar.Jobs] (what became of the
// scheduled jobs' runs), [running.View] (under which rules the program ran, and on
// what store). Beside each stand its decisions:
// pure functions from view and time to payloads or a refusal. [search.Index] finds
// what they hold by keyword.
//
// Package [book] joins them. [book.State] is the views together. [book.Book.Do]
// runs a decision, applies and appends what it decided, and returns when that is
// durable; [book.Book.View] shows the state. There is no other way to change
// anything. A [book.Standby] follows a ledger that another process writes, so as
// to take over.
//
// Package [report] says what the state means for a month. Package [evidence]
// writes the month into a file that anyone can verify without this program's
// server: [evidence.Write], [evidence.Verify]. Package [roster] reads the name
// lists that units hand in, package [chat] a line of Chinese; both are pure.
//
// Channels carry messages. Package [aibot] is WeCom's smart bot, which hears and
// pushes in groups; [robot] is the webhook of a group, [app] a corp's own app, [oa]
// a service account of WeChat, and [forward] the person who brings a message
// where no bot may be. What the family shares is package [wechat] (one HTTP
// client, the table of codes, secrets that do not show), [token] and [envelope].
// Every channel passes the suite of package [channeltest].
// [wechattest.Platform] is the platform that they are tested against, and the
// program wxsim shows it in a browser. [push.Engine] is what sends: it writes
// the intent, calls a [Sender], writes the outcome, and tries the group's next
// door where one is shut.
//
// Package [handlers] is what happens when a person acts, package [callback] how a
// platform reaches us, package [scheduler] what happens when time comes, and
// package [calendar] which days are workdays. Package [config] is what the office writes down before
// the start. Package [app] wires all of it and is the only one that knows
// everything; the program fanzha is its command line. There an App is one county,
// and a Host one process that leads or follows counties together with others.
//
// # One check-in, from end to end
//
// A click comes in as an [Inbound] with a [Click]. [handlers.Bot.Handle] calls
// [book.Book.Do]; [attendance.Session.Record] decides on a [CheckedIn], or on
// nothing if the member has checked in before. [ledger.Seal] makes the entry, the
// views apply it, the ledger appends it. Only then is the [Answer] given: the
// clicker's own card, greyed, with the [Receipt].
//
// # Glossary
//
// One word for one thing, in Go, JSON and comments; people read the Chinese.
//
//	单位      bot.Unit                an organisation that answers for its people
//	群        directory.Group         one chat group that belongs to one Unit
//	成员      directory.Member        a person met on a platform, under a pseudonym
//	联络员    bot.RosterLine.Liaison  the Member who answers for a Unit
//	操作员    bot.Operator            a person of the office; every manual act names one
//	名册      bot.RosterImported      who should be there, as the Unit handed it in
//	预警      push.Alert              what is to be made known
//	起草      bot.AlertDrafted        a new text of an Alert
//	核实      bot.AlertVerified       the police's word that its facts are right
//	审批      bot.AlertApproved       the word that it may go out, by another person
//	推送      push.Push               one decision to send one Alert to many Groups
//	送达      push.Delivery           one Push to one Group, with the platform's answer
//	发送尝试  bot.DeliveryIntended    one call to a platform for a Delivery
//	未知      bot.Unknown             it may be out; never sent again by itself
//	更正说明  bot.ForCorrection       a message that puts a withdrawn Alert right
//	停发      bot.SendingStopped      nothing is handed to a platform any more
//	签到场次  attendance.Session      a window in which one Group checks in
//	签到      attendance.CheckIn      one Member's presence at one Session, once
//	补签      bot.CheckedIn.Late      a CheckIn after the Session's time
//	回执      bot.Receipt             the short sign of one CheckIn: a person answered
//	请假      attendance.Leave        one Member's leave from one Session
//	上报      filing.Filing           what a person stated about more than himself
//	待办      bot.Waits               a Filing that waits for the Liaison or the office
//	代签      bot.ViaProxy            a CheckIn by the Liaison's word
//	粘贴登记  bot.FilesPaste          CheckIns out of a copied chat record
//	教育活动  bot.FilesActivity       a public education activity, held or joined
//	线索      bot.FilesClue           a suspicious number, link, app or account
//	提示函    supervise.Letter        a document of the police that Units answer for
//	督办      supervise.Step          a step that the office took towards a Unit
//	数据通报  supervise.Figures       one Unit's figures on one topic for one month
//	更正      bot.Corrected           takes a CheckIn back and says why; both stay
//	台账      ledger.Ledger           the append-only facts
//	条目      ledger.Entry            one fact of the Ledger
//	私密部分  bot.Private             the personal data of an Entry; can be erased
//	存证点    ledger.Checkpoint       what the first so many Entries are, signed
//	证据包    evidence.Write          a month's file that anyone can verify
//	月度汇总  report.Table            the month of the county, a row a Unit
//	渠道      bot.Sender              a way out; bot.ChannelID names it
//	人工代发  bot.Handed              a person has it and brings it to the Group
//	免打扰    bot.QuietHours          civil times at which nothing goes out
//	定时任务  calendar.Job            what is done at a rule's times
//	补跑      bot.JobSettled.MadeUp   a Job's run that came late, after downtime
//
// Ids are distinct string types. Instants end in At and are UTC, deadlines are
// DueAt, civil days end in On; a [Month] is civil, in [Zone].
package bot

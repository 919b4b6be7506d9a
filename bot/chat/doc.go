// Package chat reads what people write to the bot: a line of Chinese in a
// group → what it means ([Lexicon.ReadReply]), a question of the office → what
// is asked ([Lexicon.ReadQuery]), and before either, whether somebody is being
// cheated at this moment ([Danger]).
//
// It reads the way a careful clerk would: what is plain is taken, what is
// doubtful becomes one short question ([Reading].Ask), and what merely has our
// words in it — an advert, a complaint, a rumour — is left alone. A check-in
// that is not understood is asked about; it is never counted.
//
// Everything here is pure: no clock, no store, no platform, no state. Commands
// (绑定, 我是, 确认) are taken by the handlers before it is asked. Who may sign
// for whom, and whether a session is open, is theirs too; they tell it through
// [Context].
//
// # How a text becomes a meaning
//
//  1. normalize: one width, simplified characters, lower case; quoted text and
//     mentions are taken out, for they are not the writer's words.
//  2. segment: the text is cut into tokens by a vocabulary (words_reply.go,
//     words_query.go), the county's units, surnames, numbers and dates. Of all
//     ways to cut, the one with the fewest and best known words is taken, so
//     邮政储蓄 wins over 邮政 and 签到处 over 签到. Each token carries its
//     classes: 没 negates, 明天 is future, 红包 sells something.
//     Names that stand against each other are parted anew (reply_glued.go): 王芳李强.
//  3. phrases: words that together say what none of them says get the class of
//     the whole: 中不中 asks, 高铁上 and 抱着娃 are circumstances, 打工人 is the
//     writer (reply_phrase.go). An unknown word within one casts no doubt.
//  4. clauses and acts: commas, breaks and blanks part clauses; each mention of
//     a deed (签到, 到, 参加 …) becomes an act with what the words around it
//     make of it: denied, asked, put off, said of others, supposed. Negation is
//     a relation between words of one clause: "没问题，签到" denies nothing.
//     A word that the reader does not know beside a deed puts it in doubt, unless
//     the writer puts his name to the text (reply_signed.go): in
//     "三楼会议室签到，财政局武建平" it is his circumstance.
//  5. rules: an ordered table of small, named rules ([Lexicon.ReadReply] tries
//     replyRules, [Lexicon.ReadQuery] queryRules). The first that decides wins
//     and stands in Reading.Rule. First what must not be missed, then what is
//     told by its shape, then what only looks like a check-in, then check-ins.
//
// A query has no grammar to speak of; its words fill slots (unit, tag, time,
// metric, "none", "who" …) in any order, and the rules look at the slots.
//
// # The second reader
//
// Rules do not reach the long tail of what people write, so a second reader
// stands beside them: three small linear models, learnt from labelled texts and kept
// as weights in second.table. One decides [Danger], for there is no end of ways
// to tell of a scam: it looks at the characters of a text and at its signs
// (words_danger.go), one after another. Between its scores relations
// of words decide: what was bought and came is no loss (danger_ordinary.go), and who
// tells what he has come upon is in no danger himself (danger_clue.go). The
// second is the last rule before idle talk: where no rule decides, it says what
// similar texts were for (仿照相近的话), if it is sure enough. The third looks at
// what a rule would count, and has it asked about if texts like it hardly ever did
// (相近的话多不算，先问): 签到就完事了呗.
//
// It makes a check-in of nothing that no rule reads as one. What it proposes is asked
// about ([IfAsked], [FormDoubt]) if it would be entered in the books, and what is
// entered unasked (请假) it does not propose. The one thing that it may pass over is a
// word that a rule does not know before a plain 签到 (一年级组刘彩霞签到), where texts like
// it nearly always counted. Reading.Because has the parts of the text that weighed most.
//
// To teach it, add texts to a file of testdata/corpus, best those of an author who
// has seen neither rules nor data, and retrain:
//
//	go test ./bot/chat -run TestTrain -train -v
//
// It logs how each file's texts are read by a model trained without them; that is
// what to expect of texts to come, and what features and thresholds are chosen by.
// The same texts always give the same table, and a test fails if they, the signs or
// the labelled data have changed since. Nothing is learnt while the program runs,
// nor from what people write to it.
//
// # Counts
//
// [Yes] means that evidence may be recorded from the text alone. [IfAsked]
// means that it takes an open session whose [Prompt] asked for this [Form]
// (到, 收到, a bare name), or the person's answer to Reading.Ask. Everything
// else is [No].
//
// # Pasted text
//
// Where no bot can sit in the group, somebody copies what was written there.
// [Lexicon.ReadPaste] finds in it who wrote what and when (paste_split.go,
// paste_stamp.go), whom a nickname stands for (paste_name.go), and what is a
// 接龙, a list or a table (paste_list.go, paste_table.go); each message is then
// read by ReadReply as its writer's. What is not taken is laid aside with the
// reason, and whoever is in doubt waits for the answer to Paste.Ask.
// testdata/paste holds whole texts, each with what a clerk should make of it.
//
// # How to add a rule or a word
//
// A way of saying something that exists already is a word: enter it in the
// vocabulary under its class. A new kind of text is a rule: write a method that
// looks at tokens, clauses or acts (not at the whole string), give it a doc
// line, enter it in the table at its place, and give it texts of its own and
// texts that it must leave alone in TestReplyRules or TestQueryRules. What a rule
// looks for across the words of a text is a mark: enter it in reply_marks.go, and
// ask whether the text is marked. A rule of phrases names the characters that are
// signs of it, without which it is not tried (reply_phrase.go). Then add
// rows to testdata/*_more.tsv and run the tests: the rates of all labelled
// files must hold. The files *_held.tsv are for measuring only; no rule is ever
// changed for a row of theirs. Texts that look like a check-in and are none stand in
// never_counted.tsv, and the texts of the rules' own tests in corpus/replies_rules.tsv:
// the second reader learns from both, lest it doubt what a rule was made for.
package chat

package wechattest

import (
	"bytes"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Error codes of an app's interfaces.
const (
	codeBadWorkSecret = 40001
	codeBadCorp       = 40013
	codeBadWorkToken  = 40014
	codeBadAgent      = 40056
	codeWorkTokenOld  = 42001
	codeNotGranted    = 48002
	codeOutOfRange    = 60011
	codeBadAddress    = 60020
	codeNoSuchUser    = 60111
	codeNobody        = 81013
	codeNoAppChat     = 86003
	codeNotOwnChat    = 86008
	codeOtherAgent    = 301002
)

// appEndpoints are the interfaces of apps.
func appEndpoints() []endpoint {
	return []endpoint{
		{workHost, "/cgi-bin/gettoken", readAppToken},
		{workHost, "/cgi-bin/message/send", readAppMessage},
		{workHost, "/cgi-bin/message/recall", readAppRecall},
		{workHost, "/cgi-bin/message/update_template_card", readAppUpdate},
		{workHost, "/cgi-bin/media/upload", readAppUpload},
		{workHost, "/cgi-bin/appchat/create", readAppGroup},
		{workHost, "/cgi-bin/appchat/get", readAppGroupGet},
		{workHost, "/cgi-bin/appchat/send", readAppGroupPost},
		{workHost, "/cgi-bin/user/get", readUser},
		{workHost, "/cgi-bin/user/simplelist", readUsers},
		{workHost, "/cgi-bin/department/list", readDepartments},
		{workHost, "/cgi-bin/batch/openuserid_to_userid", readOpenIDs},
	}
}

// appToken asks for an access token.
type appToken struct{ corp, secret string }

func readAppToken(r *http.Request, _ []byte) webRequest {
	return &appToken{r.URL.Query().Get("corpid"), r.URL.Query().Get("corpsecret")}
}

func (*appToken) byGet() bool           { return true }
func (*appToken) words() string         { return "" }
func (*appToken) chat(*Platform) string { return "" }

func (q *appToken) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	if now.Before(p.banned) {
		return nil, refuse(codeFrequency, "api freq out of limit")
	}
	if no := p.spendCall("/cgi-bin/gettoken", now); no != nil {
		return nil, no
	}
	answer, no := q.grant(p, now)
	if no == nil {
		return answer, nil
	}
	if p.strangers.add(now); p.strangers.full(now, -1, appStrangers) {
		p.banned = now.Add(time.Hour)
	}
	return nil, no
}

// grant returns the token, or what is wrong with who asks for it.
func (q *appToken) grant(p *Platform, now time.Time) (map[string]any, *refusal) {
	i := slices.IndexFunc(p.apps, func(a *WorkAppAccount) bool { return a.Secret == q.secret })
	switch {
	case len(p.apps) == 0 || p.apps[0].Corp != q.corp:
		return nil, refuse(codeBadCorp, "invalid corpid")
	case i < 0:
		return nil, refuse(codeBadWorkSecret, "invalid credential")
	case p.apps[i].untrust:
		return nil, refuse(codeBadAddress, "not allow to access from your ip")
	}
	a := p.apps[i]
	// The same one again while it holds.
	if !now.Before(a.tokens[a.token]) {
		p.serial++
		a.token = token(rand.New(rand.NewPCG(p.opts.Seed, 1<<42+p.serial)), 214)
		a.tokens[a.token] = now.Add(a.TokenLife)
	}
	return map[string]any{"access_token": a.token, "expires_in": int(a.tokens[a.token].Sub(now).Seconds())}, nil
}

// appCall is what all other calls have in common.
type appCall struct {
	path, bearer string
	get          bool
	no           *refusal // what is wrong with the request
}

func appCallOf(r *http.Request) appCall {
	return appCall{path: r.URL.Path, bearer: r.URL.Query().Get("access_token"), get: r.Method == http.MethodGet}
}

func (q *appCall) byGet() bool           { return q.get }
func (q *appCall) words() string         { return "" }
func (q *appCall) chat(*Platform) string { return "" }

// begin returns the app whose token it is, and counts the call. p.mu is held.
func (q *appCall) begin(p *Platform, now time.Time) (*WorkAppAccount, *refusal) {
	for _, a := range p.apps {
		endsAt, ok := a.tokens[q.bearer]
		if !ok {
			continue
		}
		a.requests[q.path]++
		switch {
		case a.untrust:
			return nil, refuse(codeBadAddress, "not allow to access from your ip")
		case !now.Before(endsAt):
			return nil, refuse(codeWorkTokenOld, "access_token expired")
		}
		if no := p.spendCall(q.path, now); no != nil {
			return nil, no
		}
		return a, q.no
	}
	return nil, refuse(codeBadWorkToken, "invalid access_token")
}

// appPost is a message, to one person or into a group.
type appPost struct {
	appCall
	wireAppPost
	shown payload
	calls []string
}

// wireAppPost is the body of message/send and of appchat/send.
type wireAppPost struct {
	ToUser   string     `json:"touser"`
	Agent    *int       `json:"agentid"`
	ChatID   string     `json:"chatid"`
	MsgType  string     `json:"msgtype"`
	Safe     int        `json:"safe"`
	Text     *wireCall  `json:"text"`
	Markdown *wireText  `json:"markdown"`
	Card     *wireCard  `json:"template_card"`
	Image    *wireMedia `json:"image"`
	File     *wireMedia `json:"file"`
	Check    int        `json:"enable_duplicate_check"`
	Span     int        `json:"duplicate_check_interval"`
}

type wireCall struct {
	Content *string  `json:"content"`
	Mention []string `json:"mentioned_list"`
}

func readAppMessage(r *http.Request, body []byte) webRequest { return readAppPost(r, body, false) }

func readAppGroupPost(r *http.Request, body []byte) webRequest { return readAppPost(r, body, true) }

func readAppPost(r *http.Request, body []byte, group bool) webRequest {
	q := &appPost{appCall: appCallOf(r)}
	q.no = decodeWeb(body, &q.wireAppPost)
	if q.no == nil {
		q.no = q.check(group)
	}
	return q
}

func (q *appPost) words() string { return q.shown.words() }

func (q *appPost) chat(p *Platform) string {
	if q.ChatID != "" {
		return q.ChatID
	}
	for _, a := range p.apps {
		if _, ok := a.tokens[q.bearer]; ok {
			return a.Chat(q.ToUser)
		}
	}
	return ""
}

// check reads the message and returns what is wrong with it.
func (q *appPost) check(group bool) *refusal {
	q.shown.kind = q.MsgType
	present := map[string]bool{"text": q.Text != nil, "markdown": q.Markdown != nil, "template_card": q.Card != nil,
		"image": q.Image != nil, "file": q.File != nil}
	for kind, there := range present {
		if there != (kind == q.MsgType) {
			return bad(kind, "does not fit msgtype "+q.MsgType)
		}
	}
	switch {
	case q.Span < 0 || time.Duration(q.Span)*time.Second > appSameMost:
		return bad("duplicate_check_interval", "longer than 4 hours")
	case group && (q.ToUser != "" || q.Agent != nil || q.Check != 0 || q.Span != 0), !group && q.ChatID != "":
		return bad("body", "a field of the other interface")
	case !present[q.MsgType], group && q.MsgType == "template_card":
		return refuse(codeBadMsgType, "invalid message type")
	}
	switch q.MsgType {
	case "text":
		q.calls = q.Text.Mention
		if len(q.calls) > 0 && !group {
			return bad("text.mentioned_list", "only in groups")
		}
		return q.content(q.Text.Content)
	case "markdown":
		return q.content(q.Markdown.Content)
	case "image":
		return q.shown.setMedia(q.Image.MediaID)
	case "file":
		return q.shown.setMedia(q.File.MediaID)
	}
	q.shown.card = q.Card
	return checkCard(q.Card)
}

func (q *appPost) content(s *string) *refusal {
	switch {
	case s == nil:
		return missing("content")
	case strings.TrimSpace(clean(*s)) == "":
		return refuse(codeEmpty, "empty content")
	case len(*s) > appText:
		return refuse(codeTooBig, "content size exceeds %d bytes", appText)
	}
	q.shown.text = clean(*s)
	for _, found := range inlineCall.FindAllStringSubmatch(*s, -1) {
		q.calls = append(q.calls, found[1])
	}
	return nil
}

func (q *appPost) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no == nil && q.shown.media != "" {
		no = p.checkMedia(a.bot, q.shown.kind, q.shown.media, now)
	}
	if no != nil {
		return nil, no
	}
	if strings.HasPrefix(q.path, "/cgi-bin/appchat/") {
		return q.toGroup(a, now)
	}
	return q.toPeople(a, now)
}

func (q *appPost) toGroup(a *WorkAppAccount, now time.Time) (map[string]any, *refusal) {
	c := a.groups[q.ChatID]
	if c == nil {
		for _, other := range a.p.apps {
			if other.groups[q.ChatID] != nil {
				return nil, refuse(codeNotOwnChat, "chat not created by this app")
			}
		}
		return nil, refuse(codeNoAppChat, "invalid chatid")
	}
	seen := false
	for _, id := range c.people {
		seen = a.spend(id, now, appMemberRate, -1) || seen
	}
	a.show(c, q, seen, now)
	return nil, nil
}

// toPeople sends to each of the receivers that a bar parts. Whether all of the
// receivers or one only were wrong decides between 81013 and a partial success.
func (q *appPost) toPeople(a *WorkAppAccount, now time.Time) (map[string]any, *refusal) {
	switch {
	case q.Agent == nil || *q.Agent != a.AgentID:
		if q.Agent != nil && slices.ContainsFunc(a.p.apps, func(other *WorkAppAccount) bool { return other.AgentID == *q.Agent }) {
			return nil, refuse(codeOtherAgent, "access_token and agentid do not match")
		}
		return nil, refuse(codeBadAgent, "invalid agentid")
	case q.shown.taskID() != "" && a.bot.cards[q.shown.taskID()] != nil:
		return nil, bad("task_id", "already used by this app")
	}
	people := strings.Split(q.ToUser, "|")
	if q.ToUser == "@all" {
		people = a.p.people
	}
	var wrong []string
	for _, id := range people {
		if !a.sees(id) {
			wrong = append(wrong, strings.ToLower(id))
		}
	}
	if len(wrong) == len(people) {
		return nil, refuse(codeNobody, "user & party & tag all invalid")
	}
	answer := map[string]any{"invaliduser": strings.Join(wrong, "|"), "invalidparty": "", "invalidtag": ""}
	key := q.ToUser + "\n" + q.MsgType + "\n" + q.shown.content()
	if at, ok := a.same[key]; ok && q.Check == 1 && now.Sub(at) < time.Duration(q.Span)*time.Second {
		a.p.serial++
		answer["msgid"] = a.p.mint("MSG_") // of no message
		return answer, nil
	}
	a.same[key] = now
	for _, id := range people {
		if !a.sees(id) {
			continue
		}
		c := a.p.privateChat(a.bot, a.p.members[id])
		msgID := a.show(c, q, a.spend(id, now, appPerMinute, appPerHour), now)
		answer["msgid"] = msgID
		if q.shown.card != nil {
			answer["response_code"] = a.code(a.sent[msgID].message, now)
		}
	}
	return answer, nil
}

// code mints a response code for a card. p.mu is held.
func (a *WorkAppAccount) code(m *message, now time.Time) string {
	id := a.p.mint("RC_")
	a.codes[id] = appCode{m, now.Add(appCodeLife)}
	return id
}

// appRecallRequest takes a message back.
type appRecallRequest struct {
	appCall
	MsgID string `json:"msgid"`
}

func readAppRecall(r *http.Request, body []byte) webRequest {
	q := &appRecallRequest{appCall: appCallOf(r)}
	q.no = decodeWeb(body, q)
	return q
}

func (q *appRecallRequest) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	s, ok := a.sent[q.MsgID]
	if !ok || expired(s.at, now, appRecall) {
		return nil, bad("msgid", "unknown, or sent more than 24 hours ago")
	}
	delete(a.sent, q.MsgID)
	if s.message.chat != nil {
		s.message.chat.remove(s.message)
	}
	return nil, nil
}

// appUpdate replaces a card by a response code.
type appUpdate struct {
	appCall
	Users []string        `json:"userids"`
	Agent int             `json:"agentid"`
	Code  string          `json:"response_code"`
	Card  *wireCardUpdate `json:"template_card"`
}

// wireCardUpdate is a card in the place of another one.
type wireCardUpdate struct {
	wireCard
	Replace string `json:"replace_text"`
}

// inPlaceOf returns w as the card that comes in the place of old. It has no
// task_id of its own; whether one is taken is not documented.
func (w *wireCardUpdate) inPlaceOf(old *wireCard) (*wireCard, *refusal) {
	if w == nil {
		return nil, missing("template_card")
	}
	card := w.wireCard
	if card.TaskID != "" {
		return nil, bad("task_id", "must not be there")
	}
	card.TaskID = old.TaskID
	if no := checkCard(&card); no != nil {
		return nil, no
	}
	if w.Replace != "" {
		if utf8.RuneCountInString(w.Replace) > 10 {
			return nil, bad("replace_text", "too long")
		}
		card.Buttons = []wireButton{{Text: w.Replace, Style: 4}}
	}
	return &card, nil
}

func readAppUpdate(r *http.Request, body []byte) webRequest {
	q := &appUpdate{appCall: appCallOf(r)}
	q.no = decodeWeb(body, q)
	return q
}

func (q *appUpdate) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	code, ok := a.codes[q.Code]
	switch {
	case !ok || !now.Before(code.endsAt):
		return nil, bad("response_code", "unknown, expired or used")
	case q.Agent != a.AgentID:
		return nil, refuse(codeBadAgent, "invalid agentid")
	case len(q.Users) == 0:
		return nil, missing("userids")
	}
	card, no := q.Card.inPlaceOf(code.message.first)
	if no != nil {
		return nil, no
	}
	delete(a.codes, q.Code)
	code.message.update(card, q.Users)
	return nil, nil
}

// appUpload brings up a file or a picture.
type appUpload struct {
	appCall
	kind, name string
	data       []byte
}

func readAppUpload(r *http.Request, body []byte) webRequest {
	q := &appUpload{appCall: appCallOf(r), kind: r.URL.Query().Get("type")}
	q.no = q.read(r, body)
	return q
}

func (q *appUpload) read(r *http.Request, body []byte) *refusal {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return bad("Content-Type", "must be multipart/form-data")
	}
	part, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).NextPart()
	if err != nil || part.FormName() != "media" {
		return missing("media")
	}
	if q.data, err = io.ReadAll(part); err != nil {
		return bad("media", "cut off")
	}
	q.name = part.FileName()
	limit := map[string]int{"file": robotFile, "image": appImage}[q.kind]
	switch {
	case limit == 0:
		return bad("type", "must be file or image")
	case q.name == "" || len(q.name) > maxFilename || strings.ContainsAny(q.name, `/\:`) || clean(q.name) != q.name:
		return bad("filename", "not one")
	case len(q.data) < minUpload || len(q.data) > limit:
		return refuse(codeTooBig, "file too small or too large")
	case !looksLike(q.kind, q.data):
		return bad("media", "not of its type")
	}
	return nil
}

func (q *appUpload) words() string { return q.name }

func (q *appUpload) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	id := p.mint("media_")
	p.media[id] = &media{bot: a.bot, kind: q.kind, name: q.name, data: q.data, at: now}
	return map[string]any{"type": q.kind, "media_id": id, "created_at": unixString(now)}, nil
}

// appGroup makes a group.
type appGroup struct {
	appCall
	ID    string   `json:"chatid"`
	Name  string   `json:"name"`
	Owner string   `json:"owner"`
	Users []string `json:"userlist"`
}

var appChatID = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)

func readAppGroup(r *http.Request, body []byte) webRequest {
	q := &appGroup{appCall: appCallOf(r)}
	if q.no = decodeWeb(body, q); q.no == nil && !appChatID.MatchString(q.ID) {
		q.no = bad("chatid", "must be 1 to 32 letters and digits")
	}
	return q
}

func (q *appGroup) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	switch {
	case no != nil:
		return nil, no
	case a.Visible != nil:
		return nil, refuse(codeNotGranted, "api forbidden for this app")
	case p.chats[q.ID] != nil:
		return nil, refuse(86001, "chatid already exists")
	case len(q.Users) < 2 || len(q.Users) > 2000 || utf8.RuneCountInString(q.Name) > 50:
		return nil, bad("userlist", "must be 2 to 2000, the name at most 50 characters")
	}
	c := newChat(q.ID, q.Name)
	for _, id := range q.Users {
		if err := p.join(c, id); err != nil {
			return nil, refuse(86216, "invalid member")
		}
	}
	p.enroll(c)
	a.groups[q.ID] = c
	return map[string]any{"chatid": q.ID}, nil
}

// appGroupGet asks for a group.
type appGroupGet struct {
	appCall
	id string
}

func readAppGroupGet(r *http.Request, _ []byte) webRequest {
	return &appGroupGet{appCallOf(r), r.URL.Query().Get("chatid")}
}

func (q *appGroupGet) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	c := a.groups[q.id]
	if c == nil {
		return nil, refuse(codeNoAppChat, "invalid chatid")
	}
	return map[string]any{"chat_info": map[string]any{"chatid": c.id, "name": c.name, "owner": c.people[0], "userlist": c.people, "chat_type": 0}}, nil
}

// userQuery asks the address list.
type userQuery struct {
	appCall
	id         string
	department int
}

func readUser(r *http.Request, _ []byte) webRequest {
	return &userQuery{appCall: appCallOf(r), id: r.URL.Query().Get("userid")}
}

func (q *userQuery) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	switch {
	case no != nil:
		return nil, no
	case p.members[q.id] == nil:
		return nil, refuse(codeNoSuchUser, "userid not found")
	case !a.sees(q.id):
		return nil, refuse(codeOutOfRange, "no privilege to access/modify contact/party/agent")
	}
	// An app made after June 2022 is told neither mobile nor mail nor gender.
	return map[string]any{"userid": q.id, "name": p.members[q.id].Name, "department": []int{p.departmentOf(q.id)}, "status": 1}, nil
}

// usersQuery asks for the members of a department.
type usersQuery struct{ userQuery }

func readUsers(r *http.Request, _ []byte) webRequest {
	n, _ := strconv.Atoi(r.URL.Query().Get("department_id"))
	return &usersQuery{userQuery{appCall: appCallOf(r), department: n}}
}

func (q *usersQuery) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	list := []map[string]any{}
	for _, id := range p.people {
		if a.sees(id) && p.departmentOf(id) == q.department {
			list = append(list, map[string]any{"userid": id, "name": p.members[id].Name, "department": []int{q.department}})
		}
	}
	return map[string]any{"userlist": list}, nil
}

// departmentsQuery asks for all departments.
type departmentsQuery struct{ appCall }

func readDepartments(r *http.Request, _ []byte) webRequest { return &departmentsQuery{appCallOf(r)} }

func (q *departmentsQuery) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	if _, no := q.begin(p, now); no != nil {
		return nil, no
	}
	list := []map[string]any{}
	for i, name := range p.departments() {
		list = append(list, map[string]any{"id": i + 1, "name": name, "parentid": min(i, 1), "order": i})
	}
	return map[string]any{"department": list}, nil
}

// openIDs turns encrypted ids into plain ones.
type openIDs struct {
	appCall
	List []string `json:"open_userid_list"`
}

func readOpenIDs(r *http.Request, body []byte) webRequest {
	q := &openIDs{appCall: appCallOf(r)}
	if q.no = decodeWeb(body, q); q.no == nil && (len(q.List) == 0 || len(q.List) > 1000) {
		q.no = bad("open_userid_list", "must be 1 to 1000")
	}
	return q
}

func (q *openIDs) perform(p *Platform, now time.Time) (map[string]any, *refusal) {
	a, no := q.begin(p, now)
	if no != nil {
		return nil, no
	}
	found, invalid := []map[string]string{}, []string{}
	for _, open := range q.List {
		i := slices.IndexFunc(p.people, func(id string) bool { return p.OpenID(id) == open && a.sees(id) })
		if i < 0 {
			invalid = append(invalid, open) // a plain one is invalid too
			continue
		}
		found = append(found, map[string]string{"open_userid": open, "userid": p.people[i]})
	}
	return map[string]any{"userid_list": found, "invalid_open_userid_list": invalid}, nil
}

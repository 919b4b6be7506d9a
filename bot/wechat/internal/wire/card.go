package wire

// Limits of a button_interaction card (page 101032). Runes are 字.
const (
	SourceRunes     = 13
	TitleRunes      = 26
	DescRunes       = 30
	SubTitleRunes   = 112
	FieldNameRunes  = 5
	FieldValueRunes = 26
	Fields          = 6
	Buttons         = 6
	ButtonTextRunes = 10
	ButtonKeyBytes  = 1024
	TaskIDBytes     = 128
)

// MarkdownBytes is what a pushed Markdown message and a reply can hold, in
// bytes of UTF-8 (page 101463).
const MarkdownBytes = 20480

// WelcomeBytes is what a welcome can hold. The platform states no limit for
// this one; texts of its other interfaces end at 2048 bytes.
const WelcomeBytes = 2048

// Chunks of an upload (page 101463): their number, and the bytes of one before
// base64.
const (
	UploadChunks     = 100
	UploadChunkBytes = 512 << 10
)

// ButtonInteraction is the type of card that has buttons whose clicks we hear.
const ButtonInteraction = "button_interaction"

// Card is a template card of type button_interaction.
type Card struct {
	CardType string   `json:"card_type"`
	Source   *Source  `json:"source,omitempty"`
	Title    Title    `json:"main_title"`
	SubTitle string   `json:"sub_title_text,omitempty"`
	Fields   []Field  `json:"horizontal_content_list,omitempty"`
	Buttons  []Button `json:"button_list"`
	TaskID   string   `json:"task_id"`
}

// Source is the line above the title.
type Source struct {
	Desc string `json:"desc"`
}

// Title is a card's title and the line below it.
type Title struct {
	Title string `json:"title"`
	Desc  string `json:"desc,omitempty"`
}

// Field is one labelled line.
type Field struct {
	KeyName string `json:"keyname"`
	Value   string `json:"value,omitempty"`
}

// Button is one button. It has no type or address: a button that opens a link
// yields no event, and so no identity.
type Button struct {
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key"`
}

// ValidTaskID reports whether id can be a card's task_id.
func ValidTaskID(id string) bool {
	if id == "" || len(id) > TaskIDBytes {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case '0' <= c && c <= '9', 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z':
		case c == '_', c == '-', c == '@':
		default:
			return false
		}
	}
	return true
}

package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"fanzha/bot"
)

func readCSV(data []byte) (Table, error) {
	text, err := Text(data)
	if err != nil {
		return Table{}, err
	}
	r := newReader(text, separator(text))
	var b builder
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b.done()
		}
		if err != nil {
			return Table{}, badCSV(err)
		}
		line, _ := r.FieldPos(0)
		if err := b.take(line, cells); err != nil {
			return Table{}, err
		}
	}
}

// Text returns the text of a file that Chinese office software wrote, as UTF-8; a
// refusal if its encoding is unknown. What is not valid UTF-8 is taken for GB18030,
// in which Excel saves CSV in China; a text in GB18030 with Chinese in it is
// hardly ever valid UTF-8 by chance.
func Text(data []byte) (string, error) {
	var enc encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM) // Excel: “Unicode 文本”
	case utf8.Valid(data):
		return string(bytes.TrimPrefix(data, []byte("\ufeff"))), nil
	default:
		enc = simplifiedchinese.GB18030
	}
	text, err := enc.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
		return "", bot.Refuse("认不出文件的编码", "请另存为 UTF-8 后再发；表格可以另存为 .xlsx 或“CSV UTF-8”")
	}
	return string(text), nil
}

// separator returns the one with which the head row shows the most columns,
// comma if there is no head row.
func separator(text string) rune {
	text = text[:min(len(text), headBytes)]
	best, most := ',', 0
	for _, sep := range []rune{',', '\t', ';'} {
		r := newReader(text, sep)
		for range headWithin {
			cells, err := r.Read()
			if err != nil {
				break
			}
			if at, _, _ := findColumns(cells); at.name >= 0 {
				if len(cells) > most {
					best, most = sep, len(cells)
				}
				break
			}
		}
	}
	return best
}

func newReader(text string, sep rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = sep
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	return r
}

func badCSV(err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return bot.Refuse(fmt.Sprintf("第 %d 行读不出来", at.Line), "请检查这一行的引号是否成对")
	}
	return bot.Refuse("文件读不出来", "请另存为 .xlsx 后再发")
}

package wire

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"strings"
	"unicode"
	"unicode/utf8"

	"fanzha/bot"
)

// CheckFile reports what the platform would refuse about a file.
func CheckFile(f *bot.File) error {
	switch {
	case f.Name == "" || len(f.Name) > bot.FileNameBytes:
		return fmt.Errorf("文件名应有 1 至 %d 字节，现有 %d 字节", bot.FileNameBytes, len(f.Name))
	case !utf8.ValidString(f.Name), strings.ContainsAny(f.Name, `/\:`), strings.ContainsFunc(f.Name, unicode.IsControl):
		return errors.New("文件名含有不能使用的字符")
	case len(f.Data) < bot.MinFileBytes || len(f.Data) > bot.FileBytes:
		return fmt.Errorf("文件应有 %d 字节至 %d MB，现有 %d 字节", bot.MinFileBytes, bot.FileBytes>>20, len(f.Data))
	}
	return nil
}

// FileForm returns the form by which the HTTP interfaces take a file (page
// 99110, page 90253), and its Content-Type.
func FileForm(f *bot.File) (form []byte, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, err := w.CreateFormFile("media", f.Name)
	if err == nil {
		_, err = part.Write(f.Data)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		panic("unreachable: a buffer takes everything: " + err.Error())
	}
	return buf.Bytes(), w.FormDataContentType()
}

package envelope

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const clicked = `<xml><ToUserName>wwTEST</ToUserName><FromUserName><![CDATA[lisi]]></FromUserName>
<CreateTime>1790000400</CreateTime><Event>template_card_event</Event>
<SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds></SelectedItem>
<SelectedItem><QuestionKey>q2</QuestionKey><OptionIds/></SelectedItem></SelectedItems><AgentID>1000002</AgentID></xml>`

func TestDocument(t *testing.T) {
	doc, err := Scan(clicked)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"FromUserName": "lisi", "CreateTime": "1790000400", "AgentID": "1000002",
		"SelectedItems": "", "SelectedItems/SelectedItem/QuestionKey": "q1", "SelectedItems/SelectedItem/OptionIds/OptionId": "a",
		"OptionId": "", "QuestionKey": "", "FromUserName/x": "", "": "",
	} {
		if got := doc.Text(strings.Split(path, "/")...); got != want {
			t.Errorf("Text(%s) = %q, want %q", path, got, want)
		}
	}
	if !doc.Has("SelectedItems", "SelectedItem") || doc.Has("SelectedItem") {
		t.Error("Has is wrong")
	}
	var got []string
	for _, item := range doc.All("SelectedItem", "SelectedItems") {
		line := item.Text("QuestionKey")
		for _, o := range item.All("OptionId", "OptionIds") {
			line += " " + o.Text()
		}
		got = append(got, line)
	}
	if want := []string{"q1 a b", "q2"}; !slices.Equal(got, want) {
		t.Errorf("items %q, want %q", got, want)
	}
	if all := doc.All("x", "y"); all != nil {
		t.Errorf("All of nothing = %v", all)
	}
}

func TestScanText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                              "plain",
		"":                                   "",
		" \n kept \t":                        " \n kept \t",
		"a\r\nb\rc":                          "a\nb\nc",
		"<![CDATA[]]>":                       "",
		"<![CDATA[<a>&lt;]]>":                "<a>&lt;",
		"<![CDATA[a]]]]><![CDATA[>b]]>":      "a]]>b",
		"a<![CDATA[b]]>c&amp;d<![CDATA[]]>e": "abc&de",
		"&lt;&gt;&amp;&quot;&apos;":          `<>&"'`,
		"&#31614;&#x5230;&#13;":              "签到\r",
		"]] >":                               "]] >",
	} {
		doc, err := Scan("<xml><T>" + in + "</T></xml>")
		if err != nil || doc.Text("T") != want {
			t.Errorf("%q: %q, %v, want %q", in, doc.Text("T"), err, want)
		}
	}
	for _, in := range []string{`<?xml version="1.0" encoding="UTF-8"?>` + "\n<xml/>", "<?xml version='1.0'?><xml></xml >", " <xml />\n"} {
		if _, err := Scan(in); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestScanRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":                "",
		"no XML":                 "null",
		"another root":           "<html></html>",
		"second root":            "<xml/><xml/>",
		"junk after the root":    "<xml/>junk",
		"junk before the root":   "junk<xml/>",
		"CDATA outside":          "<![CDATA[x]]><xml/>",
		"document type":          `<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>`,
		"unknown entity":         "<xml><T>&a;</T></xml>",
		"entity without end":     "<xml><T>a & b</T></xml>",
		"file":                   `<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>`,
		"GBK":                    `<?xml version="1.0" encoding="GBK"?><xml/>`,
		"instruction":            "<xml><?php x ?></xml>",
		"declaration inside":     `<xml><?xml version="1.0"?></xml>`,
		"comment":                "<xml><!-- x --></xml>",
		"attribute":              `<xml a="b"/>`,
		"name space":             "<a:xml/>",
		"bad name":               "<xml><1/></xml>",
		"no name":                "<xml>< T/></xml>",
		"long name":              "<xml><" + strings.Repeat("a", 65) + "/></xml>",
		"end tag of another":     "<xml><a></b></xml>",
		"end tags crossed":       "<xml><a><b></a></b></xml>",
		"end tag too many":       "<xml/></xml>",
		"open at the end":        "<xml><a>",
		"open tag":               "<xml><a",
		"open CDATA":             "<xml><![CDATA[</xml>",
		"end mark outside CDATA": "<xml><T>a]]>b</T></xml>",
		"text beside elements":   "<xml>a<T/></xml>",
		"text after elements":    "<xml><T/>a</xml>",
		"text between elements":  "<xml><a><b/>x<b/></a></xml>",
		"control character":      "<xml><T>\x01</T></xml>",
		"control in CDATA":       "<xml><T><![CDATA[\x00]]></T></xml>",
		"control by reference":   "<xml><T>&#0;</T></xml>",
		"surrogate by reference": "<xml><T>&#xD800;</T></xml>",
		"reference too great":    "<xml><T>&#x110000;</T></xml>",
		"reference with a sign":  "<xml><T>&#+65;</T></xml>",
		"no character":           "<xml><T>\uFFFE</T></xml>",
		"bad UTF-8":              "<xml><T>\xff</T></xml>",
		"sender twice":           "<xml><FromUserName>a</FromUserName><T/><FromUserName>b</FromUserName></xml>",
		"nine deep":              "<xml>" + strings.Repeat("<a>", 8) + strings.Repeat("</a>", 8) + "</xml>",
		"513 elements":           "<xml><a>" + strings.Repeat("<b/>", 511) + "</a></xml>",
		"too long":               "<xml>" + strings.Repeat(" ", MaxBody) + "</xml>",
	} {
		_, err := Scan(in)
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), "passwd") {
			t.Errorf("%s: quotes the document: %v", name, err)
		}
	}
}

// A leaf is the path and the text of an element without elements inside.
type leaf struct{ Path, Text string }

func (d Document) leaves() (all []leaf) {
	paths := make([]string, len(d.elements))
	for i, e := range d.elements {
		if paths[i] = e.name; e.parent >= 0 {
			paths[i] = paths[e.parent] + "/" + e.name
		}
		if e.last == i {
			all = append(all, leaf{paths[i], e.text})
		}
	}
	return all
}

var (
	errFancy  = errors.New("has what no callback has")
	plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)
)

// standardLeaves reads doc with the standard library; errFancy if it is well
// formed but more than Scan is to take.
func standardLeaves(doc []byte) (all []leaf, err error) {
	type open struct {
		name, text string
		parent     bool
		leaf       int
	}
	var stack []open
	var fancy bool
	elements, roots := 0, 0
	top := make(map[string]bool)
	dec := xml.NewDecoder(bytes.NewReader(doc))
	for {
		from := dec.InputOffset()
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			path := name
			if len(stack) == 0 {
				roots++
				fancy = fancy || name != "xml"
			} else {
				parent := &stack[len(stack)-1]
				fancy = fancy || !blank(parent.text)
				if parent.parent = true; len(stack) == 1 {
					fancy = fancy || top[name]
					top[name] = true
				}
				path = parent.name + "/" + name
			}
			elements++
			fancy = fancy || len(token.Attr) > 0 || token.Name.Space != "" || !plainName.MatchString(name)
			stack = append(stack, open{name: path, leaf: len(all)})
			all = append(all, leaf{Path: path})
		case xml.EndElement:
			e := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			fancy = fancy || e.parent && !blank(e.text)
			if e.parent {
				all[e.leaf].Path = "" // no leaf
			}
			all[e.leaf].Text = e.text
		case xml.CharData:
			if len(stack) == 0 {
				fancy = fancy || !blank(string(token)) || doc[from] == '<' || doc[from] == '&'
			} else {
				stack[len(stack)-1].text += string(token)
			}
		default:
			fancy = true
		}
		if len(stack) > maxDepth {
			return nil, errFancy
		}
	}
	all = slices.DeleteFunc(all, func(l leaf) bool { return l.Path == "" })
	if fancy || roots != 1 || elements > maxElements || len(doc) > MaxBody {
		return nil, errFancy
	}
	return all, nil
}

func blank(text string) bool { return strings.Trim(text, " \t\r\n") == "" }

// What Scan takes, the standard library reads the same way; and what that reads
// and is a callback, Scan takes.
func FuzzScanAgreesWithStandardLibrary(f *testing.F) {
	for _, s := range []string{clicked, hello, forged, "<xml/>", "<xml><T>&#31614;&lt;\r\n<![CDATA[a]]]]><![CDATA[>]]></T><L><I>1</I> <I>2</I></L></xml>", `<?xml version="1.0"?><xml></xml>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		doc, err := Scan(string(in))
		if _, rest, declared := bytes.Cut(in, []byte("?>")); declared && bytes.HasPrefix(in, []byte("<?xml ")) {
			if err != nil {
				return // few of the ways to write a declaration are taken
			}
			in = rest
		}
		want, wantErr := standardLeaves(in)
		switch {
		case wantErr == nil && err != nil:
			t.Errorf("refused %q: %v", in, err)
		case err == nil && wantErr != nil:
			t.Errorf("took %q, which is %v", in, wantErr)
		case err == nil && wantErr == nil:
			if diff := cmp.Diff(want, doc.leaves()); diff != "" {
				t.Errorf("%q (-standard +ours):\n%s", in, diff)
			}
		}
	})
}

// Whatever text is written is read back, by both, but for what XML cannot hold.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"签到", "]]>", "]]\x00>", "]\x01]>", "a\xffb", "\uFFFE", "]]]>]]>", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		out := append(AppendText([]byte("<xml>"), "T", text), "<N>1</N></xml>"...)
		clean := strings.Map(func(r rune) rune {
			if !character(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(text, ""))
		want := strings.ReplaceAll(strings.ReplaceAll(clean, "\r\n", "\n"), "\r", "\n")
		doc, err := Scan(string(out))
		if err != nil || doc.Text("T") != want || doc.Text("N") != "1" {
			t.Errorf("%q written as %q, read as %q, %v", text, out, doc.Text("T"), err)
		}
		if got, err := standardLeaves(out); err != nil || got[0].Text != want {
			t.Errorf("%q written as %q, read by the standard library as %v, %v", text, out, got, err)
		}
	})
}

func TestAppendNumber(t *testing.T) {
	if got := string(AppendNumber(nil, "CreateTime", -1790000400)); got != "<CreateTime>-1790000400</CreateTime>" {
		t.Error(got)
	}
}

func ExampleDocument_All() {
	doc, err := Scan(clicked)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range doc.All("SelectedItem", "SelectedItems") {
		fmt.Println(item.Text("QuestionKey"), item.Text("OptionIds", "OptionId"))
	}
	// Output:
	// q1 a
	// q2
}

package config

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Fault is one thing that is wrong in a configuration or units file. Errors
// of this package are Faults joined by [errors.Join], so that a person mends
// all of them in one go. A Fault never shows a secret.
type Fault struct {
	// File is the file in which it stands, as the main file names it. Empty if
	// there is only one.
	File string
	// Key is where it stands, as push.quietHours.from or operators[1].roles.
	// Empty if the file as a whole is at fault.
	Key string
	// Line counts from 1; 0 if the key does not stand in the file.
	Line int
	// Text says in Chinese what is wrong and what to write.
	Text string
}

// Error implements error.
func (f *Fault) Error() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File + " ")
	}
	if f.Line > 0 {
		fmt.Fprintf(&b, "第 %d 行 ", f.Line)
	}
	if f.Key != "" {
		b.WriteString(f.Key + "：")
	}
	return b.String() + f.Text
}

// faults collects what is wrong.
type faults []error

func (fs *faults) add(key, format string, args ...any) {
	*fs = append(*fs, &Fault{Key: key, Text: fmt.Sprintf(format, args...)})
}

// err returns the faults as one error, nil if there is none.
func (fs faults) err() error { return errors.Join(fs...) }

// places knows on which line each key of a YAML file stands, and what could
// not be read.
type places struct {
	line map[string]int
	keys map[int][]string // by line, outer keys before inner ones
	lost []string         // keys whose values could not be read; "" is the whole file
}

// locate reads the places from a file that parses as YAML.
func locate(root *yaml.Node) places {
	p := places{line: map[string]int{}, keys: map[int][]string{}}
	p.walk(root, "")
	return p
}

func (p places) walk(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			p.walk(c, path)
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			at := fmt.Sprintf("%s[%d]", path, i)
			p.put(at, c.Line)
			p.walk(c, at)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			at := n.Content[i].Value
			if path != "" {
				at = path + "." + at
			}
			p.put(at, n.Content[i].Line)
			p.walk(n.Content[i+1], at)
		}
	}
}

func (p places) put(path string, line int) {
	p.line[path] = line
	p.keys[line] = append(p.keys[line], path)
}

// find returns the innermost key on line; if name is given, one that ends so.
func (p places) find(line int, name string) string {
	found := name
	for _, k := range p.keys[line] {
		if name == "" || k == name || strings.HasSuffix(k, "."+name) {
			found = k
		}
	}
	return found
}

// validated adds to fs what err found in the values that were read. Faults of
// lost values are left out: their cause has been told already.
func (p places) validated(fs faults, err error) faults {
	for _, f := range unjoin(err) {
		if slices.ContainsFunc(p.lost, func(l string) bool { return under(f.Key, l) || under(l, f.Key) }) {
			continue
		}
		f.Line = p.nearest(f.Key)
		fs = append(fs, f)
	}
	// The whole reads like the file; keys that do not stand in it come last.
	slices.SortStableFunc(fs, func(a, b error) int { return cmp.Compare(rank(a), rank(b)) })
	return fs
}

// under reports whether key is outer or lies within it.
func under(key, outer string) bool {
	rest, ok := strings.CutPrefix(key, outer)
	return ok && (outer == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// nearest returns the line of key or of the section that lacks it.
func (p places) nearest(key string) int {
	for key != "" && p.line[key] == 0 {
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return p.line[key]
}

func rank(err error) int {
	var f *Fault
	if errors.As(err, &f) && f.Line > 0 {
		return f.Line
	}
	return math.MaxInt
}

// unjoin lists the faults that [faults.err] joined.
func unjoin(err error) []*Fault {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		var list []*Fault
		for _, e := range many.Unwrap() {
			list = append(list, unjoin(e)...)
		}
		return list
	}
	var f *Fault
	if errors.As(err, &f) {
		return []*Fault{f}
	}
	return nil
}

// The sentences of go.yaml.in/yaml/v3 v3.0.6, decode.go.
var (
	yamlLine    = regexp.MustCompile(`line (\d+): `)
	yamlUnknown = regexp.MustCompile(`^line \d+: field (.*) not found in type`)
	yamlTwice   = regexp.MustCompile(`^line \d+: (?:mapping key "(.*)" already defined|field (.*) already set)`)
	yamlInto    = regexp.MustCompile(`(?s)^line \d+: cannot unmarshal .* into (\S+)$`)
)

// wanted says in Chinese what to write for a value of a Go type.
func wanted(goType string) string {
	switch {
	case goType == "string":
		return "这里要写一段文字"
	case goType == "int":
		return "这里要写一个整数"
	case goType == "bool":
		return "这里要写 true 或 false"
	case goType == "time.Duration":
		return "这里要写时长，如 72h、90m"
	case strings.HasPrefix(goType, "[]"):
		return "这里要写一个列表，每项以“- ”开头"
	case strings.HasPrefix(goType, "config.") || strings.HasPrefix(goType, "bot."):
		return "这里要分行写下一级的键"
	}
	return "值的写法不对，请对照 fanzha.example.yaml"
}

// translate turns one of YAML's sentences into a Fault and notes what was
// lost. It leaves out the value that YAML quotes, for it may be a secret in
// the wrong place.
func (p *places) translate(s string) *Fault {
	line := 0
	if m := yamlLine.FindStringSubmatch(s); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	if m := yamlUnknown.FindStringSubmatch(s); m != nil {
		return &Fault{Key: p.find(line, m[1]), Line: line, Text: "没有这个键，请检查拼写、大小写和缩进"}
	}
	if m := yamlTwice.FindStringSubmatch(s); m != nil {
		key := p.find(line, m[1]+m[2])
		// YAML gives up on the section around it.
		p.lost = append(p.lost, key[:max(0, strings.LastIndex(key, "."))])
		return &Fault{Key: key, Line: line, Text: "写了两遍，请只留一处"}
	}
	goType := ""
	if m := yamlInto.FindStringSubmatch(s); m != nil {
		goType = m[1]
	}
	key := p.find(line, "")
	p.lost = append(p.lost, key)
	return &Fault{Key: key, Line: line, Text: wanted(goType)}
}

// syntax returns the Fault of a file that is no YAML at all.
func syntax(err error) *Fault {
	f := &Fault{Text: "不是正确的 YAML：缩进要用空格，冒号后要有空格，引号要成对"}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		f.Line, _ = strconv.Atoi(m[1])
	}
	return f
}

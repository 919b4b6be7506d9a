package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// names are what one package declares: "Name", "Type.Field", "Type.Method".
type names map[string]bool

// declared parses every package of the module. It parses files rather than
// asking the go command, because go test knows which files a test has read and
// runs it again when they change.
func declared(t *testing.T) map[string]names {
	t.Helper()
	all := make(map[string]names)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := all[f.Name.Name]
		if pkg == nil {
			pkg = make(names)
			all[f.Name.Name] = pkg
		}
		for _, d := range f.Decls {
			pkg.add(d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (n names) add(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			n[d.Name.Name] = true
			return
		}
		recv := d.Recv.List[0].Type
		if star, ok := recv.(*ast.StarExpr); ok {
			recv = star.X
		}
		if id, ok := recv.(*ast.Ident); ok {
			n[id.Name+"."+d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				n[s.Name.Name] = true
				if st, ok := s.Type.(*ast.StructType); ok {
					for _, f := range st.Fields.List {
						for _, id := range f.Names {
							n[s.Name.Name+"."+id.Name] = true
						}
					}
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					n[id.Name] = true
				}
			}
		}
	}
}

// docText returns the package comment, which stands in doc.go alone.
func docText(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		if f.Doc == nil {
			continue
		}
		if file != "doc.go" {
			t.Errorf("%s has a package comment; only doc.go may", file)
		}
		text = f.Doc.Text()
	}
	return text
}

func TestTourNamesOnlyWhatExists(t *testing.T) {
	all, text := declared(t), docText(t)
	links := regexp.MustCompile(`\[([A-Za-z][\w.]*)\]`).FindAllStringSubmatch(text, -1)
	if len(links) < 30 {
		t.Errorf("found only %d links in the tour", len(links))
	}
	for _, l := range links {
		pkg, name, _ := strings.Cut(l[1], ".")
		switch {
		case all["bot"][l[1]]:
		case all[pkg] == nil:
			t.Errorf("[%s]: there is no such package or name", l[1])
		case name != "" && !all[pkg][name]:
			t.Errorf("[%s]: package %s has no %s", l[1], pkg, name)
		}
	}
}

func TestGlossaryTermsExist(t *testing.T) {
	all := declared(t)
	_, table, _ := strings.Cut(docText(t), "# Glossary")
	var terms []string
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if !strings.HasPrefix(line, "\t") || len(f) < 3 {
			continue
		}
		if slices.Contains(terms, f[0]) {
			t.Errorf("%s stands twice in the glossary", f[0])
		}
		terms = append(terms, f[0])
		pkg, name, _ := strings.Cut(f[1], ".")
		if !all[pkg][name] {
			t.Errorf("%s: there is no %s", f[0], f[1])
		}
	}
	if len(terms) < 20 {
		t.Errorf("found only %d terms in the glossary", len(terms))
	}
}

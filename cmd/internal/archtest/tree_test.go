package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

// module is the path of the module under test.
const module = "fanzha"

// A tree is the parsed source of a module.
type tree struct {
	fset  *token.FileSet
	files []file
}

// A file is one Go file.
type file struct {
	*ast.File
	path  string // from the root of the module
	dir   string // its package, from the root; "." for the root
	test  bool
	lines int
}

// parse reads every Go file of fsys, but for those that the go command passes
// over too.
func parse(t *testing.T, fsys fs.FS) tree {
	t.Helper()
	tr := tree{fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if base := d.Name(); name != "." && (base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		case path.Ext(name) != ".go":
			return nil
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(tr.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		tr.files = append(tr.files, file{
			File: f, path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			lines: strings.Count(string(src), "\n"),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func (tr tree) line(pos token.Pos) int { return tr.fset.Position(pos).Line }

// at names a place for people.
func (tr tree) at(pos token.Pos) string {
	p := tr.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// packages groups the files without tests by package.
func (tr tree) packages() map[string][]file {
	pkgs := make(map[string][]file)
	for _, f := range tr.files {
		if !f.test {
			pkgs[f.dir] = append(pkgs[f.dir], f)
		}
	}
	return pkgs
}

// resolve finds what the identifiers of a package stand for, as far as that can
// be known without its imports: locals, package-level names, imported packages.
func (tr tree) resolve(dir string, files []file) *types.Info {
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object)}
	conf := types.Config{Importer: noImports{}, Error: func(error) {}}
	var parsed []*ast.File
	for _, f := range files {
		parsed = append(parsed, f.File)
	}
	// The error is that imports are missing, which is meant.
	_, _ = conf.Check(dir, tr.fset, parsed, info)
	return info
}

type noImports struct{}

func (noImports) Import(p string) (*types.Package, error) {
	pkg := types.NewPackage(p, path.Base(p))
	pkg.MarkComplete()
	return pkg, nil
}

// matches reports whether pattern matches p.
func matches(pattern, p string) bool {
	base, all := strings.CutSuffix(pattern, "/...")
	return p == base || all && strings.HasPrefix(p, base+"/")
}

func matchesAny(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, p) })
}

// standard reports whether p is of the standard library: its first element is
// no host name, and it is not of this module.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".") && first != module
}

// helper reports whether the package at p helps tests.
func helper(p string) bool { return strings.HasSuffix(p, "test") }

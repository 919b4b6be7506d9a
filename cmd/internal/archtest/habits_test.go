package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// length finds files that are too long.
func length(tr tree) (faults []string) {
	for _, f := range tr.files {
		if f.lines > maxLines {
			faults = append(faults, fmt.Sprintf("%s: %d lines; split it, %d are the limit", f.path, f.lines, maxLines))
		}
	}
	return faults
}

// inits finds init functions.
func inits(tr tree) (faults []string) {
	for _, f := range tr.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				faults = append(faults, tr.at(fn.Pos())+": init runs unasked and cannot fail; do it where it is needed")
			}
		}
	}
	return faults
}

// clocks finds readers of the clock that are not on the list, and entries of
// the list that read no clock any more.
func clocks(tr tree) (faults []string) {
	used := make(map[string]bool)
	for dir, files := range tr.packages() {
		info := tr.resolve(dir, files)
		for _, f := range files {
			for _, d := range f.Decls {
				where := dir + "." + declName(d)
				ast.Inspect(d, func(n ast.Node) bool {
					sel, ok := n.(*ast.SelectorExpr)
					if !ok || !readsClock(info, sel) {
						return true
					}
					for _, key := range []string{where, dir} {
						if clockReaders()[key] != "" {
							used[key] = true
							return true
						}
					}
					faults = append(faults, fmt.Sprintf("%s: %s uses time.%s; take the time as a value, or say in clockReaders why not", tr.at(sel.Pos()), where, sel.Sel.Name))
					return true
				})
			}
		}
	}
	return append(faults, unused("clockReaders", clockReaders(), used)...)
}

// readsClock reports a use of the machine's time or time zone.
func readsClock(info *types.Info, sel *ast.SelectorExpr) bool {
	return qualifier(info, sel) == "time" && slices.Contains([]string{"Now", "Since", "Until", "Local"}, sel.Sel.Name)
}

// qualifier returns the path of the package that sel is a name of.
func qualifier(info *types.Info, sel *ast.SelectorExpr) string {
	if id, ok := sel.X.(*ast.Ident); ok {
		if pkg, ok := info.Uses[id].(*types.PkgName); ok {
			return pkg.Imported().Path()
		}
	}
	return ""
}

// declName returns the name of a function, as T.F if it is a method.
func declName(d ast.Decl) string {
	fn, ok := d.(*ast.FuncDecl)
	if !ok {
		return "a declaration"
	}
	if r := receiver(fn); r != "" {
		return r + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// receiver returns the name of the type that fn is a method of.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return ""
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// unused names the entries of a list that nothing needs.
func unused(list string, entries map[string]string, used map[string]bool) (faults []string) {
	for key := range entries {
		if !used[key] {
			faults = append(faults, fmt.Sprintf("rules_test.go: %s lists %s for nothing; take it out", list, key))
		}
	}
	return faults
}

// docs finds packages and exported names without a comment. Names of struct
// fields may speak for themselves, and what a one-line method is for may be said
// at the interface of its package that it implements.
func docs(tr tree) (faults []string) {
	for dir, files := range tr.packages() {
		want, said := "Package "+files[0].Name.Name+" ", false
		promised := promises(files)
		for _, f := range files {
			said = said || f.Doc != nil && (f.Name.Name == "main" || strings.HasPrefix(f.Doc.Text(), want))
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && promised[fn.Name.Name] && tr.line(fn.Pos()) == tr.line(fn.End()) {
					continue
				}
				for _, n := range undocumented(d) {
					faults = append(faults, fmt.Sprintf("%s: exported %s has no comment", tr.at(n.Pos()), n.Name))
				}
			}
		}
		if !said {
			faults = append(faults, fmt.Sprintf("%s: no package comment that begins with %q", dir, want))
		}
	}
	return faults
}

// promises returns the names of the methods of a package's interfaces.
func promises(files []file) map[string]bool {
	names := make(map[string]bool)
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok {
				for _, m := range i.Methods.List {
					for _, name := range m.Names {
						names[name.Name] = true
					}
				}
			}
			return true
		})
	}
	return names
}

// undocumented returns the exported names of d that no comment is about.
func undocumented(d ast.Decl) (names []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if d.Doc == nil && s.Doc == nil && s.Name.IsExported() {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				// One comment can be about a whole group.
				if d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, slices.DeleteFunc(slices.Clone(s.Names), func(n *ast.Ident) bool { return !n.IsExported() })...)
				}
			}
		}
	}
	return names
}

// globals finds package-level variables that could hide state, and entries of
// the list that are gone.
func globals(tr tree) (faults []string) {
	used := make(map[string]bool)
	for dir, files := range tr.packages() {
		info := tr.resolve(dir, files)
		written := writes(info, files)
		for _, f := range files {
			for _, d := range f.Decls {
				gen, ok := d.(*ast.GenDecl)
				if !ok || gen.Tok != token.VAR {
					continue
				}
				for _, spec := range gen.Specs {
					s := spec.(*ast.ValueSpec)
					for i, n := range s.Names {
						key := dir + "." + n.Name
						pos, isWritten := written[info.Defs[n]]
						switch {
						case n.Name == "_" || embedded(gen, s):
						case isWritten:
							faults = append(faults, fmt.Sprintf("%s: package-level variable %s is written", tr.at(pos), key))
						case i < len(s.Values) && fixed(info, s.Values[i], n.IsExported()):
						case variables()[key] != "":
							used[key] = true
						default:
							faults = append(faults, fmt.Sprintf("%s: package-level variable %s may hide state; make it a field or a function", tr.at(n.Pos()), key))
						}
					}
				}
			}
		}
	}
	return append(faults, unused("variables", variables(), used)...)
}

// embedded reports a go:embed variable.
func embedded(gen *ast.GenDecl, s *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{gen.Doc, s.Doc} {
		if doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
			return true
		}
	}
	return false
}

// fixed reports a value that stays as it is once made: an error, a regular
// expression, and, where no other package can reach it, a table or what a
// constant would be if Go had it.
func fixed(info *types.Info, value ast.Expr, exported bool) bool {
	switch v := value.(type) {
	case *ast.CompositeLit:
		switch v.Type.(type) {
		case *ast.ArrayType, *ast.MapType:
			return !exported
		}
	case *ast.CallExpr:
		switch fun := v.Fun.(type) {
		case *ast.ArrayType: // []rune("…")
			return !exported
		case *ast.SelectorExpr:
			switch name := qualifier(info, fun) + "." + fun.Sel.Name; name {
			case "errors.New", "fmt.Errorf", "regexp.MustCompile":
				return true
			case "time.Date", "time.Unix", "time.FixedZone", "strings.NewReplacer", "sync.OnceValue", "sync.OnceValues":
				return !exported
			}
			// base32.NewEncoding(…).WithPadding(…)
			if inner, ok := fun.X.(*ast.CallExpr); ok && fun.Sel.Name == "WithPadding" {
				call, ok := inner.Fun.(*ast.SelectorExpr)
				return ok && strings.HasPrefix(qualifier(info, call), "encoding/") && !exported
			}
		}
	}
	return false
}

// writes returns where each package-level variable is assigned to, in whole or
// in part, has its address taken, or is handed to what may change it.
func writes(info *types.Info, files []file) map[types.Object]token.Pos {
	found := make(map[types.Object]token.Pos)
	note := func(e ast.Expr) {
		if id := root(e); id != nil {
			if v, ok := info.Uses[id].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				found[v] = id.Pos()
			}
		}
	}
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					note(e)
				}
			case *ast.IncDecStmt:
				note(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					note(n.X)
				}
			case *ast.RangeStmt:
				note(n.Key)
				note(n.Value)
			case *ast.CallExpr:
				if len(n.Args) > 0 && changes(info, n.Fun) {
					note(n.Args[0])
				}
			}
			return true
		})
	}
	return found
}

// root returns the variable that e is, or is a part of.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.SliceExpr:
			if x.Slice3 {
				return nil // capped, so that append makes a copy
			}
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// changes reports a function that may change its first argument.
func changes(info *types.Info, fun ast.Expr) bool {
	switch fun := fun.(type) {
	case *ast.Ident:
		return slices.Contains([]string{"append", "clear", "copy", "delete"}, fun.Name)
	case *ast.SelectorExpr:
		switch qualifier(info, fun) {
		case "sort":
			return true
		case "slices":
			return strings.HasPrefix(fun.Sel.Name, "Sort") || slices.Contains([]string{"Compact", "CompactFunc", "Delete", "DeleteFunc", "Insert", "Replace", "Reverse"}, fun.Sel.Name)
		case "maps":
			return slices.Contains([]string{"Copy", "DeleteFunc", "Insert"}, fun.Sel.Name)
		}
	}
	return false
}

// naps finds code that sleeps: a pause cannot be called off, and makes a test
// slow or flaky. In a bubble of testing/synctest no time passes, so a package
// whose tests have bubbles is trusted.
func naps(tr tree) (faults []string) {
	bubbles := make(map[string]bool)
	for _, f := range tr.files {
		for _, s := range f.Imports {
			bubbles[f.dir] = bubbles[f.dir] || f.test && s.Path.Value == `"testing/synctest"`
		}
	}
	for _, f := range tr.files {
		if f.test && bubbles[f.dir] {
			continue
		}
		info := tr.resolve(f.dir, []file{f})
		ast.Inspect(f.File, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && qualifier(info, sel) == "time" && sel.Sel.Name == "Sleep" {
				faults = append(faults, tr.at(sel.Pos())+": time.Sleep; wait for what is meant, or let the test run in a bubble of testing/synctest")
			}
			return true
		})
	}
	return faults
}

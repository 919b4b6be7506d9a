package archtest

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// layout finds code outside the folders that are there for it.
func layout(tr tree) (faults []string) {
	for _, f := range tr.files {
		if top, _, _ := strings.Cut(f.dir, "/"); !slices.Contains(codeFolders(), top) {
			faults = append(faults, fmt.Sprintf("%s: code belongs in %s", f.path, strings.Join(codeFolders(), ", ")))
		}
	}
	return faults
}

// imports finds imports that the table does not allow.
func imports(tr tree) (faults []string) {
	for _, f := range tr.files {
		r, ok := ruleFor(f.dir)
		if !ok {
			faults = append(faults, fmt.Sprintf("%s: no rule says what package %s may import; add one to rules_test.go", f.path, f.dir))
			continue
		}
		for _, spec := range f.Imports {
			p := importPath(spec)
			if why := refuse(r, f, strings.TrimPrefix(p, module+"/"), standard(p)); why != "" {
				faults = append(faults, fmt.Sprintf("%s: %s imports %s: %s", tr.at(spec.Pos()), f.dir, p, why))
			}
		}
	}
	return faults
}

// ruleFor returns the rule with the longest pattern that matches dir.
func ruleFor(dir string) (best rule, ok bool) {
	for _, r := range rules() {
		if matches(r.pkg, dir) && len(r.pkg) > len(best.pkg) {
			best, ok = r, true
		}
	}
	return best, ok
}

// refuse says why f may not import p, "" if it may.
func refuse(r rule, f file, p string, std bool) string {
	for _, d := range doors() {
		if matches(d.pkg, p) && !matchesAny(d.by, f.dir) {
			return d.why
		}
	}
	if f.test {
		if std || p == f.dir || helper(p) || matchesAny(testLibs(), p) || matchesAny(r.tests, p) {
			return ""
		}
	} else {
		switch {
		case p == "testing" && !helper(f.dir):
			return "only tests and their helpers know package testing"
		case helper(p) && !std && !matchesAny(helperUsers(), f.dir):
			return "test helpers are for tests, and for " + strings.Join(helperUsers(), ", ")
		}
	}
	if matchesAny(r.never, p) || !std && !matchesAny(r.may, p) {
		return r.why
	}
	return ""
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "" // unreachable: the parser has read it
	}
	return p
}

// foreign reports whether p is neither of the standard library nor of this
// module, whose paths may be written without its name.
func foreign(p string) bool {
	host, _, _ := strings.Cut(p, "/")
	return strings.Contains(host, ".")
}

// libraries returns what f imports of others.
func (f file) libraries() (paths []string) {
	for _, spec := range f.Imports {
		if p := importPath(spec); foreign(p) {
			paths = append(paths, p)
		}
	}
	return paths
}

// readmeLine is a line of the README's table of libraries.
var readmeLine = regexp.MustCompile(`(?m)^\| ([a-z0-9.-]+\.[a-z]+/[^ |]+) \| .*\S`)

// unexplained finds libraries that the README does not give a reason for, and
// reasons for those that are gone.
func unexplained(tr tree, readme string) (faults []string) {
	named := make(map[string]bool)
	for _, m := range readmeLine.FindAllStringSubmatch(readme, -1) {
		// A tool that go.mod pins is imported nowhere.
		named[m[1]] = m[1] == "honnef.co/go/tools"
	}
	for _, f := range tr.files {
		for _, p := range f.libraries() {
			said := false
			for module := range named {
				if matches(module+"/...", p) {
					named[module], said = true, true
				}
			}
			if fault := fmt.Sprintf("README.md: no line says why %s is used", p); !said && !slices.Contains(faults, fault) {
				faults = append(faults, fault)
			}
		}
	}
	for module, used := range named {
		if !used {
			faults = append(faults, fmt.Sprintf("README.md: names %s, which nothing imports", module))
		}
	}
	return faults
}

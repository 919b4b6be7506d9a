package envelope

// A Document is a scanned callback: a tree of elements that hold either text or
// other elements. Platforms write no attributes, comments or document types,
// and a document that has any is not theirs.
type Document struct {
	elements []element
}

type element struct {
	name   string
	text   string
	parent int // index, -1 for the root
	last   int // index of the last element inside, its own if none
}

// Text returns the text of the element at path below the root, "" if there is
// none or it holds elements. Where names repeat, the first counts.
func (d Document) Text(path ...string) string {
	at := 0
	for _, name := range path {
		if at = d.child(at, name, at+1); at < 0 {
			return ""
		}
	}
	return d.elements[at].text
}

// Has reports whether there is an element at path.
func (d Document) Has(path ...string) bool {
	at := 0
	for _, name := range path {
		if at = d.child(at, name, at+1); at < 0 {
			return false
		}
	}
	return true
}

// All returns, in order, each element called name that lies in the element at
// path, as a document of its own.
func (d Document) All(name string, path ...string) []Document {
	at := 0
	for _, p := range path {
		if at = d.child(at, p, at+1); at < 0 {
			return nil
		}
	}
	var all []Document
	for i := d.child(at, name, at+1); i >= 0; i = d.child(at, name, d.elements[i].last+1) {
		part := Document{elements: append([]element(nil), d.elements[i:d.elements[i].last+1]...)}
		for j := range part.elements {
			part.elements[j].parent -= i
			part.elements[j].last -= i
		}
		all = append(all, part)
	}
	return all
}

// child returns the index of the first element called name in the element at
// parent, from index from on; -1 if there is none.
func (d Document) child(parent int, name string, from int) int {
	for i := from; i <= d.elements[parent].last; i = d.elements[i].last + 1 {
		if d.elements[i].name == name {
			return i
		}
	}
	return -1
}

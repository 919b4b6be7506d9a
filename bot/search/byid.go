package search

// byID maps ids to values that are not zero. A check-in does little else than
// look up two ids, each somewhere else in memory. Ids as this program mints them,
// a letter and a running number, are therefore places in a row; others are kept
// in a map.
type byID[K ~string, V comparable] struct {
	letter byte
	digits int // at least; more only if the number needs them
	row    []V
	rest   map[K]V
}

func newByID[K ~string, V comparable](letter byte, digits int) byID[K, V] {
	return byID[K, V]{letter: letter, digits: digits, rest: make(map[K]V)}
}

// gap is how many numbers may be left out in the row.
const gap = 1024

// number returns the running number of id; ok is false if it is written in any
// other way than it is minted, so that no two ids have one number.
func (m *byID[K, V]) number(id K) (n int, ok bool) {
	if len(id) <= m.digits || len(id) > 10 || id[0] != m.letter || len(id)-1 > m.digits && id[1] == '0' {
		return 0, false
	}
	for i := 1; i < len(id); i++ {
		c := id[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = 10*n + int(c)
	}
	return n, true
}

// get returns the value of id, zero if there is none.
func (m *byID[K, V]) get(id K) (v V) {
	if n, ok := m.number(id); ok && n < len(m.row) && m.row[n] != v {
		return m.row[n]
	}
	return m.rest[id]
}

// set gives an id that has none a value.
func (m *byID[K, V]) set(id K, v V) {
	n, ok := m.number(id)
	if !ok || n > len(m.row)+gap {
		m.rest[id] = v
		return
	}
	for n >= len(m.row) {
		var none V
		m.row = append(m.row, none)
	}
	m.row[n] = v
}

package chat

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var train = flag.Bool("train", false, "train the second reader anew, write second.table, and log how it does on authors left out")

// What the second reader is trained on. The files *_held.tsv never are.
const (
	dangerFiles = "testdata/danger.tsv testdata/corpus/danger_*.tsv"
	queryFiles  = "testdata/queries.tsv testdata/queries_more.tsv testdata/corpus/queries_*.tsv"
	replyFiles  = "testdata/replies.tsv testdata/replies_more.tsv testdata/corpus/replies_*.tsv"
	// neverCounted looks like check-ins and is none.
	neverCounted = "testdata/never_counted.tsv"
)

// TestTrain trains with -train. Otherwise it fails if what the table was trained
// on has changed since.
func TestTrain(t *testing.T) {
	head, _, _ := strings.Cut(secondTable, "\n")
	want := "# trained on " + trainedOn(t)
	if !*train {
		if head != want {
			t.Errorf("the training texts have changed: go test ./bot/chat -run TestTrain -train")
		}
		return
	}
	lessons := []*lesson{dangerSet(t), replySet(t), doubtSet(t)}
	table := []byte(want + "\n")
	for _, s := range lessons {
		m := s.train("")
		if len(m.slots) > maxSlots {
			t.Fatalf("%d slots are more than maxSlots", len(m.slots))
		}
		table = m.encode(table)
	}
	if err := os.WriteFile("second.table", table, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(table))
	lessons[0].rateDanger(t)
	lessons[1].rateReplies(t)
	lessons[2].rateDoubt(t)
}

// TestTrainTwice: the same texts always give the same table, and reading it back
// gives the same model.
func TestTrainTwice(t *testing.T) {
	set := dangerSet(t)
	set.rows = set.rows[:300]
	first := set.train("").encode(nil)
	if second := set.train("").encode(nil); string(first) != string(second) {
		t.Error("trained twice, the table differs")
	}
	var m linear
	if rest := m.decode(first); len(rest) > 0 || string(m.encode(nil)) != string(first) {
		t.Error("read back, the model differs")
	}
}

// trainedOn is the hash of all that the table depends on.
func trainedOn(t *testing.T) string {
	h := sha256.New()
	for _, name := range files(t, dangerFiles+" "+replyFiles+" "+queryFiles+" "+neverCounted) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
	}
	for _, w := range dangerWords {
		fmt.Fprintln(h, w.sign, w.words)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func files(t *testing.T, globs string) (names []string) {
	for _, g := range strings.Fields(globs) {
		found, err := filepath.Glob(g)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no files, %v", g, err)
		}
		names = append(names, found...)
	}
	return names
}

// A lesson is all texts that a model is trained on, and how.
type lesson struct {
	classes []string
	rows    []example
	seen    int     // in how many texts a gram must occur
	rate    float64 // of learning, at the start
	shrink  float64 // of the weights (L2)
	rounds  int
	drop    float64 // weights of so many steps or less are left out
}

// An example is a labelled text with its views.
type example struct {
	source string
	text   string
	views  []view
	class  int
	weight float64 // how much it matters
}

// dangerSet is what danger is learnt from. Replies and queries
// are innocent by the thousand; they matter less, lest nothing be danger.
func dangerSet(t *testing.T) *lesson {
	s := &lesson{classes: []string{"innocent", "danger"}, seen: 2, rate: 0.6, shrink: 1e-3, rounds: 25}
	for _, name := range files(t, dangerFiles) {
		for _, f := range readTSV(t, name) {
			s.addDanger(name, f[0], f[1] == "danger", 1)
		}
	}
	for _, name := range files(t, replyFiles+" "+queryFiles) {
		for _, r := range readRows(t, name) {
			s.addDanger(name, r.text, calls(r), 0.2)
		}
	}
	return s
}

// calls reports whether a row is labelled a call for help.
func calls(r row) bool { return r.intent == string(CaseHelp) || r.want["urgent"] == true }

func (s *lesson) addDanger(source, text string, danger bool, weight float64) {
	d := readDanger(respellCry(normalize(text).runes), new(dangerRoom))
	e := example{source: source, text: text, views: d.views(), weight: weight}
	if danger {
		e.class = 1
	}
	s.rows = append(s.rows, e)
}

// replySet is what replies are learnt from. Queries are none: one to one they are
// answered where the reply asks for nothing.
func replySet(t *testing.T) *lesson {
	s := &lesson{seen: 2, rate: 1, shrink: 1e-4, rounds: 15, drop: 2}
	l := NewLexicon(testUnits(t))
	index := map[string]int{string(Chitchat): 0}
	add := func(source, text, intent string, weight float64) {
		if _, ok := index[intent]; !ok {
			index[intent] = len(index)
		}
		views := []view{{l.parse(text, Context{Now: now}).symbols(), maxGram, false}}
		s.rows = append(s.rows, example{source, text, views, index[intent], weight})
	}
	for _, name := range files(t, replyFiles) {
		for _, r := range readRows(t, name) {
			add(name, r.text, r.intent, 1)
		}
	}
	for _, name := range files(t, queryFiles) {
		for _, r := range readRows(t, name) {
			add(name, r.text, "query", 0.3)
		}
	}
	s.classes = make([]string, len(index))
	for name, i := range index {
		s.classes[i] = name
	}
	return s
}

// doubtSet is what doubt is learnt from: replies that count, and those that do not.
// What counts in a session only teaches nothing, for a rule tells it by its form.
func doubtSet(t *testing.T) *lesson {
	s := &lesson{classes: []string{"counts", "doubtful"}, seen: 2, rate: 1, shrink: 1e-4, rounds: 15, drop: 2}
	l := NewLexicon(testUnits(t))
	for _, name := range files(t, replyFiles) {
		for _, r := range readRows(t, name) {
			if r.want["counts"] == "ctx" && r.intent != string(Unclear) {
				continue
			}
			e := example{source: name, text: r.text, views: []view{{l.parse(r.text, Context{Now: now}).symbols(), maxGram, false}}, weight: 1}
			if r.want["counts"] != true {
				e.class = doubtful
			}
			s.rows = append(s.rows, e)
		}
	}
	for _, f := range readTSV(t, neverCounted) {
		s.rows = append(s.rows, example{neverCounted, f[0], []view{{l.parse(f[0], Context{Now: now}).symbols(), maxGram, false}}, doubtful, 1})
	}
	return s
}

// train learns a multinomial logistic regression by stochastic descent from all
// examples but those of one source. A gram weighs the more the rarer it is.
func (s *lesson) train(without string) *linear {
	rows := slices.DeleteFunc(slices.Clone(s.rows), func(e example) bool { return e.source == without })
	grams, rare, known := vocabulary(rows, s.seen)
	k := len(s.classes)
	w := make([]float64, len(grams)*k) // by gram, then class
	bias, z := make([]float64, k), make([]float64, k)
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range s.rounds {
		rate := s.rate / (1 + float64(round)/5)
		for _, i := range rng.Perm(len(rows)) {
			norm := 1 / math.Sqrt(float64(len(known[i])+1))
			copy(z, bias)
			for _, j := range known[i] {
				for c := 1; c < k; c++ {
					z[c] += w[j*k+c] * rare[j] * norm
				}
			}
			probabilities(z)
			z[rows[i].class]--
			for c := 1; c < k; c++ {
				if math.Abs(z[c]) < 1e-3 {
					continue
				}
				step := rate * z[c] * rows[i].weight
				bias[c] -= step * 0.3
				for _, j := range known[i] {
					w[j*k+c] -= step*norm*rare[j] + rate*s.shrink*w[j*k+c]
				}
			}
		}
	}
	for j := range grams {
		for c := range k {
			w[j*k+c] *= rare[j]
		}
	}
	return quantise(s.classes, bias, grams, w, s.drop)
}

// vocabulary returns the grams that occur in at least seen texts, in order, how
// rare each is, and those of each text.
func vocabulary(rows []example, seen int) (grams []uint64, rare []float64, known [][]int) {
	texts, mass, total := make(map[uint64]int), make(map[uint64]float64), 0.0
	own := make([][]uint64, len(rows))
	for i, r := range rows {
		for _, v := range r.views {
			v.eachGram(func(key uint64, _, _ int32) { own[i] = append(own[i], key) })
		}
		slices.Sort(own[i])
		own[i] = slices.Compact(own[i])
		for _, g := range own[i] {
			texts[g]++
			mass[g] += r.weight
		}
		total += r.weight
	}
	for _, g := range slices.Sorted(maps.Keys(texts)) {
		if texts[g] >= seen {
			grams = append(grams, g)
			rare = append(rare, math.Log(total/mass[g])/3)
		}
	}
	known = make([][]int, len(rows))
	for i := range rows {
		for _, g := range own[i] {
			if j, ok := slices.BinarySearch(grams, g); ok {
				known[i] = append(known[i], j)
			}
		}
	}
	return grams, rare, known
}

// quantise rounds the weights to steps, of which 127 make the largest.
func quantise(classes []string, bias []float64, grams []uint64, w []float64, drop float64) *linear {
	top := math.Abs(slices.MaxFunc(w, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) }))
	m := &linear{classes: classes, step: float32(top / 127)}
	for _, b := range bias {
		m.bias = append(m.bias, float32(b))
	}
	m.grow(len(grams))
	k := len(classes)
	for j, g := range grams {
		lo := len(m.weights)
		for c := range k {
			if steps := math.Round(w[j*k+c] / top * 127); math.Abs(steps) > drop {
				m.weights = append(m.weights, weight{uint8(c), int8(steps)})
			}
		}
		if len(m.weights) > lo {
			m.put(g, lo)
		}
	}
	return m
}

func probabilities(z []float64) {
	top, sum := slices.Max(z), 0.0
	for i, v := range z {
		z[i] = math.Exp(v - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
}

// encode appends m to b: see decode.
func (m *linear) encode(b []byte) []byte {
	float := func(f float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f)) }
	b = binary.AppendUvarint(b, uint64(len(m.classes)))
	for i, c := range m.classes {
		b = append(binary.AppendUvarint(b, uint64(len(c))), c...)
		float(m.bias[i])
	}
	float(m.step)
	grams := slices.DeleteFunc(slices.Clone(m.slots), func(s slot) bool { return s.key == 0 })
	slices.SortFunc(grams, func(x, y slot) int { return cmp.Compare(x.key, y.key) })
	b = binary.AppendUvarint(b, uint64(len(grams)))
	last := uint64(0)
	for _, s := range grams {
		b = binary.AppendUvarint(b, s.key-last)
		b = binary.AppendUvarint(b, uint64(s.hi-s.lo))
		for _, w := range m.weights[s.lo:s.hi] {
			b = append(b, w.class, byte(w.steps))
		}
		last = s.key
	}
	return b
}

// sources are the files that the examples are from.
func (s *lesson) sources() []string {
	var names []string
	for _, e := range s.rows {
		if !slices.Contains(names, e.source) {
			names = append(names, e.source)
		}
	}
	return names
}

// rateDanger logs, for the texts of each file, how a model reads them that was
// trained without them, at several thresholds.
func (s *lesson) rateDanger(t *testing.T) {
	for _, source := range s.sources() {
		m := s.train(source)
		line := ""
		for _, at := range []float32{-1.25, -1, dangerAt, -0.5, -0.25} {
			var found, falsely hit
			for _, e := range s.rows {
				if e.source != source {
					continue
				}
				z := make([]float32, len(m.classes))
				m.score(z, e.views...)
				if e.class == 1 {
					found.add(z[1] >= at)
				} else {
					falsely.add(z[1] >= at)
				}
			}
			line += fmt.Sprintf("\n    from %5.2f: found %v, falsely %v", at, found, falsely)
		}
		t.Logf("danger without %s:%s", source, line)
	}
}

// rateReplies logs, for the texts of each file, how many intents the rules alone
// tell, and how many they do with a model that was trained without them.
func (s *lesson) rateReplies(t *testing.T) {
	l := NewLexicon(testUnits(t))
	for _, source := range files(t, replyFiles) {
		m := s.train(source)
		var alone, both hit
		for _, row := range readRows(t, source) {
			r := l.parse(row.text, Context{Now: now})
			for _, rule := range l.replyRules {
				if rule.name != "仿照相近的话" && rule.try(r) {
					r.out.Rule = rule.name
					break
				}
			}
			alone.add(string(r.out.Intent) == row.intent)
			if r.out.Rule == "闲话" {
				r.resembles(m)
			}
			both.add(string(r.out.Intent) == row.intent)
		}
		t.Logf("replies without %s: rules alone %v, with the second reader %v", source, alone, both)
	}
}

// rateDoubt logs, for the texts of each file, how many of those that count a model
// doubts that was trained without them, and how many of the others, at several
// thresholds.
func (s *lesson) rateDoubt(t *testing.T) {
	for _, source := range s.sources() {
		m := s.train(source)
		line := ""
		for _, at := range []float32{0.5, 0.7, 0.8, doubtAt, 0.95} {
			var falsely, rightly hit
			for _, e := range s.rows {
				if e.source != source {
					continue
				}
				p := make([]float32, len(m.classes))
				m.score(p, e.views...)
				softmax(p)
				if doubts := p[doubtful] >= at; e.class == doubtful {
					rightly.add(doubts)
				} else {
					falsely.add(doubts)
				}
			}
			line += fmt.Sprintf("\n    from %.2f: falsely %v, rightly %v", at, falsely, rightly)
		}
		t.Logf("doubt without %s:%s", source, line)
	}
}

package ledger_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanzha/bot/ledger"
)

func TestKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "key")
	made, err := ledger.OpenKey(file, "fanzha/乡宁县", rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
	again, err := ledger.OpenKey(file, "another name", nil)
	if err != nil || again.Public() != made.Public() || again.Name() != "fanzha/乡宁县" {
		t.Errorf("opened again it is %v, %v", again, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("beside the key there is left %v, %v", left, err)
	}
}

func TestKeyWithAnUnusableNameIsNotMade(t *testing.T) {
	for _, name := range []string{"", "fanzha x", "fanzha+x", "fanzha\nx"} {
		file := filepath.Join(t.TempDir(), "key")
		if _, err := ledger.OpenKey(file, name, rand.NewChaCha8([32]byte{1})); err == nil {
			t.Errorf("OpenKey made a key named %q", name)
		}
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a file was left for the name %q: %v", name, err)
		}
	}
	if _, err := ledger.OpenKey(filepath.Join(t.TempDir(), "none", "key"), "fanzha/x", rand.NewChaCha8([32]byte{1})); err == nil {
		t.Error("OpenKey made a key in a directory that does not exist")
	}
	if _, err := ledger.OpenKey(t.TempDir(), "fanzha/x", rand.NewChaCha8([32]byte{1})); err == nil {
		t.Error("OpenKey read a directory")
	}
}

// The words of an error end in logs and on screens.
func TestDamagedKeyFileIsRefusedWithoutShowingIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if _, err := ledger.OpenKey(file, "fanzha/test", rand.NewChaCha8([32]byte{1})); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	secret, public, _ := strings.Cut(good, "\n")
	_, otherPublic, _ := strings.Cut(otherKey(t), "\n")
	for name, text := range map[string]string{
		"empty":                      "",
		"the public half only":       public,
		"the secret half only":       secret,
		"in the wrong order":         public + secret + "\n",
		"a letter of the secret":     strings.Replace(good, secret[len(secret)-10:], "A"+secret[len(secret)-9:], 1),
		"the secret cut":             secret[:len(secret)-3] + "\n" + public,
		"a letter of the public key": strings.TrimSuffix(good, public) + "x" + public[1:],
		"another public key":         secret + "\n" + otherPublic,
		"three lines":                secret + "\n" + public + public,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ledger.OpenKey(file, "fanzha/test", rand.NewChaCha8([32]byte{2}))
		if err == nil {
			t.Errorf("%s: OpenKey = nil, want an error", name)
			continue
		}
		for _, part := range strings.Split(secret, "+")[4:] {
			if strings.Contains(err.Error(), part[:8]) || strings.Contains(err.Error(), "PRIVATE") {
				t.Errorf("%s: the error shows the secret: %v", name, err)
			}
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func otherKey(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	if _, err := ledger.OpenKey(file, "fanzha/test", rand.NewChaCha8([32]byte{9})); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCheckpointRoundTrip(t *testing.T) {
	key := newKey(t)
	for _, size := range []int64{0, 1, 1 << 40} {
		want := ledger.Checkpoint{Origin: key.Name(), Size: size, Root: leafHash(size)}
		signed, err := key.Checkpoint(ledger.Checkpoint{Origin: "whatever", Size: size, Root: leafHash(size)})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ledger.OpenCheckpoint(" "+key.Public()+"\n", signed); err != nil || got != want {
			t.Errorf("OpenCheckpoint = %v, %v, want %v", got, err, want)
		}
		got, err := ledger.ParseWitness(" " + want.Witness() + "\n")
		want.Origin = ""
		if err != nil || got != want {
			t.Errorf("ParseWitness(%s) = %v, %v, want %v", want.Witness(), got, err, want)
		}
		if w := want.Witnessed(); want.Witness() != fmt.Sprintf("%d:%s", w.Size, w.Root) {
			t.Errorf("Witnessed() = %v, Witness() = %s", w, want.Witness())
		}
	}
}

func TestCheckpointOfAnotherKeyIsForeign(t *testing.T) {
	key, sameName, otherName := newKey(t), newKey(t, "other", "fanzha/test"), newKey(t, "fanzha/other")
	signed, err := key.Checkpoint(ledger.Checkpoint{Size: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*ledger.Key{sameName, otherName} {
		if _, err := ledger.OpenCheckpoint(k.Public(), signed); !errors.Is(err, ledger.ErrForeign) {
			t.Errorf("under the key %s: %v", k.Public(), err)
		}
	}
	for _, public := range []string{"", "x", "PRIVATE+KEY+fanzha/test+00000000+AAAA"} {
		_, err := ledger.OpenCheckpoint(public, signed)
		if err == nil || errors.Is(err, ledger.ErrForeign) || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("under the key %q: %v", public, err)
		}
	}
}

// Whatever else was signed with the key is no checkpoint of its ledger.
func TestCheckpointHasOneForm(t *testing.T) {
	key := newKey(t)
	const root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
	for name, text := range map[string]string{
		"another ledger's":       "fanzha/other\n7\n" + root,
		"no origin":              "\n7\n" + root,
		"four lines":             "fanzha/test\n7\n" + root + "x\n",
		"two lines":              "fanzha/test\n7\n",
		"negative size":          "fanzha/test\n-7\n" + root,
		"size with zeros before": "fanzha/test\n007\n" + root,
		"size with a sign":       "fanzha/test\n+7\n" + root,
		"no size":                "fanzha/test\n\n" + root,
		"size beyond all":        "fanzha/test\n9223372036854775808\n" + root,
		"short root":             "fanzha/test\n7\nAAAA\n",
		"root with loose bits":   "fanzha/test\n7\n" + strings.Replace(root, "FU=", "FV=", 1),
		"an evidence manifest":   "fanzha evidence v1\nmonth 2026-11\nmasked true\nrange 0 1\n",
	} {
		signed, err := key.Sign(text)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := ledger.OpenCheckpoint(key.Public(), signed); err == nil || errors.Is(err, ledger.ErrForeign) {
			t.Errorf("%s: OpenCheckpoint = %v, %v", name, c, err)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	key := newKey(f)
	signed, err := key.Checkpoint(ledger.Checkpoint{Size: 7, Root: leafHash(7)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add([]byte("fanzha/test\n7\n\n\n— fanzha/test AAAA\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ledger.OpenCheckpoint(key.Public(), b)
		if err == nil && (c != ledger.Checkpoint{Origin: "fanzha/test", Size: 7, Root: leafHash(7)}) {
			t.Errorf("a checkpoint that was never signed was taken: %v", c)
		}
	})
}

func FuzzWitness(f *testing.F) {
	f.Add("7:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	f.Add("7\n:x")
	f.Add("-7:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ledger.ParseWitness(s)
		if err == nil && c.Witness() != strings.TrimSpace(s) {
			t.Errorf("ParseWitness(%q) is written %q", s, c.Witness())
		}
	})
}

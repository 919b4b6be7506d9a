package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fanzha/bot"
)

// A Checkpoint (存证点) states what the first Size entries of a ledger are. Its
// signed form is a note in the C2SP tlog-checkpoint form: origin line, size,
// root in base64.
type Checkpoint struct {
	Origin string // the county's ledger, for example "fanzha/xiangning"
	Size   int64
	Root   tlog.Hash
}

// A Key signs checkpoints. Whoever has its public half can verify them.
type Key struct {
	signer note.Signer
	public string
}

// Public returns the verifier key in the form of golang.org/x/mod/sumdb/note:
// "<name>+<hash>+<base64>". It is not secret.
func (k *Key) Public() string { return k.public }

// Name returns the key's name, which is also the origin of its checkpoints.
func (k *Key) Name() string { return k.signer.Name() }

// OpenKey reads the signing key in file, or, if there is none, makes one with
// the given name and keeps it there, readable by the owner alone. Losing the
// file means that no new entry can be signed under the same public key.
func OpenKey(file, name string, random io.Reader) (*Key, error) {
	b, err := os.ReadFile(file)
	switch {
	case err == nil:
	case errors.Is(err, os.ErrNotExist):
		if b, err = makeKey(file, name, random); err != nil {
			return nil, fmt.Errorf("making signing key %s: %w", file, err)
		}
	default:
		return nil, fmt.Errorf("reading signing key: %w", err)
	}
	secret, public, ok := strings.Cut(strings.TrimSpace(string(b)), "\n")
	if !ok {
		return nil, fmt.Errorf("signing key %s: 文件应有两行：私钥、公钥", file)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: 私钥无法使用", file) // the cause may quote the key
	}
	k := &Key{signer, strings.TrimSpace(public)}
	if signed, err := k.Sign("\n"); err != nil || !signedBy(k.public, signed) {
		return nil, fmt.Errorf("signing key %s: 公钥与私钥不是一对", file)
	}
	return k, nil
}

func signedBy(public string, signed []byte) bool {
	_, err := OpenNote(public, signed)
	return err == nil
}

// makeKey writes a new key to file, whole or not at all.
func makeKey(file, name string, random io.Reader) ([]byte, error) {
	secret, public, err := note.GenerateKey(random, name)
	if err != nil {
		return nil, err
	}
	if _, err := note.NewSigner(secret); err != nil {
		return nil, fmt.Errorf("名称“%s”不能用：不得为空，不得有空白和加号", name)
	}
	b := []byte(secret + "\n" + public + "\n")
	tmp, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" {
		return b, nil // it cannot sync a directory
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	return b, errors.Join(dir.Sync(), dir.Close())
}

// Sign returns any text, which must end in a newline, as a signed note.
func (k *Key) Sign(text string) ([]byte, error) {
	return note.Sign(&note.Note{Text: text}, k.signer)
}

// Checkpoint signs c under the key's name.
func (k *Key) Checkpoint(c Checkpoint) ([]byte, error) {
	c.Origin = k.Name()
	signed, err := k.Sign(c.text())
	if err != nil {
		return nil, fmt.Errorf("signing checkpoint at %d: %w", c.Size, err)
	}
	return signed, nil
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// ErrForeign means that a note is not signed by the expected key.
var ErrForeign = errors.New("签名不是由给定的公钥对应的密钥作出")

// OpenNote checks signed against a public key and returns its text. It returns
// an error wrapping [ErrForeign] if the key did not sign it.
func OpenNote(public string, signed []byte) (string, error) {
	v, err := note.NewVerifier(strings.TrimSpace(public))
	if err != nil {
		return "", errors.New("公钥格式不对，应形如 名称+8位十六进制+一串字符")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return "", ErrForeign
	}
	return n.Text, nil
}

// OpenCheckpoint checks a signed checkpoint against a public key. Its origin
// must be the key's name.
func OpenCheckpoint(public string, signed []byte) (Checkpoint, error) {
	text, err := OpenNote(public, signed)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := parseCheckpoint(text)
	if name, _, _ := strings.Cut(strings.TrimSpace(public), "+"); err == nil && c.Origin != name {
		return Checkpoint{}, fmt.Errorf("存证点属于另一本台账：%s", c.Origin)
	}
	return c, err
}

func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, errors.New("存证点应为三行")
	}
	c := Checkpoint{Origin: lines[0]}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, errors.New("存证点的条数不对")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, errors.New("存证点的摘要不对")
	}
	c.Size = size
	copy(c.Root[:], root)
	if c.text() != text {
		return Checkpoint{}, errors.New("存证点的写法不合规范")
	}
	return c, nil
}

// Witness returns the short form of a checkpoint that fits a chat line:
// "12345:base64 of the root". Members who keep it are witnesses.
func (c Checkpoint) Witness() string {
	return strconv.FormatInt(c.Size, 10) + ":" + base64.StdEncoding.EncodeToString(c.Root[:])
}

// Witnessed returns the payload that notes that c is about to be shown. It must
// be the next entry after those that c is about.
func (c Checkpoint) Witnessed() *bot.CheckpointWitnessed {
	return &bot.CheckpointWitnessed{Size: c.Size, Root: base64.StdEncoding.EncodeToString(c.Root[:])}
}

// ParseWitness reads the form of [Checkpoint.Witness]. The origin is not in it.
func ParseWitness(s string) (Checkpoint, error) {
	size, root, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok {
		return Checkpoint{}, errors.New("存证点应形如 12345:摘要")
	}
	return parseCheckpoint("\n" + size + "\n" + root + "\n")
}

package config

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"fanzha/bot"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// secretText is the secret in every file of testdata; it may show nowhere.
const secretText = "s3cret-text"

// golden compares got with the file at path.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// said lists the faults in err as a person sees them, after the head line.
func said(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		t.Error("no fault found")
		return ""
	}
	_, list, _ := strings.Cut(err.Error(), "\n")
	if n := len(unjoin(err)); n != strings.Count(list, "\n")+1 {
		t.Errorf("%d faults in %d lines", n, strings.Count(list, "\n")+1)
	}
	return list
}

// Each file of testdata/bad breaks one rule and is right in everything else.
func TestEveryFaultIsNamed(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	var all strings.Builder
	for _, path := range files {
		_, err := Load(path, nil)
		fmt.Fprintf(&all, "== %s\n%s\n", strings.TrimSuffix(filepath.Base(path), ".yaml"), said(t, err))
	}
	if strings.Contains(all.String(), "s3cr") {
		t.Error("a fault shows the secret")
	}
	golden(t, "testdata/bad.golden", all.String())
}

func TestEveryFaultOfUnitsIsNamed(t *testing.T) {
	files, err := filepath.Glob("testdata/badunits/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	var all strings.Builder
	for _, path := range files {
		_, err := LoadUnits(path)
		fmt.Fprintf(&all, "== %s\n%s\n", strings.TrimSuffix(filepath.Base(path), ".yaml"), said(t, err))
	}
	golden(t, "testdata/badunits.golden", all.String())
}

func TestFaultsCanBeTakenApart(t *testing.T) {
	_, err := Load("testdata/bad/cron-never.yaml", nil)
	var f *Fault
	if !errors.As(err, &f) || f.Key != "push.cron" || f.Line != 8 {
		t.Errorf("Load = %v, want a Fault of push.cron on line 8", err)
	}
}

func TestMissingFile(t *testing.T) {
	if _, err := Load("testdata/nowhere.yaml", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Load = %v, want os.ErrNotExist", err)
	}
	if _, err := LoadUnits("testdata/nowhere.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("LoadUnits = %v, want os.ErrNotExist", err)
	}
}

// write puts a file with text into a new directory.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fanzha.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const sound = `wecom: {botId: bot-1, secretFile: secret.txt}
operators:
  - {id: wang, name: 王一, person: w1, roles: [draft, query, manage]}
  - {id: li, name: 李二, person: l2, roles: [verify, approve]}
`

func TestLoadLaysTheFileOverTheDefaults(t *testing.T) {
	path := write(t, sound+"push: {lateDays: 0}\nlog: {level: warn}\n")
	dir := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte(secretText+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.WeCom.BotID, want.WeCom.Secret = "bot-1", NewSecret(secretText)
	want.WeCom.SecretFile = filepath.Join(dir, "secret.txt")
	want.Data.Dir = filepath.Join(dir, "data")
	want.Operators = []bot.Operator{
		{ID: "wang", Name: "王一", Person: "w1", Roles: []bot.Role{bot.RoleDraft, bot.RoleQuery, bot.RoleManage}},
		{ID: "li", Name: "李二", Person: "l2", Roles: []bot.Role{bot.RoleVerify, bot.RoleApprove}},
	}
	want.Push.LateDays = 0
	want.Log.Level = "warn"
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
	if got, want := got.Data.Ledger(), filepath.Join(dir, "data", "ledger.db"); got != want {
		t.Errorf("Ledger() = %s, want %s", got, want)
	}
	if got, want := got.Data.Key(), filepath.Join(dir, "data", "checkpoint.key"); got != want {
		t.Errorf("Key() = %s, want %s", got, want)
	}
}

func TestEnvironmentWinsOverSecretFile(t *testing.T) {
	env := func(key string) string { return map[string]string{SecretEnv: " from-env\n"}[key] }
	f, err := Load(write(t, sound), env) // secret.txt is not there
	if err != nil {
		t.Fatal(err)
	}
	if got := f.WeCom.Secret.Reveal(); got != "from-env" {
		t.Errorf("secret = %q, want from-env", got)
	}
}

func TestSingleOperatorMayDropFourEyes(t *testing.T) {
	f := Default()
	f.WeCom.BotID, f.WeCom.Secret = "bot-1", NewSecret("x")
	f.Operators = []bot.Operator{{ID: "wang", Name: "王一", Person: "w1", Roles: bot.Roles()}}
	if err := f.Validate(); err == nil {
		t.Error("one operator passes with fourEyes")
	}
	f.FourEyes = false
	if err := f.Validate(); err != nil {
		t.Error(err)
	}
	f.WeCom.URL = "ws://127.0.0.1:9000/ws"
	f.HTTP.Addr = ""
	if err := f.Validate(); err != nil {
		t.Errorf("simulated platform on loopback, no HTTP: %v", err)
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	f := Default()
	f.WeCom.Secret = NewSecret(secretText)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+"\n", f.WeCom.Secret)
		fmt.Fprintf(&out, verb+"\n", f)
		fmt.Fprintf(&out, verb+"\n", &f)
	}
	fmt.Fprintln(&out, f.WeCom.Secret.String())
	asJSON, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(asJSON)
	out.Write(asYAML)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", f.WeCom.Secret, "file", f)
	for _, leak := range []string{secretText, fmt.Sprintf("%x", secretText), fmt.Sprintf("%X", secretText)} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("printed %q", leak)
		}
	}
	if got := fmt.Sprint(f.WeCom.Secret); got != "<secret>" {
		t.Errorf("Sprint = %q", got)
	}
}

func TestValuesForTheDomain(t *testing.T) {
	if got, want := Default().Push.QuietHours.Hours(), (bot.QuietHours{From: 21 * time.Hour, To: 8 * time.Hour}); got != want {
		t.Errorf("Hours() = %v, want %v", got, want)
	}
	for word, want := range map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError, "": slog.LevelInfo,
	} {
		if got := (Log{Level: word}).Slog(); got != want {
			t.Errorf("Log{%q}.Slog() = %v, want %v", word, got, want)
		}
	}
}

const example = "fanzha.example.yaml"

func TestExampleIsTrue(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	f := Default()
	if _, fs := parse(data, &f); fs.err() != nil {
		t.Fatal(fs.err())
	}
	filled := f
	filled.WeCom.BotID, filled.WeCom.Secret = "bot-1", NewSecret("x")
	if err := filled.Validate(); err != nil {
		t.Errorf("filled in, the example is refused: %v", err)
	}
	f.Operators = nil // has no default
	if diff := cmp.Diff(Default(), f, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Errorf("the example does not state the defaults (-default +example):\n%s", diff)
	}
}

// Every key stands in the example, under a line that explains it.
func TestExampleHasEveryKey(t *testing.T) {
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	where := locate(&root)
	lines := strings.Split(string(data), "\n")
	chinese := regexp.MustCompile(`^\s*#.*\p{Han}`)
	for _, key := range keysOf(reflect.TypeFor[File](), "") {
		line, ok := where.line[key]
		if list, field, inList := strings.Cut(key, "[0]."); !ok && inList && where.line[list] > 0 {
			// A list that is empty by default is explained above it, a line each.
			if !regexp.MustCompile(`(?m)^#   ` + field + ` .*\p{Han}`).Match(data) {
				t.Errorf("%s is not explained above %s", key, list)
			}
			continue
		}
		if !ok {
			t.Errorf("%s does not stand in %s", key, example)
		} else if !chinese.MatchString(lines[line-2]) {
			t.Errorf("%s on line %d is not explained in the line above", key, line)
		}
	}
}

// keysOf lists the YAML keys of struct type t, in lists those of element 0.
func keysOf(t reflect.Type, prefix string) []string {
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get("yaml")
		if tag == "" {
			panic(t.Name() + "." + field.Name + " has no yaml tag")
		}
		key := prefix + tag
		keys = append(keys, key)
		switch inner := field.Type; {
		case inner.Kind() == reflect.Struct && inner != reflect.TypeFor[Secret]():
			keys = append(keys, keysOf(inner, key+".")...)
		case inner.Kind() == reflect.Slice && inner.Elem().Kind() == reflect.Struct:
			keys = append(keys, keysOf(inner.Elem(), key+"[0].")...)
		}
	}
	return keys
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{example, "testdata/bad/*.yaml", "testdata/badunits/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := Default()
		_, fs := parse(data, &file)
		_ = fs.err()
		_ = file.Validate()
		_, _ = readUnits("名录", data)
	})
}

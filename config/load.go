package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SecretEnv is the environment variable that gives the bot's secret.
const SecretEnv = "FANZHA_WECOM_SECRET"

// Load reads the configuration file at path over [Default], takes the secrets
// from the environment or their files, and validates the whole, the files in
// Calendar.Dir with it. A file of several counties is refused: see [LoadFleet]
// and [LoadCounty].
//
// Relative paths in the file count from the file's own directory, so that the
// program finds the same ledger wherever it is started. A nil getenv means no
// environment. If what is wrong lies in the content, the error joins one
// *[Fault] for each thing wrong; the File is then not to be used.
func Load(path string, getenv func(string) string) (File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return File{}, fmt.Errorf("读取配置文件：%w", err)
	}
	f := Default()
	where, fs := parse(data, &f)
	return f, f.finish(path, where, fs, getenv)
}

// finish makes the File of an only county whole and says what is wrong in it.
func (f *File) finish(path string, where places, fs faults, getenv func(string) string) error {
	f.resolve(filepath.Dir(path))
	secret := errors.Join(f.fetchShared(getenv).err(), f.fetchBot(getenv).err(), f.fetchSecrets().err())
	_, years := readCalendar(f.Calendar.Dir)
	var fleet faults
	if f.Counties != "" {
		fleet.add("counties", "这份配置管着几个县，请用 --county 指明办哪一个县的事")
	}
	fs = where.validated(fs, errors.Join(fleet.err(), secret, f.Validate(), years.err()))
	if err := fs.err(); err != nil {
		return fmt.Errorf("配置文件 %s 有 %d 处要改：\n%w", path, len(fs), err)
	}
	return nil
}

// parse decodes one YAML document into v and refuses keys that v does not
// have.
func parse(data []byte, v any) (places, faults) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return places{lost: []string{""}}, faults{syntax(err)}
	}
	where := locate(&root)
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var fs faults
	err := dec.Decode(v)
	var wrong *yaml.TypeError
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return where, nil
	case errors.As(err, &wrong):
		for _, s := range wrong.Errors {
			fs = append(fs, where.translate(s))
		}
	default:
		return places{lost: []string{""}}, faults{syntax(err)}
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		fs.add("", "一个文件只能有一份内容，请去掉“---”及其后的部分")
	}
	return where, fs
}

// resolve makes relative paths count from dir.
func (f *File) resolve(dir string) {
	paths := append(f.secretFiles(), &f.County.Units, &f.Data.Dir, &f.Calendar.Dir, &f.Counties, &f.Redis.ArchiveDir)
	for _, p := range paths {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}

// secretFiles returns every key that names a file of secrets.
func (f *File) secretFiles() []*string {
	paths := []*string{
		&f.WeCom.SecretFile, &f.WeCom.Callback.TokenFile, &f.WeCom.Callback.AESKeyFile,
		&f.OA.SecretFile, &f.OA.TokenFile, &f.OA.AESKeyFile, &f.App.SecretFile, &f.App.TokenFile, &f.App.AESKeyFile,
		&f.Redis.PasswordFile, &f.Redis.SentinelPasswordFile,
	}
	for i := range f.Robots {
		paths = append(paths, &f.Robots[i].KeyFile)
	}
	return paths
}

// SecretFiles returns the paths of the files of secrets that f was loaded with.
func (f File) SecretFiles() (paths []string) {
	for _, p := range f.secretFiles() {
		if *p != "" {
			paths = append(paths, *p)
		}
	}
	return paths
}

// fetchShared fills in what all counties of a process share: secrets, ports, and who
// the process is. The environment wins, because a service manager sets it on purpose and last.
func (f *File) fetchShared(getenv func(string) string) faults {
	var fs faults
	for name, to := range map[string]*string{ProcessIDEnv: &f.Process.ID, AdvertiseEnv: &f.Process.Advertise} {
		if getenv == nil {
			break
		}
		if text := strings.TrimSpace(getenv(name)); text != "" {
			*to = text
		}
	}
	if !f.Redis.On() {
		getenv = nil // the variable may be set for other programs
	}
	f.Redis.Password, f.Redis.PasswordFile = fromEnv(&fs, getenv, RedisPasswordEnv, "redis.password", f.Redis.Password, f.Redis.PasswordFile)
	readSecret(&fs, "redis.password", "Redis 的密码", &f.Redis.Password, f.Redis.PasswordFile)
	readSecret(&fs, "redis.sentinelPassword", "Sentinel 的密码", &f.Redis.SentinelPassword, f.Redis.SentinelPasswordFile)
	f.Redis.URL = withPorts(f.Redis.URL)
	return fs
}

// fetchBot takes the bot's secret from the environment, which speaks of the only
// county.
func (f *File) fetchBot(getenv func(string) string) faults {
	var fs faults
	f.WeCom.Secret, f.WeCom.SecretFile = fromEnv(&fs, getenv, SecretEnv, "wecom.secret", f.WeCom.Secret, f.WeCom.SecretFile)
	return fs
}

// fromEnv returns the secret of key and its file as they are with the variable
// name of the environment, which stands for both.
func fromEnv(fs *faults, getenv func(string) string, name, key string, s Secret, file string) (Secret, string) {
	if getenv == nil {
		return s, file
	}
	text := strings.TrimSpace(getenv(name))
	if text == "" {
		return s, file
	}
	if !s.IsZero() && file != "" {
		last := key[strings.LastIndex(key, ".")+1:]
		fs.add(key+"File", "%s 与 %sFile 只能写一个，建议只留 %sFile", last, last, last)
	}
	return NewSecret(text), ""
}

// fetchSecrets fills in a county's secrets that stand in files.
func (f *File) fetchSecrets() faults {
	var fs faults
	readSecret(&fs, "wecom.secret", "机器人的 Secret ", &f.WeCom.Secret, f.WeCom.SecretFile)
	readSecret(&fs, "oa.secret", "公众号的 AppSecret ", &f.OA.Secret, f.OA.SecretFile)
	readSecret(&fs, "oa.token", "服务器配置里的 Token ", &f.OA.Token, f.OA.TokenFile)
	readSecret(&fs, "oa.aesKey", "服务器配置里的 EncodingAESKey ", &f.OA.AESKey, f.OA.AESKeyFile)
	readSecret(&fs, "wecom.callback.token", "机器人回调配置里的 Token ", &f.WeCom.Callback.Token, f.WeCom.Callback.TokenFile)
	readSecret(&fs, "wecom.callback.aesKey", "机器人回调配置里的 EncodingAESKey ", &f.WeCom.Callback.AESKey, f.WeCom.Callback.AESKeyFile)
	readSecret(&fs, "app.secret", "自建应用的 Secret ", &f.App.Secret, f.App.SecretFile)
	readSecret(&fs, "app.token", "自建应用接收消息的 Token ", &f.App.Token, f.App.TokenFile)
	readSecret(&fs, "app.aesKey", "自建应用接收消息的 EncodingAESKey ", &f.App.AESKey, f.App.AESKeyFile)
	for i := range f.Robots {
		r := &f.Robots[i]
		readSecret(&fs, fmt.Sprintf("robots[%d].key", i), "群机器人地址里 key= 后面的部分", &r.Key, r.KeyFile)
	}
	return fs
}

// readSecret fills in the secret of key from file, if there is one. what names it
// for people.
func readSecret(fs *faults, key, what string, s *Secret, file string) {
	if file == "" {
		return
	}
	name := key[strings.LastIndex(key, ".")+1:]
	if !s.IsZero() {
		fs.add(key+"File", "%s 与 %sFile 只能写一个，建议只留 %sFile", name, name, name)
	}
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		fs.add(key+"File", "找不到密钥文件 %s，请检查路径", file)
	case err != nil:
		fs.add(key+"File", "读不出密钥文件（%v），请检查权限", err)
	case len(bytes.TrimSpace(data)) == 0:
		fs.add(key+"File", "密钥文件 %s 是空的，请把%s写进去", file, what)
	default:
		*s = NewSecret(string(bytes.TrimSpace(data)))
	}
}

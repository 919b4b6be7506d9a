package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

// fleetOf writes a main file and counties' files into a new directory and returns
// the path of the main one.
func fleetOf(t *testing.T, main string, counties map[string]string) string {
	t.Helper()
	path := write(t, main)
	dir := filepath.Join(filepath.Dir(path), "counties")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range counties {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

const soundFleet = `counties: counties
redis: {url: "redis+sentinel://s1:26379,s2:26379,s3:26379/mymaster", passwordFile: redis.txt, archiveDir: archive}
process: {id: fanzha-1}
county: {units: units.yaml}
calendar: {dir: ""}
push: {lateDays: 0, perMonth: 4}
oa: {notice: {fields: {}}}
operators:
  - {id: wang, name: 王一, person: w1, roles: [draft, query, manage]}
  - {id: li, name: 李二, person: l2, roles: [verify, approve]}
`

func soundCounties() map[string]string {
	return map[string]string{
		"anze.yaml":   "county: {id: anze, name: 安泽县}\nwecom: {botId: bot-1, secret: one}\npush: {perMonth: 5}\n",
		"daning.yaml": "county: {id: daning, name: 大宁县, units: daning/units.yaml}\nwecom: {botId: bot-2, secret: two}\noperators:\n  - {id: zhao, name: 赵三, person: z3, roles: [draft, query, manage]}\n  - {id: qian, name: 钱四, person: q4, roles: [verify, approve]}\ndata: {dir: daning}\n",
		"notes.txt":   "不是县",
	}
}

func TestCountiesAreLaidOverTheMainFile(t *testing.T) {
	path := fleetOf(t, soundFleet, soundCounties())
	dir := filepath.Dir(path)
	env := func(key string) string { return map[string]string{RedisPasswordEnv: "from-env"}[key] }
	got, err := LoadFleet(path, env)
	if err != nil {
		t.Fatal(err)
	}
	base := Default()
	base.Process.ID = "fanzha-1"
	base.Counties = filepath.Join(dir, "counties")
	base.Redis = Redis{URL: "redis+sentinel://s1:26379,s2:26379,s3:26379/mymaster", Password: NewSecret("from-env"), ArchiveDir: filepath.Join(dir, "archive"),
		Copies: base.Redis.Copies, LeaseTTL: base.Redis.LeaseTTL}
	base.Push.LateDays, base.Push.PerMonth = 0, 4
	base.Operators = []bot.Operator{
		{ID: "wang", Name: "王一", Person: "w1", Roles: []bot.Role{bot.RoleDraft, bot.RoleQuery, bot.RoleManage}},
		{ID: "li", Name: "李二", Person: "l2", Roles: []bot.Role{bot.RoleVerify, bot.RoleApprove}},
	}
	anze, daning := base.clone(), base.clone()
	anze.County = County{ID: "anze", Name: "安泽县", Units: filepath.Join(dir, "units.yaml")}
	anze.Data.Dir = filepath.Join(dir, "data", "anze")
	anze.WeCom.BotID, anze.WeCom.Secret = "bot-1", NewSecret("one")
	anze.Push.PerMonth = 5
	daning.County = County{ID: "daning", Name: "大宁县", Units: filepath.Join(dir, "counties", "daning", "units.yaml")}
	daning.Data.Dir = filepath.Join(dir, "counties", "daning")
	daning.WeCom.BotID, daning.WeCom.Secret = "bot-2", NewSecret("two")
	daning.Operators = []bot.Operator{
		{ID: "zhao", Name: "赵三", Person: "z3", Roles: []bot.Role{bot.RoleDraft, bot.RoleQuery, bot.RoleManage}},
		{ID: "qian", Name: "钱四", Person: "q4", Roles: []bot.Role{bot.RoleVerify, bot.RoleApprove}},
	}
	if diff := cmp.Diff([]File{anze, daning}, got, cmp.AllowUnexported(Secret{})); diff != "" {
		t.Errorf("LoadFleet (-want +got):\n%s", diff)
	}
}

func TestAFileWithoutCountiesIsAFleetOfOne(t *testing.T) {
	path := write(t, sound)
	env := func(key string) string { return map[string]string{SecretEnv: "s"}[key] }
	one, err := Load(path, env)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "xiangning"} {
		got, err := LoadCounty(path, id, env)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, got, cmp.AllowUnexported(Secret{})); diff != "" {
			t.Errorf("LoadCounty(%q) (-Load +got):\n%s", id, diff)
		}
	}
}

func TestACountyIsPickedByItsID(t *testing.T) {
	path := fleetOf(t, strings.Replace(soundFleet, "passwordFile: redis.txt, ", "", 1), soundCounties())
	if f, err := LoadCounty(path, "daning", nil); err != nil || f.County.Name != "大宁县" {
		t.Errorf("LoadCounty = %s, %v", f.County.Name, err)
	}
	for id, want := range map[string]string{"": "管着 2 个县，请用 --county 指明一个：anze、daning", "pu": "没有“pu”这个县，有：anze、daning"} {
		if _, err := LoadCounty(path, id, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("LoadCounty(%q) = %v, want %s", id, err, want)
		}
	}
	var f *Fault
	if _, err := Load(path, nil); !errors.As(err, &f) || f.Key != "counties" {
		t.Errorf("Load = %v, want a fault of counties", err)
	}
}

// All faults of all files are told at once, each with its file.
func TestEveryFaultOfAFleetIsNamed(t *testing.T) {
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	_, err = LoadFleet("testdata/badfleet/main.yaml", func(key string) string { return map[string]string{SecretEnv: "s"}[key] })
	all := said(t, err)
	if strings.Contains(all, "s3cr") {
		t.Error("a fault shows a secret")
	}
	golden(t, "testdata/badfleet.golden", strings.ReplaceAll(all, dir, "testdata")+"\n")
}

func TestADirectoryOfCountiesMustHoldSome(t *testing.T) {
	main := strings.Replace(soundFleet, "passwordFile: redis.txt, ", "", 1)
	for _, c := range []struct{ name, dir, file, want string }{
		{"no directory", "elsewhere", "", "找不到这个目录"},
		{"no file", "counties", "", "没有各县的文件"},
		{"another ending", "counties", "anze.yml", "应以 .yaml 结尾"},
	} {
		files := map[string]string{}
		if c.file != "" {
			files[c.file] = ""
		}
		path := fleetOf(t, strings.Replace(main, "counties: counties", "counties: "+c.dir, 1), files)
		_, err := LoadFleet(path, nil)
		if err == nil || !strings.Contains(err.Error(), "\nfanzha.yaml 第 1 行 counties：") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: LoadFleet = %v", c.name, err)
		}
	}
}

// The store reads addresses for itself, and is tested with the same table: what the
// configuration accepts, it understands.
func TestRedisAddresses(t *testing.T) {
	b, err := os.ReadFile("testdata/redis-addresses.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		verdict := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch verdict[0] {
		case "good":
			if why := badRedisURL(verdict[1]); why != "" {
				t.Errorf("%s is refused: %s", verdict[1], why)
			}
			f := File{Redis: Redis{URL: verdict[1]}}
			if f.fetchShared(nil); f.Redis.URL != verdict[2] {
				t.Errorf("%s becomes %s, want %s", verdict[1], f.Redis.URL, verdict[2])
			}
		case "bad":
			if badRedisURL(verdict[1]) == "" {
				t.Errorf("%s is accepted", verdict[1])
			}
			f := File{Redis: Redis{URL: verdict[1]}}
			if f.fetchShared(nil); f.Redis.URL != verdict[1] {
				t.Errorf("%s becomes %s", verdict[1], f.Redis.URL)
			}
		}
	}
}

func TestMachinesOfOneFileAreToldApartByTheEnvironment(t *testing.T) {
	env := func(key string) string {
		return map[string]string{SecretEnv: "s", ProcessIDEnv: "fanzha-2", AdvertiseEnv: "http://10.0.0.2:8081"}[key]
	}
	f, err := Load(write(t, sound+"process: {id: fanzha-1, advertise: \"http://10.0.0.1:8081\"}\n"), env)
	if err != nil || f.Process != (Process{ID: "fanzha-2", Advertise: "http://10.0.0.2:8081"}) {
		t.Errorf("Process = %+v, %v", f.Process, err)
	}
}

func TestProcessHasANameOfItsOwn(t *testing.T) {
	if got := (Process{ID: "fanzha-1"}).Name(); got != "fanzha-1" {
		t.Errorf("Name() = %s", got)
	}
	if got, want := (Process{}).Name(), fmt.Sprintf("-%d", os.Getpid()); !strings.HasSuffix(got, want) || got == want {
		t.Errorf("Name() = %s, want <host>%s", got, want)
	}
}

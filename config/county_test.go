package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fanzha/bot"
)

func county(t *testing.T) []bot.Unit {
	t.Helper()
	units, err := Units()
	if err != nil {
		t.Fatal(err)
	}
	return units
}

func TestCountyIsWhole(t *testing.T) {
	var ids []string
	for _, u := range county(t) {
		ids = append(ids, string(u.ID))
	}
	want := strings.Fields(`xuanchuan zhengfa wangluo renda fayuan jianchayuan gongan fagai jiaoke gongxin shijian
		sifa caizheng youzheng rongmei yinbaojian yidong liantong dianxin nongshang nonghang gonghang jianhang
		zhonghang youchu jinshang shuzheng changning guanghua taitou guantou xipo shuanghe guanwangmiao weizhuang
		xijiaokou zaoling`)
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if len(ids) != 37 {
		t.Errorf("%d units, want 37", len(ids))
	}
}

func TestOnlyTownshipsAndTheAffairsCentreAreUnscored(t *testing.T) {
	for _, u := range county(t) {
		if want := u.HasAnyTag([]string{"乡镇", "无分工条目"}); u.Unscored != want {
			t.Errorf("%s: Unscored = %v, want %v", u.ID, u.Unscored, want)
		}
		if strings.HasPrefix(u.Short, "县") || strings.ContainsAny(u.Name, "?？…") {
			t.Errorf("%s: short %q, name %q", u.ID, u.Short, u.Name)
		}
		if len(u.Tags) == 0 || len(u.Aliases) == 0 {
			t.Errorf("%s has no tags or no aliases", u.ID)
		}
	}
}

func TestOverseersAreThoseOfTheTrade(t *testing.T) {
	for _, u := range county(t) {
		want := bot.UnitID("")
		switch {
		case u.HasAnyTag([]string{"银行"}):
			want = "yinbaojian"
		case u.HasAnyTag([]string{"电信运营商"}):
			want = "gongxin"
		}
		if u.Parent != want {
			t.Errorf("%s: Parent = %q, want %q", u.ID, u.Parent, want)
		}
	}
}

// The names by which units are easily taken for one another.
func TestNamesThatAreEasilyMistaken(t *testing.T) {
	owner := map[string]bot.UnitID{}
	for _, u := range county(t) {
		for _, name := range append([]string{string(u.ID), u.Name, u.Short}, u.Aliases...) {
			name = strings.ToLower(name)
			if first, taken := owner[name]; taken {
				t.Errorf("%q names %s and %s", name, first, u.ID)
			}
			owner[name] = u.ID
		}
	}
	for name, want := range map[string]bot.UnitID{
		"邮政": "youzheng", "邮政储蓄": "youchu", "邮政银行": "youchu", "邮储": "youchu",
		"农商行": "nongshang", "信用社": "nongshang", "农行": "nonghang", "农业银行": "nonghang", "nsh": "nongshang", "nsx": "",
		"工商局": "shijian", "工商银行": "gonghang", "工行": "gonghang", "gh": "gonghang",
		"网信办": "wangluo", "电视台": "rongmei", "连通": "liantong", "中国银行": "zhonghang",
		"教育局": "jiaoke", "教体局": "jiaoke", "检查院": "jianchayuan", "综治办": "zhengfa", "昌宁镇综治办": "changning",
		"银保监局": "yinbaojian", "金监局": "yinbaojian", "wzx": "weizhuang", "yzx": "weizhuang", "尉庄": "weizhuang",
		"税务局": "", "人民银行": "", "医院": "", "银行": "", "办公室": "", "行政中心": "",
	} {
		if got := owner[name]; got != want {
			t.Errorf("%q names %q, want %q", name, got, want)
		}
	}
}

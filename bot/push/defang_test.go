package push

import (
	"strings"
	"testing"
)

func TestDefang(t *testing.T) {
	for _, c := range []struct{ rule, in, want string }{
		{"a link with a scheme", "点击https://a.com/x领奖", "点击hxxps://a[.]com/x领奖"},
		{"of any case", "HTTP://A.COM", "hxxp://A[.]COM"},
		{"and any kind", "ftp://a.com sftp://b.com", "fxp://a[.]com sfxp://b[.]com"},
		{"a link ends at Chinese punctuation", "http://a.com，别点", "hxxp://a[.]com，别点"},
		{"a Chinese host", "http://领奖.com/a", "hxxp://领奖[.]com/a"},
		{"a link in a link", "http://a.com/?u=http://b.com", "hxxp://a[.]com/?u=hxxp://b[.]com"},
		{"a bare domain", "登录a.b-c.com.cn查询", "登录a[.]b-c[.]com[.]cn查询"},
		{"of any ending", "x.cyou、y.xn--p1ai、z.apk", "x[.]cyou、y[.]xn--p1ai、z[.]apk"},
		{"with a path and a port", "a.top:8080/b.html?c=1", "a[.]top:8080/b[.]html?c=1"},
		{"a bare address", "1.2.3.4/app", "1[.]2[.]3[.]4/app"},
		{"a mail address", "abc@qq.com", "abc@qq[.]com"},

		{"gov.cn stays", "https://www.gov.cn/zhengce/202309/content_69032130.htm", "https://www.gov.cn/zhengce/202309/content_69032130.htm"},
		{"bare too", "国家反诈中心www.mps.gov.cn、gov.cn", "国家反诈中心www.mps.gov.cn、gov.cn"},
		{"with a port", "https://www.gov.cn:443/a", "https://www.gov.cn:443/a"},
		{"not with other schemes", "ftp://www.gov.cn/a", "fxp://www[.]gov[.]cn/a"},
		{"gov.cn in front proves nothing", "https://gov.cn.evil.com/", "hxxps://gov[.]cn[.]evil[.]com/"},
		{"a name that ends like it neither", "evilgov.cn", "evilgov[.]cn"},
		{"gov.cn as the user's name", "https://www.gov.cn@evil.com", "hxxps://www[.]gov[.]cn@evil[.]com"},
		{"with a password", "https://www.gov.cn:80@evil.com/", "hxxps://www[.]gov[.]cn:80@evil[.]com/"},
		{"bare", "www.gov.cn@evil.com", "www.gov.cn@evil[.]com"},
		{"behind a backslash", `https://evil.com\.gov.cn`, `hxxps://evil[.]com\[.]gov[.]cn`},
		{"in the path", "evil.com/www.gov.cn", "evil[.]com/www[.]gov[.]cn"},

		{"a mobile number", "加13812345678", "加138****5678"},
		{"in groups", "138 1234 5678", "138 **** 5678"},
		{"with hyphens", "138-1234-5678", "138-****-5678"},
		{"with a country code", "+8613812345678、+86 138 1234 5678、0086-13812345678", "+861******5678、+86 1** **** 5678、008*-*******5678"},
		{"of Hong Kong", "+852 6123 4567", "+852 **** 4567"},
		{"a 400 number", "400-820-8820、4008208820", "400-***-8820、400***8820"},
		{"a landline", "0357-6822110、（0357）6822110", "035*-***2110、（0357）682**10"},
		{"two of them", "13812345678 13912345678", "138******78 139****5678"},
		{"a bank card", "6222 0212 3456 7890 123", "622* **** **** ***0 123"},
		{"followed by a word that amounts have too", "联系13812345678人工客服", "联系138****5678人工客服"},
		{"short official numbers", "110、96110、12381、10086、955888", "110、96110、12381、10086、955888"},

		{"dates", "2026-11-20、20261120、2026-11-20 15:30", "2026-11-20、20261120、2026-11-20 15:30"},
		{"a date beside a number", "2026-11-20 13812345678 20261121", "2026-11-20 138****5678 20261121"},
		{"amounts", "1000000元、10000000 余元、3.28亿、1234567.89元、12345678人次、50%", "1000000元、10000000 余元、3.28亿、1234567.89元、12345678人次、50%"},
		{"an amount behind a number", "13812345678 20000000元", "138****5678 20000000元"},
		{"an ordinary text", "冒充客服称会员到期，每月扣800元。", "冒充客服称会员到期，每月扣800元。"},
		{"nothing", "", ""},
	} {
		got := Defang(c.in)
		if got != c.want {
			t.Errorf("%s: Defang(%q) = %q, want %q", c.rule, c.in, got, c.want)
		}
		if again := Defang(got); again != got {
			t.Errorf("%s: Defang(%q) = %q, want it unchanged", c.rule, got, again)
		}
	}
}

func FuzzDefang(f *testing.F) {
	for _, s := range []string{
		"https://www.gov.cn:80@evil.com/", "ftp://a[.]com", "http://http://a.com", "a.b.cc.1.dd", "12345 1234567.com", "1234567 2026-11-20",
		"13812345678 20261120 1000000元", "+852 6123 4567", "www.gov.cn13812345678", "https://gov.cn/13812345678 13812345678",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Defang(s)
		if again := Defang(once); again != once {
			t.Errorf("Defang(%q) = %q, and of that %q, want it unchanged", s, once, again)
		}
		for _, link := range linkPattern.FindAllString(once, -1) {
			if !govPattern.MatchString(link) {
				t.Errorf("Defang(%q) = %q, which has the link %q", s, once, link)
			}
		}
		if strings.Count(s, "\n") != strings.Count(once, "\n") {
			t.Errorf("Defang(%q) = %q, want the same lines", s, once)
		}
	})
}

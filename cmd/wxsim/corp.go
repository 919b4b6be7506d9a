package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"fanzha/bot/wechat/wechattest"
)

// corp is who is there and in which groups: the form of the -corp file.
type corp struct {
	Members []member `json:"members"`
	Groups  []group  `json:"groups"`
}

type member struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

type group struct {
	Name    string   `json:"name"`
	Members []string `json:"members"` // userids
}

// readCorp reads and checks a corp file. Its error names all faults.
func readCorp(path string) (corp, error) {
	var c corp
	f, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("reading corp: %w", err)
	}
	defer func() { _ = f.Close() }()
	dec := json.NewDecoder(f)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("reading corp %s: %w", path, err)
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("corp %s: %w", path, err)
	}
	return c, nil
}

func (c corp) check() error {
	var faults []error
	known := map[string]bool{}
	for i, m := range c.Members {
		if m.UserID == "" || m.Name == "" {
			faults = append(faults, fmt.Errorf("第 %d 名成员缺少 userid 或 name", i+1))
		} else if known[m.UserID] {
			faults = append(faults, fmt.Errorf("成员 %s 重复", m.UserID))
		}
		known[m.UserID] = true
	}
	for i, g := range c.Groups {
		if g.Name == "" {
			faults = append(faults, fmt.Errorf("第 %d 个群缺少 name", i+1))
		}
		for _, id := range g.Members {
			if !known[id] {
				faults = append(faults, fmt.Errorf("群 %s 的成员 %s 不在 members 中", g.Name, id))
			}
		}
	}
	return errors.Join(faults...)
}

// settle puts the corp's members and groups on the platform.
func (c corp) settle(p *wechattest.Platform) {
	for _, m := range c.Members {
		p.AddMember(wechattest.Member{UserID: m.UserID, Name: m.Name})
	}
	for _, g := range c.Groups {
		p.AddGroup(g.Name, g.Members...)
	}
}

// generate makes up a corp: three people of the office, who are in no group,
// and groups of people who are in one each.
func generate(groups, members int) corp {
	units := []string{"教科体局", "卫健局", "人社局", "民政局", "住建局", "农业农村局", "交通运输局", "文旅局", "市场监管局", "供销社"}
	var c corp
	for i := range 3 {
		c.Members = append(c.Members, member{fmt.Sprintf("office%d", i+1), "办公室" + personName(i*37+5)})
	}
	for g := range groups {
		name := units[g%len(units)]
		if round := g / len(units); round > 0 {
			name += fmt.Sprintf("%d组", round+1)
		}
		gr := group{Name: name + "反诈群"}
		for m := range members {
			who := member{fmt.Sprintf("u%02d%03d", g+1, m+1), personName(g*members + m)}
			c.Members = append(c.Members, who)
			gr.Members = append(gr.Members, who.UserID)
		}
		c.Groups = append(c.Groups, gr)
	}
	return c
}

// personName returns the nth of 400 made-up names.
func personName(n int) string {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
	given := []string{"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "勇", "艳", "杰", "建国", "秀英", "志强", "海燕", "文博", "晓梅", "俊峰", "雨桐"}
	return string(surnames[n%len(surnames)]) + given[(n/len(surnames)+n)%len(given)]
}

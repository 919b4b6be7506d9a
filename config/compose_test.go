package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A composeFile is what the tests look at in a Compose file.
type composeFile struct {
	Services map[string]struct {
		Build       string            `yaml:"build"`
		Image       string            `yaml:"image"`
		Restart     string            `yaml:"restart"`
		User        string            `yaml:"user"`
		ReadOnly    bool              `yaml:"read_only"`
		CapDrop     []string          `yaml:"cap_drop"`
		Environment map[string]string `yaml:"environment"`
		Volumes     []string          `yaml:"volumes"`
		Ports       []string          `yaml:"ports"`
		DependsOn   []string          `yaml:"depends_on"`
		Command     []string          `yaml:"command"`
	} `yaml:"services"`
	Volumes map[string]any `yaml:"volumes"`
}

// Whatever a Compose file refers to is there, nothing is open to other machines,
// nobody is root, and a Redis keeps what it was given.
func TestComposeFilesAreWhole(t *testing.T) {
	files, err := filepath.Glob("../compose*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"compose.yaml":          {"fanzha-1", "fanzha-2", "redis"},
		"compose.single.yaml":   {"fanzha"},
		"compose.sentinel.yaml": {"fanzha-1", "fanzha-2", "redis-1", "redis-2", "redis-3", "sentinel-1", "sentinel-2", "sentinel-3"},
	}
	if len(files) != len(want) {
		t.Fatalf("files %v", files)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var c composeFile
			if err := yaml.Unmarshal(data, &c); err != nil {
				t.Fatal(err)
			}
			checkCompose(t, c, string(data))
			var names []string
			for name := range c.Services {
				names = append(names, name)
			}
			if slices.Sort(names); !slices.Equal(names, want[filepath.Base(path)]) {
				t.Errorf("services %v", names)
			}
		})
	}
}

func checkCompose(t *testing.T, c composeFile, text string) {
	used := make(map[string]bool)
	for name, s := range c.Services {
		if s.Image == "" || s.Restart != "unless-stopped" || !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s: image %q, restart %q, cap_drop %v", name, s.Image, s.Restart, s.CapDrop)
		}
		for _, v := range s.Volumes {
			from, to, _ := strings.Cut(v, ":")
			if !strings.HasPrefix(to, "/") {
				t.Errorf("%s: volume %s has no place", name, v)
			}
			if _, named := c.Volumes[from]; !named && !strings.HasPrefix(from, "./") {
				t.Errorf("%s: volume %s is not declared", name, from)
			}
			used[from] = true
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to other machines", name, p)
			}
		}
		for _, other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s depends on %s, which is not there", name, other)
			}
		}
		command := strings.Join(s.Command, " ")
		switch {
		case s.Build != "": // the Dockerfile's user is not root
			if !s.ReadOnly || s.Environment[SecretEnv] == "" {
				t.Errorf("%s: read_only %v, environment %v", name, s.ReadOnly, s.Environment)
			}
		case s.User != "999:999":
			t.Errorf("%s runs as %q", name, s.User)
		case strings.Contains(command, "exec redis-server"):
			for _, must := range []string{"appendonly yes", "appendfsync always", "maxmemory-policy noeviction", "requirepass", "no-appendfsync-on-rewrite no"} {
				if !strings.Contains(command, must) {
					t.Errorf("%s lacks %s", name, must)
				}
			}
		}
	}
	for v := range c.Volumes {
		if !used[v] {
			t.Errorf("volume %s is not used", v)
		}
	}
	// What has to stand in .env is explained, or the file that explains it named.
	for _, m := range regexp.MustCompile(`\$\{(\w+):\?`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, m[1]+"=") && !strings.Contains(text, "用法与 compose.yaml 相同") {
			t.Errorf("%s is not explained", m[1])
		}
	}
}

// The image is one static binary whose user is not root.
func TestImageIsOneStaticBinaryWithoutRoot(t *testing.T) {
	data, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, last, _ := strings.Cut(string(data), "\nFROM scratch\n")
	for _, must := range []string{"COPY --from=build /out/fanzha ", "USER 65532:65532", `ENTRYPOINT ["fanzha"]`, "VOLUME /srv/fanzha/data"} {
		if !strings.Contains(last, must) {
			t.Errorf("the image lacks %s", must)
		}
	}
	if !strings.Contains(string(data), "CGO_ENABLED=0 go build") {
		t.Error("the binary may not be static")
	}
}

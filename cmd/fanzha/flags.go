package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"fanzha/bot"
	"fanzha/config"
)

// usageError is a command line that cannot be understood.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// A flagSet is the flags of one command, with its help.
type flagSet struct {
	*flag.FlagSet
	out         io.Writer
	args, about string
}

// flags returns an empty flag set. args shows how the command is called.
func flags(c console, name, args, about string) *flagSet {
	f := &flagSet{flag.NewFlagSet(name, flag.ContinueOnError), c.out, args, about}
	f.SetOutput(io.Discard) // package flag speaks English
	return f
}

func (f *flagSet) help() {
	fmt.Fprintf(f.out, "%s\n\n用法：fanzha %s %s\n\n参数：\n", f.about, f.Name(), f.args)
	f.VisitAll(func(one *flag.Flag) {
		value, text := flag.UnquoteUsage(one)
		dashes := "--"
		if len(one.Name) == 1 {
			dashes = "-"
		}
		if value == "string" {
			value = "文字"
		}
		if one.DefValue != "" && one.DefValue != "false" && one.DefValue != "0" {
			text += "（默认 " + one.DefValue + "）"
		}
		fmt.Fprintf(f.out, "  %s\n      %s\n", strings.TrimSpace(dashes+one.Name+" "+value), text)
	})
}

// words parses args, flags and words in any order, and returns the words.
func (f *flagSet) words(args []string) ([]string, error) {
	var words []string
	for {
		err := f.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			f.help()
			return nil, err
		case err != nil:
			return nil, usageError{flagFault(err)}
		case f.NArg() == 0:
			return words, nil
		}
		words = append(words, f.Arg(0))
		args = f.Args()[1:]
	}
}

// noWords parses args of a command that takes flags only. A word too many is
// most likely a flag forgotten: it must not be passed over.
func (f *flagSet) noWords(args []string) error {
	words, err := f.words(args)
	if err == nil && len(words) > 0 {
		err = usageError{fmt.Sprintf("多了“%s”", words[0])}
	}
	return err
}

// configFlags name a county's configuration.
type configFlags struct{ path, county *string }

// forCounty adds the flags of a command that concerns one county. path is the
// configuration file where none is given.
func (f *flagSet) forCounty(path, about string) configFlags {
	return configFlags{f.String("c", path, "配置`文件`"+about), f.String("county", "", "`县`的代号；配置里只有一个县时不用写")}
}

// load loads the configuration.
func (c configFlags) load() (config.File, error) {
	return config.LoadCounty(*c.path, *c.county, os.Getenv)
}

// config parses args of a command whose only flags are those of the configuration
// file, and loads that file.
func (f *flagSet) config(args []string) (config.File, error) {
	c := f.forCounty(configFlag, "")
	if err := f.noWords(args); err != nil {
		return config.File{}, err
	}
	return c.load()
}

// fleet is config for a command that concerns all counties.
func (f *flagSet) fleet(args []string) ([]config.File, error) {
	path := f.String("c", configFlag, "配置`文件`")
	if err := f.noWords(args); err != nil {
		return nil, err
	}
	return config.LoadFleet(*path, os.Getenv)
}

// The sentences of package flag, Go 1.26.
var (
	flagUnknown = regexp.MustCompile(`^flag provided but not defined: (\S+)`)
	flagEmpty   = regexp.MustCompile(`^flag needs an argument: (\S+)`)
	flagInvalid = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?(-\S+): `)
)

// flagFault says in Chinese what package flag finds wrong.
func flagFault(err error) string {
	text := err.Error()
	if m := flagUnknown.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("没有“%s”这个参数", m[1])
	}
	if m := flagEmpty.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("“%s”后面要写内容", m[1])
	}
	if m := flagInvalid.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("“%s”不能写成“%s”", m[2], m[1])
	}
	return "参数不对：" + text
}

// month reads a flag's month.
func month(s string) (bot.Month, error) {
	if s == "" {
		return bot.Month{}, usageError{"请用 --month 指明月份，例如 --month 2026-11"}
	}
	m, err := bot.ParseMonth(s)
	if err != nil {
		return m, usageError{err.Error()}
	}
	return m, nil
}

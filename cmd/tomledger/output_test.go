package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

func TestTable(t *testing.T) {
	rows := &table{indent: 1}
	rows.header("ID", "STATE", "TEXT")
	rows.add(cell{"äöü", plain}, cell{"running", green}, cell{"one\x1b[2Jtwo", plain})
	rows.add(cell{"b", plain}, cell{"", plain}, cell{"", plain})
	for _, test := range []struct {
		name   string
		screen terminal
		want   []string
	}{
		{"off a terminal", terminal{}, []string{
			" ID   STATE    TEXT",
			` äöü  running  one\x1b[2Jtwo`,
			" b",
		}},
		{"narrow", terminal{width: 20}, []string{
			" ID   STATE    TEXT",
			" äöü  running  one\\…",
			" b",
		}},
		{"colour", terminal{color: true}, []string{
			" \x1b[2mID\x1b[0m   \x1b[2mSTATE\x1b[0m    \x1b[2mTEXT\x1b[0m",
			" äöü  \x1b[32mrunning\x1b[0m  one\\x1b[2Jtwo",
			" b",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := rows.write(&out, test.screen); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second:                     "0ms",
		999 * time.Millisecond:           "999ms",
		9990 * time.Millisecond:          "9.9s",
		59*time.Second + 999999:          "59s",
		61 * time.Second:                 "1m01s",
		time.Hour + 59*time.Second:       "1h00m",
		49*time.Hour + 30*time.Minute:    "2d01h",
		400*24*time.Hour + time.Second:   "400d00h",
		time.Duration(1<<63 - 1):         "106751d23h",
		10*time.Second - time.Nanosecond: "9.9s",
	} {
		if got := age(d); got != want {
			t.Errorf("age(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestFlagsFirst(t *testing.T) {
	known := []cli.Flag{ledgerFlag(), jsonFlag(), &cli.BoolFlag{Name: "follow", Aliases: []string{"f"}}}
	for line, want := range map[string]string{
		"":                          "",
		"OP":                        "OP",
		"OP --json":                 "--json OP",
		"OP -f --ledger dir":        "-f --ledger dir OP",
		"OP --ledger=dir x":         "--ledger=dir OP x",
		"METHOD - --json":           "--json METHOD -",
		"--ledger dir OP --unknown": "--ledger dir --unknown OP",
		"OP --json -- --ledger x":   "--json -- OP --ledger x",
		"OP --ledger":               "--ledger OP", // package flag says that its value is missing
	} {
		if got := strings.Join(flagsFirst(known, strings.Fields(line)), " "); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	names := []string{"ls", "show", "log", "trail", "--json"}
	for given, want := range map[string]string{
		"shwo":   "show",
		"sho":    "show",
		"lgo":    "log",
		"trial":  "trail",
		"--jsn":  "--json",
		"xyzzy":  "",
		"":       "",
		"l":      "ls",
		"status": "",
	} {
		if want != "" {
			want = ` (did you mean "` + want + `"?)`
		}
		if got := didYouMean(given, names); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

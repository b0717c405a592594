// Go: gorilla/securecookie with its JSON serializer. It is the codec alone, so nothing is bare.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
)

type session = map[string]interface{}

// Set by the linker: the version of Debian's package.
var version string

var codec = securecookie.New([]byte("a key for benches: 0123456789 abcdef"), nil).
	SetSerializer(securecookie.JSONEncoder{})

// Read is a session, and an empty one where the cookie is refused.
func read(cookie string) session {
	var stored session
	if codec.Decode("session", cookie, &stored) != nil {
		return session{}
	}
	return stored
}

func write(cookie string) string {
	stored := read(cookie)
	stored["n"] = 42
	return encode(stored)
}

func encode(stored session) string {
	cookie, err := codec.Encode("session", stored)
	expect("encode", err, nil)
	return cookie
}

func forged(cookie string) string {
	at := len(cookie) / 2
	letter := "x"
	if cookie[at] == 'x' {
		letter = "y"
	}
	return cookie[:at] + letter + cookie[at+1:]
}

func expect(what string, seen, wanted interface{}) {
	if !reflect.DeepEqual(seen, wanted) {
		fmt.Fprintf(os.Stderr, "securecookie, %s: %v instead of %v\n", what, seen, wanted)
		os.Exit(1)
	}
}

func ofSample(size, text string, cases map[string]func()) {
	var sample session
	expect(size+", JSON", json.Unmarshal([]byte(text), &sample), nil)
	good := encode(sample)
	bad := forged(good)

	expect(size+", all", read(good), sample)
	expect(size+", read", read(good)["name"], "ada lovelace")
	sample["n"] = 42.0
	expect(size+", write", read(write(good)), sample)
	expect(size+", forged", read(bad), session{})

	cases["read "+size] = func() { _ = read(good)["name"].(string) }
	cases["write "+size] = func() { write(good) }
	cases["forged "+size] = func() { read(bad) }
}

func nanoseconds(run func(), limit time.Duration) float64 {
	start, count := time.Now(), 0
	for time.Since(start) < limit {
		for i := 0; i < 20; i++ {
			run()
		}
		count += 20
	}
	return float64(time.Since(start).Nanoseconds()) / float64(count)
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	expect("samples", err, nil)
	cases := map[string]func(){}
	for i, sample := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		ofSample([]string{"small", "typical", "large"}[i], sample, cases)
	}
	print := json.NewEncoder(os.Stdout)
	print.Encode(map[string]string{
		"name": "gorilla/securecookie " + version + ", the codec alone",
		"with": strings.Replace(runtime.Version(), "go", "Go ", 1),
	})
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		milliseconds, err := time.ParseDuration(lines.Text() + "ms")
		expect("milliseconds", err, nil)
		times := map[string]float64{}
		for name, run := range cases {
			times[name] = nanoseconds(run, milliseconds)
		}
		print.Encode(times)
	}
}

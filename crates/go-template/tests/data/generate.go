// Writes results.jsonl: what Go makes of each template of cases.txt.
//
//	go run generate.go < cases.txt > results.jsonl
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"text/template"
)

const data = `{"s": "text", "n": 3, "f": 3.14159, "b": true, "zero": 0, "empty": "", "none": null, "emptylist": [],
	"list": [1, "two", null, 3.5], "map": {"a": 1, "b": "x", "m": {"c": "d"}}, "maps": [{"a": "first"}, {"a": "second"}],
	"big": 12345678901234, "small": 0.00000123, "neg": -7, "frac": 2.50}`

func main() {
	functions := template.FuncMap{
		"int": func(v any) int {
			switch v := v.(type) {
			case float64:
				return int(v)
			case int:
				return v
			}
			return 0
		},
		"int64":   func(v int) int64 { return int64(v) },
		"list":    func(v ...any) []any { return append([]any{}, v...) },
		"fail":    func(message string) (string, error) { return "", errors.New(message) },
		"nothing": func() any { return nil },
		"str":     func(s string) string { return s },
		"flag":    func(b bool) bool { return b },
		"num":     func(f float64) float64 { return f },
		"size":    func(m map[string]any) int { return len(m) },
		"dict": func(v ...any) map[string]any {
			m := map[string]any{}
			for i := 0; i+1 < len(v); i += 2 {
				m[v[i].(string)] = v[i+1]
			}
			return m
		},
	}
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "# ") || line == "" {
			continue
		}
		text := strings.ReplaceAll(line, `\n`, "\n")
		for _, option := range []string{"missingkey=default", "missingkey=zero"} {
			row := map[string]string{"template": text, "option": option}
			t, err := template.New("t").Option(option).Funcs(functions).Parse(text)
			var buffer bytes.Buffer
			if err == nil {
				var dot any
				if err := json.Unmarshal([]byte(data), &dot); err != nil {
					panic(err)
				}
				err = t.Execute(&buffer, dot)
			}
			if err != nil {
				row["error"] = err.Error()
			} else {
				row["output"] = buffer.String()
			}
			_ = out.Encode(row)
		}
	}
}

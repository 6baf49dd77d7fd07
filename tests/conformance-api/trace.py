#!/usr/bin/env python3
"""Makes the program that answers as the API server also answer which statement made each error.

trace.py ORACLE DIRECTORY

ORACLE is `../shared/conformance/api/oracle`. Copies it and the module k8s.io/apimachinery to DIRECTORY, makes the
constructors of `field.Error` keep the call stack, and builds DIRECTORY/traced. `statements.py` needs it.
"""
import os, re, shutil, subprocess, sys


def change(path, *changes):
    text = open(path).read()
    for old, new in changes:
        assert old in text, (path, old)
        text = text.replace(old, new, 1)
    os.chmod(path, 0o644)
    open(path, "w").write(text)


def trace_errors(path):
    """Wraps each `return &Error{…}` in a call that keeps the stack."""
    text = re.sub(r"return &Error\{(.*?)\n\t\}", r"return mark(&Error{\1\n\t})", open(path).read(), flags=re.S)
    os.chmod(path, 0o644)
    open(path, "w").write(text + """
// Made are the errors since the program began a request.
var Made []*Error

func mark(e *Error) *Error {
	stack := make([]uintptr, 40)
	stack = stack[:runtime.Callers(2, stack)]
	e.Stack = &stack
	Made = append(Made, e)
	return e
}
""")
    change(path, ("import (\n", 'import (\n\t"runtime"\n'), ("\t// FromImperative", "\tStack *[]uintptr\n\t// FromImperative"))


FRAMES = """
func frames(e *field.Error) (out []string) {
	if e.Stack == nil {
		return nil
	}
	all := goruntime.CallersFrames(*e.Stack)
	for more := true; more; {
		var f goruntime.Frame
		f, more = all.Next()
		if strings.Contains(f.File, "/registry/rest/create.go") {
			break
		}
		_, name, found := strings.Cut(f.File, "k8s.io/")
		if found && !strings.HasSuffix(name, "util/validation/field/errors.go") {
			out = append(out, fmt.Sprintf("%s:%d", name, f.Line))
		}
	}
	return out
}

type server struct {"""


def main():
    oracle, directory = sys.argv[1:]
    env = {**os.environ, "GOFLAGS": "-mod=mod"}
    os.makedirs(directory, exist_ok=True)
    copy, module = os.path.join(directory, "oracle"), os.path.join(directory, "k8s.io/apimachinery")
    shutil.copytree(oracle, copy, dirs_exist_ok=True)
    find = ["go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "k8s.io/apimachinery"]
    source, version = subprocess.run(find, cwd=copy, env=env, capture_output=True, text=True, check=True).stdout.split()
    shutil.copytree(source, module, dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "u+w", directory], check=True)
    trace_errors(os.path.join(module, "pkg/util/validation/field/errors.go"))
    change(os.path.join(copy, "go.mod"), (f"k8s.io/apimachinery => k8s.io/apimachinery {version}", f"k8s.io/apimachinery => {os.path.abspath(module)}"))
    change(
        os.path.join(copy, "main.go"),
        ("import (\n", 'import (\n\tgoruntime "runtime"\n'),
        ('`json:"badValue,omitempty"`\n', '`json:"badValue,omitempty"`\n\tStack []string `json:"stack,omitempty"`\n'),
        ("\ntype server struct {", FRAMES),
        ("e.Detail, value(e.BadValue)}", "e.Detail, value(e.BadValue), frames(e)}"),
        # What the tags of the types find: the API server only compares it with what the functions found.
        ('Warnings  []string     `json:"warnings"`\n', 'Warnings  []string     `json:"warnings"`\n\tTags []fieldError `json:"tags,omitempty"`\n'),
        ("\ta.Warnings = append(a.Warnings, warnings.list...)\n",
         "\ta.Warnings = append(a.Warnings, warnings.list...)\n\tfor _, e := range field.Made {\n"
         "\t\tif stack := frames(e); strings.Contains(strings.Join(stack, \" \"), \"/zz_generated.validations.go:\") {\n"
         "\t\t\ta.Tags = append(a.Tags, fieldError{Type: string(e.Type), Field: e.Field, Stack: stack})\n\t\t}\n\t}\n"),
        ("\trest.WipeObjectMetaSystemFields(m)\n", "\tfield.Made = nil\n\trest.WipeObjectMetaSystemFields(m)\n"),
        # The allocation of Services answers with a status, which has no errors but their words.
        ("\t\t\ta.Errs = append(a.Errs, fieldError{Type: string(c.Type), Field: c.Field, Detail: c.Message})\n",
         "\t\t\tcause := fieldError{Type: string(c.Type), Field: c.Field, Detail: c.Message}\n"
         "\t\t\tfor _, e := range field.Made {\n\t\t\t\tif string(e.Type) == cause.Type && e.Field == cause.Field && e.ErrorBody() == cause.Detail {\n"
         "\t\t\t\t\tcause.Stack = frames(e)\n\t\t\t\t}\n\t\t\t}\n\t\t\ta.Errs = append(a.Errs, cause)\n"),
    )
    subprocess.run(["go", "build", "-o", os.path.join(os.path.abspath(directory), "traced"), "."], cwd=copy, env=env, check=True)


if __name__ == "__main__":
    main()

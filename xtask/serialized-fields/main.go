// Writes crates/schema/src/admitted/fields.txt: how Go serializes the types of the Kubernetes API.
//
//	cd xtask/serialized-fields && go mod tidy && go run . > ../../crates/schema/src/admitted/fields.txt
//
// An admission policy sees an object after decoding it into its Go type and converting that back: empty values of some
// fields are gone, and other fields are there with an empty value. The table has the struct tags that decide it.
package main

import (
	"fmt"
	"log"
	"reflect"
	"regexp"
	"sort"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
)

const header = `# How Go serializes the types of the Kubernetes API: k8s.io/api v0.36.3.
# Written by xtask/serialized-fields (see there); do not edit.
#
# First the kinds: apiVersion, kind, type. Then the types: name, and their fields as field:presence:value.
# Presence: p is a pointer that is left out if it is not set, v is left out if it is empty, a is always there,
# z is a struct that is left out if all of it is empty; a field with p after another letter is a pointer.
# Value: s string, i integer, f number, b boolean, B bytes, Q quantity, T time, M time with microseconds, D duration,
# I integer or string, J anything, [x] a list of x, {x} a map of x, or a type.
`

// isStable leaves out versions that clusters do not serve by default.
var isStable = regexp.MustCompile(`^v\d+$`)

// isInternal leaves out kinds that are not objects of the API.
func isInternal(name string) bool {
	if strings.HasSuffix(name, "RoleBinding") || strings.HasSuffix(name, "PolicyBinding") {
		return false
	}
	for _, suffix := range []string{"List", "Options", "Review", "WatchEvent", "Scale", "Eviction", "Binding", "TokenRequest", "RangeAllocation", "SerializedReference", "PodStatusResult", "ComponentStatus"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

var types = map[string]reflect.Type{}

func nameOf(t reflect.Type) string {
	path := t.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apiextensions-apiserver/pkg/apis/"} {
		path = strings.TrimPrefix(path, prefix)
	}
	return strings.ReplaceAll(path, "/", ".") + "." + t.Name()
}

func value(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[resource.Quantity]():
		return "Q"
	case reflect.TypeFor[metav1.Time]():
		return "T"
	case reflect.TypeFor[metav1.MicroTime]():
		return "M"
	case reflect.TypeFor[metav1.Duration]():
		return "D"
	case reflect.TypeFor[intstr.IntOrString]():
		return "I"
	case reflect.TypeFor[runtime.RawExtension](), reflect.TypeFor[metav1.FieldsV1](), reflect.TypeFor[apiextensions.JSON](),
		reflect.TypeFor[apiextensions.JSONSchemaPropsOrArray](), reflect.TypeFor[apiextensions.JSONSchemaPropsOrBool](),
		reflect.TypeFor[apiextensions.JSONSchemaPropsOrStringArray]():
		return "J"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return value(t.Elem())
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "i"
	case reflect.Float32, reflect.Float64:
		return "f"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "B"
		}
		return "[" + value(t.Elem()) + "]"
	case reflect.Map:
		return "{" + value(t.Elem()) + "}"
	case reflect.Struct:
		add(t)
		return nameOf(t)
	}
	log.Fatalf("%s: kind %s", t, t.Kind())
	return ""
}

func add(t reflect.Type) {
	if _, known := types[nameOf(t)]; known {
		return
	}
	types[nameOf(t)] = t
	fields(t)
}

func fields(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("json"), ",")
		if tag[0] == "-" || !field.IsExported() {
			continue
		}
		if tag[0] == "" {
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			out = append(out, fields(inner)...)
			continue
		}
		presence := "a"
		for _, option := range tag[1:] {
			switch option {
			case "omitempty":
				if kind := field.Type.Kind(); kind == reflect.Pointer {
					presence = "p"
				} else if kind != reflect.Struct && presence != "z" {
					presence = "v"
				}
			case "omitzero":
				if field.Type.Kind() == reflect.Struct {
					presence = "z"
				}
			}
		}
		if presence == "a" && field.Type.Kind() == reflect.Pointer {
			presence = "ap"
		}
		out = append(out, tag[0]+":"+presence+":"+value(field.Type))
	}
	return out
}

func main() {
	kinds := map[string]string{}
	all := scheme.Scheme
	if err := apiextensions.AddToScheme(all); err != nil {
		log.Fatal(err)
	}
	for kind, t := range all.AllKnownTypes() {
		if !isStable.MatchString(kind.Version) || isInternal(kind.Kind) {
			continue
		}
		apiVersion, name := kind.ToAPIVersionAndKind()
		add(t)
		kinds[apiVersion+" "+name] = nameOf(t)
	}
	fmt.Print(header)
	for _, key := range sorted(kinds) {
		fmt.Println(key, kinds[key])
	}
	fmt.Println()
	for _, name := range sorted(types) {
		fmt.Println(name, strings.Join(fields(types[name]), " "))
	}
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Writes crates/render/src/kustomize/schema/table.txt: what kustomize uses of the OpenAPI definitions built into kyaml.
//
//	cd xtask/kustomize-schema && go mod tidy && go run . > ../../crates/render/src/kustomize/schema/table.txt
//
// kyaml itself reads its definitions here, so the table follows the version in go.mod.
package main

import (
	"fmt"
	"log"
	"sort"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const header = `# What kustomize uses of its OpenAPI definitions: kyaml v0.21.2, Kubernetes %s.
# Written by xtask/kustomize-schema (see there); do not edit.
#
# First the types: apiVersion, kind, scope (namespaced, cluster, or - if unknown), definition (or - if it has no list
# that a patch merges). Then the definitions: name and fields that are such a list or lead to one.
#   field[key,key]:definition  list that a patch merges by these keys; no key for a list of scalars
#   field:definition           mapping; field * is any key
`

const prefix = "#/definitions/"

var definitions spec.Definitions

// anonymous are the definitions that a mapping without a name of its own leads to. None may be useful.
var anonymous []string

// target is the definition that a schema refers to, or "".
func target(schema *spec.Schema) string {
	if schema == nil {
		return ""
	}
	ref := schema.Ref.String()
	if ref == "" {
		if len(schema.Properties) > 0 {
			log.Fatal("a definition without a name is not supported")
		}
		if schema.AdditionalProperties != nil {
			anonymous = append(anonymous, target(schema.AdditionalProperties.Schema))
		}
		return ""
	}
	if !strings.HasPrefix(ref, prefix) {
		log.Fatalf("reference %q is not supported", ref)
	}
	return strings.TrimPrefix(ref, prefix)
}

type field struct {
	name, keys, to string
	merges         bool
}

func fields(schema spec.Schema) []field {
	var all []field
	add := func(name string, property *spec.Schema) {
		resource := openapi.ResourceSchema{Schema: property}
		strategy, keys := resource.PatchStrategyAndKeyList()
		merges := false
		for _, one := range strings.Split(strategy, ",") {
			merges = merges || one == "merge"
		}
		switch {
		// A strategy next to a reference is lost when the reference is resolved.
		case property.Ref.String() == "" && merges:
			to := ""
			if len(property.Type) == 1 && property.Type[0] == "array" && property.Items != nil {
				to = target(property.Items.Schema)
			}
			all = append(all, field{name, strings.Join(keys, ","), to, true})
		case target(property) != "":
			all = append(all, field{name, "", target(property), false})
		}
	}
	for name := range schema.Properties {
		property := schema.Properties[name]
		add(name, &property)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		add("*", schema.AdditionalProperties.Schema)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name < all[j].name })
	return all
}

func main() {
	definitions = openapi.Schema().Definitions
	useful := map[string]bool{}
	for changed := true; changed; {
		changed = false
		for name, definition := range definitions {
			for _, field := range fields(definition) {
				if !useful[name] && (field.merges || useful[field.to]) {
					useful[name], changed = true, true
				}
			}
		}
	}

	for _, name := range anonymous {
		if useful[name] {
			log.Fatalf("a mapping to %s needs a name", name)
		}
	}

	fmt.Printf(header, openapi.GetSchemaVersion())
	lines := map[string]bool{}
	seen := map[yaml.TypeMeta]bool{}
	line := func(meta yaml.TypeMeta, name string) {
		if seen[meta] {
			return
		}
		seen[meta] = true
		scope := "-"
		if namespaced, known := openapi.IsNamespaceScoped(meta); known {
			scope = map[bool]string{true: "namespaced", false: "cluster"}[namespaced]
		}
		if !useful[name] {
			name = "-"
		}
		if scope != "-" || name != "-" {
			lines[fmt.Sprintf("%s %s %s %s", meta.APIVersion, meta.Kind, scope, name)] = true
		}
	}
	for name, definition := range definitions {
		types, _ := definition.Extensions["x-kubernetes-group-version-kind"].([]interface{})
		for _, one := range types {
			one := one.(map[string]interface{})
			meta := yaml.TypeMeta{APIVersion: one["version"].(string), Kind: one["kind"].(string)}
			if group, _ := one["group"].(string); group != "" {
				meta.APIVersion = group + "/" + meta.APIVersion
			}
			line(meta, name)
		}
	}
	for _, meta := range scopeOnly {
		line(meta, "")
	}
	printSorted(lines)

	shapes := map[string]bool{}
	for name := range useful {
		words := []string{name}
		for _, field := range fields(definitions[name]) {
			word := field.name
			if field.merges {
				word += "[" + field.keys + "]"
			} else if !useful[field.to] {
				continue
			}
			if useful[field.to] {
				word += ":" + field.to
			}
			words = append(words, word)
		}
		shapes[strings.Join(words, " ")] = true
	}
	printSorted(shapes)
}

func printSorted(lines map[string]bool) {
	all := make([]string, 0, len(lines))
	for line := range lines {
		all = append(all, line)
	}
	sort.Strings(all)
	fmt.Println()
	for _, line := range all {
		fmt.Println(line)
	}
}

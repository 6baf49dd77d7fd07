// Prints objects as admission policies see them: YAML documents in, JSON lines with `yaml` and `seen` out. Objects that
// the API server cannot decode, and kinds that it does not have, are left out.
//
// Build it in a copy of ../shared/policy/oracle, which has the go.mod: go build -o /tmp/admitted ./admitted
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"

	extinstall "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/flowcontrol/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/resource/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	"sigs.k8s.io/yaml"
)

// seen decodes, sets defaults, converts to the internal type and back, and makes an unstructured object of it.
func seen(text string) (map[string]any, error) {
	scheme := legacyscheme.Scheme
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	decoder := serializer.NewCodecFactory(scheme).UniversalDeserializer()
	object, gvk, err := decoder.Decode(data, nil, nil)
	if err != nil {
		return nil, err
	}
	scheme.Default(object)
	group := gvk.GroupVersion()
	internal, err := scheme.ConvertToVersion(object, runtime.InternalGroupVersioner)
	if err != nil {
		return nil, err
	}
	object, err = scheme.ConvertToVersion(internal, group)
	if err != nil {
		return nil, err
	}
	object.GetObjectKind().SetGroupVersionKind(*gvk)
	return runtime.DefaultUnstructuredConverter.ToUnstructured(object)
}

func main() {
	extinstall.Install(legacyscheme.Scheme)
	reader := utilyaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		text, err := reader.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		if strings.TrimSpace(string(text)) == "" {
			continue
		}
		var kind unstructured.Unstructured
		if yaml.Unmarshal(text, &kind.Object) != nil {
			continue
		}
		object, err := seen(string(text))
		if err != nil {
			continue
		}
		if err := out.Encode(map[string]any{"yaml": string(text), "seen": object}); err != nil {
			log.Fatal(err)
		}
	}
}

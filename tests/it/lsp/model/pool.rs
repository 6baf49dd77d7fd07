//! The files that exist, or may exist, and what may be in them.

/// Directories that the client may have open.
pub(super) const DIRECTORIES: [&str; 3] = ["one", "two", "one/apps"];

/// Paths with the texts that they may have. The first one is there at the start, unless it is empty.
pub(super) const POOL: &[(&str, &[&str])] = &[
    (
        "one/pod.yaml",
        &[
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  imagePullSecrets:\n    - name: \
             regcred\n  containers:\n    - name: web\n      image: registry.example.com/web:1.0\n      imagePullPolicy: \
             always\n      envFrom:\n        - configMapRef:\n            name: settings\n",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  imagePullSecrets:\n    - name: \
             regcrd\n  runtimeClassName: fast\n  containers:\n    - name: web\n      image: nginx\n      env:\n        - \
             name: A\n          value: $(MODE) $(DB_SERVICE_HOST)\n",
            "kind: Pod\n",
        ],
    ),
    (
        "one/secret.yaml",
        &[
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: regcred\n  namespace: shop\ntype: \
             kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: \
             '{\"auths\":{\"registry.example.com\":{\"username\":\"u\",\"password\":\"planted-pass\"}}}'\n",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: regcred\n  namespace: infra\ntype: Opaque\nstringData:\n  \
             password: planted-pass\n",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: shop}\ntype: \
             kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n---\napiVersion: v1\nkind: Secret\nmetadata: \
             {name: regcred, namespace: shop}\ntype: kubernetes.io/dockercfg\ndata: {.dockercfg: e30=}\n",
        ],
    ),
    (
        "one/settings.yaml",
        &[
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {MODE: fast, bad-key: x}\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: setting, namespace: shop}\ndata: {MODE: slow}\n",
            "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {ports: [{port: 5432}]}\n",
        ],
    ),
    (
        "one/class.yaml",
        &[
            "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: fast}\nhandler: kata\n",
            "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: slow}\nhandler: runc\n",
        ],
    ),
    (
        "one/node/etc/containerd/config.toml",
        &[
            "version = 3\n[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.kata]\nruntime_type = \
             \"io.containerd.kata.v2\"\n",
            "version = 3\nimports = [\"/etc/containerd/conf.d/*.toml\"]\n",
        ],
    ),
    (
        "one/apps/base/kustomization.yaml",
        &[
            "resources: [deployment.yaml]\n",
            "resources: [deployment.yaml, missing.yaml]\nnamePrefix: x-\n",
            "resources: [deployment.yaml]\npatches: [{path: patch.yaml}]\n",
        ],
    ),
    (
        "one/apps/base/deployment.yaml",
        &[
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  selector: {matchLabels: {app: api}}\n  \
             template:\n    metadata: {labels: {app: api}}\n    spec:\n      containers:\n        - name: api\n          \
             image: api\n          envFrom:\n            - configMapRef: {name: settings}\n            - secretRef: {name: \
             generated}\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  selector: {matchLabels: {app: a}}\n  \
             template:\n    metadata: {labels: {app: api}}\n    spec:\n      imagePullSecrets: [{name: regcred}]\n      \
             containers: [{name: api, image: \"api:latest\", imagePullPolicy: always}]\n",
        ],
    ),
    (
        "one/apps/base/patch.yaml",
        &[
            "",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 3}\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: apu}\nspec: {template: {spec: {containers: [{name: api, \
             image: \"x:1\"}]}}}\n",
        ],
    ),
    (
        "one/apps/overlay/kustomization.yaml",
        &[
            "resources: [../base]\nnamespace: shop\nimages: [{name: api, newName: registry.example.com/api, newTag: \
             \"1\"}]\nconfigMapGenerator: [{name: settings, files: [app.properties]}]\n",
            "resources: [../base]\nnamespace: infra\nsecretGenerator: [{name: generated, literals: [a=b]}]\n",
            "resources: [../base, ../../pod.yaml]\nimages: [{name: apy, newTag: v1}]\n",
        ],
    ),
    (
        "one/apps/overlay/app.properties",
        &["MODE=fast\n", "MODE=slow\n", "MODE\n"],
    ),
    (
        "one/chart/Chart.yaml",
        &[
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
            "apiVersion: v2\nname: chart\nversion: one\n",
            "name: chart\n",
        ],
    ),
    (
        "one/chart/values.yaml",
        &[
            "image: {repository: nginx, tag: \"1.27\"}\npull: Always\nunused: 1\n",
            "image: {repository: nginx, tag: latest}\npull: always\n",
            "image:\n",
        ],
    ),
    (
        "one/chart/ci/small-values.yaml",
        &["", "pull: Sometimes\n", "image: {tag: \"2\"}\n"],
    ),
    (
        "one/chart/templates/pod.yaml",
        &[
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ include \"name\" . }}\n  namespace: shop\nspec:\n  \
             imagePullSecrets: [{name: regcred}]\n  containers:\n    - name: c\n      image: {{ .Values.image.repository \
             }}:{{ .Values.image.tag }}\n      imagePullPolicy: {{ .Values.pull }}\n",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Values.name | default \"regcred\" }}\n  namespace: \
             shop\nstringData: {password: {{ .Values.pull }}}\n",
            "{{ if .Values.pull }}\nkind: Pod\n",
        ],
    ),
    (
        "one/chart/templates/_helpers.tpl",
        &[
            "{{ define \"name\" }}chart-{{ .Release.Name }}{{ end }}\n",
            "{{ define \"nam\" }}x{{ end }}\n",
        ],
    ),
    (
        "one/flux/release.yaml",
        &[
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: release, namespace: shop}\nspec:\n  \
             interval: 1h\n  chart: {spec: {chart: ./chart, sourceRef: {kind: GitRepository, name: flux-system, namespace: \
             flux-system}}}\n  valuesFrom: [{kind: ConfigMap, name: values}]\n  values: {pull: Never}\n",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: release, namespace: shop}\nspec:\n  \
             interval: 1h\n  chart: {spec: {chart: ./chrt, sourceRef: {kind: GitRepository, name: flux-system}}}\n  values: \
             {image: {tag: [1]}}\n",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: \
             flux-system}\nspec:\n  interval: 1h\n  path: ./apps/overlay\n  prune: true\n  targetNamespace: prod\n  \
             sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild: {substitute: {MODE: x}}\n",
        ],
    ),
    (
        "one/flux/values.yaml",
        &[
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: shop}\ndata:\n  values.yaml: |\n    image:\n   \
             \x20  tag: latest\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: shop}\ndata: {values.yaml: \"pull: [\"}\n",
        ],
    ),
    (
        "one/crds/widget.yaml",
        &[
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
             widgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: \
             widgets}\n  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema: \
             {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}\n",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
             widgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: \
             widgets}\n  versions:\n    - name: v2\n      served: true\n      storage: true\n      schema: \
             {openAPIV3Schema: {type: object}}\n",
        ],
    ),
    (
        "one/widget.yaml",
        &[
            "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}\n",
            "apiVersion: example.com/v2\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}\n",
        ],
    ),
    (
        "one/testdata/pod.yaml",
        &[
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {imagePullSecrets: [{name: x}], \
             containers: [{name: c, image: nginx, imagePullPolicy: always}]}\n",
        ],
    ),
    (
        "one/vendor/settings.yaml",
        &[
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a-b: c}\n",
        ],
    ),
    (
        "one/.hidden/secret.yaml",
        &[
            "apiVersion: v1\nkind: Secret\nmetadata: {name: regcrd, namespace: shop}\ntype: \
             kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n",
        ],
    ),
    (
        "one/.gitignore",
        &["", "secret.yaml\n", "/apps/\n!pod.yaml\n", "values.yaml\n"],
    ),
    (
        "one/.podwright.yaml",
        &[
            "",
            "complete: true\n",
            "namespace: shop\nexclude: [secret.yaml]\nnodes: [node]\n",
            "rules: {image-missing-digest: off}\nschemas: [crds]\nexclude: [crds]\nhelm: [{chart: chart, namespace: \
             shop, set: {pull: never}}]\n",
            "rules: {\n",
            "policies: [policies]\n",
            "policies: [policies/labels.yaml]\nexclude: [policies]\nnodes: [node, two]\n",
            "externals: [{kind: Secret, name: \"reg*\"}]\noverrides: [{paths: [apps], rules: {pull-policy-invalid: \
             warning}}]\n",
        ],
    ),
    (
        "one/policies/labels.yaml",
        &[
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: labels}\nspec:\n  \
             failurePolicy: Fail\n  matchConstraints: {resourceRules: [{apiGroups: [\"\"], apiVersions: [v1], operations: \
             [CREATE], resources: [pods]}]}\n  validations: [{expression: \"has(object.metadata.labels)\", message: no \
             labels}]\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: \
             {name: labels}\nspec: {policyName: labels, validationActions: [Deny]}\n",
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: labels}\nspec: \
             {validations: [{expression: \"object.spec\"}]}\n",
        ],
    ),
    (
        "one/apps/.podwright.yaml",
        &["", "kubernetes: 1.20-1.22\n", "exclude: [base/]\n"],
    ),
    (
        "two/secret.yaml",
        &[
            "apiVersion: v1\nkind: Secret\nmetadata: {name: regcrd, namespace: shop}\ntype: \
             kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: shop}\ndata: {a: \"1\"}\n",
        ],
    ),
    (
        "two/pod.yaml",
        &[
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: c, image: \
             nginx}]}\n",
        ],
    ),
];

/// Words that are typed, or that replace others.
pub(super) const WORDS: [&str; 24] = [
    "regcred",
    "regcrd",
    "settings",
    "shop",
    "infra",
    "name",
    "kind: ",
    "\n",
    "  ",
    ": ",
    "-",
    "{",
    "]",
    "'",
    "\"",
    "#",
    "latest",
    "api",
    "é☸🚢",
    "{{ ",
    " }}",
    "---\n",
    "1",
    "resources",
];

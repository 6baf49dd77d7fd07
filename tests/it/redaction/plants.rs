//! Places where secrets may occur, one per line.

use crate::redaction::forms::base64;
use crate::redaction::places;

/// A file that contains a secret.
struct Plant {
    /// Path of the file; each plant has a separate file.
    path: &'static str,
    /// Text of the file: `{S}` is replaced with the secret, `{B}` with base64 of it, `{A}` with base64 of `robot:`
    /// and the secret, `{D}` with base64 of a Docker configuration, `{U}` with the percent-encoded secret, `{R}` with
    /// the reversed secret.
    text: &'static str,
    /// Rule with a finding in the file, so that an excerpt is shown; empty if the file is not checked.
    rule: &'static str,
}

/// A plant with its secrets, at least one.
pub(crate) struct Planted {
    pub(crate) path: String,
    pub(crate) rule: &'static str,
    pub(crate) secrets: Vec<String>,
    pub(crate) text: String,
    /// Whether nothing follows a secret on its line, so that no column reveals the length of the secret.
    pub(crate) is_last: bool,
}

/// Creates every plant with a secret of this length. The seed determines the secrets.
pub(crate) fn planted(seed: u64, length: usize) -> Vec<Planted> {
    let plants = PLANTS.iter().enumerate();
    plants
        .map(|(index, plant)| {
            let secret = secret(index, seed, length);
            Planted {
                path: plant.path.to_owned(),
                rule: plant.rule,
                text: plant.text(&secret),
                is_last: plant.is_last(),
                secrets: vec![secret],
            }
        })
        .collect()
}

/// Creates every plant, and the files with many places.
pub(crate) fn planted_everywhere(seed: u64, length: usize) -> Vec<Planted> {
    let mut plants = planted(seed, length);
    plants.extend(places::planted(PLANTS.len(), seed, length));
    plants
}

/// Start of a Pod with one container whose fields follow.
macro_rules! pod {
    ($container:literal) => {
        concat!(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: r.example/web:1.0.0\n",
            $container
        )
    };
}

macro_rules! secret {
    ($rest:literal) => {
        concat!(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n",
            $rest
        )
    };
}

const PLANTS: &[Plant] = &[
    // Secrets.
    plant(
        "secret/string.yaml",
        secret!("stringData: {a: x}\nstringDatas: 1\nstringData:\n  b: {S}\n"),
        "yaml-duplicate-key",
    ),
    plant(
        "secret/data.yaml",
        secret!("dta: 1\ndata:\n  b: {B}\n"),
        "unknown-field",
    ),
    plant(
        "secret/not-base64.yaml",
        secret!("data:\n  b: {S}!\n"),
        "wrong-type",
    ),
    plant(
        "secret/basic-auth.yaml",
        secret!("type: kubernetes.io/basic-auth\nx: 1\nstringData: {username: u, password: {S}}\n"),
        "unknown-field",
    ),
    plant(
        "secret/tls.yaml",
        secret!(
            "type: kubernetes.io/tls\nx: 1\nstringData:\n  tls.crt: x\n  tls.key: |\n    -----BEGIN PRIVATE KEY-----\n    {S}\n    -----END PRIVATE KEY-----\n"
        ),
        "unknown-field",
    ),
    plant(
        "secret/ssh.yaml",
        secret!("type: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: {S}}\nx: 1\n"),
        "unknown-field",
    ),
    plant(
        "secret/dockercfg.yaml",
        secret!("type: kubernetes.io/dockercfg\ndata: {dockercfg: {B}}\n"),
        "pull-secret-missing-key",
    ),
    plant(
        "secret/dockerconfigjson.yaml",
        secret!("type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: {D}}\n"),
        "dockerconfig-identitytoken-ignored",
    ),
    plant(
        "secret/folded.yaml",
        secret!(
            "x: 1\nstringData:\n  a: >\n    begins here\n    {S}\n    and ends\n  b: \"quoted {S}\n    twice\"\n"
        ),
        "unknown-field",
    ),
    plant(
        "secret/broken.yaml",
        secret!("stringData:\n  a: {S}: b\n  c {S}\n  d: \"{S}\n  e: {S}\n"),
        "yaml-syntax",
    ),
    plant(
        "secret/comment.yaml",
        secret!("x: 1 # it was {S}\nstringData: {a: b} # {B}\n"),
        "unknown-field",
    ),
    plant(
        "secret/comment-copy.yaml",
        secret!("stringData: {a: {S}}\n# still {S}\nx: 1 # and {S}\n"),
        "unknown-field",
    ),
    plant(
        "secret/encoded-copy.yaml",
        secret!(
            "data: {a: {B}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, x: 1, labels: {a: {S}}}\nspec: {}\n"
        ),
        "unknown-field",
    ),
    plant(
        "secret/list.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}, \"type\": \"kubernetes.io/dockercfg\", \"data\": {\"x\": \"{B}\"}}]}",
        "pull-secret-missing-key",
    ),
    plant(
        "secret/list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n  x: 1\n  stringData: {a: {S}}\n",
        "unknown-field",
    ),
    plant(
        "secret/last-applied.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  x: 1\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"{B}\"},\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}\ndata: {a: {B}}\n",
        "unknown-field",
    ),
    plant(
        "secret/last-applied.json",
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\",\"x\":1,\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"kind\\\":\\\"Secret\\\",\\\"stringData\\\":{\\\"a\\\":\\\"{S}\\\"}}\"}}}",
        "unknown-field",
    ),
    plant(
        "secret/anchor.yaml",
        secret!("x: 1\nstringData:\n  a: &a {S}\n  b: *a\n"),
        "unknown-field",
    ),
    plant(
        "secret/twice.yaml",
        secret!("stringData:\n  a: {S}\n  a: {S}\n"),
        "yaml-duplicate-key",
    ),
    plant(
        "secret/number-key.yaml",
        secret!("x: 1\nstringData:\n  1: {S}\n  true: {S}\n"),
        "unknown-field",
    ),
    plant(
        "secret/tab.yaml",
        secret!("stringData:\n\ta: {S}\n"),
        "yaml-syntax",
    ),
    // Docker configurations and other files of nodes and clients.
    plant(
        "docker/.docker/config.json",
        "{\"auths\": {\"r.example\": {\"auth\": \"{A}\", \"password\": \"{S}\", \"identitytoken\": \"{S}\", \"registrytoken\": \"{S}\"}},\n \"credsStore\": \"{S}\", \"HttpHeaders\": {\"Authorization\": \"Bearer {S}\"}}\n",
        "dockerconfig-identitytoken-ignored",
    ),
    plant(
        "legacy/.dockercfg",
        "{\"r.example\": {\"auth\": \"{A}\"},\n\"s.example\": \"{S}\"} // {S}",
        "dockerconfig-invalid-json",
    ),
    plant(
        "key/.docker/config.json",
        "{\"auths\": {\"https://robot:{S}@r.example\": {\"auth\": \"robot:{S}\"}}}\n",
        "dockerconfig-auth-bad-base64",
    ),
    plant(
        "podman/auth.json",
        "{\"auths\": {\"r.example\": {\"auth\": \"{A}\"}}}\n",
        "",
    ),
    plant(
        "kubeconfig.yaml",
        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {token: {S}, client-key-data: {B}, password: {S}}\n- name: b\n  user:\n    exec:\n      args: [--token, {S}]\n      env: [{name: API_TOKEN, value: {S}}]\n",
        "",
    ),
    plant(
        "node/provider.yaml",
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: a\n  args: [--password={S}]\n  env:\n  - {name: A, value: {S}}\n",
        "credprovider-invalid",
    ),
    plant(
        "containerd/config.toml",
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\nx = 1\n[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\nusername = \"u\"\npassword = \"{S}\"\nauth = \"{A}\"\nidentitytoken = \"{S}\"\n[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"r.example\"]\nendpoint = [\"https://u:{S}@r.example\"]\n",
        "containerd-registry-config-conflict",
    ),
    plant(
        "containerd/broken/config.toml",
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\npassword = \"{S}\nauth = \"{A}\"\n",
        "containerd-toml-syntax",
    ),
    plant(
        "certs.d/r.example/hosts.toml",
        "skip = 1\nserver = \"https://u:{S}@r.example\"\n[host.\"https://r.example\".header]\nAuthorization = [\"Basic {A}\"]\nx-api-key = \"{S}\"\n",
        "registry-config-unknown-key",
    ),
    plant(
        "k3s/registries.yaml",
        "mirrors:\n  r.example: {endpoints: [], endpoint: [\"https://u:{S}@m.example\"]}\nconfigs:\n  r.example:\n    auth: {user: a, username: {S}, password: {S}, auth: {A}, identity_token: {S}}\n",
        "registry-config-unknown-key",
    ),
    plant(
        "broken/k3s/registries.yaml",
        "configs:\n  r.example:\n    auth: {username: u\n    password: {S}\n",
        "registry-config-rejected",
    ),
    plant(
        "k3s/config-v3.toml.tmpl",
        "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"r.example\".auth]\nusername = \"{S}\"\npassword = \"{S}\"\nauth = \"{A}\"\n",
        "k3s-template-wrong-version",
    ),
    plant(
        "etc/registries.conf",
        "unqualified-search-registries = [\"https://u:{S}@r.example\"]\n[[registry]]\nlocation = \"https://u:{S}@r.example\"\n",
        "registry-config-rejected",
    ),
    // Environments.
    plant(
        "env/name.yaml",
        pod!("    env:\n    - {nme: x, name: DB_PASSWORD, value: {S}}\n"),
        "unknown-field",
    ),
    plant(
        "env/block.yaml",
        pod!("    env:\n    - name: API_TOKEN\n      value: {S}\n      x: 1\n"),
        "unknown-field",
    ),
    plant(
        "env/order.yaml",
        pod!("    env:\n    - x: 1\n      value: {S}\n      name: API_TOKEN\n"),
        "unknown-field",
    ),
    plant(
        "env/number.yaml",
        pod!("    env:\n    - name: PIN_TOKEN\n      value: \"{S}\"\n      value: 1{S}\n"),
        "yaml-duplicate-key",
    ),
    plant(
        "env/literal.yaml",
        pod!(
            "    env:\n    - name: PRIVATE_KEY\n      x: 1\n      value: |\n        begins\n        {S}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/folded.yaml",
        pod!(
            "    env:\n    - name: PRIVATE_KEY\n      x: 1\n      value: >-\n        {S}\n        ends\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/anchor.yaml",
        pod!(
            "    env:\n    - {name: A, x: 1, value: &a {S}}\n    - {name: DB_PASSWORD, value: *a}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/merge.yaml",
        pod!(
            "    env:\n    - &base {name: DB_PASSWORD, x: 1, value: {S}}\n    - {<<: *base, name: OTHER_PASSWORD}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/url.yaml",
        pod!(
            "    env:\n    - {x: 1, name: DATABASE, value: 'postgres://me:{S}@db:5432/shop'}\n    - {x: 1, name: HTTP_PROXY, value: 'http://me:{U}@proxy'}\n    - {x: 1, name: MYSQL, value: 'root:{S}@tcp(db:3306)/shop'}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/value.yaml",
        pod!(
            "    env:\n    - {x: 1, name: A, value: ghp_{S}}\n    - {x: 1, name: B, value: '{\"password\": \"{S}\"}'}\n    - {x: 1, name: C, value: \"a=1;password={S};b=2\"}\n    - {x: 1, name: D, value: AKIA{S}}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/shell.yaml",
        pod!(
            "    env:\n    - {name: X, value: y}\n    - name: DB_PASSWORD\n      value: ${X}-{S}\n    - name: A\n      value: ${X} --password={S}\n"
        ),
        "env-shell-syntax",
    ),
    plant(
        "env/reference.yaml",
        pod!(
            "    env:\n    - {name: DB_PASSWORD, value: {S}}\n    - {name: URL, value: 'postgres://me:$(DB_PASSWORD)@$(HOTS)/'}\n    args: [$(DB_PASSWORD), $(URL), $(NONE)]\n"
        ),
        "env-undefined-reference",
    ),
    plant(
        "env/comment.yaml",
        pod!(
            "    env:\n    - name: DB_PASSWORD\n      value: x # was {S}\n      x: 1\n    # the password is {S}\n    # token: {S}\n    # Authorization: Bearer {S}\n    - {name: LOG_LEVEL, value: info}\n"
        ),
        "unknown-field",
    ),
    plant(
        "env/broken.yaml",
        pod!(
            "    env:\n    - name: DB_PASSWORD\n      value: {S}\n    - {name: API_TOKEN, value: {S}\n   - x: [\n    - name: DB_PASSWORD\n      value: {S}\n"
        ),
        "yaml-syntax",
    ),
    plant(
        "env/deployment.json",
        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"r.example/a:1\",\"x\":1,\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"{S}\"}]}]}}}}",
        "unknown-field",
    ),
    plant(
        "env/last-applied.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  x: 1\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"env\":[{\"name\":\"DB_PASSWORD\",\"value\":\"{S}\"}]}]}}\nspec: {containers: [{name: a, image: r.example/a:1}]}\n",
        "unknown-field",
    ),
    plant(
        "env/key.yaml",
        pod!("    env:\n    - name: ghp_{S}\n      x: 1\n      value: a\n"),
        "unknown-field",
    ),
    // Commands, probes, images, annotations.
    plant(
        "command/flags.yaml",
        pod!("    x: 1\n    args: [--password={S}, --token, {S}, \"--api-key={S}\", -p, {S}]\n"),
        "unknown-field",
    ),
    plant(
        "command/items.yaml",
        pod!(
            "    command:\n    - mysql\n    - -p{S}\n    - --password\n    - {S}\n    args: [{x: 1}, '--password={S}']\n"
        ),
        "wrong-type",
    ),
    plant(
        "command/alias.yaml",
        pod!("    x: &a {S}\n    args: [--password, *a]\n"),
        "unknown-field",
    ),
    plant(
        "command/shell.yaml",
        pod!(
            "    x: 1\n    command: [sh, -c, \"mysql -uroot -p{S} && curl -u me:{S} https://x && PGPASSWORD={S} psql && docker login -p {S} r.example && redis-cli -a {S}\"]\n"
        ),
        "unknown-field",
    ),
    plant(
        "command/script.yaml",
        pod!(
            "    x: 1\n    args:\n    - |\n      export API_TOKEN={S}\n      curl -H \"Authorization: Bearer {S}\" -H 'X-Api-Key: {S}' https://x\n"
        ),
        "unknown-field",
    ),
    plant(
        "probe/header.yaml",
        pod!(
            "    livenessProbe:\n      x: 1\n      httpGet:\n        port: 80\n        httpHeaders: [{name: Authorization, value: Bearer {S}}, {name: X-Api-Key, value: {S}}, {x: 1, name: Cookie, value: a={S}}]\n"
        ),
        "unknown-field",
    ),
    plant(
        "hook/header.yaml",
        pod!(
            "    lifecycle:\n      preStop:\n        x: 1\n        httpGet: {port: 80, httpHeaders: [{name: Authorization, value: 'Basic {A}'}]}\n      postStart:\n        exec: {command: [curl, -u, 'me:{S}', 'https://me:{S}@x']}\n"
        ),
        "lifecycle-unknown-handler",
    ),
    plant(
        "hook/sleep.yaml",
        pod!(
            "    lifecycle:\n      preStop: {exec: {command: [sh, -c, 'sleep 40; curl --password {S} https://me:{S}@x/$(X)']}}\n"
        ),
        "prestop-exceeds-grace",
    ),
    plant(
        "image/userinfo.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: a, image: 'https://me:{S}@r.example/a:latest'}\n  - {name: b, image: 'me:{S}@r.example/a:latest'}\n  - {name: c, image: 'me:{S}@r.example/A'}\n",
        "image-has-scheme",
    ),
    plant(
        "image/no-scheme.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: b, image: 'me:{S}@r.example/a:latest'}\n  - {name: c, image: 'me:{S}@r.example/A'}\n",
        "image-digest-malformed",
    ),
    plant(
        "annotation.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  x: 1\n  annotations: {example.com/api-token: {S}, x: 'https://me:{S}@x', y: 'password={S}'}\nspec: {containers: [{name: a, image: r.example/a:1}]}\n",
        "unknown-field",
    ),
    plant(
        "jwt.yaml",
        pod!("    env: [{x: 1, name: A, value: eyJhbGciOiJIUzI1NiJ9.{S}}]\n"),
        "unknown-field",
    ),
    // Other objects.
    plant(
        "configmap/docker.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: 1\ndata:\n  config.json: |\n    {\"auths\": {\"r.example\": {\"auth\": \"{A}\", \"password\": \"{S}\"}}}\n",
        "unknown-field",
    ),
    plant(
        "configmap/kubeconfig.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: 1\ndata:\n  kubeconfig: |\n    users:\n    - user:\n        token: {S}\n        client-key-data: {B}\n",
        "unknown-field",
    ),
    plant(
        "configmap/settings.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx: 1\ndata:\n  DB_PASSWORD: {S}\n  app.properties: |\n    db.password={S}\n  app.xml: <db><password>{S}</password></db>\n",
        "unknown-field",
    ),
    plant(
        "crd/instance.yaml",
        "apiVersion: x.example/v1\nkind: Database\nmetadata: {name: a}\nspec:\n  password: {S}\n  clientSecret: {S}\n  accessKey: {value: {S}}\n  tokens: [{S}]\n",
        "unknown-kind",
    ),
    plant(
        "helm/templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Values.name }}\nstringData:\n  password: {S}\n  a: {{ .Values.x | default \"{S}\" }}\n",
        "",
    ),
    plant(
        "helm/values.yaml",
        "image: {tag: latest}\ndb:\n  password: {S}\n  existingSecret: \"\"\nextraEnv:\n- {name: API_TOKEN, value: {S}}\n",
        "",
    ),
    plant(
        "kustomize/kustomization.yaml",
        "resources: [gone.yaml]\nsecretGenerator:\n- name: a\n  literals:\n  - password={S}\n  - b={S}\n  literals:\n  - password={S}\n",
        "yaml-duplicate-key",
    ),
    plant(
        "kustomize/patch/kustomization.yaml",
        "patches:\n- target: {kind: Secret}\n  patch: |\n    kind: Secret\n    metadata: {name: a}\n    stringData: {b: {S}}\npatches: []\nconfigMapGenerator:\n- name: a\n  literals: [DB_PASSWORD={S}]\n",
        "yaml-duplicate-key",
    ),
    plant(
        "build/kustomization.yaml",
        "resources: [secret.yaml]\npatches:\n- path: patch.yaml\n  target: {kind: Secret, name: web}\n# podwright: ignore[nonsense]\nsecretGenerator:\n- name: a\n  literals:\n  - b={S}\n",
        "unknown-rule",
    ),
    plant(
        "build/secret.yaml",
        secret!("stringDta: {}\nstringData:\n  token: {S}\n"),
        "unknown-field",
    ),
    // Only the build shows that the value is of a Secret.
    plant(
        "build/patch.yaml",
        "- op: add\n  path: /metadata/lables\n  value: x\n- {op: replace, path: /stringData/token, value: {S}}\n",
        "unknown-field",
    ),
    plant(
        "ignore.yaml",
        pod!(
            "    # podwright: ignore[image-missing-digest] https://me:{S}@x\n    # podwright: ignore[ghp_{S}]\n    x: 1\n"
        ),
        "unknown-rule",
    ),
    // A chart.
    plant(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\nhome: https://me:{S}@x\n",
        "",
    ),
    plant(
        "chart/values.yaml",
        "user:\n  password: {S}\ntoken: {S}\n",
        "",
    ),
    plant("chart/ci/a-values.yaml", "user:\n  password: {S}\n", ""),
    plant(
        "chart/templates/auth.yaml",
        secret!(
            "stringData:\n  a: {{ .Values.user.password }}\n  b: {{ .Values.token | quote }}\n  c: {S}\n---\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {sum: {{ .Values.user.password | sha256sum }}}\n"
        ),
        "",
    ),
    plant(
        "chart/templates/_helpers.tpl",
        "{{ define \"auth\" }}\npassword: {S}\n{{ end }}\n{{ define \"b\" }}{{ include \"auth\" . }}{{ end }}\n",
        "",
    ),
];

const fn plant(path: &'static str, text: &'static str, rule: &'static str) -> Plant {
    Plant { path, text, rule }
}

impl Plant {
    fn is_last(&self) -> bool {
        self.text.lines().all(|line| {
            let mut parts = line
                .split('{')
                .skip(1)
                .filter(|part| part.as_bytes().get(1) == Some(&b'}'));
            let ends = |part: &str| part[2..].chars().all(|c| "\"'}]) ".contains(c));
            line.len() < 80 && parts.next().is_none_or(ends) && parts.next().is_none()
        })
    }

    /// Returns the text of the file with this secret in it.
    fn text(&self, secret: &str) -> String {
        let auth = base64(format!("robot:{secret}").as_bytes());
        let document = format!(
            "{{\"auths\":{{\"r.example\":{{\"auth\":\"{auth}\",\"identitytoken\":\"{secret}\"}}}}}}"
        );
        let encoded: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let reversed: String = secret.chars().rev().collect();
        self.text
            .replace("{S}", secret)
            .replace("{B}", &base64(secret.as_bytes()))
            .replace("{A}", &auth)
            .replace("{D}", &base64(document.as_bytes()))
            .replace("{U}", &encoded)
            .replace("{R}", &reversed)
    }
}

/// Returns an alphanumeric secret, different for each plant and seed. Its length is a multiple of 6, so that base64
/// of secrets of the same length has the same padding.
pub(crate) fn secret(plant: usize, seed: u64, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut state = (plant as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed << 32 | seed);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    (0..length)
        .map(|at| match at % 4 {
            2 => char::from(b'2' + u8::try_from(next() % 8).unwrap()),
            _ => char::from(LETTERS[next() % LETTERS.len()]),
        })
        .collect()
}

//! Latency of the language server: `PODWRIGHT_CORPUS=DIR cargo bench --bench editor`.
//!
//! The workspace contains the 10,000 files of the corpus's `bench-10k/`, and a Pod and its Secret in another
//! directory. A keystroke is measured as a complete round: from sending the change to receiving the diagnostics of
//! that version.
//!
//! Without the corpus, only the workspace of builds is measured, a base with many objects, which twenty overlays use,
//! and a chart with a hundred templates.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::{Duration, Instant};

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// The same allocator as the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const KEYSTROKES: usize = 300;

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: bench}\ntype: \
                      kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: bench}\nspec:\n  imagePullSecrets: \
                   [{name: regcred}]\n  containers: [{name: web, image: 'nginx:1.27.0'}]\n";

const OVERLAYS: usize = 20;
/// Objects of the base.
const OBJECTS: usize = 30;

/// Templates of the chart.
const TEMPLATES: usize = 100;

fn main() {
    builds();
    chart();
    corpus();
}

/// A base that twenty overlays patch.
fn builds() {
    let own = tempfile::TempDir::new().unwrap();
    let directory = own.path().canonicalize().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let object = |n: usize| {
        let indented = "          env:\n".to_owned()
            + &(0..10)
                .map(|v| format!("            - {{name: V{v}, value: 'value {v}'}}\n"))
                .collect::<String>();
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web{n}\nspec:\n  replicas: 1\n  selector:\n    \
             matchLabels: {{app: web{n}}}\n  template:\n    metadata:\n      labels: {{app: web{n}}}\n    spec:\n      \
             imagePullSecrets:\n        - name: regcred\n      containers:\n        - name: web\n          image: \
             'registry.example/web{n}:1.27.0'\n{indented}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web{n}\nspec:\n  \
             selector: {{app: web{n}}}\n  ports:\n    - port: 80\n"
        )
    };
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    let entries: String = (0..OBJECTS).map(|n| format!("  - web{n}.yaml\n")).collect();
    write(
        "base/kustomization.yaml",
        &format!("{head}resources:\n{entries}  - secret.yaml\n"),
    );
    write(
        "base/secret.yaml",
        &SECRET.replace(", namespace: bench", ""),
    );
    for n in 0..OBJECTS {
        write(&format!("base/web{n}.yaml"), &object(n));
    }
    for n in 0..OVERLAYS {
        let text = format!(
            "{head}namespace: team{n}\nnamePrefix: t{n}-\nresources: [../../base]\npatches: [{{path: web.yaml}}]\nimages: \
             [{{name: registry.example/web1, newTag: 1.{n}.0}}]\n"
        );
        write(&format!("overlays/o{n}/kustomization.yaml"), &text);
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web0\nspec:\n  replicas: {n}\n"
        );
        write(&format!("overlays/o{n}/web.yaml"), &text);
    }
    let mut editor = Editor::start(&[&directory]);
    let base = uri(&directory.join("base/web0.yaml"));
    let text = object(0);
    editor.open(&base, &text);
    report(
        "a base of 20 overlays",
        editor.keystrokes(&base, &text, "web0:1.27.0", &base),
    );
    report(
        "a name in such a base",
        editor.keystrokes(&base, &text, "name: web0", &base),
    );
    report(
        "a base that it breaks",
        editor.keystrokes(&base, &text, "spec:\n  replicas: ", &base),
    );
    let overlay = uri(&directory.join("overlays/o3/web.yaml"));
    let text =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web0\nspec:\n  replicas: 3\n";
    editor.open(&overlay, text);
    report(
        "a patch",
        editor.keystrokes(&overlay, text, "replicas: 3", &overlay),
    );
    let kustomization = uri(&directory.join("overlays/o3/kustomization.yaml"));
    let text = std::fs::read_to_string(directory.join("overlays/o3/kustomization.yaml")).unwrap();
    editor.open(&kustomization, &text);
    report(
        "a kustomization",
        editor.keystrokes(&kustomization, &text, "namePrefix: t3", &kustomization),
    );
    let start = Instant::now();
    let position = json!({ "line": 5, "character": 12 });
    editor.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": base }, "position": position }),
    );
    println!("hover in a base            {:>8.1} ms", ms(start.elapsed()));
}

/// A chart with a hundred templates, which share named templates, and two sets of values.
fn chart() {
    let own = tempfile::TempDir::new().unwrap();
    let directory = own.path().canonicalize().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let template = |n: usize| {
        format!(
            "{{{{- if .Values.web{n}.enabled }}}}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{{{ include \
             \"app.name\" . }}}}-{n}\n  labels: {{{{- include \"app.labels\" (dict \"context\" $ \"part\" .Values.web{n}) | \
             nindent 4 }}}}\nspec:\n  replicas: {{{{ .Values.web{n}.replicas | default 1 }}}}\n  selector:\n    matchLabels: \
             {{app: web{n}}}\n  template:\n    metadata:\n      labels: {{app: web{n}}}\n    spec:\n      containers:\n        - \
             name: web\n          image: {{{{ include \"app.image\" .Values.web{n}.image | quote }}}}\n          resources: \
             {{{{- toYaml .Values.web{n}.resources | nindent 12 }}}}\n          env:\n            {{{{- range $k, $v := \
             .Values.web{n}.env }}}}\n            - name: {{{{ $k }}}}\n              value: {{{{ tpl $v $ | quote }}}}\n            \
             {{{{- end }}}}\n{{{{- end }}}}\n"
        )
    };
    let values: String = (0..TEMPLATES)
        .map(|n| {
            format!(
                "web{n}:\n  enabled: true\n  replicas: 2\n  image:\n    repository: registry.example/web{n}\n    tag: \
                 1.27.0\n  resources:\n    limits: {{memory: 64Mi}}\n  env:\n    A: a\n    B: '{{{{ .Release.Name }}}}'\n"
            )
        })
        .collect();
    write(
        "app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    );
    write("app/values.yaml", &values);
    write("app/ci/small-values.yaml", "web1: {replicas: 1}\n");
    write(
        "app/templates/_helpers.tpl",
        "{{ define \"app.name\" }}{{ .Release.Name }}{{ end }}\n{{ define \"app.image\" }}{{ .repository }}:{{ .tag }}{{ end \
         }}\n{{ define \"app.labels\" }}\napp: {{ include \"app.name\" .context }}\nreplicas: {{ .part.replicas | quote }}\n{{ \
         end }}\n",
    );
    for n in 0..TEMPLATES {
        write(&format!("app/templates/web{n}.yaml"), &template(n));
    }
    let mut editor = Editor::start(&[&directory]);
    let web = uri(&directory.join("app/templates/web7.yaml"));
    let text = template(7);
    editor.open(&web, &text);
    report(
        "a template of a chart",
        editor.keystrokes(&web, &text, "name: web\n", &web),
    );
    let at = |text: &str, at: &str| {
        let before = &text[..text.find(at).unwrap() + at.len()];
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        json!({ "line": line, "character": column })
    };
    let position = at(&text, ".Values.web7.rep");
    report(
        "hover in a template",
        editor.asked(&web, &text, "textDocument/hover", &position),
    );
    report(
        "completion in a template",
        editor.asked(&web, &text, "textDocument/completion", &position),
    );
    let of_values = uri(&directory.join("app/values.yaml"));
    editor.open(&of_values, &values);
    report(
        "values of a chart",
        editor.keystrokes(&of_values, &values, "registry.example/web7", &of_values),
    );
    let position = at(&values, "web7:\n  enabled: true\n  replicas");
    report(
        "hover in values",
        editor.asked(&of_values, &values, "textDocument/hover", &position),
    );
}

fn corpus() {
    let Some(corpus) = std::env::var_os("PODWRIGHT_CORPUS") else {
        println!("skipped: PODWRIGHT_CORPUS is not set");
        return;
    };
    let bench = Path::new(&corpus).join("bench-10k").canonicalize().unwrap();
    let own = tempfile::TempDir::new().unwrap();
    let directory = own.path().canonicalize().unwrap();
    let other = SECRET.replace("regcred", "other");
    for (name, text) in [
        ("secret.yaml", SECRET),
        ("pod.yaml", POD),
        ("other.yaml", &other),
    ] {
        std::fs::write(directory.join(name), text).unwrap();
    }

    let start = Instant::now();
    let mut editor = Editor::start(&[&bench, &directory]);
    println!("opening the workspace      {:>8.1} ms", ms(start.elapsed()));
    println!("files with diagnostics     {:>8}", editor.published);

    let pod = uri(&directory.join("pod.yaml"));
    editor.open(&pod, POD);
    report(
        "one file",
        editor.keystrokes(&pod, POD, "nginx:1.27.0", &pod),
    );
    let secret = uri(&directory.join("secret.yaml"));
    editor.open(&secret, SECRET);
    report(
        "a file that refers to it",
        editor.keystrokes(&secret, SECRET, "regcred", &pod),
    );
    println!(
        "memory current / peak      {:>8.0} / {:.0} MB",
        memory("VmRSS:"),
        memory("VmHWM:")
    );
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
    println!(
        "keystroke to {what:<25} median {:.1} ms, 99 % {:.1} ms, worst {:.1} ms",
        at(50),
        at(99),
        at(100)
    );
}

struct Editor {
    client: Connection,
    version: i32,
    published: usize,
}

impl Editor {
    fn start(directories: &[&Path]) -> Self {
        let (server, client) = Connection::memory();
        std::thread::spawn(move || podwright::lsp::serve(server));
        let directories: Vec<Value> = directories
            .iter()
            .map(|directory| json!({ "uri": uri(directory), "name": "directory" }))
            .collect();
        let mut editor = Self {
            client,
            version: 0,
            published: 0,
        };
        let params = json!({ "capabilities": {}, "workspaceFolders": directories });
        editor.request("initialize", params);
        editor.notify("initialized", json!({}));
        let nowhere = json!({ "textDocument": { "uri": "untitled:x" }, "position": { "line": 0, "character": 0 } });
        editor.request("textDocument/hover", nowhere);
        editor
    }

    fn open(&mut self, uri: &str, text: &str) {
        self.version += 1;
        let document =
            json!({ "uri": uri, "languageId": "yaml", "version": self.version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.until(|uri_told, version| uri_told == uri && version.is_some());
    }

    /// Types and deletes a character after `at`, and waits for the diagnostics of `felt`.
    fn keystrokes(&mut self, typed: &str, text: &str, at: &str, felt: &str) -> Vec<Duration> {
        let longer = text.replacen(at, &format!("{at}x"), 1);
        let mut times = Vec::new();
        for stroke in 0..KEYSTROKES {
            let text = if stroke % 2 == 0 { &longer } else { text };
            self.version += 1;
            let version = self.version;
            let document = json!({ "uri": typed, "version": version });
            let changes = json!([{ "text": text }]);
            let start = Instant::now();
            self.notify(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": changes }),
            );
            let (mut own, mut other) = (false, typed == felt);
            self.until(|uri, told| {
                own |= uri == typed && told == Some(i64::from(version));
                other |= uri == felt;
                own && other
            });
            times.push(start.elapsed());
        }
        times
    }

    /// Types a character at the end of a text and sends a request about it.
    fn asked(&mut self, uri: &str, text: &str, method: &str, position: &Value) -> Vec<Duration> {
        let longer = format!("{text}#");
        let mut times = Vec::new();
        for stroke in 0..KEYSTROKES {
            let text = if stroke % 2 == 0 { &longer } else { text };
            self.version += 1;
            let document = json!({ "uri": uri, "version": self.version });
            let changes = json!([{ "text": text }]);
            let params = json!({ "textDocument": { "uri": uri }, "position": position });
            let start = Instant::now();
            self.notify(
                "textDocument/didChange",
                json!({ "textDocument": document, "contentChanges": changes }),
            );
            self.request(method, params);
            times.push(start.elapsed());
        }
        times
    }

    fn until(&mut self, mut is_so: impl FnMut(&str, Option<i64>) -> bool) {
        loop {
            if let Message::Notification(Notification { method, params }) = self.next()
                && method == "textDocument/publishDiagnostics"
                && is_so(params["uri"].as_str().unwrap(), params["version"].as_i64())
            {
                return;
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) {
        let id = RequestId::from(method.to_owned());
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.client.sender.send(request.into()).unwrap();
        while !matches!(self.next(), Message::Response(response) if response.id == id) {
            self.published += 1;
        }
    }

    fn next(&self) -> Message {
        self.client
            .receiver
            .recv_timeout(Duration::from_secs(60))
            .unwrap()
    }

    fn notify(&self, method: &str, params: Value) {
        let notification = Notification::new(method.to_owned(), params);
        self.client.sender.send(notification.into()).unwrap();
    }
}

fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().to_string()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Reads a memory value of the process in MB from Linux; 0 on other systems.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0 / 1e6
}

//! Latency of the language server: `PODWRIGHT_CORPUS=DIR cargo bench --bench editor`.
//!
//! The workspace contains the 10,000 files of the corpus's `bench-10k/`, and a Pod and its Secret in another
//! directory. A keystroke is measured as a complete round: from sending the change to receiving the diagnostics of
//! that version.

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

fn main() {
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

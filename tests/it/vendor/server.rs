//! A chart repository, a registry and git repositories, served over HTTP on the loopback interface.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// What the server has. Requests below `/private/` need the user `bob` with the password `hunter2`.
pub(crate) struct Server {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    /// Content by path.
    files: Mutex<BTreeMap<String, (String, Vec<u8>)>>,
    /// Directory with git repositories, served at `/git/`.
    repositories: TempDir,
    requests: AtomicUsize,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            files: Mutex::default(),
            repositories: TempDir::new().unwrap(),
            requests: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&state);
        // Ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || state.answer(stream));
            }
        });
        Self { port, state }
    }

    /// `http://127.0.0.1:PORT` and the path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Number of requests so far.
    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    fn put(&self, path: &str, kind: &str, content: Vec<u8>) {
        let mut files = self.state.files.lock().unwrap();
        files.insert(path.to_owned(), (kind.to_owned(), content));
    }

    /// Makes a chart repository at a path, with these versions of charts.
    pub(crate) fn chart_repository(&self, path: &str, charts: &[(&str, &str)]) {
        let mut index = "apiVersion: v1\nentries:\n".to_owned();
        let mut sorted = charts.to_vec();
        sorted.sort_unstable();
        let mut last = "";
        for (name, version) in sorted {
            if name != last {
                index += &format!("  {name}:\n");
                last = name;
            }
            let file = format!("{name}-{version}.tgz");
            index += &format!(
                "  - {{apiVersion: v2, name: {name}, version: {version}, urls: [{file}]}}\n"
            );
            self.put(
                &format!("{path}/{file}"),
                "application/gzip",
                packed_chart(name, version),
            );
        }
        self.put(
            &format!("{path}/index.yaml"),
            "text/yaml",
            index.into_bytes(),
        );
    }

    /// Puts versions of a chart into the registry.
    pub(crate) fn registry(&self, path: &str, name: &str, versions: &[&str]) {
        let base = format!("/v2/{path}/{name}");
        self.put("/v2/", "application/json", b"{}".to_vec());
        for version in versions {
            let layer = packed_chart(name, version);
            let config =
                format!("{{\"apiVersion\":\"v2\",\"name\":\"{name}\",\"version\":\"{version}\"}}");
            let blob = |kind: &str, content: Vec<u8>| {
                let digest = digest(&content);
                let size = content.len();
                self.put(
                    &format!("{base}/blobs/{digest}"),
                    "application/octet-stream",
                    content,
                );
                format!("{{\"mediaType\":\"{kind}\",\"digest\":\"{digest}\",\"size\":{size}}}")
            };
            let config = blob(
                "application/vnd.cncf.helm.config.v1+json",
                config.into_bytes(),
            );
            let layer = blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", layer);
            let manifest =
                format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layer}]}}");
            let kind = "application/vnd.oci.image.manifest.v1+json";
            for reference in [version.to_string(), digest(manifest.as_bytes())] {
                let content = manifest.clone().into_bytes();
                self.put(&format!("{base}/manifests/{reference}"), kind, content);
            }
        }
        let tags: Vec<String> = versions
            .iter()
            .map(|version| format!("\"{version}\""))
            .collect();
        let tags = format!(
            "{{\"name\":\"{path}/{name}\",\"tags\":[{}]}}",
            tags.join(",")
        );
        self.put(
            &format!("{base}/tags/list"),
            "application/json",
            tags.into_bytes(),
        );
    }

    /// Commits files to a repository, which is made if there is none, and sets branch `main` and a tag.
    pub(crate) fn commit(&self, repository: &str, files: &[(&str, &str)], tag: &str) -> String {
        let path = self.state.repositories.path().join(repository);
        if !path.exists() {
            fs::create_dir_all(&path).unwrap();
            git(&path, &["init", "--quiet", "--initial-branch=main"]);
            git(&path, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        }
        for (name, text) in files {
            let file = path.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            match text.strip_prefix("link:") {
                #[cfg(unix)]
                Some(target) => std::os::unix::fs::symlink(target, file).unwrap(),
                _ => fs::write(file, text).unwrap(),
            }
        }
        git(&path, &["add", "--all"]);
        git(
            &path,
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "commit",
                "--quiet",
                "-m",
                tag,
            ],
        );
        git(&path, &["tag", tag]);
        git(&path, &["rev-parse", "HEAD"])
    }
}

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn digest(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// A packed chart with a ConfigMap that is named after it.
pub(crate) fn packed_chart(name: &str, version: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let chart = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let object = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}-{version}}}\n");
    for (path, text) in [("Chart.yaml", chart), ("templates/a.yaml", object)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive
            .append_data(&mut header, format!("{name}/{path}"), text.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

impl State {
    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut words = line.split_ascii_whitespace();
        let (method, target) = (
            words.next().unwrap().to_owned(),
            words.next().unwrap().to_owned(),
        );
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end().split_once(':') {
                Some((name, value)) => {
                    headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
                }
                None => break,
            }
        }
        self.requests.fetch_add(1, Ordering::SeqCst);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        // `bob:hunter2`
        let is_known = headers
            .get("authorization")
            .is_some_and(|own| own == "Basic Ym9iOmh1bnRlcjI=");
        if path.starts_with("/private/") && !is_known {
            let head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes());
        } else if let Some(path) = path.strip_prefix("/git/") {
            let body = body(&mut reader, &headers);
            self.git(&mut stream, &method, path, query, &headers, &body);
        } else {
            let files = self.files.lock().unwrap();
            let (status, kind, content) = match files.get(path) {
                Some((kind, content)) => ("200 OK", kind.as_str(), content.as_slice()),
                None => ("404 Not Found", "text/plain", &b""[..]),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nDocker-Content-Digest: {}\r\nConnection: close\r\n\r\n",
                content.len(),
                digest(content),
            );
            let _ = stream.write_all(head.as_bytes());
            if method != "HEAD" {
                let _ = stream.write_all(content);
            }
        }
    }

    /// Runs git's own program for HTTP.
    fn git(
        &self,
        stream: &mut TcpStream,
        method: &str,
        path: &str,
        query: &str,
        headers: &BTreeMap<String, String>,
        body: &[u8],
    ) {
        let header = |name: &str| headers.get(name).map_or("", String::as_str);
        let mut child = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", self.repositories.path())
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", format!("/{path}"))
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", method)
            .env("CONTENT_TYPE", header("content-type"))
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
            .env("GIT_PROTOCOL", header("git-protocol"))
            .env("REMOTE_ADDR", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(body);
        let output = child.wait_with_output().unwrap().stdout;
        let end = output
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(0);
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        let status = head.lines().find_map(|line| line.strip_prefix("Status: "));
        let status = status.unwrap_or("200 OK");
        let length = output.len() - end - 4;
        let head = format!(
            "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&output[end + 4..]);
    }
}

fn body(reader: &mut impl BufRead, headers: &BTreeMap<String, String>) -> Vec<u8> {
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length") {
        let length: u64 = length.parse().unwrap();
        reader.take(length).read_to_end(&mut body).unwrap();
        return body;
    }
    if headers.get("transfer-encoding").is_none() {
        return body;
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let length = u64::from_str_radix(line.trim(), 16).unwrap_or(0);
        reader.by_ref().take(length).read_to_end(&mut body).unwrap();
        let mut end = String::new();
        reader.read_line(&mut end).unwrap();
        if length == 0 {
            return body;
        }
    }
}

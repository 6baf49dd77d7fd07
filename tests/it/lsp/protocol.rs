//! What is not a message of the protocol costs only itself. These tests talk to the program itself.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Timeout of every wait.
const PATIENCE: Duration = Duration::from_secs(20);

struct Program {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
}

impl Program {
    fn start(directory: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_podwright"))
            .arg("lsp")
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            while let Some(message) = next(&mut output) {
                let _ = sender.send(message);
            }
        });
        let input = child.stdin.take().unwrap();
        Self {
            child,
            input,
            messages,
        }
    }

    fn initialized(directory: &Path) -> Self {
        let mut program = Self::start(directory);
        program.initialize(directory);
        program
    }

    fn initialize(&mut self, directory: &Path) {
        let root = url::Url::from_file_path(directory.canonicalize().unwrap()).unwrap();
        let params = json!({ "capabilities": {}, "rootUri": root.as_str() });
        self.send(&json!({ "id": "start", "method": "initialize", "params": params }));
        self.wait(|message| message["id"] == "start");
        self.send(&json!({ "method": "initialized", "params": {} }));
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = json!("2.0");
        self.send_text(&message.to_string());
    }

    fn send_text(&mut self, text: &str) {
        self.send_raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    fn send_raw(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).unwrap();
        self.input.flush().unwrap();
    }

    /// Waits for a message.
    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap();
            if is_it(&message) {
                return message;
            }
        }
    }

    /// Asserts that the server still answers, and exits as the protocol specifies.
    fn quit(mut self) {
        self.send(&json!({ "id": "last", "method": "shutdown" }));
        let answer = self.wait(|message| message["id"] == "last");
        assert_eq!(answer["result"], Value::Null);
        self.send(&json!({ "method": "exit" }));
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

fn next(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().ok()?,
            None => break,
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn is_entry(message: &Value) -> bool {
    message["method"] == "window/logMessage"
}

#[test]
fn invalid_messages_are_reported_and_skipped() {
    let directory = TempDir::new().unwrap();
    for (text, why) in [
        ("{", "it is not valid JSON"),
        ("", "it is not valid JSON"),
        ("[]", "not a request"),
        ("{\"jsonrpc\":\"2.0\"}", "not a request"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1}", "not a request"),
        ("{\"method\":1}", "not a request"),
    ] {
        let mut program = Program::initialized(directory.path());
        program.send_text(text);
        let entry = program.wait(is_entry);
        assert_eq!(entry["params"]["type"], 1);
        let message = entry["params"]["message"].as_str().unwrap();
        let start = "podwright cannot read a message from the editor: ";
        assert!(message.starts_with(start), "{message}");
        assert!(message.contains(why), "{text}: {message}");
        program.quit();
    }
}

#[test]
fn request_that_cannot_be_read_is_answered() {
    let directory = TempDir::new().unwrap();
    let mut program = Program::initialized(directory.path());
    program.send(&json!({ "id": 99_999_999_999_u64, "method": "textDocument/hover" }));
    let answer = program.wait(|message| message["id"] == 99_999_999_999_u64);
    assert_eq!(answer["error"]["code"], -32600);
    program.quit();
}

/// The header is all that a server with an unbounded reader needs to allocate the memory.
#[test]
fn length_of_a_message_is_bounded() {
    let directory = TempDir::new().unwrap();
    for header in [
        "Content-Length: 99999999999999\r\n\r\n{}",
        "Content-Length: 99999999999999999999999\r\n\r\n{}",
        "Content-Length: x\r\n\r\n{}",
        "X: y\r\n\r\n{}",
        "GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut program = Program::initialized(directory.path());
        program.send_raw(header.as_bytes());
        program.send(&json!({ "method": "$/setTrace", "params": { "value": "off" } }));
        program.wait(is_entry);
        program.quit();
    }
}

/// JavaScript sends half of a character as an escape if the other half is not there.
#[test]
fn half_of_a_character_is_a_change_like_others() {
    let directory = TempDir::new().unwrap();
    let mut program = Program::initialized(directory.path());
    let uri = "untitled:pod";
    let pod = "kind: Pod # x\napiVersion: v1\nmetadata: {name: A}\nspec: {containers: []}\n";
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": pod });
    let params = json!({ "textDocument": document });
    program.send(&json!({ "method": "textDocument/didOpen", "params": params }));
    let published = |version: u32| {
        move |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["version"] == version
        }
    };
    let before = program.wait(published(1));
    let at = json!({ "line": 0, "character": 12 });
    let change = json!({ "range": { "start": at, "end": at }, "text": "HALF" });
    let params =
        json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [change] });
    let text = json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params });
    program.send_text(&text.to_string().replace("HALF", "\\ud83d"));
    let after = program.wait(published(2));
    assert_eq!(
        before["params"]["diagnostics"],
        after["params"]["diagnostics"]
    );
    // The client counts the half as one unit.
    let at = |column: u32| json!({ "line": 0, "character": column });
    let change = json!({ "range": { "start": at(0), "end": at(14) }, "text": "kind: Pot" });
    let params =
        json!({ "textDocument": { "uri": uri, "version": 3 }, "contentChanges": [change] });
    program.send(&json!({ "method": "textDocument/didChange", "params": params }));
    let after = program.wait(published(3));
    let after = after["params"]["diagnostics"].to_string();
    assert!(after.contains("`Pot`"), "{after}");
    program.quit();
}

#[test]
fn messages_during_the_handshake_are_kept() {
    let directory = TempDir::new().unwrap();
    let mut program = Program::start(directory.path());
    program.send_text("nonsense");
    program.wait(is_entry);
    program.send(&json!({ "id": 1, "result": null }));
    program.send(&json!({ "id": 2, "method": "textDocument/hover" }));
    let answer = program.wait(|message| message["id"] == 2);
    assert_eq!(answer["error"]["code"], -32002);
    program.initialize(directory.path());
    program.quit();
    // Without `initialized`.
    let mut program = Program::start(directory.path());
    program.send(&json!({ "id": 1, "method": "initialize", "params": { "capabilities": {} } }));
    program.wait(|message| message["id"] == 1);
    program.quit();
}

//! Messages over standard input and output: a header with the length, and JSON.
//!
//! What is not a message costs only itself: the client gets an error, and the server goes on with the next message.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Write};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request};
use serde_json::{Value, json};

/// Maximum size of a message in bytes. A document that podwright lints has at most 64 MiB, and JSON escapes make it
/// longer.
const MAX_MESSAGE: u64 = 512 << 20;

/// Maximum length of a header line in bytes.
const MAX_HEADER: u64 = 4_096;

/// Start of the header line that every message has.
const LENGTH: &[u8] = b"content-length:";

/// What the client sent.
#[derive(Debug)]
enum Received {
    /// A message.
    Message(Message),
    /// Something that is not a message of the protocol.
    Rejected(Rejection),
}

/// Answer to something that is not a message.
#[derive(Debug)]
struct Rejection {
    /// Identifier of the request; `None` if it is not known, or if it is not a request.
    id: Option<Value>,
    why: String,
}

impl Rejection {
    fn new(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { id: None, why }
    }

    /// The error of the request, and an entry in the client's log. Some clients fail on an error without an identifier.
    fn messages(self) -> impl Iterator<Item = Value> {
        let message = format!("cannot read a message from the editor: {}", self.why);
        let entry = json!({ "type": 1, "message": format!("podwright {message}") });
        let entry = json!({ "jsonrpc": "2.0", "method": "window/logMessage", "params": entry });
        let error = json!({ "code": ErrorCode::InvalidRequest as i32, "message": message });
        let error = self
            .id
            .map(|id| json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        error.into_iter().chain([entry])
    }
}

/// Connects to the client at standard input and output. The thread writes until the connection is dropped.
pub(super) fn stdio() -> (Connection, JoinHandle<()>) {
    let (server, client) = Connection::memory();
    let Connection { sender, receiver } = client;
    thread::spawn(move || {
        let mut input = Input::new(io::stdin().lock());
        // If reading fails, the client is gone.
        while let Ok(Some(received)) = input.receive() {
            let message = match received {
                Received::Message(message) => message,
                Received::Rejected(rejection) => {
                    for message in rejection.messages() {
                        let _ = write(&mut io::stdout().lock(), &message);
                    }
                    continue;
                }
            };
            let is_last = matches!(&message, Message::Notification(last) if last.method == "exit");
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
    });
    let writer = thread::spawn(move || {
        for message in receiver {
            if message.write(&mut io::stdout().lock()).is_err() {
                break;
            }
        }
    });
    (server, writer)
}

fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// Input of the server.
struct Input<R> {
    input: R,
    /// Whether [`LENGTH`] of the next header is already read.
    is_in_header: bool,
}

impl<R: BufRead> Input<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            is_in_header: false,
        }
    }

    /// Returns the next message; `None` at the end of the input.
    fn receive(&mut self) -> io::Result<Option<Received>> {
        let length = match self.header()? {
            None => return Ok(None),
            Some(Ok(length)) => length,
            Some(Err(why)) => {
                self.skip_to_header()?;
                return Ok(Some(Received::Rejected(Rejection::new(why))));
            }
        };
        // Memory is allocated for what arrives, whatever the header says.
        let mut body = Vec::new();
        self.input.by_ref().take(length).read_to_end(&mut body)?;
        let is_whole = body.len() as u64 == length;
        Ok(is_whole.then(|| decode(&String::from_utf8_lossy(&body))))
    }

    /// Reads the header. Returns the length of the message, or why the header is invalid; `None` at the end of the
    /// input.
    fn header(&mut self) -> io::Result<Option<Result<u64, String>>> {
        let invalid = |why: &str| Ok(Some(Err(why.to_owned())));
        let mut length = None;
        loop {
            let mut line = Vec::new();
            if std::mem::take(&mut self.is_in_header) {
                line.extend(LENGTH);
            }
            let mut input = self.input.by_ref().take(MAX_HEADER);
            if input.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if line.pop() != Some(b'\n') {
                return invalid("its header is too long");
            }
            let line = line.trim_ascii();
            if line.is_empty() {
                return match length {
                    Some(length) => Ok(Some(Ok(length))),
                    None => invalid("its header has no `Content-Length`"),
                };
            }
            let Some(colon) = line.iter().position(|&byte| byte == b':') else {
                return invalid("its header is invalid");
            };
            let (name, value) = line.split_at(colon + 1);
            if !name.eq_ignore_ascii_case(LENGTH) {
                continue;
            }
            let value = std::str::from_utf8(value).unwrap_or_default().trim();
            length = match value.parse() {
                Ok(length) if length <= MAX_MESSAGE => Some(length),
                Ok(_) => return invalid(&format!("it is larger than {} MiB", MAX_MESSAGE >> 20)),
                Err(_) => return invalid("its `Content-Length` is not a length"),
            };
        }
    }

    /// Skips to the next header: after an invalid one, nobody knows where the message ends.
    fn skip_to_header(&mut self) -> io::Result<()> {
        let mut matched = 0;
        while matched < LENGTH.len() {
            let buffer = self.input.fill_buf()?;
            let Some(&byte) = buffer.first() else {
                return Ok(());
            };
            self.input.consume(1);
            let byte = byte.to_ascii_lowercase();
            // Its first character occurs only once.
            matched = match byte == LENGTH[matched] {
                true => matched + 1,
                false => usize::from(byte == LENGTH[0]),
            };
        }
        self.is_in_header = true;
        Ok(())
    }
}

fn decode(text: &str) -> Received {
    let value = match serde_json::from_str::<Value>(&without_lone_surrogates(text)) {
        Ok(value) => value,
        Err(error) => {
            let rejection = Rejection::new(format!("it is not valid JSON: {error}"));
            return Received::Rejected(rejection);
        }
    };
    let is_request = value.get("method").is_some();
    let id = value.get("id").filter(|id| is_request && !id.is_null());
    let id = id.cloned();
    match message(value) {
        Some(message) => Received::Message(message),
        None => Received::Rejected(Rejection {
            id,
            why: "it is not a request, a response or a notification".to_owned(),
        }),
    }
}

/// Returns the message that a JSON value is. A request whose identifier cannot be read is not taken for a notification.
fn message(mut value: Value) -> Option<Message> {
    let fields = value.as_object_mut()?;
    let Some(method) = fields.remove("method") else {
        return serde_json::from_value(value).ok().map(Message::Response);
    };
    let Value::String(method) = method else {
        return None;
    };
    let params = fields.remove("params").unwrap_or_default();
    Some(match fields.remove("id") {
        None => Message::Notification(Notification { method, params }),
        Some(id) => {
            let id = serde_json::from_value(id).ok()?;
            Message::Request(Request { id, method, params })
        }
    })
}

/// Replaces escapes of surrogates that are not part of a pair: JavaScript writes them if half of a character is typed or
/// deleted. The replacement character has the same length in UTF-16, so the client's positions stay valid.
fn without_lone_surrogates(text: &str) -> Cow<'_, str> {
    let mut result = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        at += found;
        let half = surrogate(text, at);
        if half == Some(Half::High) && surrogate(text, at + ESCAPE) == Some(Half::Low) {
            at += 2 * ESCAPE;
        } else if half.is_some() {
            result.push_str(&text[done..at]);
            result.push_str("\\ufffd");
            at += ESCAPE;
            done = at;
        } else {
            // The escaped character may be a backslash.
            let escaped = text[at + 1..].chars().next();
            at += 1 + escaped.map_or(0, char::len_utf8);
        }
    }
    match done {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(result + &text[done..]),
    }
}

/// Length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

#[derive(Debug, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// The half of a pair of surrogates that is escaped at `at`.
fn surrogate(text: &str, at: usize) -> Option<Half> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::High),
        0xdc00..=0xdfff => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Methods of the messages, and reasons in parentheses.
    fn received(bytes: &[u8]) -> Vec<String> {
        let mut input = Input::new(io::BufReader::with_capacity(7, bytes));
        let mut all = Vec::new();
        while let Some(received) = input.receive().unwrap() {
            all.push(match received {
                Received::Message(Message::Notification(one)) => one.method,
                Received::Message(other) => format!("{other:?}"),
                Received::Rejected(rejection) => format!("({})", rejection.why),
            });
        }
        all
    }

    fn message(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn what_is_not_a_message_costs_only_itself() {
        let good = message(r#"{"jsonrpc":"2.0","method":"good"}"#);
        let large = "(it is larger than 512 MiB)";
        let no_length = "(its `Content-Length` is not a length)";
        let strange = "(it is not a request, a response or a notification)";
        let table = [
            ("Content-Length: 99999999999999\r\n\r\n{}".to_owned(), large),
            ("Content-Length: 99999999999999\r\n\r\n".to_owned(), large),
            (format!("Content-Length: {}\r\n\r\n", u128::MAX), no_length),
            ("Content-Length: -1\r\n\r\n".to_owned(), no_length),
            ("Content-Length: \r\n\r\n".to_owned(), no_length),
            (
                "Content-Type: x\r\n\r\n{}".to_owned(),
                "(its header has no `Content-Length`)",
            ),
            ("nonsense\r\n".to_owned(), "(its header is invalid)"),
            (
                "x".repeat(9_000) + "\r\nConContent-Lengt",
                "(its header is too long)",
            ),
            (message("1"), strange),
            (message("[]"), strange),
            (message(r#"{"id":[1],"method":"a"}"#), strange),
            (message(r#"{"id":1}"#), strange),
            (
                message("{\"method\":"),
                "(it is not valid JSON: EOF while parsing a value at line 1 column 10)",
            ),
            (
                message(&"[".repeat(100_000)),
                "(it is not valid JSON: recursion limit exceeded at line 1 column 128)",
            ),
        ];
        for (bad, why) in table {
            let all = format!("{good}{bad}{good}{good}");
            let start: String = bad.chars().take(40).collect();
            assert_eq!(
                received(all.as_bytes()),
                ["good", why, "good", "good"],
                "{start}"
            );
        }
    }

    #[test]
    fn headers_are_read_leniently() {
        let body = r#"{"method":"good"}"#;
        for header in [
            "content-length: 17\r\n\r\n",
            "CONTENT-LENGTH:17\n\n",
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 17\r\n\r\n",
        ] {
            assert_eq!(received(format!("{header}{body}").as_bytes()), ["good"]);
        }
        assert!(received(b"Content-Length: 17\r\n\r\n{").is_empty());
        assert!(received(b"Content-Len").len() <= 1);
    }

    #[test]
    fn only_requests_are_answered() {
        let ids = |text: &str| match decode(text) {
            Received::Rejected(rejection) => rejection.messages().count(),
            Received::Message(_) => 0,
        };
        assert_eq!(ids(r#"{"id":2.5,"method":"a"}"#), 2);
        assert_eq!(ids(r#"{"id":2.5,"result":"a"}"#), 1);
        assert_eq!(ids("{"), 1);
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        let table = [
            (r"a\ud83d\ude00b", r"a\ud83d\ude00b"),
            (r"a\ud83db\ude00", r"a\ufffdb\ufffd"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\\ud83d \\\ud83d \n\u00e9", r"\\ud83d \\\ufffd \n\u00e9"),
            (r"\uD83D\", r"\ufffd\"),
            ("\\", "\\"),
            (r"\é☸\ud8é", r"\é☸\ud8é"),
        ];
        for (text, expected) in table {
            assert_eq!(without_lone_surrogates(text), expected);
        }
    }
}

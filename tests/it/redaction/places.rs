//! Places from `tests/data/planted`, each with a secret of its own.

use std::fs;
use std::path::Path;

use crate::redaction::forms::base64;
use crate::redaction::plants::{Planted, secret};

/// Files with markers, by path.
pub(crate) fn files() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/planted");
    let mut lists: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    lists.sort();
    let mut files: Vec<(String, String)> = Vec::new();
    for list in lists {
        for line in fs::read_to_string(list).unwrap().split_inclusive('\n') {
            match line.strip_prefix("=== ") {
                Some(path) => files.push((format!("places/{}", path.trim()), String::new())),
                None => files.last_mut().unwrap().1.push_str(line),
            }
        }
    }
    files
}

/// Creates the files with secrets of this length. `first` is the number of the first file.
pub(crate) fn planted(first: usize, seed: u64, length: usize) -> Vec<Planted> {
    let files = files().into_iter().enumerate();
    files
        .map(|(index, (path, marked))| {
            let mut secrets = Vec::new();
            let mut text = String::new();
            let mut rest = marked.as_str();
            while let Some((before, marker, after)) = next_marker(rest) {
                let number = (first + index) * 1000 + secrets.len();
                let (own, written) = planted_as(marker, number, seed, length);
                text.push_str(before);
                text.push_str(&written);
                secrets.push(own);
                rest = after;
            }
            text.push_str(rest);
            Planted {
                path,
                rule: "",
                secrets,
                text,
                is_last: false,
            }
        })
        .collect()
}

/// Text before the next marker, its letter, and the text after it.
fn next_marker(text: &str) -> Option<(&str, u8, &str)> {
    let bytes = text.as_bytes();
    let is_marker = |at: &usize| {
        matches!(
            bytes.get(*at..at + 3),
            Some([b'{', b'A' | b'B' | b'D' | b'S' | b'U' | b'W' | b'X', b'}'])
        )
    };
    let at = (0..bytes.len()).find(is_marker)?;
    Some((&text[..at], bytes[at + 1], &text[at + 3..]))
}

/// A secret, and how it is written.
fn planted_as(marker: u8, number: usize, seed: u64, length: usize) -> (String, String) {
    let plain = secret(number, seed, length);
    let written = match marker {
        b'A' => base64(format!("robot:{plain}").as_bytes()),
        b'B' => base64(plain.as_bytes()),
        b'D' => {
            let auth = base64(format!("robot:{plain}").as_bytes());
            let document = format!(
                "{{\"auths\":{{\"r.example\":{{\"auth\":\"{auth}\",\"identitytoken\":\"{plain}\"}}}}}}"
            );
            base64(document.as_bytes())
        }
        b'U' => plain.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        b'W' | b'X' => {
            // Letters and digits in turn.
            let digits = plain.bytes().enumerate().map(|(at, byte)| match at % 2 {
                0 => char::from(b'a' + byte % 6),
                _ => char::from(b'0' + byte % 10),
            });
            let mut hex: String = digits.cycle().take(32).collect();
            if marker == b'W' {
                for at in [20, 16, 12, 8] {
                    hex.insert(at, '-');
                }
            }
            return (hex.clone(), hex);
        }
        _ => plain.clone(),
    };
    (plain, written)
}

#[test]
fn there_are_enough_places() {
    let planted = planted(0, 1, 24);
    let mut secrets: Vec<&String> = planted.iter().flat_map(|one| &one.secrets).collect();
    assert!(secrets.len() >= 750, "{}", secrets.len());
    let count = secrets.len();
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), count);
    assert!(planted.iter().all(|one| next_marker(&one.text).is_none()));
}

//! The frame of a page, and how content is escaped.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::escape::escape_line;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A page without network access.
pub(crate) struct Page {
    title: String,
    /// The content of the body, already escaped.
    pub(crate) body: String,
}

impl Page {
    pub(crate) fn new(title: &str) -> Self {
        Self {
            title: escape(title),
            body: String::new(),
        }
    }

    /// Writes the page with a content security policy that allows nothing but its own style and script.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { title, body } = self;
        writeln!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; \
             base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
             <body>\n{body}<script>{SCRIPT}</script>\n</body>\n</html>",
            hash(STYLE),
            hash(SCRIPT),
        )
    }
}

/// The hash with which a content security policy allows an inline style or script.
fn hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// Escapes text for an element or a quoted attribute. Line endings and deceptive characters are shown as escapes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in escape_line(text).chars() {
        push(character, &mut out);
    }
    out
}

fn push(character: char, out: &mut String) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        other => out.push(other),
    }
}

/// Escapes text in which backticks enclose code. Line endings are kept.
pub(crate) fn code(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(code_line).collect();
    lines.join("\n")
}

fn code_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((inside, next)) = after.split_once('`') else {
            break;
        };
        out.push_str(&escape(before));
        out.push_str(&format!("<code>{}</code>", escape(inside)));
        rest = next;
    }
    out.push_str(&escape(rest));
    out
}

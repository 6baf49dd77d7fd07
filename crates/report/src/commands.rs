//! Keeps what is printed from being a command of the CI system that reads it.
//!
//! GitHub's runner runs `::name …::…` at the start of a line, after whitespace, and `##[name …]…` anywhere in a line
//! (`ActionCommand.cs`). Azure Pipelines runs `##vso[…]…` anywhere in a line (`Command.cs`), and TeamCity
//! `##teamcity[…]`. A file name or the text of a manifest may contain such a command.

use std::io::{self, Write};

/// How to write a character differently, so that it means the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// For people: as other characters that are escaped.
    Text,
    /// Within strings of JSON.
    Json,
    /// Within text and attributes of XML.
    Xml,
}

impl Syntax {
    /// The second `#` of a command.
    const fn hash(self) -> &'static [u8] {
        match self {
            Self::Text => b"\\u{23}",
            Self::Json => b"\\u0023",
            Self::Xml => b"&#35;",
        }
    }

    /// The first `:` of a command. A line of JSON does not start with one.
    const fn colon(self) -> &'static [u8] {
        match self {
            Self::Text => b"\\u{3a}",
            Self::Json => b":",
            Self::Xml => b"&#58;",
        }
    }
}

/// Maximum length of the name of a command. Those that are known have at most 8 characters.
const MAX_NAME: usize = 32;

/// Writer that passes everything on, except that nothing of it is a command. Call [`Self::finish`] at the end.
pub struct WithoutCommands<'o> {
    out: &'o mut dyn Write,
    syntax: Syntax,
    /// What may be the start of a command: `:` at the start of a line, `#`, or `##` and letters.
    pending: Vec<u8>,
    /// Whether only whitespace precedes on this line.
    is_start: bool,
}

impl<'o> WithoutCommands<'o> {
    /// Creates a writer to `out`.
    pub fn new(out: &'o mut dyn Write, syntax: Syntax) -> Self {
        Self {
            out,
            syntax,
            pending: Vec::new(),
            is_start: true,
        }
    }

    /// Writes what was held back.
    ///
    /// # Errors
    ///
    /// Returns the error of the underlying writer.
    pub fn finish(mut self) -> io::Result<()> {
        self.release()
    }

    fn release(&mut self) -> io::Result<()> {
        self.out.write_all(&self.pending)?;
        self.pending.clear();
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        match (self.pending.as_slice(), byte) {
            ([b':'], b':') => {
                self.pending.clear();
                self.out.write_all(self.syntax.colon())?;
                self.out.write_all(b":")?;
            }
            ([b'#'], b'#') => self.pending.push(byte),
            ([b'#', b'#', name @ ..], _)
                if byte.is_ascii_alphanumeric() && name.len() < MAX_NAME =>
            {
                self.pending.push(byte);
            }
            ([b'#', b'#', name @ ..], b'[') => {
                self.out.write_all(b"#")?;
                self.out.write_all(self.syntax.hash())?;
                self.out.write_all(name)?;
                self.out.write_all(b"[")?;
                self.pending.clear();
            }
            ([b'#', b'#'], b'#') => self.out.write_all(b"#")?,
            ([], b':') if self.is_start => self.pending.push(byte),
            ([], b'#') => self.pending.push(byte),
            ([], _) => self.out.write_all(&[byte])?,
            _ => {
                self.release()?;
                self.is_start = false;
                return self.byte(byte);
            }
        }
        // Letters of other scripts may be spaces.
        let is_space = byte <= b' ' || !byte.is_ascii();
        self.is_start =
            matches!(byte, b'\n' | b'\r') || (self.is_start && (is_space || self.pending == b":"));
        Ok(())
    }
}

impl Write for WithoutCommands<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            let mut plain = 0;
            if self.pending.is_empty() && !self.is_start {
                // Most of what is written has none of these.
                let next = memchr::memchr3(b'#', b'\n', b'\r', rest);
                plain = next.unwrap_or(rest.len());
                self.out.write_all(&rest[..plain])?;
            }
            if plain == 0 {
                self.byte(byte)?;
                plain = 1;
            }
            rest = &rest[plain..];
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Returns text for people in which nothing is a command.
#[must_use]
pub fn without_commands(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut writer = WithoutCommands::new(&mut out, Syntax::Text);
    // Writing to memory cannot fail.
    let _ = writer.write_all(text.as_bytes());
    let _ = writer.finish();
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_and_nothing_else_is() {
        for (text, expected) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n \t::error::x\n", "a\n \t\\u{3a}:error::x\n"),
            ("a\r::x::", "a\r\\u{3a}:x::"),
            ("\u{a0}\u{3000}::x::", "\u{a0}\u{3000}\\u{3a}:x::"),
            (":::x::", "\\u{3a}::x::"),
            ("a ::x::", "a ::x::"),
            ("+::x::", "+::x::"),
            (": a\n:\n:b", ": a\n:\n:b"),
            ("a ##[error]b", "a #\\u{23}[error]b"),
            ("###[x]", "##\\u{23}[x]"),
            ("##vso[task.x]##[y]", "#\\u{23}vso[task.x]#\\u{23}[y]"),
            ("##teamcity[x]", "#\\u{23}teamcity[x]"),
            ("## Why [x] # y ##\n##", "## Why [x] # y ##\n##"),
            (
                "#[derive] ##a#[b] ##a##[b]",
                "#[derive] ##a#[b] ##a#\\u{23}[b]",
            ),
            ("##::x::\n#\n::y::", "##::x::\n#\n\\u{3a}:y::"),
        ] {
            assert_eq!(without_commands(text), expected, "{text}");
        }
        let long = format!("##{}[", "a".repeat(40));
        assert_eq!(without_commands(&long), long);
    }

    #[test]
    fn what_is_split_between_writes_is_found() {
        for (syntax, expected) in [
            (Syntax::Json, "\"::x #\\u0023vso[x]\""),
            (Syntax::Xml, "\"::x #&#35;vso[x]\""),
        ] {
            let mut out = Vec::new();
            let mut writer = WithoutCommands::new(&mut out, syntax);
            for byte in "\"::x ##vso[x]\"".bytes() {
                writer.write_all(&[byte]).unwrap();
            }
            writer.finish().unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let mut out = Vec::new();
        let mut writer = WithoutCommands::new(&mut out, Syntax::Json);
        writer.write_all(b"::x::\n::y::").unwrap();
        writer.finish().unwrap();
        assert_eq!(out, b"::x::\n::y::");
    }
}

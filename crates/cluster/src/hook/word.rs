//! A word of a shell script, before expansion.

/// A word before expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal {
        text: String,
        quoted: bool,
    },
    Variable {
        name: String,
        default: Option<DefaultValue>,
        quoted: bool,
    },
    /// `$(…)`, a glob, arithmetic: anything with an unknown result.
    Unknown,
    /// An expansion that can end the shell (`${X:?}`, an arithmetic error, or syntax that only some shells support) or
    /// send it a signal (`$$`, a substitution that contains `kill`).
    Dangerous,
}

/// `${X:-text}` or `${X-text}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DefaultValue {
    pub(super) text: String,
    /// Whether the default also applies to an empty variable (the form with a colon).
    pub(super) if_empty: bool,
}

impl Word {
    /// Text of a word without quotes and expansions; only such a word can be a keyword.
    pub(super) fn bare(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [
                Piece::Literal {
                    text,
                    quoted: false,
                },
            ] => Some(text),
            _ => None,
        }
    }

    /// Name in `NAME=…`.
    pub(super) fn assigned_name(&self) -> Option<&str> {
        let Some(Piece::Literal {
            text,
            quoted: false,
        }) = self.pieces.first()
        else {
            return None;
        };
        let name = text.split_once('=')?.0;
        is_name(name).then_some(name)
    }

    /// Whether the word may expand to the process ID of a process that the script depends on.
    pub(super) fn names_shell(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Dangerous => true,
            Piece::Variable { name, .. } => name == "PPID",
            Piece::Literal { .. } | Piece::Unknown => false,
        })
    }

    /// Whether the literal parts of the word contain `text`.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Literal { text: own, .. } if own.contains(text)))
    }

    /// Appends a literal character.
    pub(super) fn literal(&mut self, c: char, quoted: bool) {
        match self.pieces.last_mut() {
            Some(Piece::Literal { text, quoted: same }) if *same == quoted => text.push(c),
            _ => self.pieces.push(Piece::Literal {
                text: c.to_string(),
                quoted,
            }),
        }
    }
}

pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Parses the content of `${…}`.
pub(super) fn braced(inner: &str, quoted: bool) -> Piece {
    let end = inner
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    if inner.contains("kill") || rest.starts_with(":?") || rest.starts_with('?') {
        return Piece::Dangerous;
    }
    let length = inner.strip_prefix('#').is_some_and(is_name);
    let (rest, if_empty) = match rest.strip_prefix(':') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let default = match rest.strip_prefix('-') {
        Some(text) if text.contains(['$', '`', '\\', '"', '\'', '*', '?', '[', '~', '{']) => {
            return Piece::Unknown;
        }
        Some(text) => Some(DefaultValue {
            text: text.to_owned(),
            if_empty,
        }),
        None if rest.is_empty() && !if_empty => None,
        None if length || rest.starts_with(['+', '=']) => return Piece::Unknown,
        None if rest.starts_with(['%', '#']) && !if_empty => return Piece::Unknown,
        None => return Piece::Dangerous,
    };
    if !is_name(name) {
        return Piece::Unknown;
    }
    Piece::Variable {
        name: name.to_owned(),
        default,
        quoted,
    }
}

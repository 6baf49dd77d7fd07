//! Names, labels and ports.

use super::{Of, Walk};
use crate::field::{NameKind, Validation};
use crate::problem::ProblemKind;
use podwright_model::name::{
    NameError, NameErrorKind, dns_label, dns_subdomain, label_value, qualified_name,
};
use podwright_syntax::{Entry, Scalar};

impl<'a> Walk<'a> {
    /// Checks the key and value of a label, or the key of an annotation.
    pub(super) fn label(&mut self, entry: Entry, of: Of<'a>) {
        let key = self.tree.key_text(entry.key);
        let wrong = match of.check {
            Validation::Labels => qualified_name(&key),
            // The API server converts annotation keys to lowercase before it validates them.
            Validation::Annotations => qualified_name(&key.to_lowercase()),
            _ => return,
        };
        if let Err(error) = wrong
            && !self.is_unknown(&key)
        {
            self.add(entry.key, of, ProblemKind::LabelKey(error));
        }
        let Scalar::Str(value) = self.tree.scalar(entry.value) else {
            return;
        };
        if of.check == Validation::Labels
            && let Err(error) = label_value(&value)
            && !self.is_unknown(&value)
        {
            let node = self.tree.resolve(entry.value);
            self.add(node, of, ProblemKind::LabelValue(error));
        }
    }

    /// Checks a string in a field that takes a name.
    pub(super) fn name(&self, text: &str, of: Of<'a>) -> Option<ProblemKind<'a>> {
        let (kind, may_be_empty) = match of.check {
            Validation::Name(kind) => (kind, true),
            Validation::Port(may_be_empty) => (NameKind::Port, may_be_empty),
            _ => return None,
        };
        if (text.is_empty() && may_be_empty) || self.is_unknown(text) {
            return None;
        }
        let error = match kind {
            NameKind::Label => dns_label(text),
            NameKind::Subdomain => dns_subdomain(text),
            NameKind::Qualified => qualified_name(text),
            NameKind::Port => port_name(text),
            NameKind::Header => only(text, |c| c.is_ascii_alphanumeric() || c == '-'),
            NameKind::Key => config_key(text),
            NameKind::Variable => only(text, |c| matches!(c, ' '..='~') && c != '='),
        };
        error.err().map(|error| ProblemKind::NotName(kind, error))
    }
}

/// Whether the API server takes the text for the name of a port.
#[must_use]
pub fn is_port_name(text: &str) -> bool {
    port_name(text).is_ok()
}

/// `IsValidPortName`: lowercase letters, digits and single inner `-`, at least one letter, at most 15 characters.
fn port_name(text: &str) -> Result<(), NameError> {
    dns_label(text)?;
    let whole = |kind| {
        Err(NameError {
            at: 0..text.len(),
            kind,
        })
    };
    if text.len() > 15 {
        return whole(NameErrorKind::TooLong(15));
    }
    if let Some(at) = text.find("--") {
        return Err(NameError {
            at: at..at + 2,
            kind: NameErrorKind::Character('-'),
        });
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        return whole(NameErrorKind::NoLetter);
    }
    Ok(())
}

/// `IsConfigMapKey`: letters, digits, `-`, `_` and `.`, at most 253 characters, and no path that leaves its directory.
fn config_key(text: &str) -> Result<(), NameError> {
    only(text, |c| c.is_ascii_alphanumeric() || "-_.".contains(c))?;
    let wrong = |at, kind| Err(NameError { at, kind });
    if text.len() > 253 {
        return wrong(0..text.len(), NameErrorKind::TooLong(253));
    }
    if text == "." || text.starts_with("..") {
        return wrong(0..text.len().min(2), NameErrorKind::Edge('.'));
    }
    Ok(())
}

/// Checks that every character of the string is allowed.
fn only(text: &str, is_right: impl Fn(char) -> bool) -> Result<(), NameError> {
    match text.char_indices().find(|(_, c)| !is_right(*c)) {
        Some((at, c)) => Err(NameError {
            at: at..at + c.len_utf8(),
            kind: NameErrorKind::Character(c),
        }),
        None => Ok(()),
    }
}

//! Names, labels and ports.

use super::{Of, Walk};
use crate::model::name::{
    NameError, NameErrorKind, dns_label, dns_subdomain, label_value, qualified_name,
};
use crate::schema::{Check, NameKind, ProblemKind};
use crate::syntax::{Entry, Scalar};

impl<'a> Walk<'a> {
    /// The key and the value of a label, or the key of an annotation.
    pub(super) fn label(&mut self, entry: Entry, of: Of<'a>) {
        let key = self.tree.key_text(entry.key);
        let wrong = match of.check {
            Check::Labels => qualified_name(&key),
            // The API server makes the letters small before it looks at them.
            Check::Annotations => qualified_name(&key.to_lowercase()),
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
        if of.check == Check::Labels
            && let Err(error) = label_value(&value)
            && !self.is_unknown(&value)
        {
            let node = self.tree.resolve(entry.value);
            self.add(node, of, ProblemKind::LabelValue(error));
        }
    }

    /// A text where a name of some kind belongs.
    pub(super) fn name(&self, text: &str, of: Of<'a>) -> Option<ProblemKind<'a>> {
        let (kind, may_be_empty) = match of.check {
            Check::Name(kind) => (kind, true),
            Check::Port(may_be_empty) => (NameKind::Port, may_be_empty),
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
            NameKind::Header => header(text),
        };
        error.err().map(|error| ProblemKind::NotName(kind, error))
    }
}

/// `IsValidPortName`: small letters, digits and single inner `-`, a letter among them, 15 characters at most.
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

/// `IsHTTPHeaderName`: letters, digits and `-`.
fn header(text: &str) -> Result<(), NameError> {
    let is_wrong = |c: &(usize, char)| !c.1.is_ascii_alphanumeric() && c.1 != '-';
    match text.char_indices().find(is_wrong) {
        Some((at, c)) => Err(NameError {
            at: at..at + c.len_utf8(),
            kind: NameErrorKind::Character(c),
        }),
        None => Ok(()),
    }
}

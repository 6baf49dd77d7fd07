use std::fmt;

use super::Finding;

/// Identity of a finding for SARIF and baselines. It does not change when lines move, files are reformatted, or the
/// wording of a message changes.
///
/// 64-bit FNV-1a hash over rule, object and field. It is computed here because the standard library's hasher is not
/// guaranteed to be stable. Findings of a file may share it; reports and baselines then count them in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Finding {
    /// Fingerprint of the finding. Never depends on a message, because it may quote a value.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Fnv1a(0xcbf2_9ce4_8422_2325);
        hash.part(self.rule);
        if let Some(object) = &self.object {
            hash.part(&object.api_version);
            hash.part(&object.kind);
            hash.part(object.namespace.as_deref().unwrap_or(""));
            hash.part(&object.name);
        }
        hash.part(self.field.as_deref().unwrap_or(""));
        Fingerprint(hash.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

struct Fnv1a(u64);

impl Fnv1a {
    /// Adds one part and a separator, so that `ab`, `c` and `a`, `bc` differ.
    fn part(&mut self, text: &str) {
        for &byte in text.as_bytes().iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use podwright_syntax::text::{FileId, Location, Span};

    fn finding(rule: &'static str, field: Option<&str>, at: u32, message: &str) -> Finding {
        let place = Location {
            file: FileId(0),
            span: Span::at(at),
        };
        let mut finding = Finding::new(rule, Severity::Error, place, message);
        finding.field = field.map(str::to_owned);
        finding
    }

    #[test]
    fn depends_on_rule_and_field_and_not_on_position_and_wording() {
        let one = finding("a-rule", Some("spec.a"), 3, "one wording").fingerprint();
        assert_eq!(one.to_string().len(), 16);
        let same = finding("a-rule", Some("spec.a"), 90, "another").fingerprint();
        assert_eq!(one, same);
        for other in [
            finding("a-rule", Some("spec.b"), 3, "one wording"),
            finding("a-rule", None, 3, "one wording"),
            finding("a-rul", Some("especs.a"), 3, "one wording"),
        ] {
            assert_ne!(one, other.fingerprint());
        }
    }
}

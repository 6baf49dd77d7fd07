use std::fmt;

use super::ObjectReference;

/// Identity of a finding for SARIF and baselines. It does not change when lines move or files are reformatted.
///
/// 64-bit FNV-1a hash over rule, object, field and a value. It is computed here because the standard library's hasher
/// is not guaranteed to be stable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Fingerprint of a finding of `rule` about `object` at `field`, for the text `value`.
    ///
    /// The caller must not pass a credential as `value`.
    #[must_use]
    pub fn new(
        rule: &str,
        object: Option<&ObjectReference>,
        field: Option<&str>,
        value: &str,
    ) -> Self {
        let mut hash = Fnv1a::default();
        hash.part(rule);
        if let Some(object) = object {
            hash.part(&object.api_version);
            hash.part(&object.kind);
            hash.part(object.namespace.as_deref().unwrap_or(""));
            hash.part(&object.name);
        }
        hash.part(field.unwrap_or(""));
        hash.part(value);
        Self(hash.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv1a {
    /// Adds one part and a separator, so that `ab`, `c` and `a`, `bc` differ.
    fn part(&mut self, text: &str) {
        for &byte in text.as_bytes().iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

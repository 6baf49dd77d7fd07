use std::sync::atomic::{AtomicU16, Ordering};

/// A hook of [`super::Check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they have the names of the hooks")]
pub enum Hook {
    File,
    Object,
    Pod,
    Container,
    Image,
    Hook,
    Secret,
    DockerConfig,
    RuntimeConfig,
    ServiceAccount,
    Problem,
    RuntimeClass,
}

/// The hooks that a rule does not have, as far as it was asked: most rules have one, and a run of thousands of files
/// need not ask each of them at each.
#[derive(Debug, Default)]
pub struct Passed(AtomicU16);

impl Passed {
    /// Whether the rule has no such hook; `false` as long as nobody has asked.
    #[must_use]
    pub fn has(&self, hook: Hook) -> bool {
        self.0.load(Ordering::Relaxed) & (1 << hook as u16) != 0
    }

    /// Notes that the rule has no such hook.
    pub fn note(&self, hook: Hook) {
        self.0.fetch_or(1 << hook as u16, Ordering::Relaxed);
    }
}

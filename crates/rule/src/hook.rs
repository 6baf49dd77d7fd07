use std::sync::atomic::{AtomicU16, Ordering};

/// Hook of [`super::Rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants are named after the hooks")]
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

/// Hooks that a rule is known to lack. Most rules have only one hook, so skipping the others saves calls in runs over
/// thousands of files.
#[derive(Debug, Default)]
pub struct Passed(AtomicU16);

impl Passed {
    /// Whether the rule is known to lack the hook; `false` until the hook was called once.
    #[must_use]
    pub fn has(&self, hook: Hook) -> bool {
        self.0.load(Ordering::Relaxed) & (1 << hook as u16) != 0
    }

    /// Records that the rule lacks the hook.
    pub fn note(&self, hook: Hook) {
        self.0.fetch_or(1 << hook as u16, Ordering::Relaxed);
    }
}

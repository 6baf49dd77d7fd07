//! Floor 1: what a rule says, and where. A finding owns everything and borrows nothing.

mod fingerprint;
mod fix;

use serde::{Deserialize, Serialize};

pub use fingerprint::Fingerprint;
pub use fix::{Edit, Fix, Safety};

use crate::text::{Place, shortened};

/// Longer than this, in bytes, no text of a finding is: one that quotes a value of megabytes helps nobody.
const LONGEST_TEXT: usize = 4_000;

/// How sure podwright is that something is wrong.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Advice.
    #[default]
    Info,
    /// Very likely wrong.
    Warning,
    /// The cluster will certainly reject it, or it will certainly fail.
    Error,
}

impl Level {
    /// The level in lower case, as it is shown and configured.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// A few words; empty where the place alone says enough.
    pub message: String,
}

/// The Kubernetes object that a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// `apiVersion` as written, empty if absent.
    pub api_version: String,
    /// `kind` as written, empty if absent.
    pub kind: String,
    /// The namespace, where it is known.
    pub namespace: Option<String>,
    /// `metadata.name`, or `metadata.generateName` with a `*` behind it; empty if absent.
    pub name: String,
}

/// One thing that is wrong, at one place.
///
/// The value of a credential never stands in any of these texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// The level, after configuration.
    pub level: Level,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The place that is wrong.
    pub primary: Label,
    /// Other places that explain it, in other files too.
    pub related: Vec<Label>,
    /// Why it matters, in the cluster's own terms.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The object that it is about; `None` for the text layer and for files that hold no objects.
    pub object: Option<ObjectReference>,
    /// The path of the field in the object: `spec.containers[0].image`.
    pub field: Option<String>,
    /// Ways to repair it.
    pub fixes: Vec<Fix>,
    /// Stable when lines move.
    pub fingerprint: Fingerprint,
}

impl Finding {
    /// A finding of which no more is said than what is wrong, and where.
    #[must_use]
    pub fn new(
        rule: &'static str,
        level: Level,
        place: Place,
        message: impl Into<String>,
        fingerprint: Fingerprint,
    ) -> Self {
        Self {
            rule,
            level,
            message: of_bearable_length(message.into()),
            primary: Label {
                place,
                message: String::new(),
            },
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            object: None,
            field: None,
            fixes: Vec::new(),
            fingerprint,
        }
    }

    /// Adds a sentence that says why it matters.
    pub fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.notes.push(of_bearable_length(note.into()));
        self
    }

    /// Sets the sentence that says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(of_bearable_length(help.into()));
        self
    }

    /// Lowers the level to `level`, where it is higher: for what is less certain here than elsewhere.
    pub fn at_most(&mut self, level: Level) -> &mut Self {
        self.level = self.level.min(level);
        self
    }

    /// Sets the few words at the primary place.
    pub fn label(&mut self, message: impl Into<String>) -> &mut Self {
        self.primary.message = of_bearable_length(message.into());
        self
    }

    /// Adds another place that explains the finding.
    pub fn related(&mut self, place: Place, message: impl Into<String>) -> &mut Self {
        self.related.push(Label {
            place,
            message: of_bearable_length(message.into()),
        });
        self
    }

    /// Adds a way to repair it.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }
}

fn of_bearable_length(text: String) -> String {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    shortened(&text, LONGEST_TEXT).into_owned()
}

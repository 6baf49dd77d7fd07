//! A rule's report and its location. A finding owns all of its data.

mod fingerprint;
mod fix;

use serde::{Deserialize, Serialize};

pub use fingerprint::Fingerprint;
pub use fix::{Applicability, Edit, Fix};
pub use podwright_cluster::workspace::ObjectReference;

use podwright_syntax::text::{FileId, Location, shortened};

/// Maximum length of a text in a finding, in bytes. Quoting a value of megabytes helps no one.
const MAX_TEXT_LENGTH: usize = 4_000;

/// Severity of a finding.
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
pub enum Severity {
    /// Advice.
    #[default]
    Info,
    /// Very likely wrong.
    Warning,
    /// Certainly wrong: the cluster rejects it, or it fails.
    Error,
}

impl Severity {
    /// Name of the level in lowercase, as displayed and configured.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Location with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The location.
    pub place: Location,
    /// Short message; empty if the location says enough.
    pub message: String,
}

/// One problem at one location.
///
/// None of the texts contains the value of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// Level after applying the configuration.
    pub level: Severity,
    /// What is wrong, without a full stop.
    pub message: String,
    /// Location of the problem.
    pub primary: Label,
    /// Other locations that explain the problem, possibly in other files.
    pub related: Vec<Label>,
    /// What the cluster does, and why it matters.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// Object that the finding is about; `None` for findings on the source text and in files without objects.
    pub object: Option<ObjectReference>,
    /// Path of the field in the object: `spec.containers[0].image`.
    pub field: Option<String>,
    /// Available fixes.
    pub fixes: Vec<Fix>,
    /// Renders in which the finding holds, by [`Render::id`]; empty if it was found outside of a render.
    ///
    /// [`Render::id`]: podwright_cluster::workspace::Render::id
    pub builds: Vec<FileId>,
}

impl Finding {
    /// Creates a finding with a message and a location only.
    #[must_use]
    pub fn new(
        rule: &'static str,
        level: Severity,
        place: Location,
        message: impl Into<String>,
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
            builds: Vec::new(),
        }
    }

    /// Adds a note that says why the problem matters.
    pub fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.notes.push(of_bearable_length(note.into()));
        self
    }

    /// Sets the help text that says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(of_bearable_length(help.into()));
        self
    }

    /// Lowers the level to at most `level`, for cases that are less certain than usual.
    pub fn at_most(&mut self, level: Severity) -> &mut Self {
        self.level = self.level.min(level);
        self
    }

    /// Sets the message at the primary location.
    pub fn label(&mut self, message: impl Into<String>) -> &mut Self {
        self.primary.message = of_bearable_length(message.into());
        self
    }

    /// Adds another location that explains the finding.
    pub fn related(&mut self, place: Location, message: impl Into<String>) -> &mut Self {
        self.related.push(Label {
            place,
            message: of_bearable_length(message.into()),
        });
        self
    }

    /// Adds a fix, if there is one.
    pub fn fix(&mut self, fix: impl Into<Option<Fix>>) -> &mut Self {
        self.fixes.extend(fix.into());
        self
    }
}

fn of_bearable_length(text: String) -> String {
    if text.len() <= MAX_TEXT_LENGTH {
        return text;
    }
    shortened(&text, MAX_TEXT_LENGTH).into_owned()
}

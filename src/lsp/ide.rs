//! Editor queries about a position in a file. Takes offsets and returns plain data, independent of a
//! protocol.
//!
//! Each answer is a small function that takes a [`Cursor`]; hovers are listed in [`hover`].

mod answer;
pub mod chart;
mod completion;
mod cursor;
mod definition;
mod environment;
mod explain;
mod field;
mod hint;
mod hover;
mod kustomization;
mod pulling;
mod rename;
mod rendered;
mod rule_page;
mod runtime;
mod show_rendered;
#[cfg(test)]
mod tests;

pub use answer::{Completion, CompletionKind, Completions, Hover};
pub use chart::{Chart, ChartCursor};
pub use completion::completions;
pub use cursor::Cursor;
pub use definition::{definitions, references};
pub use explain::{Explained, explain};
pub use hint::{Hint, HintKind, hints};
pub use hover::hover;
pub use rename::{ObjectRename, object_rename};
pub use rule_page::rule_page;
pub use show_rendered::{Lens, Shown, lenses, show};

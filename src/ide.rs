//! Floor 10: what an editor asks about a place in a file. Offsets go in and plain data comes out; it knows no
//! protocol.
//!
//! An answer is one small function over a [`Cursor`]; the ones to hovers stand in a list in [`hover`].

mod completion;
mod cursor;
mod definition;
mod environment;
mod field;
mod hint;
mod hover;
mod pulling;
mod rule_page;
mod runtime;
#[cfg(test)]
mod tests;

pub use completion::{Completion, CompletionKind, Completions, completions};
pub use cursor::Cursor;
pub use definition::{definitions, references};
pub use hint::{Hint, HintKind, hints};
pub use hover::{Hover, hover};
pub use rule_page::rule_page;

//! Layer 0: text, spans and positions. Independent of YAML.

mod column;
mod credentials;
mod decode;
mod position;
mod shortened;
mod source;
mod span;
mod suggest;

pub use column::ColumnUnit;
pub use credentials::{Credentials, is_distinctive};
pub use decode::{Decoded, TextProblem, TextProblemKind, decode};
pub use position::{LineIndex, Position};
pub use shortened::shortened;
pub use source::{Concealed, FileId, ShownSpan, Source};
pub use span::{Location, Span};
pub use suggest::{did_you_mean, distance};

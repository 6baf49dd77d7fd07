//! Text, spans and positions. Independent of YAML.

mod base64;
mod column;
mod decode;
mod position;
mod shared;
mod shortened;
mod source;
mod span;
mod suggest;

pub use base64::{Base64Error, Padding, decode_base64};
pub use column::ColumnUnit;
pub use decode::{Decoded, TextProblem, TextProblemKind, decode};
pub use position::{LineIndex, Position};
pub use shared::SharedText;
pub use shortened::shortened;
pub use source::{REDACTED, Redacted, Source};
pub use span::{FileId, Location, Span};
pub use suggest::{Nearest, did_you_mean, distance, is_typo, is_within, nearest};

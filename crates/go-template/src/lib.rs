//! Go's `text/template`, with the origin of every byte that it writes.
//!
//! Parsing and execution follow Go 1.26 function by function, errors included. Values know where they are written, and
//! texts where each of their bytes comes from. The host brings its own functions and objects; nothing here knows Helm.
//! Templates may be hostile: nesting, steps and memory have limits.

mod builtin;
pub mod duration;
mod error;
mod exec;
mod function;
mod lex;
mod node;
mod number;
mod object;
mod parse;
mod print;
mod quote;
mod template;
pub mod text;
mod value;

pub use builtin::{equal, is_less};
pub use error::{Error, ErrorKind};
pub use exec::{Executor, Limits, MissingKey};
pub use function::{Call, Code, Failure, Function, Functions, Signature, Type};
pub use node::{Branch, Command, Node, Operand, OperandKind, Pipe, TemplateCall, Tree};
pub use number::{Number, parse_float, parse_int};
pub use object::{Field, Object, ObjectKind};
pub use parse::parse;
pub use print::{format_float, printed, quoted_text, sprint, sprintf, sprintln};
pub use quote::quoted;
pub use template::Templates;
pub use value::{Data, Entries, IntType, Key, List, ListKind, Map, MapKind, Value, places};

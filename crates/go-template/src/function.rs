//! Functions of the host.

use std::any::Any;
use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;
use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind};
use crate::value::{Data, Value, places};

/// Type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`: as `interface {}`, but messages name the type of the value.
    Reflect,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `float64`
    Float,
    /// `string`
    String,
    /// `map[string]interface {}`
    Map,
    /// `[]byte`
    Bytes,
    /// An object of the host, with the name of its type.
    Object(&'static str),
}

impl Type {
    /// Name of the type in Go.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Float => "float64",
            Self::String => "string",
            Self::Map => "map[string]interface {}",
            Self::Bytes => "[]uint8",
            Self::Object(name) => name,
        }
    }

    /// Whether nil is one (`canBeNil`).
    pub(crate) fn can_be_nil(self) -> bool {
        match self {
            Self::Any | Self::Reflect | Self::Map | Self::Bytes => true,
            Self::Object(name) => name.starts_with('*'),
            _ => false,
        }
    }
}

/// Parameters of a function or method.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Types of the parameters.
    pub parameters: &'static [Type],
    /// Type of further parameters, if there may be any.
    pub variadic: Option<Type>,
}

/// Code of a function. It gets as many arguments as its signature says, each of the type that it says.
pub type Code = fn(&mut Call<'_>, Vec<Value>) -> Result<Value, Failure>;

/// A function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its parameters.
    pub signature: Signature,
    /// What it does.
    pub code: Code,
    /// Whether it looks at all that its arguments contain. Its work is limited by the size of these.
    pub is_deep: bool,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.signature.fmt(f)
    }
}

impl Function {
    /// A function with a fixed number of parameters.
    #[must_use]
    pub const fn new(parameters: &'static [Type], code: Code) -> Self {
        Self {
            signature: Signature {
                parameters,
                variadic: None,
            },
            code,
            is_deep: false,
        }
    }

    /// The same function, if it looks at all that its arguments contain.
    #[must_use]
    pub const fn deep(self) -> Self {
        Self {
            is_deep: true,
            ..self
        }
    }

    /// A function with further parameters of one type.
    #[must_use]
    pub const fn variadic(parameters: &'static [Type], further: Type, code: Code) -> Self {
        Self {
            signature: Signature {
                parameters,
                variadic: Some(further),
            },
            code,
            is_deep: false,
        }
    }
}

/// The functions that templates can call, by name.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    by_name: FxHashMap<&'static str, (Function, bool)>,
}

impl Functions {
    /// The functions of `text/template` itself.
    #[must_use]
    pub fn builtin() -> Self {
        let mut functions = Self::default();
        let builtin = crate::builtin::FUNCTIONS.iter();
        functions
            .by_name
            .extend(builtin.map(|&(name, function)| (name, (function, true))));
        functions
    }

    /// Adds functions, or replaces those of the same name.
    pub fn extend(&mut self, functions: &[(&'static str, Function)]) {
        let functions = functions.iter();
        self.by_name
            .extend(functions.map(|&(name, function)| (name, (function, false))));
    }

    /// The function of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.by_name.get(name).map(|(function, _)| function)
    }

    /// Whether the function of this name is one of `text/template` itself.
    pub(crate) fn is_builtin(&self, name: &str) -> bool {
        self.by_name
            .get(name)
            .is_some_and(|(_, is_builtin)| *is_builtin)
    }

    /// Whether there is a function of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// All names, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.by_name.keys().copied()
    }
}

/// Why a function fails.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Its own error.
    Message(String),
    /// Its own error, whose message quotes another one.
    Nested(String, Box<Error>),
    /// A limit was reached, which ends the execution.
    Limit(String),
}

impl Failure {
    /// An error with a message.
    #[must_use]
    pub fn message(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind {
            ErrorKind::Limit => Self::Limit(error.message),
            _ => Self::Nested(String::new(), Box::new(error)),
        }
    }
}

/// What executes templates.
pub(crate) trait Machine {
    fn host(&self) -> &dyn Any;
    fn allocate(&mut self, bytes: usize) -> Result<(), String>;
    fn include(&mut self, name: &str, dot: Value) -> Result<Text, Error>;
    fn parse_and_execute(
        &mut self,
        name: &str,
        text: &Arc<Text>,
        dot: Value,
    ) -> Result<Text, Error>;
}

/// The call of a function: where it is, and what executes it.
pub struct Call<'c> {
    pub(crate) machine: &'c mut dyn Machine,
    pub(crate) place: Option<Location>,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Call<'_> {
    /// Where the call is written.
    #[must_use]
    pub fn place(&self) -> Option<Location> {
        self.place
    }

    /// The state of the host, if it is of this type.
    #[must_use]
    pub fn host<T: Any>(&self) -> Option<&T> {
        self.machine.host().downcast_ref()
    }

    /// Origin of what was computed from these arguments.
    #[must_use]
    pub fn origin<'v>(&self, arguments: impl IntoIterator<Item = &'v Value>) -> Origin {
        let mut from: Vec<Location> = Vec::new();
        for place in arguments.into_iter().flat_map(Value::places) {
            if !from.contains(&place) {
                from.push(place);
            }
        }
        self.made(from)
    }

    fn made(&self, mut from: Vec<Location>) -> Origin {
        match self.place {
            Some(by) => Origin::Made {
                by,
                from: from.into(),
            },
            None if from.is_empty() => Origin::Nowhere,
            None => {
                let by = from.remove(0);
                Origin::Made {
                    by,
                    from: from.into(),
                }
            }
        }
    }

    /// A string that was computed from these arguments.
    #[must_use]
    pub fn string<'v>(
        &self,
        string: impl Into<String>,
        arguments: impl IntoIterator<Item = &'v Value>,
    ) -> Value {
        Value::text(Text::new(string, self.origin(arguments)))
    }

    /// A string that was computed from this text.
    #[must_use]
    pub fn derived(&self, string: impl Into<String>, text: &Text) -> Text {
        Text::new(string, self.made(places(text)))
    }

    /// Data that was computed from these arguments.
    #[must_use]
    pub fn value<'v>(&self, data: Data, arguments: impl IntoIterator<Item = &'v Value>) -> Value {
        Value::new(data, self.origin(arguments))
    }

    /// Counts memory that a result takes.
    ///
    /// # Errors
    ///
    /// Returns [`Failure::Limit`] if the execution has taken too much.
    pub fn allocate(&mut self, bytes: usize) -> Result<(), Failure> {
        self.machine.allocate(bytes).map_err(Failure::Limit)
    }

    /// Executes a template of the set.
    ///
    /// # Errors
    ///
    /// Returns the error of the template, or that the template does not exist.
    pub fn execute(&mut self, name: &str, dot: Value) -> Result<Text, Failure> {
        Ok(self.machine.include(name, dot)?)
    }

    /// Parses a text with the templates of the set, and executes it. What it defines is visible in it only.
    ///
    /// # Errors
    ///
    /// `Err(Ok(error))` is an error of the parser, `Err(Err(error))` one of the execution.
    pub fn evaluate(
        &mut self,
        name: &str,
        text: &Arc<Text>,
        dot: Value,
    ) -> Result<Text, Result<Box<Error>, Failure>> {
        match self.machine.parse_and_execute(name, text, dot) {
            Ok(text) => Ok(text),
            Err(error) => match error.kind {
                ErrorKind::Parse => Err(Ok(Box::new(error))),
                ErrorKind::Limit => Err(Err(Failure::Limit(error.message))),
                ErrorKind::Exec => Err(Err(Failure::Nested(String::new(), Box::new(error)))),
            },
        }
    }
}

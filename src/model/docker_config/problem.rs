use std::fmt;

use super::{AuthError, RegistryKey};
use crate::syntax::SyntaxErrorKind;
use crate::text::Span;

/// Something that makes the kubelet refuse the whole document, with every credential in it.
///
/// A node file is skipped then; a Pod whose pull Secret it is in cannot pull any image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerConfigProblem {
    /// What is wrong.
    pub kind: DockerConfigProblemKind,
    /// Where, in the text of the document's tree.
    pub span: Span,
    /// The way to the value, `auths["ghcr.io"].auth`; empty for the document itself. It holds no credential.
    pub json_path: String,
}

/// What is wrong with a docker configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DockerConfigProblemKind {
    /// The text is no JSON for Go's `encoding/json`.
    NotJson(SyntaxErrorKind),
    /// The document is a list, a text or a number.
    NotAnObject,
    /// `auths` is no object.
    AuthsNotAnObject,
    /// `HttpHeaders` is no object whose values are strings. Nothing reads it, but it is decoded.
    HttpHeaders,
    /// The entry of one registry is wrong.
    PoisonedEntry {
        /// The registry.
        registry: RegistryKey,
        /// Why.
        why: PoisonedEntry,
    },
}

/// Why the entry of a registry cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoisonedEntry {
    /// The entry is no object.
    NotAnObject,
    /// A field is no string.
    FieldNotAString(CredentialField),
    /// `auth` cannot be decoded.
    Auth(AuthError),
}

/// The fields of an entry that the kubelet reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialField {
    /// `username`
    Username,
    /// `password`
    Password,
    /// `email`
    Email,
    /// `auth`
    Auth,
}

impl CredentialField {
    /// The field's name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Password => "password",
            Self::Email => "email",
            Self::Auth => "auth",
        }
    }
}

impl fmt::Display for DockerConfigProblem {
    /// One sentence without a full stop. It names the registry and the way to the value, never the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DockerConfigProblemKind::NotJson(error) => {
                write!(
                    f,
                    "the docker configuration is not JSON: {}",
                    reason(*error)
                )
            }
            DockerConfigProblemKind::NotAnObject => {
                f.write_str("the docker configuration is not a JSON object")
            }
            DockerConfigProblemKind::AuthsNotAnObject => {
                write!(f, "`{}` is not an object", self.json_path)
            }
            DockerConfigProblemKind::HttpHeaders => {
                let what = match self.json_path.as_str() {
                    "HttpHeaders" => "an object of strings",
                    _ => "a string",
                };
                write!(f, "`{}` is not {what}", self.json_path)
            }
            DockerConfigProblemKind::PoisonedEntry { registry, why } => match why {
                PoisonedEntry::NotAnObject => {
                    write!(f, "the entry of `{registry}` is not an object")
                }
                PoisonedEntry::FieldNotAString(field) => {
                    write!(f, "`{}` of `{registry}` is not a string", field.name())
                }
                PoisonedEntry::Auth(AuthError::Base64(error)) => {
                    write!(f, "`auth` of `{registry}` is not base64: {error}")
                }
                PoisonedEntry::Auth(AuthError::Plain) => {
                    write!(
                        f,
                        "`auth` of `{registry}` is a user name and a password as they are, not their base64"
                    )
                }
                PoisonedEntry::Auth(AuthError::EncodedTwice) => {
                    write!(f, "`auth` of `{registry}` is encoded twice")
                }
                PoisonedEntry::Auth(AuthError::NoColon) => write!(
                    f,
                    "`auth` of `{registry}` has no `:` between a user name and a password when it is decoded"
                ),
            },
        }
    }
}

/// Why a text is no JSON, without any of its characters.
fn reason(error: SyntaxErrorKind) -> &'static str {
    match error {
        SyntaxErrorKind::ByteOrderMark => "it begins with a byte order mark",
        SyntaxErrorKind::JsonComment => "there is a comment in it",
        SyntaxErrorKind::TrailingComma => "a comma stands before a closing bracket",
        SyntaxErrorKind::TrailingText => "there is text behind it",
        SyntaxErrorKind::SingleQuotes => "a string is in single quotes",
        SyntaxErrorKind::UnquotedKey => "a key has no quotes",
        SyntaxErrorKind::MissingComma => "a comma is missing",
        SyntaxErrorKind::MissingColon => "a colon is missing",
        SyntaxErrorKind::MissingValue => "a value is missing",
        SyntaxErrorKind::UnclosedQuote => "a string is not closed",
        SyntaxErrorKind::UnclosedFlow => "a bracket is not closed",
        SyntaxErrorKind::Escape => "a `\\` escape is not one of JSON",
        SyntaxErrorKind::ControlCharacter => "there is a control character in it",
        _ => "its syntax is wrong",
    }
}

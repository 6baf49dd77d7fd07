use std::fmt;

use super::{AuthError, RegistryKey};
use podwright_syntax::SyntaxErrorKind;
use podwright_syntax::text::Span;

/// Problem that makes the kubelet reject the whole document, including all of its credentials.
///
/// The kubelet then skips a file on a node. A Pod that uses an image pull secret with it cannot pull any image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerConfigProblem {
    /// What is wrong.
    pub kind: DockerConfigProblemKind,
    /// Span in the text of the document's tree.
    pub span: Span,
    /// Path of the value, `auths["ghcr.io"].auth`; empty for the document itself. It contains no credential.
    pub json_path: String,
}

/// Kind of problem in a docker config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DockerConfigProblemKind {
    /// The text is not JSON for Go's `encoding/json`.
    NotJson(SyntaxErrorKind),
    /// The document is a list, a string or a number.
    NotAnObject,
    /// `auths` is not an object.
    AuthsNotAnObject,
    /// `HttpHeaders` is not an object of strings. It is decoded although the kubelet does not use it.
    HttpHeaders,
    /// The entry of one registry is invalid.
    PoisonedEntry {
        /// The registry.
        registry: RegistryKey,
        /// The reason.
        why: PoisonedEntry,
    },
}

/// Reason why the entry of a registry cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoisonedEntry {
    /// The entry is not an object.
    NotAnObject,
    /// A field is not a string.
    FieldNotAString(CredentialField),
    /// `auth` cannot be decoded.
    Auth(AuthError),
}

/// Fields of an entry that the kubelet reads.
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
    /// Name of the field in JSON.
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
    /// One sentence without a full stop. It includes the registry and the path of the value, never the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DockerConfigProblemKind::NotJson(error) => {
                write!(f, "docker config is not valid JSON: {}", reason(*error))
            }
            DockerConfigProblemKind::NotAnObject => {
                f.write_str("docker config is not a JSON object")
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
                    write!(f, "entry of `{registry}` is not an object")
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
                        "`auth` of `{registry}` is a user name and a password in plain text, not base64"
                    )
                }
                PoisonedEntry::Auth(AuthError::EncodedTwice) => {
                    write!(f, "`auth` of `{registry}` is encoded twice")
                }
                PoisonedEntry::Auth(AuthError::NoColon) => write!(
                    f,
                    "decoded `auth` of `{registry}` has no `:` between the user name and the password"
                ),
            },
        }
    }
}

/// Reason why a text is not JSON, without quoting it.
fn reason(error: SyntaxErrorKind) -> &'static str {
    match error {
        SyntaxErrorKind::ByteOrderMark => "it starts with a byte order mark",
        SyntaxErrorKind::JsonComment => "it contains a comment",
        SyntaxErrorKind::TrailingComma => "there is a comma before a closing bracket",
        SyntaxErrorKind::TrailingText => "there is text after the document",
        SyntaxErrorKind::SingleQuotes => "a string is in single quotes",
        SyntaxErrorKind::UnquotedKey => "a key is not quoted",
        SyntaxErrorKind::MissingComma => "a comma is missing",
        SyntaxErrorKind::MissingColon => "a colon is missing",
        SyntaxErrorKind::MissingValue => "a value is missing",
        SyntaxErrorKind::UnclosedQuote => "a string is not closed",
        SyntaxErrorKind::UnclosedFlow => "a bracket is not closed",
        SyntaxErrorKind::Escape => "it contains an invalid `\\` escape",
        SyntaxErrorKind::ControlCharacter => "it contains a control character",
        _ => "invalid syntax",
    }
}

use std::fmt;
use std::ops::Range;

use super::ImageReference;
use crate::KubernetesVersion;

/// Reason why a string is not an image reference, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageError {
    /// What is wrong.
    pub kind: ImageErrorKind,
    /// Invalid byte range, always on character boundaries; empty if something is missing.
    pub at: Range<usize>,
}

/// Kind of error in an image reference.
///
/// All of them result in the waiting reason `InvalidImageName`; the kubelet does not call the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageErrorKind {
    /// Empty string.
    Empty,
    /// Only whitespace.
    Blank,
    /// Whitespace or invisible characters before the reference.
    LeadingWhitespace,
    /// Whitespace or invisible characters after the reference.
    TrailingWhitespace,
    /// Whitespace or invisible characters within the reference.
    InnerWhitespace,
    /// `https://`, `docker://`, …
    Scheme,
    /// A character that is not ASCII.
    NonAscii(char),
    /// 64 hexadecimal digits: the ID of an image, which the grammar rejects as a name.
    BareIdentifier,
    /// Tag or digest without a name before it.
    MissingName,
    /// Uppercase letter in the repository.
    Uppercase,
    /// Character that is not allowed in a repository.
    NameCharacter(char),
    /// Path component that starts or ends with `.`, `_` or `-`.
    SeparatorAtEdge,
    /// Invalid sequence of separators: `..`, `___`, `_-`.
    RepeatedSeparator,
    /// `/` at the start.
    LeadingSlash,
    /// `/` at the end of the name.
    TrailingSlash,
    /// `//`.
    DoubleSlash,
    /// `:` in a path component other than the last.
    ColonInPath,
    /// Registry host that is not a valid host name.
    Host,
    /// Port of the registry host that is not a number.
    Port,
    /// `[…]` with content other than hexadecimal digits and colons.
    Ipv6,
    /// IPv6 host, which kubelets before 1.29 reject.
    Ipv6Unsupported,
    /// Name that exceeds the length limit of the version, in bytes.
    NameTooLong {
        /// Whether the limit applies to the path alone (since 1.32) or to host and path.
        path_only: bool,
        /// Actual length.
        length: usize,
    },
    /// `:` without a tag after it.
    EmptyTag,
    /// Tag that starts with `.` or `-`.
    TagStart,
    /// Character that is not allowed in a tag.
    TagCharacter(char),
    /// Tag with more than 128 characters.
    TagTooLong {
        /// Actual length.
        length: usize,
    },
    /// Second tag.
    SecondTag,
    /// `@` followed by something that is not a digest.
    NotADigest,
    /// Tag after the digest.
    DigestBeforeTag,
    /// Digest algorithm other than sha256, sha384 or sha512.
    DigestAlgorithm,
    /// One of the three algorithms in uppercase.
    DigestAlgorithmCase,
    /// Digest with the wrong number of hexadecimal digits.
    DigestLength {
        /// Number that the algorithm requires.
        expected: usize,
        /// Actual number.
        found: usize,
    },
    /// Uppercase hexadecimal digits.
    DigestCase,
    /// Character in the digest that is not a hexadecimal digit.
    DigestCharacter(char),
}

/// Category of an [`ImageErrorKind`]. Exactly one rule reports each category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageConcern {
    /// The image is missing.
    Missing,
    /// Whitespace or invisible characters.
    Whitespace,
    /// A URL instead of a name.
    Scheme,
    /// The digest.
    Digest,
    /// Name and tag.
    Grammar,
}

impl ImageErrorKind {
    /// Category of the error.
    #[must_use]
    pub const fn concern(self) -> ImageConcern {
        match self {
            Self::Empty => ImageConcern::Missing,
            Self::Blank
            | Self::LeadingWhitespace
            | Self::TrailingWhitespace
            | Self::InnerWhitespace => ImageConcern::Whitespace,
            Self::Scheme => ImageConcern::Scheme,
            Self::NotADigest
            | Self::DigestBeforeTag
            | Self::DigestAlgorithm
            | Self::DigestAlgorithmCase
            | Self::DigestLength { .. }
            | Self::DigestCase
            | Self::DigestCharacter(_) => ImageConcern::Digest,
            _ => ImageConcern::Grammar,
        }
    }
}

impl ImageError {
    pub(super) const fn new(kind: ImageErrorKind, at: Range<usize>) -> Self {
        Self { kind, at }
    }

    /// Suggested correction, if it does not depend on the author's intent. `text` is the string that was parsed.
    #[must_use]
    pub fn help(&self, text: &str) -> Option<String> {
        use ImageErrorKind as Kind;
        let there = text.get(self.at.clone()).unwrap_or("");
        Some(match self.kind {
            Kind::LeadingWhitespace | Kind::TrailingWhitespace | Kind::InnerWhitespace => {
                "remove the whitespace".to_owned()
            }
            Kind::Scheme => format!("remove `{there}`"),
            Kind::Uppercase => format!(
                "use lowercase, as registries do: `{}`",
                there.to_ascii_lowercase()
            ),
            Kind::TrailingSlash | Kind::LeadingSlash | Kind::DoubleSlash => {
                "remove the extra `/`".to_owned()
            }
            Kind::BareIdentifier => {
                format!("specify the repository, and use the ID as a digest: `NAME@sha256:{there}`")
            }
            Kind::EmptyTag => "add a tag, or remove the `:`".to_owned(),
            Kind::SecondTag => "keep only one tag".to_owned(),
            Kind::DigestBeforeTag => {
                "put the tag before the digest: `NAME:TAG@sha256:…`".to_owned()
            }
            Kind::NotADigest => {
                "use `NAME:TAG` for a tag, or `NAME@sha256:…` for a digest".to_owned()
            }
            Kind::DigestAlgorithmCase | Kind::DigestCase => {
                format!("use lowercase: `{}`", there.to_ascii_lowercase())
            }
            _ => return None,
        })
    }

    /// Repairs this error in the text, if that preserves the meaning and results in a valid reference.
    ///
    /// Only outer whitespace, a scheme, and the case of a digest are repaired. Anything else would be a guess.
    #[must_use]
    pub fn repair(&self, text: &str, version: KubernetesVersion) -> Option<String> {
        use ImageErrorKind as Kind;
        let there = text.get(self.at.clone())?;
        let replacement = match self.kind {
            Kind::LeadingWhitespace | Kind::TrailingWhitespace | Kind::Scheme => String::new(),
            Kind::DigestAlgorithmCase | Kind::DigestCase => there.to_ascii_lowercase(),
            _ => return None,
        };
        let mut repaired = text.to_owned();
        repaired.replace_range(self.at.clone(), &replacement);
        ImageReference::parse(&repaired, version)
            .is_ok()
            .then_some(repaired)
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ImageError {}

impl fmt::Display for ImageErrorKind {
    /// One sentence without a full stop, suitable after the image's name and a colon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match *self {
            Self::Empty => "the image is empty",
            Self::Blank => "the image is only whitespace",
            Self::LeadingWhitespace => "whitespace before the image name",
            Self::TrailingWhitespace => "whitespace after the image name",
            Self::InnerWhitespace => "whitespace within the image name",
            Self::Scheme => "an image name cannot have a URL scheme",
            Self::NonAscii(c) => return write!(f, "`{c}` is not ASCII"),
            Self::BareIdentifier => "64 hexadecimal digits are an image ID, not an image name",
            Self::MissingName => "the image name is missing",
            Self::Uppercase => "uppercase letters in the repository",
            Self::NameCharacter(c) => {
                return write!(f, "{} is not allowed in an image name", quoted(c));
            }
            Self::SeparatorAtEdge => {
                "a path component starts or ends with a separator (`.`, `_` or `-`)"
            }
            Self::RepeatedSeparator => "invalid sequence of separators in the path",
            Self::LeadingSlash => "the image name starts with `/`",
            Self::TrailingSlash => "the image name ends with `/`",
            Self::DoubleSlash => "empty path component: `//`",
            Self::ColonInPath => "`:` in the middle of the path; a tag comes after the last `/`",
            Self::Host => "the registry host is not a valid host name",
            Self::Port => "the registry port is not a number",
            Self::Ipv6 => "the brackets do not contain an IPv6 address",
            Self::Ipv6Unsupported => "kubelets before 1.29 reject an IPv6 registry host",
            Self::NameTooLong { path_only, length } => {
                let what = if path_only { "path" } else { "name" };
                return write!(
                    f,
                    "the repository {what}, as completed by Kubernetes, has {length} characters; the maximum is 255"
                );
            }
            Self::EmptyTag => "the tag is empty",
            Self::TagStart => "a tag must start with a letter, a digit or `_`",
            Self::TagCharacter(c) => return write!(f, "{} is not allowed in a tag", quoted(c)),
            Self::TagTooLong { length } => {
                return write!(f, "the tag has {length} characters; the maximum is 128");
            }
            Self::SecondTag => "the image has a second tag",
            Self::NotADigest => "`@` is not followed by a digest",
            Self::DigestBeforeTag => "the tag comes after the digest",
            Self::DigestAlgorithm => "the digest algorithm is not `sha256`, `sha384` or `sha512`",
            Self::DigestAlgorithmCase => "the digest algorithm is in uppercase",
            Self::DigestLength { expected, found } => {
                return write!(
                    f,
                    "the digest has {found} hexadecimal digits instead of {expected}"
                );
            }
            Self::DigestCase => "the digest has uppercase hexadecimal digits",
            Self::DigestCharacter(c) => {
                return write!(f, "{} is not a hexadecimal digit", quoted(c));
            }
        };
        f.write_str(sentence)
    }
}

/// Formats a character for a message, escaping control characters.
fn quoted(c: char) -> String {
    if c.is_control() {
        format!("`{}`", c.escape_default())
    } else {
        format!("`{c}`")
    }
}

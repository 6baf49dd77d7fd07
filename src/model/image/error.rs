use std::fmt;
use std::ops::Range;

use super::ImageReference;
use crate::model::KubernetesVersion;

/// Why a text is no image reference, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageError {
    /// What is wrong.
    pub kind: ImageErrorKind,
    /// The bytes of the text that are wrong; empty where something is missing. Always on character boundaries.
    pub at: Range<usize>,
}

/// What can be wrong with an image reference.
///
/// Every one of them gives the container the waiting reason `InvalidImageName`: the kubelet never asks the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageErrorKind {
    /// Nothing at all.
    Empty,
    /// Only blanks.
    Blank,
    /// Blanks, or characters that cannot be seen, before the reference.
    LeadingWhitespace,
    /// Blanks, or characters that cannot be seen, after the reference.
    TrailingWhitespace,
    /// Blanks, or characters that cannot be seen, within the reference.
    InnerWhitespace,
    /// `https://`, `docker://`, …
    Scheme,
    /// A character that is not ASCII.
    NonAscii(char),
    /// 64 hexadecimal digits: the id of an image, which the grammar refuses as a name.
    BareIdentifier,
    /// A tag or a digest without a name before it.
    MissingName,
    /// An uppercase letter in the repository.
    Uppercase,
    /// A character that no repository may hold.
    NameCharacter(char),
    /// A path component that begins or ends with `.`, `_` or `-`.
    SeparatorAtEdge,
    /// Separators that may not follow each other: `..`, `___`, `_-`.
    RepeatedSeparator,
    /// `/` at the start.
    LeadingSlash,
    /// `/` at the end of the name.
    TrailingSlash,
    /// `//`.
    DoubleSlash,
    /// `:` in a path component that is not the last.
    ColonInPath,
    /// A registry host that is no host name.
    Host,
    /// Something else than digits behind the `:` of the registry host.
    Port,
    /// `[…]` that holds something else than hexadecimal digits and colons.
    Ipv6,
    /// An IPv6 host, which kubelets before 1.29 refuse.
    Ipv6Unsupported,
    /// A name that is longer than the version allows, in bytes.
    NameTooLong {
        /// What the limit is put on: the path alone (since 1.32), or the host and the path.
        path_only: bool,
        /// The length found.
        length: usize,
    },
    /// `:` with no tag behind it.
    EmptyTag,
    /// A tag that begins with `.` or `-`.
    TagStart,
    /// A character that no tag may hold.
    TagCharacter(char),
    /// A tag of more than 128 characters.
    TagTooLong {
        /// The length found.
        length: usize,
    },
    /// A second tag.
    SecondTag,
    /// `@` with something behind it that is no digest at all.
    NotADigest,
    /// A tag behind the digest.
    DigestBeforeTag,
    /// A digest algorithm that is not sha256, sha384 or sha512.
    DigestAlgorithm,
    /// One of the three algorithms in uppercase.
    DigestAlgorithmCase,
    /// A digest with the wrong number of hexadecimal digits.
    DigestLength {
        /// What the algorithm wants.
        expected: usize,
        /// What is written.
        found: usize,
    },
    /// Uppercase hexadecimal digits.
    DigestCase,
    /// A character in the digest that is no hexadecimal digit.
    DigestCharacter(char),
}

/// What an [`ImageErrorKind`] is about, so that each is judged in one place only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageConcern {
    /// There is no image.
    Missing,
    /// White space, seen or not.
    Whitespace,
    /// A URL instead of a name.
    Scheme,
    /// The digest.
    Digest,
    /// Name and tag.
    Grammar,
}

impl ImageErrorKind {
    /// What it is about.
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

    /// What to do, where that does not depend on what the author meant. `text` is the text that was parsed.
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
                "registries store repositories in lowercase: `{}`",
                there.to_ascii_lowercase()
            ),
            Kind::TrailingSlash | Kind::LeadingSlash | Kind::DoubleSlash => {
                "remove the extra `/`".to_owned()
            }
            Kind::BareIdentifier => {
                format!("name the repository, and give the id as a digest: `NAME@sha256:{there}`")
            }
            Kind::EmptyTag => "write the tag, or remove the `:`".to_owned(),
            Kind::SecondTag => "keep one tag".to_owned(),
            Kind::DigestBeforeTag => {
                "write the tag before the digest: `NAME:TAG@sha256:…`".to_owned()
            }
            Kind::NotADigest => "write a tag as `NAME:TAG`, a digest as `NAME@sha256:…`".to_owned(),
            Kind::DigestAlgorithmCase | Kind::DigestCase => {
                format!("write it in lowercase: `{}`", there.to_ascii_lowercase())
            }
            _ => return None,
        })
    }

    /// The text with this one thing put right, if the repair keeps the meaning and the result is a reference.
    ///
    /// Only outer whitespace, a scheme, and the case of a digest are repaired: everything else is a guess.
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
    /// One sentence without a full stop, fit to follow the image's name and a colon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match *self {
            Self::Empty => "the image is empty",
            Self::Blank => "the image is blank",
            Self::LeadingWhitespace => "whitespace before the image name",
            Self::TrailingWhitespace => "whitespace after the image name",
            Self::InnerWhitespace => "whitespace within the image name",
            Self::Scheme => "an image name has no URL scheme",
            Self::NonAscii(c) => return write!(f, "`{c}` is not ASCII"),
            Self::BareIdentifier => "64 hexadecimal digits are an image id, not an image name",
            Self::MissingName => "the name of the image is missing",
            Self::Uppercase => "uppercase letters in the repository",
            Self::NameCharacter(c) => {
                return write!(f, "{} cannot stand in an image name", quoted(c));
            }
            Self::SeparatorAtEdge => {
                "a part of the path begins or ends with a separator (`.`, `_` or `-`)"
            }
            Self::RepeatedSeparator => "separators that may not follow each other in the path",
            Self::LeadingSlash => "the image name begins with `/`",
            Self::TrailingSlash => "the image name ends with `/`",
            Self::DoubleSlash => "an empty part in the path: `//`",
            Self::ColonInPath => "`:` in the middle of the path; a tag comes after the last `/`",
            Self::Host => "the registry host is no host name",
            Self::Port => "the port of the registry is not made of digits",
            Self::Ipv6 => "the brackets hold no IPv6 address",
            Self::Ipv6Unsupported => "kubelets before 1.29 refuse an IPv6 registry host",
            Self::NameTooLong { path_only, length } => {
                let what = if path_only { "path" } else { "name" };
                return write!(
                    f,
                    "the repository {what} has {length} characters as Kubernetes completes it, and 255 are allowed"
                );
            }
            Self::EmptyTag => "the tag is empty",
            Self::TagStart => "a tag begins with a letter, a digit or `_`",
            Self::TagCharacter(c) => return write!(f, "{} cannot stand in a tag", quoted(c)),
            Self::TagTooLong { length } => {
                return write!(f, "the tag has {length} characters, and 128 are allowed");
            }
            Self::SecondTag => "a second tag",
            Self::NotADigest => "no digest follows the `@`",
            Self::DigestBeforeTag => "the tag stands behind the digest",
            Self::DigestAlgorithm => {
                "the digest algorithm is none of `sha256`, `sha384` and `sha512`"
            }
            Self::DigestAlgorithmCase => "the digest algorithm is written in uppercase",
            Self::DigestLength { expected, found } => {
                return write!(
                    f,
                    "the digest has {found} hexadecimal digits, and needs {expected}"
                );
            }
            Self::DigestCase => "the digest has uppercase hexadecimal digits",
            Self::DigestCharacter(c) => {
                return write!(f, "{} is no hexadecimal digit", quoted(c));
            }
        };
        f.write_str(sentence)
    }
}

/// A character for a message; control characters as an escape.
fn quoted(c: char) -> String {
    if c.is_control() {
        format!("`{}`", c.escape_default())
    } else {
        format!("`{c}`")
    }
}

use super::{Releases, Shape};
use crate::model::KubernetesVersion;

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub struct Field<'s> {
    /// Its name.
    pub name: &'s str,
    /// What may stand there.
    pub shape: Shape<'s>,
    /// The releases that have it.
    pub releases: Releases,
    /// The releases that refuse an object without it.
    pub required: Releases,
    /// What its value, or each item of its list, may be.
    pub values: Values<'s>,
    /// Which items of its list may not be the same.
    pub unique: Option<Uniqueness>,
    /// What else is asked of its value, or of each item of its list.
    pub check: Check,
    /// The first sentence of its documentation.
    pub sentence: &'s str,
}

/// What is asked of a value beside its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Nothing.
    None,
    /// A number between these, both included.
    Range(i64, i64),
    /// Labels: keys and values.
    Labels,
    /// Annotations: keys.
    Annotations,
    /// A text of this kind.
    Name(NameKind),
    /// The number of a port, or its name; nothing at all too, if so.
    Port(bool),
    /// Quantities that are not below 0.
    NonNegative,
}

/// Kinds of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// An RFC 1123 label.
    Label,
    /// An RFC 1123 subdomain.
    Subdomain,
    /// The key of a label.
    Qualified,
    /// The name of a port.
    Port,
    /// The name of a header of HTTP.
    Header,
    /// A key of a ConfigMap or a Secret.
    Key,
    /// What the names of variables begin with.
    Variable,
}

impl Check {
    pub(super) fn read(text: &str) -> Self {
        let (what, more) = text.split_once(' ').unwrap_or((text, ""));
        match what {
            "range" => {
                let (low, high) = more.split_once(' ').unwrap_or((more, ""));
                let number = |text: &str, otherwise| text.parse().unwrap_or(otherwise);
                Self::Range(number(low, i64::MIN), number(high, i64::MAX))
            }
            "labels" => Self::Labels,
            "annotations" => Self::Annotations,
            "label" => Self::Name(NameKind::Label),
            "subdomain" => Self::Name(NameKind::Subdomain),
            "qualified" => Self::Name(NameKind::Qualified),
            "port-name" => Self::Name(NameKind::Port),
            "header" => Self::Name(NameKind::Header),
            "key" => Self::Name(NameKind::Key),
            "variable" => Self::Name(NameKind::Variable),
            "port" => Self::Port(false),
            "port-or-none" => Self::Port(true),
            "nonnegative" => Self::NonNegative,
            _ => Self::None,
        }
    }
}

/// What a text may be.
#[derive(Clone, Copy, Debug)]
pub enum Values<'s> {
    /// Anything.
    Any,
    /// One of these words, or nothing at all. `@NN` behind one: from release 1.NN on.
    Words(&'static str),
    /// One of these.
    Listed(&'s [String]),
}

/// The keys by which the items of a list are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uniqueness {
    /// The keys, with blanks between them. `:VALUE` behind one: what stands for it where it is absent.
    keys: &'static str,
    /// Whether the API server refuses two items with the same keys; otherwise only a server-side apply does.
    pub is_enforced: bool,
}

impl<'s> Values<'s> {
    /// Whether one of the releases takes `value`.
    #[must_use]
    pub fn hold(&self, value: &str, releases: Releases) -> bool {
        match self {
            Self::Any => true,
            Self::Words(_) => value.is_empty() || self.of(releases).any(|own| own == value),
            Self::Listed(values) => values.iter().any(|own| own == value),
        }
    }

    /// The values that one of the releases takes; none where there is no list of them.
    pub fn of(self, releases: Releases) -> impl Iterator<Item = &'s str> {
        let (words, listed): (&'s str, &'s [String]) = match self {
            Self::Any => ("", &[]),
            Self::Words(words) => (words, &[]),
            Self::Listed(values) => ("", values),
        };
        let words = words.split(' ').filter_map(move |word| {
            let Some((word, since)) = word.split_once('@') else {
                return Some(word);
            };
            let since = KubernetesVersion(since.parse().ok()?);
            releases
                .last()
                .is_some_and(|last| last >= since)
                .then_some(word)
        });
        let words = words.filter(|word| !word.is_empty());
        words.chain(listed.iter().map(String::as_str))
    }
}

impl Uniqueness {
    /// `unique`, or `map` of server-side apply alone, and the keys.
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let (what, keys) = text.split_once(' ')?;
        let is_enforced = match what {
            "unique" => true,
            "map" => false,
            _ => return None,
        };
        Some(Self { keys, is_enforced })
    }

    /// The keys, each with what stands for it where it is absent.
    pub fn keys(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.keys.split(' ').map(|key| match key.split_once(':') {
            Some((key, value)) => (key, Some(value)),
            None => (key, None),
        })
    }
}

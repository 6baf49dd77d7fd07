use super::releases::Releases;
use super::shape::Shape;
use podwright_model::KubernetesVersion;

/// A field of a record, with its schema.
#[derive(Clone, Copy, Debug)]
pub struct Field<'s> {
    /// Name of the field.
    pub name: &'s str,
    /// Type of the value.
    pub shape: Shape<'s>,
    /// Releases that have the field.
    pub releases: Releases,
    /// Releases that require the field.
    pub required: Releases,
    /// Allowed values of the field, or of each item of its list.
    pub values: Values<'s>,
    /// Keys that must be unique among the items of its list.
    pub unique: Option<Uniqueness>,
    /// Further validation of the value, or of each item of its list.
    pub check: Validation,
    /// Feature gate without which the API server drops the field.
    pub gate: Option<Gate>,
    /// First sentence of the API documentation.
    pub sentence: &'s str,
}

/// Feature gate of a field. While it is off, the API server drops the field from objects that do not have it yet:
/// `dropDisabledFields` of the strategies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Name of the feature gate.
    pub name: &'static str,
    /// Releases that keep the field, because the gate is on by default or gone.
    pub kept: Releases,
    /// Value that means the same as no field. Empty if there is none.
    pub default: &'static str,
    /// The list whose items lose the field. Empty if all values of the type do.
    pub within: &'static str,
}

/// Validation of a value in addition to its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// No further validation.
    None,
    /// A number in this inclusive range.
    Range(i64, i64),
    /// Label keys and values.
    Labels,
    /// Annotation keys.
    Annotations,
    /// A name of this kind.
    Name(NameKind),
    /// A port number or a port name. The flag allows 0 and an empty name.
    Port(bool),
    /// Quantities that are not negative.
    NonNegative,
}

/// Kinds of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// An RFC 1123 label.
    Label,
    /// An RFC 1123 subdomain.
    Subdomain,
    /// A label key.
    Qualified,
    /// A port name.
    Port,
    /// An HTTP header name.
    Header,
    /// A ConfigMap or Secret key.
    Key,
    /// A prefix of environment variable names.
    Variable,
}

impl Gate {
    /// Name of the gate of a field that the earlier releases keep, and do not validate.
    pub const NONE: &'static str = "-";

    /// Releases that validate the field of the type `record` in an object of the type `object`. Before 1.37, the strategy
    /// of CronJobs drops fields of the Pod template, but none of the Job: `pkg/registry/batch/cronjob/strategy.go`.
    pub(crate) fn validated(&self, object: &str, record: &str) -> Releases {
        if object.ends_with(".CronJob") && record.ends_with(".JobSpec") {
            return self.kept.and(Releases::ALL.without(Releases::since(37)));
        }
        self.kept
    }

    /// Parses `NAME SINCE [DEFAULT]` or `NAME SINCE in LIST`, where `SINCE` is a minor release, `never`, or `FROM-SINCE`
    /// if the releases before the minor release `FROM` keep the field, too.
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let (name, rest) = text.split_once(' ')?;
        let (since, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (default, within) = match rest.strip_prefix("in ") {
            Some(list) => ("", list),
            None => (rest, ""),
        };
        let (from, since) = since.split_once('-').unwrap_or(("", since));
        let kept = since.parse().map_or(Releases(0), Releases::since);
        let kept = match from.parse() {
            Ok(from) => kept.and(Releases::ALL.without(Releases::since(from))),
            Err(_) => kept,
        };
        Some(Self {
            name,
            kept,
            default,
            within,
        })
    }
}

impl Validation {
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

/// Allowed values of a field.
#[derive(Clone, Copy, Debug)]
pub enum Values<'s> {
    /// Any value.
    Any,
    /// One of these words, or empty. Separated by spaces; a suffix `@NN` means that the word exists since release 1.NN.
    Words(&'static str),
    /// One of these values.
    Listed(&'s [String]),
}

/// Keys that identify the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uniqueness {
    /// The keys, separated by spaces. A suffix `:VALUE` is the default of a missing key.
    keys: &'static str,
    /// Whether the API server rejects two items with the same keys. Otherwise only server-side apply rejects them.
    pub is_enforced: bool,
}

impl<'s> Values<'s> {
    /// Returns whether at least one of the releases accepts `value`.
    #[must_use]
    pub fn hold(&self, value: &str, releases: Releases) -> bool {
        match self {
            Self::Any => true,
            Self::Words(_) => value.is_empty() || self.of(releases).any(|own| own == value),
            Self::Listed(values) => values.iter().any(|own| own == value),
        }
    }

    /// Releases that accept `value`, if it is empty or one of the words.
    #[must_use]
    pub fn known_in(&self, value: &str) -> Releases {
        let Self::Words(words) = self else {
            return Releases::ALL;
        };
        let since = words
            .split(' ')
            .filter_map(|word| word.split_once('@'))
            .find(|(word, _)| *word == value)
            .and_then(|(_, since)| since.parse().ok());
        since.map_or(Releases::ALL, Releases::since)
    }

    /// Values that at least one of the releases accepts. Empty for [`Values::Any`].
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
    /// Parses `unique KEYS`, or `map KEYS` for keys that only server-side apply uses.
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let (what, keys) = text.split_once(' ')?;
        let is_enforced = match what {
            "unique" => true,
            "map" => false,
            _ => return None,
        };
        Some(Self { keys, is_enforced })
    }

    /// The keys, each with the default that applies if it is missing.
    pub fn keys(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.keys.split(' ').map(|key| match key.split_once(':') {
            Some((key, value)) => (key, Some(value)),
            None => (key, None),
        })
    }
}

//! Versions and constraints (`github.com/Masterminds/semver/v3`).

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

/// Longest version and constraint.
const MAX_VERSION: usize = 256;
const MAX_CONSTRAINT: usize = 512;
const MAX_GROUPS: usize = 32;

/// A version: `1.2.3-beta.1+build`, `v1.2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    pub(super) pre: String,
    pub(super) metadata: String,
    pub(super) original: String,
}

impl Version {
    /// `NewVersion`, which completes what is not quite a semantic version: `v1.02`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let invalid = || "invalid semantic version".to_owned();
        if text.len() > MAX_VERSION {
            return Err("version string is too long".to_owned());
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = match rest.split_once('+') {
            Some((rest, metadata)) => (rest, Some(metadata)),
            None => (rest, None),
        };
        let (numbers, pre) = match rest.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (rest, None),
        };
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() > 3 {
            return Err(invalid());
        }
        let mut values = [0; 3];
        for (value, part) in values.iter_mut().zip(&parts) {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(invalid());
            }
            *value = part.parse().map_err(|_| invalid())?;
        }
        let is_identifier = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(pre) = pre {
            let is_valid = |part: &str| {
                is_identifier(part) && !(is_number(part) && part.len() > 1 && part.starts_with('0'))
            };
            if !pre.split('.').all(is_valid) {
                return Err(invalid());
            }
        }
        if metadata.is_some_and(|metadata| !metadata.split('.').all(is_identifier)) {
            return Err(invalid());
        }
        Ok(Self {
            major: values[0],
            minor: values[1],
            patch: values[2],
            pre: pre.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// The order of versions, without their metadata.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let numbers = (self.major, self.minor, self.patch);
        numbers
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre(&self.pre, &other.pre),
            })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('.').collect(), b.split('.').collect());
    for at in 0..a.len().max(b.len()) {
        let one = a.get(at).copied().unwrap_or_default();
        let other = b.get(at).copied().unwrap_or_default();
        if one == other {
            continue;
        }
        return match (one.is_empty(), other.is_empty()) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => one.cmp(other),
            },
        };
    }
    Ordering::Equal
}

const VERSION: &str = r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const OPERATORS: &str = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";

fn pattern(text: &str) -> Regex {
    // The patterns are constants.
    #[allow(clippy::unwrap_used)]
    Regex::new(&text.replace("OPS", OPERATORS).replace("VERSION", VERSION)).unwrap()
}

static ONE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(OPS)\s*(VERSION)\s*$"));
static RANGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(VERSION)\s+-\s+(VERSION)\s*"));
static FIND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(OPS)\s*(VERSION)"));
static VALID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\s*(OPS)\s*(VERSION)\s*)((?:\s+|,\s*)(OPS)\s*(VERSION)\s*)*$"));

/// Whether a version satisfies a constraint; also false if one of them is invalid (`IsCompatibleRange`).
pub(super) fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraints::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

/// The newest of the versions that satisfy a constraint. What is not a version is ignored.
///
/// # Errors
///
/// Returns why the constraint is invalid.
pub fn newest<'v>(
    constraint: &str,
    versions: impl Iterator<Item = &'v str>,
) -> Result<Option<&'v str>, String> {
    let constraint = Constraints::parse(constraint)?;
    let parsed = versions.filter_map(|text| Some((text, Version::parse(text).ok()?)));
    let newest = parsed
        .filter(|(_, version)| constraint.check(version))
        .max_by(|(_, one), (_, other)| one.compare(other));
    Ok(newest.map(|(text, _)| text))
}

/// Constraints: `>= 1.2, < 2 || ~3.1`.
#[derive(Debug)]
pub(super) struct Constraints {
    groups: Vec<Vec<Constraint>>,
}

#[derive(Debug)]
struct Constraint {
    operator: String,
    version: Version,
    is_dirty: bool,
    is_minor_dirty: bool,
    is_patch_dirty: bool,
}

impl Constraints {
    /// `NewConstraint`
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_CONSTRAINT {
            return Err(format!(
                "constraint string is too long (max {MAX_CONSTRAINT} bytes)"
            ));
        }
        let text = RANGE.replace_all(text, |found: &regex::Captures<'_>| {
            let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
            format!(">= {}, <= {} ", part(1), part(11))
        });
        let groups: Vec<&str> = text.split("||").collect();
        if groups.len() > MAX_GROUPS {
            return Err(format!("too many constraint groups (max {MAX_GROUPS})"));
        }
        let group = |group: &str| {
            if !VALID.is_match(group) {
                return Err(format!(
                    "improper constraint: {}",
                    podwright_go_template::quoted(group)
                ));
            }
            let found: Vec<&str> = FIND.find_iter(group).map(|found| found.as_str()).collect();
            match found.is_empty() {
                true => Ok(vec![Constraint::parse(group)?]),
                false => found.into_iter().map(Constraint::parse).collect(),
            }
        };
        let groups = groups
            .into_iter()
            .map(group)
            .collect::<Result<_, String>>()?;
        Ok(Self { groups })
    }

    /// Whether the version satisfies the constraint.
    pub(super) fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            let includes_pre = group
                .iter()
                .any(|constraint| !constraint.version.pre.is_empty());
            let mut all = group.iter();
            all.all(|constraint| {
                (version.pre.is_empty() || includes_pre) && constraint.check(version)
            })
        })
    }
}

fn is_x(part: &str) -> bool {
    matches!(part, "" | "x" | "*" | "X")
}

impl Constraint {
    fn parse(text: &str) -> Result<Self, String> {
        let improper = || {
            format!(
                "improper constraint: {}",
                podwright_go_template::quoted(text)
            )
        };
        let found = ONE.captures(text).ok_or_else(improper)?;
        let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
        let (major, minor, patch, pre) = (part(3), part(4), part(5), part(6));
        let without_dot = |part: &str| part.strip_prefix('.').unwrap_or(part).to_owned();
        let mut constraint = Self {
            operator: part(1).to_owned(),
            version: Version::parse("0.0.0")?,
            is_dirty: false,
            is_minor_dirty: false,
            is_patch_dirty: false,
        };
        let version = if is_x(major) {
            constraint.is_dirty = true;
            format!("0.0.0{pre}")
        } else if is_x(&without_dot(minor)) {
            constraint.is_dirty = true;
            constraint.is_minor_dirty = true;
            format!("{major}.0.0{pre}")
        } else if is_x(&without_dot(patch)) {
            constraint.is_dirty = true;
            constraint.is_patch_dirty = true;
            format!("{major}{minor}.0{pre}")
        } else {
            part(2).to_owned()
        };
        constraint.version =
            Version::parse(&version).map_err(|_| "constraint parser error".to_owned())?;
        Ok(constraint)
    }

    fn check(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.operator.as_str() {
            "" | "=" if self.is_dirty => self.tilde(version),
            "" | "=" => order == Ordering::Equal,
            "!=" => self.not_equal(version),
            ">" if !self.is_dirty => order == Ordering::Greater,
            ">" => match version.major.cmp(&self.version.major) {
                Ordering::Greater => true,
                Ordering::Less => false,
                Ordering::Equal if self.is_minor_dirty => false,
                Ordering::Equal if self.is_patch_dirty => version.minor > self.version.minor,
                Ordering::Equal => order == Ordering::Greater,
            },
            "<" => order == Ordering::Less,
            ">=" | "=>" => order != Ordering::Less,
            "<=" | "=<" if !self.is_dirty => order != Ordering::Greater,
            "<=" | "=<" => {
                version.major < self.version.major
                    || (version.major == self.version.major
                        && (version.minor <= self.version.minor || self.is_minor_dirty))
            }
            "^" => self.caret(version),
            _ => self.tilde(version),
        }
    }

    fn not_equal(&self, version: &Version) -> bool {
        let own = &self.version;
        if self.is_dirty {
            if own.major != version.major || (own.minor != version.minor && !self.is_minor_dirty) {
                return true;
            }
            if self.is_minor_dirty {
                return false;
            }
            if own.patch != version.patch && !self.is_patch_dirty {
                return true;
            }
            if self.is_patch_dirty {
                return (!version.pre.is_empty() || !own.pre.is_empty())
                    && compare_pre(&version.pre, &own.pre) != Ordering::Equal;
            }
        }
        version.compare(own) != Ordering::Equal
    }

    fn tilde(&self, version: &Version) -> bool {
        let own = &self.version;
        if version.compare(own) == Ordering::Less {
            return false;
        }
        let is_zero = (own.major, own.minor, own.patch) == (0, 0, 0);
        if is_zero && !self.is_minor_dirty && !self.is_patch_dirty {
            return true;
        }
        version.major == own.major && (version.minor == own.minor || self.is_minor_dirty)
    }

    fn caret(&self, version: &Version) -> bool {
        let own = &self.version;
        if version.compare(own) == Ordering::Less {
            return false;
        }
        if own.major > 0 || self.is_minor_dirty {
            return version.major == own.major;
        }
        if version.major > 0 {
            return false;
        }
        if own.minor > 0 || self.is_patch_dirty {
            return version.minor == own.minor;
        }
        version.minor == 0 && version.patch == own.patch
    }
}

#[cfg(test)]
mod tests {
    use super::is_compatible;

    #[test]
    fn constraints_are_those_of_masterminds_semver() {
        let cases = [
            (">=1.19-0", "1.34.0", true),
            (">= 1.19.0-0", "v1.34.0-gke.100", true),
            (">= 1.19.0", "v1.34.0-gke.100", false),
            ("^1.2", "1.9.9", true),
            ("^0.2", "0.3.0", false),
            ("^0.2.3", "0.2.9", true),
            ("^0.0.3", "0.0.4", false),
            ("~1.2.3", "1.2.9", true),
            ("~1.2.3", "1.3.0", false),
            ("~1", "1.9.0", true),
            ("1.x", "1.9.0", true),
            ("*", "3.0.0", true),
            ("1.2 - 1.4.5", "1.4.0", true),
            ("<1.2 || >=2", "2.1.0", true),
            (">=1.0, <2", "1.5.0", true),
            (">=1.0 <2", "2.5.0", false),
            ("!=1.2.3", "1.2.3", false),
            ("!=1.2", "1.2.9", false),
            (">1.2", "1.2.9", false),
            (">1.2", "1.3.0", true),
            ("<=1.2", "1.2.9", true),
            ("=1.2.3", "1.2.3+build", true),
            ("1.2.3", "1.2.4", false),
            ("", "1.0.0", false),
            ("nope", "1.0.0", false),
        ];
        for (constraint, version, expected) in cases {
            assert_eq!(
                is_compatible(constraint, version),
                expected,
                "{constraint} {version}"
            );
        }
    }
}

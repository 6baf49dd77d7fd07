use std::fmt;

/// A limit in the schema of a custom resource that a value violates.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit<'s> {
    /// String with fewer characters than this minimum.
    TooShort(i64),
    /// String with more characters than this maximum.
    TooLong(i64),
    /// String that does not match this regular expression.
    Pattern(&'s str),
    /// String that does not have this format.
    Format(&'s str),
    /// Number that is too small.
    Least {
        /// Minimum.
        at: f64,
        /// Whether the minimum itself is too small.
        is_exclusive: bool,
    },
    /// Number that is too large.
    Most {
        /// Maximum.
        at: f64,
        /// Whether the maximum itself is too large.
        is_exclusive: bool,
    },
    /// Number that is not a multiple of this factor.
    NotMultiple(f64),
    /// List with fewer items than this minimum.
    FewItems(i64),
    /// List with more items than this maximum.
    ManyItems(i64),
    /// Mapping with fewer fields than this minimum.
    FewFields(i64),
    /// Mapping with more fields than this maximum.
    ManyFields(i64),
    /// Value that matches none of several schemas.
    NoneOf {
        /// Whether exactly one schema must match (`oneOf`, not `anyOf`).
        is_one: bool,
        /// Fields that the schemas require, if they contain no other limits.
        fields: Vec<&'s str>,
    },
    /// Value that matches several schemas, although exactly one must match.
    SeveralOf {
        /// Number of schemas that match.
        count: usize,
        /// Fields that the matching schemas require, if they contain no other limits.
        fields: Vec<&'s str>,
        /// Subset of `fields` that are not written but filled in as defaults.
        defaults: Vec<&'s str>,
    },
    /// Value that matches a schema under `not`. Holds the fields that must not be set together, if the schema contains
    /// no other limits.
    RuledOut(&'s [String]),
    /// Invalid `apiVersion` or `kind` of an embedded object.
    Resource,
}

impl Limit<'_> {
    /// Returns whether something is missing that a webhook in the cluster may add.
    #[must_use]
    pub fn is_lack(&self) -> bool {
        matches!(
            self,
            Self::FewItems(_) | Self::FewFields(_) | Self::NoneOf { .. }
        )
    }

    /// Returns whether the API server does not evaluate CEL rules because of the violation.
    pub(crate) fn is_blocking(&self) -> bool {
        matches!(
            self,
            Self::TooLong(_) | Self::ManyItems(_) | Self::ManyFields(_) | Self::NoneOf { .. }
        )
    }

    /// Error message of the API server for the value at `path`.
    #[must_use]
    pub fn said(&self, path: &str) -> String {
        let should = |what: String| format!("{path} in body should {what}");
        match self {
            Self::TooShort(least) => should(format!("be at least {least} chars long")),
            Self::TooLong(most) => format!("{path}: Too long: may not be more than {most} bytes"),
            Self::Pattern(pattern) => should(format!("match '{pattern}'")),
            Self::Format(format) => format!("{path} in body must be of type {format}"),
            Self::Least {
                at,
                is_exclusive: true,
            } => should(format!("be greater than {at}")),
            Self::Least { at, .. } => should(format!("be greater than or equal to {at}")),
            Self::Most {
                at,
                is_exclusive: true,
            } => should(format!("be less than {at}")),
            Self::Most { at, .. } => should(format!("be less than or equal to {at}")),
            Self::NotMultiple(factor) => should(format!("be a multiple of {factor}")),
            Self::FewItems(least) => should(format!("have at least {least} items")),
            Self::ManyItems(_) | Self::ManyFields(_) => format!("{path}: Too many"),
            Self::FewFields(least) => should(format!("have at least {least} properties")),
            Self::NoneOf { is_one: false, .. } => {
                format!("\"{path}\" must validate at least one schema (anyOf)")
            }
            Self::NoneOf { .. } => format!(
                "\"{path}\" must validate one and only one schema (oneOf). Found none valid"
            ),
            Self::SeveralOf { count, .. } => format!(
                "\"{path}\" must validate one and only one schema (oneOf). Found {count} valid \
                 alternatives"
            ),
            Self::RuledOut(_) => format!("\"{path}\" must not validate the schema (not)"),
            Self::Resource => format!("{path}: Invalid value"),
        }
    }
}

impl fmt::Display for Limit<'_> {
    /// Writes what is wrong, to follow the name of the value: "is shorter than 3 characters".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(1) => f.write_str("is empty"),
            Self::TooShort(least) => write!(f, "is shorter than {least} characters"),
            Self::TooLong(most) => write!(f, "is longer than {}", counted(*most, "character")),
            Self::Pattern(pattern) => write!(f, "does not match `{pattern}`"),
            Self::Format(format) => write!(f, "is not a valid `{format}`"),
            Self::Least {
                at,
                is_exclusive: true,
            } => write!(f, "is not greater than {at}"),
            Self::Least { at, .. } => write!(f, "is less than {at}"),
            Self::Most {
                at,
                is_exclusive: true,
            } => write!(f, "is not less than {at}"),
            Self::Most { at, .. } => write!(f, "is greater than {at}"),
            Self::NotMultiple(factor) => write!(f, "is not a multiple of {factor}"),
            Self::FewItems(1) | Self::FewFields(1) => f.write_str("is empty"),
            Self::FewItems(least) => write!(f, "has fewer than {least} items"),
            Self::ManyItems(most) => write!(f, "has more than {}", counted(*most, "item")),
            Self::FewFields(least) => write!(f, "has fewer than {least} fields"),
            Self::ManyFields(most) => write!(f, "has more than {}", counted(*most, "field")),
            Self::NoneOf { fields, .. } if !fields.is_empty() => {
                write!(f, "has none of {}", listed(fields, "and"))
            }
            Self::NoneOf { .. } => f.write_str("matches none of the alternatives in its schema"),
            Self::SeveralOf { fields, .. } if !fields.is_empty() => {
                write!(
                    f,
                    "has {}, but only one of them is allowed",
                    listed(fields, "and")
                )
            }
            Self::SeveralOf { count, .. } => write!(
                f,
                "matches {count} of the alternatives in its schema, but only one is allowed"
            ),
            Self::RuledOut([field]) => write!(f, "must not have `{field}`"),
            Self::RuledOut(fields) if !fields.is_empty() => {
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                write!(f, "must not have {} together", listed(&fields, "and"))
            }
            Self::RuledOut(_) => f.write_str("matches a schema that `not` excludes"),
            Self::Resource => f.write_str("has an invalid format"),
        }
    }
}

fn counted(number: i64, what: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {what}{end}")
}

fn listed(fields: &[&str], word: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for field in fields {
        let name = format!("`{field}`");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} {word} {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}

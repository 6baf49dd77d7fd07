use std::fmt;

/// What the schema of a custom resource asks of a value, and the value does not keep.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit<'s> {
    /// A text with fewer characters than that.
    TooShort(i64),
    /// A text with more characters than that.
    TooLong(i64),
    /// A text in which this regular expression finds nothing.
    Pattern(&'s str),
    /// A text that is not of this format.
    Format(&'s str),
    /// A number that is too small.
    Least {
        /// The smallest, or what is smaller than all.
        at: f64,
        /// Whether that itself is too small.
        is_exclusive: bool,
    },
    /// A number that is too large.
    Most {
        /// The largest, or what is larger than all.
        at: f64,
        /// Whether that itself is too large.
        is_exclusive: bool,
    },
    /// A number that is no multiple of that.
    NotMultiple(f64),
    /// A list with fewer items than that.
    FewItems(i64),
    /// A list with more items than that.
    ManyItems(i64),
    /// A mapping with fewer fields than that.
    FewFields(i64),
    /// A mapping with more fields than that.
    ManyFields(i64),
    /// None of several schemas fits.
    NoneOf {
        /// Whether only one of them may fit.
        is_one: bool,
        /// The fields that they ask for, if they ask for nothing else.
        fields: Vec<&'s str>,
    },
    /// More than one of several schemas fit, and only one may.
    SeveralOf {
        /// How many fit.
        count: usize,
        /// The fields that those ask for, if they ask for nothing else.
        fields: Vec<&'s str>,
        /// Those of the fields that are not written, and filled in.
        defaults: Vec<&'s str>,
    },
    /// The value fits a schema that it may not fit: the fields that may not be there together, if it asks for nothing else.
    RuledOut(&'s [String]),
    /// No `apiVersion` or `kind` of an object in an object.
    Resource,
}

impl Limit<'_> {
    /// Whether something is not there that a webhook of the cluster may add.
    #[must_use]
    pub fn is_lack(&self) -> bool {
        matches!(
            self,
            Self::FewItems(_) | Self::FewFields(_) | Self::NoneOf { .. }
        )
    }

    /// What the API server says of the value at `path`, in its own words.
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
    /// What is wrong with the value, behind its name: "is shorter than 3 characters".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(1) => f.write_str("is empty"),
            Self::TooShort(least) => write!(f, "is shorter than {least} characters"),
            Self::TooLong(most) => write!(f, "is longer than {}", counted(*most, "character")),
            Self::Pattern(pattern) => write!(f, "does not match `{pattern}`"),
            Self::Format(format) => write!(f, "is not of the format `{format}`"),
            Self::Least {
                at,
                is_exclusive: true,
            } => write!(f, "is not above {at}"),
            Self::Least { at, .. } => write!(f, "is below {at}"),
            Self::Most {
                at,
                is_exclusive: true,
            } => write!(f, "is not below {at}"),
            Self::Most { at, .. } => write!(f, "is above {at}"),
            Self::NotMultiple(factor) => write!(f, "is no multiple of {factor}"),
            Self::FewItems(1) | Self::FewFields(1) => f.write_str("is empty"),
            Self::FewItems(least) => write!(f, "has fewer than {least} items"),
            Self::ManyItems(most) => write!(f, "has more than {}", counted(*most, "item")),
            Self::FewFields(least) => write!(f, "has fewer than {least} fields"),
            Self::ManyFields(most) => write!(f, "has more than {}", counted(*most, "field")),
            Self::NoneOf { fields, .. } if !fields.is_empty() => {
                write!(f, "has none of {}", listed(fields, "and"))
            }
            Self::NoneOf { .. } => f.write_str("fits none of the forms that its schema allows"),
            Self::SeveralOf { fields, .. } if !fields.is_empty() => {
                write!(
                    f,
                    "has {}, and may have one of them only",
                    listed(fields, "and")
                )
            }
            Self::SeveralOf { count, .. } => write!(
                f,
                "fits {count} of the forms that its schema allows, and may fit one only"
            ),
            Self::RuledOut([field]) => write!(f, "may not have `{field}` here"),
            Self::RuledOut(fields) if !fields.is_empty() => {
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                write!(f, "may not have {} together", listed(&fields, "and"))
            }
            Self::RuledOut(_) => f.write_str("has a form that its schema rules out"),
            Self::Resource => f.write_str("has a form that none may have"),
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

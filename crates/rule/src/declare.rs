//! The macro that declares a rule.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Rule;

/// Declares a rule: its struct, whose fields are its options, and the constant `RULE` for the registry.
///
/// The group is the module that holds the rule's module, and the page is `<name>.md` next to the file of the call. The
/// struct implements [`Rule`] elsewhere in the file. Options, if there are any, are fields with a default each:
///
/// ```ignore
/// declare_rule! {
///     PoststartLong {
///         name: "poststart-long",
///         summary: "postStart hook delays the container",
///         severity: Warning,
///         since: "0.1.0",
///         options: {
///             /// Shortest duration that is reported, in seconds.
///             threshold: u64 = 60,
///         },
///     }
/// }
/// ```
#[macro_export]
macro_rules! declare_rule {
    (
        $rule:ident {
            name: $name:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            since: $since:literal,
            $(opt_in: $opt_in:literal,)?
        }
    ) => {
        pub(crate) struct $rule;

        pub(crate) const RULE: $crate::RuleDefinition = $crate::RuleDefinition {
            meta: $crate::declare_rule!(@meta $name, $summary, $severity, $since),
            opt_in: $crate::declare_rule!(@opt_in $($opt_in)?),
            build: |options| $crate::without_options(options, $rule),
            schema: None,
        };
    };
    (
        $rule:ident {
            name: $name:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            since: $since:literal,
            $(opt_in: $opt_in:literal,)?
            options: { $($(#[doc = $doc:literal])+ $option:ident: $type:ty = $default:expr,)+ },
        }
    ) => {
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub(crate) struct $rule {
            $($(#[doc = $doc])+ $option: $type,)+
        }

        impl Default for $rule {
            fn default() -> Self {
                Self { $($option: $default,)+ }
            }
        }

        pub(crate) const RULE: $crate::RuleDefinition = $crate::RuleDefinition {
            meta: $crate::declare_rule!(@meta $name, $summary, $severity, $since),
            opt_in: $crate::declare_rule!(@opt_in $($opt_in)?),
            build: $crate::with_options::<$rule>,
            schema: Some(|generator| generator.subschema_for::<$rule>()),
        };
    };
    (@meta $name:literal, $summary:literal, $severity:ident, $since:literal) => {
        $crate::RuleMetadata {
            name: $name,
            group: $crate::group_of(module_path!()),
            summary: $summary,
            page: include_str!(concat!($name, ".md")),
            level: $crate::finding::Severity::$severity,
            since: $since,
        }
    };
    (@opt_in) => { false };
    (@opt_in $opt_in:literal) => { $opt_in };
}

/// Returns the group of a rule: the last segment but one of its module path.
#[doc(hidden)]
#[must_use]
pub const fn group_of(module_path: &'static str) -> &'static str {
    let (before, _) = module_path.split_at(last_separator(module_path));
    let (_, group) = before.split_at(last_separator(before) + 2);
    group
}

/// Byte offset of the last `::`.
const fn last_separator(path: &str) -> usize {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 {
        at -= 1;
        if bytes[at] == b':' {
            return at - 1;
        }
    }
    panic!("a rule is declared in a module of a group")
}

/// Builds a rule from its options.
#[doc(hidden)]
pub fn with_options<R: Rule + DeserializeOwned + 'static>(
    options: Value,
) -> Result<Box<dyn Rule>, String> {
    let rule: R = serde_json::from_value(options).map_err(|error| error.to_string())?;
    Ok(Box::new(rule))
}

/// Builds a rule that has no options.
#[doc(hidden)]
pub fn without_options(options: Value, rule: impl Rule + 'static) -> Result<Box<dyn Rule>, String> {
    match options {
        Value::Object(options) => match options.keys().next() {
            None => Ok(Box::new(rule)),
            Some(name) => Err(format!("unknown field `{name}`, there are no fields")),
        },
        _ => Err("expected a mapping of options".to_owned()),
    }
}

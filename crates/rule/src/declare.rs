//! The macros that declare rules.

/// Declares the rule of a file: the static `RULE` for the registry, with the functions that are its hooks.
///
/// The group is the module that holds the rule's module, and the page is `<name>.md` next to the file of the call.
/// Options, if there are any, are fields with a default each. They become the struct `Options`, which the hooks get with
/// [`RuleContext::options`](crate::RuleContext::options):
///
/// ```ignore
/// declare_rule! {
///     name: "poststart-long",
///     summary: "postStart hook delays the container",
///     severity: Warning,
///     since: "0.1.0",
///     hooks: { hook: check },
///     options: {
///         /// Shortest duration that is reported, in seconds.
///         threshold: u64 = 60,
///     },
/// }
/// ```
#[macro_export]
macro_rules! declare_rule {
    (
        name: $name:literal,
        summary: $summary:literal,
        severity: $severity:ident,
        since: $since:literal,
        $(profile: $profile:ident,)?
        hooks: { $($hook:ident: $function:path),+ $(,)? },
        $(options: $options:tt,)?
    ) => {
        $($crate::declare_options! { Options $options })?

        $crate::declare_rules! {
            hooks: { $($hook: $function),+ },
            RULE {
                name: $name,
                summary: $summary,
                severity: $severity,
                since: $since,
                $(profile: $profile,)?
                $(options: $options,)?
            }
        }
    };
}

/// Declares the struct of a rule's options.
#[doc(hidden)]
#[macro_export]
macro_rules! declare_options {
    ($name:ident { $($(#[doc = $doc:literal])+ $option:ident: $type:ty = $default:expr,)+ }) => {
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ $option: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($option: $default,)+ }
            }
        }
    };
}

/// Declares rules that one check reports. Each becomes a static that is named after the rule. Before a hook of the check
/// reports a problem, it selects the rule with [`RuleContext::as_rule`](crate::RuleContext::as_rule):
///
/// ```ignore
/// declare_rules! {
///     hooks: { docker_config: check },
///     REGISTRY_KEY_HAS_TAG {
///         name: "registry-key-has-tag",
///         summary: "registry key contains a tag or digest",
///         severity: Error,
///         since: "0.1.0",
///     }
///     …
/// }
/// ```
#[macro_export]
macro_rules! declare_rules {
    (
        hooks: { $($hook:ident: $function:path),* $(,)? },
        $($rule:ident {
            name: $name:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            since: $since:literal,
            $(profile: $profile:ident,)?
            $(options: $options:tt,)?
        })+
    ) => {
        static CHECK: $crate::Check = $crate::Check {
            $($hook: Some($function),)*
            ..$crate::Check::NONE
        };

        $(
            pub(crate) static $rule: $crate::RuleDefinition = $crate::RuleDefinition {
                meta: $crate::RuleMetadata {
                    name: $name,
                    group: $crate::group_of(module_path!()),
                    summary: $summary,
                    page: include_str!(concat!($name, ".md")),
                    level: $crate::finding::Severity::$severity,
                    since: $since,
                },
                profile: $crate::declare_rules!(@profile $($profile)?),
                check: &CHECK,
                options: $crate::declare_rules!(@options $($options)?),
            };
        )+
    };
    (@profile) => { $crate::Profile::Default };
    (@profile $profile:ident) => { $crate::Profile::$profile };
    (@options) => { $crate::OptionsType::NONE };
    (@options $options:tt) => { $crate::OptionsType::of::<Options>() };
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

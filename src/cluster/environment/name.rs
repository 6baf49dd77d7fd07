use crate::model::KubernetesVersion;

/// Whether the API server takes the name of a variable by the rule that held before
/// `RelaxedEnvironmentVariableValidation`, on by default since 1.32 (`IsEnvVarName`, `apimachinery/pkg/util/validation`).
#[must_use]
pub fn is_strict_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let begins_well = name
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    begins_well && name.bytes().all(allowed) && name != "." && !name.starts_with("..")
}

/// Whether the API server takes the name of a variable since then: printable ASCII but `=`
/// (`IsRelaxedEnvVarName`).
#[must_use]
pub fn is_relaxed_name(name: &str) -> bool {
    let allowed = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    !name.is_empty() && name.bytes().all(allowed)
}

/// Whether a shell can read the variable: `[A-Za-z_][A-Za-z0-9_]*`.
#[must_use]
pub fn is_shell_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && !name.as_bytes()[0].is_ascii_digit() && name.bytes().all(allowed)
}

/// The first release whose kubelet makes variables of all keys that `envFrom` brings. Before, it leaves out those that
/// [`is_strict_name`] refuses, with the event `InvalidEnvironmentVariableNames`.
pub const PASSED_THROUGH_SINCE: KubernetesVersion = KubernetesVersion(30);

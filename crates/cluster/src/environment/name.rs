use podwright_model::KubernetesVersion;

/// Whether a variable name is valid under the rule before `RelaxedEnvironmentVariableValidation`, which is on by
/// default since 1.32 (`IsEnvVarName`, `apimachinery/pkg/util/validation`).
#[must_use]
pub fn is_strict_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let begins_well = name
        .bytes()
        .next()
        .is_some_and(|byte| !byte.is_ascii_digit());
    begins_well && name.bytes().all(allowed) && name != "." && !name.starts_with("..")
}

/// Whether a variable name is valid under the relaxed rule: non-empty printable ASCII without `=`
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

/// First release whose kubelet sets variables for all keys from `envFrom`. Earlier releases skip those that
/// [`is_strict_name`] rejects, with the event `InvalidEnvironmentVariableNames`.
pub const PASSED_THROUGH_SINCE: KubernetesVersion = KubernetesVersion(30);

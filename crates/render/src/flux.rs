//! What the controllers of Flux do to manifests.

mod envsubst;
mod variables;

use sha2::{Digest, Sha256};

pub use variables::VariableSource;
pub(crate) use variables::{Variables, is_disabled};

/// Longest name of a release.
const MAX_NAME: usize = 53;

/// Characters of the hash in a shortened name.
const HASH: usize = 12;

/// The name of a release that a HelmRelease calls `name`: a long one is cut and ends with a hash (`ShortenName` of the
/// helm-controller).
#[must_use]
pub fn release_name(name: &str) -> String {
    let kept = MAX_NAME - HASH - 1;
    if name.len() <= MAX_NAME || !name.is_char_boundary(kept) {
        return name.to_owned();
    }
    let digest = Sha256::digest(name.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}", &name[..kept], &hash[..HASH])
}

#[cfg(test)]
mod tests {
    use super::release_name;

    #[test]
    fn long_names_end_with_a_hash() {
        let name = "some-front-appended-namespace-release-with-a-very-long-name";
        // printf %s NAME | sha256sum
        assert_eq!(
            release_name(name),
            "some-front-appended-namespace-release-wi-b9152014cc9c"
        );
        assert_eq!(release_name("web"), "web");
    }
}

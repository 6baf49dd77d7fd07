//! Which handler of a node may be meant by a name that the node lacks.

use podwright_syntax::text::distance;

/// OCI runtimes whose containers share the kernel of the node. A class that names another handler asks for something
/// that they do not have, such as a sandbox.
const WITHOUT_SANDBOX: [&str; 4] = ["crun", "docker", "runc", "youki"];

/// Names of the same runtime: the handler of gVisor is usually called after its program, and `kata-deploy` configures
/// Kata Containers with QEMU under both names (`tools/packaging/kata-deploy`).
const SAME_RUNTIME: [(&str, &str); 4] = [
    ("gvisor", "runsc"),
    ("kata", "kata-qemu"),
    ("kata-containers", "kata"),
    ("kata-runtime", "kata"),
];

/// Maximum number of candidates compared.
const MAX_CANDIDATES: usize = 500;

/// Shortest name that is compared with others by its characters.
const MIN_LENGTH: usize = 5;

/// Returns the candidate that certainly is the runtime that `handler` means: its name differs by one character or in
/// its punctuation, or is another name of the same runtime. Never a runtime without a sandbox.
pub fn similar_handler<'c>(
    handler: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // `runcc` may mean `runc` too.
    let is_unlike_others = handler.len() >= MIN_LENGTH
        && WITHOUT_SANDBOX
            .iter()
            .all(|other| distance(handler, other) > 1);
    let is_similar = |candidate: &str| {
        let is_pair =
            |pair: &(&str, &str)| *pair == (handler, candidate) || *pair == (candidate, handler);
        SAME_RUNTIME.iter().any(is_pair)
            || plain(handler) == plain(candidate)
            || is_unlike_others && distance(handler, candidate) == 1
    };
    let mut candidates = candidates.into_iter().take(MAX_CANDIDATES);
    candidates.find(|candidate| !drops_sandbox(candidate) && is_similar(candidate))
}

/// Whether Pods of this handler share the kernel of the node.
#[must_use]
pub fn drops_sandbox(handler: &str) -> bool {
    WITHOUT_SANDBOX.contains(&handler)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::similar_handler;

    #[test]
    fn a_sandbox_is_never_replaced_by_another_runtime() {
        let node = [
            "runc",
            "crun",
            "kata-qemu",
            "kata-qemu-snp",
            "runsc",
            "nvidia",
        ];
        for (handler, similar) in [
            ("kataqemu", Some("kata-qemu")),
            ("kata_qemu", Some("kata-qemu")),
            ("Kata-QEMU", Some("kata-qemu")),
            ("kata", Some("kata-qemu")),
            ("gvisor", Some("runsc")),
            ("runscc", Some("runsc")),
            ("nvidai", Some("nvidia")),
            ("runq", None),
            ("runcc", None),
            ("runv", None),
            ("youki", None),
            ("crunx", None),
            ("kata-fc", None),
            ("kata-qemu-sev", None),
            ("kata-qemu-tdx", None),
            ("krun", None),
        ] {
            assert_eq!(similar_handler(handler, node), similar, "{handler}");
        }
    }
}

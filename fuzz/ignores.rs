//! Parses arbitrary comments and annotations as suppressions: `fuzz/run 60 ignores`.
#![no_main]

mod whole;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // An annotation and comments around a finding.
    let quoted = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace(['\n', '\r'], " ");
    let line = text.replace(['\n', '\r'], " ");
    let manifest = format!(
        "# podwright:{line}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    podwright/ignore: \"{quoted}\"\n    \
         ignore-check.kube-linter.io/{}: \"{quoted}\"\nspec:\n  containers:\n  # podwright: ignore{line}\n  - image: nginx # \
         podwright: ignore {line}\n",
        line.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(40)
            .collect::<String>()
    );
    whole::judge(&whole::workspace(&manifest));
});

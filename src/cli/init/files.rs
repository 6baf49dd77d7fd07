//! The files that `podwright init` writes.

use std::fmt::Write as _;

use podwright_model::VersionRange;
use podwright_rule::REVISION;

use super::Seen;

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A configuration with comments. `migrated` has the settings of other linters.
pub(super) fn configuration(seen: &Seen, migrated: &str) -> String {
    let mut text = format!(
        "# Configuration of podwright. All keys: {REPOSITORY}/blob/{REVISION}/docs/src/configuration.md\n\
         # `podwright init` found {seen}.\n\n\
         # Kubernetes release of the cluster, or a range such as 1.31-1.36. Many rules depend on it.\n"
    );
    // Writing to a string cannot fail.
    let _ = match seen.kubernetes() {
        Some(version) => {
            let files: Vec<&str> = seen.versions.values().map(String::as_str).collect();
            writeln!(text, "kubernetes: {version} # from {}", files.join(", "))
        }
        None => writeln!(
            text,
            "# kubernetes: {} # assumed, because no file names one",
            VersionRange::default()
        ),
    };
    text.push_str(
        "\n# Further rules: strict (good practice), security (hardening), policy (what only you can decide).\n\
         # profile: [strict, security]\n\
         \n# Lowest level that makes a run fail: info, warning, error, never.\n# fail-on: warning\n\
         \n# The files have every object that the manifests reference: what is not found is missing.\n# complete: true\n",
    );
    if !seen.charts.is_empty() {
        text.push_str(
            "\n# Charts are rendered with their defaults and with ci/*-values.yaml. Add the values of your clusters.\n# helm:\n",
        );
        for chart in &seen.charts {
            let values = seen.values.get(chart).map_or_else(
                || "values-production.yaml".to_owned(),
                |values| values.join(", "),
            );
            let _ = writeln!(text, "#   - chart: {chart}\n#     values: [{values}]");
        }
    }
    if seen.may_vendor() {
        text.push_str(
            "\n# Charts and bases of other repositories are not known until `podwright vendor` has fetched them.\n",
        );
    }
    if let Some(skaffold) = &seen.skaffold {
        let _ = writeln!(
            text,
            "\n# {skaffold} sets the tags of the images that it builds.\n# rules:\n#   image-tag-latest: off"
        );
    }
    text.push_str(
        "\n# Accept today's findings, and fail only for new ones:\n\
         # `podwright check --baseline .podwright-baseline.json --write-baseline`\n\
         # baseline: .podwright-baseline.json\n",
    );
    if !migrated.is_empty() {
        text.push('\n');
        text.push_str(migrated);
    }
    text
}

/// An entry for pre-commit. The repository of the hooks installs the wheel, which takes seconds.
pub(super) fn pre_commit_entry() -> String {
    format!(
        "  - repo: {REPOSITORY}-pre-commit\n    rev: v{VERSION}\n    hooks:\n      - id: podwright-project\n"
    )
}

/// A workflow of GitHub Actions.
pub(super) fn github() -> String {
    format!(
        "name: podwright\non: [push, pull_request]\npermissions: {{}}\njobs:\n  podwright:\n    runs-on: ubuntu-latest\n    \
         permissions:\n      contents: read\n      security-events: write # only for upload-sarif\n    steps:\n      \
         - uses: actions/checkout@v7\n      - uses: podwright/podwright@v{VERSION}\n        with:\n          \
         upload-sarif: true\n"
    )
}

/// A job of GitLab CI.
pub(super) fn gitlab() -> String {
    let raw = REPOSITORY.replace("https://github.com/", "https://raw.githubusercontent.com/");
    format!("include:\n  - remote: {raw}/v{VERSION}/packaging/gitlab/podwright.yml\n")
}

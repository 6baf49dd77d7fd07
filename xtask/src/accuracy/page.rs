//! Generates the page, part by part.

use std::collections::BTreeMap;

use crate::accuracy::corpus::{Corpus, SETS, sample};
use crate::conformance::{TAKEN, tallies};

/// Returns the whole page.
pub(super) fn page(corpus: &Corpus) -> String {
    let mut parts = vec![
        HEAD.to_owned(),
        conformance(),
        verdicts(),
        releases(),
        findings(corpus),
    ];
    parts.extend([read(), deviations()]);
    parts.join("\n")
}

/// Returns the parts that do not depend on the corpus.
pub fn parts_without_corpus() -> [String; 5] {
    [conformance(), verdicts(), releases(), read(), deviations()]
}

const HEAD: &str = "# Accuracy

This page shows how well podwright agrees with Kubernetes, what it finds in real manifests, and where it differs on purpose.
`cargo xtask codegen --corpus DIR` writes it; `DIR` is a directory with the sets `manifests`, `rendered`, and `bench-10k`.
`cargo test --test it accuracy` checks that the page is current; without a corpus, it checks the parts that do not need one.
";

/// Description of each operation in the recorded answers.
const OPERATIONS: [(&str, &str); 12] = [
    (
        "containerd",
        "the runtimes that containerd 1.7 to 2.3 read from their configurations",
    ),
    ("envname", "validity of variable names, strict and relaxed"),
    (
        "expand",
        "expansion of `$(NAME)` in values, commands, and arguments",
    ),
    (
        "image",
        "image references: parsing, defaults, and what the kubelet pulls",
    ),
    (
        "mergetol",
        "merging the tolerations of a Pod and its RuntimeClass",
    ),
    (
        "object",
        "whether the API server accepts an object: decoding, strict decoding, validation",
    ),
    (
        "secretlookup",
        "which credentials of image pull secrets are tried for an image, and in which order",
    ),
    ("svcenv", "environment variables of Services"),
    (
        "urlmatch",
        "whether the registry key of a credential matches an image",
    ),
    (
        "custom",
        "whether a custom resource is valid for its definition, and which fields are pruned",
    ),
    ("yaml", "converting YAML documents to JSON"),
    ("yamlstream", "splitting streams into documents"),
];

fn conformance() -> String {
    let mut out = String::from(
        "## Agreement with Kubernetes and containerd

The answers of the real code are recorded in `tests/data/conformance/`. podwright's answers are computed
(`cargo test --test it conformance -- --nocapture`).

| operation | question | cases | agree | exceptions | disagree |
|---|---|---|---|---|---|
",
    );
    for (op, tally) in tallies() {
        let about = OPERATIONS
            .iter()
            .find(|(name, _)| *name == op)
            .map(|(_, about)| *about);
        let about = about.unwrap_or_else(|| panic!("no description for {op}"));
        let wrong = tally.disagreements.len() + tally.unsupported;
        out += &format!(
            "| {op} | {about} | {} | {} | {} | {wrong} |\n",
            tally.asked,
            tally.agreed(),
            tally.excepted
        );
    }
    out += "\nThe exceptions are objects that Kubernetes rejects and podwright accepts:\n\n";
    for (said, why) in TAKEN {
        out += &format!("- `{said}`: {why}.\n");
    }
    out
}

/// Agreement on objects that `tests/conformance-api/mutate.py` changes: kind, objects, agreed, missed, false alarms.
const AGREEMENT: &str = include_str!("../../../tests/data/api-validation/agreement.tsv");

fn verdicts() -> String {
    let mut out = String::from(
        "## The API server's verdict by kind

`tests/conformance-api/mutate.py` changes valid objects, and compares podwright's verdict with that of the API server of
Kubernetes 1.36. \"Missed\" are objects that only the API server rejects, \"false\" those that only podwright rejects.

| kind | objects | agree | missed | false |
|---|---|---|---|---|
",
    );
    let mut total = [0_usize; 4];
    for line in AGREEMENT.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        out += &format!("| {} |\n", columns.join(" | "));
        for (sum, column) in total.iter_mut().zip(&columns[1..]) {
            *sum += column.parse::<usize>().expect("a number in agreement.tsv");
        }
    }
    let [objects, agreed, missed, wrong] = total;
    out += &format!("| all | {objects} | {agreed} | {missed} | {wrong} |\n");
    out += LEFT_OUT;
    out
}

/// Agreement with each release, on objects that `tests/conformance-api/releases.py` compares.
const RELEASES: &str = include_str!("../../../tests/data/api-validation/release-agreement.tsv");

fn releases() -> String {
    let mut out = String::from(
        "## The API server's verdict by release

`tests/conformance-api/releases.py` compares podwright's verdict with those of the API servers of several releases, on the
same objects. \"In Pods\" are StatefulSets that the API server accepts, while it rejects their Pods or claims: podwright
reports them, too.

| release | objects | agree | in Pods | missed | false |
|---|---|---|---|---|---|
",
    );
    for line in RELEASES.lines() {
        out += &format!("| {} |\n", line.replace('\t', " | "));
    }
    out
}

const LEFT_OUT: &str = "
Left out, because the answer depends on what the files do not contain:

- address ranges, IP families and node port ranges of the cluster: `clusterIP`, `ipFamilies`, `RequireDualStack`, `nodePort`
- the label of a namespace that allows `adminAccess` to devices
- `serviceAccountToken` without `serviceAccountName`: admission sets the ServiceAccount before validation
- whether a parameter resource of an admission policy is namespaced
- the estimated cost of CEL expressions before Kubernetes 1.34, and CEL functions whose result type podwright does not know
- defaults in a CustomResourceDefinition that break a CEL rule, or are in the metadata of an embedded object
- the certificate and key of a TLS Secret
";

fn findings(corpus: &Corpus) -> String {
    let mut out = String::from(
        "## Real manifests\n\n| set | files | documents | objects |\n|---|---|---|---|\n",
    );
    for (set, [files, documents, objects]) in SETS.iter().zip(&corpus.sizes) {
        out += &format!("| {set} | {files} | {documents} | {objects} |\n");
    }
    out += "\npodwright runs without a configuration, at level `info`. \"Reviewed\" counts the findings in the sample below.\n
| rule | level | manifests | rendered | bench-10k | reviewed | false |
|---|---|---|---|---|---|---|
";
    let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    for read in sample() {
        let count = counts.entry((read.rule, read.level)).or_default();
        count.0 += 1;
        count.1 += usize::from(!read.is_true);
    }
    for ((rule, level), [one, two, three]) in &corpus.findings {
        let key = (rule.clone(), level.clone());
        let (read, wrong) = counts.get(&key).copied().unwrap_or_default();
        out += &format!("| {rule} | {level} | {one} | {two} | {three} | {read} | {wrong} |\n");
    }
    out += "\nAll other rules report nothing in these files.\n";
    out
}

fn read() -> String {
    let sample = sample();
    let mut out = String::from(
        "## Reviewed findings

A person reviewed a sample over all rules, errors and warnings first, each with its context and with the behavior of Kubernetes
(`xtask/src/accuracy/reviewed.tsv`). A finding is true if Kubernetes behaves as it says for the file as it is. For example, Kubernetes
rejects a fragment of an object that documentation shows.

| level | reviewed | true | false |
|---|---|---|---|
",
    );
    for level in ["error", "warning", "info"] {
        let own = || sample.iter().filter(|read| read.level == level);
        let wrong = own().filter(|read| !read.is_true).count();
        let count = own().count();
        out += &format!("| {level} | {count} | {} | {wrong} |\n", count - wrong);
    }
    out += "\nFalse findings:\n\n";
    for read in sample.iter().filter(|read| !read.is_true) {
        out += &format!("- {} at `{}`: {}\n", read.rule, read.place, read.why);
    }
    out
}

fn deviations() -> String {
    let mut out = String::from(
        "## Known differences from Kubernetes

| subject | Kubernetes | podwright |
|---|---|---|
",
    );
    for line in rows(include_str!("deviations.tsv")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [what, kubernetes, why] = fields[..] else {
            panic!("expected three fields: {line}");
        };
        out += &format!("| {what} | {kubernetes} | {why} |\n");
    }
    out += "\npodwright deliberately differs from go-yaml alone, or from YAML 1.2, in these cases of the yaml-test-suite and of the recorded
samples (`tests/data/yaml-*deviations.tsv`):\n\n";
    let files = [
        include_str!("../../../tests/data/yaml-deviations.tsv"),
        include_str!("../../../tests/data/yaml-event-deviations.tsv"),
        include_str!("../../../tests/data/yaml-granit-deviations.tsv"),
    ];
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for line in files.iter().flat_map(|file| rows(file)) {
        *reasons
            .entry(line.rsplit('\t').next().unwrap())
            .or_default() += 1;
    }
    for (reason, count) in reasons {
        out += &format!("- {count}: {reason}\n");
    }
    out
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

//! The page, part by part.

use std::collections::BTreeMap;

use crate::conformance::{TAKEN, tallies};
use crate::corpus::{Corpus, SETS, sample};

/// The whole page.
pub(crate) fn page(corpus: &Corpus) -> String {
    let mut parts = vec![HEAD.to_owned(), conformance(), findings(corpus)];
    parts.extend([read(), deviations()]);
    parts.join("\n")
}

/// The parts that are true whatever the corpus.
pub(crate) fn parts_without_corpus() -> [String; 3] {
    [conformance(), read(), deviations()]
}

const HEAD: &str = "# How far podwright is right

`tests/accuracy/run CORPUS` writes this page, CORPUS being a folder with the sets `manifests`, `rendered` and `bench-10k`;
`cargo test --test accuracy` compares it, without a corpus as far as it needs none.
";

/// What each operation of the recorded answers is about.
const OPERATIONS: [(&str, &str); 12] = [
    (
        "containerd",
        "the runtimes that containerd 1.7 to 2.3 make of their configurations",
    ),
    ("envname", "names of variables, strict and relaxed"),
    ("expand", "`$(NAME)` in values, commands and arguments"),
    (
        "image",
        "image references: parsing, defaults, what the kubelet pulls",
    ),
    (
        "mergetol",
        "tolerations of a Pod and of its RuntimeClass as one list",
    ),
    (
        "object",
        "objects that the API server takes or refuses: decoding, strict decoding, validation",
    ),
    (
        "secretlookup",
        "which credentials of pull Secrets are tried for an image, in which order",
    ),
    ("svcenv", "the variables of Services"),
    (
        "urlmatch",
        "whether the registry key of a credential fits an image",
    ),
    (
        "custom",
        "custom resources: whether they fit their definitions, and what of them is dropped",
    ),
    ("yaml", "documents of YAML to JSON"),
    ("yamlstream", "streams cut into documents"),
];

fn conformance() -> String {
    let mut out = String::from(
        "## Beside the real code of Kubernetes and containerd

Their answers are kept (`tests/data/conformance/`), ours are computed (`cargo test --test conformance -- --nocapture`).

| operation | what it asks | cases | agree | excepted | disagree |
|---|---|---|---|---|---|
",
    );
    for (op, tally) in tallies() {
        let about = OPERATIONS
            .iter()
            .find(|(name, _)| *name == op)
            .map(|(_, about)| *about);
        let about = about.unwrap_or_else(|| panic!("{op} is not described"));
        let wrong = tally.disagreements.len() + tally.unsupported;
        out += &format!(
            "| {op} | {about} | {} | {} | {} | {wrong} |\n",
            tally.asked,
            tally.agreed(),
            tally.excepted
        );
    }
    out += "\nThe excepted objects are refused by Kubernetes and taken by podwright:\n\n";
    for (said, why) in TAKEN {
        out += &format!("- `{said}`: {why}.\n");
    }
    out
}

fn findings(corpus: &Corpus) -> String {
    let mut out = String::from(
        "## Real manifests\n\n| set | files | documents | objects |\n|---|---|---|---|\n",
    );
    for (set, [files, documents, objects]) in SETS.iter().zip(&corpus.sizes) {
        out += &format!("| {set} | {files} | {documents} | {objects} |\n");
    }
    out += "\nWithout a configuration, from level info on; \"read\" are those that a person has read, see below.\n
| rule | level | manifests | rendered | bench-10k | read | false |
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
    out += "\nRules that are not named find nothing in these files.\n";
    out
}

fn read() -> String {
    let sample = sample();
    let mut out = String::from(
        "## Findings that were read

A sample over all rules, errors and warnings first, each with the lines around it and beside what Kubernetes does with
them (`tests/accuracy/read.tsv`). True is what Kubernetes does with the file as it stands: a part of an object that
documentation shows is refused, too.

| level | read | true | false |
|---|---|---|---|
",
    );
    for level in ["error", "warning", "info"] {
        let own = || sample.iter().filter(|read| read.level == level);
        let wrong = own().filter(|read| !read.is_true).count();
        let count = own().count();
        out += &format!("| {level} | {count} | {} | {wrong} |\n", count - wrong);
    }
    out += "\nThe false ones:\n\n";
    for read in sample.iter().filter(|read| !read.is_true) {
        out += &format!("- {} at `{}`: {}\n", read.rule, read.place, read.why);
    }
    out
}

fn deviations() -> String {
    let mut out = String::from(
        "## Where podwright is not Kubernetes

| what | Kubernetes | podwright, and why |
|---|---|---|
",
    );
    for line in rows(include_str!("deviations.tsv")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [what, kubernetes, why] = fields[..] else {
            panic!("three fields are wanted: {line}");
        };
        out += &format!("| {what} | {kubernetes} | {why} |\n");
    }
    out += "\nOf the cases of the yaml-test-suite and of the recorded samples these are judged otherwise than by go-yaml alone
or by YAML 1.2 (`tests/data/yaml-*deviations.tsv`):\n\n";
    let files = [
        include_str!("../data/yaml-deviations.tsv"),
        include_str!("../data/yaml-event-deviations.tsv"),
        include_str!("../data/yaml-granit-deviations.tsv"),
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

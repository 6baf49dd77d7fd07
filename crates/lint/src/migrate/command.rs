//! Converts command lines of kube-score and kubeconform, which have no configuration files: `cmd/kube-score/main.go` and
//! `pkg/config/config.go`.

use super::foreign::{Line, Lines};
use crate::compat::Tool;
use podwright_model::VersionRange;

/// Flags of kubeconform that take a value.
const KUBECONFORM_VALUES: [&str; 8] = [
    "cache",
    "ignore-filename-pattern",
    "kubernetes-version",
    "n",
    "output",
    "reject",
    "schema-location",
    "skip",
];

/// Flags of kube-score that take a value.
const KUBE_SCORE_VALUES: [&str; 7] = [
    "all-default-optional",
    "color",
    "enable-optional-test",
    "ignore-test",
    "kubernetes-version",
    "output-format",
    "output-version",
];

/// A flag with its value.
struct Flag<'a> {
    name: &'a str,
    value: &'a str,
}

impl Flag<'_> {
    fn origin(&self) -> String {
        format!("--{} {}", self.name, self.value)
            .trim_end()
            .to_owned()
    }
}

/// Converts a command line, and returns the tool. `None` if it calls neither of the tools.
pub(super) fn take_over(command: &str, into: &mut Lines) -> Option<&'static str> {
    let words: Vec<&str> = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    let is_tool = |word: &&str, tool: &str| word.rsplit('/').next() == Some(tool);
    let at = |tool: &str| words.iter().position(|word| is_tool(word, tool));
    if let Some(start) = at("kubeconform") {
        for flag in flags(&words[start + 1..], &KUBECONFORM_VALUES) {
            kubeconform(&flag, into);
        }
        return Some("kubeconform");
    }
    let start = at("kube-score")?;
    for flag in flags(&words[start + 1..], &KUBE_SCORE_VALUES) {
        kube_score(&flag, into);
    }
    for check in Tool::KubeScore
        .checks()
        .iter()
        .filter(|check| check.is_default)
    {
        into.turn_on(check, &format!("kube-score: default check {}", check.name));
    }
    let ignored: Vec<String> = flags(&words[start + 1..], &KUBE_SCORE_VALUES)
        .iter()
        .filter(|flag| flag.name == "ignore-test")
        .flat_map(|flag| flag.value.split(',').map(str::to_owned))
        .collect();
    into.list_default_others(Tool::KubeScore, &ignored, "kube-score");
    Some("kube-score")
}

fn flags<'a>(words: &[&'a str], with_value: &[&str]) -> Vec<Flag<'a>> {
    let mut found = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix('-') else {
            continue;
        };
        let flag = flag.trim_start_matches('-');
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, value),
            None if with_value.contains(&flag) => (flag, words.next().copied().unwrap_or("")),
            None => (flag, ""),
        };
        found.push(Flag { name, value });
    }
    found
}

fn kubernetes(flag: &Flag<'_>, into: &mut Lines) {
    match flag.value.parse::<VersionRange>() {
        Ok(version) => into.settings.push(Line {
            text: format!("kubernetes: {version}"),
            origin: flag.origin(),
        }),
        Err(_) => rest(flag, "the newest release is the default", into),
    }
}

fn rest(flag: &Flag<'_>, why: &str, into: &mut Lines) {
    into.rest.push(Line {
        text: why.to_owned(),
        origin: flag.origin(),
    });
}

fn kubeconform(flag: &Flag<'_>, into: &mut Lines) {
    match flag.name {
        "kubernetes-version" => kubernetes(flag, into),
        "ignore-filename-pattern" => {
            let is_plain = |c: char| c.is_alphanumeric() || "/_-".contains(c);
            match !flag.value.is_empty() && flag.value.chars().all(is_plain) {
                true => into.exclude.push(Line {
                    text: format!("- '{}'", flag.value.trim_start_matches('/')),
                    origin: flag.origin(),
                }),
                false => rest(flag, "a regular expression; add globs to `exclude`", into),
            }
        }
        "schema-location" => rest(
            flag,
            "podwright has the schemas of Kubernetes; list definitions of custom resources under `schemas`",
            into,
        ),
        "skip" => rest(
            flag,
            "podwright skips files, not kinds; add their paths to `exclude`",
            into,
        ),
        "reject" => rest(
            flag,
            "write a ValidatingAdmissionPolicy and list it under `policies`",
            into,
        ),
        "strict" => rest(
            flag,
            "not needed: unknown fields and duplicate keys are always reported",
            into,
        ),
        "ignore-missing-schemas" => rest(
            flag,
            "not needed: objects of unknown kinds are counted in the summary",
            into,
        ),
        "output" => rest(flag, "use `--format`", into),
        "exit-on-error" => rest(flag, "podwright reports all problems of all files", into),
        "summary" | "verbose" | "n" | "cache" | "debug" => {
            rest(flag, "not needed: about how kubeconform runs", into);
        }
        _ => rest(flag, "podwright has no such setting", into),
    }
}

fn kube_score(flag: &Flag<'_>, into: &mut Lines) {
    let (level, tests) = match flag.name {
        "kubernetes-version" => return kubernetes(flag, into),
        "ignore-test" => ("off", flag.value),
        "enable-optional-test" => ("warning", flag.value),
        "output-format" => return rest(flag, "use `--format`", into),
        "exit-one-on-warning" => {
            return rest(flag, "not needed: `fail-on` is `warning` by default", into);
        }
        _ => return rest(flag, "podwright has no such setting", into),
    };
    for name in tests.split(',') {
        let mut others = Tool::KubeScore.others();
        match (
            Tool::KubeScore.check(name),
            others.find(|(other, _)| *other == name),
        ) {
            (Some(check), _) if level == "off" => into.set(check, level, &flag.origin()),
            (Some(check), _) => into.turn_on(check, &flag.origin()),
            (None, Some((_, why))) => rest(flag, &format!("{name}: {why}"), into),
            (None, None) => rest(flag, &format!("{name}: not a check of kube-score"), into),
        }
    }
}

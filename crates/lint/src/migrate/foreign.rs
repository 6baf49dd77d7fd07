use crate::compat::{ForeignCheck, Tool};
use podwright_rule::{Profile, Severity};
use podwright_syntax::text::{Source, did_you_mean};
use podwright_syntax::{NodeId, SyntaxTree};

/// Number of names in a line of the list of default checks without rules.
const NAMES_PER_LINE: usize = 6;

/// A converted setting and its origin.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) origin: String,
}

/// Converted settings, and what has no equivalent.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Settings other than rules, as lines of the configuration.
    pub(super) settings: Vec<Line>,
    /// Whether suppression annotations had no effect.
    pub(super) ignores_annotations: bool,
    pub(super) rules: Vec<Line>,
    pub(super) exclude: Vec<Line>,
    pub(super) rest: Vec<Line>,
    /// Checks that the other tool does not run.
    off: Vec<&'static str>,
    /// Checks that the other tool runs, each with its origin.
    on: Vec<(&'static ForeignCheck, String)>,
}

impl Lines {
    /// Sets the rules of a check. If several checks set a rule, the highest level wins, so that no problem is lost.
    pub(super) fn set(&mut self, check: &'static ForeignCheck, level: &str, origin: &str) {
        match level {
            "off" => self.off.push(check.name),
            _ => self.on.push((check, origin.to_owned())),
        }
        for rule in check.rules {
            let key = format!("{rule}: ");
            let known = self
                .rules
                .iter()
                .position(|line| line.text.starts_with(&key));
            match known {
                Some(at) if rank(level) > rank(level_of(&self.rules[at].text)) => {
                    self.rules.remove(at);
                }
                Some(_) => continue,
                None => {}
            }
            self.set_rule(rule, check, level, origin);
        }
    }

    /// Switches on the rules of a check that podwright does not report, or reports as advice.
    pub(super) fn turn_on(&mut self, check: &'static ForeignCheck, origin: &str) {
        self.on.push((check, origin.to_owned()));
        for rule in check.rules {
            let definition = podwright_rules::find(rule);
            let is_on = definition.is_some_and(|rule| {
                rule.profile == Profile::Default && rule.meta.level >= Severity::Warning
            });
            if !is_on {
                self.set_rule(rule, check, "warning", origin);
            }
        }
    }

    /// Checks that the other tool runs, but whose rule is off, because it is also the rule of a check that is off.
    pub(super) fn lost_with_others(&self) -> Vec<Line> {
        let mut lost: Vec<Line> = Vec::new();
        let is_off = |rule: &&&str| {
            let line = format!("{rule}: off");
            self.rules.iter().any(|known| known.text == line)
        };
        for (check, origin) in &self.on {
            let Some(rule) = check.rules.iter().find(is_off) else {
                continue;
            };
            if self.off.contains(&check.name) {
                continue;
            }
            let why = format!("`{rule}` is off, because another check of this rule is");
            let text = match origin.ends_with(check.name) {
                true => why,
                false => format!("{}: {why}", check.name),
            };
            if !lost
                .iter()
                .any(|known| (&known.text, &known.origin) == (&text, origin))
            {
                let origin = origin.clone();
                lost.push(Line { text, origin });
            }
        }
        lost
    }

    /// Lists the checks that the other tool runs by default and that have no rule, a few a line. Those in `except` are not run.
    pub(super) fn list_default_others(&mut self, tool: Tool, except: &[String], origin: &str) {
        for (names, why) in tool.default_others() {
            let names = names.split_whitespace();
            let names: Vec<&str> = names
                .filter(|name| !except.iter().any(|other| other == name))
                .collect();
            for some in names.chunks(NAMES_PER_LINE) {
                self.rest.push(Line {
                    text: format!("{}: {why}", some.join(", ")),
                    origin: format!("{origin}: default checks"),
                });
            }
        }
    }

    /// Adds an entry to the list of a rule for required labels or annotations: `RULE: {level: warning, OPTION: [ENTRY]}`.
    pub(super) fn require(&mut self, rule: &str, option: &str, entry: &str, origin: &str) {
        let key = format!("{rule}: ");
        let known = self
            .rules
            .iter_mut()
            .find(|line| line.text.starts_with(&key));
        match known {
            Some(line) if line.text.ends_with("]}") => {
                line.text.truncate(line.text.len() - "]}".len());
                line.text += &format!(", {entry}]}}");
                line.origin += &format!(", {origin}");
            }
            // It is off, so the option would have no effect.
            Some(_) => {}
            None => self.rules.push(Line {
                text: format!("{key}{{level: warning, {option}: [{entry}]}}"),
                origin: origin.to_owned(),
            }),
        }
    }

    fn set_rule(&mut self, rule: &str, check: &ForeignCheck, level: &str, origin: &str) {
        let key = format!("{rule}: ");
        if self.rules.iter().any(|line| line.text.starts_with(&key)) {
            return;
        }
        let text = match check.options.filter(|_| level != "off") {
            Some(options) => format!("{key}{{level: {level}, {options}}}"),
            None => format!("{key}{level}"),
        };
        let origin = origin.to_owned();
        self.rules.push(Line { text, origin });
    }
}

/// The level in a line of a rule: `rule: level`, or `rule: {level: level, …}`.
fn level_of(text: &str) -> &str {
    let words = text.split([' ', ':', '{', ',']);
    let mut levels = words.filter(|word| rank(word) > 0 || *word == "off");
    levels.next().unwrap_or("off")
}

fn rank(level: &str) -> usize {
    let levels = ["info", "warning", "error"];
    let place = levels.iter().position(|one| *one == level);
    place.map_or(0, |place| place + 1)
}

/// A configuration that is being converted.
pub(super) struct Foreign<'a> {
    pub(super) source: &'a Source,
    pub(super) tree: &'a SyntaxTree,
    pub(super) tool: Tool,
    pub(super) into: &'a mut Lines,
}

impl Foreign<'_> {
    pub(super) fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let entry = self.tree.get(mapping, key)?;
        Some(self.tree.resolve(entry.value))
    }

    pub(super) fn text(&self, node: NodeId) -> String {
        self.tree.decoded(self.tree.resolve(node)).into_owned()
    }

    /// Returns the strings of a list or of a comma-separated string, each with its node.
    pub(super) fn strings(&self, node: NodeId) -> Vec<(String, NodeId)> {
        if self.tree.kind(node).is_sequence() {
            let items = self.tree.items(node);
            return items.map(|item| (self.text(item), item)).collect();
        }
        let text = self.text(node);
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(|part| (part.to_owned(), node)).collect()
    }

    pub(super) fn is_true(&self, mapping: NodeId, key: &str) -> bool {
        self.get(mapping, key)
            .is_some_and(|node| self.text(node) == "true")
    }

    /// Formats an origin as `FILE:LINE: what`.
    pub(super) fn origin(&self, node: NodeId, what: &str) -> String {
        let start = self.tree.span(node).start;
        let at = self.source.lines().position(start, &self.source.text);
        let place = format!("{}:{}", self.source.path, at.line);
        match what {
            "" => place,
            what => format!("{place}: {what}"),
        }
    }

    /// Returns the check with that name. An unknown check, or one without an equivalent, is listed.
    pub(super) fn check(
        &mut self,
        name: &str,
        node: NodeId,
        what: &str,
    ) -> Option<&'static ForeignCheck> {
        let check = self.tool.check(name);
        if check.is_some() {
            return check;
        }
        let text = if let Some((_, why)) = self.tool.others().find(|(other, _)| *other == name) {
            format!("{name}: {why}")
        } else {
            let known = self.tool.checks().iter().map(|check| check.name);
            let others = self.tool.others().map(|(name, _)| name);
            match did_you_mean(name, known.chain(others)) {
                Some(near) => format!("{name}, unknown in {}; did you mean {near}?", self.tool),
                None => format!("{name}, not a built-in check"),
            }
        };
        self.rest(node, what, text);
        None
    }

    pub(super) fn rest(&mut self, node: NodeId, what: &str, text: String) {
        let origin = self.origin(node, what);
        self.into.rest.push(Line { text, origin });
    }

    /// Sets the rules of a check. If several checks set a rule, the highest level wins.
    pub(super) fn set(
        &mut self,
        check: &'static ForeignCheck,
        level: &str,
        node: NodeId,
        what: &str,
    ) {
        let origin = self.origin(node, &format!("{what} {}", check.name));
        self.into.set(check, level, &origin);
    }

    /// Switches on the rules of a check that the tool runs and podwright does not, or reports as advice.
    pub(super) fn turn_on(&mut self, check: &'static ForeignCheck, node: NodeId, what: &str) {
        let origin = self.origin(node, &format!("{what} {}", check.name));
        self.into.turn_on(check, &origin);
    }

    /// Switches off the rules of a check that podwright has on by default.
    pub(super) fn leave_out(&mut self, check: &'static ForeignCheck, node: NodeId, what: &str) {
        let is_on = |rule: &&str| {
            podwright_rules::find(rule).is_some_and(|rule| rule.profile == Profile::Default)
        };
        if check.rules.iter().any(is_on) {
            self.set(check, "off", node, what);
        }
    }

    pub(super) fn exclude(&mut self, pattern: &str, node: NodeId, what: &str) {
        let origin = self.origin(node, what);
        let quoted = pattern.replace('\'', "''");
        self.into.exclude.push(Line {
            text: format!("- '{quoted}'"),
            origin,
        });
    }

    /// Adds a line of the configuration that is not about rules.
    pub(super) fn add_setting(&mut self, text: &str, node: NodeId, what: &str) {
        let origin = self.origin(node, what);
        let text = text.to_owned();
        self.into.settings.push(Line { text, origin });
    }

    /// Lists the keys of a mapping that are not in `known`, each with the reason.
    pub(super) fn list_others(&mut self, mapping: NodeId, known: &[&str], within: &str) {
        let entries: Vec<_> = self.tree.entries(mapping).collect();
        for entry in entries {
            let key = self.tree.key_text(entry.key).into_owned();
            if !known.contains(&key.as_str()) {
                let why = reason(self.tool, &key);
                self.rest(entry.key, within, format!("{key}: {why}"));
            }
        }
    }
}

/// What to write in place of a custom check.
pub(super) const CUSTOM: &str =
    "custom check; write it as a ValidatingAdmissionPolicy and list it under `policies`";

/// Why a key of another tool has no equivalent, and what to use instead.
fn reason(tool: Tool, key: &str) -> &'static str {
    match (tool, key) {
        (Tool::Checkov, "external-checks-dir" | "external-checks-git") => {
            "custom checks; write ValidatingAdmissionPolicies and list them under `policies`"
        }
        (Tool::Checkov, "soft-fail-on" | "hard-fail-on") | (Tool::Trivy, "severity") => {
            "set the levels of the rules, and `fail-on`"
        }
        (Tool::Trivy, "rego") => {
            "custom checks; write ValidatingAdmissionPolicies and list them under `policies`"
        }
        (Tool::Trivy, "ignorefile") => "pass the file: `podwright migrate FILE`",
        (Tool::Trivy, "exit-code") => "set `fail-on`",
        (Tool::Checkov | Tool::Trivy, "output" | "output-file-path" | "format" | "report") => {
            "use `--format` and `--output`"
        }
        (Tool::Checkov, "baseline" | "create-baseline") => {
            "write a new baseline: `podwright check --baseline FILE --write-baseline`"
        }
        (Tool::Checkov, "file") => "name the files: `podwright check FILE`",
        (Tool::Checkov, "var-file") => "list values of charts under `helm`",
        (
            Tool::Checkov,
            "branch"
            | "repo-id"
            | "repo-root-for-plan-enrichment"
            | "bc-api-key"
            | "prisma-api-url"
            | "docker-image"
            | "dockerfile-path"
            | "secrets-scan-file-type"
            | "secrets-history-timeout"
            | "mask",
        ) => "not about manifests",
        (
            Tool::Checkov,
            "download-external-modules"
            | "external-modules-download-path"
            | "evaluate-variables"
            | "summary-position"
            | "no-guide"
            | "skip-framework",
        ) => "not needed: about how checkov runs",
        (Tool::Checkov, "skip-resources-without-violations") => {
            "not needed: about how checkov runs"
        }
        (Tool::Polaris, "mutations") => "podwright changes files only with `--fix`",
        (
            Tool::Trivy,
            "db" | "vulnerability" | "secret" | "license" | "image" | "registry" | "cache"
            | "server" | "cloud" | "kubernetes" | "repository" | "pkg" | "vex" | "module"
            | "client" | "java-db" | "dependency-tree" | "list-all-pkgs" | "exit-on-eol"
            | "sbom-sources" | "offline-scan" | "rekor-url" | "detection-priority" | "distro",
        ) => "not about manifests",
        (Tool::Trivy, "quiet" | "debug" | "insecure" | "timeout" | "template" | "parallel") => {
            "not needed: about how trivy runs"
        }
        (Tool::Trivy, "ignore-policy") => "set the levels of rules, or use `overrides` with paths",
        (Tool::Trivy, "file-patterns") => "name the files: `podwright check FILE`",
        (Tool::Trivy, "misconfiguration") => {
            "about other scanners, values of charts (list them under `helm`), or custom checks (write \
             ValidatingAdmissionPolicies and list them under `policies`)"
        }
        _ => "podwright has no such setting",
    }
}

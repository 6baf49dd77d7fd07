//! Walks a file once and calls the hooks of all rules.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use podwright_cluster::admission_policy;
use podwright_cluster::workspace::{ImageSource, ObjectId, Skipped, Workspace};
use podwright_model::{Body, Container, DockerDocument, Object, Pod, Secret, VersionRange};
use podwright_rule::finding::{Finding, Severity};
use podwright_rule::{ActiveRules, Applicability, RuleContext};
use podwright_schema::advice::misplaced;
use podwright_schema::{
    Compared, ErrorType, JudgedBy, Problem, ProblemKind, Releases, Subject, invalid, problems,
};
use podwright_syntax::text::{FileId, Location, Span};
use podwright_syntax::{NodeId, PathSegment};

use crate::later::answer_later;

/// Runs `rules` on the given range of objects in the file `id`, and on the file as a whole if the range includes the
/// first object. A panic in a check becomes an `internal-error` finding, and that check is not called again.
pub(super) fn walk(
    workspace: &Workspace,
    rules: &ActiveRules,
    versions: VersionRange,
    id: FileId,
    objects: Range<usize>,
) -> Vec<Finding> {
    let mut walk = Walk {
        workspace,
        rules,
        versions,
        id,
        object: None,
        pod: None,
        container: None,
        panicked: Vec::new(),
        findings: Vec::new(),
    };
    walk.file(objects);
    walk.panicked.sort_unstable();
    let panicked = walk.panicked.into_iter();
    walk.findings
        .extend(panicked.map(|(_, rule)| internal_error(rule, id)));
    walk.findings
}

/// Groups of rules whose warnings are not advice on a manifest: credentials in a file are a problem wherever they come
/// from.
const KEPT_IN_DUMPS: [&str; 2] = ["dockerconfig", "podwright"];

struct Walk<'a> {
    workspace: &'a Workspace,
    rules: &'a ActiveRules,
    versions: VersionRange,
    id: FileId,
    object: Option<(ObjectId, &'a Object)>,
    pod: Option<&'a Pod>,
    container: Option<&'a Container>,
    /// Checks that panicked: the index of the first rule, and the name of the rule whose report it was preparing.
    panicked: Vec<(usize, &'static str)>,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn file(&mut self, objects: Range<usize>) {
        let file = self.workspace.file(self.id);
        if objects.start == 0 {
            self.releases();
        }
        let skipped = self.workspace.skipped(self.id);
        if skipped == Some(Skipped::Policy) {
            self.policies(objects.clone());
        }
        if skipped.is_some() {
            return;
        }
        if let Some(config) = &file.runtime_config {
            self.run(&self.rules.hooks.runtime_config, |check, cx| {
                check(config, cx)
            });
            return;
        }
        if let Some(config) = &file.registry_config {
            self.run(&self.rules.hooks.registry_config, |check, cx| {
                check(config, cx)
            });
            return;
        }
        if let Some(document) = &file.docker_config {
            self.run(&self.rules.hooks.docker_config, |check, cx| {
                check(document, cx)
            });
            return;
        }
        // The text of a rendered file is the renderer's, and the text of its sources is theirs.
        if objects.start == 0 && self.workspace.render_of(self.id).is_none() {
            self.run(&self.rules.hooks.file, |hook, cx| hook(file, cx));
            for render in self.workspace.renders_at(self.id) {
                if render.release().is_none() {
                    self.run(&self.rules.hooks.build, |hook, cx| hook(render, cx));
                }
            }
        }
        if self.workspace.is_rendered_elsewhere(self.id) {
            return;
        }
        for (object, index) in file.objects[objects.clone()].iter().zip(objects) {
            let id = ObjectId {
                file: self.id,
                index,
            };
            self.object = Some((id, object));
            let start = self.findings.len();
            self.object(object);
            let (kind, asked) = (object.kind.text(), Releases::of(self.versions));
            for finding in &mut self.findings[start..] {
                answer_later(finding, kind.unwrap_or_default(), asked);
            }
            if object.is_live {
                self.drop_advice(start);
            }
        }
    }

    /// What is wrong with the policies of a file that is not applied itself.
    fn policies(&mut self, objects: Range<usize>) {
        let file = self.workspace.file(self.id);
        for (object, index) in file.objects[objects.clone()].iter().zip(objects) {
            if object.group() == Some(admission_policy::GROUP) {
                let id = ObjectId {
                    file: self.id,
                    index,
                };
                self.object = Some((id, object));
                self.schema(object);
            }
        }
    }

    /// What the values make of a chart, if this is its `Chart.yaml`, or else of those that the file asks for.
    fn releases(&mut self) {
        for render in self.workspace.renders_at(self.id) {
            if let Some(release) = render.release() {
                self.run(&self.rules.hooks.release, |hook, cx| {
                    hook(render, release, cx)
                });
            }
        }
    }

    /// Drops the findings from `start` on that are advice. The cluster has accepted an object that was read from it, and
    /// nobody edits such a file.
    fn drop_advice(&mut self, start: usize) {
        let own = self.findings.split_off(start);
        let kept = own.into_iter().filter(|finding| {
            finding.level == Severity::Error
                || podwright_rules::find(finding.rule)
                    .is_some_and(|rule| KEPT_IN_DUMPS.contains(&rule.meta.group))
        });
        self.findings.extend(kept);
    }

    fn object(&mut self, object: &'a Object) {
        self.run(&self.rules.hooks.object, |hook, cx| hook(object, cx));
        self.schema(object);
        match &object.body {
            Body::Secret(secret) => self.secret(secret),
            Body::ServiceAccount(account) => {
                self.run(&self.rules.hooks.service_account, |check, cx| {
                    check(account, cx)
                });
            }
            Body::RuntimeClass(class) => self.run(&self.rules.hooks.runtime_class, |check, cx| {
                check(class, cx)
            }),
            Body::ConfigMap(_)
            | Body::Namespace
            | Body::Node(_)
            | Body::Service(_)
            | Body::KubeletConfig(_)
            | Body::CredentialProviderConfig(_)
            | Body::SecretMaker(_)
            | Body::ImageBuilder(_)
            | Body::ImageStream { .. }
            | Body::Other => {}
        }
        for pod in &object.pods {
            self.pod = Some(pod);
            self.pod(pod);
        }
        self.pod = None;
    }

    /// Walks the object once by its schema; each rule handles its own kinds of problems.
    fn schema(&mut self, object: &'a Object) {
        let file = self.workspace.file(self.id);
        let subject = Subject {
            tree: &file.tree,
            object,
            range: self.versions,
            is_partial: self.workspace.is_partial_object(self.id, object),
            custom: self.workspace.custom_kinds(self.id),
        };
        let walked = catch_unwind(AssertUnwindSafe(|| {
            let found = problems(&subject);
            let misplaced = misplaced(&subject, &found);
            (found, misplaced)
        }));
        let (found, misplaced) = walked.unwrap_or_default();
        let tree = &file.tree;
        let unknown = found.iter().filter_map(|problem| match problem.kind {
            ProblemKind::UnknownField { mapping, .. } => Some(tree.resolve(mapping)),
            _ => None,
        });
        let with_unknown_fields: Vec<NodeId> = unknown.collect();
        let is_in_other_case =
            |problem: &Problem<'_>| matches!(problem.kind, ProblemKind::FieldCase { .. });
        let is_misnamed = !with_unknown_fields.is_empty() || found.iter().any(is_in_other_case);
        for problem in found {
            let missing = match problem.kind {
                ProblemKind::Missing(name) => name,
                _ => "",
            };
            let mapping = tree.resolve(problem.node);
            let is_misplaced = |(at, name): &(NodeId, String)| *at == mapping && name == missing;
            if misplaced.iter().any(is_misplaced)
                || self.is_set_by_kustomize(problem.node, &[missing], object)
            {
                continue;
            }
            let first = self.findings.len();
            self.run(&self.rules.hooks.problem, |hook, cx| hook(&problem, cx));
            let asked = Releases::of(self.versions);
            let is_certain = problem.releases.hold_all(asked);
            if problem.is_embedded || !is_certain {
                for finding in &mut self.findings[first..] {
                    finding.at_most(Severity::Warning);
                    if !is_certain {
                        finding.note(differ(problem.releases, asked));
                    }
                }
            }
            if let Some(definition) = problem.definition {
                for finding in &mut self.findings[first..] {
                    if definition.accepted_by.is_some() {
                        finding.at_most(Severity::Warning);
                    }
                    finding.note(judged_by(definition));
                }
            }
            if let Some(compared) = problem.operator {
                for finding in &mut self.findings[first..] {
                    weaken(finding, compared);
                }
            }
        }
        if self.rules.hooks.invalid.is_empty() {
            return;
        }
        let validated = catch_unwind(AssertUnwindSafe(|| invalid(&subject)));
        for error in validated.unwrap_or_default() {
            // A field with a wrong name or in the wrong place is probably the one that is missing.
            let is_missing = error.error == ErrorType::Required && !error.rest[0].is_empty();
            let is_explained = is_missing && is_misnamed
                || with_unknown_fields.contains(&tree.resolve(error.node));
            if is_explained || self.is_set_by_kustomize(error.node, &error.rest, object) {
                continue;
            }
            self.run(&self.rules.hooks.invalid, |hook, cx| hook(&error, cx));
        }
    }

    /// Whether the field at `missing` below `node`, or `node` itself, is a namespace that kustomize replaces or fills in.
    fn is_set_by_kustomize(&self, node: NodeId, missing: &[&str], object: &Object) -> bool {
        let Some((id, _)) = self.object else {
            return false;
        };
        let missing = missing.iter().filter(|name| !name.is_empty());
        // Most fields have another name, and a path is expensive.
        let is_other = |name: &&str| *name != "namespace";
        if missing.clone().next_back().is_some_and(is_other) {
            return false;
        }
        let tree = &self.workspace.file(self.id).tree;
        let outer = tree.path(object.node).len();
        let mut path = tree.path(node).split_off(outer);
        path.extend(missing.map(|&name| PathSegment::Key(name.to_owned())));
        let is_namespace = matches!(path.last(), Some(PathSegment::Key(key)) if key == "namespace");
        is_namespace && self.workspace.is_namespace_set_by_kustomize(id, &path)
    }

    fn secret(&mut self, secret: &Secret) {
        self.run(&self.rules.hooks.secret, |hook, cx| hook(secret, cx));
        let tree = &self.workspace.file(self.id).tree;
        if let Some(document) = DockerDocument::in_secret(tree, secret) {
            self.run(&self.rules.hooks.docker_config, |check, cx| {
                check(&document, cx)
            });
        }
    }

    fn pod(&mut self, pod: &'a Pod) {
        self.run(&self.rules.hooks.pod, |hook, cx| hook(pod, cx));
        for container in &pod.containers {
            self.container = Some(container);
            self.container(pod, container);
        }
        self.container = None;
        for volume in &pod.image_volumes {
            self.images(pod, ImageSource::Volume(volume));
        }
    }

    fn container(&mut self, pod: &'a Pod, container: &'a Container) {
        self.run(&self.rules.hooks.container, |hook, cx| hook(container, cx));
        self.images(pod, ImageSource::Container(container));
        let lifecycle = container.lifecycle.value();
        for (name, hook) in lifecycle
            .into_iter()
            .flat_map(|lifecycle| lifecycle.hooks())
        {
            self.run(&self.rules.hooks.hook, |check, cx| check(name, hook, cx));
        }
    }

    fn images(&mut self, pod: &'a Pod, source: ImageSource<'a>) {
        for image in self.workspace.images(self.id, pod, source) {
            self.run(&self.rules.hooks.image, |hook, cx| hook(&image, cx));
        }
    }

    /// Calls every hook whose check has not panicked.
    fn run<H: Copy>(&mut self, hooks: &[(usize, H)], call: impl Fn(H, &mut RuleContext<'_>)) {
        for &(first_rule, hook) in hooks {
            if self.panicked.iter().any(|(own, _)| *own == first_rule) {
                continue;
            }
            let mut cx = RuleContext {
                workspace: self.workspace,
                versions: self.versions,
                file_id: self.id,
                object: self.object,
                pod: self.pod,
                container: self.container,
                rules: self.rules,
                rule: self.rules.get(first_rule),
                findings: &mut self.findings,
                dropped: None,
            };
            if catch_unwind(AssertUnwindSafe(|| call(hook, &mut cx))).is_err() {
                let rule = cx.rule.unwrap_or(&self.rules[first_rule]);
                self.panicked.push((first_rule, rule.meta.name));
            }
        }
    }
}

/// Says which target releases reject what the others drop or do not validate.
fn differ(reject: Releases, asked: Releases) -> String {
    let rejecting = Releases(reject.0 & asked.0).listed();
    let others = asked.without(reject).listed();
    format!("rejected in Kubernetes {rejecting}; accepted in {others}")
}

/// Names the definition of a custom resource that has the problem.
fn judged_by(definition: JudgedBy<'_>) -> String {
    let newest = definition.newest;
    match (definition.accepted_by, definition.releases) {
        (Some(older), _) => format!("rejected by the definition {newest}; accepted by {older}"),
        (None, 0 | 1) => format!("checked against the definition {newest}"),
        (None, count) => format!("all {count} definitions reject it; the newest is {newest}"),
    }
}

/// Names the releases that a finding is about. The cluster may have another release of the operator.
fn weaken(finding: &mut Finding, compared: Compared) {
    let operator = compared.with;
    finding.note(format!(
        "compared with {operator}, because neither the input nor `schemas` defines the kind"
    ));
    if compared.may_be_newer {
        let product = operator.product();
        finding.at_most(Severity::Info).fixes.clear();
        finding.help(format!(
            "check that your release of {product} has it, or add its definitions to `schemas`"
        ));
        return;
    }
    finding.at_most(Severity::Warning);
    for fix in &mut finding.fixes {
        if fix.safety == Applicability::Safe {
            fix.safety = Applicability::Unsafe;
        }
    }
}

/// Finding for a panic in podwright. It omits the panic message, which might contain a value from the file.
fn internal_error(rule: &str, id: FileId) -> Finding {
    let message = format!("internal error: rule `{rule}` panicked on this file");
    let place = Location {
        file: id,
        span: Span::default(),
    };
    let mut finding = Finding::new("internal-error", Severity::Error, place, message);
    finding
        .note("this is a bug in podwright, not in the file; the other rules still ran")
        .help("report the bug, with the file if you can share it");
    finding
}

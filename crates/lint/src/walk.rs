//! Walks a file once and calls the hooks of all rules.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use podwright_cluster::workspace::{ImageSource, ObjectId, Workspace};
use podwright_model::{Body, Container, DockerDocument, Object, Pod, Secret, VersionRange};
use podwright_rule::finding::{Finding, Severity};
use podwright_rule::{ActiveRule, Hook, Rule, RuleContext};
use podwright_schema::{Subject, problems};
use podwright_syntax::text::{FileId, Location, Span};

/// Runs `rules` on the given range of objects in the file `id`, and on the file as a whole if the range includes the
/// first object. A panic in a rule becomes an `internal-error` finding, and that rule is not called again.
pub(super) fn walk(
    workspace: &Workspace,
    rules: &[ActiveRule],
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
        failed: vec![false; rules.len()],
        findings: Vec::new(),
    };
    walk.file(objects);
    let failed = rules
        .iter()
        .zip(&walk.failed)
        .filter(|(_, failed)| **failed);
    let errors: Vec<Finding> = failed.map(|(rule, _)| internal_error(rule, id)).collect();
    walk.findings.extend(errors);
    walk.findings
}

struct Walk<'a> {
    workspace: &'a Workspace,
    rules: &'a [ActiveRule],
    versions: VersionRange,
    id: FileId,
    object: Option<(ObjectId, &'a Object)>,
    pod: Option<&'a Pod>,
    container: Option<&'a Container>,
    /// Which of the rules have panicked.
    failed: Vec<bool>,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn file(&mut self, objects: Range<usize>) {
        let file = self.workspace.file(self.id);
        if file.skipped.is_some() {
            return;
        }
        if let Some(config) = &file.runtime_config {
            self.ask(Hook::RuntimeConfig, |check, cx| {
                check.runtime_config(config, cx)
            });
            return;
        }
        if let Some(document) = &file.docker_config {
            self.ask(Hook::DockerConfig, |check, cx| {
                check.docker_config(document, cx)
            });
            return;
        }
        if objects.start == 0 {
            self.ask(Hook::File, |check, cx| check.file(file, cx));
        }
        for (object, index) in file.objects[objects.clone()].iter().zip(objects) {
            let id = ObjectId {
                file: self.id,
                index,
            };
            self.object = Some((id, object));
            self.object(object);
        }
    }

    fn object(&mut self, object: &'a Object) {
        self.ask(Hook::Object, |check, cx| check.object(object, cx));
        self.schema(object);
        match &object.body {
            Body::Secret(secret) => self.secret(secret),
            Body::ServiceAccount(account) => {
                self.ask(Hook::ServiceAccount, |check, cx| {
                    check.service_account(account, cx)
                });
            }
            Body::RuntimeClass(class) => self.ask(Hook::RuntimeClass, |check, cx| {
                check.runtime_class(class, cx)
            }),
            Body::ConfigMap(_)
            | Body::Namespace
            | Body::Node(_)
            | Body::Service(_)
            | Body::KubeletConfig(_)
            | Body::CredentialProviderConfig(_)
            | Body::SecretMaker(_)
            | Body::ImageBuilder(_)
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
            is_partial: object.is_fragment || self.workspace.is_patch(self.id),
            custom: self.workspace.custom_kinds(),
        };
        let walked = catch_unwind(AssertUnwindSafe(|| problems(&subject)));
        for problem in walked.unwrap_or_default() {
            self.ask(Hook::Problem, |check, cx| check.problem(&problem, cx));
        }
    }

    fn secret(&mut self, secret: &Secret) {
        self.ask(Hook::Secret, |check, cx| check.secret(secret, cx));
        let tree = &self.workspace.file(self.id).tree;
        if let Some(document) = DockerDocument::in_secret(tree, secret) {
            self.ask(Hook::DockerConfig, |check, cx| {
                check.docker_config(&document, cx)
            });
        }
    }

    fn pod(&mut self, pod: &'a Pod) {
        self.ask(Hook::Pod, |check, cx| check.pod(pod, cx));
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
        self.ask(Hook::Container, |check, cx| check.container(container, cx));
        self.images(pod, ImageSource::Container(container));
        let lifecycle = container.lifecycle.value();
        for (name, hook) in lifecycle
            .into_iter()
            .flat_map(|lifecycle| lifecycle.hooks())
        {
            self.ask(Hook::Hook, |check, cx| check.hook(name, hook, cx));
        }
    }

    fn images(&mut self, pod: &'a Pod, source: ImageSource<'a>) {
        for image in self.workspace.images(self.id, pod, source) {
            self.ask(Hook::Image, |check, cx| check.image(&image, cx));
        }
    }

    /// Calls every rule that has the hook and has not panicked.
    fn ask(&mut self, hook: Hook, ask: impl Fn(&dyn Rule, &mut RuleContext<'_>)) {
        for (rule, failed) in self.rules.iter().zip(&mut self.failed) {
            if *failed || rule.passed.has(hook) {
                continue;
            }
            let mut cx = RuleContext {
                workspace: self.workspace,
                versions: self.versions,
                file_id: self.id,
                object: self.object,
                pod: self.pod,
                container: self.container,
                meta: rule.meta,
                level: rule.level,
                findings: &mut self.findings,
                passed: false,
            };
            let asked = catch_unwind(AssertUnwindSafe(|| ask(&*rule.check, &mut cx)));
            *failed = asked.is_err();
            if cx.passed {
                rule.passed.note(hook);
            }
        }
    }
}

/// Finding for a panic in podwright. It omits the panic message, which might contain a value from the file.
fn internal_error(rule: &ActiveRule, id: FileId) -> Finding {
    let message = format!(
        "internal error: rule `{}` panicked on this file",
        rule.meta.name
    );
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

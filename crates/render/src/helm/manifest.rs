//! What templates rendered, as helm prints it: split, sorted, hooks last
//! (`pkg/release/v1/util/manifest_sorter.go`, `pkg/cmd/template.go`).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use podwright_go_template::text::part;
use podwright_go_template::{Data, Value};
use podwright_syntax::provenance::Text;
use podwright_syntax::text::{FileId, Location, Span};
use rustc_hash::FxHashMap;

use crate::RenderError;

use super::chart::Chart;
use super::problem::{NoticeKind, Problems};
use super::{ProblemKind, read};

/// A document that a template rendered.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Path of the template, from the name of the chart on.
    pub template: String,
    /// Number of the document in what the template rendered, from 0.
    pub document: usize,
    /// The document.
    pub text: Text,
    /// Its `kind`.
    pub kind: String,
    /// Whether it is a hook.
    pub is_hook: bool,
    /// Whether it is a file of `crds/`.
    pub is_definition: bool,
    /// Whether it is a hook that tests the release.
    pub is_test: bool,
}

/// Most documents that the templates of a chart render.
const MAX_DOCUMENTS: usize = 20_000;

const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// What is done to the objects of hooks (`pkg/release/v1/hook.go`).
pub const DELETE_POLICIES: [&str; 3] = ["before-hook-creation", "hook-succeeded", "hook-failed"];

/// Names of hooks.
pub const HOOKS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// Kinds in the order in which helm installs them.
const INSTALL_ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The documents of all templates, sorted: first those that are installed, then the hooks.
pub(super) fn sort(
    rendered: &BTreeMap<String, Text>,
    templates: &Templates,
    problems: &mut Problems,
) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    let mut hooks = Vec::new();
    let mut left = MAX_DOCUMENTS;
    for (template, text) in rendered {
        let name = template.rsplit('/').next().unwrap_or(template);
        if name.starts_with('_') || name == "NOTES.txt" || text.as_str().trim().is_empty() {
            continue;
        }
        let separators = text.as_str().lines().filter(|line| line.starts_with("---"));
        left = match left.checked_sub(1 + separators.count()) {
            Some(left) => left,
            None => {
                let message = format!("the templates render more than {MAX_DOCUMENTS} documents");
                let help = "render fewer objects, or divide the chart";
                let error = RenderError::limit(text.location(), message, help);
                problems.add(ProblemKind::Limit, error);
                break;
            }
        };
        for (index, document) in split(text).into_iter().enumerate() {
            let manifest = match manifest(template, index, document.clone(), problems) {
                Ok(Some(manifest)) => manifest,
                Ok(None) => continue,
                Err(error) => {
                    let error = templates.printing(error, &document);
                    problems.add_about(ProblemKind::Output, template.clone(), error);
                    continue;
                }
            };
            match manifest.is_hook {
                true => hooks.push(manifest),
                false => manifests.push(manifest),
            }
        }
    }
    manifests.sort_by(|a, b| by_kind(&a.kind, &b.kind));
    hooks.sort_by(|a, b| by_kind(&a.kind, &b.kind));
    manifests.extend(hooks);
    manifests
}

/// Texts of the templates of a chart.
#[derive(Debug, Default)]
pub(super) struct Templates(FxHashMap<FileId, Text>);

impl Templates {
    pub(super) fn new(chart: &Chart) -> Self {
        let mut all = Self::default();
        all.add(chart);
        all
    }

    fn add(&mut self, chart: &Chart) {
        let own = chart.templates.iter().map(|file| (file.id, file.text()));
        self.0.extend(own);
        for subchart in &chart.dependencies {
            self.add(subchart);
        }
    }

    /// An error at a value of the output, at the action that prints the value. The value becomes a related place.
    fn printing(&self, error: RenderError, output: &Text) -> RenderError {
        let Some(place) = error.place else {
            return error;
        };
        if self.0.contains_key(&place.file) {
            return error;
        }
        let tree = podwright_syntax::yaml::read_document(output.as_str().into());
        let end = tree.errors().first().map_or(0, |error| error.span.start);
        let before = output
            .runs()
            .take_while(|(run, _)| run.start <= end as usize);
        let places = before.filter_map(|(_, origin)| origin.locations().next());
        let literal = places.filter(|at| self.0.contains_key(&at.file)).last();
        let Some(action) = literal.and_then(|at| self.action_after(at)) else {
            return error;
        };
        RenderError {
            place: Some(action),
            related: Some(place),
            ..error
        }
    }

    /// The action that follows a part of a template.
    fn action_after(&self, at: Location) -> Option<Location> {
        let text = self.0.get(&at.file)?;
        // The text begins after a byte order mark.
        let base = text.location()?.span.start as usize;
        let from = (at.span.end as usize).checked_sub(base)?;
        let rest = text.as_str().get(from..)?;
        let start = from + rest.len() - rest.trim_start().len();
        let action = text.as_str().get(start..)?;
        let end = start + action.starts_with("{{").then(|| action.find("}}"))?? + 2;
        let span = Span::new(
            u32::try_from(base + start).ok()?,
            u32::try_from(base + end).ok()?,
        );
        Some(Location {
            file: at.file,
            span,
        })
    }
}

/// The files of `crds/`, those of the chart before those of its dependencies (`CRDObjects`).
pub(super) fn definitions(
    chart: &Chart,
    parent: &str,
    manifests: &mut Vec<Manifest>,
    problems: &mut Problems,
) {
    let path = match parent {
        "" => chart.name().to_owned(),
        parent => format!("{parent}/charts/{}", chart.name()),
    };
    for file in &chart.files {
        let extension = file.name.rsplit('.').next().unwrap_or_default();
        let extension = extension.to_ascii_lowercase();
        if file.name.starts_with("crds/") && matches!(extension.as_str(), "yaml" | "yml" | "json") {
            if let Some(place) = template_action(file) {
                problems.notice(NoticeKind::TemplatedDefinition, "", Some(place), None);
            }
            manifests.push(Manifest {
                template: format!("{path}/{}", file.name),
                document: 0,
                text: file.text(),
                kind: "CustomResourceDefinition".to_owned(),
                is_hook: false,
                is_definition: true,
                is_test: false,
            });
        }
    }
    for subchart in &chart.dependencies {
        definitions(subchart, &path, manifests, problems);
    }
}

/// The first action of a template in a file that is not rendered: where the file is not YAML because of it, or in the
/// metadata of an object.
fn template_action(file: &super::chart::File) -> Option<Location> {
    let tree = file.source.tree();
    let at = |span: Span| {
        let text = tree.slice(span);
        let start = span.start + u32::try_from(text.find("{{")?).ok()?;
        let end = text.find("}}").map_or(span.end, |end| {
            span.start + u32::try_from(end + 2).unwrap_or(0)
        });
        Some(Location {
            file: file.id,
            span: Span::new(start, end.max(start)),
        })
    };
    let whole = Span::new(0, u32::try_from(tree.text().len()).ok()?);
    if !tree.errors().is_empty() {
        return at(whole);
    }
    let mut documents = tree.documents().iter();
    documents.find_map(|document| {
        let metadata = tree.get(document.root, "metadata")?;
        at(tree.span(metadata.value))
    })
}

/// `SplitManifests`: at each line that starts with `---`.
fn split(text: &Text) -> Vec<Text> {
    let string = text.as_str().trim_start();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut line = 0;
    let mut push = |from: usize, to: usize| {
        let document = string[from..to].trim_start();
        if !document.is_empty() {
            documents.push(part(text, document));
        }
    };
    for found in string.split_inclusive('\n') {
        if let Some(rest) = found.strip_prefix("---") {
            push(start, line);
            let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            start = line + 3 + spaces;
        }
        line += found.len();
    }
    push(start, string.len());
    documents
}

/// Reads what helm needs to know of a document. `None` for a hook that helm does not know.
fn manifest(
    template: &str,
    document: usize,
    text: Text,
    problems: &mut Problems,
) -> Result<Option<Manifest>, RenderError> {
    let is_lone = |c: char| podwright_go_template::text::lone_byte(c).is_some();
    if let Some(at) = text.as_str().find(is_lone) {
        let place = text.slice(at..at).location().or(text.location());
        return Err(RenderError::at(place, "invalid UTF-8"));
    }
    let root = read::yaml(&text)?;
    let wrong =
        |value: &Value, what: &str| RenderError::at(value.place().or(text.location()), what);
    let map = match &root.data {
        Data::Map(map) => Some(map.clone()),
        Data::Nil => None,
        _ => return Err(wrong(&root, "the output is not an object")),
    };
    let field = |map: &podwright_go_template::Map, name: &str| {
        let entries = map.to_vec().into_iter();
        let mut found = entries.filter(|(key, _)| key.0.as_str().eq_ignore_ascii_case(name));
        found.next_back().map(|(_, value)| value)
    };
    let string = |value: Option<Value>, name: &str| match value {
        None => Ok(String::new()),
        Some(value) => match &value.data {
            Data::String(text) => Ok(text.as_str().to_owned()),
            Data::Nil => Ok(String::new()),
            // Numbers and booleans become strings where Go expects one.
            Data::Bool(_) | Data::Float(_) => {
                Ok(podwright_go_template::printed(&value).as_str().to_owned())
            }
            _ => Err(wrong(&value, &format!("`{name}` is not a string"))),
        },
    };
    let mut kind = String::new();
    let (mut hook, mut weight, mut policy) = (None, None, None);
    if let Some(map) = map {
        for name in ["apiVersion", "kind"] {
            let is_empty = match field(&map, name).map(|value| value.data) {
                None | Some(Data::Nil) => true,
                Some(Data::String(text)) => text.is_empty(),
                Some(_) => false,
            };
            if is_empty {
                problems.notice(NoticeKind::NoKind, name, root.place(), None);
                break;
            }
        }
        string(field(&map, "apiVersion"), "apiVersion")?;
        kind = string(field(&map, "kind"), "kind")?;
        let metadata = field(&map, "metadata");
        match metadata.as_ref().map(|value| &value.data) {
            None | Some(Data::Nil) => {}
            Some(Data::Map(metadata)) => {
                string(field(metadata, "name"), "metadata.name")?;
                let annotations = field(metadata, "annotations");
                match annotations.as_ref().map(|value| &value.data) {
                    None | Some(Data::Nil) => {}
                    Some(Data::Map(annotations)) => {
                        for (key, value) in annotations.to_vec() {
                            let name = key.0.as_str();
                            let place = value.place().or(key.0.location());
                            let value =
                                string(Some(value), &format!("metadata.annotations[{name}]"))?;
                            match name {
                                HOOK => hook = Some((value, place)),
                                WEIGHT => weight = Some((value, place)),
                                DELETE_POLICY => policy = Some((value, place)),
                                _ => {}
                            }
                        }
                    }
                    Some(_) => {
                        let value = annotations.unwrap_or_else(Value::nil);
                        return Err(wrong(&value, "`metadata.annotations` is not a mapping"));
                    }
                }
            }
            Some(_) => {
                let value = metadata.unwrap_or_else(Value::nil);
                return Err(wrong(&value, "`metadata` is not a mapping"));
            }
        }
    }
    let is_hook = hook.is_some();
    let mut is_test = false;
    let mut is_unknown = false;
    if let Some((events, place)) = hook {
        let unknown = |event: &&str| !HOOKS.contains(&event.to_lowercase().as_str());
        if let Some(event) = events.split(',').map(str::trim).find(unknown) {
            is_unknown = true;
            problems.notice(NoticeKind::UnknownHook, event, place, None);
        }
        // Both names are one event.
        let mut events = events.split(',').map(|event| event.trim().to_lowercase());
        is_test = events.any(|event| matches!(event.as_str(), "test" | "test-success"));
        if let Some((number, place)) = weight
            && number.parse::<i64>().is_err()
        {
            problems.notice(NoticeKind::HookWeight, number, place, None);
        }
        if let Some((policies, place)) = policy {
            let policies = policies.split(',').map(str::trim);
            let mut unknown =
                policies.filter(|one| !DELETE_POLICIES.contains(&one.to_lowercase().as_str()));
            if let Some(one) = unknown.next() {
                problems.notice(NoticeKind::DeletePolicy, one, place, None);
            }
        }
    }
    Ok((!is_unknown).then(|| Manifest {
        template: template.to_owned(),
        document,
        text,
        kind,
        is_hook,
        is_definition: false,
        is_test,
    }))
}

/// Kinds that helm does not know come last, by name.
fn by_kind(a: &str, b: &str) -> Ordering {
    let order = |kind: &str| INSTALL_ORDER.iter().position(|known| *known == kind);
    match (order(a), order(b)) {
        (None, None) => a.cmp(b),
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => a.cmp(&b),
    }
}

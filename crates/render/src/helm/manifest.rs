//! What templates rendered, as helm prints it: split, sorted, hooks last
//! (`pkg/release/v1/util/manifest_sorter.go`, `pkg/cmd/template.go`).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use podwright_go_template::text::part;
use podwright_go_template::{Data, Value};
use podwright_syntax::provenance::Text;

use crate::RenderError;

use super::chart::Chart;
use super::problem::Problems;
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
    /// Whether it is a hook that tests the release.
    pub is_test: bool,
}

const HOOK: &str = "helm.sh/hook";

const HOOKS: [&str; 10] = [
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
pub(super) fn sort(rendered: &BTreeMap<String, Text>, problems: &mut Problems) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    let mut hooks = Vec::new();
    for (template, text) in rendered {
        let name = template.rsplit('/').next().unwrap_or(template);
        if name.starts_with('_') || name == "NOTES.txt" || text.as_str().trim().is_empty() {
            continue;
        }
        for (index, document) in split(text).into_iter().enumerate() {
            let manifest = match manifest(template, index, document) {
                Ok(Some(manifest)) => manifest,
                Ok(None) => continue,
                Err(error) => {
                    problems.add(ProblemKind::Output, error);
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

/// The files of `crds/`, those of the chart before those of its dependencies (`CRDObjects`).
pub(super) fn definitions(chart: &Chart, parent: &str, manifests: &mut Vec<Manifest>) {
    let path = match parent {
        "" => chart.name().to_owned(),
        parent => format!("{parent}/charts/{}", chart.name()),
    };
    for file in &chart.files {
        let extension = file.name.rsplit('.').next().unwrap_or_default();
        let extension = extension.to_ascii_lowercase();
        if file.name.starts_with("crds/") && matches!(extension.as_str(), "yaml" | "yml" | "json") {
            manifests.push(Manifest {
                template: format!("{path}/{}", file.name),
                document: 0,
                text: file.text(),
                kind: "CustomResourceDefinition".to_owned(),
                is_hook: false,
                is_test: false,
            });
        }
    }
    for subchart in &chart.dependencies {
        definitions(subchart, &path, manifests);
    }
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
fn manifest(template: &str, document: usize, text: Text) -> Result<Option<Manifest>, RenderError> {
    let through = |error: RenderError| RenderError {
        message: format!("{template}: {}", error.message),
        ..error
    };
    let root = read::yaml(&text).map_err(through)?;
    let wrong = |value: &Value, what: &str| {
        let message = format!("{template}: {what}");
        RenderError::at(value.place().or(text.location()), message)
    };
    let map = match &root.data {
        Data::Map(map) => Some(map.clone()),
        Data::Nil => None,
        _ => return Err(wrong(&root, "the template does not render to an object")),
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
    let mut hook = None;
    if let Some(map) = map {
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
                            let value =
                                string(Some(value), &format!("metadata.annotations[{name}]"))?;
                            if name == HOOK {
                                hook = Some(value);
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
    let events = hook.iter().flat_map(|hook| hook.split(','));
    let events: Vec<String> = events.map(|event| event.trim().to_lowercase()).collect();
    let is_unknown = events.iter().any(|event| !HOOKS.contains(&event.as_str()));
    // Both names are one event.
    let is_test = |event: &String| matches!(event.as_str(), "test" | "test-success");
    Ok((!is_unknown).then(|| Manifest {
        template: template.to_owned(),
        document,
        text,
        kind,
        is_hook: hook.is_some(),
        is_test: events.iter().any(is_test),
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

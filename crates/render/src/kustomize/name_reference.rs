//! Names of objects in other objects, which follow when an object is renamed (`api/filters/nameref`,
//! `api/internal/accumulator/namereferencetransformer.go`).

use rustc_hash::{FxHashMap, FxHashSet};

use super::config::TransformerConfig;
use super::field_spec::{Create, FieldSpec, set_scalar};
use super::gvk::{Gvk, ResId};
use super::resource::Resource;
use crate::Text;
use crate::error::RenderError;
use crate::node::{Node, Scalar, Value};

/// Replaces the old names of objects by their new ones in the fields that refer to them.
///
/// # Errors
///
/// Returns an error if several objects could be meant, or if a field is not what the configuration says.
pub(crate) fn fix_references(
    resources: &mut [Resource],
    config: &TransformerConfig,
) -> Result<(), RenderError> {
    let targets = Targets::new(resources);
    let mut referred: Vec<(usize, ResId)> = Vec::new();
    for (resource, target) in resources.iter_mut().zip(&targets.all) {
        let original = &target.original().gvk;
        let mut referrer = None;
        for references in &config.name_references {
            for spec in &references.referrers {
                if !original.is_selected_by(&spec.gvk) {
                    continue;
                }
                let referrer = match &mut referrer {
                    Some(referrer) => referrer,
                    none => none.insert(Referrer::new(resource, target)?),
                };
                let mut fix = Fix {
                    targets: &targets,
                    referrer,
                    target: &references.target,
                    is_role: spec.path.ends_with("roleRef/name"),
                    referred: &mut referred,
                };
                fix.in_field(&mut resource.node, spec)?;
            }
        }
    }
    for (at, by) in referred {
        resources[at].referred_by.push(by);
    }
    Ok(())
}

/// All objects as they are when references are fixed.
struct Targets {
    all: Vec<Target>,
    /// Objects by the names that they had before.
    by_old_name: FxHashMap<String, Vec<usize>>,
    by_original_namespace: FxHashMap<String, Vec<usize>>,
}

struct Target {
    id: ResId,
    previous: Vec<ResId>,
    name: Text,
    namespace: Option<Text>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

impl Targets {
    fn new(resources: &[Resource]) -> Self {
        let all: Vec<Target> = resources.iter().map(Target::new).collect();
        let mut by_old_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut by_original_namespace: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, target) in all.iter().enumerate() {
            for before in &target.previous {
                let named = by_old_name.entry(before.name.clone()).or_default();
                if named.last() != Some(&at) {
                    named.push(at);
                }
            }
            let namespace = target.original().effective_namespace();
            if namespace != ResId::CLUSTER {
                by_original_namespace
                    .entry(namespace.to_owned())
                    .or_default()
                    .push(at);
            }
        }
        Self {
            all,
            by_old_name,
            by_original_namespace,
        }
    }
}

impl Target {
    fn new(resource: &Resource) -> Self {
        let namespace = resource.node.at(&["metadata", "namespace"]);
        Self {
            id: resource.id(),
            previous: resource.previous_ids(),
            name: resource.name_text().cloned().unwrap_or_default(),
            namespace: namespace
                .filter(|node| !node.is_null())
                .and_then(Node::text)
                .filter(|text| !text.is_empty())
                .cloned(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
        }
    }

    fn original(&self) -> &ResId {
        self.previous.first().unwrap_or(&self.id)
    }

    fn was_selected_by(&self, selector: &Gvk) -> bool {
        self.previous
            .iter()
            .any(|id| id.gvk.is_selected_by(selector))
    }

    /// Whether both were renamed in the same way. With `any`, an object that was not renamed matches everything.
    fn has_same_affixes(&self, other: &Self, any: bool) -> bool {
        let same = |own: &[String], others: &[String]| {
            (any && (own.is_empty() || others.is_empty())) || ends_alike(own, others)
        };
        same(&self.prefixes, &other.prefixes) && same(&self.suffixes, &other.suffixes)
    }
}

fn ends_alike(one: &[String], two: &[String]) -> bool {
    match one.is_empty() || two.is_empty() {
        true => one.len() == two.len(),
        false => one.iter().rev().zip(two.iter().rev()).all(|(a, b)| a == b),
    }
}

/// The object whose references are fixed.
struct Referrer<'t> {
    own: &'t Target,
    /// Namespaces of the service accounts that a RoleBinding names.
    account_namespaces: FxHashSet<String>,
    role: Option<Gvk>,
}

impl<'t> Referrer<'t> {
    fn new(resource: &Resource, own: &'t Target) -> Result<Self, RenderError> {
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(Text::to_string);
        let role = resource.node.get("roleRef").and_then(|role| {
            Some(Gvk {
                group: text(role, "apiGroup")?,
                version: String::new(),
                kind: text(role, "kind")?,
            })
        });
        let mut account_namespaces = FxHashSet::default();
        if resource.kind() == "RoleBinding" && !own.id.is_cluster_scoped {
            let subjects = resource.node.get("subjects").and_then(Node::list);
            for subject in subjects.unwrap_or_default() {
                let Some(namespace) = subject.get("namespace") else {
                    continue;
                };
                if subject.get("kind").and_then(Node::str) != Some("ServiceAccount") {
                    continue;
                }
                match namespace.str() {
                    Some(namespace) => account_namespaces.insert(namespace.to_owned()),
                    None => {
                        let message = "the namespace of a ServiceAccount is not a string";
                        return Err(RenderError::at(namespace.location(), message));
                    }
                };
            }
        }
        Ok(Self {
            own,
            account_namespaces,
            role,
        })
    }

    /// Whether the referrer can refer to `target` (`SubsetThatCouldBeReferencedByResource`).
    fn reaches(&self, target: &Target) -> bool {
        self.own.id.is_cluster_scoped
            || target.id.is_cluster_scoped
            || target.id.has_same_namespace(&self.own.id)
            || self
                .account_namespaces
                .contains(target.id.namespace.as_str())
    }

    /// Whether `target` is in the namespace of the referrer, or in none, or may be in another one.
    fn sees(&self, target: &Target) -> bool {
        self.own.id.is_cluster_scoped
            || target.id.is_cluster_scoped
            || target.id.gvk.kind == "ServiceAccount"
            || target.id.has_same_namespace(&self.own.id)
    }
}

struct Fix<'f, 't> {
    targets: &'t Targets,
    referrer: &'f Referrer<'t>,
    /// Type that the field refers to.
    target: &'f Gvk,
    is_role: bool,
    referred: &'f mut Vec<(usize, ResId)>,
}

impl Fix<'_, '_> {
    fn in_field(&mut self, node: &mut Node, spec: &FieldSpec) -> Result<(), RenderError> {
        let mut set = |node: &mut Node| match &mut node.value {
            Value::List(items) => items.iter_mut().try_for_each(|item| self.set(item, spec)),
            Value::Map(_) | Value::Scalar(_) => self.set(node, spec),
        };
        spec.apply(node, Create::Never, None, &mut set)
    }

    fn set(&mut self, node: &mut Node, spec: &FieldSpec) -> Result<(), RenderError> {
        if node.is_null() {
            return Ok(());
        }
        let place = node.location();
        match &mut node.value {
            Value::Scalar(_) => self.set_scalar(node),
            Value::Map(map) => {
                let Some(name) = map.get_mut("name") else {
                    let message = format!(
                        "`{}` refers to {} by name, but there is no `name` here",
                        spec.path, self.target.kind
                    );
                    return Err(RenderError::at(place, message));
                };
                let old = name.text().cloned().unwrap_or_default();
                let namespace = map.get("namespace");
                let namespace = namespace.map(|node| node.text().map_or("", Text::as_str));
                let Some(at) = self.find(&old, namespace)? else {
                    return Ok(());
                };
                self.refer(at);
                let found = &self.targets.all[at];
                let new = found.namespace.as_ref();
                if found.name.as_str() == old.as_str() && new.is_none() {
                    return Ok(());
                }
                if let Some(name) = map.get_mut("name") {
                    rename(name, &old, found)?;
                }
                match (new, map.get_mut("namespace")) {
                    (Some(new), Some(namespace)) if namespace.str() != Some(new.as_str()) => {
                        set_scalar(namespace, new.clone())
                    }
                    (Some(new), None) => {
                        let key = Text::new("namespace", super::field_spec::made(new.location()));
                        map.set(
                            Scalar::string(key),
                            Node::scalar(Scalar::plain(new.clone())),
                        );
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            Value::List(_) => Err(RenderError::at(
                place,
                format!("`{}` must be a name or a mapping with a name", spec.path),
            )),
        }
    }

    fn set_scalar(&mut self, node: &mut Node) -> Result<(), RenderError> {
        let old = node.text().cloned().unwrap_or_default();
        let candidates = self.candidates(old.as_str(), |_| true);
        let same = |one: &Target, two: &Target| one.id.name == two.id.name;
        let Some(at) = self.select(candidates, &old, same)? else {
            return Ok(());
        };
        self.refer(at);
        rename(node, &old, &self.targets.all[at])
    }

    /// The object that a mapping with this name and `namespace` means.
    fn find(&self, old: &Text, namespace: Option<&str>) -> Result<Option<usize>, RenderError> {
        let candidates = match namespace {
            None => self.candidates(old.as_str(), |_| true),
            Some(namespace) => {
                let all = &self.targets.all;
                let was_here = |at: &usize| self.referrer.reaches(&all[*at]);
                let originals = self.targets.by_original_namespace.get(namespace);
                let by_original = originals.is_some_and(|all| all.iter().any(was_here));
                self.candidates(old.as_str(), |target| {
                    let id = if by_original {
                        target.original()
                    } else {
                        &target.id
                    };
                    !id.is_cluster_scoped && id.effective_namespace() == namespace
                })
            }
        };
        self.select(candidates, old, |one, two| {
            one.id.name == two.id.name && one.id.namespace == two.id.namespace
        })
    }

    /// Objects that had this name and the type that the field refers to.
    fn candidates(&self, old: &str, filter: impl Fn(&Target) -> bool) -> Vec<usize> {
        let named = self.targets.by_old_name.get(old);
        let is_candidate = |target: &Target| {
            target.was_selected_by(self.target)
                && self.referrer.reaches(target)
                && filter(target)
                && self.referrer.sees(target)
                && (!self.is_role
                    || self
                        .referrer
                        .role
                        .as_ref()
                        .is_none_or(|role| target.was_selected_by(role)))
        };
        let named = named.into_iter().flatten().copied();
        named
            .filter(|at| is_candidate(&self.targets.all[*at]))
            .collect()
    }

    fn select(
        &self,
        mut candidates: Vec<usize>,
        old: &Text,
        same: impl Fn(&Target, &Target) -> bool,
    ) -> Result<Option<usize>, RenderError> {
        let all = &self.targets.all;
        if candidates.len() > 1 {
            candidates.retain(|at| all[*at].has_same_affixes(self.referrer.own, true));
        }
        if candidates.len() > 1 {
            candidates.retain(|at| all[*at].has_same_affixes(self.referrer.own, false));
        }
        let Some((first, rest)) = candidates.split_first() else {
            return Ok(None);
        };
        if rest.iter().all(|at| same(&all[*first], &all[*at])) {
            return Ok(Some(*first));
        }
        let ids: Vec<String> = candidates
            .iter()
            .map(|at| format!("`{}`", all[*at].id))
            .collect();
        Err(RenderError::at(
            old.location(),
            format!("`{old}` may refer to several objects: {}", ids.join(", ")),
        ))
    }

    fn refer(&mut self, at: usize) {
        self.referred.push((at, self.referrer.own.id.clone()));
    }
}

/// Sets the new name of `target`. The part of it that is the old name stays what the referrer says.
fn rename(node: &mut Node, old: &Text, target: &Target) -> Result<(), RenderError> {
    let name = &target.name;
    if name.as_str() == old.as_str() {
        return Ok(());
    }
    set_scalar(node, joined(name, old, target))
}

fn joined(name: &Text, old: &Text, target: &Target) -> Text {
    // The prefixes tell where the old name is, even if it also occurs in one of them.
    let whole: usize = target.prefixes.iter().map(String::len).sum();
    let is_at = |at: &usize| {
        let rest = name.as_str().get(*at..);
        rest.is_some_and(|rest| rest.starts_with(old.as_str()))
    };
    let start = Some(whole)
        .filter(is_at)
        .or_else(|| name.as_str().find(old.as_str()));
    match start {
        Some(start) if !old.is_empty() => name.replaced(start..start + old.len(), old),
        _ => name.clone(),
    }
}

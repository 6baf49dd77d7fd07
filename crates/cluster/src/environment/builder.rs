//! Builds the environment of a container as the kubelet does: Services, `envFrom`, `env`.

use rustc_hash::FxHashMap;

use super::definition::{Definition, Failure, Missing, Origin, Text, UnknownSource, Value};
use super::field::field_value;
use super::key::{self, Imported, env_from_object, is_binary, known};
use super::service_links::{self, Link};
use super::variables::{Environment, Subject};
use super::{
    PASSED_THROUGH_SINCE, is_strict_name, link_candidates, links_enabled, references,
    resource_value,
};
use crate::workspace::Resolution;
use podwright_model::{
    Container, EnvFrom, EnvSource, EnvVar, Field, KeyRef, KubernetesVersion, MAX_ITEMS, PodOrigin,
    ReferenceKind,
};

/// Whether values of the environment are displayed. Deciding which values may be displayed is expensive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Showing {
    Values,
    Nothing,
}

impl Environment {
    /// Computes the environment, with variables only of those Services that the container mentions.
    #[must_use]
    pub fn new(of: Subject<'_>) -> Self {
        build(of, mentioned_links(of), Showing::Values)
    }

    /// Like [`Environment::new`], but without values to display: [`Text::shown`] is not set.
    #[must_use]
    pub fn without_shown_values(of: Subject<'_>) -> Self {
        build(of, mentioned_links(of), Showing::Nothing)
    }

    /// Computes the environment with the variables of one Service, if it is known, without values to display.
    #[must_use]
    pub fn with_service(of: Subject<'_>, service: &str) -> Self {
        let link = service_links::resolve_link(of.workspace, of.id, service);
        build(of, link.into_iter().collect(), Showing::Nothing)
    }

    /// Computes the environment with the variables of the Services that the container mentions, and of the first others
    /// in the input. Returns the number of Services that are left out.
    #[must_use]
    pub fn with_services(of: Subject<'_>) -> (Self, usize) {
        let mut links = service_links::linked(of.workspace, of.id, MAX_SERVICES);
        for link in mentioned_links(of) {
            if links.iter().all(|known| known.object != link.object) {
                links.push(link);
            }
        }
        links.sort_by_key(|link| link.object);
        let all = match links_enabled(of.pod) {
            Some(true) => service_links::linked_count(of.workspace, of.id).services,
            _ => 0,
        };
        let left_out = all.saturating_sub(links.len());
        (build(of, links, Showing::Values), left_out)
    }
}

/// Maximum number of Services with variables in the explanation of an environment. Each Pod has those of all Services.
const MAX_SERVICES: usize = 100;

/// Builds the environment of a container with the variables of these Services, if the Pod enables service links.
fn build(of: Subject<'_>, mut links: Vec<Link>, showing: Showing) -> Environment {
    let enabled = links_enabled(of.pod);
    if enabled != Some(true) {
        links.clear();
    }
    let mut builder = Builder {
        of,
        showing,
        room: MAX_SIZE,
        last: FxHashMap::default(),
        environment: Environment {
            definitions: Vec::new(),
            unknown_sources: Vec::new(),
            failures: Vec::new(),
        },
    };
    if enabled != Some(false) && !of.workspace.file(of.id.file).context.complete {
        builder
            .environment
            .unknown_sources
            .push(UnknownSource::Services);
    }
    // A Service with this name in the namespace of the Pod overrides it.
    if links.iter().all(|link| link.name != "kubernetes") {
        builder.link(service_links::of_api_server());
    }
    for link in links {
        builder.link(link);
    }
    builder.env_from();
    builder.env();
    builder.environment
}

/// Returns the Services, with their variables, that the container mentions.
fn mentioned_links(of: Subject<'_>) -> Vec<Link> {
    let mut names: Vec<String> = mentioned(of.container)
        .iter()
        .flat_map(|name| link_candidates(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let links = names
        .iter()
        .filter_map(|name| service_links::resolve_link(of.workspace, of.id, name));
    links.collect()
}

/// Returns the variable names that the container defines or references.
fn mentioned(container: &Container) -> Vec<String> {
    let env = container.env.value().into_iter().flatten();
    let mut names: Vec<String> = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    for variable in env {
        names.extend(variable.name.text().map(str::to_owned));
        texts.extend(variable.value.text());
    }
    for list in [&container.command, &container.args] {
        texts.extend(list.value().into_iter().flatten().filter_map(Field::text));
    }
    let mounts = container.volume_mounts.value().into_iter().flatten();
    texts.extend(mounts.filter_map(|mount| mount.sub_path_expr.text()));
    let of_texts = texts.into_iter().flat_map(references);
    names.extend(of_texts.map(|reference| reference.name.to_owned()));
    names
}

/// Maximum total size of all values in bytes. Linux limits variables and arguments to a quarter of the stack, which has
/// 8 MiB. Without a limit, a few references to a long value could make a short file exhaust the memory.
const MAX_SIZE: usize = 2 << 20;

struct Builder<'w> {
    of: Subject<'w>,
    showing: Showing,
    /// Remaining bytes for values.
    room: usize,
    /// Index of the last definition of each name.
    last: FxHashMap<String, usize>,
    environment: Environment,
}

impl Builder<'_> {
    fn push(&mut self, mut definition: Definition) {
        let is_own = !matches!(
            definition.origin,
            Origin::Service(..) | Origin::Resource(..)
        );
        if let Value::Text(text) = &mut definition.value
            && let Some(shown) = &text.shown
            && (self.showing == Showing::Nothing
                || (is_own && podwright_redact::is_credential(&definition.name, shown)))
        {
            text.shown = None;
        }
        let index = self.environment.definitions.len();
        let before = self.last.insert(definition.name.clone(), index);
        if let Some(before) = before {
            self.environment.definitions[before].overridden_by = Some(index);
        }
        definition.overrides = before;
        self.environment.definitions.push(definition);
    }

    fn link(&mut self, link: Link) {
        let place = link.object.map(|id| self.of.workspace.object_place(id));
        for variable in link.variables {
            let value = variable.value.map_or(Value::Source, |text| {
                Value::Text(Text {
                    exact: Some(text.clone()),
                    shown: Some(text),
                })
            });
            self.push(Definition {
                name: variable.name,
                origin: Origin::Service(link.name.clone(), link.object),
                value,
                place,
                item: None,
                position: None,
                overrides: None,
                overridden_by: None,
                since: None,
            });
        }
    }

    fn env_from(&mut self) {
        match &self.of.container.env_from {
            Field::Value(items, _) => {
                for item in items {
                    self.env_from_item(item);
                }
            }
            Field::Unknown(_) | Field::Invalid(_) => self
                .environment
                .unknown_sources
                .push(UnknownSource::Container),
            Field::Missing | Field::Null(_) => {}
        }
    }

    fn env_from_item(&mut self, item: &EnvFrom) {
        let prefix = match &item.prefix {
            Field::Missing | Field::Null(_) => Some(""),
            field => field.text(),
        };
        let Some((kind, reference)) = env_from_object(item) else {
            self.environment
                .unknown_sources
                .push(UnknownSource::Container);
            return;
        };
        let named = known(&reference.name);
        let found = named.map_or(Resolution::Unknown, |(name, _)| {
            self.of
                .workspace
                .resolve_exact(self.of.id, kind.group(), kind.name(), name)
        });
        let generated = match (&found, named) {
            (Resolution::Unknown, Some((name, _))) => {
                key::generated(self.of.workspace, self.of.id, kind, name)
            }
            _ => None,
        };
        match (found, prefix, named) {
            (Resolution::Found(object), Some(prefix), Some((name, _)))
                if key::key_count(self.of.workspace, object) > MAX_ITEMS =>
            {
                self.unknown_env_from(item, kind, Some(name), Some(prefix));
            }
            (Resolution::Found(object), Some(prefix), Some((name, _))) => {
                let keys = key::keys(self.of.workspace, object);
                self.import(keys, prefix, (kind, name), item);
            }
            (Resolution::Unknown, Some(prefix), Some((name, _))) if generated.is_some() => {
                let (keys, is_complete) = generated.unwrap_or_default();
                self.import(keys, prefix, (kind, name), item);
                if !is_complete {
                    self.unknown_env_from(item, kind, Some(name), Some(prefix));
                }
            }
            (found, ..) => {
                let is_certain = named.map_or(self.is_complete(), |(name, _)| {
                    self.knows_missing(kind, name)
                });
                if let (Resolution::Missing, Some((name, node))) = (&found, named)
                    && matches!(
                        reference.optional,
                        Field::Missing | Field::Null(_) | Field::Value(false, _)
                    )
                {
                    self.environment.failures.push(Failure {
                        node,
                        missing: Missing::Object(kind, name.to_owned()),
                        is_certain,
                    });
                }
                if found == Resolution::Missing && is_certain {
                    return;
                }
                let name = named.map(|(name, _)| name);
                self.unknown_env_from(item, kind, name, prefix);
            }
        }
    }

    fn import(
        &mut self,
        keys: Vec<Imported>,
        prefix: &str,
        (kind, name): (ReferenceKind, &str),
        item: &EnvFrom,
    ) {
        for imported in keys {
            let variable = format!("{prefix}{}", imported.key);
            let Some(since) = self.set_since(&variable) else {
                continue;
            };
            self.push(Definition {
                name: variable,
                origin: Origin::EnvFrom(kind, name.to_owned(), imported.key),
                value: imported.value,
                place: Some(imported.place),
                item: Some(item.node),
                position: None,
                overrides: None,
                overridden_by: None,
                since,
            });
        }
    }

    fn unknown_env_from(
        &mut self,
        item: &EnvFrom,
        kind: ReferenceKind,
        name: Option<&str>,
        prefix: Option<&str>,
    ) {
        self.environment
            .unknown_sources
            .push(UnknownSource::EnvFrom {
                kind,
                name: name.map(str::to_owned),
                prefix: prefix.map(str::to_owned),
                item: item.node,
            });
    }

    /// Whether an object that is not found is certainly missing.
    fn knows_missing(&self, kind: ReferenceKind, name: &str) -> bool {
        let (workspace, id) = (self.of.workspace, self.of.id);
        self.is_complete() || workspace.was_removed(id, kind.group(), kind.name(), name)
    }

    fn is_complete(&self) -> bool {
        let file = self.of.workspace.file(self.of.id.file);
        file.context.complete
    }

    /// Returns the first release that sets the variable (`Some(None)`: all releases); `None` if no release in the range
    /// does.
    fn set_since(&self, variable: &str) -> Option<Option<KubernetesVersion>> {
        if is_strict_name(variable) || self.of.versions.all_since(PASSED_THROUGH_SINCE) {
            return Some(None);
        }
        let since = PASSED_THROUGH_SINCE;
        self.of.versions.any_since(since).then_some(Some(since))
    }

    fn env(&mut self) {
        let is_custom = self.of.pod.origin == PodOrigin::Custom;
        if is_custom || !self.of.workspace.is_unmodified(self.of.id) {
            self.environment
                .unknown_sources
                .push(UnknownSource::Container);
        }
        match &self.of.container.env {
            Field::Value(variables, _) => {
                for (position, variable) in variables.iter().enumerate() {
                    self.variable(position, variable);
                }
            }
            Field::Unknown(_) | Field::Invalid(_) => self
                .environment
                .unknown_sources
                .push(UnknownSource::Container),
            Field::Missing | Field::Null(_) => {}
        }
    }

    fn variable(&mut self, position: usize, variable: &EnvVar) {
        let Some((name, node)) = variable.name.known() else {
            self.environment
                .unknown_sources
                .push(UnknownSource::Container);
            return;
        };
        let (origin, value) = match (&variable.value, &variable.value_from) {
            (Field::Value(text, _), _) if !text.is_empty() => {
                (Origin::Written, self.expanded(variable, text, position))
            }
            (Field::Unknown(_) | Field::Invalid(_), _) => (Origin::Written, Value::Unknown),
            (_, Field::Value(source, _)) => match self.source(source) {
                Some(sourced) => sourced,
                // Optional and missing: an earlier definition stays in effect.
                None => return,
            },
            (_, Field::Missing | Field::Null(_)) => {
                let empty = Text {
                    exact: Some(String::new()),
                    shown: Some(String::new()),
                };
                (Origin::Written, Value::Text(empty))
            }
            (_, Field::Unknown(_) | Field::Invalid(_)) => (Origin::Unreadable, Value::Unknown),
        };
        self.push(Definition {
            name: name.clone(),
            origin,
            value,
            place: Some(self.of.workspace.place(self.of.id.file, node)),
            item: Some(variable.node),
            position: Some(position),
            overrides: None,
            overridden_by: None,
            since: None,
        });
    }

    /// Whether the value is a credential for a reason other than its name, for example as the target of an alias.
    fn is_redacted(&self, value: &Field<String>) -> bool {
        let file = self.of.workspace.file(self.of.id.file);
        value.node().is_some_and(|node| {
            let span = file.tree.span(file.tree.resolve(node));
            file.shown().is_redacted(span)
        })
    }

    /// Returns the expanded value of an `env` item; unknown if the size limit is reached.
    fn expanded(&mut self, variable: &EnvVar, text: &str, position: usize) -> Value {
        if self.room == 0 {
            return Value::Unknown;
        }
        let mut text = self.environment.expand(text, position);
        if self.showing == Showing::Values && self.is_redacted(&variable.value) {
            text.shown = None;
        }
        let length = text.exact.as_ref().map_or(0, String::len);
        self.room = self.room.saturating_sub(length);
        Value::Text(text)
    }

    /// Returns the source and value of `valueFrom`; `None` if an optional source is missing.
    fn source(&mut self, source: &EnvSource) -> Option<(Origin, Value)> {
        let text = |field: &Field<String>| field.text().unwrap_or("?").to_owned();
        if let Some(field) = source.field_ref.value() {
            let path = text(&field.field_path);
            let value = field_value(self.of.workspace, self.of.id, self.of.pod, &path);
            return Some((Origin::Field(path), value));
        }
        if let Some(reference) = source.resource_field_ref.value() {
            let other = known(&reference.container_name);
            let container = match other {
                Some((name, _)) => {
                    let mut all = self.of.pod.containers.iter();
                    all.find(|one| one.name.text() == Some(name))
                }
                None => Some(self.of.container),
            };
            let amount = container.and_then(|one| resource_value(one, reference));
            let value = amount.map_or(Value::Source, |amount| {
                Value::Text(Text {
                    exact: Some(amount.to_string()),
                    shown: Some(amount.to_string()),
                })
            });
            let are_named = self
                .of
                .pod
                .containers
                .iter()
                .all(|one| one.name.text().is_some());
            if let (None, Some((name, node)), true) = (container, other, are_named) {
                self.environment.failures.push(Failure {
                    node,
                    missing: Missing::Container(name.to_owned()),
                    is_certain: self.of.workspace.is_unmodified(self.of.id),
                });
            }
            let other = other.map(|(name, _)| name.to_owned());
            return Some((Origin::Resource(text(&reference.resource), other), value));
        }
        if let Some(reference) = source.config_map_key_ref.value() {
            return self.key(ReferenceKind::ConfigMap, reference);
        }
        if let Some(reference) = source.secret_key_ref.value() {
            return self.key(ReferenceKind::Secret, reference);
        }
        if let Some(file) = source.file_key_ref.value() {
            let origin = Origin::File(text(&file.volume_name), text(&file.path), text(&file.key));
            return Some((origin, Value::Source));
        }
        Some((Origin::Unreadable, Value::Unknown))
    }

    fn key(&mut self, kind: ReferenceKind, reference: &KeyRef) -> Option<(Origin, Value)> {
        // The value of a Secret is never known, wherever it is defined.
        let unknown = match kind {
            ReferenceKind::Secret => Value::Source,
            _ => Value::Unknown,
        };
        let (Some((name, name_node)), Some((key, key_node))) =
            (known(&reference.name), known(&reference.key))
        else {
            return Some((Origin::Unreadable, Value::Unknown));
        };
        let origin = Origin::Key(kind, name.to_owned(), key.to_owned());
        let is_optional = match &reference.optional {
            Field::Value(optional, _) => *optional,
            Field::Missing | Field::Null(_) => false,
            Field::Unknown(_) | Field::Invalid(_) => true,
        };
        let resolve_exact =
            self.of
                .workspace
                .resolve_exact(self.of.id, kind.group(), kind.name(), name);
        let is_certain = resolve_exact != Resolution::Missing || self.knows_missing(kind, name);
        let (node, missing) = match resolve_exact {
            Resolution::Unknown => {
                let generated = key::generated(self.of.workspace, self.of.id, kind, name);
                let mut keys = generated.into_iter().flat_map(|(keys, _)| keys);
                let found = keys.find(|imported| imported.key == key);
                return Some((origin, found.map_or(unknown, |imported| imported.value)));
            }
            Resolution::Found(object) => {
                if let Some(imported) = key::key(self.of.workspace, object, key) {
                    return Some((origin, imported.value));
                }
                let missing = Missing::Key {
                    object,
                    key: key.to_owned(),
                    is_binary: is_binary(self.of.workspace, object, key),
                };
                (key_node, missing)
            }
            Resolution::Missing => (name_node, Missing::Object(kind, name.to_owned())),
        };
        if is_optional {
            return (!is_certain).then_some((origin, unknown));
        }
        self.environment.failures.push(Failure {
            node,
            missing,
            is_certain,
        });
        Some(match is_certain {
            true => (origin, Value::Missing),
            false => (origin, unknown),
        })
    }
}

//! Registries of CRI-O: `registries.conf` and its drop-ins.

use super::{Refusal, Route, Stop};
use crate::runtime::{Setup, Spot};
use crate::workspace::node::{REGISTRIES_CONF, REGISTRIES_CONF_DROP_INS};
use crate::workspace::{Node, Workspace};
use podwright_model::ImageReference;
use podwright_model::registry_config::{ConfRegistry, RegistriesConf};
use podwright_model::runtime_config::CrioRelease;
use podwright_syntax::text::FileId;

/// First release with `short_name_mode`, which is `enforcing` by default (<https://github.com/cri-o/cri-o/pull/9401>).
const FIRST_TO_ENFORCE: CrioRelease = CrioRelease(34);

/// The configuration as containers/image merges it: a later file replaces registries of the same prefix, the search list
/// and aliases of the same name (`updateWithConfigurationFrom`).
#[derive(Debug, Default)]
struct Merged<'w> {
    registries: Vec<(FileId, &'w ConfRegistry)>,
    search: Option<(&'w [String], Spot)>,
    aliases: Vec<(&'w str, &'w str, Spot)>,
}

pub(super) fn route(
    workspace: &Workspace,
    node: &Node<'_>,
    setup: &Setup,
    release: CrioRelease,
    name: &str,
    image: &ImageReference,
) -> Option<Route> {
    let files = files(node);
    let first = *files.first()?;
    let mut merged = Merged::default();
    for file in files {
        let source = workspace.file(file);
        let config = source
            .registry_config
            .as_deref()
            .filter(|_| source.skipped.is_none())?;
        if !config.faults.is_empty() || !source.tree.errors().is_empty() {
            return Some(refused(Refusal::Rejected { file }));
        }
        merged.extend(file, config.registries_conf()?);
    }
    let mut route = Route {
        stops: Vec::new(),
        refusal: None,
    };
    let references = match image.names_registry() {
        true => vec![(image.repository(), None)],
        false => match merged.short_name(name, image, first) {
            Ok(found) if found.len() > 1 && enforces(workspace, setup, release)? => {
                let (registries, at) = merged.search?;
                let registries = registries.to_vec();
                return Some(refused(Refusal::Ambiguous { registries, at }));
            }
            Ok(found) => found,
            Err(refusal) => return Some(refused(refusal)),
        },
    };
    for (repository, at) in references {
        match merged.stops(&repository, at, image) {
            Ok(stops) => route.stops.extend(stops),
            Err(at) => route.refusal = Some(Refusal::Blocked { at }),
        }
    }
    if !route.stops.is_empty() {
        route.refusal = None;
    }
    Some(route)
}

fn refused(refusal: Refusal) -> Route {
    Route {
        stops: Vec::new(),
        refusal: Some(refusal),
    }
}

/// The files in the order in which they are read.
fn files(node: &Node<'_>) -> Vec<FileId> {
    let main = node.file(REGISTRIES_CONF);
    let drop_ins = node.files.iter().filter(|(path, _)| {
        let name = path.strip_prefix(REGISTRIES_CONF_DROP_INS);
        name.is_some_and(|name| name.ends_with(".conf") && !name.contains('/'))
    });
    main.into_iter()
        .chain(drop_ins.map(|(_, file)| *file))
        .collect()
}

/// Whether CRI-O rejects short names with several candidates; `None` if that is not known.
fn enforces(workspace: &Workspace, setup: &Setup, release: CrioRelease) -> Option<bool> {
    if release < FIRST_TO_ENFORCE {
        return Some(false);
    }
    if setup.is_uncertain() {
        return None;
    }
    let modes = setup.files.iter().rev().filter_map(|file| {
        let config = workspace.file(*file).runtime_config.as_ref();
        config
            .and_then(|config| config.crio())?
            .short_name_mode
            .text()
    });
    let mut modes = modes.filter(|mode| !mode.is_empty());
    Some(modes.next() != Some("disabled"))
}

impl<'w> Merged<'w> {
    fn extend(&mut self, file: FileId, config: &'w RegistriesConf) {
        for registry in &config.registries {
            let is_same = |(other, one): &(FileId, &ConfRegistry)| {
                one.prefix == registry.prefix && *other != file
            };
            self.registries.retain(|one| !is_same(one));
            self.registries.push((file, registry));
        }
        if let Some((search, node)) = &config.search {
            self.search = Some((search, (file, *node)));
        }
        for (name, image, node) in &config.aliases {
            self.aliases.retain(|(other, ..)| other != name);
            self.aliases.push((name, image, (file, *node)));
        }
    }

    /// Repositories that a short name may refer to (`shortnames.Resolve`).
    fn short_name(
        &self,
        name: &str,
        image: &ImageReference,
        file: FileId,
    ) -> Result<Vec<(String, Option<Spot>)>, Refusal> {
        let alias = self.aliases.iter().find(|(alias, ..)| *alias == name);
        if let Some((_, target, at)) = alias.filter(|(_, target, _)| !target.is_empty()) {
            return Ok(vec![(normalized(target), Some(*at))]);
        }
        match self.search {
            Some((registries, at)) if !registries.is_empty() => Ok(registries
                .iter()
                .map(|host| {
                    let repository = match host.as_str() {
                        "docker.io" => format!("docker.io/{}", image.path),
                        host => format!("{host}/{name}"),
                    };
                    (repository, Some(at))
                })
                .collect()),
            _ => Err(Refusal::NoSearchRegistries {
                file: self.search.map_or(file, |(_, (file, _))| file),
            }),
        }
    }

    /// Where a repository is pulled from (`FindRegistry` and `PullSourcesFromReference`).
    ///
    /// # Errors
    ///
    /// Returns where the registry is blocked.
    fn stops(
        &self,
        repository: &str,
        at: Option<Spot>,
        image: &ImageReference,
    ) -> Result<Vec<Stop>, Spot> {
        let own = || Stop {
            place: repository.to_owned(),
            at,
            is_rewritten: false,
        };
        let fitting = self.registries.iter().filter_map(|(file, registry)| {
            Some((file, registry, matched(repository, &registry.prefix)?))
        });
        // The first of several with the longest prefix.
        let longest = fitting
            .rev()
            .max_by_key(|(_, registry, _)| registry.prefix.len());
        let Some((file, registry, end)) = longest else {
            return Ok(vec![own()]);
        };
        if registry.is_blocked {
            return Err((*file, registry.node));
        }
        let rest = &repository[end..];
        let has_digest = image.digest.is_some();
        let is_used = |mode: Option<&str>| match mode {
            Some("digest-only") => has_digest,
            Some("tag-only") => !has_digest,
            _ => has_digest || !registry.mirrors_by_digest_only,
        };
        let mirrors = registry.mirrors.iter();
        let mirrors = mirrors.filter(|mirror| is_used(mirror.pull_from.as_deref()));
        let mut stops: Vec<Stop> = mirrors
            .map(|mirror| Stop {
                place: format!("{}{rest}", mirror.location),
                at: Some((*file, mirror.node)),
                is_rewritten: false,
            })
            .collect();
        stops.push(match registry.location.as_str() {
            "" => own(),
            location if format!("{location}{rest}") == repository => own(),
            location => Stop {
                place: format!("{location}{rest}"),
                at: Some((*file, registry.node)),
                is_rewritten: false,
            },
        });
        Ok(stops)
    }
}

/// The end of the prefix in the repository (`refMatchingPrefix`).
fn matched(repository: &str, prefix: &str) -> Option<usize> {
    let end = match prefix.strip_prefix('*') {
        Some(domain) => {
            let at = repository.find(domain)?;
            if repository[..at].contains('/') {
                return None;
            }
            at + domain.len()
        }
        None => repository.starts_with(prefix).then_some(prefix.len())?,
    };
    let next = repository[end..].chars().next();
    matches!(next, None | Some(':' | '/' | '@')).then_some(end)
}

/// The image of an alias: `docker.io/nginx` is `docker.io/library/nginx`.
fn normalized(image: &str) -> String {
    match image.strip_prefix("docker.io/") {
        Some(path) if !path.contains('/') => format!("docker.io/library/{path}"),
        _ => image.to_owned(),
    }
}

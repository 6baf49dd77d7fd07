//! What `Chart.yaml` and `Chart.lock` say that helm accepts but that does not do what it seems to.

use podwright_go_template::Value;
use podwright_syntax::provenance::Text;
use sha2::{Digest, Sha256};

use super::chart::{Chart, Dependency, metadata};
use super::json::{Form, to_json};
use super::problem::{NoticeKind, Problems};
use super::semver::{Constraints, Version, is_compatible};

/// Looks at the description of a chart that is not part of another.
pub(super) fn check(chart: &Chart, problems: &mut Problems) {
    let data = &chart.metadata;
    if data.api_version.location().is_none() {
        problems.notice(NoticeKind::NoApiVersion, "", Some(chart.place), None);
    }
    let version = data.version.as_str();
    // `StrictNewVersion`
    let is_loose = |parsed: Version| {
        let numbers = format!("{}.{}.{}", parsed.major, parsed.minor, parsed.patch);
        !version.starts_with(&numbers)
    };
    if Version::parse(version).is_ok_and(is_loose) {
        problems.notice(
            NoticeKind::LooseVersion,
            version,
            data.version.location(),
            None,
        );
    }
    if data.api_version != "v1" {
        for file in chart.requirements.iter().chain(&chart.lock) {
            if file.name.starts_with("requirements.") {
                let name = file.name.as_str();
                problems.notice(NoticeKind::Requirements, name, Some(file.start()), None);
            }
        }
    }
    for dependency in &data.dependencies {
        let (name, range) = (dependency.name.as_str(), dependency.version.as_str());
        let place = dependency.version.location().or(dependency.place);
        if Constraints::parse(range).is_err() {
            let is_empty = range.is_empty();
            if !is_empty {
                problems.notice(NoticeKind::DependencyRange, range, place, None);
            }
            continue;
        }
        let mut named = chart.dependencies.iter().filter(|one| one.name() == name);
        let is_there = |one: &&Chart| is_compatible(range, one.metadata.version.as_str());
        let first = named.clone().next();
        if let Some(first) = first.filter(|_| !named.any(|one| is_there(&one))) {
            let found = first.metadata.version.as_str();
            let related = first.metadata.version.location();
            let subject = format!("{name} {found}");
            problems.notice(NoticeKind::DependencyVersion, subject, place, related);
        }
    }
    lock(chart, problems);
}

/// `Manager.Build`: the lock file belongs to other dependencies.
fn lock(chart: &Chart, problems: &mut Problems) {
    let Some(file) = &chart.lock else { return };
    let declared = &chart.metadata.dependencies;
    // Names of repositories are in the configuration of the user.
    let is_alias = |one: &Dependency| {
        let repository = one.repository.as_str();
        repository.starts_with('@') || repository.starts_with("alias:")
    };
    if declared.iter().any(is_alias) {
        return;
    }
    let mut locked = super::chart::Metadata::default();
    if metadata(file, &mut locked).is_err() {
        return;
    }
    let tree = file.source.tree();
    let Some(document) = tree.documents().first() else {
        return;
    };
    let Some(entry) = tree.get(document.root, "digest") else {
        return;
    };
    let digest = tree.decoded(tree.resolve(entry.value)).into_owned();
    let mut valid = Vec::new();
    for own in written(declared) {
        for other in written(&locked.dependencies) {
            valid.push(digest_of(&format!("[{own},{other}]")));
        }
        valid.push(digest_of(&format!("{{\"dependencies\":{own}}}")));
    }
    if valid.contains(&digest) {
        return;
    }
    let mut place = file.start();
    place.span = tree.span(entry.value);
    let subject = difference(declared, &locked.dependencies);
    problems.notice(NoticeKind::Lock, subject, Some(place), Some(chart.place));
}

/// The first dependency that the two lists do not agree on; empty if they do.
fn difference(declared: &[Dependency], locked: &[Dependency]) -> String {
    let agree = |one: &Dependency, other: &Dependency| {
        one.name.as_str() == other.name.as_str()
            && one.repository.as_str() == other.repository.as_str()
            && (one.version.is_empty()
                || is_compatible(one.version.as_str(), other.version.as_str()))
    };
    let missing = |from: &[Dependency], of: &[Dependency], by_lock: bool| {
        let lacks = |one: &&Dependency| {
            !of.iter().any(|other| match by_lock {
                true => agree(other, one),
                false => agree(one, other),
            })
        };
        from.iter()
            .find(lacks)
            .map(|one| one.name.as_str().to_owned())
    };
    let first = missing(declared, locked, false);
    first
        .or_else(|| missing(locked, declared, true))
        .unwrap_or_default()
}

fn digest_of(json: &str) -> String {
    let hash = Sha256::digest(json.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The dependencies as `encoding/json` writes them. An empty list may be nil.
fn written(dependencies: &[Dependency]) -> Vec<String> {
    if dependencies.is_empty() {
        return vec!["null".to_owned(), "[]".to_owned()];
    }
    let all: Vec<String> = dependencies.iter().map(one).collect();
    vec![format!("[{}]", all.join(","))]
}

fn one(dependency: &Dependency) -> String {
    let name = string(&dependency.name);
    let mut out = format!("{{\"name\":{name}");
    let mut add = |key: &str, value: String| out.push_str(&format!(",\"{key}\":{value}"));
    let is_set = |text: &Text| !text.is_empty();
    if is_set(&dependency.version) {
        add("version", string(&dependency.version));
    }
    add("repository", string(&dependency.repository));
    if is_set(&dependency.condition) {
        add("condition", string(&dependency.condition));
    }
    if !dependency.tags.is_empty() {
        let tags: Vec<String> = dependency.tags.iter().map(string).collect();
        add("tags", format!("[{}]", tags.join(",")));
    }
    if dependency.enabled {
        add("enabled", "true".to_owned());
    }
    if !dependency.import_values.is_empty() {
        let values: Vec<String> = dependency.import_values.iter().map(json).collect();
        add("import-values", format!("[{}]", values.join(",")));
    }
    if is_set(&dependency.alias) {
        add("alias", string(&dependency.alias));
    }
    out.push('}');
    out
}

fn string(text: &Text) -> String {
    json(&text.clone().into())
}

fn json(value: &Value) -> String {
    let form = Form {
        is_pretty: false,
        escapes_html: true,
    };
    to_json(value, form).map_or_else(|_| "null".to_owned(), |text| text.to_string())
}

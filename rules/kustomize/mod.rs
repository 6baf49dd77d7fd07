//! Rules about kustomizations, from the builds of those that are applied by themselves.

pub(crate) mod kustomize_build_fails;
pub(crate) mod kustomize_deprecated_field;
pub(crate) mod kustomize_disable_hash_rotation;
pub(crate) mod kustomize_file_outside_root;
pub(crate) mod kustomize_file_unlisted;
pub(crate) mod kustomize_hash_unreferenced_path;
pub(crate) mod kustomize_image_name_no_match;
pub(crate) mod kustomize_image_newtag_drops_digest;
pub(crate) mod kustomize_image_regex_chars;
pub(crate) mod kustomize_input_missing;
pub(crate) mod kustomize_nameprefix_runtimeclass;
pub(crate) mod kustomize_namespace_split;
pub(crate) mod kustomize_patch_no_match;
pub(crate) mod kustomize_secretgenerator_wrong_type;
mod objects;

use podwright_cluster::workspace::{Render, Rendered, Workspace};
use podwright_model::{has_delimiter, is_placeholder};
use podwright_syntax::text::{FileId, Location};

/// Whether something holds in every build that uses a file: the entry of a base or a component counts if one of them
/// needs it.
fn in_every_build(workspace: &Workspace, file: FileId, holds: impl Fn(&Rendered) -> bool) -> bool {
    let builds = workspace.renders_using(file);
    let mut builds = builds.filter_map(|render| render.result.as_ref().ok());
    builds.all(holds)
}

/// Whether something holds in every build with an entry that is written at a place: in a kustomization, or in the object
/// of Flux or Argo CD that asks for `render`. What another Kustomization adds to this one is written for several.
fn in_every_build_with(
    workspace: &Workspace,
    render: &Render,
    place: Location,
    holds: impl Fn(&Rendered) -> bool,
) -> bool {
    let is_used = || {
        let mut using = workspace.renders_using(place.file);
        using.any(|one| one.id() == render.id())
    };
    let Some(asker) = render.asked_by.filter(|_| !is_used()) else {
        return in_every_build(workspace, place.file, holds);
    };
    let apply = render.applied_by_flux();
    // One template may make several Applications.
    let is_made = apply.is_none() && workspace.render_of(asker.file).is_some();
    let is_same = |other: &&Render| match (apply, other.applied_by_flux()) {
        (Some(own), Some(other)) => own.name == other.name,
        _ => {
            let is_near = other.asked_by.is_some_and(|one| one.file == asker.file);
            other.id() == render.id() || (is_made && is_near && other.is_kustomization())
        }
    };
    let mut same = workspace.renders().iter().filter(is_same);
    let is_written_here = || {
        let own = workspace.in_sources(workspace.object_place(asker));
        own.file == place.file
    };
    (apply.is_none() || is_written_here()) && same.all(|one| one.result.as_ref().is_ok_and(&holds))
}

/// The name of an image: what is before its tag and its digest, as kustomize splits it (`image.Split`).
fn image_name(image: &str) -> &str {
    let start = image.find('/').unwrap_or(0);
    let end = image[start..].find([':', '@']);
    end.map_or(image, |end| &image[..start + end])
}

/// Whether this is an image name, and not meant as a regular expression: `.` and `+` are the only special characters
/// that occur in both.
fn is_plain_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:+".contains(&byte))
}

/// Most bytes at a place that are searched for placeholders.
const MAX_SEARCHED: usize = 10_000;

/// Whether another program sets something at a place before kustomize reads it.
fn has_placeholder(workspace: &Workspace, at: Location) -> bool {
    let text = &workspace.file(at.file).source.text;
    let start = at.span.start as usize;
    let end = (at.span.end as usize).min(start + MAX_SEARCHED);
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |end| from + end);
    let Some(before) = text.get(..start) else {
        return false;
    };
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let end = match text.is_char_boundary(end) {
        true => line_end(end),
        false => line_end(start),
    };
    text[line..end].split_whitespace().any(|word| {
        let word = word.trim_matches(['"', '\'', ',']);
        let is_flow = word.starts_with(['{', '[']) && !word.starts_with("{{");
        has_delimiter(word) && !is_flow || word.contains('$') && is_placeholder(word)
    })
}

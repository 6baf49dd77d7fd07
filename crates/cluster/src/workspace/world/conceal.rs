//! What rendered files conceal is concealed in their sources.

use std::sync::Arc;

use podwright_render::Origin;
use podwright_syntax::text::{FileId, Location, Span};
use rustc_hash::FxHashMap;

use super::super::File;
use super::render::Render;

/// Tells each source what of it the rendered files conceal: redaction runs backwards.
pub(super) fn conceal_sources(files: &mut [Arc<File>], renders: &[Render]) {
    let mut by_file = concealed(files, renders);
    for id in (0..files.len()).filter_map(|id| u32::try_from(id).ok().map(FileId)) {
        let spans = by_file.remove(&id).unwrap_or_default();
        conceal(files, id, spans);
    }
}

/// Parts of sources that the rendered files conceal, sorted, for every source that has any.
pub(super) fn concealed<'r>(
    files: &[Arc<File>],
    renders: impl IntoIterator<Item = &'r Render>,
) -> FxHashMap<FileId, Vec<Span>> {
    let mut by_file: FxHashMap<FileId, Vec<Span>> = FxHashMap::default();
    for rendered in renders
        .into_iter()
        .filter_map(|render| render.result.as_ref().ok())
    {
        let shown = files[rendered.file.0 as usize].shown();
        let spans = shown.redacted().map_or(&[][..], |redacted| &redacted.spans);
        for (_, origin) in spans.iter().flat_map(|&span| rendered.map.runs(span)) {
            let places: Vec<Location> = match origin {
                Origin::Copied(at) => vec![at],
                Origin::Made { by, from } if from.is_empty() => vec![by],
                Origin::Made { from, .. } => from.to_vec(),
                Origin::Nowhere => Vec::new(),
            };
            for at in places {
                by_file.entry(at.file).or_default().push(at.span);
            }
        }
    }
    for spans in by_file.values_mut() {
        spans.sort_unstable();
        spans.dedup();
    }
    by_file
}

/// Conceals parts of a file. If the file was shown before without them, it is replaced, because what a file conceals
/// cannot change. Returns whether it was replaced.
pub(super) fn conceal(files: &mut [Arc<File>], id: FileId, spans: Vec<Span>) -> bool {
    let file = &files[id.0 as usize];
    let is_new = file.source.redacted().is_none();
    match file.copied_to_secrets.get() {
        Some(known) if **known == *spans => return false,
        None if spans.is_empty() => return false,
        None if is_new && file.copied_to_secrets.set(spans.as_slice().into()).is_ok() => {
            return false;
        }
        _ => {}
    }
    files[id.0 as usize] = Arc::new(files[id.0 as usize].concealing(spans));
    true
}

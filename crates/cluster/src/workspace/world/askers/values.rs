//! ConfigMaps and Secrets with values.

use podwright_model::Body;
use podwright_model::DataValue;
use podwright_render::Part;
use podwright_syntax::text::{FileId, Location};

use super::super::super::{ObjectId, Skipped};
use super::Context;

/// A ConfigMap or Secret whose values are known.
pub(super) struct Given {
    pub(super) part: Part,
    pub(super) id: ObjectId,
    pub(super) is_secret: bool,
    /// Fields with values, later ones over earlier ones.
    pub(super) fields: Vec<&'static str>,
    /// Where the values of a Secret are written.
    pub(super) places: Vec<Location>,
}

/// The ConfigMap or Secret that an object in `from` refers to. `None` if it is not among the files, or if its values are
/// encrypted.
pub(super) fn given(
    context: &Context<'_>,
    from: FileId,
    kind: &str,
    namespace: Option<&str>,
    name: &str,
) -> Option<Given> {
    let kind = ["ConfigMap", "Secret"]
        .into_iter()
        .find(|own| *own == kind)?;
    let id = context.giver(from, kind, namespace, name)?;
    let file = context.file(id.file);
    if file.skipped == Some(Skipped::Encrypted) {
        return None;
    }
    let tree = &file.tree;
    let is_secret = kind == "Secret";
    let fields: [(&'static str, &[DataValue]); 2] = match &file.objects[id.index].body {
        Body::ConfigMap(map) => [("data", map.data.items()), ("", &[])],
        Body::Secret(secret) => [
            ("data", secret.data.items()),
            ("stringData", secret.string_data.items()),
        ],
        _ => return None,
    };
    let values = || fields.iter().flat_map(|(_, values)| values.iter());
    let is_encrypted = |text: &str| text.starts_with("ENC[") || text.contains("${");
    if is_secret && values().any(|value| is_encrypted(&tree.decoded(value.value))) {
        return None;
    }
    let in_sources = |value: &DataValue| {
        let at = Location {
            file: id.file,
            span: tree.span(value.value),
        };
        match context.view.worlds.map(id.file) {
            Some(map) => map.locations(at.span),
            None => vec![at],
        }
    };
    Some(Given {
        part: context.part(id)?,
        id,
        is_secret,
        places: match is_secret {
            true => values().flat_map(in_sources).collect(),
            false => Vec::new(),
        },
        fields: fields
            .iter()
            .filter(|(field, values)| !field.is_empty() && !values.is_empty())
            .map(|(field, _)| *field)
            .collect(),
    })
}

//! What a packed chart says about itself.

use super::{MAX_SIZE, archive};

/// Name and version of a packed chart.
///
/// # Errors
///
/// Returns why the bytes are not a packed chart, or which limit it exceeds.
pub fn name_and_version(bytes: &[u8]) -> Result<(String, String), String> {
    let files = archive::unpack(bytes, MAX_SIZE)?;
    let mut files = files.into_iter();
    let (_, chart) = files
        .find(|(name, _)| name == "Chart.yaml")
        .ok_or("the archive has no `Chart.yaml`")?;
    let text = String::from_utf8(chart).map_err(|_| "`Chart.yaml` is not UTF-8")?;
    let tree = podwright_syntax::parse(text.into());
    let root = tree.documents().first().map(|document| document.root);
    let field = |key: &str| {
        let value = root.and_then(|root| tree.get(root, key));
        let text = value.map(|entry| tree.decoded(tree.resolve(entry.value)).into_owned());
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| format!("`Chart.yaml` has no `{key}`"))
    };
    Ok((field("name")?, field("version")?))
}

//! The files of a chart and its subcharts, also of one that helm would not load.

use std::collections::BTreeMap;
use std::path::Path;

use crate::RenderError;
use crate::files::{Found, Sources};
use crate::helm::chart::{File, Metadata, metadata};

use super::{Loader, MAX_DEPTH};

/// A chart whose files are not checked.
pub(in crate::helm) struct Layout {
    /// What `Chart.yaml` says, as far as it can be read.
    pub(in crate::helm) metadata: Metadata,
    /// All files but those of subcharts.
    pub(in crate::helm) files: Vec<File>,
    /// Charts below `charts/`.
    pub(in crate::helm) subcharts: Vec<Self>,
    /// Whether a subchart cannot be read.
    pub(in crate::helm) is_partial: bool,
}

/// The files of the chart in a directory, or of a packed one.
///
/// # Errors
///
/// Returns why the files cannot be read.
pub(in crate::helm) fn layout(
    sources: &mut Sources<'_>,
    path: &Path,
) -> Result<Layout, RenderError> {
    let mut loader = Loader::new(sources);
    let files = match loader.sources.find(path) {
        Some(Found::Directory(real)) => loader.directory(&real)?,
        Some(Found::File(real)) => {
            let name = real.file_name().unwrap_or_default().to_string_lossy();
            let packed = loader.open(&real, &name)?;
            loader.unpack(&packed)?
        }
        None => return Err(RenderError::at(None, "no chart found")),
    };
    Ok(loader.layout(files, 0))
}

impl Loader<'_, '_> {
    fn layout(&mut self, files: Vec<File>, depth: usize) -> Layout {
        let mut layout = Layout {
            metadata: Metadata::default(),
            files: Vec::new(),
            subcharts: Vec::new(),
            is_partial: false,
        };
        let mut inner: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for mut file in files {
            let below = file.name.strip_prefix("charts/").map(str::to_owned);
            match below {
                Some(below) if !below.ends_with(".prov") => {
                    let first = below.split('/').next().unwrap_or_default().to_owned();
                    file.name = below;
                    inner.entry(first).or_default().push(file);
                }
                _ => layout.files.push(file),
            }
        }
        for name in ["Chart.yaml", "requirements.yaml"] {
            if let Some(file) = layout.files.iter().find(|file| file.name == name) {
                layout.is_partial |= metadata(file, &mut layout.metadata).is_err();
            }
        }
        let is_packed = |name: &str| Path::new(name).extension().is_some_and(|end| end == "tgz");
        for (name, files) in inner {
            if name.starts_with(['_', '.']) {
                continue;
            }
            if depth >= MAX_DEPTH {
                layout.is_partial = true;
                continue;
            }
            let files = if is_packed(&name) {
                match files.first().map(|packed| self.unpack(packed)) {
                    Some(Ok(files)) => files,
                    _ => {
                        layout.is_partial = true;
                        continue;
                    }
                }
            } else {
                let inner = files.into_iter().filter_map(|mut file| {
                    let (_, rest) = file.name.split_once('/')?;
                    file.name = rest.to_owned();
                    Some(file)
                });
                inner.collect()
            };
            if files.iter().any(|file| file.name == "Chart.yaml") {
                let subchart = self.layout(files, depth + 1);
                layout.subcharts.push(subchart);
            }
        }
        layout
    }
}

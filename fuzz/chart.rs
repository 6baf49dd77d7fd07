//! Charts of several files, with a schema, packed charts and assignments: loading and rendering them never panics.

#![no_main]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use podwright_render::helm::{Options, SetKind, render};
use podwright_render::{Files, Found, SourceFile, Sources};

/// Files by their path.
struct Chart(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Chart {
    fn find(&self, path: &Path) -> Option<Found> {
        if self.0.contains_key(path) {
            return Some(Found::File(path.to_owned()));
        }
        let is_directory = self.0.keys().any(|file| file.starts_with(path));
        is_directory.then(|| Found::Directory(path.to_owned()))
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let bytes = self.0.get(path).ok_or("no such file")?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), bytes.clone())))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let inside = self
            .0
            .keys()
            .filter_map(|file| file.strip_prefix(directory).ok());
        let mut names: Vec<String> = inside
            .filter_map(|rest| Some(rest.iter().next()?.to_str()?.to_owned()))
            .collect();
        names.dedup();
        names
    }
}

const PATHS: [&str; 8] = [
    "values.yaml",
    "templates/t.yaml",
    "values.schema.json",
    "Chart.yaml",
    "charts/s.tgz",
    "charts/s/values.yaml",
    "templates/_h.tpl",
    ".helmignore",
];

fuzz_target!(|data: &[u8]| {
    let mut files = BTreeMap::from([
        (
            PathBuf::from("/c/Chart.yaml"),
            b"{apiVersion: v2, name: c, version: 1.0.0, dependencies: [{name: s, alias: t, condition: s.on, import-values: [a, {child: b, parent: c}]}]}".to_vec(),
        ),
        (
            PathBuf::from("/c/charts/s/Chart.yaml"),
            b"{apiVersion: v2, name: s, version: 1.0.0}".to_vec(),
        ),
        (
            PathBuf::from("/c/templates/x.yaml"),
            b"a: {{ toYaml .Values | quote }}\nb: {{ .Subcharts | toJson | quote }}".to_vec(),
        ),
    ]);
    // `\0` ends a file. The first parts are assignments.
    let mut parts = data.split(|&byte| byte == 0);
    let assignment = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    for (path, part) in PATHS.iter().zip(parts) {
        if !part.is_empty() {
            files.insert(Path::new("/c").join(path), part.to_vec());
        }
    }
    let kinds = [
        SetKind::Typed,
        SetKind::String,
        SetKind::Json,
        SetKind::File,
        SetKind::Literal,
    ];
    let chart = Chart(files);
    for kind in kinds {
        let mut sources = Sources::new(&chart);
        let options = Options {
            set: vec![(kind, assignment.clone())],
            directory: PathBuf::from("/c"),
            ..Options::default()
        };
        let _ = render(&mut sources, Path::new("/c"), &options);
    }
});

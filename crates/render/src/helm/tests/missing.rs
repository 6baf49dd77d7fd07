//! Dependencies that are not in `charts/`.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use flate2::{Compression, write::GzEncoder};

use super::Memory;
use crate::files::{Files, Found, SourceFile, Sources};
use crate::helm::{Options, missing_dependencies, name_and_version, newest, render};
use crate::vendor::{Ask, Stored};

const CHART: &str = "apiVersion: v2
name: app
version: 1.0.0
dependencies:
- {name: here, version: 1.x, repository: https://example.org}
- {name: away, version: 1.x, repository: https://example.org}
- {name: locked, version: 1.x, repository: https://example.org}
- {name: local, version: 1.x, repository: file://../local}
";

const LOCK: &str = "dependencies:
- {name: locked, repository: https://elsewhere.example, version: 1.0.0}
- {name: locked, repository: https://example.org, version: 1.2.3}
";

fn app() -> Memory {
    Memory::new([
        ("app/Chart.yaml", CHART),
        ("app/Chart.lock", LOCK),
        (
            "app/charts/here/Chart.yaml",
            "apiVersion: v2\nname: here\nversion: 1.0.0\n",
        ),
    ])
}

/// A packed chart with one template.
fn packed(name: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let chart = format!("apiVersion: v2\nname: {name}\nversion: 1.2.3\n");
    let object = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    for (path, text) in [("Chart.yaml", chart), ("templates/a.yaml", object)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        let path = format!("{name}/{path}");
        archive
            .append_data(&mut header, path, text.as_bytes())
            .expect("a file");
    }
    let mut packed = archive.into_inner().expect("an archive");
    packed.flush().expect("an archive");
    packed.finish().expect("an archive")
}

/// Files, and charts that are stored for them.
struct WithVendored(Memory);

impl Files for WithVendored {
    fn find(&self, path: &Path) -> Option<Found> {
        match path.extension().is_some_and(|extension| extension == "tgz") {
            true => Some(Found::File(path.to_owned())),
            false => self.0.find(path),
        }
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let name = path.file_stem().and_then(|name| name.to_str());
        match name.filter(|_| path.extension().is_some_and(|extension| extension == "tgz")) {
            Some(name) => Ok(Arc::new(SourceFile::new(path.to_owned(), packed(name)))),
            None => self.0.read(path),
        }
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        self.0.entries(directory)
    }

    fn vendored(&self, from: &Path, ask: &Ask) -> Option<Stored> {
        assert_eq!(from, Path::new("/app"));
        let Ask::Chart(ask) = ask else {
            return None;
        };
        let path = Path::new("/stored").join(format!("{}.tgz", ask.name));
        Some(Stored {
            root: path.clone(),
            path,
        })
    }
}

#[test]
fn what_is_missing_is_asked_for() {
    let files = app();
    let mut sources = Sources::new(&files);
    let asked = missing_dependencies(&mut sources, Path::new("/app")).expect("a chart");
    let shown = asked.iter().map(|asked| {
        let at = asked.place.expect("a place").span;
        (
            CHART[at.range()].lines().next().unwrap_or_default(),
            asked.ask.to_string(),
        )
    });
    let shown: Vec<(&str, String)> = shown.collect();
    let expected = [
        (
            "{name: away, version: 1.x, repository: https://example.org}",
            "chart away 1.x of https://example.org",
        ),
        (
            "{name: locked, version: 1.x, repository: https://example.org}",
            "chart locked 1.2.3 of https://example.org",
        ),
    ];
    assert_eq!(shown, expected.map(|(place, ask)| (place, ask.to_owned())));
}

#[test]
fn what_is_stored_is_rendered() {
    let chart = CHART.replace(
        "- {name: local, version: 1.x, repository: file://../local}\n",
        "",
    );
    let mut files = app();
    files.0.insert("/app/Chart.yaml".into(), chart);
    let options = Options::default();
    let error =
        render(&mut Sources::new(&files), Path::new("/app"), &options).expect_err("an error");
    assert_eq!(error.message, "dependency `away` is not in `charts/`");
    let files = WithVendored(files);
    let release =
        render(&mut Sources::new(&files), Path::new("/app"), &options).expect("a release");
    let templates: Vec<&str> = release
        .manifests
        .iter()
        .map(|manifest| manifest.template.as_str())
        .collect();
    assert_eq!(
        templates,
        [
            "app/charts/away/templates/a.yaml",
            "app/charts/locked/templates/a.yaml"
        ]
    );
}

#[test]
fn packed_charts_say_who_they_are() {
    assert_eq!(
        name_and_version(&packed("web")),
        Ok(("web".to_owned(), "1.2.3".to_owned()))
    );
    assert!(name_and_version(b"<html>").is_err());
}

#[test]
fn the_newest_version_in_a_range() {
    let tags = [
        "v1.0.0",
        "1.10.0",
        "v1.9.1",
        "2.0.0",
        "1.11.0-rc.1",
        "latest",
    ];
    let newest = |range| newest(range, tags.iter().copied());
    assert_eq!(newest(">=1.0 <2"), Ok(Some("1.10.0")));
    assert_eq!(newest("1.x"), Ok(Some("1.10.0")));
    assert_eq!(newest(">=3"), Ok(None));
    assert!(newest("main").is_err());
}

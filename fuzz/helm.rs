//! Charts: rendering them never panics and ends soon, and what is copied is the same in the source.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use podwright_render::helm::{Options, SetKind, render};
use podwright_render::{Files, Found, Origin, SourceFile, Sources};

/// A chart with this template and these values.
struct Chart {
    template: String,
    values: String,
}

impl Chart {
    fn get(&self, path: &Path) -> Option<&str> {
        match path.to_str()? {
            "/c/Chart.yaml" => Some("{apiVersion: v2, name: c, version: 1.0.0}"),
            "/c/values.yaml" => Some(&self.values),
            "/c/templates/t.yaml" => Some(&self.template),
            _ => None,
        }
    }
}

impl Files for Chart {
    fn find(&self, path: &Path) -> Option<Found> {
        match (self.get(path), path.to_str()?) {
            (Some(_), _) => Some(Found::File(path.to_owned())),
            (None, "/c" | "/c/templates") => Some(Found::Directory(path.to_owned())),
            _ => None,
        }
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let text = self.get(path).ok_or("no such file")?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), text.into())))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        match directory == Path::new("/c") {
            true => vec![
                "Chart.yaml".into(),
                "templates".into(),
                "values.yaml".into(),
            ],
            false => vec!["t.yaml".into()],
        }
    }
}

fuzz_target!(|text: &str| {
    let (values, template) = text.split_once("\n---\n").unwrap_or(("", text));
    let chart = Chart {
        template: template.to_owned(),
        values: values.to_owned(),
    };
    let mut sources = Sources::new(&chart);
    let set = values.lines().next().unwrap_or_default().to_owned();
    let options = Options {
        set: vec![(SetKind::Typed, set)],
        ..Options::default()
    };
    for options in [Options::default(), options] {
        let Ok(release) = render(&mut sources, &PathBuf::from("/c"), &options) else {
            continue;
        };
        let out = release.text();
        for (range, origin) in out.runs() {
            if let Origin::Copied(at) = origin {
                let source = sources.get(at.file).text().expect("text");
                assert_eq!(out.as_str().get(range), source.get(at.span.range()));
            }
        }
    }
});

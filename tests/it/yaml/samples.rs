//! The samples of `tests/data/yaml-samples.tar.gz`, unpacked in memory.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

/// Content of every file of the archive by path, as bytes because some files intentionally are not UTF-8.
pub(crate) fn files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let packed: &[u8] = include_bytes!("../../data/yaml-samples.tar.gz");
        let mut files = BTreeMap::new();
        for entry in tar::Archive::new(GzDecoder::new(packed)).entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(path.trim_start_matches("./").to_owned(), bytes);
        }
        files
    })
}

/// Text of a file of the archive; `None` if it does not exist or is not UTF-8.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    files()
        .get(path)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
}

/// Verdicts of go-yaml v2 for a set: path, and whether the file is accepted.
pub(crate) fn verdicts(set: &str) -> Vec<(&'static str, bool)> {
    text(&format!("{set}.tsv"))
        .unwrap()
        .lines()
        .map(|line| {
            let (path, verdict) = line.split_once('\t').unwrap();
            (path, verdict == "accepted")
        })
        .collect()
}

//! Redacts arbitrary text, as a text about files and as a file: `fuzz/run 60 redact`.
#![no_main]

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File};
use podwright_redact::{Redactor, text, url_users, without_redacted};

libfuzzer_sys::fuzz_target!(|input: &str| {
    let shown = text(input);
    assert!(shown.lines().count() <= input.lines().count().max(1));
    let _ = url_users(input);
    let context = Arc::new(ClusterContext::default());
    let (first, second) = input.split_at(input.floor_char_boundary(input.len() / 2));
    for (path, content) in [
        ("a.yaml", input),
        (".dockercfg", input),
        ("kustomization.yaml", input),
        ("etc/containerd/config.toml", input),
    ] {
        let file = File::from_bytes(path.to_owned(), content.as_bytes().to_vec(), &context);
        let before = File::from_bytes(path.to_owned(), first.as_bytes().to_vec(), &context);
        let source = file.shown();
        let _ = without_redacted(source);
        let mut quoted = second.to_owned();
        Redactor::new([source]).redact(&mut quoted);
        let after = File::from_bytes(path.to_owned(), second.as_bytes().to_vec(), &context);
        let _ = without_redacted(after.after(&before).shown());
    }
});

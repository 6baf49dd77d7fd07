//! Parses arbitrary text as a configuration of podwright or of a tool to migrate from: `fuzz/run 60
//! configuration`.
#![no_main]

use podwright_lint::config::Config;
use podwright_lint::migrate::Migration;
use podwright_syntax::text::Source;
use podwright_syntax::yaml;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let read = |text: &str| {
        let source = Source::new(".podwright.yaml", text);
        let tree = yaml::read(source.text.clone());
        Config::from_tree(&source, &tree)
    };
    if let Err(error) = read(text) {
        assert!(!error.to_string().is_empty());
    }
    let mut migration = Migration::default();
    if migration.add(&Source::new("old.yaml", text)).is_ok() {
        let written = migration.write();
        assert!(read(&written).is_ok(), "{written}");
    }
});

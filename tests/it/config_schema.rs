//! The JSON Schema of the configuration in `editors/` matches the code.

use std::{env, fs, path::Path};

#[test]
fn schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/schema/podwright.schema.json");
    let schema = serde_json::to_string_pretty(&podwright_lint::config::schema()).unwrap() + "\n";
    if env::var_os("PODWRIGHT_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &schema).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    similar_asserts::assert_eq!(written, schema, "update it with PODWRIGHT_BLESS=1");
}

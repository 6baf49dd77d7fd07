//! `cargo xtask codegen [DIRECTORY]`: writes the configuration schema and, given a directory of OpenAPI definitions
//! (`v1.NN.0.json`), the table of the Kubernetes API.

use std::path::Path;
use std::process::ExitCode;
use std::{env, error::Error, fs};

use xtask::api_table;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("codegen") => codegen(arguments.next().as_deref()),
        _ => Err("usage: cargo xtask codegen [DIRECTORY]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a command of developers")]
            {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn codegen(definitions: Option<&str>) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let schema = serde_json::to_string_pretty(&podwright_lint::config::schema())? + "\n";
    fs::write(root.join("editors/schema/podwright.schema.json"), schema)?;
    if let Some(directory) = definitions {
        let table = api_table::table(Path::new(directory))?;
        fs::write(root.join("crates/schema/src/table.bin"), table)?;
    }
    Ok(())
}

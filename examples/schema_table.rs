//! Generates `src/schema/table.bin` from the OpenAPI definitions of several Kubernetes releases: `cargo run --example
//! schema_table -- DIR [OUT]`, where DIR contains `v1.NN.0.json`.

#![allow(clippy::print_stdout)]

#[path = "schema_table/build.rs"]
mod build;
#[path = "schema_table/read.rs"]
mod read;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("pass the directory that contains v1.NN.0.json")?;
    let out = arguments
        .next()
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema/table.bin").to_owned());
    let table = build::table(&read::releases(Path::new(&folder))?)?;
    println!("{out}: {} bytes", table.len());
    std::fs::write(out, table)?;
    Ok(())
}

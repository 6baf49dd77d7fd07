//! Makes `src/schema/table.bin` of the OpenAPI definitions of several releases of Kubernetes:
//! `cargo run --example schema_table -- DIR [OUT]`, where DIR holds `v1.NN.0.json`.

#![allow(clippy::print_stdout)]

#[path = "schema_table/build.rs"]
mod build;
#[path = "schema_table/read.rs"]
mod read;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder holds v1.NN.0.json?")?;
    let out = arguments
        .next()
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema/table.bin").to_owned());
    let table = build::table(&read::releases(Path::new(&folder))?)?;
    println!("{out}: {} bytes", table.len());
    std::fs::write(out, table)?;
    Ok(())
}

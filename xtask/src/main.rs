//! Commands for developers.

use std::io::{Read, stdin};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use xtask::{
    Result, accuracy, api_table, book, configuration_schema, docs, operators, picture, resources,
    root, rule_page,
};

const USAGE: &str = "usage: cargo xtask codegen [--corpus DIR] [--openapi DIR] [--documents DIR]
       cargo xtask operators [--archives DIR]

codegen writes the generated files: the configuration schema, rule pages, generated parts of the documentation, and pictures.

  --corpus DIR    also docs/src/accuracy.md, from the manifests in DIR
  --openapi DIR   also the table of the Kubernetes API, from the definitions v1.NN.0.json in DIR
  --documents DIR the table of its resources and verbs, from the OpenAPI documents v1.NN.0.json in DIR

operators fetches the npm packages in xtask/src/operators/packages.txt, and writes crates/schema/src/operators.bin.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["codegen", options @ ..] => codegen(options),
        ["operators"] => write_operators(None),
        ["operators", "--archives", directory] => write_operators(Some(Path::new(directory))),
        // mdBook calls the preprocessor first with `supports RENDERER`, then with the book on standard input.
        ["book", "supports", _] => Ok(()),
        ["book"] => preprocess(),
        _ => Err(USAGE.into()),
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

fn codegen(options: &[&str]) -> Result<()> {
    let (mut corpus, mut openapi, mut documents) = (None, None, None);
    for option in options.chunks(2) {
        match *option {
            ["--corpus", directory] => corpus = Some(Path::new(directory)),
            ["--openapi", directory] => openapi = Some(Path::new(directory)),
            ["--documents", directory] => documents = Some(Path::new(directory)),
            _ => return Err(USAGE.into()),
        }
    }
    if let Some(directory) = openapi {
        let table = api_table::table(directory)?;
        fs::write(root().join("crates/schema/src/table.bin"), table)?;
    }
    if let Some(directory) = documents {
        let table = resources::table(directory)?;
        fs::write(root().join("crates/schema/src/resources.txt"), table)?;
    }
    let podwright = built()?;
    let mut generated = vec![configuration_schema()?];
    generated.extend(rule_page::pages()?);
    generated.extend(docs::pages(&podwright)?);
    generated.extend(picture::pictures(&podwright)?);
    if let Some(directory) = corpus {
        let corpus = accuracy::Corpus::read(&podwright, directory);
        generated.push(accuracy::page(&corpus));
    }
    for file in generated {
        if file.write()? {
            #[expect(clippy::print_stdout, reason = "a command of developers")]
            {
                println!("{}", file.path.display());
            }
        }
    }
    Ok(())
}

fn write_operators(archives: Option<&Path>) -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let table = operators::table(archives.unwrap_or(temporary.path()))?;
    fs::write(root().join("crates/schema/src/operators.bin"), table)?;
    Ok(())
}

fn preprocess() -> Result<()> {
    let mut input = String::new();
    stdin().read_to_string(&mut input)?;
    let book = book::preprocess(&input)?;
    #[expect(clippy::print_stdout, reason = "mdBook reads it")]
    {
        println!("{book}");
    }
    Ok(())
}

/// Builds the command and returns the path of its binary, which is next to ours.
fn built() -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").ok_or("run it with `cargo xtask`")?;
    let build = Command::new(cargo)
        .args(["build", "--quiet", "--package", "podwright"])
        .current_dir(root())
        .status()?;
    if !build.success() {
        return Err("podwright does not compile".into());
    }
    let name = format!("podwright{}", env::consts::EXE_SUFFIX);
    Ok(env::current_exe()?.with_file_name(name))
}

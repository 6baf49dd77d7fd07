//! Throughput and comparison with other parsers: `PODWRIGHT_CORPUS=DIR cargo bench`.
//!
//! Prints ratios, because absolute figures depend on the machine. The corpus is a directory that contains
//! `bench-10k/`, a tree of Kubernetes files; a stream of 50 MB is generated from them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "granit/arena.rs"]
mod granit_arena;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::DefaultRules;
use podwright_model::VersionRange;
use podwright_schema::{CustomKinds, Subject, Table, problems};
use podwright_syntax::text::{SharedText, Source};

/// The same allocator as the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of rounds of each measurement. The best one is used, because the others include unrelated load of the
/// machine.
const ROUNDS: usize = 5;
const STREAM: usize = 50_000_000;

fn main() {
    let Some(corpus) = std::env::var_os("PODWRIGHT_CORPUS") else {
        println!("skipped: PODWRIGHT_CORPUS is not set");
        return;
    };
    let root = Path::new(&corpus).join("bench-10k");
    let paths = files(&root);
    let texts = read(&paths);
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    println!(
        "{} files, {:.1} MB, {ROUNDS} rounds, one thread unless noted",
        paths.len(),
        mb(bytes)
    );

    let reading = best(|| read(&paths).len());
    let parse = best(|| {
        texts
            .iter()
            .map(|t| podwright_syntax::parse(t.clone()).documents().len())
            .sum()
    });
    let granit = best(|| texts.iter().map(|text| granit_arena::build(text)).sum());
    let opening = opening();
    let read_files: Vec<File> = texts
        .iter()
        .map(|text| File::read(Source::new("a.yaml", text.clone()), &Arc::default()))
        .collect();
    let schema = best(|| read_files.iter().map(by_schema).sum());
    drop(read_files);
    let one = pool(1);
    let all = DefaultRules::default();
    let check_one = best(|| one.install(|| check(&paths, &all)));
    let check_all = best(|| check(&paths, &all));
    let validation = DefaultRules::of(VersionRange::default(), |entry| {
        ["syntax", "schema", "object"].contains(&entry.meta.group)
    });
    let validate_one = best(|| one.install(|| check(&paths, &validation)));
    let row = |name: &str, time: Duration| {
        println!(
            "{name:<34}{:>9.1} ms {:>8.1} MB/s {:>9.0} files/s",
            time.as_secs_f64() * 1e3,
            mb(bytes) / time.as_secs_f64(),
            paths.len() as f64 / time.as_secs_f64()
        );
    };
    row("reading the files", reading);
    row("parsing", parse);
    row("parsing, granit-parser and arena", granit);
    row("judging by the schema", schema);
    println!(
        "opening the table of the Kubernetes API {:>5.1} µs",
        opening.as_secs_f64() * 1e6
    );
    row("check, validation, one thread", validate_one);
    row("check, one thread", check_one);
    row("check, all threads", check_all);
    println!(
        "granit-parser and arena / parsing      {:.2}",
        ratio(granit, parse)
    );
    println!(
        "check / reading                        {:.2}",
        ratio(check_one, reading)
    );
    println!(
        "check, validation / (reading + parsing)  {:.2}",
        ratio(validate_one, reading + parse)
    );
    println!(
        "check / (reading + parsing)            {:.2}",
        ratio(check_one, reading + parse)
    );
    println!(
        "check, all threads / (reading + parsing) {:.2}",
        ratio(check_all, reading + parse)
    );
    println!(
        "check: one thread / all threads        {:.2}",
        ratio(check_one, check_all)
    );

    let stream = stream(&texts);
    drop(texts);
    let parse = best(|| podwright_syntax::parse(stream.clone()).documents().len());
    let granit = best(|| granit_arena::build(&stream));
    let whole = best(|| lint_texts(vec![("stream.yaml".to_owned(), stream.clone())]));
    println!("\none stream of {:.1} MB", mb(stream.len()));
    println!(
        "parsing                                {:.1} MB/s",
        mb(stream.len()) / parse.as_secs_f64()
    );
    println!(
        "granit-parser and arena / parsing      {:.2}",
        ratio(granit, parse)
    );
    println!(
        "check without reading / parsing        {:.2}",
        ratio(whole, parse)
    );
    println!(
        "peak memory of the command             {:.0} MB",
        peak_mb(&stream)
    );
}

/// Complete check from paths to findings.
fn check(paths: &[PathBuf], rules: &DefaultRules) -> usize {
    use rayon::prelude::*;
    let files: Vec<File> = paths
        .par_iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            File::read(
                Source::new(path.display().to_string(), text),
                &Arc::default(),
            )
        })
        .collect();
    let workspace = Workspace::new(files);
    podwright_lint::lint(&workspace, rules).findings.len()
}

fn lint_texts(texts: Vec<(String, SharedText)>) -> usize {
    let files = texts
        .into_iter()
        .map(|(path, text)| File::read(Source::new(path, text), &Arc::default()));
    let workspace = Workspace::new(files.collect());
    podwright_lint::lint(&workspace, &DefaultRules::default())
        .findings
        .len()
}

/// Number of schema findings for the objects of a file.
fn by_schema(file: &File) -> usize {
    let problems = file.objects.iter().map(|object| {
        let subject = Subject {
            tree: &file.tree,
            object,
            range: VersionRange::default(),
            is_partial: object.is_fragment,
            custom: &CustomKinds::default(),
        };
        problems(&subject).len()
    });
    problems.sum()
}

/// Time of the first access to the table of the Kubernetes API, when its bytes are not in the cache.
fn opening() -> Duration {
    let start = Instant::now();
    let (pod, _) = Table::kind("", "v1", "Pod").unwrap();
    std::hint::black_box(pod.fields().len());
    start.elapsed()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path
                .extension()
                .is_some_and(|e| e == "yaml" || e == "yml" || e == "json")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(paths: &[PathBuf]) -> Vec<SharedText> {
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap().into())
        .collect()
}

/// Concatenates the texts repeatedly, up to [`STREAM`] bytes.
fn stream(texts: &[SharedText]) -> SharedText {
    let mut stream = String::with_capacity(STREAM + 1_000_000);
    for text in texts.iter().cycle() {
        stream.push_str(text);
        stream.push_str("\n---\n");
        if stream.len() > STREAM {
            break;
        }
    }
    stream.into()
}

fn best(mut run: impl FnMut() -> usize) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(run());
        best = best.min(start.elapsed());
    }
    best
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap()
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// Peak memory in MB of the command while it checks `stream`; 0 if the system does not report it.
fn peak_mb(stream: &str) -> f64 {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    std::fs::write(&file, stream).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_podwright"))
        .args(["check", "--no-config", "--format", "concise"])
        .arg(file.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", command.id());
    let mut peak = 0.0;
    while command.try_wait().unwrap().is_none() {
        peak = held_mb(&status).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

fn held_mb(status: &str) -> Option<f64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

//! Introduces fixable mistakes into real manifests, because well-maintained projects contain few.

use crate::fixes::Text;

/// Makes a mistake wherever possible; returns `None` if the file offers no place for it.
type Spoiler = fn(&str) -> Option<String>;

const SPOILERS: &[(&str, Spoiler)] = &[
    ("scheme", |line| {
        value(line, "image: ", |v| format!("docker://{v}"))
    }),
    ("blank", |line| {
        value(line, "image: ", |v| format!("'{v} '"))
    }),
    ("policy", |line| {
        value(line, "imagePullPolicy: ", str::to_ascii_lowercase)
    }),
    ("twice", |line| {
        let own = value(line, "imagePullPolicy: ", str::to_owned)?;
        // After a dash, the line would become another item.
        (!own.contains("- ")).then(|| format!("{own}{own}"))
    }),
    ("negative", |line| {
        value(line, "terminationGracePeriodSeconds: ", |v| format!("-{v}"))
    }),
    ("wait", |line| {
        hook(line, "{preStop: {sleep: {seconds: 90}}}")
    }),
    ("script", |line| {
        hook(
            line,
            "{preStop: {exec: {command: [sh, -c, sleep 100; sleep 2]}}}",
        )
    }),
    ("socket", |line| {
        hook(
            line,
            "{preStop: {tcpSocket: {port: 80}}, postStart: {exec: {command: [\"true\"]}}}",
        )
    }),
    ("secret", |line| {
        let indentation = line.strip_suffix("containers:\n")?;
        (indentation.trim().is_empty()).then(|| {
            format!("{indentation}imagePullSecrets:\n{indentation}- name: a\n{indentation}- name: \"\"\n{line}")
        })
    }),
    ("separator", |line| {
        (line == "---\n")
            .then(|| "--- # one\n--- {kind: List, apiVersion: v1, items: []}\n---\n".to_owned())
    }),
    ("end", |line| (line == "---\n").then(|| "...\n".to_owned())),
    ("ignore", |line| {
        let rest = line.trim_end();
        let is_plain = rest.ends_with("containers:") && !rest.contains('#');
        is_plain
            .then(|| format!("{rest} # podwright: ignore[image-missing, image-mutable-tag] why\n"))
    }),
];

/// Returns a variant of the file for each applicable mistake.
pub(crate) fn spoiled((path, text): &Text) -> Vec<Text> {
    let spoil = |(name, spoiler): &(&str, Spoiler)| {
        let mut is_spoiled = false;
        let lines = text.split_inclusive('\n').map(|line| match spoiler(line) {
            Some(other) => {
                is_spoiled = true;
                other
            }
            None => line.to_owned(),
        });
        let text: String = lines.collect();
        let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
        is_spoiled.then(|| (format!("{directory}/{name}/{file}"), text.into()))
    };
    SPOILERS.iter().filter_map(spoil).collect()
}

/// Returns the line with a changed value if it is an unquoted entry of that key.
fn value(line: &str, key: &str, change: impl FnOnce(&str) -> String) -> Option<String> {
    let (before, rest) = line.split_once(key)?;
    let is_entry = before.bytes().all(|b| matches!(b, b' ' | b'-'));
    let end = rest.find([' ', '#', '\r', '\n']).unwrap_or(rest.len());
    let (value, behind) = rest.split_at(end);
    let is_plain = value.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_entry && is_plain).then(|| format!("{before}{key}{}{behind}", change(value)))
}

/// Inserts a lifecycle before the image of a container.
fn hook(line: &str, lifecycle: &str) -> Option<String> {
    let (before, image) = line.split_once("image: ")?;
    let indentation = before.replace('-', " ");
    let is_entry = indentation.trim().is_empty() && !indentation.is_empty();
    is_entry.then(|| format!("{before}lifecycle: {lifecycle}\n{indentation}image: {image}"))
}

//! Plants secrets wherever a manifest may contain one (`plants.rs`, one line per place, and `tests/data/planted`, where
//! each place has a secret of its own) and searches every output for them in every encoding (`forms.rs`). In addition, no output may depend on a secret: with another secret of the
//! same length, all outputs are identical byte for byte. With a longer secret, only the offsets after it in its file
//! may differ. Therefore neither a hash nor the length of a secret can leak.

mod asked;
mod events;
mod expressions;
mod forms;
mod outputs;
mod page;
mod places;
mod plants;
pub(crate) mod reports;

use forms::Needles;
use outputs::OUTPUTS;
use plants::{planted, planted_everywhere};

/// Length of the secrets, and of the longer secrets.
const LENGTHS: [usize; 2] = [24, 36];

#[test]
fn every_plant_has_a_finding() {
    // Otherwise nothing of it would be shown and nothing could leak.
    let plants = planted(1, LENGTHS[0]);
    let directory = outputs::directory(&plants);
    let json = outputs::check_json(directory.path());
    let findings = json["findings"].as_array().unwrap();
    for plant in plants {
        let path = plant.path;
        let own = findings.iter().filter(|finding| finding["path"] == path);
        let rules: Vec<&str> = own
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        assert!(
            plant.rule.is_empty() || rules.contains(&plant.rule),
            "{path}: no {} among {rules:?}",
            plant.rule
        );
    }
}

#[test]
fn no_output_contains_a_secret() {
    let plants = planted_everywhere(1, LENGTHS[0]);
    let names: Vec<(String, &str)> = plants
        .iter()
        .flat_map(|plant| {
            let secrets = plant.secrets.iter().enumerate();
            secrets.map(|(at, secret)| (format!("{} {}", plant.path, at + 1), secret.as_str()))
        })
        .collect();
    let needles = Needles::new(names.iter().map(|(name, secret)| (name.as_str(), *secret)));
    let mut leaks = Vec::new();
    for (name, output) in OUTPUTS {
        let text = output(&plants);
        assert!(!text.is_empty(), "{name} has no output");
        let found = needles.find(&text);
        leaks.extend(found.into_iter().map(|plant| format!("{name}: {plant}")));
    }
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[test]
fn no_output_depends_on_a_secret() {
    let (first, second) = (planted(1, LENGTHS[0]), planted(2, LENGTHS[0]));
    for (name, output) in OUTPUTS {
        assert_same(name, &output(&first), &output(&second));
    }
}

#[test]
fn no_output_depends_on_the_length_of_a_secret() {
    let [short, long] = LENGTHS.map(|length| {
        let mut plants = planted(1, length);
        plants.retain(|plant| plant.is_last);
        plants
    });
    assert!(short.len() > 20);
    for (name, output) in OUTPUTS {
        let (short, long) = (output(&short), output(&long));
        assert_same(name, &without_offsets(&short), &without_offsets(&long));
    }
}

#[track_caller]
fn assert_same(name: &str, one: &str, other: &str) {
    let lines = one
        .lines()
        .zip(other.lines())
        .filter(|(one, other)| one != other);
    let differing = lines.take(20).map(|(one, other)| {
        let same = one
            .bytes()
            .zip(other.bytes())
            .take_while(|(one, other)| one == other);
        let from = same.count().saturating_sub(200);
        let part = |line: &str| {
            String::from_utf8_lossy(&line.as_bytes()[from..])
                .chars()
                .take(300)
                .collect()
        };
        let (one, other): (String, String) = (part(one), part(other));
        format!("- {one}\n+ {other}")
    });
    let differing: Vec<String> = differing.collect();
    assert!(one == other, "{name} differs:\n{}", differing.join("\n"));
}

/// Replaces the number in `"offset":123` with `_`, and likewise every number of bytes.
fn without_offsets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\"offset\":") {
        let behind = at + "\"offset\":".len();
        out.push_str(&rest[..behind]);
        rest = rest[behind..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}

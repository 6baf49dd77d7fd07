//! Error recovery: how much is kept of files with three documents if an edit breaks the middle one, as it happens
//! while typing.

use std::collections::HashMap;

use podwright_syntax::{NodeId, NodeKind, SyntaxTree, yaml};

use crate::yaml::random::Random;
use crate::yaml::samples;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Edit {
    HalfTypedKey,
    UnclosedQuote,
    UnclosedBracket,
    Dedent,
    Tab,
    NestedMapping,
    Helm,
    Cut,
}

const EDITS: [Edit; 8] = [
    Edit::HalfTypedKey,
    Edit::UnclosedQuote,
    Edit::UnclosedBracket,
    Edit::Dedent,
    Edit::Tab,
    Edit::NestedMapping,
    Edit::Helm,
    Edit::Cut,
];

/// Makes an edit in one line of `text`; returns `None` if the selected line is not suitable.
fn edit(text: &str, edit: Edit, random: &mut Random) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let index = random.below(lines.len());
    let line = lines[index].clone();
    let indent = line.len() - line.trim_start_matches(' ').len();
    let (key, value) = line
        .split_once(": ")
        .or_else(|| line.strip_suffix(':').map(|k| (k, "")))?;
    let plain = !value.is_empty()
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-./:".contains(&b));
    if line.trim_start().starts_with('#') || !line.is_ascii() || key.trim().len() < 4 {
        return None;
    }
    lines[index] = match edit {
        Edit::HalfTypedKey => key[..key.len() - 2].to_owned(),
        Edit::UnclosedQuote if plain => format!("{key}: \"{value}"),
        Edit::UnclosedBracket if plain => format!("{key}: [{value}"),
        Edit::NestedMapping if plain => format!("{key}: {value}: more"),
        Edit::Helm if plain => format!("{key}: {{{{ .Values.{} }}", value.replace(['/', ':'], "")),
        Edit::Dedent if indent > 1 => line[1..].to_owned(),
        Edit::Tab if indent > 1 => format!("{}{}", "\t".repeat(indent / 2), line.trim_start()),
        Edit::Cut => line[..indent + 1 + random.below(line.len() - indent - 1)].to_owned(),
        _ => return None,
    };
    Some(lines.join("\n") + "\n")
}

/// Every key and scalar of a document, by path.
fn facts(tree: &SyntaxTree, root: NodeId) -> HashMap<String, usize> {
    let mut facts = HashMap::new();
    let mut todo = vec![(root, String::new())];
    while let Some((id, path)) = todo.pop() {
        if tree.kind(id).is_mapping() {
            for entry in tree.entries(id) {
                let path = format!("{path}/{}", tree.decoded(entry.key));
                *facts.entry(path.clone()).or_default() += 1;
                todo.push((entry.value, path));
            }
        } else if tree.kind(id).is_sequence() {
            for (index, item) in tree.items(id).enumerate() {
                todo.push((item, format!("{path}/{index}")));
            }
        } else {
            let fact = match tree.kind(id) {
                NodeKind::Alias => format!("{path} = {}", tree.source_text(id)),
                _ => format!("{path} = {:?}", tree.decoded(id)),
            };
            *facts.entry(fact).or_default() += 1;
        }
    }
    facts
}

/// Number of facts of one document that another one contains, and their total number.
fn kept(whole: &HashMap<String, usize>, broken: &HashMap<String, usize>) -> (usize, usize) {
    let kept = whole
        .iter()
        .map(|(fact, &count)| count.min(broken.get(fact).copied().unwrap_or(0)))
        .sum();
    (kept, whole.values().sum())
}

/// Single-document manifests of a sufficient length.
fn manifests() -> Vec<&'static str> {
    samples::verdicts("mutated")
        .into_iter()
        .filter(|&(_, accepted)| accepted)
        .filter_map(|(path, _)| samples::text(path))
        .filter(|text| text.lines().count() > 12 && text.len() < 6000 && !text.contains("---"))
        .filter(|text| {
            let tree = yaml::read((*text).into());
            tree.errors().is_empty() && tree.kind(tree.documents()[0].root) == NodeKind::Mapping
        })
        .collect()
}

#[test]
fn nine_tenths_of_a_broken_document_are_kept() {
    let manifests = manifests();
    assert!(manifests.len() > 100);
    let mut random = Random::new(3);
    let mut total = (0, 0);
    for how in EDITS {
        let mut sum = (0, 0);
        let mut runs = 0;
        while runs < 150 {
            let [first, middle, last] = [(); 3].map(|()| random.pick(&manifests));
            let Some(broken) = edit(middle, how, &mut random) else {
                continue;
            };
            let tree = yaml::read(format!("{first}\n---\n{broken}\n---\n{last}").into());
            let [before, document, after] = tree.documents() else {
                continue;
            };
            if !document.broken {
                continue;
            }
            runs += 1;
            assert!(!before.broken && !after.broken, "{how:?}\n{broken}");
            // An edit ends with a line break whether or not the manifest does.
            let middle = format!("{}\n", middle.lines().collect::<Vec<_>>().join("\n"));
            let whole = yaml::read(format!("{first}\n---\n{middle}\n---\n{last}").into());
            let facts_of = |n: usize| facts(&whole, whole.documents()[n].root);
            for (n, neighbour) in [(0, before), (2, after)] {
                let (kept, all) = kept(&facts_of(n), &facts(&tree, neighbour.root));
                assert_eq!(kept, all, "{how:?}\n{broken}");
            }
            let (kept, all) = kept(&facts_of(1), &facts(&tree, document.root));
            if std::env::var_os("PODWRIGHT_SHOW_LOST").is_some() && kept * 10 < all * 8 {
                println!("==== {how:?} {kept} of {all}\n{broken}");
            }
            sum = (sum.0 + kept, sum.1 + all);
        }
        println!("{how:?}: {:.1} %", 100.0 * sum.0 as f64 / sum.1 as f64);
        total = (total.0 + sum.0, total.1 + sum.1);
    }
    println!("all: {:.1} %", 100.0 * total.0 as f64 / total.1 as f64);
    assert!(total.0 * 10 >= total.1 * 9, "{total:?}");
}

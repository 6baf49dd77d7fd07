//! Properties of the parsers over many malformed texts: no panics, spans within the text, and JSON accepted exactly
//! if another parser of the same grammar accepts it. The texts are the same in every run.

use podwright_syntax::text::{SharedText, TextProblem, TextProblemKind, decode};
use podwright_syntax::{NodeId, SyntaxTree, json, toml, yaml};
use serde::de::IgnoredAny;

const JSON: [&str; 4] = [
    r#"{"auths": {"https://index.docker.io/v1/": {"username": "u", "auth": "dTpw", "email": null}}, "HttpHeaders": {}}"#,
    "{\n  \"apiVersion\": \"v1\",\n  \"items\": [1, -0.5e+3, true, false, null, [], [{}]],\n\t\"k\": \"\\ud83d\\ude00\\n\\\"x\"\n}\n",
    r#"[["a", 1], {"b": {"c": [0, 10, 1E5, "\u0000\/"]}}, "é😀", ""]"#,
    "\"just a string\"",
];

const TOML: [&str; 3] = [
    "version = 3 # c\n[plugins.\"io.x\".a]\n  k = [1, 2.5, 'x#y']\n  d = 1979-05-27T07:32:00Z\n[[h]]\nn = \"\"\"\na\\\n b\"\"\"\n",
    "[crio.runtime]\ndefault_runtime = \"runc\"\n[crio.runtime.runtimes.runc]\nruntime_path = \"\"\na.b = { c = 0x10, d = [] }\n",
    "a = '''\nx'''\nb = inf\n\"k\\u00e9y\" = true\n",
];

const PIECES: [&str; 34] = [
    "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\\u", "\\ud800", "0", "1", "-", ".", "e", "E",
    "+", "true", "nul", "\n", "\t", " ", "\r", "#", "//", "/*", "=", "[[", "\u{feff}", "é", "😀",
    "\0", "\u{7f}",
];

#[test]
fn json_is_accepted_if_serde_json_accepts_it() {
    let mut accepted = 0;
    for text in mutations(&JSON, 30_000) {
        let tree = json::read(text.as_str().into());
        let reference = serde_json::from_str::<IgnoredAny>(&text);
        assert_eq!(
            tree.errors().is_empty(),
            reference.is_ok(),
            "{text:?}\n{:?}\n{reference:?}",
            tree.errors()
        );
        accepted += u32::from(reference.is_ok());
        check(&tree);
    }
    assert!(accepted > 1_000, "only {accepted} texts were valid JSON");
}

#[test]
fn json_stream_is_accepted_if_serde_json_accepts_it() {
    for text in mutations(
        &["{\"a\":1}{\"b\":2}", "{} [1] \"x\" 2\n", "[[]]{}"],
        30_000,
    ) {
        let tree = json::read_stream(text.as_str().into());
        check(&tree);
        let values = serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>();
        let reference: Result<Vec<_>, _> = values.collect();
        // serde_json requires whitespace between some values where Go does not.
        if let Ok(values) = reference {
            assert_eq!(tree.errors(), [], "{text:?}");
            assert_eq!(tree.documents().len(), values.len(), "{text:?}");
        }
    }
}

const YAML: [&str; 4] = [
    "a: &x {b: 1, c: 2}\nd:\n  b: 0\n  <<: *x\n  c: 3\n",
    "x: &x\n  a: 1\n  <<: &y {b: 2, <<: {a: 4, e: 5}}\n<<: [*x, *y, {f: 6}]\na: 7\n",
    "yes: &x {}\nno: 1\n0x10: 2\n<<: [*x, *x]\n? q\n: &z [1, *x]\n'<<': {a: *z}\n",
    "- &x\n  a: b\n  <<: {a: c}\n- <<: *x\n  a: d\n- {<<: *x, a: }\n",
];

/// A lookup in a mapping finds the same value that the conversion to JSON contains.
#[test]
fn lookups_agree_with_the_conversion_to_json() {
    let mut compared = 0;
    for text in mutations(&YAML, 6_000) {
        let tree = yaml::read(text.as_str().into());
        check(&tree);
        let mut waiting: Vec<NodeId> = tree.documents().iter().map(|d| d.root).collect();
        while let Some(id) = waiting.pop() {
            waiting.extend(tree.children(id));
            let Ok(serde_json::Value::Object(object)) = tree.to_json(id) else {
                continue;
            };
            let fields = tree.fields(id);
            // Keys that differ only in type: which one is kept is random.
            if tree.duplicates(id).is_empty() {
                assert_eq!(fields.len(), object.len(), "{text:?}");
                for field in fields {
                    let key = tree.key_text(field.key);
                    assert_eq!(
                        tree.get(id, &key).map(|found| found.value),
                        Some(field.value)
                    );
                    assert_eq!(
                        tree.to_json(field.value).ok().as_ref(),
                        object.get(&*key),
                        "{text:?}"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 15_000, "{compared}");
}

/// An unclosed flow collection is parsed twice, and the keys recorded by the first pass are discarded.
#[test]
fn merge_keys_of_a_collection_that_is_parsed_twice() {
    check(&yaml::read(
        "- &x\n  a: [b\n  <<: {a: c}\n- <<: *x\n  a: d\n.- {<<: *x, a: }\n".into(),
    ));
}

#[test]
fn any_toml_gives_a_tree() {
    for text in mutations(&TOML, 10_000) {
        check(&toml::read(text.as_str().into()));
    }
}

#[test]
fn any_bytes_give_a_text() {
    let mut random = Random(7);
    for round in 0..20_000 {
        let length = random.below(60);
        let mut bytes: Vec<u8> = match round % 3 {
            0 => (0..length).map(|_| random.byte()).collect(),
            1 => "a: é😀\n---\nb: 2\r\n".repeat(2).into_bytes(),
            _ => "\u{feff}a: é😀\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        };
        for _ in 0..random.below(4) {
            let at = random.below(bytes.len() + 1);
            if at < bytes.len() {
                bytes[at] = random.byte();
            }
            bytes.truncate(bytes.len() - random.below(2).min(bytes.len()));
        }
        let valid = std::str::from_utf8(&bytes).map(str::to_owned);
        let length = bytes.len();
        let decoded = decode(bytes);
        let end = decoded.text.len();
        for problem in &decoded.problems {
            assert!(problem.span.end as usize <= end);
            assert!(decoded.text.get(problem.span.range()).is_some());
        }
        match valid {
            Ok(text) if decoded.problems.is_empty() => assert_eq!(decoded.text, text),
            Ok(_) => {}
            Err(_) => {
                assert!(!decoded.problems.is_empty());
                // Either the text is empty, or the input was UTF-16, or every byte is at its offset.
                let utf16 = |problem: &TextProblem| {
                    let kind = problem.kind;
                    matches!(
                        kind,
                        TextProblemKind::Utf16 | TextProblemKind::Utf16WithoutMark
                    )
                };
                assert!(end == 0 || end == length || decoded.problems.iter().any(utf16));
            }
        }
    }
}

/// Asserts that every span is in the text and on character boundaries, every child has one parent, and every value
/// can be decoded.
fn check(tree: &SyntaxTree) {
    let text: SharedText = tree.text().clone();
    for error in tree.errors() {
        assert!(
            text.get(error.span.range()).is_some(),
            "{error:?} in {text:?}"
        );
    }
    for comment in tree.comments() {
        assert!(
            text.get(comment.range())
                .is_some_and(|text| text.starts_with('#')),
            "{text:?}"
        );
    }
    let mut again = tree.clone();
    again.release();
    assert!(tree.ids().eq(again.ids()), "{text:?}");
    let mut waiting: Vec<NodeId> = tree
        .documents()
        .iter()
        .map(|document| document.root)
        .collect();
    let mut seen = 0;
    while let Some(id) = waiting.pop() {
        seen += 1;
        assert!(seen <= text.len() * 2 + 2, "{text:?}");
        assert!(text.get(tree.span(id).range()).is_some(), "{text:?}");
        let content = |tree: &SyntaxTree| {
            let children: Vec<NodeId> = tree.children(id).collect();
            (tree.kind(id), tree.span(id), tree.anchor(id), children)
        };
        assert_eq!(content(tree), content(&again), "{text:?}");
        let _ = (
            tree.scalar(id),
            tree.key_text(id),
            tree.decoded(id),
            tree.path(id),
        );
        let _ = (
            tree.fields(id),
            tree.duplicates(id),
            tree.get(id, "a"),
            tree.to_json(id),
        );
        for child in tree.children(id) {
            assert!(tree.span(id).contains(tree.span(child)), "{text:?}");
            waiting.push(child);
        }
    }
}

/// The seeds with up to three small changes each.
fn mutations<'s>(seeds: &'s [&'s str], count: usize) -> impl Iterator<Item = String> + 's {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..count).map(move |_| {
        let mut text: Vec<char> = seeds[random.below(seeds.len())].chars().collect();
        for _ in 0..=random.below(3) {
            let at = random.below(text.len() + 1);
            let end = (at + random.below(4)).min(text.len());
            let piece = PIECES[random.below(PIECES.len())];
            match random.below(4) {
                0 => drop(text.drain(at..end)),
                1 => drop(text.splice(at..at, piece.chars())),
                2 => drop(text.splice(at..end, piece.chars())),
                _ => text.truncate(text.len() - random.below(6).min(text.len())),
            }
        }
        text.into_iter().collect()
    })
}

/// Marsaglia's xorshift, a generator that needs no crate.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}

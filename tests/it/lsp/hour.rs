//! Simulates an hour of editing: keystrokes, incomplete states and undo in several files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::lsp::editor::{Editor, position};
use crate::lsp::{OTHER, POD, SECRET};

const KEYSTROKES: usize = 10_000;
const NAMES: [&str; 3] = ["pod.yaml", "secret.yaml", "kustomization.yaml"];
const KUSTOMIZATION: &str = "resources: [pod.yaml, secret.yaml]\nnamespace: shop\nimages:\n  - name: nginx\n    newTag: \"1.27.1\"\n";

/// Deterministic pseudo-random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// A text that is edited, and its earlier versions.
struct Typed {
    text: String,
    before: Vec<String>,
    cursor: usize,
}

impl Typed {
    /// Returns the next keystroke as an incremental change.
    fn stroke(&mut self, dice: &mut Dice) -> Value {
        const TYPED: &str = "abcdefgh-:é☸🚢 \n\"'#{[|>&*";
        let was = self.text.clone();
        let (start, end, typed) = match dice.below(20) {
            0 => {
                self.cursor = boundary(&self.text, dice.below(self.text.len() + 1));
                (self.cursor, self.cursor, String::new())
            }
            1..6 if self.cursor > 0 => {
                let start = boundary(&self.text, self.cursor - 1);
                (start, self.cursor, String::new())
            }
            // Undo of many changes at once.
            6 | 7 if !self.before.is_empty() => {
                let back = self.before.len().saturating_sub(1 + dice.below(30));
                let text = self.before[back].clone();
                self.before.truncate(back);
                self.text.clone_from(&text);
                self.cursor = self.cursor.min(text.len());
                self.cursor = boundary(&self.text, self.cursor);
                return json!([{ "text": text }]);
            }
            _ => {
                let letters: Vec<char> = TYPED.chars().collect();
                let letter = letters[dice.below(letters.len())];
                (self.cursor, self.cursor, letter.to_string())
            }
        };
        let range = json!({ "start": position(&was, start), "end": position(&was, end) });
        self.text.replace_range(start..end, &typed);
        self.cursor = start + typed.len();
        self.before.push(was);
        json!([{ "range": range, "text": typed }])
    }
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn findings_after_many_edits_equal_those_of_a_fresh_start() {
    let texts = [POD, SECRET, KUSTOMIZATION];
    let files: Vec<(&str, &str)> = NAMES.into_iter().zip(texts).chain([OTHER]).collect();
    let mut editor = Editor::new(&files);
    let mut typed: BTreeMap<&str, Typed> = BTreeMap::new();
    for (name, text) in NAMES.into_iter().zip(texts) {
        editor.open(name, text);
        let state = Typed {
            text: text.to_owned(),
            before: Vec::new(),
            cursor: 0,
        };
        typed.insert(name, state);
    }
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut name = NAMES[0];
    for stroke in 0..KEYSTROKES {
        if dice.below(50) == 0 {
            name = NAMES[dice.below(NAMES.len())];
        }
        let change = typed.get_mut(name).unwrap().stroke(&mut dice);
        editor.change_by(name, change);
        if stroke % 100 == 0 {
            editor.settle();
        }
        // From time to time the text returns to its final state, and the findings must equal those of a fresh start.
        if stroke % 2_500 == 2_499 {
            compare(&mut editor, &typed);
        }
    }
}

fn compare(editor: &mut Editor, typed: &BTreeMap<&str, Typed>) {
    let texts: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, typed)| (*name, typed.text.as_str()))
        .chain([OTHER])
        .collect();
    let fresh = Editor::new(&texts);
    let shown = |editor: &Editor, name: &str| {
        let root = editor.uri("");
        let text = Value::from(editor.diagnostics(name)).to_string();
        text.replace(&root, "")
    };
    let differs = |editor: &Editor| {
        let mut names = texts.iter().map(|(name, _)| *name);
        names
            .find(|name| shown(editor, name) != shown(&fresh, name))
            .map(str::to_owned)
    };
    // Effects of the last keystrokes on other files are published a little later.
    editor.until(|editor| differs(editor).is_none());
    assert_eq!(differs(editor), None);
}

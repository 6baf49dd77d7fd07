//! What holds for `$(VAR)` in any text.

use podwright::cluster::environment::{expand, references};

/// Every text of up to six of the characters that matter, one that takes two bytes among them.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..6 {
        let longer = |text: &String| ["$", "(", ")", "A", "é"].map(|next| format!("{text}{next}"));
        last = last.iter().flat_map(longer).collect();
        all.extend(last.iter().cloned());
    }
    all
}

#[test]
fn a_text_without_a_dollar_stays() {
    for text in texts().iter().filter(|text| !text.contains('$')) {
        assert_eq!(&expand(text, |_| Some("x")), text);
        assert_eq!(references(text).count(), 0, "{text}");
    }
}

#[test]
fn two_dollars_become_one() {
    for text in texts() {
        let doubled = text.replace('$', "$$");
        assert_eq!(expand(&doubled, |_| Some("x")), text);
        assert_eq!(references(&doubled).count(), 0, "{doubled}");
    }
}

#[test]
fn references_are_whole_and_in_order() {
    for text in texts() {
        let mut end = 0;
        for reference in references(&text) {
            assert!(reference.range.start >= end, "{text}");
            end = reference.range.end;
            assert_eq!(text[reference.range], format!("$({})", reference.name));
        }
        let mut asked = Vec::new();
        let expanded = expand(&text, |name| {
            asked.push(name.to_owned());
            None::<&str>
        });
        let names: Vec<&str> = references(&text).map(|reference| reference.name).collect();
        assert_eq!(asked, names, "{text}");
        assert!(expanded.len() <= text.len(), "{text}");
    }
}

//! Strings that functions make.

use super::super::abstract_value::{Atom, Set, UNKNOWN_PART};
use super::Flow;

/// Strings that are made of these.
pub(super) fn derived<'s>(
    atoms: impl Iterator<Item = &'s Atom> + 's,
) -> impl Iterator<Item = Atom> + 's {
    atoms.filter_map(|atom| match atom {
        Atom::Path(path) | Atom::Derived(path) => Some(Atom::Derived(*path)),
        Atom::FileText(_) | Atom::AnyFileText(_) => Some(atom.clone()),
        _ => None,
    })
}

/// A string that is made of strings. What is not known of it is [`UNKNOWN_PART`].
pub(super) fn text(name: &str, arguments: &[Flow]) -> Set {
    let atoms = arguments.iter().flat_map(|flow| flow.set.atoms());
    let made: Vec<Atom> = derived(atoms).collect();
    let mut texts: Vec<String> = vec![String::new()];
    let mut add = |parts: &[String]| {
        let mut next = Vec::new();
        for text in &texts {
            for part in parts {
                next.push(format!("{text}{part}"));
            }
        }
        texts = next;
        texts.len() <= 64
    };
    let unknown = UNKNOWN_PART.to_string();
    let known = |flow: Option<&Flow>| match flow.and_then(|flow| flow.set.texts()) {
        Some(texts) => texts.iter().map(|text| text.to_string()).collect(),
        None => vec![unknown.clone()],
    };
    let is_whole = match name {
        "print" => arguments.iter().all(|flow| add(&known(Some(flow)))),
        "toString" => add(&known(arguments.first())),
        "printf" => {
            let formats = arguments.first().and_then(|flow| flow.set.texts());
            match formats.as_deref() {
                Some([format]) => {
                    let mut rest = arguments[1..].iter();
                    let mut parts = format.split('%');
                    let mut fits = add(&[parts.next().unwrap_or_default().to_owned()]);
                    for part in parts {
                        let (verb, after) =
                            part.split_at(part.chars().next().map_or(0, char::len_utf8));
                        fits &= match verb {
                            "s" | "v" | "d" => add(&known(rest.next())),
                            _ => add(std::slice::from_ref(&unknown)),
                        };
                        fits &= add(&[after.to_owned()]);
                    }
                    fits
                }
                _ => false,
            }
        }
        "lower" => add(&known(arguments.first())
            .iter()
            .map(|s| s.to_lowercase())
            .collect::<Vec<_>>()),
        _ => false,
    };
    let texts = if is_whole { texts } else { vec![unknown] };
    let texts = texts.into_iter().map(|text| Atom::Text(text.into()));
    match made.is_empty() {
        true => Set::of(texts),
        // As the name of a template it is not known; as a template, it is what the values say.
        false => Set::of(made.into_iter().chain(texts)),
    }
}

use super::expand::{Expansion, expand};
use super::with_indices;
use crate::Text;
use crate::node::Scalar;
use crate::scalar::ScalarType;

#[test]
fn texts_are_expanded_as_kustomize_does() {
    let cases = [
        ("$(A)", "1"),
        ("x$(A)y$(B)", "x1ytwo"),
        ("$(C)", "$(C)"),
        ("$(C)$(A)", "$(C)1"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$", "$"),
        ("a$", "a$"),
        ("$(A", "$(A"),
        ("$(A$(B)", "$(A$(B)"),
        ("$x$(A)", "$x1"),
        ("$é$(A)", "$é1"),
        ("$($$", "$($"),
        ("", ""),
    ];
    let one = Scalar {
        kind: ScalarType::Int,
        ..Scalar::plain(Text::constant("1"))
    };
    let two = Scalar::string(Text::constant("two"));
    for (text, expected) in cases {
        let expansion = expand(&Text::constant(text), |name| match name {
            "A" => Some(&one),
            "B" => Some(&two),
            _ => None,
        });
        match expansion {
            Expansion::Whole(value) => assert_eq!((text, &value), ("$(A)", &one)),
            Expansion::Text(own) => assert_eq!(own.as_str(), expected, "{text}"),
        }
    }
}

#[test]
fn indices_are_parts_of_their_own() {
    let parts = ["spec", "ports[0]", "[name=a]", "[1]"].map(str::to_owned);
    let expected = ["spec", "ports", "0", "[name=a]", "1"];
    assert_eq!(with_indices(parts.into()), expected);
}

//! Order of keys.

use std::cmp::Ordering;

/// Order of keys in go-yaml v2 (`sorter.go`): numbers in them by value, and letters after everything else.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    for at in 0..a.len().min(b.len()) {
        let (one, other) = (a[at], b[at]);
        if one == other {
            continue;
        }
        match (one.is_alphabetic(), other.is_alphabetic()) {
            (true, true) => return one.cmp(&other),
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            (false, false) => {}
        }
        let mut start = (0i64, 0i64);
        if one == '0' || other == '0' {
            let digits = a[..at].iter().rev().take_while(|digit| digit.is_numeric());
            if digits.into_iter().any(|&digit| digit != '0') {
                start = (1, 1);
            }
        }
        let (an, ai) = number(&a, at, start.0);
        let (bn, bi) = number(&b, at, start.1);
        return an.cmp(&bn).then(ai.cmp(&bi)).then(one.cmp(&other));
    }
    a.len().cmp(&b.len())
}

/// The number from an index on, and where it ends.
fn number(characters: &[char], at: usize, start: i64) -> (i64, usize) {
    let mut number = start;
    let mut end = at;
    while let Some(digit) = characters.get(end).and_then(|digit| digit.to_digit(10)) {
        number = number.wrapping_mul(10).wrapping_add(digit.into());
        end += 1;
    }
    (number, end)
}

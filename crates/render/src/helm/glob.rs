//! Globs: `filepath.Match`, and `github.com/gobwas/glob` of `.Files.Glob`.

/// `path.Match`: whether the whole name matches the pattern; `*` does not match `/`. `None` if the pattern is invalid.
pub(crate) fn path_match(pattern: &str, name: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    parse(&pattern, false).map(|items| matches(&items, &name, &mut 100_000))
}

/// A pattern of `gobwas/glob` with the separator `/`: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`.
pub(crate) fn glob_match(pattern: &str, name: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    parse(&pattern, true).map(|items| matches(&items, &name, &mut 100_000))
}

enum Item {
    Char(char),
    /// Any character but `/`.
    Any,
    /// Any number of characters but `/`.
    Many,
    /// Any number of characters.
    All,
    Class(bool, Vec<(char, char)>),
    Either(Vec<Vec<Self>>),
}

fn parse(pattern: &[char], is_glob: bool) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            '*' if is_glob && pattern.get(at + 1) == Some(&'*') => {
                items.push(Item::All);
                at += 1;
            }
            '*' => items.push(Item::Many),
            '?' => items.push(Item::Any),
            '\\' => {
                at += 1;
                items.push(Item::Char(*pattern.get(at)?));
            }
            '[' => {
                let (item, end) = class(pattern, at + 1, is_glob)?;
                items.push(item);
                at = end;
            }
            '{' if is_glob => {
                let (item, end) = either(pattern, at + 1)?;
                items.push(item);
                at = end;
            }
            other => items.push(Item::Char(other)),
        }
        at += 1;
    }
    Some(items)
}

fn class(pattern: &[char], mut at: usize, is_glob: bool) -> Option<(Item, usize)> {
    let negation = if is_glob { '!' } else { '^' };
    let is_negated = pattern.get(at) == Some(&negation);
    at += usize::from(is_negated);
    let mut ranges = Vec::new();
    loop {
        match pattern.get(at)? {
            ']' if !ranges.is_empty() => return Some((Item::Class(is_negated, ranges), at)),
            '\\' => {
                at += 1;
                let low = *pattern.get(at)?;
                ranges.push((low, low));
            }
            &low => {
                if pattern.get(at + 1) == Some(&'-') {
                    at += 2;
                    ranges.push((low, *pattern.get(at)?));
                } else {
                    ranges.push((low, low));
                }
            }
        }
        at += 1;
    }
}

fn either(pattern: &[char], start: usize) -> Option<(Item, usize)> {
    let mut depth = 0;
    let mut parts = Vec::new();
    let mut from = start;
    for at in start..pattern.len() {
        match pattern[at] {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                parts.push(parse(&pattern[from..at], true)?);
                return Some((Item::Either(parts), at));
            }
            ',' if depth == 0 => {
                parts.push(parse(&pattern[from..at], true)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// Gives up, without a match, after `steps`.
fn matches(items: &[Item], name: &[char], steps: &mut u32) -> bool {
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    let Some((first, rest)) = items.split_first() else {
        return name.is_empty();
    };
    match first {
        Item::Char(character) => {
            name.first() == Some(character) && matches(rest, &name[1..], steps)
        }
        Item::Any => {
            name.first().is_some_and(|&next| next != '/') && matches(rest, &name[1..], steps)
        }
        Item::Class(is_negated, ranges) => {
            let Some(&next) = name.first() else {
                return false;
            };
            let is_in = ranges
                .iter()
                .any(|&(low, high)| low <= next && next <= high);
            is_in != *is_negated && matches(rest, &name[1..], steps)
        }
        Item::Many | Item::All => {
            let is_all = matches!(first, Item::All);
            for end in 0..=name.len() {
                if matches(rest, &name[end..], steps) {
                    return true;
                }
                if !is_all && name.get(end) == Some(&'/') {
                    return false;
                }
            }
            false
        }
        Item::Either(parts) => parts.iter().any(|part| {
            (0..=name.len())
                .any(|end| matches(part, &name[..end], steps) && matches(rest, &name[end..], steps))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{glob_match, path_match};

    #[test]
    fn globs_match_as_in_go() {
        assert_eq!(path_match("*.yaml", "a.yaml"), Some(true));
        assert_eq!(path_match("*.yaml", "a/b.yaml"), Some(false));
        assert_eq!(path_match("a[0-9]?", "a1x"), Some(true));
        assert_eq!(path_match("[", "a"), None);
        assert_eq!(glob_match("files/**", "files/a/b"), Some(true));
        assert_eq!(glob_match("files/*", "files/a/b"), Some(false));
        assert_eq!(glob_match("**.{yaml,json}", "a/b.json"), Some(true));
        assert_eq!(glob_match("{a,b}/[!x]*", "b/yes"), Some(true));
        assert_eq!(glob_match("{a,b}/[!x]*", "b/xes"), Some(false));
    }
}

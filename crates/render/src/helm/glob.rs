//! Globs: `filepath.Match`, and `github.com/gobwas/glob` of `.Files.Glob`.

/// A parsed pattern.
#[derive(Debug)]
pub(crate) struct Glob(Vec<Item>);

impl Glob {
    /// A pattern of `path.Match`; `*` does not match `/`. `None` if the pattern is invalid.
    pub(crate) fn path(pattern: &str) -> Option<Self> {
        let pattern: Vec<char> = pattern.chars().collect();
        parse(&pattern, false).map(Self)
    }

    /// Whether the whole name matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let mut starts = vec![false; name.len() + 1];
        starts[0] = true;
        ends(&self.0, &name, starts).last() == Some(&true)
    }
}

/// A pattern of `gobwas/glob` with the separator `/`: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`.
pub(crate) fn glob_match(pattern: &str, name: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().collect();
    parse(&pattern, true).map(|items| Glob(items).matches(name))
}

#[derive(Debug)]
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

/// Where the items can end that start at one of the positions. No position is tried twice.
fn ends(items: &[Item], name: &[char], mut starts: Vec<bool>) -> Vec<bool> {
    for item in items {
        let step = |starts: &[bool], is_one: &dyn Fn(char) -> bool| {
            let mut next = vec![false; starts.len()];
            for (at, &character) in name.iter().enumerate() {
                next[at + 1] = starts[at] && is_one(character);
            }
            next
        };
        starts = match item {
            Item::Char(expected) => step(&starts, &|c| c == *expected),
            Item::Any => step(&starts, &|c| c != '/'),
            Item::Class(is_negated, ranges) => step(&starts, &|c| {
                let is_in = ranges.iter().any(|&(low, high)| low <= c && c <= high);
                is_in != *is_negated
            }),
            Item::Many | Item::All => {
                let is_all = matches!(item, Item::All);
                for (at, &character) in name.iter().enumerate() {
                    starts[at + 1] |= starts[at] && (is_all || character != '/');
                }
                starts
            }
            Item::Either(parts) => {
                let mut all = vec![false; starts.len()];
                for part in parts {
                    let ends = ends(part, name, starts.clone());
                    all.iter_mut().zip(ends).for_each(|(one, end)| *one |= end);
                }
                all
            }
        };
        if !starts.contains(&true) {
            break;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::{Glob, glob_match};

    fn path_match(pattern: &str, name: &str) -> Option<bool> {
        Some(Glob::path(pattern)?.matches(name))
    }

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

//! Finds rules by their name, by the name of another tool's check, and by words of their pages: events, waiting reasons,
//! fields.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use podwright_lint::compat::{ForeignCheck, Tool};
use podwright_rule::RuleDefinition;
use podwright_rules::{RENAMED, RULES};
use podwright_syntax::text::did_you_mean;

/// The check of another tool with this name, whatever its case.
pub(super) fn foreign(name: &str) -> Option<(Tool, &'static ForeignCheck)> {
    Tool::ALL.into_iter().find_map(|tool| {
        let mut checks = tool.checks().iter();
        let check = checks.find(|check| check.name.eq_ignore_ascii_case(name))?;
        Some((tool, check))
    })
}

/// Why no rule is equivalent to the check of another tool with this name.
pub(super) fn lost(name: &str) -> Option<(Tool, &'static str)> {
    Tool::ALL.into_iter().find_map(|tool| {
        let mut others = tool.others();
        let (_, why) = others.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some((tool, why))
    })
}

/// Rules that match all words of the query, the best match first.
pub(super) fn search(query: &str) -> Vec<&'static RuleDefinition> {
    let words: Vec<Word> = query.split_whitespace().map(Word::new).collect();
    let mut found: Vec<(usize, &RuleDefinition)> = RULES
        .iter()
        .filter_map(|&rule| Some((score(rule, &words)?, rule)))
        .collect();
    found.sort_by_key(|&(score, rule)| (Reverse(score), rule.meta.name));
    found.into_iter().map(|(_, rule)| rule).collect()
}

/// A word of a query.
struct Word {
    /// In lower case.
    text: String,
    /// The last two parts of a field or a reason as in names of rules: `pull-policy` for `imagePullPolicy`.
    parts: Option<String>,
}

impl Word {
    fn new(word: &str) -> Self {
        let mut parts: Vec<String> = Vec::new();
        for character in word.chars() {
            match parts.last_mut() {
                Some(last) if !character.is_uppercase() => last.push(character),
                _ => parts.push(character.to_lowercase().collect()),
            }
        }
        let is_name = word.chars().all(char::is_alphanumeric) && parts.len() > 1;
        Self {
            text: word.to_lowercase(),
            parts: is_name.then(|| parts[parts.len() - 2..].join("-")),
        }
    }
}

/// How well the rule matches the words. `None` if it lacks one of them.
fn score(rule: &RuleDefinition, words: &[Word]) -> Option<usize> {
    let meta = &rule.meta;
    let page = meta.page.to_lowercase();
    let summary = meta.summary.to_lowercase();
    let former = RENAMED.iter().filter(|(_, new)| *new == meta.name);
    let mut aliases: Vec<String> = former.map(|(old, _)| (*old).to_owned()).collect();
    for tool in Tool::ALL {
        aliases.extend(tool.equivalents(meta.name).map(str::to_lowercase));
    }
    let of_word = |word: &Word| {
        let in_name = word.parts.as_ref();
        let in_name = in_name.is_some_and(|parts| meta.name.contains(parts.as_str()));
        let word = word.text.as_str();
        let is_like = |alias: &String| alias.contains(word);
        let points = if meta.name == word || aliases.iter().any(|alias| alias == word) {
            1_000
        } else if meta.name.contains(word) {
            500
        } else if aliases.iter().any(is_like) {
            300
        } else if summary.contains(word) || meta.group == word {
            200
        } else {
            // A page that mentions the word often is about it.
            match page.matches(word).count() {
                0 => return None,
                count => 10 * count.min(10) + if in_name { 100 } else { 0 },
            }
        };
        Some(points)
    };
    words.iter().map(of_word).sum()
}

/// What to say if no rule matches.
pub(super) fn nothing_found(query: &str) -> String {
    if let Some((tool, why)) = lost(query) {
        return format!("no rule for the check `{query}` of {tool}: {why}");
    }
    let near = query.split_whitespace().find_map(|word| {
        let names = podwright_rules::names();
        let checks = Tool::ALL.into_iter().flat_map(Tool::checks);
        let names: Vec<&str> = names.chain(checks.map(|check| check.name)).collect();
        let words = terms();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // A suggestion looks only at a limited number of candidates.
        let mut parts = names.chunks(400).chain(words.chunks(400));
        parts.find_map(|part| did_you_mean(word, part.iter().copied()).map(str::to_owned))
    });
    match near {
        Some(near) => format!("no rule matches `{query}`: did you mean `{near}`?"),
        None => format!("no rule matches `{query}`; `podwright rules` lists all rules"),
    }
}

/// Words in code spans of the pages: events, waiting reasons, fields.
fn terms() -> BTreeSet<String> {
    let spans = RULES
        .iter()
        .flat_map(|rule| rule.meta.page.split('`').skip(1).step_by(2));
    let is_term = |span: &&str| {
        (5..=60).contains(&span.len()) && span.chars().all(|c| c.is_ascii_alphanumeric())
    };
    spans.filter(is_term).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{nothing_found, search};

    fn names(query: &str) -> Vec<&'static str> {
        search(query).iter().map(|rule| rule.meta.name).collect()
    }

    #[test]
    fn a_name_is_the_first_match() {
        assert_eq!(names("image-tag-latest")[0], "image-tag-latest");
        assert_eq!(names("CKV_K8S_14")[0], "image-tag-latest");
        assert_eq!(names("latest-tag")[0], "image-tag-latest");
        assert_eq!(names("image-tag-latest-implicit")[0], "image-tag-latest");
    }

    #[test]
    fn reasons_and_fields_are_words_of_pages() {
        let waiting = names("ImagePullBackOff");
        assert!(waiting.len() > 3, "{waiting:?}");
        let field = names("terminationGracePeriodSeconds");
        assert!(field.contains(&"prestop-exceeds-grace"), "{field:?}");
        let policy = names("imagePullPolicy");
        assert!(
            policy[..3].iter().all(|name| name.contains("pull-policy")),
            "{policy:?}"
        );
        let both = names("ImagePullBackOff namespace");
        assert!(
            both.contains(&"image-pull-secret-other-namespace"),
            "{both:?}"
        );
        assert!(both.len() < waiting.len());
    }

    #[test]
    fn nothing_is_explained() {
        assert_eq!(
            nothing_found("ImagePulBackOff"),
            "no rule matches `ImagePulBackOff`: did you mean `ImagePullBackOff`?"
        );
        assert!(
            nothing_found("ssh-port")
                .starts_with("no rule for the check `ssh-port` of kube-linter: ")
        );
        assert!(nothing_found("qqqqqqqq").ends_with("`podwright rules` lists all rules"));
    }
}

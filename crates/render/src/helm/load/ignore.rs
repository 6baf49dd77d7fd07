//! `.helmignore` (`pkg/ignore`).

use crate::helm::glob::Glob;

/// Rules of a `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Rules {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    glob: Glob,
    negates: bool,
    is_directory: bool,
    /// Whether only the name of the file counts.
    is_name: bool,
}

impl Rules {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for line in text.lines() {
            rules.rule(line)?;
        }
        Ok(rules)
    }

    pub(super) fn add_defaults(&mut self) {
        // Never fails.
        let _ = self.rule("templates/.?*");
    }

    fn rule(&mut self, line: &str) -> Result<(), String> {
        let mut rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return Ok(());
        }
        if rule.contains("**") {
            return Err("`.helmignore` does not support `**`".to_owned());
        }
        let whole = rule;
        let negates = rule.starts_with('!');
        rule = rule.strip_prefix('!').unwrap_or(rule);
        let is_directory = rule.ends_with('/');
        rule = rule.strip_suffix('/').unwrap_or(rule);
        let is_rooted = rule.starts_with('/');
        let inner = rule.strip_prefix('/').unwrap_or(rule);
        let (Some(_), Some(glob)) = (Glob::path(whole), Glob::path(inner)) else {
            return Err(format!("invalid pattern `{whole}`"));
        };
        self.patterns.push(Pattern {
            glob,
            negates,
            is_directory,
            is_name: !is_rooted && !rule.contains('/'),
        });
        Ok(())
    }

    /// Whether a path in the chart is left out.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        for pattern in &self.patterns {
            let name = match pattern.is_name {
                true => path.rsplit('/').next().unwrap_or(path),
                false => path,
            };
            let matches = pattern.glob.matches(name);
            if pattern.negates {
                if (pattern.is_directory && !is_directory) || !matches {
                    return true;
                }
                continue;
            }
            if pattern.is_directory && !is_directory {
                continue;
            }
            if matches {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn patterns_match_as_in_helm() {
        let rules = Rules::parse("# comment\n*.bak\n/ci\ntests/\ndocs/*.md\n").expect("rules");
        for (path, is_directory, expected) in [
            ("a.bak", false, true),
            ("templates/a.bak", false, true),
            ("ci", true, true),
            ("x/ci", true, false),
            ("tests", true, true),
            ("tests", false, false),
            ("docs/a.md", false, true),
            ("docs/b/a.md", false, false),
        ] {
            assert_eq!(rules.ignores(path, is_directory), expected, "{path}");
        }
        assert!(Rules::parse("**/x").is_err());
        // As in helm, a negated rule leaves out everything else.
        let rules = Rules::parse("!keep.txt").expect("rules");
        assert!(rules.ignores("other.txt", false));
    }
}

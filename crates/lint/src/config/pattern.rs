use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Path glob with `.gitignore` semantics. A pattern without `/` matches in every directory; a pattern with `/` is
/// relative to the configuration's directory. A matching directory includes everything in it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct Pattern(String);

/// Maximum length of a glob in bytes. Longer globs are rejected, because deeply nested braces overflow the stack of
/// `globset`.
const MAX_LENGTH: usize = 4_096;

/// Compiled set of patterns.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Vec<GlobSet>);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Pattern {
    /// Reads a glob.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with it: the syntax, or the length.
    pub fn new(text: &str) -> Result<Self, String> {
        let pattern = Self(text.to_owned());
        if text.len() > MAX_LENGTH {
            return Err(format!(
                "glob is {} bytes long: the maximum is {MAX_LENGTH}",
                text.len()
            ));
        }
        match pattern.globs().and_then(GlobSet::new) {
            Ok(_) => Ok(pattern),
            Err(error) => Err(format!("invalid glob {text:?}: {}", error.kind())),
        }
    }

    /// Globs for the path itself and for everything below it.
    fn globs(&self) -> Result<[Glob; 2], globset::Error> {
        let body = self.0.strip_prefix("./").unwrap_or(&self.0);
        let body = body.strip_suffix('/').unwrap_or(body);
        let rooted = match body.strip_prefix('/') {
            Some(rooted) => rooted.to_owned(),
            None if body.contains('/') => body.to_owned(),
            None => format!("**/{body}"),
        };
        Ok([glob(&rooted)?, glob(&format!("{rooted}/**"))?])
    }
}

impl Patterns {
    /// Compiles `patterns`. Each one was validated when it was deserialized.
    #[must_use]
    pub fn new(patterns: &[Pattern]) -> Self {
        let globs = patterns.iter().filter_map(|pattern| pattern.globs().ok());
        Self(sets(&globs.flatten().collect::<Vec<Glob>>()))
    }

    /// Whether any pattern matches `path`, which is relative to the configuration's directory.
    #[must_use]
    pub fn fit(&self, path: &Path) -> bool {
        self.0.iter().any(|set| set.is_match(path))
    }

    /// Whether any pattern matches `path`, relative to `directory` if it is below it.
    #[must_use]
    pub fn fit_below(&self, directory: &Path, path: &Path) -> bool {
        let is_empty = self.0.iter().all(GlobSet::is_empty);
        !is_empty && self.fit(path.strip_prefix(directory).unwrap_or(path))
    }
}

/// Compiles `globs` into one set, or into several sets if they are too many for one.
fn sets(globs: &[Glob]) -> Vec<GlobSet> {
    match GlobSet::new(globs) {
        Ok(set) => vec![set],
        Err(_) if globs.len() > 1 => {
            let (some, others) = globs.split_at(globs.len() / 2);
            let mut all = sets(some);
            all.extend(sets(others));
            all
        }
        // A glob that cannot be compiled on its own is already rejected during deserialization.
        Err(_) => Vec::new(),
    }
}

fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        Patterns::new(&[Pattern(pattern.to_owned())]).fit(Path::new(path))
    }

    #[test]
    fn fits_as_in_gitignore() {
        assert!(fits("*.yaml", "a/b/c.yaml"));
        assert!(fits("vendor", "a/vendor/b/c.yaml"));
        assert!(fits("vendor/", "vendor/c.yaml"));
        assert!(!fits("/vendor", "a/vendor/c.yaml"));
        assert!(fits("a/*.yaml", "a/c.yaml"));
        assert!(!fits("a/*.yaml", "a/b/c.yaml"));
        assert!(!fits("a/*.yaml", "x/a/c.yaml"));
        assert!(fits("a/**/*.yaml", "a/b/d/c.yaml"));
        assert!(fits("./a/{b,c}", "a/c/x.yaml"));
        assert!(!fits("vendor", "vendored/c.yaml"));
    }

    #[test]
    fn patterns_that_are_too_many_for_one_automaton_fit_all_the_same() {
        let many = (0..20_000).map(|number| Pattern(format!("x*{number}*y?z*")));
        let many: Vec<Pattern> = many.collect();
        let patterns = Patterns::new(&many);
        assert!(patterns.fit(Path::new("x-19999-y-z.yaml")));
        assert!(!patterns.fit(Path::new("x-20000-yz.yaml")));
    }
}

//! Variables that a source of an `Application` may use.

use crate::{Origin, Text};

/// The variables of a build (`newEnv` of `reposerver/repository`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(Vec<(&'static str, Option<String>)>);

/// Prefix of the variables whose values only the repository has.
const REVISION: &str = "ARGOCD_APP_REVISION";

impl Environment {
    /// The variables of an application: its name and namespace, and of its source the repository, the path and the
    /// revision. What is `None` is not known.
    #[must_use]
    pub fn new(name: &str, namespace: Option<&str>, source: [Option<&str>; 3]) -> Self {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        let [repository, path, revision] = source.map(owned);
        Self(vec![
            ("ARGOCD_APP_NAME", Some(name.to_owned())),
            ("ARGOCD_APP_NAMESPACE", owned(namespace)),
            ("ARGOCD_APP_SOURCE_REPO_URL", repository),
            ("ARGOCD_APP_SOURCE_PATH", path),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", revision),
        ])
    }

    /// The text with the values of its variables (`Env.Envsubst`). A variable that is not known stays as it is written.
    #[must_use]
    pub fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let (name, length) = variable(&rest[at + 1..]);
            let whole = &rest[at..=at + length];
            match self.get(name) {
                _ if length == 0 => out.push('$'),
                Some(Some(value)) => out.push_str(value),
                Some(None) => out.push_str(whole),
                None => {}
            }
            rest = &rest[at + 1 + length..];
        }
        out.push_str(rest);
        out
    }

    /// As [`Self::expand`]. A text without variables keeps its origin.
    #[must_use]
    pub fn expand_text(&self, text: &Text) -> Text {
        let expanded = self.expand(text.as_str());
        match expanded == text.as_str() {
            true => text.clone(),
            false => {
                let origin = text.location().map_or(Origin::Nowhere, Origin::made_at);
                Text::new(expanded, origin)
            }
        }
    }

    /// The value of a variable. `None` if Argo CD does not set it, so that it is empty.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        if name == "$" {
            return Some(Some("$"));
        }
        if name.starts_with(REVISION) {
            return Some(None);
        }
        let known = self.0.iter().find(|(known, _)| *known == name)?;
        Some(known.1.as_deref())
    }
}

/// The name of the variable that `text` begins with, and its length with braces (`os.getShellName`).
fn variable(text: &str) -> (&str, usize) {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'{') => match text.find('}') {
            Some(end) => (&text[1..end], end + 1),
            None => ("", 1),
        },
        Some(b'$') => ("$", 1),
        _ => {
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let length = bytes.iter().take_while(|byte| is_part(byte)).count();
            (&text[..length], length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn variables_are_expanded_as_argo_cd_does() {
        let all = Environment::new("web", None, [Some("https://x"), Some("apps/web"), None]);
        for (text, expanded) in [
            ("a-$ARGOCD_APP_NAME", "a-web"),
            ("${ARGOCD_APP_SOURCE_PATH}/b", "apps/web/b"),
            (
                "x:${ARGOCD_APP_REVISION_SHORT}",
                "x:${ARGOCD_APP_REVISION_SHORT}",
            ),
            ("$ARGOCD_APP_NAMESPACE", "$ARGOCD_APP_NAMESPACE"),
            ("$OTHER-x", "-x"),
            ("5$$", "5$"),
            ("cost: 5$", "cost: 5$"),
        ] {
            assert_eq!(all.expand(text), expanded, "{text}");
        }
    }
}

//! Values that should be scalars.

use podwright_rule::Fix;
use podwright_syntax::text::Span;
use podwright_syntax::{NodeKind, PathSegment, Scalar};

use super::{Advice, Wrong, written};

impl Wrong<'_, '_> {
    pub(super) fn list_for_text(&self) -> Option<Advice> {
        if self.is_inner || self.field == "value" {
            return self.quoted();
        }
        let tree = self.cx.tree();
        let mut items = tree.items(self.node);
        let (only, None) = (items.next()?, items.next()) else {
            return None;
        };
        if !tree.kind(only).is_scalar() {
            return None;
        }
        let source = tree.source_text(only).to_owned();
        let is_flow = tree.kind(self.node) == NodeKind::FlowSequence;
        let fix = is_flow
            .then(|| self.fix("Replace the list", tree.span(self.node), source))
            .flatten();
        Some(("use a string: remove the list around it".to_owned(), fix))
    }

    /// A collection in a map of strings, such as the data of a ConfigMap: its text is meant.
    fn quoted(&self) -> Option<Advice> {
        let tree = self.cx.tree();
        let Some(PathSegment::Key(own)) = tree.path(self.node).pop() else {
            return None;
        };
        if matches!(tree.kind(self.node), NodeKind::Mapping | NodeKind::Sequence) {
            let (entry, column) = self.key()?;
            let (end, start) = (tree.span(entry.key).end, tree.span(self.node).start);
            let between = tree.slice(Span::new(end, start));
            let line = tree.text()[..start as usize]
                .rfind('\n')
                .map_or(0, |at| at + 1);
            // The lines of a block string are indented more than its key, also those of a list.
            let is_deeper = start as usize - line > column;
            let starts_line = between.starts_with(":\n") || between.starts_with(":\r\n");
            let fix = (starts_line && is_deeper)
                .then(|| self.fix("Make it a block string", Span::at(end + 1), " |".to_owned()))
                .flatten();
            let help = format!("use a string: put `|` after `{own}:` to keep the lines as text");
            return Some((help, fix));
        }
        let source = tree.source_text(self.node);
        let is_simple = !source.contains(['\'', '\n', '#', '&', '*']);
        let fix = is_simple
            .then(|| {
                self.fix(
                    "Quote the value",
                    tree.span(self.node),
                    format!("'{source}'"),
                )
            })
            .flatten();
        Some((
            "use a string: put the value in single quotes".to_owned(),
            fix,
        ))
    }

    pub(super) fn mapping_for_text(&self) -> Option<Advice> {
        let tree = self.cx.tree();
        let own = match tree.path(self.node).pop() {
            Some(PathSegment::Key(key)) => key,
            _ => String::new(),
        };
        if self.field == "selector" && own == "matchLabels" {
            return Some((
                "write the labels directly below `selector`, without `matchLabels`".to_owned(),
                None,
            ));
        }
        let get = |name: &str| {
            let entry = tree.get(self.node, name)?;
            match tree.scalar(entry.value) {
                Scalar::Str(text) => Some(text.into_owned()),
                Scalar::Int(number) => Some(number.to_string()),
                Scalar::Float(_) => Some(tree.source_text(entry.value).to_owned()),
                _ => None,
            }
        };
        if self.field == "image"
            && let Some(repository) = get("repository").or_else(|| get("name"))
        {
            let tag = get("tag").map_or_else(String::new, |tag| format!(":{tag}"));
            let registry = get("registry").map_or_else(String::new, |host| format!("{host}/"));
            let image = format!("{registry}{repository}{tag}");
            return Some((format!("use a string: `{image}`"), self.replaced(&image)));
        }
        let mut entries = tree.entries(self.node);
        let is_single = entries.next().is_some() && entries.next().is_none();
        match get("name") {
            _ if self.is_inner || self.field == "value" => self.quoted(),
            Some(name) if is_single => {
                Some((format!("use a string: `{name}`"), self.replaced(&name)))
            }
            _ => None,
        }
    }

    /// Returns the fix that replaces a mapping with a string.
    fn replaced(&self, text: &str) -> Option<Fix> {
        let tree = self.cx.tree();
        let (entry, _) = self.key()?;
        let source = tree.source_text(self.node).trim_end();
        let start = tree.span(entry.key).end + 1;
        let end = tree.span(self.node).start + u32::try_from(source.len()).ok()?;
        let span = Span::new(start, end);
        let is_simple = !tree.slice(span).contains('#');
        is_simple
            .then(|| {
                self.fix(
                    format!("Replace with `{text}`"),
                    span,
                    format!(" {}", written(text)),
                )
            })
            .flatten()
    }

    pub(super) fn text_for_integer(&self) -> Option<Advice> {
        let text = self.text()?;
        if self.field.ends_with("Seconds") || self.field.ends_with("seconds") {
            let seconds = seconds(&text)?;
            let fix = self.fix(
                format!("Replace with `{seconds}`"),
                self.cx.tree().span(self.node),
                seconds.to_string(),
            );
            return Some((format!("use a number of seconds: `{seconds}`"), fix));
        }
        if self.field.to_ascii_lowercase().ends_with("port") {
            return Some((
                "use the number of the port; only a field such as `targetPort` accepts its name"
                    .to_owned(),
                None,
            ));
        }
        if text.ends_with('%') {
            return Some((
                "use a whole number: this field is not a percentage".to_owned(),
                None,
            ));
        }
        None
    }

    pub(super) fn word_for_boolean(&self) -> Option<Advice> {
        let word = match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" | "1" => "true",
            "false" | "no" | "n" | "off" | "0" => "false",
            _ => return None,
        };
        let tree = self.cx.tree();
        let is_simple = !matches!(tree.kind(self.node), NodeKind::Literal | NodeKind::Folded);
        let fix = is_simple
            .then(|| {
                self.fix(
                    format!("Replace with `{word}`"),
                    tree.span(self.node),
                    word.to_owned(),
                )
            })
            .flatten();
        Some((format!("use `{word}` without quotes"), fix))
    }
}

fn seconds(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text[digits.len()..].trim();
    let number: u64 = digits.parse().ok()?;
    match unit {
        "s" | "sec" | "second" | "seconds" => Some(number),
        "m" | "min" | "minute" | "minutes" => number.checked_mul(60),
        "h" | "hour" | "hours" => number.checked_mul(3_600),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_become_seconds() {
        for (text, number) in [
            ("30s", Some(30)),
            ("5m", Some(300)),
            ("1 h", Some(3_600)),
            ("30", None),
            ("s", None),
        ] {
            assert_eq!(seconds(text), number, "{text}");
        }
    }
}

//! The spans of a file to redact.

use std::panic::resume_unwind;
use std::thread;

use podwright_model::Body;
use podwright_model::docker_config::decode_secret_data;
use podwright_syntax::NodeId;
use podwright_syntax::text::{Redacted, Span};

use crate::contents::Contents;
use crate::forms::credentials_in;
use crate::names::is_object_name;
use crate::span::span;
use crate::{by_key, by_kind, comments, strings};

/// Length in bytes of a text that is searched in two ways at the same time.
const LARGE: usize = 1 << 22;

impl Contents<'_> {
    /// Finds the credentials of a file, by kind, by key, or by format, and copies of them.
    #[must_use]
    pub fn redacted(self) -> Redacted {
        let text = &*self.source.text;
        let mut spans = Vec::new();
        by_kind::find(self, &mut spans);
        let secrets = self.objects.iter();
        let secrets = secrets.filter(|object| matches!(object.body, Body::Secret(_)));
        let secrets: Vec<NodeId> = secrets.map(|object| object.node).collect();
        let by_form = || credentials_in(text);
        let by_form = match text.len() < LARGE {
            true => {
                by_key::find(self.tree, &secrets, &mut spans);
                by_form()
            }
            // Not a thread of the pool: all of them may wait for this file.
            false => thread::scope(|scope| {
                let by_form = scope.spawn(by_form);
                by_key::find(self.tree, &secrets, &mut spans);
                by_form.join().unwrap_or_else(|panic| resume_unwind(panic))
            }),
        };
        spans.extend(by_form.into_iter().map(span));
        spans.extend(self.copied_to_secrets);
        if let Some(earlier) = self.earlier {
            earlier.find(text, &mut spans);
        }
        let mut spans = merged(spans);
        comments::find(self, &mut spans);
        let mut spans = merged(spans);
        let strings = spans.iter().flat_map(|&span| forms(&text[span.range()]));
        let mut redacted = strings::index(strings);
        let copies = strings::find(&redacted, text);
        spans.extend(copies.into_iter().map(span));
        redacted.spans = merged(spans);
        redacted
    }
}

/// Forms in which the source text `written` may appear elsewhere: without quotes and escapes, as separate lines, and
/// base64-decoded.
fn forms(written: &str) -> Vec<String> {
    let written = written.trim();
    let mut texts = Vec::new();
    let mut add = |text: &str| {
        let text = text.trim().trim_end_matches(',').trim_matches(['"', '\'']);
        let is_place = text.contains("://") || text.starts_with('/') || is_object_name(text);
        if !is_place {
            texts.push(text.to_owned());
        }
        // A message may quote a part, such as the repository of an image.
        let parts = text.split(|c: char| c.is_whitespace() || "/:@?&=,;|\"'()[]{}<>\\".contains(c));
        let parts = parts.filter(|part| !is_object_name(part));
        texts.extend(parts.map(str::to_owned));
        if let Ok(Ok(decoded)) = decode_secret_data(text).map(String::from_utf8)
            && !is_object_name(decoded.trim())
        {
            texts.push(decoded.trim().to_owned());
        }
    };
    written.lines().for_each(&mut add);
    if written.starts_with(['"', '\'']) {
        let tree = podwright_syntax::parse(written.into());
        let roots = tree.documents().iter().map(|document| document.root);
        let scalars = roots.filter(|root| tree.kind(*root).is_scalar());
        scalars.for_each(|root| tree.decoded(root).lines().for_each(&mut add));
    }
    texts
}

/// Sorts and merges spans, dropping empty ones.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    spans.dedup_by(|later, first| {
        let touches = later.start <= first.end;
        if touches {
            first.end = first.end.max(later.end);
        }
        touches
    });
    spans
}

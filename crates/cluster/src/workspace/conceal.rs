//! Determines which spans of a file must be redacted because they are, or may be, credentials.

mod beside;
mod declared;
mod named;

use super::File;
use podwright_model::{Body, credentials_in, docker_config::decode_secret_data, is_object_name};
use podwright_syntax::text::{Concealed, Credentials, Span};

/// Credentials of a file, identified by kind, by name, or by format, and copies of them in nearby comments.
pub(super) fn concealed(file: &File) -> Concealed {
    let text = &*file.source.text;
    let mut spans = Vec::new();
    declared::declared(file, &mut spans);
    named::named(&file.tree, &mut spans);
    spans.extend(credentials_in(text).into_iter().map(span));
    let mut spans = apart(spans);
    beside::beside(file, &mut spans);
    let mut spans = apart(spans);
    let credentials = Credentials::new(spans.iter().flat_map(|&span| texts(&text[span.range()])));
    if !credentials.is_empty() {
        spans.extend(credentials.find(text).into_iter().map(self::span));
        spans = apart(spans);
    }
    Concealed { spans, credentials }
}

/// Whether everything in the file that may be a credential is treated as one.
fn is_secret(file: &File) -> bool {
    file.docker_config.is_some()
        || file.runtime_config.is_some()
        || file.objects.iter().any(|object| {
            matches!(
                object.body,
                Body::Secret(_) | Body::CredentialProviderConfig(_)
            )
        })
}

/// Forms in which the source text `written` may appear elsewhere: without quotes and escapes, as separate lines, and
/// base64-decoded.
fn texts(written: &str) -> Vec<String> {
    let written = written.trim();
    let mut texts = Vec::new();
    let mut add = |text: &str| {
        let text = text.trim().trim_end_matches(',').trim_matches(['"', '\'']);
        let is_place = text.contains("://") || text.starts_with('/') || is_object_name(text);
        if !is_place {
            texts.push(text.to_owned());
        }
        if let Ok(Ok(decoded)) = decode_secret_data(text).map(String::from_utf8)
            && !is_object_name(decoded.trim())
        {
            texts.push(decoded.trim().to_owned());
        }
    };
    written.lines().for_each(&mut add);
    if written.starts_with('"')
        && let Ok(value) = serde_json::from_str::<String>(written)
    {
        value.lines().for_each(&mut add);
    }
    if written.starts_with('\'') {
        add(&written.replace("''", "'"));
    }
    texts
}

/// Sorts and merges spans, dropping empty ones.
fn apart(mut spans: Vec<Span>) -> Vec<Span> {
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

fn span(range: std::ops::Range<usize>) -> Span {
    let at = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span::new(at(range.start), at(range.end))
}

fn end(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

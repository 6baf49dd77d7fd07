use super::each_lookup;
use podwright_cluster::keyring::{MatchFailure, PathMismatch};
use podwright_model::Pod;
use podwright_rule::finding::{Applicability, Edit, Fix};
use podwright_rule::{Rule, RuleContext, declare_rule};
use podwright_syntax::text::{Location, Span};

declare_rule! {
    RegistryKeyTrailingSlashNeverExact {
        name: "registry-key-trailing-slash-never-exact",
        summary: "registry key with a trailing `/` does not match the image itself",
        severity: Warning,
        since: "0.1.0",
    }
}

impl Rule for RegistryKeyTrailingSlashNeverExact {
    fn pod(&self, pod: &Pod, cx: &mut RuleContext<'_>) {
        each_lookup(pod, cx, |image, repository, lookup, cx| {
            if !lookup.tried.is_empty() {
                return;
            }
            for passed in &lookup.not_tried {
                if passed.why != MatchFailure::Path(PathMismatch::TrailingSlash) {
                    continue;
                }
                let fix = without_slash(
                    passed.entry.origin.place,
                    passed.entry.registry.expose(),
                    cx,
                );
                let message = passed
                    .why
                    .describe(&passed.entry.registry.to_string(), repository);
                let finding = cx.report_image(image, 0..0, message);
                finding
                    .related(passed.entry.origin.place, "registry key of the credential")
                    .note("the kubelet tries no credential for this image")
                    .help("remove the trailing `/` from the registry key");
                finding.fixes.extend(fix);
            }
        });
    }
}

/// Returns a fix that removes the trailing `/` if the file contains the key verbatim. The new key also matches other
/// paths with the same prefix.
fn without_slash(key: Location, registry: &str, cx: &RuleContext<'_>) -> Option<Fix> {
    let written = cx.workspace.file(key.file).tree.slice(key.span);
    let quotes = ['"', '\\'];
    if written.trim_matches(quotes) != registry {
        return None;
    }
    let behind = written.len() - written.trim_end_matches(quotes).len();
    let end = key.span.end - u32::try_from(behind).ok()?;
    Some(Fix {
        title: "Remove the trailing `/`".to_owned(),
        safety: Applicability::Unsafe,
        edits: vec![Edit {
            place: Location {
                file: key.file,
                span: Span::new(end - 1, end),
            },
            content: String::new(),
        }],
    })
}

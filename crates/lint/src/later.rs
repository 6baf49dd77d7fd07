//! Notes about parts of a StatefulSet that some API servers validate only in what its controller makes of them.

use podwright_rule::finding::Finding;
use podwright_schema::{Releases, validated_later};

const REJECTED: &str = "the API server rejects the object";

/// Corrects a note that says that the API server rejects a StatefulSet, if some of the `asked` releases accept it and
/// reject the Pods or claims that its controller makes of it. The rules of the group `api` say so themselves.
pub(crate) fn answer_later(finding: &mut Finding, asked: Releases) {
    let later = finding.field.as_deref().map(validated_later);
    let own = Releases(later.map_or(0, |later| later.0 & asked.0));
    if own.0 == 0 || finding.rule.starts_with("api-") {
        return;
    }
    let mut notes = finding.notes.iter_mut();
    let Some(note) = notes.find(|note| note.starts_with(REJECTED)) else {
        return;
    };
    if own == asked {
        let answer =
            "the API server accepts the object, and rejects what the controller makes of it";
        *note = note.replacen(REJECTED, answer, 1);
    } else {
        let earlier = own.listed();
        finding.note(format!(
            "in Kubernetes {earlier}, it rejects what the controller makes of the object instead"
        ));
    }
}

//! Notes about parts of an object that the API server accepts, and what is made of the object does not work.

use podwright_model::{KubernetesVersion, VersionRange};
use podwright_rule::finding::{Finding, Severity};
use podwright_schema::{Releases, validated_later};

const REJECTED: &str = "the API server rejects the object";

/// Corrects a note that says that the API server rejects an object of this kind, if it does not validate the field.
pub(crate) fn answer_later(finding: &mut Finding, kind: &str, asked: Releases) {
    answer_of_restart_policy(finding, asked);
    match kind {
        "StatefulSet" => answer_of_made(finding, asked),
        "HorizontalPodAutoscaler" => answer_of_metrics(finding),
        _ => {}
    }
}

/// Some of the `asked` releases accept a StatefulSet and reject the Pods or claims that its controller makes of it. The
/// rules of the group `api` say so themselves.
fn answer_of_made(finding: &mut Finding, asked: Releases) {
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

/// Kubernetes 1.34 drops the restart policies of containers before it validates them (`dropContainerRestartRules`), apart
/// from `Always` in an init container.
fn answer_of_restart_policy(finding: &mut Finding, asked: Releases) {
    const RELEASE: KubernetesVersion = KubernetesVersion(34);
    let field = finding.field.as_deref().unwrap_or_default();
    let is_own = finding.rule == "enum-value-invalid"
        && field.ends_with("].restartPolicy")
        && field.contains("ontainers[");
    let range = VersionRange {
        oldest: RELEASE,
        newest: RELEASE,
    };
    if is_own && asked.hold_any(Releases::of(range)) {
        finding.at_most(Severity::Warning).note(
            "Kubernetes 1.34 drops the field instead: the feature gate `ContainerRestartRules` is off by default",
        );
    }
}

/// The API server does not validate the selectors of metrics (`validateMetricIdentifier`), but the controller needs them
/// (`computeReplicasForMetric` in `pkg/controller/podautoscaler`).
fn answer_of_metrics(finding: &mut Finding) {
    let field = finding.field.as_deref().unwrap_or_default();
    if !field.starts_with("spec.metrics[") || !field.contains(".metric.selector.") {
        return;
    }
    let mut notes = finding.notes.iter_mut();
    if let Some(note) = notes.find(|note| note.starts_with(REJECTED)) {
        "the API server accepts the object, but the controller cannot read the selector and does not use the metric"
            .clone_into(note);
        finding.at_most(Severity::Warning);
    }
}

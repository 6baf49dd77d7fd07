//! Probes and lifecycle hooks: `validateProbe`, `validateLifecycle` and `validateHandler`.
//!
//! The rules `lifecycle-handler-count`, `lifecycle-exec-empty`, `lifecycle-sleep-out-of-range` and `stopsignal-invalid`
//! report most of what validation says about hooks.

use super::super::errors::Errors;
use super::super::names::positive;
use super::super::value::{Value, read};
use super::Pod;

/// Types of handlers, in the order in which the API server looks at them.
const HANDLERS: [&str; 5] = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/// `validateLivenessProbe`, `validateReadinessProbe` and `validateStartupProbe`.
pub(super) fn probes(
    liveness: Value<'_>,
    readiness: Value<'_>,
    startup: Value<'_>,
    e: &mut Errors,
) {
    for (probe, is_readiness) in [(liveness, false), (readiness, true), (startup, false)] {
        if !probe.is_mapping() {
            continue;
        }
        handler(probe, e);
        read!(probe => success = "successThreshold", grace = "terminationGracePeriodSeconds");
        if is_readiness {
            if grace.is_set() {
                e.invalid(
                    grace,
                    "cannot be set in a readiness probe",
                    "remove `terminationGracePeriodSeconds`",
                );
            }
            continue;
        }
        positive(grace, e);
        // The default of 0 is 1.
        if success.int().is_some_and(|number| number > 1) {
            e.invalid(
                success,
                "must be 1",
                "use `1`, or remove `successThreshold`",
            );
        }
    }
}

/// `validateLifecycle`.
pub(super) fn lifecycle(_pod: &Pod<'_>, lifecycle: Value<'_>, e: &mut Errors) {
    if !lifecycle.is_mapping() {
        return;
    }
    read!(lifecycle => post_start = "postStart", pre_stop = "preStop");
    for hook in [post_start, pre_stop] {
        if hook.is_mapping() {
            handler(hook, e);
        }
    }
}

/// `validateHandler`. The API table checks ports and schemes.
fn handler(handler: Value<'_>, e: &mut Errors) {
    let mut found: [Option<Value<'_>>; HANDLERS.len()] = [None; HANDLERS.len()];
    let mut is_unknown = false;
    handler.each(|key, value| {
        if let Some(at) = HANDLERS.iter().position(|name| *name == key) {
            is_unknown |= value.is_unknown();
            if value.is_set() {
                found[at] = Some(value);
            }
        }
    });
    let mut handlers = found.iter().flatten();
    let Some(first) = handlers.next() else {
        if !is_unknown {
            e.required(handler, "to have a handler")
                .help("add `exec`, `httpGet`, `tcpSocket` or `grpc`");
        }
        return;
    };
    for other in handlers {
        e.forbidden(*other, "cannot be set beside another handler")
            .help("use one handler");
    }
    if found[0].is_some() {
        let command = first.get("command");
        if command.is_empty() {
            e.required(command, "");
        }
    }
}

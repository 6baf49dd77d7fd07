use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "probes-identical",
    summary: "liveness probe restarts the container as soon as it is not ready",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || cx.is_custom() || !container.kind.has_hooks() {
        return;
    }
    let value = Value::new(cx.tree(), container.node);
    let (liveness, readiness) = (value.get("livenessProbe"), value.get("readinessProbe"));
    let handlers = ["httpGet", "tcpSocket", "exec", "grpc"];
    let is_same = |name| {
        let (one, other) = (liveness.get(name).json(), readiness.get(name).json());
        one.is_some() && one == other
    };
    if !handlers.into_iter().any(is_same) {
        return;
    }
    let (Some(kills), Some(unready)) = (seconds_to_fail(liveness), seconds_to_fail(readiness))
    else {
        return;
    };
    if kills > unready {
        return;
    }
    let place = cx.key_place(readiness.node);
    cx.report_value(liveness, "the liveness probe is the same as the readiness probe")
        .related(place, "readiness probe")
        .note(format!(
            "after {kills} seconds of overload, the kubelet restarts the container instead of only sending it no requests"
        ))
        .help("raise `failureThreshold` of the liveness probe, or let it check only that the program is alive");
}

/// Seconds that a probe must fail until the kubelet acts (`SetDefaults_Probe`: 3 failures, every 10 seconds).
fn seconds_to_fail(probe: Value<'_>) -> Option<i64> {
    let number = |name, default: i64| match probe.get(name) {
        field if field.is_absent() => Some(default),
        field => field
            .int()
            .map(|number| if number == 0 { default } else { number }),
    };
    number("failureThreshold", 3)?.checked_mul(number("periodSeconds", 10)?)
}

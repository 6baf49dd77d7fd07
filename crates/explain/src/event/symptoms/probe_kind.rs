//! Results of probes: `probe` in `pkg/kubelet/prober/prober.go`, with the errors of `pkg/probe`.

use crate::event::symptom::{Certainty, NEW, See, Symptom};

const LIVENESS_SEE: &[See] = &[
    See::Container("livenessProbe"),
    See::Container("startupProbe"),
    See::Container("ports"),
    See::Container("resources.limits"),
];

/// Liveness probes. An error of the probe itself is thrown away (`doProbe` of the worker).
pub(super) const LIVENESS_PROBE: &[Symptom] = &[
    Symptom {
        cause: "liveness-probe-timeout",
        says: &[
            "liveness probe failed: get *deadline exceeded",
            "liveness probe failed: get *timeout",
            "liveness probe failed: dial tcp *timeout",
            "liveness probe failed: command *timed out",
            "liveness probe failed: timeout: ",
        ],
        means: "the liveness probe got no answer within `timeoutSeconds` (1 s by default): after `failureThreshold` \
                failures in a row (3 by default) the kubelet kills the container and restarts it",
        next: "raise `timeoutSeconds`, or make what the probe calls faster; give a slow start a `startupProbe`",
        see: LIVENESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "liveness-probe-refused",
        says: &["liveness probe failed: *dial tcp {address}: connect: connection refused"],
        means: "the liveness probe failed, because nothing listens at `{address}`: after `failureThreshold` failures \
                in a row (3 by default) the kubelet kills the container and restarts it",
        next: "correct the port of the probe, or let the program listen on all addresses (`0.0.0.0`) and not only on \
               `localhost`; read its log in case it ended; give a slow start a `startupProbe`",
        see: LIVENESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "liveness-probe-status",
        says: &["liveness probe failed: http probe failed with statuscode: {code}"],
        means: "the program answered the liveness probe with the HTTP status {code}, which is not a success (200 to \
                399): after `failureThreshold` failures in a row (3 by default) the kubelet kills the container and \
                restarts it",
        next: "correct the path and the port of the probe: 404 means a wrong path, 401 and 403 that it needs a \
               login, 500 and more an error of the program, which its log has",
        see: LIVENESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "liveness-probe-not-run",
        says: &["liveness probe errored"],
        means: "the kubelet could not run the liveness probe, or the runtime stopped its command after the time \
                limit: this result counts neither as a failure nor as a success",
        next: "check that the image has the command of the probe and that its port exists, and raise \
               `timeoutSeconds` if the command is slow",
        see: LIVENESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "liveness-probe",
        says: &["liveness probe failed"],
        means: "the liveness probe failed: after `failureThreshold` failures in a row (3 by default) the kubelet \
                kills the container and restarts it, even if the program was only slow",
        next: "check the command, or path and port, and `timeoutSeconds` of the probe (1 s by default) against the \
               program; give a slow start a `startupProbe`",
        see: LIVENESS_SEE,
        certainty: Certainty::Step,
        ..NEW
    },
    Symptom {
        cause: "liveness-probe",
        says: &["failed liveness probe"],
        means: "the liveness probe failed `failureThreshold` times in a row (3 by default): the kubelet kills the \
                container and restarts it, even if the program was only slow",
        next: "check the command, or path and port, and `timeoutSeconds` of the probe (1 s by default) against the \
               program; give a slow start a `startupProbe`",
        see: LIVENESS_SEE,
        certainty: Certainty::Step,
        ..NEW
    },
];

const STARTUP_SEE: &[See] = &[See::Container("startupProbe"), See::Container("ports")];

/// Startup probes.
pub(super) const STARTUP_PROBE: &[Symptom] = &[
    Symptom {
        cause: "startup-probe-timeout",
        says: &[
            "startup probe failed: get *deadline exceeded",
            "startup probe failed: get *timeout",
            "startup probe failed: dial tcp *timeout",
            "startup probe failed: command *timed out",
            "startup probe failed: timeout: ",
        ],
        means: "the startup probe got no answer within `timeoutSeconds` (1 s by default): without a success within \
                `failureThreshold` x `periodSeconds` the kubelet kills the container and restarts it",
        next: "raise `timeoutSeconds`, or make what the probe calls faster",
        see: STARTUP_SEE,
        ..NEW
    },
    Symptom {
        cause: "startup-probe-refused",
        says: &["startup probe failed: *dial tcp {address}: connect: connection refused"],
        means: "the startup probe failed, because nothing listens at `{address}`: without a success within \
                `failureThreshold` x `periodSeconds` the kubelet kills the container and restarts it",
        next: "correct the port of the probe, or let the program listen on all addresses (`0.0.0.0`) and not only on \
               `localhost`; read its log in case it ended; raise `failureThreshold` if the program is only slow to \
               start",
        see: STARTUP_SEE,
        ..NEW
    },
    Symptom {
        cause: "startup-probe-status",
        says: &["startup probe failed: http probe failed with statuscode: {code}"],
        means: "the program answered the startup probe with the HTTP status {code}, which is not a success (200 to \
                399): without a success within `failureThreshold` x `periodSeconds` the kubelet kills the container \
                and restarts it",
        next: "correct the path and the port of the probe: 404 means a wrong path, 401 and 403 that it needs a \
               login, 500 and more an error of the program, which its log has",
        see: STARTUP_SEE,
        ..NEW
    },
    Symptom {
        cause: "startup-probe-not-run",
        says: &["startup probe errored"],
        means: "the kubelet could not run the startup probe, or the runtime stopped its command after the time \
                limit: this result counts neither as a failure nor as a success",
        next: "check that the image has the command of the probe and that its port exists, and raise \
               `timeoutSeconds` if the command is slow",
        see: STARTUP_SEE,
        ..NEW
    },
    Symptom {
        cause: "startup-probe",
        says: &["startup probe failed"],
        means: "the startup probe failed: without a success within `failureThreshold` x `periodSeconds` the kubelet \
                kills the container and restarts it; failures before that are normal while the program starts",
        next: "wait if the program is still starting; otherwise raise `failureThreshold`, or correct the command, or \
               path and port, of the probe",
        see: STARTUP_SEE,
        certainty: Certainty::Step,
        ..NEW
    },
    Symptom {
        cause: "startup-probe",
        says: &["failed startup probe"],
        means: "the startup probe did not succeed within `failureThreshold` x `periodSeconds`: the kubelet kills the \
                container and restarts it",
        next: "raise `failureThreshold` of the startup probe, or correct its command, or its path and port",
        see: STARTUP_SEE,
        certainty: Certainty::Step,
        ..NEW
    },
];

const READINESS_SEE: &[See] = &[See::Container("readinessProbe"), See::Container("ports")];

/// Readiness probes.
pub(super) const READINESS_PROBE: &[Symptom] = &[
    Symptom {
        cause: "readiness-probe-timeout",
        says: &[
            "readiness probe failed: get *deadline exceeded",
            "readiness probe failed: get *timeout",
            "readiness probe failed: dial tcp *timeout",
            "readiness probe failed: command *timed out",
            "readiness probe failed: timeout: ",
        ],
        means: "the readiness probe got no answer within `timeoutSeconds` (1 s by default): the container keeps \
                running, but its Pod gets no traffic from Services, and a rollout waits for it",
        next: "raise `timeoutSeconds`, or make what the probe calls faster",
        see: READINESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "readiness-probe-refused",
        says: &["readiness probe failed: *dial tcp {address}: connect: connection refused"],
        means: "the readiness probe failed, because nothing listens at `{address}`: the container keeps running, but \
                its Pod gets no traffic from Services, and a rollout waits for it",
        next: "correct the port of the probe, or let the program listen on all addresses (`0.0.0.0`) and not only on \
               `localhost`; read its log in case it ended; if it is only slow to start, the Pod becomes ready later",
        see: READINESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "readiness-probe-status",
        says: &["readiness probe failed: http probe failed with statuscode: {code}"],
        means: "the program answered the readiness probe with the HTTP status {code}, which is not a success (200 to \
                399): the container keeps running, but its Pod gets no traffic from Services, and a rollout waits \
                for it",
        next: "correct the path and the port of the probe: 404 means a wrong path, 401 and 403 that it needs a \
               login, 500 and more an error of the program, which its log has",
        see: READINESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "readiness-probe-not-run",
        says: &["readiness probe errored"],
        means: "the kubelet could not run the readiness probe, or the runtime stopped its command after the time \
                limit: this result counts neither as a failure nor as a success",
        next: "check that the image has the command of the probe and that its port exists, and raise \
               `timeoutSeconds` if the command is slow",
        see: READINESS_SEE,
        ..NEW
    },
    Symptom {
        cause: "readiness-probe",
        says: &["readiness probe failed"],
        means: "the readiness probe failed: the container keeps running, but its Pod gets no traffic from Services, \
                and a rollout waits for it",
        next: "check the command, or path and port, and `timeoutSeconds` of the probe (1 s by default) against the \
               program, and its log",
        see: READINESS_SEE,
        ..NEW
    },
];

use podwright_model::{Container, Field, KubernetesVersion};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "stopsignal-invalid",
    summary: "stop signal is dropped or rejected",
    severity: Warning,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release that has the field.
const KNOWN_SINCE: KubernetesVersion = KubernetesVersion(33);

/// Linux signal names that the API accepts, except for real-time signals.
const SIGNALS: [&str; 34] = [
    "SIGABRT",
    "SIGALRM",
    "SIGBUS",
    "SIGCHLD",
    "SIGCLD",
    "SIGCONT",
    "SIGFPE",
    "SIGHUP",
    "SIGILL",
    "SIGINT",
    "SIGIO",
    "SIGIOT",
    "SIGKILL",
    "SIGPIPE",
    "SIGPOLL",
    "SIGPROF",
    "SIGPWR",
    "SIGQUIT",
    "SIGSEGV",
    "SIGSTKFLT",
    "SIGSTOP",
    "SIGSYS",
    "SIGTERM",
    "SIGTRAP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGUSR1",
    "SIGUSR2",
    "SIGVTALRM",
    "SIGWINCH",
    "SIGXCPU",
    "SIGXFSZ",
];

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let lifecycle = container.lifecycle.value();
    let Some((signal, node)) = lifecycle.and_then(|one| one.stop_signal.known()) else {
        return;
    };
    // Otherwise, not every API server knows the field.
    if !cx.versions.all_since(KNOWN_SINCE) {
        return;
    }
    let os = cx.pod.and_then(|pod| match &pod.os_name {
        Field::Value(name, _) => name.text(),
        _ => None,
    });
    let is_os_open =
        cx.pod.is_none_or(|pod| !pod.os_name.is_unset()) && os.is_none() || cx.is_partial();
    let is_signal = match os {
        Some("windows") => matches!(signal.as_str(), "SIGTERM" | "SIGKILL"),
        _ => SIGNALS.contains(&signal.as_str()) || is_real_time(signal),
    };
    let (message, help) = match os {
        _ if !is_signal => (
            format!("invalid stop signal `{signal}`"),
            "use a signal name with its prefix, such as `SIGTERM`",
        ),
        None if !is_os_open => (
            "a stop signal requires `spec.os.name`".to_owned(),
            "add `os: {name: linux}` to the pod spec",
        ),
        _ => (
            "the stop signal is dropped unless the feature gate `ContainerStopSignals` is on"
                .to_owned(),
            "use the `STOPSIGNAL` of the image, or enable the feature gate and ignore this rule",
        ),
    };
    cx.report(node, message)
        .note("with the feature gate, the API server validates the field; without it (the default up to 1.36), it silently drops the field")
        .help(help);
}

/// Whether `signal` is a real-time signal: `SIGRTMIN`, `SIGRTMIN+1` to `+15`, `SIGRTMAX-14` to `-1`, or `SIGRTMAX`.
fn is_real_time(signal: &str) -> bool {
    let number = |rest: &str, most: u8| {
        rest.is_empty() || {
            let digits = rest.get(1..).unwrap_or("");
            digits
                .parse()
                .is_ok_and(|n: u8| (1..=most).contains(&n) && n.to_string() == digits)
        }
    };
    match (
        signal.strip_prefix("SIGRTMIN"),
        signal.strip_prefix("SIGRTMAX"),
    ) {
        (Some(rest), _) => (rest.is_empty() || rest.starts_with('+')) && number(rest, 15),
        (_, Some(rest)) => (rest.is_empty() || rest.starts_with('-')) && number(rest, 14),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_real_time;

    #[test]
    fn signals_of_real_time_are_counted_from_both_ends() {
        for signal in [
            "SIGRTMIN",
            "SIGRTMIN+1",
            "SIGRTMIN+15",
            "SIGRTMAX-14",
            "SIGRTMAX",
        ] {
            assert!(is_real_time(signal), "{signal}");
        }
        for signal in [
            "SIGRTMIN+16",
            "SIGRTMIN-1",
            "SIGRTMAX+1",
            "SIGRTMAX-15",
            "SIGRTMIN+01",
            "SIGRTMIN+",
            "SIGTERM",
        ] {
            assert!(!is_real_time(signal), "{signal}");
        }
    }
}

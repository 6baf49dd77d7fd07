use super::script::Script;
use podwright_cluster::workspace::ImageSource;
use podwright_model::{Container, ContainerKind, ImageReference, LifecycleHandler};
use podwright_rule::{RuleContext, declare_rules};

declare_rules! {
    hooks: { hook: check },
    DUPLICATE_HOOK_AND_SIGTERM {
        name: "duplicate-hook-and-sigterm",
        summary: "preStop hook sends the signal that the kubelet sends next",
        severity: Info,
        since: "0.1.0",
    }
    PRESTOP_SIGNALS_AND_RETURNS {
        name: "prestop-signals-and-returns",
        summary: "preStop hook starts a shutdown and does not wait for it",
        severity: Info,
        since: "0.1.0",
    }
}

/// What a command asks a process to do.
enum Asks {
    /// SIGTERM to the main process.
    TermOfMain,
    /// A shutdown by the program or the signal of this name, without waiting for it.
    Stop(String),
}

fn check(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let (Some(container), Some(script)) = (cx.container, Script::of(hook)) else {
        return;
    };
    if name != "preStop" || !container.kind.has_hooks() {
        return;
    }
    // Commands after the signal may wait, so only the last command counts.
    let mut commands = script.commands().collect::<Vec<_>>().into_iter().rev();
    let Some(asks) = commands
        .find(|command| !does_nothing(command))
        .and_then(asks)
    else {
        return;
    };
    match asks {
        Asks::TermOfMain => {
            cx.as_rule(&DUPLICATE_HOOK_AND_SIGTERM)
                .report(
                    script.node,
                    "`preStop` sends SIGTERM to the main process just before the kubelet does",
                )
                .note("many programs exit immediately on a second SIGTERM")
                .help("remove the command; the kubelet sends SIGTERM after the hook");
        }
        // `prestop-sidecar-order` reports sidecars.
        Asks::Stop(_) if container.kind == ContainerKind::Sidecar => {}
        Asks::Stop(_) if has_other_signal(container, cx) => {}
        Asks::Stop(what) => {
            let is_nginx = what.starts_with("nginx");
            cx.as_rule(&PRESTOP_SIGNALS_AND_RETURNS)
                .report(script.node, format!("`{what}` returns at once, and SIGTERM follows"))
                .note(match is_nginx {
                    true => "the kubelet sends SIGTERM as soon as the hook returns; for nginx, SIGTERM is the fast shutdown, which cuts the graceful one off",
                    false => "the kubelet sends SIGTERM (or the stop signal of the image) as soon as the hook returns; many programs then stop at once",
                })
                .help(match is_nginx {
                    true => "wait in the hook until the process has ended: `nginx -s quit; while pgrep -x nginx; do sleep 1; done`",
                    false => "wait in the hook until the process has ended, within `terminationGracePeriodSeconds`",
                });
        }
    }
}

/// Images with `STOPSIGNAL SIGQUIT`, the graceful shutdown of nginx.
const WITH_SIGQUIT: [&str; 2] = [
    "docker.io/library/nginx",
    "docker.io/nginxinc/nginx-unprivileged",
];

/// Whether the signal after the hook is not SIGTERM, or may be another one.
fn has_other_signal(container: &Container, cx: &RuleContext<'_>) -> bool {
    let Some(pod) = cx.pod else {
        return true;
    };
    let lifecycle = container.lifecycle.value();
    let images = cx
        .workspace
        .images(cx.file_id, pod, ImageSource::Container(container));
    lifecycle.is_some_and(|lifecycle| !lifecycle.stop_signal.is_unset())
        || images.iter().any(|image| {
            let parsed = ImageReference::parse(&image.text, cx.versions.newest);
            parsed.is_ok_and(|parsed| WITH_SIGQUIT.contains(&parsed.repository().as_str()))
        })
}

/// Whether a command takes no time and changes nothing.
fn does_nothing(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or("");
    matches!(program, "true" | ":" | "echo" | "exit") || program.starts_with('#')
}

/// Signals that ask a program to stop, by name and number.
const STOPS: [(&str, &str); 4] = [("TERM", "15"), ("QUIT", "3"), ("INT", "2"), ("WINCH", "28")];

fn asks(command: &str) -> Option<Asks> {
    let words = command.split_whitespace();
    let words: Vec<&str> = words
        .skip_while(|word| matches!(*word, "exec" | "sudo" | "xargs"))
        .collect();
    let (program, arguments) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    let has = |word: &str| arguments.contains(&word);
    let stop = |what: String| Some(Asks::Stop(what));
    match program {
        "kill" | "pkill" | "killall" => {
            let (signal, targets) = signal(arguments)?;
            if program == "kill" && signal == "TERM" && targets == ["1"] {
                return Some(Asks::TermOfMain);
            }
            stop(match signal {
                "TERM" => program.to_owned(),
                signal => format!("{program} -{signal}"),
            })
        }
        "nginx" | "openresty" => {
            let how = ["quit", "stop"].into_iter().find(|how| has(how))?;
            (has("-s")).then(|| Asks::Stop(format!("nginx -s {how}")))
        }
        "apachectl" | "apache2ctl" | "httpd" | "apache2" => {
            let how = ["graceful-stop", "stop"].into_iter().find(|how| has(how))?;
            stop(format!("{program} -k {how}"))
        }
        "supervisorctl" => {
            let how = ["shutdown", "signal"].into_iter().find(|how| has(how))?;
            stop(format!("{program} {how}"))
        }
        _ => None,
    }
}

/// Returns the name of the signal that `kill` sends, if it asks programs to stop, and the other arguments.
fn signal<'a>(arguments: &'a [&'a str]) -> Option<(&'static str, &'a [&'a str])> {
    let known = |name: &str| {
        let name = name.trim_start_matches("SIG");
        let found = STOPS
            .iter()
            .find(|(own, number)| *own == name || *number == name);
        found.map(|(own, _)| *own)
    };
    match arguments {
        ["-s" | "-n" | "--signal", name, rest @ ..] => Some((known(name)?, rest)),
        [first, rest @ ..] if first.starts_with('-') && *first != "--" => {
            let name = &first[1..];
            match known(name) {
                Some(signal) => Some((signal, rest)),
                // Options of `pkill` that select processes.
                None if name.len() == 1 && "fxnou".contains(name) => Some(("TERM", rest)),
                None => None,
            }
        }
        [] => None,
        all => Some(("TERM", all)),
    }
}

use podwright_cluster::main_process::{Start, Unreached, unreached};
use podwright_model::{Container, ContainerKind, Field, MappingReader, Object};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "sigterm-not-forwarded",
    summary: "main process does not pass SIGTERM to the server",
    severity: Info,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let is_long_running = container.kind == ContainerKind::Regular
        && cx.object.is_some_and(|(_, object)| is_kept_running(object));
    if !is_long_running || cx.is_partial() || shares_processes(cx) {
        return;
    }
    let Some((words, node)) = command(container) else {
        return;
    };
    let Some(Unreached {
        first,
        program,
        how,
    }) = unreached(&words)
    else {
        return;
    };
    let (message, help) = match how {
        Start::Pipe => (
            format!("`{first}` stays PID 1 and does not pass SIGTERM to `{program}`"),
            format!(
                "write `exec {program} …` as the last command, and log to standard output instead of a pipe"
            ),
        ),
        Start::Background => (
            format!("`{first}` stays PID 1 and does not pass SIGTERM to `{program}`"),
            format!(
                "write `exec {program} …` as the last command, or pass the signal on with `trap`"
            ),
        ),
        Start::Last => (
            format!("`{first}` may stay PID 1, and does not pass SIGTERM to `{program}`"),
            format!("write `exec {program} …`"),
        ),
        Start::Runner => (
            format!("`{first}` runs the server as a child, which may not get SIGTERM"),
            "start the server directly, for example with `node server.js`".to_owned(),
        ),
    };
    cx.report(node, message)
        .note("the kubelet sends SIGTERM to PID 1 only; a server that does not get it is killed when the grace period ends, and drops its requests")
        .help(help);
}

/// Whether the object is a workload whose containers run until they are stopped.
fn is_kept_running(object: &Object) -> bool {
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]
        .iter()
        .any(|kind| object.is("apps", kind))
        || object.is("", "ReplicationController")
}

/// Whether the program is not PID 1: the containers share their processes, or those of the node.
fn shares_processes(cx: &RuleContext<'_>) -> bool {
    let spec = cx
        .pod
        .and_then(|pod| MappingReader::new(cx.tree(), pod.node));
    spec.is_none_or(|spec| {
        ["shareProcessNamespace", "hostPID"].iter().any(|key| {
            !matches!(
                spec.boolean(key),
                Field::Missing | Field::Null(_) | Field::Value(false, _)
            )
        })
    })
}

/// Returns the words of the command with its arguments, and the last of them.
fn command(container: &Container) -> Option<(Vec<&str>, NodeId)> {
    let command = container.command.value()?;
    let arguments: &[Field<String>] = match &container.args {
        Field::Value(arguments, _) => arguments,
        Field::Missing | Field::Null(_) => &[],
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let all = command.iter().chain(arguments);
    let words: Vec<(&str, NodeId)> = all
        .map(|word| word.known().map(|(text, node)| (text.as_str(), node)))
        .collect::<Option<_>>()?;
    let (_, last) = *words.last()?;
    Some((words.into_iter().map(|(text, _)| text).collect(), last))
}

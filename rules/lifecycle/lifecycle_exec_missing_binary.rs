use super::script::Script;
use podwright_cluster::images::without_shell;
use podwright_cluster::workspace::ImageSource;
use podwright_model::{Container, Field, ImageReference, LifecycleHandler, MappingReader};
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::text::Location;

declare_rules! {
    hooks: { hook: hook, container: container },
    COMMAND_MISSING_BINARY {
        name: "command-missing-binary",
        summary: "container or probe runs a program that the image does not contain",
        severity: Warning,
        since: "0.1.0",
    }
    LIFECYCLE_EXEC_MISSING_BINARY {
        name: "lifecycle-exec-missing-binary",
        summary: "hook runs a program that the image does not contain",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Shells.
const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];

/// Programs that an image without a shell and without shell utilities does not contain.
const UTILITIES: [&str; 10] = [
    "sleep", "curl", "wget", "kill", "cat", "echo", "touch", "rm", "nc", "true",
];

/// Commands of shells for which no system has a program.
const BUILTINS: [&str; 7] = ["eval", "exec", "exit", "return", "set", "source", "trap"];

fn hook(name: &'static str, hook: &LifecycleHandler, cx: &mut RuleContext<'_>) {
    let (Some(container), Some(script)) = (cx.container, Script::of(hook)) else {
        return;
    };
    if !container.kind.has_hooks() {
        return;
    }
    if BUILTINS.contains(&script.program) && script.is_of_image {
        let program = script.program;
        cx.as_rule(&LIFECYCLE_EXEC_MISSING_BINARY)
            .report(
                script.node,
                format!("`{name}` runs `{program}`, which is a command of shells only"),
            )
            .note("no shell is involved, and no image has a program with this name: the hook fails")
            .help("use `[\"sh\", \"-c\", \"…\"]` if the image has a shell");
        return;
    }
    let Some(lacking) = lacking(&script, container, cx) else {
        return;
    };
    cx.as_rule(&LIFECYCLE_EXEC_MISSING_BINARY)
        .report(script.node, lacking.message(name, script.program))
        .related(lacking.place, lacking.label())
        .note(if name == "postStart" {
            "the hook fails, and the kubelet kills and restarts the container in a loop"
        } else {
            "the hook fails immediately (event `FailedPreStopHook`), and the container gets SIGTERM without the wait"
        })
        .help("use the `sleep` handler to wait (1.30 and later), or a program that the image contains");
}

fn container(container: &Container, cx: &mut RuleContext<'_>) {
    if let Some((words, whole)) = container.command.known()
        && let Some(script) = Script::of_words(words, whole)
        && let Some(lacking) = lacking(&script, container, cx)
    {
        let program = script.program;
        cx.as_rule(&COMMAND_MISSING_BINARY)
            .report(script.node, lacking.message("command", program))
            .related(lacking.place, lacking.label())
            .note(format!("the container does not start (reason `StartError` or `RunContainerError`: `exec: \"{program}\": executable file not found`)"))
            .help("run the program of the image directly, or use an image with a shell");
    }
    for (name, probe) in container.probes() {
        let exec = MappingReader::new(cx.tree(), probe.node).map(|probe| probe.mapping("exec"));
        let exec = exec.and_then(|exec| exec.value().copied());
        let Some(Field::Value(words, whole)) = exec.map(|exec| exec.template_strings("command"))
        else {
            continue;
        };
        let Some(script) = Script::of_words(&words, whole) else {
            continue;
        };
        let Some(lacking) = lacking(&script, container, cx) else {
            continue;
        };
        cx.as_rule(&COMMAND_MISSING_BINARY)
            .report(script.node, lacking.message(name, script.program))
            .related(lacking.place, lacking.label())
            .note(match name {
                "readinessProbe" => "each probe fails (event `Unhealthy`), and the container never becomes ready",
                _ => "each probe fails (event `Unhealthy`), and the kubelet restarts the container in a loop",
            })
            .help("use an `httpGet`, `tcpSocket` or `grpc` probe, or a program that the image contains");
    }
}

/// Image that lacks a program.
struct Lacking {
    repository: String,
    /// Whether it contains no shell utilities either.
    has_nothing: bool,
    place: Location,
}

impl Lacking {
    fn message(&self, name: &str, program: &str) -> String {
        format!("`{name}` runs `{program}`, which the image does not contain")
    }

    fn label(&self) -> String {
        let what = match self.has_nothing {
            true => "no shell and no shell utilities",
            false => "no shell",
        };
        format!("`{}` contains {what}", self.repository)
    }
}

/// Returns the image of the container if it is known not to contain the program of the script.
fn lacking(script: &Script<'_>, container: &Container, cx: &RuleContext<'_>) -> Option<Lacking> {
    let is_shell = SHELLS.contains(&script.program);
    let is_known = is_shell || UTILITIES.contains(&script.program);
    if !script.is_of_image || !is_known || may_be_brought(container) {
        return None;
    }
    let images = cx
        .workspace
        .images(cx.file_id, cx.pod?, ImageSource::Container(container));
    images.iter().find_map(|image| {
        let reference = ImageReference::parse(&image.text, cx.versions.newest).ok()?;
        let known = without_shell(&reference)?;
        (is_shell || known.has_nothing).then(|| Lacking {
            repository: reference.repository(),
            has_nothing: known.has_nothing,
            place: cx.workspace.place(image.file, image.node),
        })
    })
}

/// Directories with the programs of an image: those of `PATH` in images that do not set it otherwise.
const DIRECTORIES: [&str; 3] = ["/bin", "/sbin", "/usr"];

/// Whether a volume may contain programs that are found: it is mounted over a directory of programs, or `PATH` may name
/// its directory.
fn may_be_brought(container: &Container) -> bool {
    let mounts = match &container.volume_mounts {
        Field::Missing | Field::Null(_) => return false,
        Field::Value(mounts, _) => mounts,
        Field::Unknown(_) | Field::Invalid(_) => return true,
    };
    let env = container.env.value().into_iter().flatten();
    let mut names = env.map(|variable| variable.name.text());
    let covers = |path: &str| {
        let path = path.trim_end_matches('/');
        path.is_empty()
            || DIRECTORIES
                .iter()
                .any(|directory| path.starts_with(directory))
    };
    !container.env_from.is_unset()
        || names.any(|name| name.is_none_or(|name| name == "PATH"))
        || mounts
            .iter()
            .any(|mount| mount.mount_path.text().is_none_or(covers))
}

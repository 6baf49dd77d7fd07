use super::{context, named};
use podwright_model::{Container, ContainerKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "root-filesystem-writable",
    summary: "container can write to the file system of its image",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let field = context.own("readOnlyRootFilesystem");
    let is_writable = field.is_absent() || field.is_false();
    if !is_writable || container.kind == ContainerKind::Ephemeral {
        return;
    }
    cx.report_value(field, format!("{} has a writable root file system", named(container)))
        .note("an attacker can replace programs and store tools; what is written is lost when the container restarts")
        .help("set `readOnlyRootFilesystem: true`, and mount an `emptyDir` where the program writes, such as `/tmp`");
}

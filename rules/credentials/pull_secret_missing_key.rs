use podwright_model::{DataValue, Secret};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "pull-secret-missing-key",
    summary: "image pull secret does not have the key that its type requires",
    severity: Error,
    since: "0.1.0",
    hooks: { secret: check },
}

/// Common wrong names of the key `.dockerconfigjson`, derived from file names.
const MISNAMED: [&str; 5] = [
    "dockerconfigjson",
    ".dockerconfig",
    "dockerconfig.json",
    ".dockerconfig.json",
    "config.json",
];

fn check(secret: &Secret, cx: &mut RuleContext<'_>) {
    let Some((type_, type_node)) = secret.type_.known() else {
        return;
    };
    let Some(wanted) = secret.pull_key() else {
        return;
    };
    let has_it = secret.find(wanted).is_some();
    if has_it || secret.has_unknown_keys() || cx.is_partial() {
        return;
    }
    let misnamed = misnamed(secret, wanted);
    let fix = misnamed
        .filter(|&key| !cx.tree().is_anchored(key))
        .map(|key| cx.replace(key, wanted, Applicability::Safe));
    let message = format!("Secret of this type must have the key `{wanted}`");
    let type_place = cx.place(type_node);
    let finding = match misnamed {
        Some(key) => cx.report(key, message).related(type_place, "the type"),
        None => cx.report(type_node, message),
    };
    finding.note(format!(
        "the API server rejects a Secret of type `{type_}` without this key (422, `data[{wanted}]: Required value`)"
    ));
    let other = if wanted == ".dockercfg" {
        ".dockerconfigjson"
    } else {
        ".dockercfg"
    };
    let help = match misnamed {
        Some(_) => format!("rename the key to `{wanted}`"),
        None if secret.find(other).is_some() => {
            format!("use the type that `{other}` belongs to")
        }
        None => format!("add the credentials under `{wanted}`"),
    };
    finding.help(help);
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

/// Returns the key that is a wrong name of `wanted`, if no other key follows it.
fn misnamed(secret: &Secret, wanted: &str) -> Option<NodeId> {
    let lists = [&secret.data, &secret.string_data];
    let mut keys = lists.into_iter().filter_map(|list| list.value()).flatten();
    let is_misnamed = |value: &&DataValue| {
        let name = value.name.as_str();
        name.eq_ignore_ascii_case(wanted)
            || (wanted == ".dockerconfigjson" && MISNAMED.contains(&name))
            || (wanted == ".dockercfg" && name == "dockercfg")
    };
    let found = keys.by_ref().find(is_misnamed)?;
    keys.next().is_none().then_some(found.key)
}

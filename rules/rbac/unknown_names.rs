//! Rules of roles that name what the API does not have.

use podwright_cluster::rbac::{ALL, GROUP, PolicyRule, rules};
use podwright_model::Object;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rules, use_name};
use podwright_schema::Value;
use podwright_schema::resources::{
    groups, is_group, is_request_verb, is_verb, meant, named, of_groups, request_verbs,
    subresources,
};
use podwright_syntax::text::{distance, nearest};

declare_rules! {
    hooks: { object: check },
    RBAC_API_GROUP_UNKNOWN {
        name: "rbac-api-group-unknown",
        summary: "role names an API group that does not exist",
        severity: Warning,
        since: "0.1.0",
    }
    RBAC_RESOURCE_UNKNOWN {
        name: "rbac-resource-unknown",
        summary: "role names a resource that its API groups do not have",
        severity: Warning,
        since: "0.1.0",
    }
    RBAC_VERB_UNKNOWN {
        name: "rbac-verb-unknown",
        summary: "role names a verb that no request has",
        severity: Warning,
        since: "0.1.0",
    }
    RBAC_RESOURCE_NOT_NAMESPACED {
        name: "rbac-resource-not-namespaced",
        summary: "Role names a resource that is not in a namespace",
        severity: Info,
        since: "0.1.0",
    }
}

const NO_EFFECT: &str = "the API server accepts the role, but this does not allow any request";

/// Maximum number of rules of a role that are compared.
const MAX_RULES: usize = 50;

/// A rule of a role whose groups are all known.
struct Names<'a> {
    rule: PolicyRule<'a>,
    groups: Vec<String>,
    /// All rules of the role.
    all: &'a [PolicyRule<'a>],
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if cx.is_partial() {
        return;
    }
    let is_role = object.is(GROUP, "Role");
    let rules: Vec<PolicyRule<'_>> = rules(cx.tree(), object).collect();
    for &rule in &rules {
        if !rule.0.get("nonResourceURLs").is_absent() {
            continue;
        }
        let Some(groups) = texts(rule.0.get("apiGroups")) else {
            continue;
        };
        for field in rule.0.get("apiGroups").items() {
            api_group(field, &groups, rule, cx);
        }
        if groups.is_empty() || !groups.iter().all(|group| is_group(group)) {
            continue;
        }
        let names = Names {
            rule,
            groups,
            all: &rules,
        };
        for field in rule.0.get("resources").items() {
            resource(field, &names, is_role, cx);
        }
        let verbs = rule.0.get("verbs");
        let has_verb = verbs.items().any(|verb| {
            verb.text()
                .is_none_or(|verb| *verb == *ALL || is_verb(&verb))
        });
        for field in verbs.items() {
            verb(field, has_verb, cx);
        }
        no_request(&names, cx);
    }
}

/// The strings of a list, if all of them are known.
fn texts(list: Value<'_>) -> Option<Vec<String>> {
    if list.is_unknown() {
        return None;
    }
    let items = list.items();
    items.map(|item| Some(item.text()?.into_owned())).collect()
}

fn api_group(field: Value<'_>, groups: &[String], rule: PolicyRule<'_>, cx: &mut RuleContext<'_>) {
    let Some(group) = field.text() else { return };
    // Every custom API group has a dot.
    let is_possible = group.contains('.') && !group.contains('/');
    if is_possible || *group == *ALL || is_group(&group) {
        return;
    }
    let meant = meant_group(&group, rule);
    let fix = meant.map(|meant| cx.replace(field.node, meant, Applicability::Unsafe));
    let help = match meant {
        Some("") => "use `\"\"` for the core group".to_owned(),
        Some(meant) => format!("use `{meant}`"),
        None => {
            "use the group of the resources, the part of `apiVersion` before the slash".to_owned()
        }
    };
    let has_other = groups
        .iter()
        .any(|other| *other != group && (is_group(other) || other == ALL));
    let level = if has_other {
        Severity::Info
    } else {
        Severity::Warning
    };
    let finding = cx.as_rule(&RBAC_API_GROUP_UNKNOWN);
    finding
        .report_value(field, format!("`{group}` is not an API group"))
        .at_most(level)
        .note(NO_EFFECT)
        .help(help)
        .fix(fix.filter(|_| !has_other));
}

/// The group that is meant: without the version, or with the domain.
fn meant_group(group: &str, rule: PolicyRule<'_>) -> Option<&'static str> {
    let (name, _) = group.split_once('/').unwrap_or((group, ""));
    let is_version = name
        .strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_version || name == "core" {
        return Some("");
    }
    let mut resources = rule.0.get("resources").items();
    let resource = resources.find_map(Value::text)?;
    let own = named(&resource).iter().map(|resource| resource.group);
    let is_meant = |own: &&str| *own == name || own.split('.').next() == Some(name);
    own.into_iter()
        .find(is_meant)
        .or_else(|| groups().find(|own| *own == name))
}

fn resource(field: Value<'_>, names: &Names<'_>, is_role: bool, cx: &mut RuleContext<'_>) {
    let Some(written) = field.text() else { return };
    let (base, subresource) = match written.split_once('/') {
        Some((base, subresource)) => (base, Some(subresource)),
        None => (&*written, None),
    };
    if base == ALL || base.is_empty() || base == "userextras" {
        return;
    }
    let in_groups = |name: &str| {
        named(name)
            .iter()
            .find(|own| names.groups.iter().any(|group| group == own.group))
    };
    let Some(known) = in_groups(base) else {
        unknown_resource(field, base, names, cx);
        return;
    };
    // The kubelet has more of them.
    let subresource = subresource.filter(|_| base != "nodes" && in_groups(&written).is_none());
    if let Some(subresource) = subresource {
        unknown_subresource(field, base, subresource, cx);
    }
    // The request for one Namespace is a request in this namespace.
    if is_role && !known.is_namespaced && base != "namespaces" {
        cx.as_rule(&RBAC_RESOURCE_NOT_NAMESPACED)
            .report_value(field, format!("a Role cannot grant access to `{written}`"))
            .note(format!(
                "`{base}` are not in a namespace, and a Role applies only to its namespace"
            ))
            .help("grant it with a ClusterRole and a ClusterRoleBinding");
    }
}

fn unknown_resource(field: Value<'_>, base: &str, names: &Names<'_>, cx: &mut RuleContext<'_>) {
    let elsewhere = named(base);
    if !elsewhere.is_empty() {
        // `extensions` had most of them in its time.
        let mut others = elsewhere.iter().map(|own| own.group);
        let Some(group) = others.find(|group| *group != "extensions") else {
            return;
        };
        let own: Vec<String> = names.groups.iter().map(|group| shown(group)).collect();
        let groups = match &own[..] {
            [_] if names.groups.iter().all(|group| group.is_empty()) => "core API group".to_owned(),
            [own] => format!("API group {own}"),
            _ => format!("API groups {}", own.join(", ")),
        };
        // Then it is only superfluous.
        let is_granted = names
            .all
            .iter()
            .take(MAX_RULES)
            .any(|rule| rule.any("resources", &[base]).is_some() && rule.is_for(group));
        let level = if is_granted {
            Severity::Info
        } else {
            Severity::Warning
        };
        cx.as_rule(&RBAC_RESOURCE_UNKNOWN)
            .report_value(field, format!("`{base}` is not a resource of the {groups}"))
            .at_most(level)
            .note(NO_EFFECT)
            .help(format!(
                "name the API group {} in `apiGroups`",
                shown(group)
            ));
        return;
    }
    let is_near = |own: &&str| base.len() > 4 && distance(own, base) == 1;
    let near = meant(base).or_else(|| near_resource(base, names).filter(is_near));
    let Some(near) = near else { return };
    let has_more = field.text().is_none_or(|written| written != base);
    let meant = cx
        .suggest(field.node, near, Applicability::Unsafe)
        .unless(has_more);
    cx.as_rule(&RBAC_RESOURCE_UNKNOWN)
        .report_value(field, format!("`{base}` is not a resource of the API"))
        .note(format!("{NO_EFFECT}; RBAC compares the exact plural name"))
        .meant(Some(meant), use_name, "");
}

fn near_resource(base: &str, names: &Names<'_>) -> Option<&'static str> {
    Some(nearest(base, of_groups(&names.groups))?.name)
}

fn unknown_subresource(field: Value<'_>, base: &str, subresource: &str, cx: &mut RuleContext<'_>) {
    if subresource == ALL {
        cx.as_rule(&RBAC_RESOURCE_UNKNOWN)
            .report_value(field, format!("`{base}/*` does not match any subresource"))
            .note(format!(
                "{NO_EFFECT}; RBAC knows `*` for a resource and `*/NAME`, not `NAME/*`"
            ))
            .help(format!("name the subresources, such as `{base}/status`"));
        return;
    }
    // Others may be subresources that only authorizers know.
    let near = nearest(subresource, subresources(base));
    let Some(near) = near.filter(|near| distance(near.name, subresource) == 1) else {
        return;
    };
    let meant = format!("{base}/{}", near.name);
    let meant = cx
        .suggest(field.node, &meant, Applicability::Unsafe)
        .unless(!near.is_only);
    cx.as_rule(&RBAC_RESOURCE_UNKNOWN)
        .report_value(
            field,
            format!("`{subresource}` is not a subresource of `{base}`"),
        )
        .note(NO_EFFECT)
        .meant(Some(meant), use_name, "");
}

fn verb(field: Value<'_>, has_other: bool, cx: &mut RuleContext<'_>) {
    let Some(written) = field.text() else { return };
    if *written == *ALL || written.is_empty() || is_verb(&written) {
        return;
    }
    let lower = written.to_ascii_lowercase();
    let meant = match is_verb(&lower) {
        true => Some(cx.suggest(field.node, &lower, Applicability::Unsafe)),
        false => cx.nearest(field.node, &lower, request_verbs()),
    };
    let otherwise = match &*lower {
        "read" | "view" => "use `get`, `list` and `watch`".to_owned(),
        "write" | "edit" | "modify" => "use `create`, `update`, `patch` and `delete`".to_owned(),
        "post" | "add" => "use `create`".to_owned(),
        "put" => "use `update`".to_owned(),
        _ => format!("use verbs of requests: `{}`", request_verbs().join("`, `")),
    };
    // Other verbs may do what this one was meant to.
    let level = if has_other && meant.is_none() {
        Severity::Info
    } else {
        Severity::Warning
    };
    cx.as_rule(&RBAC_VERB_UNKNOWN)
        .report_value(field, format!("`{written}` is not a verb of the API"))
        .at_most(level)
        .note(NO_EFFECT)
        .meant(meant, use_name, otherwise);
}

/// Reports a rule whose verbs all exist, but not for its resources.
fn no_request(names: &Names<'_>, cx: &mut RuleContext<'_>) {
    let (list, verbs) = (names.rule.0.get("resources"), names.rule.0.get("verbs"));
    let (Some(resources), Some(asked)) = (texts(list), texts(verbs)) else {
        return;
    };
    if resources.is_empty() || asked.is_empty() || !asked.iter().all(|verb| is_request_verb(verb)) {
        return;
    }
    for name in &resources {
        let own = named(name).iter();
        let mut own = own
            .filter(|own| names.groups.iter().any(|group| group == own.group))
            .peekable();
        let is_usable = own.any(|own| asked.iter().any(|verb| own.has_verb(verb)));
        let is_known = named(name)
            .iter()
            .any(|own| names.groups.iter().any(|group| group == own.group));
        if !is_known || is_usable || name.starts_with("nodes/") {
            return;
        }
    }
    let shown: Vec<String> = resources.iter().map(|name| format!("`{name}`")).collect();
    cx.as_rule(&RBAC_VERB_UNKNOWN)
        .report_value(
            verbs,
            format!("no request for {} has one of these verbs", shown.join(", ")),
        )
        .note(NO_EFFECT)
        .help("use the verbs of the resources, such as `create` for those that only take requests");
}

fn shown(group: &str) -> String {
    match group {
        "" => "`\"\"`".to_owned(),
        _ => format!("`{group}`"),
    }
}

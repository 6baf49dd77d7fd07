//! Tokens of ServiceAccounts that Pods get although they have no use for them.

use podwright_cluster::rbac::may_be_bound;
use podwright_cluster::service_account::{DEFAULT, is_static, is_static_file, own_account};
use podwright_model::{Field, Pod, PodOrigin};
use podwright_rule::{Applicability, RuleContext, declare_rules};
use podwright_schema::Value;
use podwright_schema::pod_security::Needed;

declare_rules! {
    hooks: { pod: check },
    SERVICE_ACCOUNT_TOKEN_AUTOMOUNTED {
        name: "service-account-token-automounted",
        summary: "Pod gets a token that allows nothing",
        severity: Info,
        since: "0.1.0",
        profile: Security,
    }
    SERVICE_ACCOUNT_DEFAULT {
        name: "service-account-default",
        summary: "Pod uses the ServiceAccount `default` with its token",
        severity: Info,
        since: "0.1.0",
        profile: Strict,
    }
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial() && !cx.is_custom()) else {
        return;
    };
    let is_from_node =
        is_static(pod) || (pod.origin == PodOrigin::Pod && is_static_file(cx.file()));
    let spec = Value::new(cx.tree(), pod.node);
    let field = spec.get("automountServiceAccountToken");
    if is_from_node || !(field.is_absent() || field.is_true()) {
        return;
    }
    let name = match pod.effective_service_account() {
        Field::Value(name, _) if !name.is_empty() => name,
        Field::Value(..) | Field::Missing | Field::Null(_) => DEFAULT.to_owned(),
        Field::Unknown(_) | Field::Invalid(_) => return,
    };
    let account = own_account(cx.workspace, id, pod).map(|(account, _)| account);
    if let Some(account) = account {
        let tree = &cx.workspace.file(account.file).tree;
        let object = Value::new(tree, cx.workspace.object(account).node);
        let of_account = object.get("automountServiceAccountToken");
        if field.is_absent() && (of_account.is_false() || of_account.is_unknown()) {
            return;
        }
    }
    let is_default = name == DEFAULT;
    if is_default {
        cx.as_rule(&SERVICE_ACCOUNT_DEFAULT)
            .report_value(spec.get("serviceAccountName"), "Pod uses the ServiceAccount `default`")
            .note("all Pods of the namespace that do not name one share it, and what it is allowed")
            .help("create a ServiceAccount for the program, or set `automountServiceAccountToken: false`");
    }
    // The bindings of an account that is elsewhere are elsewhere, too.
    if (account.is_none() && !is_default) || may_be_bound(cx.workspace, id, &name) {
        return;
    }
    let needed = Needed::Bool(false);
    let cx = cx.as_rule(&SERVICE_ACCOUNT_TOKEN_AUTOMOUNTED);
    let fix = cx.set_field(field.node, field.rest, needed, Applicability::Unsafe);
    cx.report_value(field, format!("Pod gets a token of ServiceAccount `{name}`, which has no roles"))
        .note(
            "an attacker can use the token for the API, where every account may read some things, and for all that is \
             granted later",
        )
        .help("set `automountServiceAccountToken: false`")
        .fix(fix);
}

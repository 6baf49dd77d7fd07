//! Hosts and Secrets of `tls` in an Ingress.

use podwright_cluster::environment::keys;
use podwright_cluster::workspace::{ObjectId, Resolution, Workspace};
use podwright_model::{Body, Object};
use podwright_rule::{Applicability, RuleContext, declare_rules, did_you_mean};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

use super::ingress_without_tls::covers;

declare_rules! {
    hooks: { object: check },
    INGRESS_TLS_HOST_MISMATCH {
        name: "ingress-tls-host-mismatch",
        summary: "host of `tls` is not a host of the rules",
        severity: Warning,
        since: "0.1.0",
    }
    INGRESS_TLS_SECRET_INVALID {
        name: "ingress-tls-secret-invalid",
        summary: "Secret of an Ingress does not exist or has no certificate",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Annotations with which cert-manager creates the Secret.
const ISSUERS: [&str; 3] = [
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "kubernetes.io/tls-acme",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    if !object.is("networking.k8s.io", "Ingress") || cx.workspace.may_be_patched(id) {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    hosts(spec, cx);
    let is_issued = object.metadata.may_have_annotation(&ISSUERS);
    for item in spec.get("tls").items() {
        secret(item.get("secretName"), id, is_issued, cx);
    }
}

fn hosts(spec: Value<'_>, cx: &mut RuleContext<'_>) {
    let (rules, tls) = (spec.get("rules"), spec.get("tls"));
    if rules.is_empty() || rules.is_unknown() || tls.is_unknown() {
        return;
    }
    let rules = rules.items().map(|rule| rule.get("host").text());
    let rules: Option<Vec<_>> = rules.collect();
    let items = tls.items().map(|item| item.get("hosts"));
    let items: Vec<Value<'_>> = items.collect();
    // Without a host, a rule or an item is for all of them.
    let Some(rules) = rules.filter(|rules| rules.iter().all(|host| !host.is_empty())) else {
        return;
    };
    if items
        .iter()
        .any(|hosts| hosts.is_unknown() || hosts.is_empty())
    {
        return;
    }
    let fields: Vec<Value<'_>> = items.iter().flat_map(|hosts| hosts.items()).collect();
    let own: Option<Vec<_>> = fields.iter().map(|field| field.text()).collect();
    let Some(own) = own.filter(|own| own.len() <= MAX_HOSTS && rules.len() <= MAX_HOSTS) else {
        return;
    };
    let is_open = |host: &&str| !own.iter().any(|own| covers(own, host));
    let Some(open) = rules
        .iter()
        .map(AsRef::as_ref)
        .find(is_open)
        .map(str::to_owned)
    else {
        return;
    };
    for (field, host) in fields.iter().zip(&own) {
        let is_used = |rule: &str| covers(host, rule) || covers(rule, host);
        if host.is_empty() || rules.iter().any(|rule| is_used(rule)) {
            continue;
        }
        cx.as_rule(&INGRESS_TLS_HOST_MISMATCH)
            .report_value(*field, format!("`{host}` is not a host of the rules"))
            .note(format!(
                "hosts in `tls` have to match those of the rules; `{open}` is served with the default certificate, or \
                 without TLS"
            ))
            .help("use the same host in `rules` and in `tls`");
    }
}

/// Maximum number of hosts that are compared with each other.
const MAX_HOSTS: usize = 200;

/// Keys with the certificate and its key.
const KEYS: [&str; 2] = ["tls.crt", "tls.key"];

fn secret(field: Value<'_>, id: ObjectId, is_issued: bool, cx: &mut RuleContext<'_>) {
    let Some(name) = field.text().filter(|name| !name.is_empty()) else {
        return;
    };
    let note = "the Ingress controller serves its default certificate, or none";
    match cx.workspace.resolve_exact(id, "", "Secret", &name) {
        Resolution::Found(secret) => {
            let all = keys(cx.workspace, secret);
            let lacks = |key: &&&str| !all.iter().any(|one| one.key == **key);
            let Some(key) = KEYS.iter().find(lacks) else {
                return;
            };
            let place = cx.workspace.object_place(secret);
            cx.as_rule(&INGRESS_TLS_SECRET_INVALID)
                .report_value(field, format!("Secret `{name}` has no key `{key}`"))
                .related(place, "Secret defined here")
                .note(note)
                .help("use a Secret of type `kubernetes.io/tls` with `tls.crt` and `tls.key`");
        }
        Resolution::Missing if !is_issued => {
            let Some(near) = near(&name, id, cx.workspace) else {
                return;
            };
            let meant = cx.suggest(field.node, near, Applicability::Unsafe);
            let place = cx.workspace.described_namespace(id);
            cx.as_rule(&INGRESS_TLS_SECRET_INVALID)
                .report_value(field, format!("Secret `{name}` not found in {place}"))
                .note(note)
                .meant(Some(meant), did_you_mean, "");
        }
        Resolution::Missing | Resolution::Unknown => {}
    }
}

/// The name of a Secret with a certificate that is similar.
fn near<'w>(name: &str, id: ObjectId, workspace: &'w Workspace) -> Option<&'w str> {
    let mut all = workspace.of_kind("", "Secret").take(MAX_SECRETS);
    let found = all.find(|other| {
        let own = workspace.object(*other).metadata.name.text();
        own.is_some_and(|own| is_typo(name, own))
            && workspace.shares_namespace(id, *other) == Some(true)
            && workspace.coexist(id, *other)
            && matches!(workspace.object(*other).body, Body::Secret(_))
            && keys(workspace, *other).iter().any(|one| one.key == KEYS[0])
    })?;
    workspace.object(found).metadata.name.text()
}

/// Maximum number of Secrets whose names are compared.
const MAX_SECRETS: usize = 500;

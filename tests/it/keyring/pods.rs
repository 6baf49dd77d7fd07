//! Image pull secrets of Pods and their contents.

use std::sync::Arc;

use podwright_cluster::keyring::{
    Attempt, Holder, MatchFailure, NoCredentials, PodKeyring, SecretRejection, SecretUse,
};
use podwright_cluster::service_account::{SecretSource, UnknownSource};
use podwright_cluster::workspace::{ClusterContext, File, ObjectId, Workspace};
use podwright_model::KubernetesVersion;
use podwright_syntax::text::{FileId, Source};

const CONFIG: &str =
    r#"{"auths": {"r.example": {"username": "me", "password": "hunter2"}, "r.example:443": {}}}"#;

fn workspace(manifests: &str, complete: bool) -> Workspace {
    let context = Arc::new(ClusterContext {
        complete,
        ..ClusterContext::default()
    });
    let source = Source::new("all.yaml".to_owned(), manifests);
    Workspace::new(vec![File::read(source, &context)])
}

/// The keyring of the Pod, which is the first object.
fn keyring(workspace: &Workspace) -> PodKeyring<'_> {
    let id = ObjectId {
        file: FileId(0),
        index: 0,
    };
    PodKeyring::new(workspace, id, &workspace.object(id).pods[0], None)
}

fn pod(spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers: [{{name: c, image: r.example/a}}]\n{spec}"
    )
}

fn account(name: &str, secrets: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\nimagePullSecrets: {secrets}\n"
    )
}

fn secret(name: &str, type_: &str, data: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\ntype: {type_}\n{data}\n"
    )
}

fn pull_secret(name: &str) -> String {
    let data = format!("stringData:\n  .dockerconfigjson: '{CONFIG}'");
    secret(name, "kubernetes.io/dockerconfigjson", &data)
}

#[test]
fn pod_without_secrets_uses_those_of_its_service_account() {
    let text = pod("  serviceAccountName: app\n")
        + &account("app", "[{name: regcred}]")
        + &pull_secret("regcred");
    let workspace = workspace(&text, false);
    let keyring = keyring(&workspace);
    let account = ObjectId {
        file: FileId(0),
        index: 1,
    };
    let secret = ObjectId {
        file: FileId(0),
        index: 2,
    };
    assert_eq!(
        keyring.pull_secrets.source,
        SecretSource::ServiceAccount(account)
    );
    assert_eq!(keyring.secrets, [SecretUse::Used(secret)]);
    let lookup = keyring.lookup("r.example/a", KubernetesVersion::NEWEST);
    assert_eq!(lookup.attempt, Attempt::Credentials);
    let origin = &lookup.tried[0].entry.origin;
    assert_eq!(origin.holder, Holder::Secret(secret));
    assert_eq!(origin.json_path, r#"auths["r.example"]"#);
    let at = origin.place.span.start as usize..origin.place.span.end as usize;
    assert_eq!(
        &text[at], "\"r.example\"",
        "the span of the key in the string"
    );
    let port = MatchFailure::Port {
        key: Some("443".to_owned()),
        image: None,
    };
    assert_eq!(lookup.not_tried[0].why, port);
    assert!(lookup.may_have_more, "the nodes are unknown");
    assert!(!format!("{keyring:?}").contains("hunter2"));
}

#[test]
fn entry_without_a_name_disables_the_service_account() {
    for list in ["[{}]", "[null]", "[{name: \"\"}]"] {
        let own = format!("  imagePullSecrets: {list}\n");
        let text = pod(&own) + &account("default", "[{name: regcred}]") + &pull_secret("regcred");
        let workspace = workspace(&text, true);
        let keyring = keyring(&workspace);
        assert_eq!(keyring.pull_secrets.source, SecretSource::Pod, "{list}");
        assert_eq!(keyring.secrets, [SecretUse::Unnamed], "{list}");
        let lookup = keyring.lookup("r.example/a", KubernetesVersion::NEWEST);
        assert_eq!(lookup.attempt, Attempt::Anonymous);
    }
    let text = pod("  imagePullSecrets: []\n") + &account("default", "[{name: x}]");
    let workspace = workspace(&text, true);
    assert_eq!(keyring(&workspace).secrets, [SecretUse::Missing]);
}

#[test]
fn incomplete_files_give_unknown_results() {
    let source = |text: &str, complete| {
        let workspace = workspace(text, complete);
        keyring(&workspace).pull_secrets.source
    };
    let unknown = |why| SecretSource::Unknown(why);
    let account_of = |name: &str| unknown(UnknownSource::Account(name.to_owned()));
    assert_eq!(source(&pod(""), false), account_of("default"));
    assert_eq!(source(&pod(""), true), SecretSource::Nobody);
    let named = pod("  serviceAccountName: app\n");
    assert_eq!(source(&named, false), account_of("app"));
    assert_eq!(
        source(&named, true),
        SecretSource::Refused("app".to_owned())
    );
    let placeholder = pod("  serviceAccountName: ${APP}\n");
    assert_eq!(
        source(&placeholder, true),
        unknown(UnknownSource::AccountName)
    );
    let own = pod("  imagePullSecrets: ${SECRETS}\n");
    assert_eq!(source(&own, true), unknown(UnknownSource::Pod));
}

#[test]
fn static_pod_is_not_admitted() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {kubernetes.io/config.source: file}\n\
        spec:\n  containers: [{name: c, image: x}]\n"
        .to_owned()
        + &account("default", "[{name: regcred}]");
    let workspace = workspace(&text, false);
    assert_eq!(
        keyring(&workspace).pull_secrets.source,
        SecretSource::Nobody
    );
}

#[test]
fn unusable_secrets_are_distinguished() {
    let used = |secret: &str| {
        let text = pod("  imagePullSecrets: [{name: s}]\n") + secret;
        let workspace = workspace(&text, true);
        let keyring = keyring(&workspace);
        let attempt = keyring
            .lookup("r.example/a", KubernetesVersion::NEWEST)
            .attempt;
        (keyring.secrets[0], attempt)
    };
    let id = ObjectId {
        file: FileId(0),
        index: 1,
    };
    let modern = "kubernetes.io/dockerconfigjson";
    let nothing = |why| (SecretUse::Nothing(id, why), Attempt::Anonymous);
    let rejected = |why| (SecretUse::Rejected(id, why), Attempt::Anonymous);
    assert_eq!(used(""), (SecretUse::Missing, Attempt::Anonymous));
    assert_eq!(
        used(&secret("s", "Opaque", "data: {}")),
        nothing(NoCredentials::Type)
    );
    assert_eq!(
        used(&secret("s", modern, "data: {}")),
        rejected(SecretRejection::MissingKey)
    );
    let empty = "data: {.dockerconfigjson: \"\"}";
    assert_eq!(
        used(&secret("s", modern, empty)),
        rejected(SecretRejection::Empty)
    );
    let poisoned =
        "stringData: {.dockerconfigjson: '{\"auths\": {\"other.example\": {\"auth\": \"u:p\"}}}'}";
    let broken = (SecretUse::Broken(id), Attempt::Impossible);
    assert_eq!(used(&secret("s", modern, poisoned)), broken);
    let template = "stringData: {.dockerconfigjson: \"{{ .Values.config }}\"}";
    let (use_, _) = used(&secret("s", modern, template));
    assert_eq!(use_, SecretUse::Unknown);
}

#[test]
fn secrets_that_the_api_server_rejects_do_not_exist() {
    let modern = "kubernetes.io/dockerconfigjson";
    let legacy = "kubernetes.io/dockercfg";
    for (type_, data, why) in [
        (
            modern,
            "data: {config.json: e30=}",
            SecretRejection::MissingKey,
        ),
        (
            legacy,
            "data: {.dockerconfigjson: e30=}",
            SecretRejection::MissingKey,
        ),
        (
            modern,
            "data: {.dockerconfigjson: }",
            SecretRejection::Empty,
        ),
        (
            modern,
            "stringData: {.dockerconfigjson: \"\"}",
            SecretRejection::Empty,
        ),
        (
            legacy,
            "stringData: {.dockercfg: '[]'}",
            SecretRejection::NotJson,
        ),
        (
            modern,
            "stringData: {.dockerconfigjson: 'auths: {}'}",
            SecretRejection::NotJson,
        ),
        // base64 of base64 of {"auths":{}}
        (
            modern,
            "data: {.dockerconfigjson: ZXlKaGRYUm9jeUk2ZTMxOQ==}",
            SecretRejection::EncodedTwice,
        ),
        (
            modern,
            "stringData: {.dockerconfigjson: eyJhdXRocyI6e319}",
            SecretRejection::EncodedTwice,
        ),
        (
            modern,
            "data: {.dockerconfigjson: not-base64}",
            SecretRejection::NotBase64,
        ),
    ] {
        let text = pod("  imagePullSecrets: [{name: s}]\n") + &secret("s", type_, data);
        let workspace = workspace(&text, true);
        let keyring = keyring(&workspace);
        let attempt = keyring
            .lookup("r.example/a", KubernetesVersion::NEWEST)
            .attempt;
        match keyring.secrets[0] {
            SecretUse::Rejected(_, found) => assert_eq!(found, why, "{data}"),
            other => panic!("{data}: {other:?}"),
        }
        assert_eq!(attempt, Attempt::Anonymous, "{data}");
    }
}

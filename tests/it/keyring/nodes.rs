//! Credentials of nodes, and image verification by their kubelets.

use std::path::PathBuf;
use std::sync::Arc;

use podwright_cluster::keyring::{Asked, Attempt, Holder, PodKeyring, Usage, docker_configs};
use podwright_cluster::pull::{VerificationPolicy, verification};
use podwright_cluster::workspace::{
    ClusterContext, File, NodeDirectory, NodePath, NodeRole, ObjectId, OnNodes, Workspace,
};
use podwright_model::KubernetesVersion;
use podwright_model::docker_config::Shape;
use podwright_syntax::text::{FileId, Source, Span};

const MODERN: NodeRole = NodeRole::DockerConfig(Shape::Modern);
const LEGACY: NodeRole = NodeRole::DockerConfig(Shape::Legacy);
const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n";

/// A Pod and the files of one node.
fn workspace(files: &[(&str, NodeRole, &str)]) -> Workspace {
    let directory = NodeDirectory {
        name: "nodes/a".to_owned(),
        root: PathBuf::from("/work/nodes/a"),
    };
    let context = Arc::new(ClusterContext {
        nodes: vec![directory.clone()],
        ..ClusterContext::default()
    });
    let pod = File::read(Source::new("pod.yaml".to_owned(), POD), &context);
    let on_node = files.iter().map(|&(path, role, text)| {
        let paths = vec![NodePath {
            root: directory.root.clone(),
            path: path.to_owned(),
        }];
        let source = Source::new(format!("nodes/a{path}"), text);
        File::on_nodes(source, &context, Some(Box::new(OnNodes { role, paths })))
    });
    Workspace::new(std::iter::once(pod).chain(on_node).collect())
}

fn fates(files: &[(&str, NodeRole, &str)]) -> Vec<(String, Usage)> {
    let workspace = workspace(files);
    let nodes = workspace.nodes(FileId(0));
    let candidates = docker_configs(&workspace, &nodes[0]).into_iter();
    candidates.map(|one| (one.path, one.usage)).collect()
}

#[test]
fn first_decodable_file_is_used() {
    let used = |path: &str, usage| (path.to_owned(), usage);
    assert_eq!(
        fates(&[
            ("/.dockercfg", LEGACY, "{}"),
            ("/root/.docker/config.json", MODERN, r#"{"auths": {}}"#),
            ("/var/lib/kubelet/.dockercfg", LEGACY, "{}"),
            ("/var/lib/kubelet/config.json", MODERN, "// broken\n{}"),
        ]),
        [
            used("/var/lib/kubelet/config.json", Usage::Broken),
            used("/root/.docker/config.json", Usage::Used),
            used("/var/lib/kubelet/.dockercfg", Usage::Shadowed),
            used("/.dockercfg", Usage::Shadowed),
        ]
    );
    assert_eq!(
        fates(&[
            ("/.dockercfg", LEGACY, "{}"),
            ("/config.json", MODERN, "{{ .Config }}"),
        ]),
        [
            used("/config.json", Usage::Unknown),
            used("/.dockercfg", Usage::Unknown)
        ]
    );
}

#[test]
fn flags_change_the_paths() {
    let flags = "KUBELET_KUBEADM_ARGS=\"--root-dir=/data\"\n";
    assert_eq!(
        fates(&[
            ("/data/config.json", MODERN, "{}"),
            ("/var/lib/kubelet/config.json", MODERN, "{}"),
            (
                "/var/lib/kubelet/kubeadm-flags.env",
                NodeRole::KubeletFlags,
                flags
            ),
        ]),
        [("/data/config.json".to_owned(), Usage::Used)]
    );
}

#[test]
fn pod_uses_node_credentials_and_plugins() {
    let providers = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n\
        - {name: ecr, matchImages: ['*.dkr.ecr.*.amazonaws.com']}\n";
    let workspace = workspace(&[
        (
            "/root/.docker/config.json",
            MODERN,
            r#"{"auths": {"r.example": {"username": "me", "password": "hunter2"}}}"#,
        ),
        (
            "/etc/eks/image-credential-provider/config.json",
            NodeRole::Configuration,
            providers,
        ),
    ]);
    let nodes = workspace.nodes(FileId(0));
    let id = ObjectId {
        file: FileId(0),
        index: 0,
    };
    let keyring = PodKeyring::new(
        &workspace,
        id,
        &workspace.object(id).pods[0],
        Some(&nodes[0]),
    );
    let lookup = keyring.lookup("r.example/a", KubernetesVersion::NEWEST);
    let holder = Holder::NodeFile(FileId(1), "/root/.docker/config.json".to_owned());
    assert_eq!(lookup.tried[0].entry.origin.holder, holder);
    let image = "1.dkr.ecr.eu-west-1.amazonaws.com/x";
    let lookup = keyring.lookup(image, KubernetesVersion::NEWEST);
    assert_eq!(lookup.attempt, Attempt::Providers);
    let yes = Asked::Yes {
        entry: 0,
        with_token: false,
    };
    assert_eq!(lookup.asked[0].1, yes);
    assert_eq!(lookup.asked[0].0.provider.name.text(), Some("ecr"));
    assert!(!format!("{keyring:?}").contains("hunter2"));
    let other = keyring.lookup("quay.io/x", KubernetesVersion::NEWEST);
    assert_eq!(other.attempt, Attempt::Anonymous);
}

#[test]
fn kubelet_configuration_sets_the_verification_policy() {
    let config = |fields: &str| {
        format!("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{fields}")
    };
    let of = |fields: &str| {
        let text = config(fields);
        let path = "/var/lib/kubelet/config.yaml";
        let workspace = workspace(&[(path, NodeRole::Configuration, &text)]);
        let nodes = workspace.nodes(FileId(0));
        verification(&workspace, &nodes[0])
    };
    let default = of("").unwrap();
    assert_eq!(
        default.policy,
        VerificationPolicy::NeverVerifyPreloadedImages
    );
    let listed = of(
        "imagePullCredentialsVerificationPolicy: NeverVerifyAllowlistedImages\n\
        preloadedImagesVerificationAllowlist: [r.example/*]\n",
    )
    .unwrap();
    assert!(listed.allows("r.example/a:1"));
    assert!(!listed.allows("nginx"));
    assert_eq!(
        of("imagePullCredentialsVerificationPolicy: Sometimes\n"),
        None
    );
    let nothing = workspace(&[]);
    assert_eq!(verification(&nothing, &nothing.nodes(FileId(0))[0]), None);
}

#[test]
fn environment_variables_of_a_plugin_are_redacted() {
    let text = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n\
        - {name: x, env: [{name: TOKEN, value: hunter2}]}\n";
    let file = File::read(Source::new("p.yaml".to_owned(), text), &Arc::default());
    let all = Span::new(0, u32::try_from(text.len()).unwrap());
    let redacted = file.shown().redacted_in(all);
    let redacted: Vec<&str> = redacted.map(|span| &text[span.range()]).collect();
    assert_eq!(redacted, ["hunter2"]);
}

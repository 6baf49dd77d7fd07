use super::*;
use crate::workspace::{ClusterContext, File, NodeDirectory, NodePath, NodeRole, OnNodes};
use podwright_model::{Engine, KubernetesVersion, RegistryFormat};
use podwright_syntax::text::Source;
use std::sync::Arc;

const CONTAINERD: NodeRole = NodeRole::Runtime(Engine::Containerd);
const CRIO: NodeRole = NodeRole::Runtime(Engine::Crio);
const HOSTS: NodeRole = NodeRole::Registries(RegistryFormat::HostsToml);
const YAML: NodeRole = NodeRole::Registries(RegistryFormat::RegistriesYaml);
const CONF: NodeRole = NodeRole::Registries(RegistryFormat::RegistriesConf { is_drop_in: false });
const DROP_IN: NodeRole = NodeRole::Registries(RegistryFormat::RegistriesConf { is_drop_in: true });

/// Places from which an image is pulled, or the refusal, on a node with these files.
fn on(files: &[(&str, NodeRole, &str)], image: &str, containerd: &str, crio: &str) -> Vec<String> {
    let root = std::path::PathBuf::from("/node");
    let mut context = ClusterContext::default();
    context.releases.containerd = containerd.parse().unwrap();
    context.releases.crio = crio.parse().unwrap();
    context.nodes.push(NodeDirectory {
        name: "node".to_owned(),
        root: root.clone(),
    });
    let context = Arc::new(context);
    let mut all: Vec<File> = Vec::new();
    for (path, role, text) in files {
        let on = OnNodes {
            role: *role,
            paths: vec![NodePath {
                root: root.clone(),
                path: (*path).to_owned(),
            }],
        };
        let source = Source::new(format!("node{path}"), *text);
        all.push(File::on_nodes(source, &context, Some(Box::new(on))));
    }
    let workspace = Workspace::new(all);
    let nodes = workspace.nodes(FileId(0));
    let reference = ImageReference::parse(image, KubernetesVersion::NEWEST).unwrap();
    let name = &image[reference.at.name()];
    let Some(route) = route(&workspace, &nodes[0], name, &reference) else {
        return vec!["unknown".to_owned()];
    };
    let refusal = route.refusal.map(|refusal| match refusal {
        Refusal::Blocked { .. } => "blocked".to_owned(),
        Refusal::NoSearchRegistries { .. } => "no search registries".to_owned(),
        Refusal::Ambiguous { registries, .. } => format!("ambiguous: {}", registries.join(" ")),
        Refusal::Rejected { .. } => "rejected".to_owned(),
    });
    let stops = route.stops.into_iter().map(|stop| stop.place);
    stops.chain(refusal).collect()
}

#[test]
fn containerd_asks_the_hosts_of_the_first_directory_that_exists() {
    let config =
        "version = 3\n[plugins.\"io.containerd.cri.v1.images\".registry]\nconfig_path = \"/c\"\n";
    let main = ("/etc/containerd/config.toml", CONTAINERD, config);
    let mirror = "server = \"https://up.example\"\n[host.\"http://m.example:5000\"]\ncapabilities = [\"pull\", \"resolve\"]\n\
        [host.\"https://push.example\"]\ncapabilities = [\"push\"]\n[host.\"p.example/v2/proxy\"]\noverride_path = true\n";
    for (directory, image, expected) in [
        (
            "r.example_5000_",
            "r.example:5000/a/b:1",
            &[
                "http://m.example:5000/v2/a/b",
                "https://p.example/v2/proxy/a/b",
                "https://up.example/v2/a/b",
            ][..],
        ),
        (
            "r.example:5000",
            "r.example:5000/a/b:1",
            &[
                "http://m.example:5000/v2/a/b",
                "https://p.example/v2/proxy/a/b",
                "https://up.example/v2/a/b",
            ],
        ),
        (
            "_default",
            "redis:7",
            &[
                "http://m.example:5000/v2/library/redis",
                "https://p.example/v2/proxy/library/redis",
                "https://up.example/v2/library/redis",
            ],
        ),
        (
            "r.example",
            "r.example:5000/a:1",
            &["https://r.example:5000/v2/a"],
        ),
    ] {
        let path = format!("/c/{directory}/hosts.toml");
        let files = [main, (path.as_str(), HOSTS, mirror)];
        assert_eq!(
            on(&files, image, "2.3", "1.36"),
            expected,
            "{directory} {image}"
        );
    }
    let broken = [
        main,
        (
            "/c/r.example/hosts.toml",
            HOSTS,
            "[host.\"https://m.example\"]\ncapabilities = [\"pul\"]\n",
        ),
    ];
    assert_eq!(
        on(&broken, "r.example/a:1", "2.3", "1.36"),
        ["https://r.example/v2/a"]
    );
}

#[test]
fn config_path_is_a_list_only_without_the_transfer_service() {
    let hosts = (
        "/b/r.example/hosts.toml",
        HOSTS,
        "server = \"https://up.example\"\n",
    );
    let old =
        "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \"/a:/b\"\n";
    let new = "version = 3\n[plugins.\"io.containerd.cri.v1.images\"]\nXregistry.config_path = \"/a:/b\"\n";
    let local = new.replace('X', "use_local_image_pull = true\n");
    let new = new.replace('X', "");
    for (text, release, expected) in [
        (old, "1.7", "https://up.example/v2/a"),
        (new.as_str(), "2.0", "https://up.example/v2/a"),
        (new.as_str(), "2.1", "https://r.example/v2/a"),
        (new.as_str(), "2.3", "https://r.example/v2/a"),
        (local.as_str(), "2.3", "https://up.example/v2/a"),
    ] {
        let files = [("/etc/containerd/config.toml", CONTAINERD, text), hosts];
        assert_eq!(
            on(&files, "r.example/a:1", release, "1.36"),
            [expected],
            "{release}"
        );
    }
}

#[test]
fn k3s_asks_the_endpoints_of_exactly_the_host() {
    let yaml = "mirrors:\n  docker.io:\n    endpoint: [\"https://m.example\", \"https://registry-1.docker.io\"]\n  \
        r.example:\n    endpoint: [\"http://p.example/v2/proxy\"]\n  \"*\":\n    endpoint: [\"all.example\"]\n";
    let files = [("/etc/rancher/k3s/registries.yaml", YAML, yaml)];
    for (image, expected) in [
        (
            "redis:7",
            &[
                "https://m.example/v2/library/redis",
                "https://registry-1.docker.io/v2/library/redis",
            ][..],
        ),
        (
            "r.example/a:1",
            &["http://p.example/v2/proxy/a", "https://r.example/v2/a"],
        ),
        (
            "r.example:5000/a:1",
            &["https://all.example/v2/a", "https://r.example:5000/v2/a"],
        ),
    ] {
        assert_eq!(on(&files, image, "2.3", "1.36"), expected, "{image}");
    }
    let broken = [(
        "/etc/rancher/rke2/registries.yaml",
        YAML,
        "mirrors:\n  a.example: {endpoint: x}\n",
    )];
    assert_eq!(on(&broken, "a.example/a:1", "2.3", "1.36"), ["rejected"]);
}

#[test]
fn cri_o_uses_the_longest_prefix_and_resolves_short_names() {
    let conf = "unqualified-search-registries = [\"r.example\", \"docker.io\"]\n\
        [[registry]]\nprefix = \"r.example\"\nlocation = \"r.example\"\n[[registry.mirror]]\nlocation = \"m.example/r\"\n\
        [[registry]]\nprefix = \"r.example/team\"\nlocation = \"t.example/x\"\n\
        [[registry]]\nlocation = \"bad.example\"\nblocked = true\n\
        [[registry]]\nprefix = \"*.wild.example\"\nlocation = \"one.example\"\n";
    let aliases = "[aliases]\nredis = \"docker.io/redis\"\n";
    let files = [
        ("/etc/crio/crio.conf", CRIO, "[crio.image]\n"),
        ("/etc/containers/registries.conf", CONF, conf),
        (
            "/etc/containers/registries.conf.d/00.conf",
            DROP_IN,
            aliases,
        ),
    ];
    for (image, release, expected) in [
        (
            "r.example/a:1",
            "1.36",
            &["m.example/r/a", "r.example/a"][..],
        ),
        ("r.example/team/a:1", "1.36", &["t.example/x/a"]),
        (
            "r.example/teams/a:1",
            "1.36",
            &["m.example/r/teams/a", "r.example/teams/a"],
        ),
        ("bad.example/a:1", "1.36", &["blocked"]),
        ("a.wild.example/a:1", "1.36", &["one.example/a"]),
        ("other.example/a:1", "1.36", &["other.example/a"]),
        ("redis:7", "1.36", &["docker.io/library/redis"]),
        ("web:1", "1.36", &["ambiguous: r.example docker.io"]),
        (
            "web:1",
            "1.33",
            &["m.example/r/web", "r.example/web", "docker.io/library/web"],
        ),
    ] {
        assert_eq!(
            on(&files, image, "2.3", release),
            expected,
            "{image} {release}"
        );
    }
    let disabled = [
        (
            "/etc/crio/crio.conf",
            CRIO,
            "[crio.image]\nshort_name_mode = \"disabled\"\n",
        ),
        files[1],
    ];
    assert_eq!(on(&disabled, "web:1", "2.3", "1.36").len(), 3);
    let none = [
        files[0],
        (
            "/etc/containers/registries.conf",
            CONF,
            "[[registry]]\nlocation = \"r.example\"\n",
        ),
    ];
    assert_eq!(on(&none, "web:1", "2.3", "1.36"), ["no search registries"]);
    let emptied = [
        files[0],
        files[1],
        (
            "/etc/containers/registries.conf.d/00.conf",
            DROP_IN,
            "unqualified-search-registries = []\n",
        ),
    ];
    assert_eq!(
        on(&emptied, "web:1", "2.3", "1.36"),
        ["no search registries"]
    );
}

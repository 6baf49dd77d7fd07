use super::*;
use podwright_syntax::toml;

fn decode(text: &str, format: RegistryFormat) -> (RegistryConfig, SyntaxTree) {
    let tree = match format.is_toml() {
        true => toml::read(text.into()),
        false => podwright_syntax::parse(text.into()),
    };
    (RegistryConfig::decode(&tree, text, format), tree)
}

const CONF: RegistryFormat = RegistryFormat::RegistriesConf { is_drop_in: false };
const DROP_IN: RegistryFormat = RegistryFormat::RegistriesConf { is_drop_in: true };

fn faults(text: &str, format: RegistryFormat) -> Vec<String> {
    let (config, _) = decode(text, format);
    config
        .faults
        .into_iter()
        .map(|fault| fault.message)
        .collect()
}

fn unknown(text: &str, format: RegistryFormat) -> Vec<String> {
    let (config, _) = decode(text, format);
    config
        .unknown_keys
        .into_iter()
        .map(|key| key.name)
        .collect()
}

#[test]
fn what_containerd_rejects_in_hosts_toml() {
    let format = RegistryFormat::HostsToml;
    for (text, expected) in [
        (
            "server = \"https://a.example\"\n[host.\"https://m.example\"]\ncapabilities = [\"pull\", \"Resolve\"]\n",
            None,
        ),
        (
            "[host.\"https://m.example\"]\ncapabilities = [\"pul\"]\n",
            Some("unknown capability `pul`"),
        ),
        (
            "[host.\"https://m.example\"]\ncapabilities = \"pull\"\n",
            Some("`capabilities` must be a list of strings"),
        ),
        (
            "[host.\"https://m.example\"]\nskip_verify = \"true\"\n",
            Some("`skip_verify` must be a boolean"),
        ),
        (
            "[host.\"https://m.example\"]\nca = [\"a.crt\"]\nclient = [[\"a\", \"b\"]]\n",
            None,
        ),
        (
            "[host.\"https://m.example\"]\nca = true\n",
            Some("`ca` must be a string or a list of strings"),
        ),
        ("server = 5\n", Some("`server` must be a string")),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(faults(text, format), expected, "{text}");
    }
    let text =
        "[hosts.\"https://m.example\"]\n[host.\"https://m.example\"]\ncapability = [\"pull\"]\n";
    assert_eq!(unknown(text, format), ["hosts", "capability"]);
}

#[test]
fn what_k3s_rejects_in_registries_yaml() {
    let format = RegistryFormat::RegistriesYaml;
    for (text, expected) in [
        (
            "mirrors:\n  docker.io:\n    endpoint: [\"https://m.example\"]\n",
            None,
        ),
        (
            "mirrors:\n  docker.io:\n    endpoint: https://m.example\n",
            Some("`endpoint` must be a list of strings"),
        ),
        (
            "mirrors:\n  docker.io:\n    rewrite: [a]\n",
            Some("`rewrite` must be a table"),
        ),
        (
            "mirrors:\n  docker.io: https://m.example\n",
            Some("the mirror of `docker.io` must be a mapping with `endpoint`"),
        ),
        (
            "mirrors:\n  - docker.io\n",
            Some("`mirrors` must be a table"),
        ),
        ("mirrors:\n  docker.io:\n", None),
        (
            "configs:\n  a.example:\n    tls: {insecure_skip_verify: \"yes\"}\n",
            Some("`insecure_skip_verify` must be a boolean"),
        ),
        (
            "configs:\n  a.example:\n    auth: {username: 5, password: x}\n",
            None,
        ),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(faults(text, format), expected, "{text}");
    }
    let text = "mirror: {}\nmirrors:\n  a.example: {endpoints: [x]}\nconfigs:\n  a.example:\n    username: x\n    \
        auth: {user: x}\n    tls: {skip_verify: true}\n";
    assert_eq!(
        unknown(text, format),
        ["mirror", "endpoints", "username", "user", "skip_verify"]
    );
}

#[test]
fn what_is_rejected_in_registries_conf() {
    for (text, format, expected) in [
        ("[[registry]]\nlocation = \"a.example\"\n", CONF, None),
        (
            "[[registry]]\nlocation = \"http://a.example\"\n",
            CONF,
            Some("`location` must not have a scheme"),
        ),
        (
            "[[registry]]\nprefix = \"https://a.example\"\nlocation = \"a.example\"\n",
            CONF,
            Some("`prefix` must not have a scheme"),
        ),
        (
            "[[registry]]\nprefix = \"a.example\"\n",
            CONF,
            Some("`location` is missing"),
        ),
        ("[[registry]]\nprefix = \"*.example\"\n", CONF, None),
        (
            "[[registry]]\nprefix = \"*.example:5000\"\n",
            CONF,
            Some("wildcard prefix `*.example:5000` must have the form `*.example.com`"),
        ),
        (
            "[[registry]]\nblocked = true\n",
            CONF,
            Some("`[[registry]]` has neither `location` nor `prefix`"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\ninsecure = \"true\"\n",
            CONF,
            Some("`insecure` must be a boolean"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\ninsecure = true\n",
            CONF,
            Some("`location` of the mirror is missing"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"https://m.example\"\n",
            CONF,
            Some("`location` must not have a scheme"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\npull-from-mirror = \"all\"\n",
            CONF,
            Some("`pull-from-mirror` is not allowed in `[[registry]]`"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"m.example\"\npull-from-mirror = \"tags\"\n",
            CONF,
            Some("invalid `pull-from-mirror` value `tags`"),
        ),
        (
            "[[registry]]\nlocation = \"a.example\"\n[[registry]]\nprefix = \"b\"\nlocation = \"a.example\"\nblocked = true\n",
            CONF,
            Some("conflicting `blocked` settings of `a.example`"),
        ),
        (
            "short-name-mode = \"enforce\"\n",
            CONF,
            Some("invalid short-name mode `enforce`"),
        ),
        (
            "unqualified-search-registries = [\"docker.io/library\"]\n",
            CONF,
            Some("`docker.io/library` is not a registry host"),
        ),
        (
            "unqualified-search-registries = \"docker.io\"\n",
            CONF,
            Some("`unqualified-search-registries` must be a list of strings"),
        ),
        (
            "[registries.search]\nregistries = [\"docker.io\"]\n",
            CONF,
            None,
        ),
        (
            "[registries.search]\nregistries = [\"docker.io\"]\n",
            DROP_IN,
            Some("a drop-in must not use version 1 of the format"),
        ),
        (
            "unqualified-search-registries = []\n[registries.block]\nregistries = [\"docker.io\"]\n",
            CONF,
            Some("versions 1 and 2 of the format are mixed"),
        ),
        (
            "[aliases]\nnginx = \"docker.io/library/nginx\"\n",
            DROP_IN,
            None,
        ),
        (
            "[aliases]\nnginx = \"library/nginx\"\n",
            DROP_IN,
            Some("invalid image of the alias `nginx`"),
        ),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(faults(text, format), expected, "{text}");
    }
    let text = "unqualified_search_registries = []\n[[registry]]\nlocation = \"a.example\"\nmirrors = []\n\
        [[registry.mirror]]\nlocation = \"m.example\"\nblocked = true\n";
    assert_eq!(
        unknown(text, CONF),
        ["unqualified_search_registries", "mirrors", "blocked"]
    );
}

#[test]
fn files_are_recognized_by_their_paths() {
    for (path, expected) in [
        (
            "node/etc/containerd/certs.d/a.example/hosts.toml",
            Some(RegistryFormat::HostsToml),
        ),
        ("hosts.toml", None),
        (
            "etc/rancher/k3s/registries.yaml",
            Some(RegistryFormat::RegistriesYaml),
        ),
        ("deploy/registries.yaml", None),
        ("etc/containers/registries.conf", Some(CONF)),
        ("etc/containers/registries.conf.d/10.conf", Some(DROP_IN)),
        ("etc/containers/registries.conf.d/10.conf.bak", None),
    ] {
        assert_eq!(RegistryFormat::of_file(path), expected, "{path}");
    }
}

#[test]
fn what_a_containerd_template_contains() {
    let read = |text: &str, version| {
        let template = ContainerdTemplate::read(text, version);
        let other = template.other_version.map(|(name, span)| {
            assert_eq!(&text[span.start as usize..span.end as usize], name);
            name
        });
        (template.has_base, template.has_registries, other)
    };
    let other = |name: &str| Some(name.to_owned());
    assert_eq!(read("{{ template \"base\" . }}\n", 3), (true, false, None));
    assert_eq!(
        read("# {{ template \"base\" . }}\n", 2),
        (false, false, None)
    );
    assert_eq!(
        read(
            "version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = \"/x\"\n",
            2
        ),
        (false, true, other("version = 3"))
    );
    assert_eq!(
        read(
            "{{ template \"base\" . }}\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n",
            3
        ),
        (true, false, other("io.containerd.grpc.v1.cri"))
    );
}

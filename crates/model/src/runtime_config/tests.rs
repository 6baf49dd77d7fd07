use super::*;
use crate::Field;
use podwright_syntax::toml;

#[test]
fn files_are_recognized_by_name_and_content() {
    let engine = |path, text| Engine::of_file(path, text);
    let v2 = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n";
    assert_eq!(
        engine("etc/containerd/config.toml", v2),
        Some(Engine::Containerd)
    );
    assert_eq!(
        engine("kata.toml", "[plugins.cri.containerd]"),
        Some(Engine::Containerd)
    );
    assert_eq!(engine("config.toml", "# io.containerd.grpc.v1.cri"), None);
    assert_eq!(engine("config.yaml", v2), None);
    assert_eq!(engine("crio.conf", ""), Some(Engine::Crio));
    assert_eq!(
        engine("etc/crio/crio.conf.d/10-crun.bak", ""),
        Some(Engine::Crio)
    );
    assert_eq!(
        engine("kata.toml", "  [crio.runtime.runtimes.kata]"),
        Some(Engine::Crio)
    );
    assert_eq!(engine("Cargo.toml", "[package]\nname = \"x\""), None);
}

#[test]
fn containerd_runtimes_keep_their_names_and_places() {
    let text = "version = 2\nimports = ['/etc/containerd/conf.d/*.toml']\n\
                [plugins.'io.containerd.grpc.v1.cri'.containerd]\ndefault_runtime_name = 'kata'\n\
                [plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.kata]\n\
                runtime_type = 'io.containerd.kata.v2'\n";
    let tree = toml::read(text.into());
    let config = RuntimeConfig::decode(&tree, Engine::Containerd);
    let config = config.containerd().unwrap();
    assert_eq!(config.version.value(), Some(&2));
    assert_eq!(
        config.imported().unwrap()[0].0,
        "/etc/containerd/conf.d/*.toml"
    );
    let (table, runtime) = config.runtimes().next().unwrap();
    assert_eq!((table.id, runtime.name.as_str()), (CriId::Grpc, "kata"));
    assert_eq!(tree.source_text(runtime.key), "kata");
    assert_eq!(runtime.runtime_type.text(), Some("io.containerd.kata.v2"));
}

#[test]
fn unused_crio_tables_are_listed_separately() {
    let text = "[crio.runtime]\ndefault_runtime = 'crun'\n[crio.runtime.runtimes.kata]\nruntime_type = 'vm'\n\
                [crio.runtimes.other]\nruntime_path = '/bin/other'\n";
    let tree = toml::read(text.into());
    let config = RuntimeConfig::decode(&tree, Engine::Crio);
    let config = config.crio().unwrap();
    assert_eq!(config.default_runtime.text(), Some("crun"));
    assert_eq!(config.runtimes.len(), 1);
    assert!(matches!(config.runtimes[0].runtime_path, Field::Missing));
    let misplaced: Vec<_> = config
        .misplaced
        .iter()
        .map(|one| (one.path, one.name.as_str()))
        .collect();
    assert_eq!(misplaced, [("crio.runtimes", "other")]);
}

#[test]
fn parses_known_releases_and_rejects_others() {
    let release: ContainerdRelease = "v1.7.20".parse().unwrap();
    assert_eq!(
        (release.major, release.minor, release.patch),
        (1, 7, Some(20))
    );
    assert_eq!("1.7".parse(), Ok(ContainerdRelease::new(1, 7)));
    assert_eq!(
        "2.3"
            .parse::<ContainerdRelease>()
            .map(ContainerdRelease::newest_format),
        Ok(4)
    );
    assert!("1.8".parse::<ContainerdRelease>().is_err());
    assert!("two".parse::<ContainerdRelease>().is_err());
    assert_eq!(
        "1.30".parse::<CrioRelease>().map(CrioRelease::built_in),
        Ok("runc")
    );
    assert_eq!(
        "1.31".parse::<CrioRelease>().map(CrioRelease::built_in),
        Ok("crun")
    );
    assert!("1.99".parse::<CrioRelease>().is_err());
}

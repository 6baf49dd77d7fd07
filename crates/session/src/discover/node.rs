//! Finds the files of a node in a directory that mirrors its root.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{Found, NotFound, display, here};
use podwright_cluster::runtime::{import_path, is_glob, matches_import};
use podwright_cluster::workspace::node::{
    CERTS_DIRECTORIES, CONTAINERD_CONFIGS, CONTAINERD_DROP_INS, CONTAINERD_TEMPLATES, CRIO_CONFIG,
    CRIO_DROP_INS, FLAG_FILES, HOSTS_FILE, MISNAMED_REGISTRIES_YAML, REGISTRIES_CONF,
    REGISTRIES_CONF_DROP_INS, REGISTRIES_YAML, docker_config_paths, kubelet_config_paths,
    misplaced_docker_configs, provider_config_paths,
};
use podwright_cluster::workspace::{NodeDirectory, NodePath, NodeRole, OnNodes};
use podwright_model::{Engine, KubeletFlags, RegistryFormat, RuntimeConfig};
use podwright_syntax::text;
use podwright_syntax::toml;

/// File of one or several nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFile {
    /// The file at its real path, or its path and the reason why it cannot be read.
    pub content: Result<Found, (String, String)>,
    /// Path of the file, below the node's directory as configured.
    pub location: PathBuf,
    /// Path with all symbolic links resolved.
    pub real: PathBuf,
    /// Role of the file on the nodes, and its paths there.
    pub on_nodes: OnNodes,
}

/// Maximum number of symbolic links in a path, as in Linux. More are treated as a loop.
const MAX_LINKS: usize = 40;

/// Finds the files of the nodes that affect image pulls and runtimes: docker credentials, kubelet flags, the
/// configuration of the kubelet and its credential providers, and the configuration of the container runtime. Each file
/// is returned once, sorted by path.
///
/// Symbolic links are resolved as on the node, with the node's directory as the root. A file that cannot be read, and a
/// dangling or cyclic link, is returned with the reason.
///
/// # Errors
///
/// Returns [`NotFound`] if one of the directories does not exist.
pub fn node_files(directories: &[NodeDirectory]) -> Result<Vec<NodeFile>, NotFound> {
    let mut files = BTreeMap::new();
    for directory in directories {
        if !directory.root.is_dir() {
            let path = PathBuf::from(&directory.name);
            return Err(NotFound { path });
        }
        let root = fs::canonicalize(&directory.root).unwrap_or_else(|_| directory.root.clone());
        let mut node = NodeWalk {
            directory,
            root,
            files: &mut files,
        };
        node.walk();
    }
    Ok(files.into_values().collect())
}

struct NodeWalk<'a> {
    directory: &'a NodeDirectory,
    root: PathBuf,
    files: &'a mut BTreeMap<PathBuf, NodeFile>,
}

/// Target of a path on a node.
enum Place {
    Absent,
    /// Exists at this path on this machine.
    There(PathBuf),
    /// Cannot be resolved at this path, with the reason.
    Broken(PathBuf, String),
}

impl NodeWalk<'_> {
    fn walk(&mut self) {
        let mut flags = KubeletFlags::default();
        for path in FLAG_FILES {
            for path in self.paths(path, &["conf"]) {
                if let Some(text) = self.take(&path, NodeRole::KubeletFlags, true) {
                    flags.extend_from(&path, &KubeletFlags::parse(&text));
                }
            }
        }
        for (path, shape) in docker_config_paths(&flags) {
            self.take(&path, NodeRole::DockerConfig(shape), false);
        }
        for (path, shape) in misplaced_docker_configs(&flags) {
            self.take(&path, NodeRole::DockerConfig(shape), false);
        }
        for path in kubelet_config_paths(&flags) {
            for path in self.paths(&path, &["conf"]) {
                self.take(&path, NodeRole::Configuration, false);
            }
        }
        for path in provider_config_paths(&flags) {
            let is_directory = matches!(self.resolve(&path), Place::There(real) if real.is_dir());
            let path = if is_directory {
                format!("{}/", path.trim_end_matches('/'))
            } else {
                path
            };
            for path in self.paths(&path, &["json", "yaml", "yml"]) {
                self.take(&path, NodeRole::Configuration, false);
            }
        }
        self.take(HOSTS_FILE, NodeRole::HostNames, false);
        self.runtimes();
    }

    /// Takes the configuration of the container runtime: containerd's with its imports, and CRI-O's.
    fn runtimes(&mut self) {
        let containerd = NodeRole::Runtime(Engine::Containerd);
        let mut pending: Vec<String> = CONTAINERD_CONFIGS.map(str::to_owned).to_vec();
        pending.extend(self.paths(CONTAINERD_DROP_INS, &["toml"]));
        let mut met = BTreeSet::new();
        let mut directories: BTreeSet<String> = CERTS_DIRECTORIES.map(str::to_owned).into();
        while let Some(path) = pending.pop() {
            if !met.insert(path.clone()) {
                continue;
            }
            let Some(text) = self.take(&path, containerd, true) else {
                continue;
            };
            let config = RuntimeConfig::decode(&toml::read(text.into()), Engine::Containerd);
            let imports = config.containerd().and_then(|config| config.imported());
            for (import, _) in imports.into_iter().flatten() {
                pending.extend(self.imported(&import_path(&path, import)));
            }
            for registry in config
                .containerd()
                .into_iter()
                .flat_map(|config| &config.cri)
            {
                let registry = registry.registry.as_ref();
                let listed = registry.and_then(|registry| registry.config_path.text());
                let listed = listed.into_iter().flat_map(|list| list.split(':'));
                let absolute = listed.filter(|path| path.starts_with('/') && path.len() > 1);
                directories.extend(absolute.map(|path| path.trim_end_matches('/').to_owned()));
            }
        }
        let crio = NodeRole::Runtime(Engine::Crio);
        self.take(CRIO_CONFIG, crio, false);
        for path in self.all_below(CRIO_DROP_INS.trim_end_matches('/')) {
            self.take(&path, crio, false);
        }
        for directory in directories {
            self.registries(&directory);
        }
    }

    /// Takes the files that determine how registries are reached: `hosts.toml` below a directory of containerd, and the
    /// files of k3s, RKE2 and CRI-O.
    fn registries(&mut self, directory: &str) {
        for path in self.all_below(directory) {
            if path.ends_with(".toml") {
                let role = NodeRole::Registries(RegistryFormat::HostsToml);
                self.take(&path, role, false);
            }
        }
        for path in REGISTRIES_YAML.iter().chain(&MISNAMED_REGISTRIES_YAML) {
            self.take(
                path,
                NodeRole::Registries(RegistryFormat::RegistriesYaml),
                false,
            );
        }
        for (path, version) in CONTAINERD_TEMPLATES {
            let format = RegistryFormat::ContainerdTemplate { version };
            self.take(path, NodeRole::Registries(format), false);
        }
        let conf = |is_drop_in| NodeRole::Registries(RegistryFormat::RegistriesConf { is_drop_in });
        self.take(REGISTRIES_CONF, conf(false), false);
        for path in self.paths(REGISTRIES_CONF_DROP_INS, &["conf"]) {
            self.take(&path, conf(true), false);
        }
    }

    /// Expands an import to paths.
    fn imported(&self, import: &str) -> Vec<String> {
        if !is_glob(import) {
            return vec![import.to_owned()];
        }
        let mut paths = vec![String::new()];
        for part in import.split('/').filter(|part| !part.is_empty()) {
            paths = paths
                .iter()
                .flat_map(|directory| {
                    let names = match part.contains(['*', '?', '[']) {
                        true => self.names(directory),
                        false => vec![part.to_owned()],
                    };
                    names
                        .into_iter()
                        .map(move |name| format!("{directory}/{name}"))
                })
                .collect();
        }
        paths.retain(|path| matches_import(import, path));
        paths
    }

    /// Files in a directory and its subdirectories.
    fn all_below(&self, directory: &str) -> Vec<String> {
        let names = self.names(directory).into_iter();
        names
            .map(|name| format!("{directory}/{name}"))
            .flat_map(|path| match self.resolve(&path) {
                Place::There(real) if real.is_dir() => self.all_below(&path),
                _ => vec![path],
            })
            .collect()
    }

    /// Sorted names in a directory; empty if it is not a directory.
    fn names(&self, directory: &str) -> Vec<String> {
        let Place::There(real) = self.resolve(directory) else {
            return Vec::new();
        };
        let entries = fs::read_dir(real).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names
    }

    /// The path itself; for a directory (trailing `/`), the sorted files in it with one of the extensions.
    fn paths(&self, path: &str, endings: &[&str]) -> Vec<String> {
        let Some(directory) = path.strip_suffix('/') else {
            return vec![path.to_owned()];
        };
        let is_wanted = |name: &String| {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending);
            ending.is_some_and(|ending| endings.contains(&ending))
        };
        let names = self.names(directory).into_iter().filter(is_wanted);
        names.map(|name| format!("{directory}/{name}")).collect()
    }

    /// Takes the file at a path of the node, if it exists. Returns its text if requested.
    fn take(&mut self, path: &str, role: NodeRole, wants_text: bool) -> Option<String> {
        let (location, broken) = match self.resolve(path) {
            Place::Absent => return None,
            Place::There(real) if real.is_dir() => {
                (real, Some("a directory, not a regular file".to_owned()))
            }
            Place::There(real) => (real, None),
            Place::Broken(at, why) => (at, Some(why)),
        };
        let own = NodePath {
            root: self.directory.root.clone(),
            path: path.to_owned(),
        };
        let real = location;
        let inside = real.strip_prefix(&self.root).unwrap_or(&real);
        let location = self.directory.root.join(inside);
        let shown = display::path(&here(), &location);
        let found = Found::at(location.clone(), shown.clone());
        let text = wants_text
            .then(|| super::read(&found).ok())
            .flatten()
            .map(|bytes| text::decode(bytes).text.to_string());
        let file = self.files.entry(real.clone()).or_insert_with(|| NodeFile {
            content: match broken {
                None => Ok(found),
                Some(why) => Err((shown, why)),
            },
            location,
            real,
            on_nodes: OnNodes {
                role,
                paths: Vec::new(),
            },
        });
        if !file.on_nodes.paths.contains(&own) {
            file.on_nodes.paths.push(own);
        }
        text
    }

    /// Resolves a path from the node's root, following symbolic links as the node would.
    fn resolve(&self, path: &str) -> Place {
        let mut at = self.root.clone();
        let mut rest: Vec<PathBuf> = parts(Path::new(path));
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                if at != self.root {
                    at.pop();
                }
                continue;
            }
            let next = at.join(part);
            let absent = |error: &io::Error| {
                matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                )
            };
            match fs::symlink_metadata(&next) {
                Err(error) if absent(&error) && links == 0 => return Place::Absent,
                Err(error) if absent(&error) => {
                    let why = "dangling symbolic link in the node's directory";
                    return Place::Broken(
                        self.root.join(path.trim_start_matches('/')),
                        why.to_owned(),
                    );
                }
                Err(error) => return Place::Broken(next, error.to_string()),
                Ok(metadata) if !metadata.is_symlink() => {
                    at = next;
                    continue;
                }
                Ok(_) => links += 1,
            }
            if links > MAX_LINKS {
                let why = "symbolic link loop".to_owned();
                return Place::Broken(self.root.join(path.trim_start_matches('/')), why);
            }
            match fs::read_link(&next) {
                Ok(target) => {
                    if target.is_absolute() {
                        at.clone_from(&self.root);
                    }
                    rest.extend(parts(&target));
                }
                Err(error) => return Place::Broken(next, error.to_string()),
            }
        }
        Place::There(at)
    }
}

/// Components of a path in reverse order.
fn parts(path: &Path) -> Vec<PathBuf> {
    let names = path.components().rev();
    names
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir))
        .map(|part| PathBuf::from(part.as_os_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::docker_config::Shape;
    use tempfile::TempDir;

    fn docker(shape: Shape) -> NodeRole {
        NodeRole::DockerConfig(shape)
    }

    fn directory(files: &[(&str, &str)]) -> TempDir {
        let directory = TempDir::new().unwrap();
        for (file, text) in files {
            let path = directory.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        directory
    }

    fn found(directory: &TempDir) -> Vec<(String, NodeRole, Option<String>)> {
        let node = NodeDirectory {
            name: "node".into(),
            root: directory.path().to_owned(),
        };
        let files = node_files(&[node]).unwrap().into_iter();
        let mut found: Vec<_> = files
            .flat_map(|file| {
                let why = file.content.err().map(|(_, why)| why);
                let role = file.on_nodes.role;
                let paths = file.on_nodes.paths.into_iter();
                paths.map(move |path| (path.path, role, why.clone()))
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn the_files_are_where_the_flags_say() {
        let flags = "KUBELET_KUBEADM_ARGS=\"--root-dir=/data --image-credential-provider-config=/etc/providers\"\n";
        let directory = directory(&[
            ("var/lib/kubelet/kubeadm-flags.env", flags),
            ("var/lib/kubelet/config.json", "{}"),
            ("var/lib/kubelet/config.yaml", ""),
            ("data/config.json", "{}"),
            ("root/.docker/config.json", "{}"),
            (".dockercfg", "{}"),
            ("etc/providers/b.yaml", ""),
            ("etc/providers/a.json", ""),
            ("etc/providers/README.md", ""),
            ("etc/eks/image-credential-provider/config.json", ""),
        ]);
        let file = |path: &str, role| (path.to_owned(), role, None);
        assert_eq!(
            found(&directory),
            [
                file("/.dockercfg", docker(Shape::Legacy)),
                file("/data/config.json", docker(Shape::Modern)),
                file("/etc/providers/a.json", NodeRole::Configuration),
                file("/etc/providers/b.yaml", NodeRole::Configuration),
                file("/root/.docker/config.json", docker(Shape::Modern)),
                file("/var/lib/kubelet/config.yaml", NodeRole::Configuration),
                file("/var/lib/kubelet/kubeadm-flags.env", NodeRole::KubeletFlags),
            ]
        );
    }

    #[test]
    fn files_in_places_that_only_look_right_are_found_too() {
        let flags = "KUBELET_KUBEADM_ARGS=--root-dir=/data\n";
        let directory = directory(&[
            ("var/lib/kubelet/kubeadm-flags.env", flags),
            ("var/lib/kubelet/.docker/config.json", "{}"),
            ("data/.docker/config.json", "{}"),
            ("data/docker.json", "{}"),
            ("root/.dockerconfigjson", "{}"),
        ]);
        let found: Vec<String> = found(&directory)
            .into_iter()
            .map(|(path, ..)| path)
            .collect();
        assert_eq!(
            found,
            [
                "/data/.docker/config.json",
                "/data/docker.json",
                "/root/.dockerconfigjson",
                "/var/lib/kubelet/kubeadm-flags.env",
            ]
        );
    }

    #[test]
    fn a_directory_that_is_not_there_is_named() {
        let node = NodeDirectory {
            name: "nodes/a".into(),
            root: "/no/such/directory".into(),
        };
        let error = node_files(&[node]).unwrap_err();
        assert_eq!(error.path, Path::new("nodes/a"));
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_where_they_lead_on_the_node() {
        use std::os::unix::fs::symlink;
        let directory = directory(&[("etc/docker.json", "{}")]);
        let at = |path: &str| directory.path().join(path);
        fs::create_dir_all(at("root/.docker")).unwrap();
        fs::create_dir_all(at("var/lib/kubelet/.dockercfg")).unwrap();
        symlink("/etc/docker.json", at("root/.docker/config.json")).unwrap();
        symlink("../../../../../../etc/docker.json", at("config.json")).unwrap();
        symlink("/.dockercfg", at(".dockercfg")).unwrap();
        symlink("/etc/gone", at("var/lib/kubelet/config.json")).unwrap();
        let why = |path: &str| {
            let found = found(&directory)
                .into_iter()
                .find(|(found, ..)| found == path);
            found.map(|(_, _, why)| why.unwrap_or_default())
        };
        assert_eq!(why("/root/.docker/config.json").as_deref(), Some(""));
        assert_eq!(why("/config.json").as_deref(), Some(""));
        assert_eq!(why("/.dockercfg").as_deref(), Some("symbolic link loop"));
        let nowhere = "dangling symbolic link in the node's directory";
        assert_eq!(
            why("/var/lib/kubelet/config.json").as_deref(),
            Some(nowhere)
        );
        let directory = "a directory, not a regular file";
        assert_eq!(
            why("/var/lib/kubelet/.dockercfg").as_deref(),
            Some(directory)
        );
    }
}

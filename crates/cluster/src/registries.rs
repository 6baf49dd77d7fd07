//! Determines from where the container runtime of a node pulls an image: mirrors, rewritten names, blocked registries, and
//! short names.
//!
//! containerd: `core/remotes/docker/config/hosts.go` and `internal/cri/server/images`. k3s and RKE2:
//! `pkg/agent/containerd/config.go`. CRI-O: `pkg/sysregistriesv2` and `pkg/shortnames` of containers/image.

mod conf;
mod containerd;
#[cfg(test)]
mod tests;

pub use containerd::{HostRoots, Roots, host_directories, host_roots, reads_table};

use crate::runtime::{Release, Spot, setup_in_force};
use crate::workspace::node::REGISTRIES_YAML;
use crate::workspace::{Node, Workspace};
use podwright_model::ImageReference;
use podwright_syntax::text::FileId;

/// Where a node pulls an image from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Places that are tried in order until one has the image.
    pub stops: Vec<Stop>,
    /// Reason why the image is not pulled.
    pub refusal: Option<Refusal>,
}

/// Place from which an image is pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// URL or host, with the repository.
    pub place: String,
    /// Where it is configured; `None` for the registry that the image names.
    pub at: Option<Spot>,
    /// Whether `rewrite` may change the repository.
    pub is_rewritten: bool,
}

/// Reason why the container runtime does not pull an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The registry is blocked.
    Blocked {
        /// Where it is blocked.
        at: Spot,
    },
    /// The image is a short name without an alias, and `unqualified-search-registries` is empty.
    NoSearchRegistries {
        /// The file without them.
        file: FileId,
    },
    /// The image is a short name that several registries may have.
    Ambiguous {
        /// The registries.
        registries: Vec<String>,
        /// Where they are set.
        at: Spot,
    },
    /// The file is rejected.
    Rejected {
        /// The file.
        file: FileId,
    },
}

/// Returns from where a node pulls an image; `None` if its files do not tell. `name` is the image as written, without tag
/// and digest.
#[must_use]
pub fn route(
    workspace: &Workspace,
    node: &Node<'_>,
    name: &str,
    image: &ImageReference,
) -> Option<Route> {
    let yaml = REGISTRIES_YAML.iter().find_map(|path| node.file(path));
    if let Some(file) = yaml {
        return containerd::of_yaml(workspace, file, image);
    }
    let setup = setup_in_force(workspace, node)?;
    match setup.release {
        Release::Containerd(_) => containerd::route(workspace, node, &setup, image),
        Release::Crio(release) => conf::route(workspace, node, &setup, release, name, image),
    }
}

/// The registry itself as a place.
fn registry_itself(image: &ImageReference) -> Stop {
    let host = match image.domain.as_str() {
        "docker.io" => "registry-1.docker.io",
        host => host,
    };
    Stop {
        place: format!("https://{host}/v2/{}", image.path),
        at: None,
        is_rewritten: false,
    }
}

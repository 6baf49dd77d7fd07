//! From where the container runtime of a node pulls an image: mirrors, rewritten names, blocked registries.

use std::fmt;

use serde::Serialize;

use super::SourceLocation;
use podwright_cluster::registries::{Refusal, Route, route};
use podwright_cluster::workspace::{Node, Workspace};
use podwright_model::{ImageReference, KubernetesVersion};
use podwright_syntax::text::{Location, Span};

/// Places from which a node pulls an image, according to its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullSources<'w> {
    /// Places that are tried in order until one has the image.
    pub places: Vec<PullSource<'w>>,
    /// Why the image is not pulled.
    pub refused: Option<PullRefusal<'w>>,
}

/// Place from which an image is pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullSource<'w> {
    /// URL or host, with the repository.
    pub name: String,
    /// Whether `rewrite` may change the repository.
    pub rewritten: bool,
    /// Where it is configured; `None` for the registry that the image names.
    pub configured: Option<SourceLocation<'w>>,
}

/// Reason why the container runtime does not pull an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullRefusal<'w> {
    /// Reason as a clause without a full stop.
    pub text: String,
    /// Where it is configured.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

impl fmt::Display for PullSource<'_> {
    /// Formats the place and where it is configured.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.rewritten {
            f.write_str(", with the name changed by `rewrite`")?;
        }
        match &self.configured {
            Some(place) => write!(f, ", {place}"),
            None => f.write_str(", the registry itself"),
        }
    }
}

/// Explains from where `node` pulls the image; `None` if its files do not determine it.
pub(super) fn pull_sources<'w>(
    workspace: &'w Workspace,
    node: &Node<'_>,
    image: &str,
    version: KubernetesVersion,
) -> Option<PullSources<'w>> {
    let reference = ImageReference::parse(image, version).ok()?;
    let name = &image[reference.at.name()];
    let Route { stops, refusal } = route(workspace, node, name, &reference)?;
    let located = |(file, node)| SourceLocation::new(workspace, workspace.place(file, node));
    let at_start = |file| {
        let span = Span::at(0);
        SourceLocation::new(workspace, Location { file, span })
    };
    let refused = refusal.map(|refusal| match refusal {
        Refusal::Blocked { at } => PullRefusal {
            text: "the registry is blocked".to_owned(),
            place: located(at),
        },
        Refusal::NoSearchRegistries { file } => PullRefusal {
            text: "the short name has no alias, and there are no `unqualified-search-registries`"
                .to_owned(),
            place: at_start(file),
        },
        Refusal::Ambiguous { registries, at } => PullRefusal {
            text: format!(
                "the short name is ambiguous: it may be in {}",
                registries.join(" or ")
            ),
            place: located(at),
        },
        Refusal::Rejected { file } => PullRefusal {
            text: "the registry configuration is invalid".to_owned(),
            place: at_start(file),
        },
    });
    let places = stops.into_iter().map(|stop| PullSource {
        name: stop.place,
        rewritten: stop.is_rewritten,
        configured: stop.at.map(located),
    });
    Some(PullSources {
        places: places.collect(),
        refused,
    })
}

//! Runtime class, node runtimes and resources of a Pod, as JSON.

use serde::Serialize;

use super::json::PlaceOut;
use crate::Positions;
use podwright_cluster::resources::Amounts;
use podwright_explain::{
    ClassExplanation, ResourcesExplanation, RuntimeExplanation, RuntimeOutcome,
};
use podwright_syntax::text::Location;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuntimeOut<'a> {
    class: ClassOut<'a>,
    refused: &'a [String],
    added: Option<AddedOut<'a>>,
    affinity_conflicts: Vec<PlaceOut<'a>>,
    nodes: Vec<NodeOut<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
enum ClassOut<'a> {
    None,
    Missing {
        name: &'a str,
    },
    Unknown {
        name: Option<&'a str>,
    },
    Found {
        name: &'a str,
        handler: Option<&'a str>,
        #[serde(flatten)]
        place: PlaceOut<'a>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddedOut<'a> {
    overhead: Vec<PairOut<'a>>,
    node_selector: Vec<PairOut<'a>>,
    tolerations: &'a [String],
}

#[derive(Serialize)]
struct PairOut<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct NodeOut<'a> {
    node: &'a str,
    release: Option<&'a str>,
    #[serde(flatten)]
    outcome: OutcomeOut<'a>,
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum OutcomeOut<'a> {
    Runs {
        handler: &'a str,
        runtime: Option<&'a str>,
        place: Option<PlaceOut<'a>>,
    },
    Missing {
        handler: &'a str,
    },
    LeftOut {
        handler: &'a str,
        place: PlaceOut<'a>,
    },
    Down {
        place: Option<PlaceOut<'a>>,
    },
    Unknown,
}

impl<'a> RuntimeOut<'a> {
    pub(super) fn new(answer: &'a RuntimeExplanation, positions: &Positions<'a>) -> Self {
        let place = |place: &Location| PlaceOut::new(*place, positions);
        let pairs = |pairs: &'a [(String, String)]| {
            pairs
                .iter()
                .map(|(name, value)| PairOut { name, value })
                .collect()
        };
        Self {
            class: match &answer.class {
                ClassExplanation::None => ClassOut::None,
                ClassExplanation::Missing(name) => ClassOut::Missing { name },
                ClassExplanation::Unknown(name) => ClassOut::Unknown {
                    name: name.as_deref(),
                },
                ClassExplanation::Found {
                    name,
                    place: at,
                    handler,
                } => ClassOut::Found {
                    name,
                    handler: handler.as_deref(),
                    place: place(at),
                },
            },
            refused: &answer.refused,
            added: answer.added.as_ref().map(|added| AddedOut {
                overhead: pairs(&added.overhead),
                node_selector: pairs(&added.node_selector),
                tolerations: &added.tolerations,
            }),
            affinity_conflicts: answer.affinity.iter().map(place).collect(),
            nodes: answer
                .nodes
                .iter()
                .map(|node| NodeOut {
                    node: &node.node,
                    release: node.release.as_deref(),
                    outcome: match &node.outcome {
                        RuntimeOutcome::Runs {
                            handler,
                            runs,
                            place: at,
                        } => OutcomeOut::Runs {
                            handler,
                            runtime: runs.as_deref(),
                            place: at.as_ref().map(place),
                        },
                        RuntimeOutcome::Missing(handler) => OutcomeOut::Missing { handler },
                        RuntimeOutcome::LeftOut(handler, at) => OutcomeOut::LeftOut {
                            handler,
                            place: place(at),
                        },
                        RuntimeOutcome::Down(at) => OutcomeOut::Down {
                            place: at.as_ref().map(place),
                        },
                        RuntimeOutcome::Unknown => OutcomeOut::Unknown,
                    },
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourcesOut<'a> {
    requests: std::collections::BTreeMap<&'a str, String>,
    limits: std::collections::BTreeMap<&'a str, String>,
    without_limit: &'a [String],
    pod_level: bool,
}

impl<'a> ResourcesOut<'a> {
    /// Returns `None` if the files do not determine the resources, or if no such Pod is created.
    pub(super) fn new(answer: &'a ResourcesExplanation) -> Option<Self> {
        let ResourcesExplanation::Counted(resources) = answer else {
            return None;
        };
        let shown = |amounts: &'a Amounts| {
            let amounts = amounts.iter();
            amounts
                .map(|(name, amount)| (name.as_str(), amount.to_string()))
                .collect()
        };
        Some(Self {
            requests: shown(&resources.requests),
            limits: shown(&resources.limits),
            without_limit: &resources.unlimited,
            pod_level: resources.has_pod_level,
        })
    }
}

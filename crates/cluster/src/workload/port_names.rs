//! Names of the ports to which a Service sends connections.

use std::sync::{Arc, Mutex, PoisonError};

use podwright_model::Field;
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::nearby::Workloads;
use super::selected;
use crate::selector::LabelSelector;
use crate::workspace::{Namespace, ObjectId, Workspace};

/// Port names of the Pods that a selector matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortNames {
    /// The first workload with such Pods.
    pub workload: ObjectId,
    /// The names that the containers declare, each once.
    pub names: Vec<String>,
}

/// Answers by file, namespaces and selector, because many Services may select the same Pods.
#[derive(Default)]
struct Known(Mutex<FxHashMap<Ask, Option<Arc<PortNames>>>>);

type Ask = (FileId, Vec<Namespace>, LabelSelector);

/// Names of all ports that the containers of the Pods declare that a selector matches in the namespace of `from`; `None` if
/// there are no such Pods, or if they are not all known.
#[must_use]
pub fn port_names(
    workspace: &Workspace,
    from: ObjectId,
    selector: &LabelSelector,
) -> Option<Arc<PortNames>> {
    let all = workspace.kept(|_| Known::default());
    let lock = || all.0.lock().unwrap_or_else(PoisonError::into_inner);
    let namespaces = workspace.namespaces(from).to_vec();
    let ask = (from.file, namespaces, selector.clone());
    let known = lock().get(&ask).cloned();
    known.unwrap_or_else(|| {
        let names = find(workspace, from, selector).map(Arc::new);
        lock().entry(ask).or_insert(names).clone()
    })
}

fn find(workspace: &Workspace, from: ObjectId, selector: &LabelSelector) -> Option<PortNames> {
    let workloads = workspace.kept(Workloads::of);
    let found = selected(&workloads, workspace, from, selector)?;
    let mut found: Vec<ObjectId> = found.collect::<Option<_>>()?;
    found.sort_unstable();
    found.dedup();
    let (mut names, mut seen) = (Vec::new(), FxHashSet::default());
    for &id in &found {
        if workspace.may_be_patched(id) {
            return None;
        }
        let pods = workspace.object(id).pods.iter();
        for container in pods.flat_map(|pod| &pod.containers) {
            let ports = match &container.ports {
                Field::Missing | Field::Null(_) => continue,
                Field::Value(ports, _) => ports,
                Field::Unknown(_) | Field::Invalid(_) => return None,
            };
            for port in ports.iter().filter(|port| !port.name.is_unset()) {
                let name = port.name.text()?;
                if seen.insert(name) {
                    names.push(name.to_owned());
                }
            }
        }
    }
    Some(PortNames {
        workload: *found.first()?,
        names,
    })
}

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// Longest path. What is deeper counts as part of the last value.
const MAX_LENGTH: u16 = 40;

/// A path in the values of the root chart. The values of a subchart are below its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a key.
    Key(Arc<str>),
    /// Any value of a list or a map: an item of a list, or what `range` visits.
    Any,
}

/// All paths that occur, each once.
#[derive(Clone, Debug)]
pub struct Paths {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    parent: PathId,
    /// `None` for the root.
    step: Option<Step>,
    length: u16,
    children: FxHashMap<Step, PathId>,
}

impl PathId {
    /// All values.
    pub const ROOT: Self = Self(0);
}

impl Default for Paths {
    fn default() -> Self {
        let root = Node {
            parent: PathId::ROOT,
            step: None,
            length: 0,
            children: FxHashMap::default(),
        };
        Self { nodes: vec![root] }
    }
}

impl Paths {
    fn node(&self, id: PathId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The path one step further; the same path where it would be too long.
    pub(super) fn child(&mut self, parent: PathId, step: Step) -> PathId {
        if let Some(known) = self.known(parent, &step) {
            return known;
        }
        let length = self.node(parent).length;
        if length >= MAX_LENGTH {
            return parent;
        }
        let id = PathId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            parent,
            step: Some(step.clone()),
            length: length + 1,
            children: FxHashMap::default(),
        });
        self.nodes[parent.0 as usize].children.insert(step, id);
        id
    }

    /// The path of keys from `parent` on.
    pub(super) fn descend<'k>(
        &mut self,
        parent: PathId,
        keys: impl IntoIterator<Item = &'k str>,
    ) -> PathId {
        let keys = keys.into_iter();
        keys.fold(parent, |path, key| self.child(path, Step::Key(key.into())))
    }

    /// The path one step further, if it occurs.
    #[must_use]
    pub fn known(&self, parent: PathId, step: &Step) -> Option<PathId> {
        self.node(parent).children.get(step).copied()
    }

    /// The path without its last step; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: PathId) -> Option<PathId> {
        let node = self.node(id);
        node.step.is_some().then_some(node.parent)
    }

    /// The last step; `None` for the root.
    #[must_use]
    pub fn step(&self, id: PathId) -> Option<&Step> {
        self.node(id).step.as_ref()
    }

    /// All paths, in the order in which they were found.
    pub(super) fn all(&self) -> impl Iterator<Item = PathId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(PathId)
    }

    /// The paths that are one step longer, in no order.
    pub fn children(&self, id: PathId) -> impl Iterator<Item = (&Step, PathId)> + Clone {
        self.node(id).children.iter().map(|(step, &id)| (step, id))
    }

    /// The path and those that it is below of, the longest first.
    pub fn ancestors(&self, id: PathId) -> impl Iterator<Item = PathId> + '_ {
        std::iter::successors(Some(id), |&id| self.parent(id))
    }

    /// The path as templates write it: `image.tag`, `hosts[].name`. Empty for the root.
    #[must_use]
    pub fn shown(&self, id: PathId) -> String {
        self.shown_from(PathId::ROOT, id)
    }

    /// The part of the path below `from`, as templates of the chart with these values write it.
    #[must_use]
    pub fn shown_from(&self, from: PathId, id: PathId) -> String {
        let mut steps: Vec<PathId> = self
            .ancestors(id)
            .take_while(|&path| path != from)
            .collect();
        steps.reverse();
        let mut out = String::new();
        for path in steps {
            match self.step(path) {
                Some(Step::Key(key)) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(key);
                }
                Some(Step::Any) => out.push_str("[]"),
                None => {}
            }
        }
        out
    }

    /// Whether the path goes through a list or any key of a map.
    #[must_use]
    pub fn is_general(&self, id: PathId) -> bool {
        self.ancestors(id)
            .any(|path| matches!(self.step(path), Some(Step::Any)))
    }

    /// Whether the path has a key twice.
    pub(super) fn is_repeated(&self, id: PathId) -> bool {
        let keys = self
            .ancestors(id)
            .filter_map(|path| match self.step(path)? {
                Step::Key(key) => Some(key),
                Step::Any => None,
            });
        let keys: Vec<&Arc<str>> = keys.collect();
        let mut rest = keys.as_slice();
        while let Some((key, others)) = rest.split_first() {
            if others.contains(key) {
                return true;
            }
            rest = others;
        }
        false
    }

    /// Whether `id` is, or is below, a path that may mean the same as `above`.
    #[must_use]
    pub fn is_below(&self, id: PathId, above: PathId) -> bool {
        let steps = |id: PathId| {
            let mut steps: Vec<&Step> = self
                .ancestors(id)
                .filter_map(|path| self.step(path))
                .collect();
            steps.reverse();
            steps
        };
        let (inner, outer) = (steps(id), steps(above));
        let is_same = |(a, b): (&&Step, &&Step)| a == b || **a == Step::Any || **b == Step::Any;
        inner.len() >= outer.len() && inner.iter().zip(&outer).all(is_same)
    }

    /// Paths that may mean the same value as `id`, which are written with [`Step::Any`] for some of its keys, and `id`.
    #[must_use]
    pub fn matching(&self, id: PathId) -> Vec<PathId> {
        let mut steps: Vec<&Step> = self
            .ancestors(id)
            .filter_map(|path| self.step(path))
            .collect();
        steps.reverse();
        let mut found = vec![PathId::ROOT];
        for step in steps {
            let mut next = Vec::new();
            for path in found {
                match step {
                    Step::Key(_) => {
                        next.extend(self.known(path, step));
                        next.extend(self.known(path, &Step::Any));
                    }
                    Step::Any => next.extend(self.children(path).map(|(_, child)| child)),
                }
            }
            next.sort_unstable();
            next.dedup();
            found = next;
        }
        found
    }
}

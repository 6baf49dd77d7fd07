//! Which renders are in one cluster.

use podwright_syntax::text::FileId;

use super::super::ObjectId;
use super::Worlds;
use super::askers::Awaited;
use super::render::{Recipe, ValuesSet};

impl Worlds {
    /// The objects that ask for the render that brings an object, the nearest first.
    pub(super) fn chain(&self, object: ObjectId) -> Vec<ObjectId> {
        let mut chain = Vec::new();
        let mut here = object;
        while let Some(render) = self.of_file(here.file)
            && let Some(asker) = render.asked_by
            && chain.len() <= self.renders.len()
        {
            chain.push(asker);
            here = asker;
        }
        chain
    }

    /// The render that brings all others of a cluster, as far as renders tell. `None` if a release of a chart, or what
    /// an Application asks for, is asked for by an object that is written in a file.
    fn outermost(&self, index: usize) -> Option<usize> {
        let mut index = index;
        for _ in 0..=self.renders.len() {
            let render = &self.renders[index];
            let Some(asker) = render.asked_by else {
                return Some(index);
            };
            match self.of_file.get(&asker.file) {
                Some(&outer) => index = outer,
                // Two of these that apply one directory are variants.
                None => return matches!(render.recipe, Recipe::Flux(_)).then_some(index),
            }
        }
        None
    }

    pub(super) fn find_clusters(&mut self) {
        let all = 0..self.renders.len();
        self.clusters = all.map(|index| self.outermost(index)).collect();
        self.in_cluster.clear();
        for (render, cluster) in self.renders.iter().zip(&self.clusters) {
            if let (Some(cluster), Ok(rendered)) = (cluster, &render.result) {
                let is_own = render.asked_by.is_none();
                let resources = self.in_cluster.entry(*cluster).or_default();
                // Several releases of a chart are in one cluster.
                if is_own || !render.recipe.is_chart() {
                    resources.extend(&rendered.resources);
                }
            }
        }
        for resources in self.in_cluster.values_mut() {
            resources.sort_unstable();
            resources.dedup();
        }
    }

    /// Whether objects of the two files may be in one cluster at the same time, as far as renders tell: two renders of
    /// the same objects are variants of each other.
    pub(in super::super) fn coexist(&self, one: FileId, other: FileId) -> bool {
        let index = |file: FileId| {
            let of_file = self.of_file.get(&file);
            of_file.or_else(|| self.used_by.get(&file)?.first())
        };
        let (Some(&one), Some(&other)) = (index(one), index(other)) else {
            return true;
        };
        let destination = |index: usize| self.destinations.get(&self.renders[index].asked_by?);
        if let (Some(one), Some(other)) = (destination(one), destination(other))
            && one.differs(other)
        {
            return false;
        }
        if self.are_separate_charts(one, other) {
            return false;
        }
        let cluster = |index: usize| *self.clusters.get(index)?;
        let (Some(one), Some(other)) = (cluster(one), cluster(other)) else {
            return true;
        };
        if one == other {
            return true;
        }
        let resources =
            |cluster: usize| self.in_cluster.get(&cluster).map_or(&[][..], Vec::as_slice);
        let (mut a, mut b) = (resources(one), resources(other));
        while let ([first, rest @ ..], [second, others @ ..]) = (a, b) {
            match first.cmp(second) {
                std::cmp::Ordering::Equal => return false,
                std::cmp::Ordering::Less => a = rest,
                std::cmp::Ordering::Greater => b = others,
            }
        }
        true
    }

    /// Whether the two are charts with values that nobody deploys. Such charts have nothing to do with each other, although
    /// all are rendered for one namespace.
    fn are_separate_charts(&self, one: usize, other: usize) -> bool {
        let root = |index: usize| {
            let render = &self.renders[index];
            let values = &render.release()?.values;
            matches!(values, ValuesSet::Defaults | ValuesSet::Test(_)).then_some(render.root)
        };
        match (root(one), root(other)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        }
    }

    /// Whether something that is not here may bring objects into a namespace.
    pub(in super::super) fn may_bring(&self, namespace: Option<&str>) -> bool {
        let is_there = |awaited: &Awaited| {
            let own = awaited.namespace.as_deref();
            own.is_none() || namespace.is_none() || own == namespace
        };
        self.awaited.iter().any(is_there)
    }

    /// Whether objects ask for renders.
    pub(in super::super) fn has_askers(&self) -> bool {
        !self.awaited.is_empty() || self.renders.iter().any(|render| render.asked_by.is_some())
    }
}

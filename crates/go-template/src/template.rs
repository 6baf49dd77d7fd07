use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::provenance::Text;
use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::node::Tree;
use crate::parse::parse;

/// A set of templates that can execute each other.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    trees: FxHashMap<Arc<str>, Arc<Tree>>,
    below: Option<Rc<Self>>,
}

impl Templates {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A set with the templates of another one, to which more can be added.
    #[must_use]
    pub fn above(below: Rc<Self>) -> Self {
        Self {
            trees: FxHashMap::default(),
            below: Some(below),
        }
    }

    /// The template of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Tree>> {
        let mut set = self;
        loop {
            if let Some(tree) = set.trees.get(name) {
                return Some(tree.clone());
            }
            set = set.below.as_deref()?;
        }
    }

    /// Adds a template. One that is empty does not replace another one (`associate`).
    pub fn add(&mut self, tree: Arc<Tree>) {
        if tree.is_empty() && self.get(&tree.name).is_some() {
            return;
        }
        self.trees.insert(tree.name.clone(), tree);
    }

    /// Parses a text and adds its templates.
    ///
    /// # Errors
    ///
    /// Returns the first error.
    pub fn parse(
        &mut self,
        name: &str,
        text: &Arc<Text>,
        is_function: &dyn Fn(&str) -> bool,
    ) -> Result<(), Error> {
        for tree in parse(name, text, is_function)? {
            self.add(tree);
        }
        Ok(())
    }

    /// All templates, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Tree>> {
        self.trees.values()
    }
}

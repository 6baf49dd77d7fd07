//! What is computed once for all objects.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Workspace;

/// Values by their types.
type Values = FxHashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Values that are kept until a file is replaced.
#[derive(Default)]
pub(super) struct Kept(Mutex<Values>);

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

impl Workspace {
    /// Returns what `compute` makes of the workspace, and computes it only once for each type: an index of all objects,
    /// so that not every object looks at all others.
    pub fn kept<T: Any + Send + Sync>(&self, compute: impl FnOnce(&Self) -> T) -> Arc<T> {
        let lock = || self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = TypeId::of::<T>();
        let known = lock().get(&key).cloned();
        // The lock is not held meanwhile, because `compute` may ask for other values.
        let value = known.unwrap_or_else(|| {
            let value: Arc<dyn Any + Send + Sync> = Arc::new(compute(self));
            lock().entry(key).or_insert(value).clone()
        });
        value
            .downcast()
            .unwrap_or_else(|_| unreachable!("the key is the type"))
    }
}

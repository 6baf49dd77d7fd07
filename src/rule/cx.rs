use crate::finding::{Edit, Finding, Fingerprint, Fix, Level, Safety};
use crate::model::{Container, Object, Pod, PodOrigin, VersionRange};
use crate::rule::Meta;
use crate::syntax::{Entry, NodeId, Scalar, Step, Tree};
use crate::text::{FileId, Place, Span, shortened};
use crate::workspace::{File, ObjectId, Workspace};

/// Where a rule stands, and what it may report.
pub struct Cx<'a> {
    /// All files of the run.
    pub workspace: &'a Workspace,
    /// The releases of the clusters that the manifests are for.
    pub versions: VersionRange,
    /// The file's id.
    pub file_id: FileId,
    /// The object, inside one.
    pub object: Option<(ObjectId, &'a Object)>,
    /// The pod, inside one.
    pub pod: Option<&'a Pod>,
    /// The container, inside one.
    pub container: Option<&'a Container>,
    /// The rule's facts.
    pub meta: &'static Meta,
    /// The level at which the rule reports here.
    pub level: Level,
    /// What was reported.
    pub findings: &'a mut Vec<Finding>,
    /// Whether the rule has no hook for what it was shown.
    pub passed: bool,
}

impl<'a> Cx<'a> {
    /// The file.
    #[must_use]
    pub fn file(&self) -> &'a File {
        self.workspace.file(self.file_id)
    }

    /// The file's tree.
    #[must_use]
    pub fn tree(&self) -> &'a Tree {
        &self.file().tree
    }

    /// Says that the rule has no hook for what it was shown.
    pub(super) fn pass(&mut self) {
        self.passed = true;
    }

    /// Whether the object is only a part, to be merged into another: what it lacks may stand there.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        let is_fragment = self.object.is_some_and(|(_, object)| object.is_fragment);
        is_fragment || self.workspace.is_patch(self.file_id)
    }

    /// Whether the pod stands in a custom resource, whose operator may change it before it makes a Pod.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.pod.is_some_and(|pod| pod.origin == PodOrigin::Custom)
    }

    /// The highest level that fits here: an error where the API server or the kubelet gets what is written,
    /// a warning where an operator stands between.
    #[must_use]
    pub fn ceiling(&self) -> Level {
        if self.is_custom() {
            Level::Warning
        } else {
            Level::Error
        }
    }

    /// Reports what is wrong with `node`, at the characters of its value.
    pub fn report(&mut self, node: NodeId, message: impl Into<String>) -> &mut Finding {
        let span = self.tree().span(node);
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports what is wrong with a part of the decoded value of the scalar `node`, given in bytes.
    pub fn report_within(
        &mut self,
        node: NodeId,
        within: std::ops::Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.tree().span_within(node, within);
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports that something is missing in the collection `node`, at the key that introduces it.
    pub fn report_missing(&mut self, node: NodeId, message: impl Into<String>) -> &mut Finding {
        let span = self.tree().introduction(node);
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports at a span that is no node's.
    pub fn report_span(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(self.file_id, span, None, message.into())
    }

    /// Reports what is wrong with `node`, at a span of its own.
    pub fn report_span_of(
        &mut self,
        node: NodeId,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports a part of the decoded value of a scalar in another file of the run.
    pub fn report_in(
        &mut self,
        file: FileId,
        node: NodeId,
        within: Option<std::ops::Range<usize>>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let tree = &self.workspace.file(file).tree;
        let span = match within {
            Some(within) => tree.span_within(node, within),
            None => tree.span(node),
        };
        self.push(file, span, Some(node), message.into())
    }

    /// The place of a node of this file.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Place {
        self.workspace.place(self.file_id, node)
    }

    /// The place of the key that introduces a node of this file, or of the node's first line.
    #[must_use]
    pub fn key_place(&self, node: NodeId) -> Place {
        Place {
            file: self.file_id,
            span: self.tree().introduction(node),
        }
    }

    /// The fix that writes `content` for the scalar `node`, in the quotes that it has.
    #[must_use]
    pub fn replace(&self, node: NodeId, content: &str, safety: Safety) -> Fix {
        let (span, content_there) = self.tree().rewrite(node, content);
        Fix {
            title: format!("Write `{content}`"),
            safety,
            edits: vec![Edit {
                place: self.workspace.place_of(self.file_id, span),
                content: content_there,
            }],
        }
    }

    /// The fix that deletes `key` from `mapping`; `None` where that would change something else too.
    #[must_use]
    pub fn remove(&self, mapping: NodeId, key: &str, safety: Safety) -> Option<Fix> {
        let span = self.tree().removal(mapping, key)?;
        Some(Fix {
            title: format!("Remove `{key}`"),
            safety,
            edits: vec![Edit {
                place: self.workspace.place_of(self.file_id, span),
                content: String::new(),
            }],
        })
    }

    /// The fix that makes `value` of `key` in `mapping`, be it there or not; `None` where that would change
    /// something else too.
    #[must_use]
    pub fn assign(
        &self,
        mapping: NodeId,
        key: &str,
        value: &Scalar<'_>,
        safety: Safety,
    ) -> Option<Fix> {
        let (span, content) = self.tree().assignment(mapping, key, value)?;
        let shown = match value {
            Scalar::Int(number) => number.to_string(),
            Scalar::Str(text) => text.to_string(),
            _ => content.clone(),
        };
        Some(Fix {
            title: format!("Write `{key}: {shown}`"),
            safety,
            edits: vec![self.edit(span, content)],
        })
    }

    /// The fix that writes `new: {name: number, …}` in the place of the entry `key` of `mapping`; `None` where that
    /// would change something else too.
    #[must_use]
    pub fn replace_entry(
        &self,
        mapping: NodeId,
        key: &str,
        new: &str,
        fields: &[(&str, u64)],
        safety: Safety,
    ) -> Option<Fix> {
        let (span, content) = self.tree().entry_replacement(mapping, key, new, fields)?;
        Some(Fix {
            title: format!("Write `{content}`"),
            safety,
            edits: vec![self.edit(span, content)],
        })
    }

    /// The fix that deletes an item of a list; `None` where that would change something else too, and of the
    /// only item.
    #[must_use]
    pub fn remove_item(&self, sequence: NodeId, item: NodeId, safety: Safety) -> Option<Fix> {
        let span = self.tree().item_removal(sequence, item)?;
        Some(Fix {
            title: "Remove the item".to_owned(),
            safety,
            edits: vec![self.edit(span, String::new())],
        })
    }

    /// The fix that deletes the entries before `last` that have its key; `None` where that would change something
    /// else too.
    #[must_use]
    pub fn remove_earlier(&self, mapping: NodeId, last: Entry, safety: Safety) -> Option<Fix> {
        let spans = self.tree().earlier_removal(mapping, last)?;
        let edits = spans.into_iter();
        Some(Fix {
            title: format!("Remove the earlier `{}`", self.tree().key_text(last.key)),
            safety,
            edits: edits.map(|span| self.edit(span, String::new())).collect(),
        })
    }

    fn edit(&self, span: Span, content: String) -> Edit {
        Edit {
            place: self.workspace.place_of(self.file_id, span),
            content,
        }
    }

    pub(super) fn push(
        &mut self,
        file: FileId,
        span: Span,
        node: Option<NodeId>,
        message: String,
    ) -> &mut Finding {
        let tree = &self.workspace.file(file).tree;
        let object = self
            .object
            .map(|(id, _)| self.workspace.object_reference(id));
        // The object stands in this file; a node of another one has its path from its own root.
        let object_here = self.object.filter(|_| file == self.file_id);
        let field = node.map(|node| field(tree, node, object_here.map(|(_, object)| object)));
        // What of the message is a credential is taken out of both when all is said (`lint/conceal.rs`).
        let fingerprint =
            Fingerprint::new(self.meta.name, object.as_ref(), field.as_deref(), &message);
        let place = Place { file, span };
        let mut finding = Finding::new(self.meta.name, self.level, place, message, fingerprint);
        finding.object = object;
        finding.field = field;
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

/// No key of Kubernetes is longer: a domain, a slash and a name.
const LONGEST_KEY: usize = 320;

/// The path of a node in its object, as Kubernetes writes it: `spec.containers[0].image`.
fn field(tree: &Tree, node: NodeId, object: Option<&Object>) -> String {
    let outer = object.map_or(0, |object| tree.path(object.node).len());
    let mut path = String::new();
    for step in tree.path(node).into_iter().skip(outer) {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Key(key) if key.len() > LONGEST_KEY => {
                path.push_str(&format!("[{:?}]", shortened(&key, LONGEST_KEY)));
            }
            Step::Key(key) if key.is_empty() || key.contains(['.', '[', '/']) => {
                path.push_str(&format!("[{key:?}]"));
            }
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&key);
            }
        }
    }
    path
}

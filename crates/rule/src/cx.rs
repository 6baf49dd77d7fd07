use crate::finding::{Applicability, Edit, Finding, Fix, Severity};
use crate::{ActiveRule, RuleDefinition};
use podwright_cluster::workspace::{File, ObjectId, Render, Workspace};
use podwright_model::{Container, Object, Pod, PodOrigin, VersionRange};
use podwright_syntax::text::{FileId, Location, Span};
use podwright_syntax::{Entry, NodeId, Scalar, SyntaxTree, notation};

/// Context of a rule: its current position in the workspace, and the findings that it reports.
pub struct RuleContext<'a> {
    /// All files of the run.
    pub workspace: &'a Workspace,
    /// Kubernetes releases that the manifests target.
    pub versions: VersionRange,
    /// ID of the current file.
    pub file_id: FileId,
    /// Current object, if any.
    pub object: Option<(ObjectId, &'a Object)>,
    /// Current pod, if any.
    pub pod: Option<&'a Pod>,
    /// Current container, if any.
    pub container: Option<&'a Container>,
    /// Active rules.
    pub rules: &'a [ActiveRule],
    /// Rule that findings are reported for; `None` if it is off.
    pub rule: Option<&'a ActiveRule>,
    /// Reported findings.
    pub findings: &'a mut Vec<Finding>,
    /// Last finding for a rule that is off.
    pub dropped: Option<Finding>,
}

impl<'a> RuleContext<'a> {
    /// Current file.
    #[must_use]
    pub fn file(&self) -> &'a File {
        self.workspace.file(self.file_id)
    }

    /// Syntax tree of the current file.
    #[must_use]
    pub fn tree(&self) -> &'a SyntaxTree {
        &self.file().tree
    }

    /// Selects the rule that findings are reported for, in a check of several rules. Findings for a rule that is off are
    /// dropped.
    pub fn as_rule(&mut self, rule: &'static RuleDefinition) -> &mut Self {
        let mut rules = self.rules.iter();
        self.rule = rules.find(|active| std::ptr::eq(active.meta, &rule.meta));
        self
    }

    /// Level of a finding that is less than the default of the rule. A level that somebody has configured counts as it is.
    #[must_use]
    pub fn unless_configured(&self, level: Severity) -> Severity {
        match self.rule.is_some_and(|rule| rule.has_own_level) {
            true => Severity::Error,
            false => level,
        }
    }

    /// Options of the rule; `O` is the `Options` that `declare_rule!` made.
    ///
    /// # Panics
    /// Panics if the rule has options of another type.
    #[must_use]
    pub fn options<O: 'static>(&self) -> &'a O {
        let options = self.rule.and_then(|rule| rule.options.downcast_ref());
        options.expect("a rule reads its own options")
    }

    /// Whether the object is a patch that is merged into another object, which may have the fields that this one lacks.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        match self.object {
            Some((_, object)) => self.workspace.is_partial_object(self.file_id, object),
            None => self.workspace.is_patch(self.file_id),
        }
    }

    /// Whether the node is in a volume that the API server does not validate, because a claim of the StatefulSet
    /// replaces it.
    #[must_use]
    pub fn is_in_replaced_volume(&self, node: NodeId) -> bool {
        let Some((_, object)) = self.object else {
            return false;
        };
        let tree = self.tree();
        let own = tree.span(node);
        let volumes = podwright_schema::replaced_volumes(tree, object);
        volumes.into_iter().any(|volume| {
            let around = tree.span(volume);
            around.start <= own.start && own.end <= around.end
        })
    }

    /// Whether the pod is in a custom resource, whose operator may change it before creating a Pod.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.pod.is_some_and(|pod| pod.origin == PodOrigin::Custom)
    }

    /// Highest level that applies here: error if the API server or the kubelet reads the value as written, warning if
    /// an operator is in between.
    #[must_use]
    pub fn ceiling(&self) -> Severity {
        if self.is_custom() {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    /// Reports a problem with `node`, at the span of its value.
    pub fn report(&mut self, node: NodeId, message: impl Into<String>) -> &mut Finding {
        let span = self.tree().span(node);
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports a problem with a part of the decoded value of the scalar `node`, given as a byte range.
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
        let span = self.tree().key_range(node);
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports at a span that does not belong to a node.
    pub fn report_span(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(self.file_id, span, None, message.into())
    }

    /// Reports a problem with `node` at a different span.
    pub fn report_span_of(
        &mut self,
        node: NodeId,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.push(self.file_id, span, Some(node), message.into())
    }

    /// Reports a problem with a part of the decoded value of a scalar in another file of the run.
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

    /// Reports a problem with the build of `render`, at a place in one of its files, or at the object that asks for the
    /// render if that file is a stored copy. The same problem of several builds
    /// becomes one finding.
    pub fn report_build(
        &mut self,
        render: &Render,
        place: Location,
        message: impl Into<String>,
    ) -> &mut Finding {
        let own = self.workspace.own_place(render, place);
        let finding = self.push(own.file, own.span, None, message.into());
        finding.builds = vec![render.id()];
        if own != place {
            finding.related(place, "in this chart of others");
        }
        finding
    }

    /// Location of a node in this file.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Location {
        self.workspace.place(self.file_id, node)
    }

    /// Location of the key that introduces a node in this file, or of the node's first line.
    #[must_use]
    pub fn key_place(&self, node: NodeId) -> Location {
        Location {
            file: self.file_id,
            span: self.tree().key_range(node),
        }
    }

    /// Creates a fix that replaces ranges of this file.
    #[must_use]
    pub fn fix<C: Into<String>>(
        &self,
        title: impl Into<String>,
        safety: Applicability,
        edits: impl IntoIterator<Item = (Span, C)>,
    ) -> Fix {
        let edits = edits.into_iter().map(|(span, content)| Edit {
            place: self.workspace.place_of(self.file_id, span),
            content: content.into(),
        });
        Fix {
            title: title.into(),
            safety,
            edits: edits.collect(),
        }
    }

    /// Creates a fix that replaces the value of the scalar `node` with `content` and keeps its quotes.
    #[must_use]
    pub fn replace(&self, node: NodeId, content: &str, safety: Applicability) -> Fix {
        let (span, content_there) = self.tree().replace_scalar(node, content);
        self.fix(
            format!("Replace with `{content}`"),
            safety,
            [(span, content_there)],
        )
    }

    /// Creates a fix that removes `key` from `mapping`; `None` if that would also change something else.
    #[must_use]
    pub fn remove(&self, mapping: NodeId, key: &str, safety: Applicability) -> Option<Fix> {
        let span = self.tree().delete_entry(mapping, key)?;
        Some(self.fix(format!("Remove `{key}`"), safety, [(span, "")]))
    }

    /// Creates a fix that sets `key` in `mapping` to `value`, whether or not the key exists; `None` if that would also
    /// change something else.
    #[must_use]
    pub fn assign(
        &self,
        mapping: NodeId,
        key: &str,
        value: &Scalar<'_>,
        safety: Applicability,
    ) -> Option<Fix> {
        let (span, content) = self.tree().set_value(mapping, key, value)?;
        let shown = match value {
            Scalar::Int(number) => number.to_string(),
            Scalar::Str(text) => text.to_string(),
            _ => content.clone(),
        };
        Some(self.fix(format!("Set `{key}: {shown}`"), safety, [(span, content)]))
    }

    /// Creates a fix that adds the entry `path` of mappings within each other to `mapping`, with a list of one scalar if
    /// `is_list`. The first key must not be there. `None` if that would also change something else.
    #[must_use]
    pub fn add_path(
        &self,
        mapping: NodeId,
        path: &[&str],
        value: &Scalar<'_>,
        is_list: bool,
        safety: Applicability,
    ) -> Option<Fix> {
        let (span, content) = self.tree().add_path(mapping, path, value, is_list)?;
        let title = format!("Add `{}`", path.join("."));
        Some(self.fix(title, safety, [(span, content)]))
    }

    /// Creates a fix that replaces the entry `key` of `mapping` with `new: {name: number, …}`; `None` if that would
    /// also change something else.
    #[must_use]
    pub fn replace_entry(
        &self,
        mapping: NodeId,
        key: &str,
        new: &str,
        fields: &[(&str, u64)],
        safety: Applicability,
    ) -> Option<Fix> {
        let (span, content) = self.tree().replace_entry_with(mapping, key, new, fields)?;
        Some(self.fix(
            format!("Replace with `{content}`"),
            safety,
            [(span, content)],
        ))
    }

    /// Creates a fix that removes an item from a list; `None` if that would also change something else, or if it is the
    /// only item.
    #[must_use]
    pub fn remove_item(
        &self,
        sequence: NodeId,
        item: NodeId,
        safety: Applicability,
    ) -> Option<Fix> {
        let span = self.tree().delete_item(sequence, item)?;
        Some(self.fix("Remove the item", safety, [(span, "")]))
    }

    /// Creates a fix that removes the entries before `last` that have the same key; `None` if that would also change
    /// something else.
    #[must_use]
    pub fn remove_earlier(
        &self,
        mapping: NodeId,
        last: Entry,
        safety: Applicability,
    ) -> Option<Fix> {
        let spans = self.tree().delete_earlier(mapping, last)?;
        let title = format!("Remove the earlier `{}`", self.tree().key_text(last.key));
        Some(self.fix(title, safety, spans.into_iter().map(|span| (span, ""))))
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
        // The object is in this file. The path of a node in another file starts at that file's root.
        let object_here = self.object.filter(|_| file == self.file_id);
        let field = node.map(|node| field(tree, node, object_here.map(|(_, object)| object)));
        let (name, level) = self
            .rule
            .map_or(("", Severity::Info), |rule| (rule.meta.name, rule.level));
        // Credentials in the message are redacted later (`lint/redact.rs`).
        let place = Location { file, span };
        let mut finding = Finding::new(name, level, place, message);
        finding.object = object;
        finding.field = field;
        if self.rule.is_none() {
            return self.dropped.insert(finding);
        }
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

/// Path of a node in its object, in Kubernetes notation: `spec.containers[0].image`.
fn field(tree: &SyntaxTree, node: NodeId, object: Option<&Object>) -> String {
    let outer = object.map_or(0, |object| tree.path(object.node).len());
    notation(tree.path(node).into_iter().skip(outer))
}

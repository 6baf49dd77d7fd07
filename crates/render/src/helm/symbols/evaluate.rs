//! Follows values through templates without rendering them: all branches, with all that a value may be.

mod access;
mod call;
mod change;
mod collections;
mod functions;
mod strings;

pub(super) use call::matches;

use std::sync::Arc;

use podwright_go_template::{Branch, Command, Node, Operand, OperandKind, Pipe, Tree};
use podwright_syntax::provenance::Origin;
use podwright_syntax::text::{FileId, Location, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::abstract_value::{Atom, Set};
use super::facts::{Facts, UnknownReader, Use};
use super::path::{PathId, Paths};
use super::program::Program;

/// Most nodes that are looked at.
const MAX_STEPS: usize = 400_000;

/// Most templates within each other.
const MAX_DEPTH: usize = 80;

/// Most times that all templates are looked at again because they change what others see.
const MAX_ROUNDS: usize = 4;

/// Looks at all templates.
pub(super) fn evaluate(program: &Program, paths: Paths) -> Facts {
    let mut evaluator = Evaluator {
        program,
        facts: Facts::new(paths),
        done: FxHashSet::default(),
        reached: FxHashSet::default(),
        steps: 0,
        depth: 0,
        context_fields: FxHashMap::default(),
        assigned: FxHashMap::default(),
        merged: FxHashMap::default(),
        is_changed: false,
    };
    evaluator.all();
    evaluator.facts
}

struct Evaluator<'p> {
    program: &'p Program,
    facts: Facts,
    /// Templates that were looked at with these arguments.
    done: FxHashSet<(*const Tree, Set)>,
    reached: FxHashSet<*const Tree>,
    steps: usize,
    depth: usize,
    /// What templates set in `.` of a chart.
    context_fields: FxHashMap<(usize, Arc<str>), Set>,
    /// What templates set in values; `None` for a key that is not known.
    assigned: FxHashMap<(PathId, Option<Arc<str>>), Set>,
    /// Maps whose entries templates merge into values.
    merged: FxHashMap<PathId, Set>,
    is_changed: bool,
}

/// A template that is executed.
struct Frame<'t> {
    tree: &'t Tree,
    /// The file that it is written in and the offset of its text there, if the text is copied from it.
    base: Option<(FileId, u32)>,
    /// What counts as the place of what has none.
    fallback: Option<Location>,
    dot: Set,
    variables: Vec<(Arc<str>, Set)>,
}

/// A value, and what it is written as.
#[derive(Clone)]
struct Flow {
    set: Set,
    place: Option<Location>,
    /// Whether the place is that of a string constant between its quotes.
    is_constant: bool,
}

impl Flow {
    fn new(set: Set, place: Option<Location>) -> Self {
        Self {
            set,
            place,
            is_constant: false,
        }
    }
}

impl Frame<'_> {
    fn place(&self, span: std::ops::Range<usize>) -> Option<Location> {
        match self.base {
            Some((file, base)) => {
                let at = |offset: usize| base + u32::try_from(offset).unwrap_or(0);
                Some(Location {
                    file,
                    span: Span::new(at(span.start), at(span.end)),
                })
            }
            None => {
                let place = self.tree.place(&span);
                place.filter(|place| place.span.len() as usize == span.len())
            }
        }
    }
}

/// File and offset of a text that is copied from one place.
fn base_of(tree: &Tree) -> Option<(FileId, u32)> {
    let mut runs = tree.text.runs();
    match (runs.next(), runs.next()) {
        (Some((_, Origin::Copied(at))), None) => Some((at.file, at.span.start)),
        _ => None,
    }
}

impl Evaluator<'_> {
    fn all(&mut self) {
        let program = self.program;
        for _ in 0..MAX_ROUNDS {
            self.is_changed = false;
            self.done.clear();
            for (chart, tree) in &program.entries {
                self.run(tree, Set::one(Atom::Context(*chart)), None);
            }
            // Templates for other charts, and forgotten ones.
            for (chart, tree) in &program.definitions {
                if !self.reached.contains(&Arc::as_ptr(tree)) {
                    self.run(tree, Set::one(Atom::Context(*chart)), None);
                    self.reached.remove(&Arc::as_ptr(tree));
                }
            }
            if !self.is_changed {
                break;
            }
        }
        if self.is_changed || self.steps >= MAX_STEPS {
            self.facts
                .is_unknown(PathId::ROOT, UnknownReader::Other(None));
        }
    }

    /// Executes a template.
    fn run(&mut self, tree: &Tree, dot: Set, fallback: Option<Location>) {
        if self.depth >= MAX_DEPTH || self.steps >= MAX_STEPS {
            self.escape(&dot, fallback);
            return;
        }
        self.reached.insert(std::ptr::from_ref(tree));
        if !self.done.insert((std::ptr::from_ref(tree), dot.clone())) {
            return;
        }
        self.depth += 1;
        let mut frame = Frame {
            tree,
            base: base_of(tree),
            fallback,
            variables: vec![("$".into(), dot.clone())],
            dot,
        };
        self.nodes(&mut frame, &tree.root);
        self.depth -= 1;
    }

    fn nodes(&mut self, frame: &mut Frame<'_>, nodes: &[Node]) {
        for node in nodes {
            self.steps += 1;
            if self.steps >= MAX_STEPS {
                return;
            }
            match node {
                Node::Action(pipe) => {
                    let flow = self.pipe(frame, pipe);
                    if pipe.variables.is_empty() {
                        self.consume(&flow, Use::Value);
                    }
                }
                Node::If(branch) => {
                    let scope = frame.variables.len();
                    let flow = self.pipe(frame, &branch.pipe);
                    self.consume(&flow, Use::Test);
                    self.branches(frame, branch);
                    frame.variables.truncate(scope);
                }
                Node::With(branch) => {
                    let scope = frame.variables.len();
                    let flow = self.pipe(frame, &branch.pipe);
                    self.consume(&flow, Use::Test);
                    let outer = std::mem::replace(&mut frame.dot, flow.set);
                    let inner = frame.variables.len();
                    self.nodes(frame, &branch.list);
                    frame.variables.truncate(inner);
                    frame.dot = outer;
                    self.nodes(frame, branch.otherwise.as_deref().unwrap_or_default());
                    frame.variables.truncate(scope);
                }
                Node::Range(branch) => self.range(frame, branch),
                Node::Template(call) => {
                    let dot = match &call.pipe {
                        Some(pipe) => self.pipe(frame, pipe),
                        None => Flow::new(Set::opaque(), None),
                    };
                    let name = Flow::new(Set::text(&*call.name), frame.fallback);
                    self.include(&name, &dot);
                }
                Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
            }
        }
    }

    fn branches(&mut self, frame: &mut Frame<'_>, branch: &Branch) {
        let scope = frame.variables.len();
        self.nodes(frame, &branch.list);
        frame.variables.truncate(scope);
        self.nodes(frame, branch.otherwise.as_deref().unwrap_or_default());
        frame.variables.truncate(scope);
    }

    fn range(&mut self, frame: &mut Frame<'_>, branch: &Branch) {
        let scope = frame.variables.len();
        let mut pipe = branch.pipe.clone();
        let variables = std::mem::take(&mut pipe.variables);
        let flow = self.pipe(frame, &pipe);
        self.consume(&flow, Use::Keys);
        let (keys, elements) = (self.keys(&flow.set), self.elements(&flow.set));
        let mut declared = match variables.as_slice() {
            [one] => vec![(one.clone(), elements.clone())],
            [key, element, ..] => vec![(key.clone(), keys), (element.clone(), elements.clone())],
            [] => Vec::new(),
        };
        if branch.pipe.is_assignment {
            for (name, set) in declared.drain(..) {
                assign(frame, &name, &set);
            }
        }
        frame.variables.append(&mut declared);
        let outer = std::mem::replace(&mut frame.dot, elements);
        let inner = frame.variables.len();
        // What the first round assigns, the second one sees.
        for _ in 0..2 {
            let before: Vec<Set> = frame.variables.iter().map(|(_, set)| set.clone()).collect();
            self.nodes(frame, &branch.list);
            frame.variables.truncate(inner);
            let mut now = frame.variables.iter().map(|(_, set)| set);
            if before.iter().all(|before| now.next() == Some(before)) {
                break;
            }
        }
        frame.dot = outer;
        frame.variables.truncate(scope);
        self.nodes(frame, branch.otherwise.as_deref().unwrap_or_default());
        frame.variables.truncate(scope);
    }

    fn pipe(&mut self, frame: &mut Frame<'_>, pipe: &Pipe) -> Flow {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(frame, command, pipe.span.start, last));
        }
        let flow = last.unwrap_or_else(|| Flow::new(Set::opaque(), None));
        for name in &pipe.variables {
            match pipe.is_assignment {
                true => assign(frame, name, &flow.set),
                false => frame.variables.push((name.clone(), flow.set.clone())),
            }
        }
        flow
    }

    fn command(
        &mut self,
        frame: &mut Frame<'_>,
        command: &Command,
        start: usize,
        last: Option<Flow>,
    ) -> Flow {
        self.steps += 1;
        // With the commands before it, which give it its last argument.
        let start = if last.is_some() {
            start
        } else {
            command.span.start
        };
        let place = frame.place(start..command.span.end).or(frame.fallback);
        let Some((first, rest)) = command.operands.split_first() else {
            return Flow::new(Set::opaque(), place);
        };
        if rest.is_empty() && last.is_none() && !matches!(first.kind, OperandKind::Identifier(_)) {
            return self.operand(frame, first);
        }
        let mut arguments: Vec<Flow> = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            let argument = self.operand(frame, operand);
            arguments.push(argument);
        }
        arguments.extend(last);
        let set = match &first.kind {
            OperandKind::Identifier(name) => {
                let target = rest.first().and_then(variable);
                self.function(frame, name, &arguments, place, target)
            }
            _ => {
                let called = self.operand(frame, first);
                self.method(&called.set, &arguments)
            }
        };
        Flow::new(self.bounded(set, place), place)
    }

    fn operand(&mut self, frame: &mut Frame<'_>, operand: &Operand) -> Flow {
        let place = frame.place(operand.span.clone()).or(frame.fallback);
        let set = match &operand.kind {
            OperandKind::Bool(_) | OperandKind::Nil => Set::opaque(),
            OperandKind::Dot => frame.dot.clone(),
            OperandKind::Number(number) => Set::text(&*number.text),
            OperandKind::String(quoted, text) => {
                let inner = operand.span.start + 1..operand.span.end.saturating_sub(1);
                let is_plain = quoted.len() == text.len() + 2;
                return Flow {
                    set: Set::text(text.as_str()),
                    place: is_plain.then(|| frame.place(inner)).flatten().or(place),
                    is_constant: is_plain,
                };
            }
            OperandKind::Field(names) => {
                let dot = frame.dot.clone();
                self.fields(frame, dot, names, operand.span.start)
            }
            OperandKind::Variable(names) => {
                let name = &names[0];
                let variable = frame
                    .variables
                    .iter()
                    .rev()
                    .find(|(known, _)| known == name);
                let set = variable.map_or_else(Set::opaque, |(_, set)| set.clone());
                self.fields(frame, set, &names[1..], operand.span.start + name.len())
            }
            OperandKind::Chain(inner, names) => {
                let set = self.operand(frame, inner).set;
                self.fields(frame, set, names, inner.span.end)
            }
            OperandKind::Pipe(pipe) => {
                let scope = frame.variables.len();
                let flow = self.pipe(frame, pipe);
                frame.variables.truncate(scope);
                return flow;
            }
            OperandKind::Identifier(name) => self.function(frame, name, &[], place, None),
        };
        Flow::new(set, place)
    }

    /// `.a.b`, whose first point is at `start`.
    fn fields(
        &mut self,
        frame: &Frame<'_>,
        mut set: Set,
        names: &[Arc<str>],
        mut start: usize,
    ) -> Set {
        for name in names {
            let key = frame.place(start + 1..start + 1 + name.len());
            set = self.field(&set, name, key, frame.fallback);
            start += 1 + name.len();
        }
        self.bounded(set, frame.fallback)
    }

    /// The set, unless it is too large to go on with.
    fn bounded(&mut self, set: Set, place: Option<Location>) -> Set {
        if !set.is_too_large() {
            return set;
        }
        self.escape(&set, place);
        Set::opaque()
    }
}

/// The variable that an operand is, if it is nothing else.
fn variable(operand: &Operand) -> Option<Arc<str>> {
    match &operand.kind {
        OperandKind::Variable(names) if names.len() == 1 && *names[0] != *"$" => {
            Some(names[0].clone())
        }
        _ => None,
    }
}

/// Adds to what a variable may be: a branch may or may not be executed.
fn assign(frame: &mut Frame<'_>, name: &Arc<str>, set: &Set) {
    let mut variables = frame.variables.iter_mut().rev();
    if let Some((_, old)) = variables.find(|(known, _)| known == name) {
        *old = old.union(set);
    }
}

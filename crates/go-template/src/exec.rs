//! Executes templates (`text/template/exec.go`).

mod call;
mod eval;
mod field;
mod literal;
mod range;

use std::any::Any;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::provenance::{Origin, Text};
use podwright_syntax::text::Location;

use crate::error::{Error, ErrorKind};
use crate::function::{Functions, Machine};
use crate::node::{Branch, Node, Operand, Pipe, TemplateCall, Tree};
use crate::print;
use crate::quote::quoted;
use crate::template::Templates;
use crate::value::{Data, Value};
use literal::Dependencies;

/// What a key that a map does not have is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value at all.
    #[default]
    Invalid,
    /// The zero value of the type of the map's values.
    Zero,
    /// An error.
    Error,
}

/// How much an execution may take. Go has only the last limit, which is 100,000 there.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Evaluated nodes.
    pub steps: u64,
    /// Bytes of text and data that are made, whether or not they are still needed.
    pub bytes: usize,
    /// Levels of templates, control structures and pipelines within each other. The stack of the thread needs
    /// [`Limits::STACK_PER_LEVEL`] bytes for each.
    pub depth: usize,
}

/// Most values within a value that is printed, copied or compared.
const MAX_SIZE: usize = 500_000;

impl Limits {
    /// Bytes of the stack for a level, in a build without optimization.
    pub const STACK_PER_LEVEL: usize = 8 << 10;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 5_000_000,
            bytes: 80 << 20,
            depth: 12_000,
        }
    }
}

/// Executes templates of a set. One executor shares its limits among all that it executes.
pub struct Executor<'e> {
    functions: &'e Functions,
    templates: Rc<Templates>,
    host: &'e dyn Any,
    missing_key: MissingKey,
    limits: Limits,
    depth: usize,
}

impl std::fmt::Debug for Executor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Executor")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl<'e> Executor<'e> {
    /// An executor of these templates. Functions see `host`.
    #[must_use]
    pub fn new(
        functions: &'e Functions,
        templates: Rc<Templates>,
        host: &'e dyn Any,
        missing_key: MissingKey,
        limits: Limits,
    ) -> Self {
        Self {
            functions,
            templates,
            host,
            missing_key,
            limits,
            depth: 0,
        }
    }

    /// Executes the template `name` with `dot`.
    ///
    /// # Errors
    ///
    /// Returns the first error, as Go does, or the limit that was reached.
    pub fn execute(&mut self, name: &str, dot: Value) -> Result<Text, Error> {
        let Some(tree) = self.templates.get(name) else {
            let message = format!(
                "template: no template {} associated with template \"gotpl\"",
                quoted(name)
            );
            return Err(Error::without_place(ErrorKind::Exec, message));
        };
        let mut out = Text::default();
        // An error leaves the levels that it comes from open.
        let depth = self.depth;
        let result = self.run(&tree, dot, &mut out);
        self.depth = depth;
        result.map(|()| out)
    }

    fn run(&mut self, tree: &Tree, dot: Value, out: &mut Text) -> Result<(), Error> {
        let dot = dot.unboxed();
        let mut state = State {
            machine: self,
            tree,
            at: At::Nothing,
            variables: vec![("$".into(), dot.clone())],
            dependencies: Dependencies::default(),
            out,
        };
        state.list(&dot, &tree.root).map_err(|error| *error)?;
        Ok(())
    }
}

impl Machine for Executor<'_> {
    fn host(&self) -> &dyn Any {
        self.host
    }

    fn allocate(&mut self, bytes: usize) -> Result<(), String> {
        match self.limits.bytes.checked_sub(bytes) {
            Some(rest) => {
                self.limits.bytes = rest;
                Ok(())
            }
            None => {
                self.limits.bytes = 0;
                Err("the templates make too much text".to_owned())
            }
        }
    }

    fn include(&mut self, name: &str, dot: Value) -> Result<Text, Error> {
        self.execute(name, dot)
    }

    fn parse_and_execute(
        &mut self,
        name: &str,
        text: &Arc<Text>,
        dot: Value,
    ) -> Result<Text, Error> {
        if let Err(message) = self.allocate(text.len()) {
            return Err(Error::without_place(ErrorKind::Limit, message));
        }
        if !text.as_str().contains("{{") {
            return Ok((**text).clone());
        }
        let functions = self.functions;
        let mut templates = Templates::above(self.templates.clone());
        templates.parse(name, text, &|name| functions.contains(name))?;
        let outer = std::mem::replace(&mut self.templates, Rc::new(templates));
        let result = self.execute(name, dot);
        self.templates = outer;
        result
    }
}

/// Where the execution is, for messages.
#[derive(Clone, Copy)]
enum At<'t> {
    Nothing,
    Node(&'t Node),
    Pipe(&'t Pipe),
    Operand(&'t Operand),
    Command(&'t crate::node::Command),
}

/// What follows after a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The execution of one template.
struct State<'x, 'e, 't> {
    machine: &'x mut Executor<'e>,
    tree: &'t Tree,
    at: At<'t>,
    variables: Vec<(Arc<str>, Value)>,
    dependencies: Dependencies,
    out: &'x mut Text,
}

type Outcome<T> = Result<T, Box<Error>>;

impl<'t> State<'_, '_, 't> {
    fn span(&self) -> Range<usize> {
        match self.at {
            At::Nothing => 0..0,
            At::Node(node) => match node {
                Node::Text(range) => range.clone(),
                Node::Action(pipe) => pipe.span.clone(),
                Node::If(branch) | Node::Range(branch) | Node::With(branch) => {
                    branch.pipe.span.clone()
                }
                other => other.pos()..other.pos(),
            },
            At::Pipe(pipe) => pipe.span.clone(),
            At::Operand(operand) => operand.span.clone(),
            At::Command(command) => command.span.clone(),
        }
    }

    fn place(&self) -> Option<Location> {
        self.tree.place(&self.span())
    }

    fn failure(&self, kind: ErrorKind, message: String, cause: Option<Box<Error>>) -> Box<Error> {
        let (pos, context) = match self.at {
            At::Nothing => (0, String::new()),
            At::Node(node) => (node.pos(), node.show(self.tree)),
            At::Pipe(pipe) => (pipe.span.start, pipe.to_string()),
            At::Operand(operand) => (operand.pos, operand.to_string()),
            At::Command(command) => (command.span.start, command.to_string()),
        };
        let (line, column) = self.tree.line_column(pos);
        Box::new(Error {
            kind,
            template: self.tree.parse_name.clone(),
            line,
            column: Some(column),
            place: self.place(),
            executing: Some(Box::new((self.tree.name.clone(), context))),
            message,
            cause,
        })
    }

    fn error<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(self.failure(ErrorKind::Exec, message.into(), None))
    }

    fn limit<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(self.failure(ErrorKind::Limit, message.into(), None))
    }

    fn step(&mut self) -> Outcome<()> {
        match self.machine.limits.steps.checked_sub(1) {
            Some(rest) => {
                self.machine.limits.steps = rest;
                Ok(())
            }
            None => self.limit("the templates need too many steps"),
        }
    }

    /// Counts work that grows with the size of a value: 16 bytes or items are a step.
    fn work(&mut self, size: usize) -> Outcome<()> {
        let steps = u64::try_from(size / 16).unwrap_or(u64::MAX);
        match self.machine.limits.steps.checked_sub(steps) {
            Some(rest) => {
                self.machine.limits.steps = rest;
                Ok(())
            }
            None => self.limit("the templates need too many steps"),
        }
    }

    /// Counts work for all that a value contains.
    fn deep_work(&mut self, value: &Value) -> Outcome<()> {
        if !matches!(value.data, Data::Map(_) | Data::List(_)) {
            return Ok(());
        }
        let size = crate::value::size(value, MAX_SIZE);
        match size > MAX_SIZE {
            true => self.limit("a value in the templates is too large"),
            false => self.work(4 * size),
        }
    }

    /// Enters a level of nesting. Not left after an error, which ends the execution of the template.
    fn enter(&mut self) -> Outcome<()> {
        self.machine.depth += 1;
        if self.machine.depth > self.machine.limits.depth {
            return self.limit("the templates are nested too deeply");
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.machine.depth -= 1;
    }

    fn write(&mut self, text: &Text) -> Outcome<()> {
        if let Err(message) = self.machine.allocate(crate::text::weight(text)) {
            return self.limit(message);
        }
        self.out.push(text);
        Ok(())
    }

    fn list(&mut self, dot: &Value, nodes: &'t [Node]) -> Outcome<Flow> {
        for node in nodes {
            let flow = self.walk(dot, node)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn walk(&mut self, dot: &Value, node: &'t Node) -> Outcome<Flow> {
        self.at = At::Node(node);
        self.step()?;
        match node {
            Node::Text(range) => {
                let text = self.literal_text(range.clone())?;
                self.write(&text)?;
            }
            Node::Action(pipe) => {
                let value = self.pipeline(dot, pipe)?;
                if pipe.variables.is_empty() {
                    self.at = At::Node(node);
                    let text = self.printed(&value)?;
                    self.dependencies.printed(&text);
                    self.write(&text)?;
                }
            }
            Node::If(branch) => return self.if_or_with(dot, branch, false),
            Node::With(branch) => return self.if_or_with(dot, branch, true),
            Node::Range(branch) => return self.range(dot, node, branch),
            Node::Template(call) => self.template(dot, call)?,
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn if_or_with(&mut self, dot: &Value, branch: &'t Branch, is_with: bool) -> Outcome<Flow> {
        let mark = self.variables.len();
        self.enter()?;
        let equalities = self.dependencies.mark();
        let outer = std::mem::replace(&mut self.dependencies.is_condition, !is_with);
        let value = self.pipeline(dot, &branch.pipe)?;
        self.dependencies.is_condition = outer;
        if !value.is_true() {
            self.dependencies.truncate(equalities);
        }
        let flow = match (value.is_true(), &branch.otherwise) {
            (true, _) if is_with => self.list(&value, &branch.list)?,
            (true, _) => self.list(dot, &branch.list)?,
            (false, Some(otherwise)) => self.list(dot, otherwise)?,
            (false, None) => Flow::Next,
        };
        self.leave();
        self.dependencies.truncate(equalities);
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn template(&mut self, dot: &Value, call: &'t TemplateCall) -> Outcome<()> {
        let Some(tree) = self.machine.templates.get(&call.name) else {
            return self.error(format!("template {} not defined", quoted(&call.name)));
        };
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::nil(),
        };
        self.enter()?;
        self.machine.run(&tree, dot, self.out).map_err(Box::new)?;
        self.leave();
        Ok(())
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Outcome<()> {
        match self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| **known == *name)
        {
            Some((_, variable)) => {
                *variable = value;
                Ok(())
            }
            None => self.error(format!("undefined variable: {name}")),
        }
    }

    /// The text that an action writes (`printValue`).
    fn printed(&mut self, value: &Value) -> Outcome<Text> {
        self.deep_work(value)?;
        let text = match &value.data {
            Data::Nil => Text::constant("<no value>"),
            Data::Object(object) if object.kind() == crate::object::ObjectKind::Function => {
                let (At::Node(node), name) = (self.at, object.type_name()) else {
                    return self.error("can't print a function");
                };
                let shown = node.show(self.tree);
                return self.error(format!("can't print {shown} of type {name}"));
            }
            Data::Object(object) => match object.string_of_pointer() {
                Some(string) => Text::new(string, value.origin.clone()),
                None => print::printed(value),
            },
            _ => print::printed(value),
        };
        let is_anywhere = text.runs().all(|(_, origin)| *origin != Origin::Nowhere);
        if is_anywhere {
            return Ok(text);
        }
        let Some(place) = self.place() else {
            return Ok(text);
        };
        let mut placed = Text::new("", Origin::made_at(place));
        for (range, origin) in text.runs() {
            let origin = match origin {
                Origin::Nowhere => Origin::made_at(place),
                other => other.clone(),
            };
            placed.push_str(&text.as_str()[range], origin);
        }
        Ok(placed)
    }
}

//! The syntax tree of a CEL expression: the grammar and the macros of cel-go.

use std::ops::Range;

use super::Wrong;
use super::lexer::{Spanned, Token, tokens};

/// Maximum depth: `maxRecursionDepth` of cel-go is 250.
const MAX_DEPTH: usize = 40;

/// Most tokens of an expression. Trees are at most as deep.
const MAX_TOKENS: usize = 1_000;

/// Words that cannot be identifiers.
const RESERVED: [&str; 18] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// An expression.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Literal(Literal),
    Ident(String),
    Select {
        of: Box<Expr>,
        field: String,
        is_optional: bool,
    },
    /// Call of a function, an operator or a macro.
    Call {
        of: Option<Box<Expr>>,
        name: String,
        arguments: Vec<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// A message with its fields.
    Message {
        name: String,
        values: Vec<Expr>,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Literal {
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Str,
    Bytes,
}

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Expr, Wrong> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        end: text.trim_end().len(),
    };
    if parser.tokens.len() > MAX_TOKENS {
        return Err(Wrong::unknown());
    }
    let expr = parser.expression()?;
    match parser.tokens.get(parser.next) {
        None => Ok(expr),
        Some(extra) => Err(Wrong::new(
            "has text after the end of the expression",
            extra.at.clone(),
        )),
    }
}

struct Parser {
    tokens: Vec<Spanned>,
    next: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|spanned| &spanned.token)
    }

    fn position(&self) -> Range<usize> {
        let at = self.tokens.get(self.next);
        at.map_or(self.end.saturating_sub(1)..self.end, |token| {
            token.at.clone()
        })
    }

    fn last_end(&self) -> usize {
        let last = self.next.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.at.end)
    }

    fn is(&mut self, operator: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Op(own)) if *own == operator);
        self.next += usize::from(is);
        is
    }

    fn one_of(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        operators.iter().copied().find(|operator| self.is(operator))
    }

    fn expect(&mut self, operator: &'static str) -> Result<(), Wrong> {
        if self.is(operator) {
            return Ok(());
        }
        Err(Wrong::new(
            format!("is not CEL: expected `{operator}`"),
            self.position(),
        ))
    }

    fn call(&self, start: usize, name: &str, arguments: Vec<Expr>) -> Expr {
        self.expr(
            start,
            Kind::Call {
                of: None,
                name: name.to_owned(),
                arguments,
            },
        )
    }

    fn expr(&self, start: usize, kind: Kind) -> Expr {
        Expr {
            kind,
            at: start..self.last_end().max(start),
        }
    }

    fn expression(&mut self) -> Result<Expr, Wrong> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Wrong::unknown());
        }
        let start = self.position().start;
        let condition = self.binary(0)?;
        let whole = if self.is("?") {
            let yes = self.binary(0)?;
            self.expect(":")?;
            let no = self.expression()?;
            self.call(start, "_?_:_", vec![condition, yes, no])
        } else {
            condition
        };
        self.depth -= 1;
        Ok(whole)
    }

    /// Binary operators, from the weakest.
    fn binary(&mut self, level: usize) -> Result<Expr, Wrong> {
        const LEVELS: [&[&str]; 5] = [
            &["||"],
            &["&&"],
            &["==", "!=", "<=", ">=", "<", ">", "in"],
            &["+", "-"],
            &["*", "/", "%"],
        ];
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let start = self.position().start;
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.one_of(operators) {
            let right = self.binary(level + 1)?;
            left = self.call(start, operator, vec![left, right]);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Wrong> {
        let start = self.position().start;
        let mut prefixes = Vec::new();
        if let Some(operator) = self.one_of(&["!", "-"]) {
            prefixes.push(operator);
            while self.is(operator) {
                prefixes.push(operator);
            }
        }
        let mut inner = self.member()?;
        // Two of them cancel each other, as in `visitLogicalNot` of cel-go. `-1` is a number.
        if let [operator, rest @ ..] = prefixes.as_slice()
            && rest.len() % 2 == 0
        {
            let name = if *operator == "!" { "!_" } else { "-_" };
            inner = self.call(start, name, vec![inner]);
        }
        Ok(inner)
    }

    fn member(&mut self) -> Result<Expr, Wrong> {
        let start = self.position().start;
        let mut inner = self.primary()?;
        loop {
            if self.is(".") {
                let is_optional = self.is("?");
                let at = self.position();
                let (field, is_quoted) = match self.peek().cloned() {
                    Some(Token::Ident(name)) => (name, false),
                    Some(Token::Quoted(name)) => (name, true),
                    // `in` is not a name.
                    _ => return Err(Wrong::new("is not CEL: expected the name of a field", at)),
                };
                self.next += 1;
                if !is_optional && !is_quoted && self.is("(") {
                    let arguments = self.list(")")?;
                    inner = self.expr(
                        start,
                        Kind::Call {
                            of: Some(Box::new(inner)),
                            name: field,
                            arguments,
                        },
                    );
                    continue;
                }
                inner = self.expr(
                    start,
                    Kind::Select {
                        of: Box::new(inner),
                        field,
                        is_optional,
                    },
                );
            } else if self.is("[") {
                let is_optional = self.is("?");
                let index = self.expression()?;
                self.expect("]")?;
                let name = if is_optional { "_[?_]" } else { "_[_]" };
                inner = self.call(start, name, vec![inner, index]);
            } else if matches!(self.peek(), Some(Token::Op("{"))) {
                let Some(name) = qualified(&inner) else {
                    return Ok(inner);
                };
                self.next += 1;
                let values = self.fields()?;
                inner = self.expr(start, Kind::Message { name, values });
            } else {
                return Ok(inner);
            }
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Expr>, Wrong> {
        let mut items = Vec::new();
        loop {
            if self.is(end) {
                return Ok(items);
            }
            // Items of a list may be optional.
            if end == "]" {
                self.is("?");
            }
            items.push(self.expression()?);
            if !self.is(",") {
                self.expect(end)?;
                return Ok(items);
            }
            if end == ")" && matches!(self.peek(), Some(Token::Op(")"))) {
                return Err(Wrong::new(
                    "is not CEL: expected an argument",
                    self.position(),
                ));
            }
        }
    }

    fn fields(&mut self) -> Result<Vec<Expr>, Wrong> {
        let mut values = Vec::new();
        while !self.is("}") {
            self.is("?");
            match self.peek() {
                Some(Token::Ident(_) | Token::Quoted(_)) => self.next += 1,
                _ => {
                    let message = "is not CEL: expected the name of a field";
                    return Err(Wrong::new(message, self.position()));
                }
            }
            self.expect(":")?;
            values.push(self.expression()?);
            if !self.is(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(values)
    }

    fn primary(&mut self) -> Result<Expr, Wrong> {
        let at = self.position();
        let start = at.start;
        // A leading `.` makes a name absolute.
        self.is(".");
        let Some(token) = self.peek().cloned() else {
            return Err(Wrong::new("ends too early", at));
        };
        self.next += 1;
        let literal = match token {
            Token::Ident(name) => {
                match &*name {
                    "null" => return Ok(self.expr(start, Kind::Literal(Literal::Null))),
                    "true" | "false" => return Ok(self.expr(start, Kind::Literal(Literal::Bool))),
                    _ => {}
                }
                if RESERVED.contains(&&*name) {
                    let message = format!("has the reserved word `{name}` as a name");
                    return Err(Wrong::new(message, at));
                }
                if self.is("(") {
                    let arguments = self.list(")")?;
                    return Ok(self.call(start, &name, arguments));
                }
                return Ok(self.expr(start, Kind::Ident(name)));
            }
            Token::Op("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Op("[") => {
                let items = self.list("]")?;
                return Ok(self.expr(start, Kind::List(items)));
            }
            Token::Op("{") => return self.map(start),
            Token::Int => Literal::Int,
            Token::Uint => Literal::Uint,
            Token::Double => Literal::Double,
            Token::Str => Literal::Str,
            Token::Bytes => Literal::Bytes,
            Token::Op(operator) => {
                let message = format!("is not CEL: expected a value before `{operator}`");
                return Err(Wrong::new(message, at));
            }
            Token::Quoted(_) => {
                return Err(Wrong::new("has backticks around what is not a field", at));
            }
        };
        Ok(self.expr(start, Kind::Literal(literal)))
    }

    fn map(&mut self, start: usize) -> Result<Expr, Wrong> {
        let mut entries = Vec::new();
        while !self.is("}") {
            self.is("?");
            let key = self.expression()?;
            self.expect(":")?;
            entries.push((key, self.expression()?));
            if !self.is(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(self.expr(start, Kind::Map(entries)))
    }
}

/// The name in `a.b.c`, if the expression is one.
pub(super) fn qualified(expr: &Expr) -> Option<String> {
    match &expr.kind {
        Kind::Ident(name) => Some(name.clone()),
        Kind::Select {
            of,
            field,
            is_optional: false,
        } => Some(format!("{}.{field}", qualified(of)?)),
        _ => None,
    }
}

//! Parses an expression: the grammar of cel-go, without what Kubernetes does not turn on.

use std::ops::Range;
use std::sync::Arc;

use crate::CompileError;
use crate::ast::{Entry, Expr, Item, Kind};
use crate::lexer::{Spanned, Token, tokens};
use crate::macros;
use crate::names::RESERVED;
use crate::value::Value;

/// Maximum depth of the tree. `maxRecursionDepth` of cel-go is 250.
const MAX_DEPTH: usize = 150;

/// Maximum number of brackets around an expression.
const MAX_BRACKETS: usize = 60;

/// Maximum number of parts, which macros can multiply.
pub(crate) const MAX_SIZE: usize = 100_000;

/// Maximum length in code points: `expressionSizeCodePointLimit` of cel-go.
const MAX_LENGTH: usize = 100_000;

/// Parses an expression, and expands its macros. Also returns the number of its parts.
pub(crate) fn parse(text: &str) -> Result<(Expr, usize), CompileError> {
    if text.len() > MAX_LENGTH && text.chars().count() > MAX_LENGTH {
        return Err(CompileError::limit("is longer than 100000 characters"));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        copied: 0,
        end: last_character(text.trim_end()),
    };
    let (mut expr, _) = parser.expression()?;
    if let Some(extra) = parser.tokens.get(parser.next) {
        let message = "has text after the end of the expression";
        return Err(CompileError::new(message, extra.at.clone()));
    }
    let mut next = 0;
    number(&mut expr, &mut next);
    Ok((expr, next as usize))
}

/// Gives each part of the tree its number.
fn number(expr: &mut Expr, next: &mut u32) {
    expr.id = *next;
    *next += 1;
    match &mut expr.kind {
        Kind::Constant(_) | Kind::Ident(_) => {}
        Kind::Select { of, .. } => number(of, next),
        Kind::Call { of, arguments, .. } => {
            if let Some(of) = of {
                number(of, next);
            }
            arguments.iter_mut().for_each(|own| number(own, next));
        }
        Kind::List(items) => items
            .iter_mut()
            .for_each(|own| number(&mut own.value, next)),
        Kind::Map(entries) => {
            for entry in entries {
                number(&mut entry.key, next);
                number(&mut entry.value, next);
            }
        }
        Kind::Message { fields, .. } => fields.iter_mut().for_each(|(_, own)| number(own, next)),
        Kind::Comprehension(own) => {
            number(&mut own.range, next);
            number(&mut own.start, next);
            number(&mut own.condition, next);
            number(&mut own.step, next);
            number(&mut own.result, next);
        }
    }
}

/// An expression and the depth of its tree.
type Deep = (Expr, usize);

/// Where a text ends too early.
fn last_character(text: &str) -> Range<usize> {
    let last = text.char_indices().next_back();
    last.map_or(0, |(at, _)| at)..text.len()
}

struct Parser {
    tokens: Vec<Spanned>,
    next: usize,
    depth: usize,
    /// The last character.
    end: Range<usize>,
    /// Number of parts that macros copied.
    copied: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|spanned| &spanned.token)
    }

    fn position(&self) -> Range<usize> {
        let at = self.tokens.get(self.next);
        at.map_or(self.end.clone(), |token| token.at.clone())
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

    fn expect(&mut self, operator: &'static str) -> Result<(), CompileError> {
        if self.is(operator) {
            return Ok(());
        }
        let message = format!("is not CEL: expected `{operator}`");
        Err(CompileError::new(message, self.position()))
    }

    fn expr(&self, start: usize, kind: Kind) -> Expr {
        Expr {
            kind,
            at: start..self.last_end().max(start),
            id: 0,
        }
    }

    fn call(&self, start: usize, name: &str, arguments: Vec<Expr>) -> Expr {
        let kind = Kind::Call {
            of: None,
            name: name.into(),
            arguments,
        };
        self.expr(start, kind)
    }

    fn check_depth(depth: usize) -> Result<usize, CompileError> {
        if depth > MAX_DEPTH {
            return Err(CompileError::limit("is nested too deeply"));
        }
        Ok(depth)
    }

    fn expression(&mut self) -> Result<Deep, CompileError> {
        self.depth += 1;
        if self.depth > MAX_BRACKETS {
            return Err(CompileError::limit("is nested too deeply"));
        }
        let start = self.position().start;
        let (condition, mut depth) = self.logic(&["||"])?;
        let whole = if self.is("?") {
            let (yes, a) = self.logic(&["||"])?;
            self.expect(":")?;
            let (no, b) = self.expression()?;
            depth = depth.max(a).max(b) + 1;
            self.call(start, "_?_:_", vec![condition, yes, no])
        } else {
            condition
        };
        self.depth -= 1;
        Ok((whole, Self::check_depth(depth)?))
    }

    /// `||` and `&&`, whose terms make a balanced tree.
    fn logic(&mut self, operators: &[&'static str; 1]) -> Result<Deep, CompileError> {
        let start = self.position().start;
        let is_or = operators[0] == "||";
        let inner = |parser: &mut Self| match is_or {
            true => parser.logic(&["&&"]),
            false => parser.relation(),
        };
        let (first, mut depth) = inner(self)?;
        let mut terms = vec![first];
        while self.is(operators[0]) {
            let (next, own) = inner(self)?;
            depth = depth.max(own);
            terms.push(next);
        }
        let levels = usize::BITS - (terms.len() - 1).leading_zeros();
        let name = if is_or { "_||_" } else { "_&&_" };
        let whole = self.balanced(start, name, terms);
        Ok((whole, Self::check_depth(depth + levels as usize)?))
    }

    /// `balancedTree` of cel-go.
    fn balanced(&self, start: usize, name: &str, mut terms: Vec<Expr>) -> Expr {
        if terms.len() == 1 {
            return terms.swap_remove(0);
        }
        // The operator in the middle is the root.
        let middle = (terms.len() - 1) / 2 + 1;
        let right = terms.split_off(middle);
        let (left, right) = (
            self.balanced(start, name, terms),
            self.balanced(start, name, right),
        );
        let at = left.at.start..right.at.end;
        let mut whole = self.call(start, name, vec![left, right]);
        whole.at = at;
        whole
    }

    fn relation(&mut self) -> Result<Deep, CompileError> {
        self.binary(0)
    }

    /// Binary operators, from the weakest.
    fn binary(&mut self, level: usize) -> Result<Deep, CompileError> {
        const LEVELS: [&[&str]; 3] = [
            &["==", "!=", "<=", ">=", "<", ">", "in"],
            &["+", "-"],
            &["*", "/", "%"],
        ];
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let start = self.position().start;
        let (mut left, mut depth) = self.binary(level + 1)?;
        while let Some(operator) = self.one_of(operators) {
            let (right, own) = self.binary(level + 1)?;
            depth = Self::check_depth(depth.max(own) + 1)?;
            let name = match operator {
                "in" => "@in".to_owned(),
                _ => format!("_{operator}_"),
            };
            left = self.call(start, &name, vec![left, right]);
        }
        Ok((left, depth))
    }

    fn unary(&mut self) -> Result<Deep, CompileError> {
        let start = self.position().start;
        let mut count = 0;
        let Some(operator) = self.one_of(&["!", "-"]) else {
            return self.member(false);
        };
        // `-1` is a number.
        if operator == "-" && matches!(self.peek(), Some(Token::Int(_) | Token::Double(_))) {
            return self.member(true);
        }
        count += 1;
        while self.is(operator) {
            count += 1;
        }
        let (inner, depth) = self.member(false)?;
        if count % 2 == 0 {
            return Ok((inner, depth));
        }
        let name = if operator == "!" { "!_" } else { "-_" };
        let whole = self.call(start, name, vec![inner]);
        Ok((whole, Self::check_depth(depth + 1)?))
    }

    fn member(&mut self, is_negative: bool) -> Result<Deep, CompileError> {
        let start = match is_negative {
            true => self.last_end() - 1,
            false => self.position().start,
        };
        let (mut inner, mut depth) = self.primary(is_negative)?;
        loop {
            if self.is(".") {
                let is_optional = self.is("?");
                let at = self.position();
                let field: Arc<str> = match self.peek() {
                    Some(Token::Ident(name)) if !matches!(&**name, "true" | "false" | "null") => {
                        name.as_str().into()
                    }
                    Some(Token::Quoted) => {
                        let message = "has backticks, which Kubernetes does not turn on";
                        return Err(CompileError::new(message, at));
                    }
                    _ => {
                        let message = "is not CEL: expected the name of a field";
                        return Err(CompileError::new(message, at));
                    }
                };
                self.next += 1;
                depth = Self::check_depth(depth + 1)?;
                if !is_optional && self.is("(") {
                    let (arguments, own) = self.arguments()?;
                    depth = Self::check_depth(depth.max(own + 1))?;
                    let at = start..self.last_end();
                    inner = macros::member(inner, &field, arguments, at, &mut self.copied)?;
                    // What the macros add.
                    depth =
                        Self::check_depth(depth + 3 * usize::from(macros::is_expanded(&inner)))?;
                } else if is_optional {
                    let field = Expr {
                        kind: Kind::Constant(Value::text(&field)),
                        at,
                        id: 0,
                    };
                    inner = self.call(start, "_?._", vec![inner, field]);
                } else {
                    let kind = Kind::Select {
                        of: Box::new(inner),
                        field,
                        is_test: false,
                    };
                    inner = self.expr(start, kind);
                }
            } else if self.is("[") {
                let is_optional = self.is("?");
                let (index, own) = self.expression()?;
                self.expect("]")?;
                depth = Self::check_depth(depth.max(own) + 1)?;
                let name = if is_optional { "_[?_]" } else { "_[_]" };
                inner = self.call(start, name, vec![inner, index]);
            } else if matches!(self.peek(), Some(Token::Op("{"))) {
                let Some(name) = inner.qualified() else {
                    return Ok((inner, depth));
                };
                self.next += 1;
                let (fields, own) = self.fields()?;
                depth = Self::check_depth(depth.max(own) + 1)?;
                inner = self.expr(start, Kind::Message { name, fields });
            } else {
                return Ok((inner, depth));
            }
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Expr>, usize), CompileError> {
        let (mut list, mut depth) = (Vec::new(), 0);
        if self.is(")") {
            return Ok((list, depth));
        }
        loop {
            let (argument, own) = self.expression()?;
            depth = depth.max(own);
            list.push(argument);
            if !self.is(",") {
                self.expect(")")?;
                return Ok((list, depth));
            }
        }
    }

    fn list(&mut self, start: usize) -> Result<Deep, CompileError> {
        let (mut items, mut depth) = (Vec::new(), 0);
        // `[,]` is an empty list.
        if self.is(",") {
            self.expect("]")?;
            return Ok((self.expr(start, Kind::List(items)), 1));
        }
        while !self.is("]") {
            let is_optional = self.is("?");
            let (value, own) = self.expression()?;
            depth = depth.max(own);
            items.push(Item { value, is_optional });
            if !self.is(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok((
            self.expr(start, Kind::List(items)),
            Self::check_depth(depth + 1)?,
        ))
    }

    fn fields(&mut self) -> Result<(Vec<(String, Expr)>, usize), CompileError> {
        let (mut fields, mut depth) = (Vec::new(), 0);
        while !self.is("}") {
            self.is("?");
            let name = match self.peek() {
                Some(Token::Ident(name)) => name.clone(),
                _ => {
                    let message = "is not CEL: expected the name of a field";
                    return Err(CompileError::new(message, self.position()));
                }
            };
            self.next += 1;
            self.expect(":")?;
            let (value, own) = self.expression()?;
            depth = depth.max(own);
            fields.push((name, value));
            if !self.is(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok((fields, depth))
    }

    fn map(&mut self, start: usize) -> Result<Deep, CompileError> {
        let (mut entries, mut depth) = (Vec::new(), 0);
        if self.is(",") {
            self.expect("}")?;
            return Ok((self.expr(start, Kind::Map(entries)), 1));
        }
        while !self.is("}") {
            let is_optional = self.is("?");
            let (key, a) = self.expression()?;
            self.expect(":")?;
            let (value, b) = self.expression()?;
            depth = depth.max(a).max(b);
            entries.push(Entry {
                key,
                value,
                is_optional,
            });
            if !self.is(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok((
            self.expr(start, Kind::Map(entries)),
            Self::check_depth(depth + 1)?,
        ))
    }

    fn primary(&mut self, is_negative: bool) -> Result<Deep, CompileError> {
        let at = self.position();
        let start = at.start;
        // A leading `.` makes a name absolute.
        let is_absolute = self.is(".");
        let Some(token) = self.peek().cloned() else {
            return Err(CompileError::new("ends too early", at));
        };
        self.next += 1;
        if is_absolute && !matches!(token, Token::Ident(_)) {
            let message = "is not CEL: expected a name after `.`";
            return Err(CompileError::new(message, at));
        }
        let sign = if is_negative { "-" } else { "" };
        let invalid = |what: &str| {
            let message = format!("has an invalid number: {what}");
            Err(CompileError::new(message, at.clone()))
        };
        let value = match token {
            Token::Ident(name) => match &*name {
                "null" if !is_absolute => Value::Null,
                "true" | "false" if !is_absolute => Value::Bool(name == "true"),
                _ if RESERVED.contains(&&*name) => {
                    let message = format!("has the reserved word `{name}` as a name");
                    return Err(CompileError::new(message, at));
                }
                _ if self.is("(") => {
                    let (arguments, depth) = self.arguments()?;
                    let at = start..self.last_end();
                    // Only a name without `.` is a macro.
                    if is_absolute && name == "has" {
                        let message = "calls the unknown function `.has`";
                        return Err(CompileError::new(message, at));
                    }
                    let whole = macros::global(&name, arguments, at)?;
                    return Ok((whole, Self::check_depth(depth + 1)?));
                }
                _ => {
                    let kind = Kind::Ident(name.as_str().into());
                    return Ok((self.expr(start, kind), 1));
                }
            },
            Token::Op("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Op("[") => return self.list(start),
            Token::Op("{") => return self.map(start),
            Token::Int(digits) => {
                let number = match digits.strip_prefix("0x") {
                    Some(hex) => i64::from_str_radix(&format!("{sign}{hex}"), 16),
                    None => format!("{sign}{digits}").parse(),
                };
                match number {
                    Ok(number) => Value::Int(number),
                    Err(_) => return invalid("it does not fit into 64 bits"),
                }
            }
            Token::Uint(digits) => {
                let number = match digits.strip_prefix("0x") {
                    Some(hex) => u64::from_str_radix(hex, 16),
                    None => digits.parse(),
                };
                match number {
                    Ok(number) => Value::Uint(number),
                    Err(_) => return invalid("it does not fit into 64 bits"),
                }
            }
            Token::Double(digits) => match format!("{sign}{digits}").parse::<f64>() {
                Ok(number) if number.is_finite() => Value::Double(number),
                _ => return invalid("it is too large"),
            },
            Token::Text(text) => Value::text(&text),
            Token::Bytes(bytes) => Value::Bytes(bytes.into()),
            Token::Op(operator) => {
                let message = format!("is not CEL: expected a value before `{operator}`");
                return Err(CompileError::new(message, at));
            }
            Token::Quoted => {
                let message = "has backticks, which Kubernetes does not turn on";
                return Err(CompileError::new(message, at));
            }
        };
        let start = start - usize::from(is_negative);
        Ok((self.expr(start, Kind::Constant(value)), 1))
    }
}

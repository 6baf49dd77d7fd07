//! `{{ range }}` (`walkRange`).

use crate::node::{Branch, Node};
use crate::print;
use crate::value::{Data, IntType, Value};

use super::{Flow, Outcome, State};

impl<'t> State<'_, '_, 't> {
    pub(super) fn range(
        &mut self,
        dot: &Value,
        node: &'t Node,
        branch: &'t Branch,
    ) -> Outcome<Flow> {
        let outer = self.variables.len();
        self.enter()?;
        let value = self.pipeline(dot, &branch.pipe)?;
        let mark = self.variables.len();
        let has_run = match &value.data {
            Data::Nil => false,
            Data::Int(kind, count) => {
                if branch.pipe.variables.len() > 1 {
                    return self.error(format!(
                        "can't use {count} to iterate over more than one variable"
                    ));
                }
                let mut index = 0;
                while index < *count {
                    let item = Value::new(Data::Int(*kind, index), value.origin.made());
                    if self.iteration(branch, mark, Value::nil(), item)? == Flow::Break {
                        break;
                    }
                    index += 1;
                }
                *count > 0
            }
            Data::List(list) => {
                for index in 0..list.items.len() {
                    let item = list.get(index).unwrap_or_else(Value::nil);
                    let index = int(index);
                    if self.iteration(branch, mark, index, item)? == Flow::Break {
                        break;
                    }
                }
                !list.items.is_empty()
            }
            Data::Bytes(bytes) => {
                for (index, &byte) in bytes.iter().enumerate() {
                    let item = Value::constant(Data::Int(IntType::Uint8, byte.into()));
                    if self.iteration(branch, mark, int(index), item)? == Flow::Break {
                        break;
                    }
                }
                !bytes.is_empty()
            }
            Data::Map(map) => {
                self.work(16 * map.len())?;
                let entries = map.to_vec();
                self.entries(branch, mark, &entries)?
            }
            Data::Object(object) => match object.items() {
                Some(entries) => {
                    self.work(16 * entries.len())?;
                    self.entries(branch, mark, &entries)?
                }
                None => return self.cannot_iterate(node, &value),
            },
            Data::Bool(_) | Data::Float(_) | Data::Complex(..) | Data::String(_) => {
                return self.cannot_iterate(node, &value);
            }
        };
        let flow = match &branch.otherwise {
            Some(otherwise) if !has_run => self.list(dot, otherwise)?,
            _ => Flow::Next,
        };
        self.leave();
        self.variables.truncate(outer);
        Ok(flow)
    }

    fn cannot_iterate<T>(&mut self, _: &'t Node, value: &Value) -> Outcome<T> {
        let shown = print::sprint(std::slice::from_ref(value));
        self.error(format!("range can't iterate over {shown}"))
    }

    fn entries(
        &mut self,
        branch: &'t Branch,
        mark: usize,
        entries: &[(crate::value::Key, Value)],
    ) -> Outcome<bool> {
        for (key, item) in entries {
            let key = Value::constant(Data::String(key.0.clone()));
            if self.iteration(branch, mark, key, item.clone())? == Flow::Break {
                break;
            }
        }
        Ok(!entries.is_empty())
    }

    fn iteration(
        &mut self,
        branch: &'t Branch,
        mark: usize,
        index: Value,
        item: Value,
    ) -> Outcome<Flow> {
        self.step()?;
        let pipe = &branch.pipe;
        match (pipe.variables.as_slice(), pipe.is_assignment) {
            ([], _) => {}
            ([one], true) => self.set_variable(one, item.clone())?,
            ([first, second, ..], true) => {
                self.set_variable(first, index)?;
                self.set_variable(second, item.clone())?;
            }
            ([_], false) => self.variables[mark - 1].1 = item.clone(),
            ([_, _, ..], false) => {
                self.variables[mark - 1].1 = item.clone();
                self.variables[mark - 2].1 = index;
            }
        }
        let flow = self.list(&item, &branch.list)?;
        self.variables.truncate(mark);
        Ok(flow)
    }
}

fn int(index: usize) -> Value {
    Value::constant(Data::Int(
        IntType::Int,
        i64::try_from(index).unwrap_or(i64::MAX),
    ))
}

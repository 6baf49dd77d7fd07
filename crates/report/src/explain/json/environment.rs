//! Environments of containers, as JSON.

use serde::Serialize;

use super::{PlaceOut, kind_name};
use crate::Positions;
use podwright_cluster::environment::Origin;
use podwright_explain::environment::{
    EnvironmentExplanation, HostnameExplanation, Shown, VariableExplanation, origin,
};
use podwright_syntax::text::Location;

/// Environment of a container, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnvironmentOut<'a> {
    user: &'static str,
    name: Option<&'a str>,
    #[serde(flatten)]
    place: PlaceOut<'a>,
    variables: Vec<VariableOut<'a>>,
    may_have_more: &'a [String],
    may_have_more_services: bool,
    failures: Vec<FailureOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VariableOut<'a> {
    name: &'a str,
    value: Option<&'a str>,
    known: &'static str,
    origin: &'static str,
    text: String,
    place: Option<PlaceOut<'a>>,
    since: Option<String>,
    in_place_of: Vec<HiddenOut<'a>>,
}

#[derive(Serialize)]
struct HiddenOut<'a> {
    origin: &'static str,
    text: String,
    place: Option<PlaceOut<'a>>,
}

#[derive(Serialize)]
struct FailureOut<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

impl<'a> EnvironmentOut<'a> {
    pub(super) fn new(answer: &'a EnvironmentExplanation, positions: &Positions<'a>) -> Self {
        let services = answer.services.iter().flat_map(|one| &one.variables);
        let failures = answer.failures.iter();
        Self {
            user: kind_name(answer.kind),
            name: answer.name.as_deref(),
            place: PlaceOut::new(answer.place, positions),
            variables: services
                .chain(&answer.variables)
                .map(|one| VariableOut::new(one, positions))
                .collect(),
            may_have_more: &answer.open,
            may_have_more_services: answer.may_have_more_services,
            failures: failures
                .map(|(text, place)| FailureOut {
                    text,
                    place: PlaceOut::new(*place, positions),
                })
                .collect(),
        }
    }
}

impl<'a> VariableOut<'a> {
    fn new(variable: &'a VariableExplanation, positions: &Positions<'a>) -> Self {
        let place = |place: Option<Location>| place.map(|place| PlaceOut::new(place, positions));
        let (known, value) = match &variable.value {
            Shown::Text(text) => ("value", Some(text.as_str())),
            Shown::Partly(text) => ("part", Some(text.as_str())),
            Shown::Hidden => ("not-shown", None),
            Shown::Source => ("source", None),
            Shown::Unknown => ("nothing", None),
            Shown::Missing => ("missing", None),
        };
        Self {
            name: &variable.name,
            value,
            known,
            origin: origin_name(&variable.origin),
            text: origin(&variable.origin),
            place: place(variable.place),
            since: variable.since.map(|since| since.to_string()),
            in_place_of: variable
                .hides
                .iter()
                .map(|(hidden, at)| HiddenOut {
                    origin: origin_name(hidden),
                    text: origin(hidden),
                    place: place(*at),
                })
                .collect(),
        }
    }
}

const fn origin_name(origin: &Origin) -> &'static str {
    match origin {
        Origin::Service(..) => "service",
        Origin::EnvFrom(..) => "env-from",
        Origin::Written => "value",
        Origin::Key(..) => "key",
        Origin::Field(_) => "field",
        Origin::Resource(..) => "resource",
        Origin::File(..) => "file",
        Origin::Unreadable => "unreadable",
    }
}

/// Host name of a Pod, as JSON.
#[derive(Serialize)]
pub(super) struct HostnameOut<'a> {
    name: &'a str,
    text: &'a str,
}

impl<'a> From<&'a HostnameExplanation> for HostnameOut<'a> {
    fn from(answer: &'a HostnameExplanation) -> Self {
        Self {
            name: &answer.name,
            text: &answer.text,
        }
    }
}

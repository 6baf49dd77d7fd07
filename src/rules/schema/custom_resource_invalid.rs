use super::{path, subject};
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::{Limit, Problem, ProblemKind};

/// Options of `custom-resource-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CustomResourceInvalid {}

impl Rule for CustomResourceInvalid {
    const META: Meta = Meta {
        name: "custom-resource-invalid",
        chapter: "schema",
        summary: "a value of a custom resource is not what its CustomResourceDefinition asks for",
        page: include_str!("../../../rules/schema/custom-resource-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for CustomResourceInvalid {
    fn problem(&self, problem: &Problem<'_>, cx: &mut Cx<'_>) {
        let ProblemKind::Limit(limit) = &problem.kind else {
            return;
        };
        let what = if problem.field.is_empty() {
            "the object".to_owned()
        } else {
            subject(problem, cx)
        };
        let level = if limit.is_lack() {
            Level::Warning
        } else {
            Level::Error
        };
        let path = path(problem.node, cx);
        let note = format!(
            "the API server refuses the object with 422 `{}`",
            limit.said(&path)
        );
        let message = format!("{what} {limit}");
        // A mapping may be long: what is wrong is what introduces it.
        let finding = if cx.tree().kind(cx.tree().resolve(problem.node)).is_scalar() {
            cx.report(problem.node, message)
        } else {
            cx.report_missing(problem.node, message)
        };
        finding.at_most(level).note(note);
        finding.help(help(limit));
    }
}

fn help(limit: &Limit<'_>) -> String {
    let one_of = |fields: &[&str]| {
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        fields.join(", ")
    };
    match limit {
        Limit::NoneOf { is_one, fields } if !fields.is_empty() => {
            let more = if *is_one { "" } else { ", or more" };
            format!("write one of {}{more}", one_of(fields))
        }
        Limit::SeveralOf {
            fields, defaults, ..
        } if fields.len() > defaults.len() => {
            let written = fields.iter().copied();
            let written: Vec<&str> = written.filter(|field| !defaults.contains(field)).collect();
            match &defaults[..] {
                [] => "remove all but one of them".to_owned(),
                _ => format!(
                    "remove {}: the API server fills in {}",
                    one_of(&written),
                    one_of(defaults)
                ),
            }
        }
        Limit::RuledOut([_]) => "remove it".to_owned(),
        Limit::RuledOut([_, ..]) => "remove one of them".to_owned(),
        Limit::NoneOf { .. } | Limit::SeveralOf { .. } | Limit::RuledOut([]) => {
            "see the schema in the CustomResourceDefinition".to_owned()
        }
        Limit::Pattern(_) => "write a text that matches it".to_owned(),
        Limit::Format(format) => example(format).to_owned(),
        Limit::TooShort(_) | Limit::FewItems(_) | Limit::FewFields(_) => "write more".to_owned(),
        Limit::TooLong(_) | Limit::ManyItems(_) | Limit::ManyFields(_) => "write less".to_owned(),
        Limit::Least { .. } => "write a larger number".to_owned(),
        Limit::Most { .. } => "write a smaller number".to_owned(),
        Limit::NotMultiple(_) => "write a multiple of it".to_owned(),
        Limit::Resource => {
            "write a kind as `Pod` is one, and an API version as `v1` or `apps/v1`".to_owned()
        }
    }
}

/// What a text of a format looks like.
fn example(format: &str) -> &'static str {
    match format.replace('-', "").as_str() {
        "datetime" => "write a date and a time as RFC 3339 does: `2026-01-31T23:59:59Z`",
        "date" => "write a date as RFC 3339 does: `2026-01-31`",
        "duration" => "write numbers with units: `1h30m`, `10s`",
        "ipv4" => "write an address: `192.0.2.1`",
        "ipv6" => "write an address: `2001:db8::1`",
        "cidr" => "write a range of addresses: `192.0.2.0/24`",
        "uri" => {
            "write an address with its scheme, `https://example.com/`, or a path that begins with `/`"
        }
        "hostname" => "write the name of a host: `www.example.com`",
        "email" => "write an address: `name@example.com`",
        "byte" => "write it in base64",
        "mac" => "write a hardware address: `00:00:5e:00:53:01`",
        "k8sshortname" => "write small letters, digits and `-` between them, 63 characters at most",
        "k8slongname" => {
            "write small letters, digits, and `-` and `.` between them, 253 characters at most"
        }
        _ => "write a text of that format",
    }
}

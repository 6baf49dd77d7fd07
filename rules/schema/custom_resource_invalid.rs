use super::values::{self, is_of_definition, level_of_lack};
use super::{path, quoted, subject};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::{BrokenRule, Limit, Problem, ProblemKind};
use podwright_syntax::{NodeId, text::FileId};

/// Characters of a rule that the help shows.
const MAX_RULE: usize = 120;

declare_rule! {
    name: "custom-resource-invalid",
    summary: "custom resource violates the schema or a rule of its CustomResourceDefinition",
    severity: Error,
    since: "0.1.0",
    hooks: { problem: check },
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    if is_of_definition(problem) {
        values::report(problem, cx);
    }
    if let ProblemKind::Rule(broken) = &problem.kind {
        rule(problem.node, broken, cx);
    }
    let ProblemKind::Limit(limit) = &problem.kind else {
        return;
    };
    let what = if problem.field.is_empty() {
        "the object".to_owned()
    } else {
        subject(problem, cx)
    };
    let is_scalar = cx.tree().kind(cx.tree().resolve(problem.node)).is_scalar();
    let level = match limit.is_lack() && !is_scalar {
        true => level_of_lack(problem, cx),
        false => Severity::Error,
    };
    let path = path(problem.node, cx);
    let note = format!(
        "the API server rejects the object (422, `{}`)",
        limit.said(&path)
    );
    let message = format!("{what} {limit}");
    // A mapping may span many lines, so report at its key.
    let finding = if is_scalar {
        cx.report(problem.node, message)
    } else {
        cx.report_missing(problem.node, message)
    };
    finding.at_most(level).note(note);
    finding.help(help(limit));
}

/// Reports that the object breaks a CEL rule.
fn rule(node: NodeId, broken: &BrokenRule<'_>, cx: &mut RuleContext<'_>) {
    let subject = match broken.field.as_str() {
        "" => "the object".to_owned(),
        field => format!("`{field}`"),
    };
    // An expression may have changed a credential, so that it is not recognized in the text.
    let has_credentials = cx
        .object
        .is_some_and(|(id, _)| cx.workspace.has_credentials(id));
    let message = match &broken.error {
        _ if broken.is_computed && has_credentials => format!(
            "{subject} breaks a rule whose message is not shown, because the object has credentials"
        ),
        None => format!("{subject}: {}", broken.message),
        Some(error) => format!("{subject}: the rule of its definition fails: {error}"),
    };
    let place = broken
        .origin
        .map(|(file, node)| cx.workspace.place(FileId(file), node));
    let field = match broken.field.as_str() {
        "" => broken.reason.to_owned(),
        field => format!("{field}: {}", broken.reason),
    };
    let finding = if cx.tree().kind(cx.tree().resolve(node)).is_scalar() {
        cx.report(node, message)
    } else {
        cx.report_missing(node, message)
    };
    finding.note(format!(
        "the API server rejects the object (422, `{field}`)"
    ));
    let rule: Vec<&str> = broken.rule.split_whitespace().collect();
    let rule = rule.join(" ");
    finding.help(match place {
        Some(_) if rule.chars().count() > MAX_RULE => {
            "change the object so that it meets the rule".to_owned()
        }
        _ => format!("change the object so that it meets the rule `{rule}`"),
    });
    if let Some(place) = place {
        finding.related(place, "rule of the CustomResourceDefinition");
    }
}

fn help(limit: &Limit<'_>) -> String {
    match limit {
        Limit::NoneOf { is_one, fields } if !fields.is_empty() => {
            let more = if *is_one { "" } else { ", or several of them" };
            format!("add one of {}{more}", quoted(fields))
        }
        Limit::SeveralOf {
            fields, defaults, ..
        } if fields.len() > defaults.len() => {
            let written = fields.iter().copied();
            let written: Vec<&str> = written.filter(|field| !defaults.contains(field)).collect();
            match &defaults[..] {
                [] => "remove all but one of these fields".to_owned(),
                _ => format!(
                    "remove {}: the API server sets {} by default",
                    quoted(&written),
                    quoted(defaults)
                ),
            }
        }
        Limit::RuledOut([_]) => "remove the field".to_owned(),
        Limit::RuledOut([_, ..]) => "remove one of these fields".to_owned(),
        Limit::NoneOf { .. } | Limit::SeveralOf { .. } | Limit::RuledOut([]) => {
            "check the schema in the CustomResourceDefinition".to_owned()
        }
        Limit::Pattern(_) => "use a string that matches the pattern".to_owned(),
        Limit::Format(format) => example(format).to_owned(),
        Limit::TooShort(_) | Limit::FewItems(_) | Limit::FewFields(_) => {
            "add content until the minimum is reached".to_owned()
        }
        Limit::TooLong(_) | Limit::ManyItems(_) | Limit::ManyFields(_) => {
            "shorten it to the maximum".to_owned()
        }
        Limit::Least { .. } => "use a larger number".to_owned(),
        Limit::Most { .. } => "use a smaller number".to_owned(),
        Limit::NotMultiple(_) => "use a multiple of this number".to_owned(),
        Limit::Resource => {
            "use a kind such as `Pod`, and an API version such as `v1` or `apps/v1`".to_owned()
        }
    }
}

/// Help text with an example value of a string format.
fn example(format: &str) -> &'static str {
    match format.replace('-', "").as_str() {
        "datetime" => "use an RFC 3339 date and time: `2026-01-31T23:59:59Z`",
        "date" => "use an RFC 3339 date: `2026-01-31`",
        "duration" => "use numbers with units: `1h30m`, `10s`",
        "ipv4" => "use an IPv4 address: `192.0.2.1`",
        "ipv6" => "use an IPv6 address: `2001:db8::1`",
        "cidr" => "use an address range in CIDR notation: `192.0.2.0/24`",
        "uri" => {
            "use a URL with a scheme, such as `https://example.com/`, or a path that starts with `/`"
        }
        "hostname" => "use a host name: `www.example.com`",
        "email" => "use an email address: `name@example.com`",
        "byte" => "encode the value in base64",
        "mac" => "use a MAC address: `00:00:5e:00:53:01`",
        "k8sshortname" => "use lowercase letters, digits and inner `-`, at most 63 characters",
        "k8slongname" => {
            "use lowercase letters, digits, and inner `-` and `.`, at most 253 characters"
        }
        _ => "use a string in this format",
    }
}

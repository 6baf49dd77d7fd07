//! Jobs and CronJobs: `pkg/apis/batch/validation/validation.go`.

mod job_spec;

use podwright_model::name::dns_label;

use super::cron;
use super::errors::Errors;
use super::meta::workload_selector;
use job_spec::job_spec;

use super::value::{Value, read};

/// Names of time zones, sorted.
const TIME_ZONES: &str = include_str!("time_zones.txt");

/// `ValidateJob`.
pub(super) fn job(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    job_spec(spec, e);
    read!(spec => mode = "completionMode", completions, parallelism, selector, manual = "manualSelector");
    workload_selector(selector, e);
    // `validateGeneratedSelector`: the API server adds the UID, and no other label can match.
    let own = selector
        .get("matchLabels")
        .entries()
        .find(|(key, ..)| !is_generated_label(key));
    if own.is_some() && (manual.is_absent() || manual.bool() == Some(false)) {
        e.invalid(
            selector,
            "cannot be set unless `manualSelector` is true",
            "remove `selector`: the API server sets it",
        );
    }
    if manual.is_true() && selector.is_absent() {
        e.required(selector, "when `manualSelector` is true")
            .help("remove `manualSelector`: the API server sets the selector");
    }
    let name = metadata.get("name");
    // `generateSelector` adds the name as a label of the Pods.
    let is_manual = manual.is_true() || manual.is_unknown();
    if !is_manual && name.text().is_some_and(|text| text.len() > 63) {
        let labels = spec.get("template").get("metadata").get("labels");
        e.invalid(
            labels,
            "cannot have the name of the Job, which is longer than 63 bytes",
            "use a name of at most 63 characters",
        )
        .at(name);
    }
    if !is_manual && metadata.get("uid").is_absent() {
        generated_labels(spec.get("template"), name, e);
    }
    if mode.is("Indexed")
        && let Some(text) = name.text().filter(|text| !text.is_empty())
        && let Some(count @ 1..) = match completions.is_absent() && parallelism.is_absent() {
            // The default.
            true => Some(1),
            false => completions.int(),
        }
    {
        let host = format!("{text}-{}", count - 1);
        if dns_label(&host).is_err() {
            e.invalid(
                name,
                format!("makes the name of the last Pod, `{host}`, invalid"),
                "use lowercase letters, digits and inner `-`, and a shorter name",
            );
        }
    }
}

/// `validateGeneratedSelector`: a label that the API server adds keeps the value that the template has.
fn generated_labels(template: Value<'_>, name: Value<'_>, e: &mut Errors) {
    for (key, _, value) in template.get("metadata").get("labels").entries() {
        if !is_generated_label(&key) {
            continue;
        }
        let is_new = key.starts_with("batch.");
        let is_name = key.ends_with("job-name");
        if is_name && (name.is_unknown() || value.text() == name.text() && !name.is_empty()) {
            continue;
        }
        let message = match is_name {
            true => "must be the name of the Job",
            false => "must be the UID of the Job, which the API server makes",
        };
        let first = if is_new { 27 } else { 0 };
        e.since(first, |e| {
            e.invalid(value, message, "remove the label: the API server adds it");
        });
    }
}

/// Labels that the API server adds to the Pods of a Job.
fn is_generated_label(key: &str) -> bool {
    matches!(
        key,
        "controller-uid"
            | "job-name"
            | "batch.kubernetes.io/controller-uid"
            | "batch.kubernetes.io/job-name"
    )
}

/// `ValidateCronJobCreate`.
pub(super) fn cron_job(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    let name = metadata.get("name");
    if name.text().is_some_and(|text| text.len() > 52) {
        e.invalid(
            name,
            "is longer than 52 characters",
            "use at most 52 characters: the names of the Jobs have 11 more",
        );
    }
    read!(spec => schedule, zone = "timeZone", template = "jobTemplate");
    if let Some(text) = schedule.text().filter(|text| !text.is_empty()) {
        if let Err(error) = cron::parse(&text) {
            e.invalid(schedule, error.message, error.help)
                .near(&text, error.known.iter().copied());
        } else if text.contains("TZ") {
            const HELP: &str = "remove `TZ=` or `CRON_TZ=`, and set `timeZone`";
            e.since(29, |e| {
                e.invalid(schedule, "cannot set a time zone", HELP);
            });
            if zone.is_set() {
                e.before(29, |e| {
                    e.invalid(schedule, "cannot set a time zone beside `timeZone`", HELP);
                });
            }
        }
    }
    time_zone(zone, e);
    let job = template.get("spec");
    job_spec(job, e);
    read!(job => selector, manual = "manualSelector", mode = "completionMode", completions, parallelism);
    // Only the default of a Job is 1.
    if mode.is("Indexed") && completions.is_absent() && parallelism.is_absent() {
        e.required(completions, "when `completionMode` is `Indexed`");
    }
    if selector.is_set() {
        e.invalid(
            selector,
            "cannot be set in the template of a CronJob",
            "remove `selector`: the API server sets it",
        );
    }
    if manual.is_true() {
        e.not_supported(manual, &["false"]);
    }
}

/// `validateTimeZone`.
fn time_zone(zone: Value<'_>, e: &mut Errors) {
    let Some(text) = zone.text().filter(|_| zone.is_set()) else {
        return;
    };
    if text.is_empty() {
        e.invalid(
            zone,
            "cannot be empty",
            "remove `timeZone`, or set a time zone",
        );
        return;
    }
    let is_known = |name: &str| TIME_ZONES.lines().any(|own| own == name);
    // Some images of the API server have these directories.
    if text.starts_with("posix/") || text.starts_with("right/") {
        return;
    }
    if text.eq_ignore_ascii_case("local") {
        e.invalid(
            zone,
            "must be the name of a time zone",
            "use a name of the IANA time zone database as in `Europe/Berlin`",
        );
    } else if !is_known(&text) {
        let same = TIME_ZONES
            .lines()
            .find(|own| own.eq_ignore_ascii_case(&text));
        let help = "use a name of the IANA time zone database as in `Europe/Berlin`";
        let invalid = e.invalid(zone, format!("is not a known time zone: `{text}`"), help);
        match same {
            Some(same) => invalid.near(same, [same]),
            None => invalid.near(&text, TIME_ZONES.lines().skip(1)),
        };
    }
}

/// `IsDomainPrefixedPath`.
pub(super) fn domain_prefixed_path(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    if text.is_empty() {
        e.required(at, "to have a value")
            .help("remove it, or use a name as in `example.com/controller`");
        return;
    }
    let is_right = text.split_once('/').is_some_and(|(host, path)| {
        podwright_model::name::dns_subdomain(host).is_ok()
            && !path.is_empty()
            && path
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b))
    });
    if !is_right {
        e.invalid(
            at,
            "must be a domain and a path",
            "use a name as in `example.com/controller`",
        );
    }
}

//! Image references: what they say, and how the kubelet interprets them.

mod arch;
pub(crate) mod image_arch_suffix;
pub(crate) mod image_arch_suffix_mismatch;
pub(crate) mod image_deprecated_registry;
pub(crate) mod image_digest_malformed;
pub(crate) mod image_has_scheme;
pub(crate) mod image_host_is_service;
pub(crate) mod image_host_uppercase;
pub(crate) mod image_hub_web_url;
pub(crate) mod image_inconsistent_tags;
pub(crate) mod image_invalid_reference;
pub(crate) mod image_latest_with_digest;
pub(crate) mod image_missing;
pub(crate) mod image_missing_digest;
pub(crate) mod image_mutable_tag;
pub(crate) mod image_name_is_registry_host;
pub(crate) mod image_port_out_of_range;
pub(crate) mod image_registry_route;
pub(crate) mod image_registry_underscore;
pub(crate) mod image_short_name;
pub(crate) mod image_tag_and_digest_disagree;
pub(crate) mod image_unexpanded_variable;
pub(crate) mod image_volume_empty_reference;
pub(crate) mod image_volume_unmounted;
pub(crate) mod image_volume_version;
pub(crate) mod image_whitespace;
pub(crate) mod latest;
mod web_page;

use web_page::web_page;

use podwright_cluster::pull::{PullPolicy, effective_pull_policy};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::image::{ImageConcern, Refusal};
use podwright_model::{ContainerKind, Field, ImageReference};
use podwright_rule::{Applicability, Finding, RuleContext, Severity};

/// Returns why kubelets reject the image, if the reason belongs to `concern`.
fn refusal<'i>(
    image: &'i ImageUse<'_>,
    concern: ImageConcern,
    cx: &RuleContext<'_>,
) -> Option<&'i Refusal> {
    let refusal = image.for_all(cx.versions).err()?;
    (refusal.error.kind.concern() == concern).then_some(refusal)
}

/// Reports a rejected image at the wrong characters, with a fix if the repair is certain. The level is an error, or
/// lower if some kubelets of the version range accept the image or an operator may change it. `otherwise` is the help
/// if the error has none.
fn report_refusal<'f>(
    image: &ImageUse<'_>,
    refusal: &Refusal,
    otherwise: &str,
    cx: &'f mut RuleContext<'_>,
) -> &'f mut Finding {
    let error = &refusal.error;
    let repaired = error.repair(&image.text, cx.versions.oldest);
    let fix = repaired.and_then(|text| cx.rewrite_image(image, &text, Applicability::Safe));
    let certainty = match refusal.accepted_since {
        None => cx.ceiling(),
        Some(_) => Severity::Warning,
    };
    let finding = cx
        .report_image(image, error.at.clone(), error.to_string())
        .at_most(certainty);
    let help = error.help(&image.text);
    finding.help(help.unwrap_or_else(|| otherwise.to_owned()));
    if let Some(fix) = fix {
        finding.fix(fix);
    }
    finding
}

/// Describes what the kubelet does with an image that it cannot parse.
fn kubelet_note(image: &ImageUse<'_>, refusal: &Refusal) -> String {
    let consequence = match image.source {
        ImageSource::Container(_) => "the container waits with reason `InvalidImageName`",
        ImageSource::Volume(_) => "containers that mount the volume do not start",
    };
    match refusal.accepted_since {
        None => format!("the kubelet cannot parse the image and does not pull it: {consequence}"),
        Some(version) => format!(
            "kubelets before {version} cannot parse the image and do not pull it: {consequence}; newer kubelets accept it"
        ),
    }
}

/// Returns the image as every kubelet of the version range parses it. Returns `None` for ephemeral containers, which
/// are used for debugging.
fn lasting<'i>(image: &'i ImageUse<'_>, cx: &RuleContext<'_>) -> Option<&'i ImageReference> {
    let is_debugging =
        matches!(image.source, ImageSource::Container(c) if c.kind == ContainerKind::Ephemeral);
    if is_debugging {
        return None;
    }
    image.for_all(cx.versions).ok()
}

/// Returns the effective pull policy of the container or volume, or `None` if it is unknown.
fn pull_policy(image: &ImageUse<'_>, cx: &RuleContext<'_>) -> Option<PullPolicy> {
    let written = match image.pull_policy() {
        Field::Value(policy, _) => Some(policy.as_str()),
        // A patch does not contain the fields that it leaves unchanged.
        Field::Missing if cx.is_partial() => return None,
        Field::Missing | Field::Null(_) => None,
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    effective_pull_policy(written, &image.text, cx.versions.newest).ok()
}

/// Describes how a moving tag affects running Pods under the effective pull policy.
fn moving_tag_note(image: &ImageUse<'_>, cx: &RuleContext<'_>) -> &'static str {
    match pull_policy(image, cx) {
        Some(PullPolicy::Always) => {
            "with pull policy `Always` each container start runs the image that the tag points to at that time; \
             replicas can differ, and a rollback does not restore the old image"
        }
        Some(PullPolicy::IfNotPresent) => {
            "with pull policy `IfNotPresent` each node keeps the image that it pulled first, and a new node pulls \
             the image that the tag points to at that time; replicas can differ"
        }
        Some(PullPolicy::Never) => {
            "with pull policy `Never` each node runs the image that was loaded there with this tag; replicas can differ"
        }
        None => {
            "the registry decides at each pull which image the tag points to; replicas can differ"
        }
    }
}

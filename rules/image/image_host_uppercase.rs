use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-host-uppercase",
    summary: "first part of the image has uppercase letters and is treated as a separate registry",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(host_at) = lasting(image, cx).and_then(|reference| reference.at.domain.clone()) else {
        return;
    };
    let host = &image.text[host_at.clone()];
    if !host.bytes().any(|b| b.is_ascii_uppercase()) || is_for_the_reader(host) {
        return;
    }
    let is_certainly_host = host.contains(['.', ':']);
    let meant = host.to_ascii_lowercase();
    let fixed = format!("{meant}{}", &image.text[host_at.end..]);
    let fix = cx.rewrite_image(image, &fixed, Applicability::Unsafe);
    let message = if is_certainly_host {
        format!("`{host}` does not match `{meant}` for credentials and mirrors")
    } else {
        format!("`{host}` is treated as a registry, not as a part of Docker Hub")
    };
    let note = if is_certainly_host {
        "DNS is not case-sensitive, but the kubelet is when it looks up credentials, and the runtime is when it \
         looks up the configuration of a registry"
    } else {
        "since 1.29 a first part with an uppercase letter is a registry host; kubelets before 1.29 reject the image"
    };
    let finding = cx.report_image(image, host_at, message).note(note);
    finding.help(format!("use `{meant}`"));
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

/// Returns whether the host contains a word that the reader is meant to replace: `REGISTRY`, `REGION-docker.pkg.dev`,
/// `yourRegistry`.
fn is_for_the_reader(host: &str) -> bool {
    let has_small = host.bytes().any(|b| b.is_ascii_lowercase());
    let has_word_in_capitals = host
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            word.len() > 2
                && word
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && word.bytes().any(|b| b.is_ascii_uppercase())
        });
    let is_your = host
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("your"));
    is_your || has_word_in_capitals && (has_small || !host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::is_for_the_reader;

    #[test]
    fn words_in_capitals_are_to_be_replaced() {
        for host in [
            "REGISTRY",
            "REGION-docker.pkg.dev",
            "ACCOUNT.dkr.ecr.REGION.amazonaws.com",
            "yourOrg",
            "MY-REGISTRY",
        ] {
            assert!(is_for_the_reader(host), "{host}");
        }
        for host in ["MyOrg", "GCR.IO", "Registry.example:5000", "eCorp"] {
            assert!(!is_for_the_reader(host), "{host}");
        }
    }
}

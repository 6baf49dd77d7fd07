use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-port-out-of-range",
    summary: "registry port is out of range",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(host) = lasting(image, cx).and_then(|reference| reference.at.domain.clone()) else {
        return;
    };
    let Some(port) = port(&image.text[host.clone()]) else {
        return;
    };
    if port.parse().is_ok_and(|port: u16| port > 0) {
        return;
    }
    let at = host.end - port.len()..host.end;
    let ceiling = cx.ceiling();
    cx.report_image(image, at, format!("registry port {port} is out of range"))
        .at_most(ceiling)
        .note("the kubelet accepts any digits as a port, but the runtime cannot connect to this one: `ErrImagePull`")
        .help("use the port of the registry, from 1 to 65535; the default is 443");
}

/// Returns the digits after the last colon, ignoring colons of an IPv6 address in `[…]`.
fn port(host: &str) -> Option<&str> {
    let behind = host.rfind(']').map_or(host, |close| &host[close..]);
    behind.rsplit_once(':').map(|(_, port)| port)
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn an_address_is_no_port() {
        assert_eq!(port("registry.example:5000"), Some("5000"));
        assert_eq!(port("[::1]:0"), Some("0"));
        assert_eq!(port("[::99999]"), None);
        assert_eq!(port("registry.example"), None);
    }
}

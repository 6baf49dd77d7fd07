//! IP addresses and CIDRs: `k8s.io/apimachinery/pkg/util/validation/ip.go`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::errors::Errors;
use super::value::Value;

/// `IsValidIPForLegacyField`. Since 1.36, leading zeros and IPv4-mapped addresses are rejected.
pub(super) fn legacy_ip(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    match parse(&text) {
        None => {
            e.invalid(
                at,
                "must be an IP address",
                "use an IP address as in `10.9.8.7` or `2001:db8::ffff`",
            );
        }
        Some(address) => e.since(36, |e| strict(at, &text, address, e)),
    }
}

fn strict(at: Value<'_>, text: &str, address: IpAddr, e: &mut Errors) {
    if text.parse::<IpAddr>().is_err() {
        e.invalid(at, "cannot have leading zeros", format!("use `{address}`"));
    } else if let IpAddr::V6(v6) = address
        && let Some(v4) = v6.to_ipv4_mapped()
    {
        e.invalid(
            at,
            "cannot be an IPv4-mapped IPv6 address",
            format!("use `{v4}`"),
        );
    }
}

/// `IsValidIP`: an address in canonical form.
pub(super) fn canonical_ip(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    let Some(address) = parse(&text) else {
        e.invalid(
            at,
            "must be an IP address",
            "use an IP address as in `10.9.8.7` or `2001:db8::ffff`",
        );
        return;
    };
    let count = e.count();
    strict(at, &text, address, e);
    if e.count() == count && address.to_string() != text {
        e.invalid(at, "must be in canonical form", format!("use `{address}`"));
    }
}

/// A network: an address and the length of its prefix.
pub(super) struct Network {
    pub(super) address: IpAddr,
    length: u8,
}

impl Network {
    /// Parses a CIDR as `ParseCIDRSloppy`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address = parse(address)?;
        let is_number = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
        let length: u8 = if is_number {
            length.parse().ok()?
        } else {
            return None;
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        (length <= most).then_some(Self { address, length })
    }

    /// Whether `inner` is a smaller network inside of this one.
    pub(super) fn strictly_contains(&self, inner: &Self) -> bool {
        self.address.is_ipv4() == inner.address.is_ipv4()
            && self.length < inner.length
            && masked(inner.address, self.length) == masked(self.address, self.length)
    }
}

/// `IsValidCIDRForLegacyField`.
pub(super) fn legacy_cidr(at: Value<'_>, text: &str, e: &mut Errors) {
    let parsed = Network::parse(text).map(|network| (network.address, network.length));
    let Some((address, length)) = parsed else {
        e.invalid(
            at,
            "must be a CIDR",
            "use an address and the length of its prefix as in `10.9.8.0/24` or `2001:db8::/64`",
        );
        return;
    };
    e.since(36, |e| {
        let network = masked(address, length);
        let has_zeros = text
            .rsplit('/')
            .next()
            .is_some_and(|length| length.len() > 1 && length.starts_with('0'))
            || text
                .split('/')
                .next()
                .is_some_and(|address| address.parse::<IpAddr>().is_err());
        if has_zeros {
            e.invalid(
                at,
                "cannot have leading zeros",
                format!("use `{address}/{length}`"),
            );
        } else if matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some()) {
            e.invalid(
                at,
                "cannot be an IPv4-mapped IPv6 address",
                "use the IPv4 address",
            );
        } else if network != address {
            e.invalid(
                at,
                "cannot have bits set beyond the length of the prefix",
                format!("use `{network}/{length}`"),
            );
        }
    });
}

/// `IsValidCIDR`: a CIDR in canonical form.
pub(super) fn canonical_cidr(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    let count = e.count();
    legacy_cidr(at, &text, e);
    if e.count() == count
        && let Some((address, length)) = text.split_once('/')
        && let Some(address) = parse(address)
        && format!("{address}/{length}") != text
    {
        e.invalid(
            at,
            "must be in canonical form",
            format!("use `{address}/{length}`"),
        );
    }
}

/// Parses an address as `ParseIPSloppy`: octets of IPv4 may have leading zeros.
pub(super) fn parse(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (prefix, v4) = match text.rfind(':') {
        Some(colon) => (Some(&text[..=colon]), &text[colon + 1..]),
        None => (None, text),
    };
    let mut octets = [0_u8; 4];
    let mut count = 0;
    for part in v4.split('.') {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if count == 4 || !is_number {
            return None;
        }
        octets[count] = part
            .trim_start_matches('0')
            .parse()
            .or_else(|_| part.parse())
            .ok()?;
        count += 1;
    }
    if count < 4 {
        return None;
    }
    let v4 = Ipv4Addr::from(octets);
    match prefix {
        None => Some(IpAddr::V4(v4)),
        Some(prefix) => format!("{prefix}{v4}")
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6),
    }
}

/// `ValidateEndpointIP`.
pub(super) fn endpoint_ip(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    let Some(address) = parse(&text) else {
        e.invalid(
            at,
            "must be an IP address",
            "use an IP address as in `10.9.8.7` or `2001:db8::ffff`",
        );
        return;
    };
    let address = address.to_canonical();
    let what = match address {
        _ if address.is_unspecified() => "the unspecified address",
        _ if address.is_loopback() => "a loopback address",
        IpAddr::V4(v4) if v4.is_link_local() => "a link-local address",
        IpAddr::V6(v6) if v6.segments()[0] & 0xffc0 == 0xfe80 => "a link-local address",
        IpAddr::V4(v4) if v4.octets()[..3] == [224, 0, 0] => "a link-local multicast address",
        IpAddr::V6(v6) if v6.segments()[0] & 0xff0f == 0xff02 => "a link-local multicast address",
        _ => return,
    };
    e.invalid(
        at,
        format!("cannot be {what}"),
        "use the address of a node or a Pod",
    );
}

fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(length.min(32)))
                .unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(length.min(128)))
                .unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

//! IP addresses and networks: `library/ip.go` and `library/cidr.go` of the API server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Answer, Context, failed};
use crate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value], _: &mut Context<'_>) -> Option<Answer> {
    Some(match (name, arguments) {
        ("ip", [Value::Text(text)]) => address(text).map_or_else(failed, |ip| Ok(Value::Ip(ip))),
        ("isIP", [Value::Text(text)]) => Ok(Value::Bool(address(text).is_ok())),
        ("ip.isCanonical", [Value::Text(text)]) => match address(text) {
            Ok(ip) => Ok(Value::Bool(ip.to_string() == **text)),
            Err(message) => failed(message),
        },
        ("cidr", [Value::Text(text)]) => {
            network(text).map_or_else(failed, |(ip, bits)| Ok(Value::Cidr(ip, bits)))
        }
        ("isCIDR", [Value::Text(text)]) => Ok(Value::Bool(network(text).is_ok())),
        ("family", [Value::Ip(ip)]) => Ok(Value::Int(if ip.is_ipv4() { 4 } else { 6 })),
        ("isUnspecified", [Value::Ip(ip)]) => Ok(Value::Bool(ip.is_unspecified())),
        ("isLoopback", [Value::Ip(ip)]) => Ok(Value::Bool(ip.is_loopback())),
        ("isLinkLocalMulticast", [Value::Ip(ip)]) => Ok(Value::Bool(match ip {
            IpAddr::V4(ip) => ip.octets().starts_with(&[224, 0, 0]),
            IpAddr::V6(ip) => ip.segments()[0] & 0xff0f == 0xff02,
        })),
        ("isLinkLocalUnicast", [Value::Ip(ip)]) => Ok(Value::Bool(is_link_local(ip))),
        ("isGlobalUnicast", [Value::Ip(ip)]) => {
            let is_broadcast = *ip == IpAddr::V4(Ipv4Addr::BROADCAST);
            Ok(Value::Bool(
                !is_broadcast
                    && !ip.is_unspecified()
                    && !ip.is_loopback()
                    && !ip.is_multicast()
                    && !is_link_local(ip),
            ))
        }
        ("containsIP", [Value::Cidr(own, bits), Value::Ip(ip)]) => {
            Ok(Value::Bool(is_inside(*own, *bits, *ip)))
        }
        ("containsIP", [Value::Cidr(own, bits), Value::Text(text)]) => match address(text) {
            Ok(ip) => Ok(Value::Bool(is_inside(*own, *bits, ip))),
            Err(message) => failed(message),
        },
        ("containsCIDR", [Value::Cidr(own, bits), Value::Cidr(other, other_bits)]) => Ok(
            Value::Bool(bits <= other_bits && is_inside(*own, *bits, *other)),
        ),
        ("containsCIDR", [Value::Cidr(own, bits), Value::Text(text)]) => match network(text) {
            Ok((other, other_bits)) => Ok(Value::Bool(
                *bits <= other_bits && is_inside(*own, *bits, other),
            )),
            Err(message) => failed(message),
        },
        ("ip", [Value::Cidr(ip, _)]) => Ok(Value::Ip(*ip)),
        ("prefixLength", [Value::Cidr(_, bits)]) => Ok(Value::Int(i64::from(*bits))),
        ("masked", [Value::Cidr(ip, bits)]) => Ok(Value::Cidr(masked(*ip, *bits), *bits)),
        _ => return None,
    })
}

/// `parseIPAddr`
fn address(text: &str) -> Result<IpAddr, String> {
    let plain = text.split_once('%').filter(|(_, zone)| !zone.is_empty());
    if let Some((plain, _)) = plain
        && plain.parse::<Ipv6Addr>().is_ok()
    {
        return Err(format!(
            "IP address {text:?} with zone value is not allowed"
        ));
    }
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V6(ip)) if ip.to_ipv4_mapped().is_some() => {
            Err(format!("IPv4-mapped IPv6 address {text:?} is not allowed"))
        }
        Ok(ip) => Ok(ip),
        Err(_) => Err(format!(
            "IP Address {text:?} parse error during conversion from string"
        )),
    }
}

/// `parseCIDR`
fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let wrong = || "network address parse error during conversion from string".to_owned();
    let (ip, bits) = text.rsplit_once('/').ok_or_else(wrong)?;
    let ip: IpAddr = ip.parse().map_err(|_| wrong())?;
    if matches!(ip, IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some()) {
        return Err(format!("IPv4-mapped IPv6 address {text:?} is not allowed"));
    }
    let is_number = bits.bytes().all(|b| b.is_ascii_digit())
        && !bits.is_empty()
        && (bits == "0" || !bits.starts_with('0'));
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let bits = bits.parse().ok().filter(|bits| is_number && *bits <= most);
    Ok((ip, bits.ok_or_else(wrong)?))
}

fn is_link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.segments()[0] & 0xffc0 == 0xfe80,
    }
}

fn masked(ip: IpAddr, bits: u8) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(ip) & mask))
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(ip) & mask))
        }
    }
}

fn is_inside(network: IpAddr, bits: u8, ip: IpAddr) -> bool {
    network.is_ipv4() == ip.is_ipv4() && masked(network, bits) == masked(ip, bits)
}

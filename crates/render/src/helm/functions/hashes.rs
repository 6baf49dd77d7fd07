//! Checksums (`crypto.go` of sprig).

use podwright_go_template::{Call, Failure, Function, Type, Value};
use sha2::{Digest, Sha256, Sha512};

use Type::String as Str;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    (
        "sha1sum",
        Function::new(&[Str], |call, a| sum(call, &a, sha1)),
    ),
    (
        "sha256sum",
        Function::new(&[Str], |call, a| sum(call, &a, sha256)),
    ),
    (
        "sha512sum",
        Function::new(&[Str], |call, a| sum(call, &a, sha512)),
    ),
    (
        "adler32sum",
        Function::new(&[Str], |call, a| sum(call, &a, adler32)),
    ),
];

fn sum(
    call: &mut Call<'_>,
    arguments: &[Value],
    hash: fn(&[u8]) -> String,
) -> Result<Value, Failure> {
    let text = super::text(arguments, 0);
    call.allocate(text.len())?;
    Ok(call
        .derived(
            hash(&podwright_go_template::text::bytes(text.as_str())),
            &text,
        )
        .into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn sha512(bytes: &[u8]) -> String {
    hex(&Sha512::digest(bytes))
}

fn adler32(bytes: &[u8]) -> String {
    let (mut a, mut b) = (1u32, 0u32);
    for &byte in bytes {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    ((b << 16) | a).to_string()
}

/// SHA-1 is broken, but charts put it into annotations.
fn sha1(bytes: &[u8]) -> String {
    let mut state: [u32; 5] = [
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    let mut message = bytes.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    let bits = u64::try_from(bytes.len())
        .unwrap_or(u64::MAX)
        .wrapping_mul(8);
    message.extend_from_slice(&bits.to_be_bytes());
    for block in message.chunks(64) {
        let mut words = [0u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks(4)) {
            *word = bytes
                .iter()
                .fold(0, |word, &byte| (word << 8) | u32::from(byte));
        }
        for at in 16..80 {
            let word = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words[at] = word.rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.iter().enumerate() {
            let (mixed, constant) = match at {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc_u32),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (value, add) in state.iter_mut().zip([a, b, c, d, e]) {
            *value = value.wrapping_add(add);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{adler32, sha1};

    #[test]
    fn sums_are_right() {
        assert_eq!(sha1(b"a"), "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
        assert_eq!(
            sha1(&[b'x'; 200]),
            "94218caae9904e93a3d7bf578bf4791926fc5e82"
        );
        assert_eq!(adler32(b"a"), "6422626");
    }
}

//! Base32 (`encoding/base32`).

use podwright_go_template::{Call, Failure, Value};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub(super) fn encode(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let text = crate::helm::functions::text(&arguments, 0);
    let mut out = String::new();
    for chunk in text.as_str().as_bytes().chunks(5) {
        let mut bytes = [0; 8];
        bytes[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(bytes);
        let digits = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = (bits >> (35 - 5 * index)) & 31;
            match index < digits {
                true => out.push(char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)])),
                false => out.push('='),
            }
        }
    }
    Ok(call.derived(out, &text).into())
}

pub(super) fn decode(call: &mut Call<'_>, arguments: Vec<Value>) -> Result<Value, Failure> {
    let text = crate::helm::functions::text(&arguments, 0);
    let clean: Vec<u8> = text
        .as_str()
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let end = clean
        .iter()
        .position(|&byte| byte == b'=')
        .unwrap_or(clean.len());
    let (mut bits, mut count, mut bytes) = (0u64, 0, Vec::new());
    for (at, byte) in clean[..end].iter().enumerate() {
        let Some(digit) = ALPHABET.iter().position(|known| known == byte) else {
            let message = format!("illegal base32 data at input byte {at}");
            return Ok(call.derived(message, &text).into());
        };
        bits = (bits << 5) | u64::try_from(digit).unwrap_or(0);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or(0));
        }
    }
    if !clean.len().is_multiple_of(8) {
        let message = format!("illegal base32 data at input byte {}", clean.len() / 8 * 8);
        return Ok(call.derived(message, &text).into());
    }
    Ok(super::bytes_as_string(call, bytes, &text))
}

/// Returns whether a Go duration (`time.ParseDuration`) is negative; `None` if `text` is not a duration.
pub(super) fn is_negative(text: &str) -> Option<bool> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(false);
    }
    let mut is_zero = true;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(number);
        let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit || digits.matches('.').count() > 1 {
            return None;
        }
        is_zero &= digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let unit = behind
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(behind.len());
        if !matches!(
            &behind[..unit],
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h"
        ) {
            return None;
        }
        rest = &behind[unit..];
    }
    Some(sign && !is_zero)
}

#[cfg(test)]
mod tests {
    use super::is_negative;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for text in [
            "12h", "0", "0s", "1h30m", "1.5h", ".5s", "+1m", "-0s", "10µs",
        ] {
            assert_eq!(is_negative(text), Some(false), "{text}");
        }
        assert_eq!(is_negative("-1h"), Some(true));
        for text in ["", "12", "1d", "h", "1h ", " 1h", "1.2.3s", "-", "12H"] {
            assert_eq!(is_negative(text), None, "{text}");
        }
    }
}

//! Go's `filepath.Match` with its Linux behavior, on bytes.

/// Error for an invalid pattern, for example one that ends within `[…]` or after a `\`. It matches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadPattern;

/// Whether `pattern` matches the whole of `text`. `*` matches any number of characters, `?` one character, `[…]` one
/// character of a class, and `\` escapes the next character. Neither `*` nor `?` matches a `/`.
///
/// # Errors
///
/// Returns [`BadPattern`] if the pattern is invalid; as in Go, only if matching reaches the invalid part.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> Result<bool, BadPattern> {
    let (mut pattern, mut text) = (pattern, text);
    while !pattern.is_empty() {
        let (has_star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if has_star && chunk.is_empty() {
            return Ok(!text.contains(&b'/'));
        }
        // The star first matches nothing, then one more byte each time.
        let slash = text.iter().position(|&byte| byte == b'/');
        let most = if has_star {
            slash.unwrap_or(text.len())
        } else {
            0
        };
        let mut found = None;
        for skipped in 0..=most {
            let left = match_chunk(chunk, &text[skipped..])?;
            found = left.filter(|left| left.is_empty() || !pattern.is_empty());
            if found.is_some() {
                break;
            }
        }
        let Some(left) = found else {
            return Ok(false);
        };
        text = left;
    }
    Ok(text.is_empty())
}

/// Splits a pattern: whether it starts with stars, the chunk before the next star, and the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&byte| byte == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_class = false;
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (stars > 0, chunk, rest)
}

/// Matches `chunk`, a pattern without stars, at the start of `text`, and returns the rest of `text`; `None` if it does
/// not match.
fn match_chunk<'t>(chunk: &[u8], text: &'t [u8]) -> Result<Option<&'t [u8]>, BadPattern> {
    let mut chunk = chunk;
    let mut left = Some(text);
    while let [sign, after @ ..] = chunk {
        left = left.filter(|text| !text.is_empty());
        let mut literal = *sign;
        chunk = after;
        match sign {
            b'[' => {
                let (character, behind) = left.map(first).unzip();
                let is_in;
                (is_in, chunk) = class(chunk, character.flatten())?;
                left = behind.filter(|_| is_in);
                continue;
            }
            b'?' => {
                left = left
                    .filter(|text| text[0] != b'/')
                    .map(|text| first(text).1);
                continue;
            }
            b'\\' => {
                let [escaped, after @ ..] = chunk else {
                    return Err(BadPattern);
                };
                literal = *escaped;
                chunk = after;
            }
            _ => {}
        }
        left = left
            .filter(|text| text[0] == literal)
            .map(|text| &text[1..]);
    }
    Ok(left)
}

/// Whether the class at `chunk` (after its `[`) contains `character`, and the rest of the pattern after its `]`.
fn class(chunk: &[u8], character: Option<u32>) -> Result<(bool, &[u8]), BadPattern> {
    let negated = chunk.first() == Some(&b'^');
    let mut chunk = &chunk[usize::from(negated)..];
    let mut is_in = false;
    let mut ranges = 0;
    loop {
        if chunk.first() == Some(&b']') && ranges > 0 {
            return Ok((is_in != negated, &chunk[1..]));
        }
        let (low, rest) = class_character(chunk)?;
        let (high, rest) = match rest {
            [b'-', rest @ ..] => class_character(rest)?,
            _ => (low, rest),
        };
        chunk = rest;
        is_in |= character.is_some_and(|character| (low..=high).contains(&character));
        ranges += 1;
    }
}

/// Reads a character of a class, which must not be the end of the pattern.
fn class_character(chunk: &[u8]) -> Result<(u32, &[u8]), BadPattern> {
    let chunk = match chunk {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', rest @ ..] => rest,
        _ => chunk,
    };
    if chunk.is_empty() {
        return Err(BadPattern);
    }
    match first(chunk) {
        (Some(character), rest) if !rest.is_empty() => Ok((character, rest)),
        _ => Err(BadPattern),
    }
}

/// Splits the first character off a non-empty text; `None` for a byte that is not valid UTF-8.
fn first(text: &[u8]) -> (Option<u32>, &[u8]) {
    let decoded = text
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next());
    let length = decoded.map_or(1, char::len_utf8);
    (decoded.map(u32::from), &text[length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases from Go's own test table that can occur in a host label.
    #[test]
    fn matches_as_go_does() {
        for (pattern, text, expected) in [
            ("abc", "abc", Ok(true)),
            ("*", "abc", Ok(true)),
            ("*c", "abc", Ok(true)),
            ("a*", "a", Ok(true)),
            ("a*", "abc", Ok(true)),
            ("a*b*c*d*e*", "axbxcxdxe", Ok(true)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
            ("a*b?c*x", "abxbbxdbxebxczzy", Ok(false)),
            ("ab[c]", "abc", Ok(true)),
            ("ab[b-d]", "abc", Ok(true)),
            ("ab[e-g]", "abc", Ok(false)),
            ("ab[^c]", "abc", Ok(false)),
            ("ab[^e-g]", "abc", Ok(true)),
            ("a\\*b", "a*b", Ok(true)),
            ("a\\*b", "ab", Ok(false)),
            ("a?b", "a☺b", Ok(true)),
            ("a[^a]b", "a☺b", Ok(true)),
            ("a???b", "a☺b", Ok(false)),
            ("[\\]a]", "]", Ok(true)),
            ("[x\\-]", "-", Ok(true)),
            ("[]a]", "]", Err(BadPattern)),
            ("[-]", "-", Err(BadPattern)),
            ("[x-]", "x", Err(BadPattern)),
            ("[", "a", Err(BadPattern)),
            ("[^", "a", Err(BadPattern)),
            ("a[", "ab", Err(BadPattern)),
            ("a\\", "a", Err(BadPattern)),
            ("*x", "xxx", Ok(true)),
            ("**", "ab", Ok(true)),
            ("", "", Ok(true)),
            ("", "a", Ok(false)),
            ("*", "", Ok(true)),
            ("[::1]", ":", Ok(true)),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), text.as_bytes()),
                expected,
                "{pattern} {text}"
            );
        }
    }
}

//! Packed charts (`pkg/chart/loader/archive`).

use std::io::Read;

use flate2::read::GzDecoder;

/// Names and contents of the files in a `.tgz`, without the directory that contains them all. At most `size` bytes.
pub(super) fn unpack(bytes: &[u8], size: usize) -> Result<Vec<(String, Vec<u8>)>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Err("not a packed chart: expected a gzipped archive".to_owned());
    }
    // One byte more shows that there is more.
    let limit = u64::try_from(size).unwrap_or(u64::MAX).saturating_add(1);
    // Headers count too, so that an archive of empty files ends.
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(limit.saturating_mul(2)));
    let mut remaining = limit;
    let mut files = Vec::new();
    let broken = |error: std::io::Error| format!("broken archive: {error}");
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = clean(&path)?;
        let mut content = Vec::new();
        let read = Read::by_ref(&mut entry)
            .take(remaining)
            .read_to_end(&mut content);
        let read = u64::try_from(read.map_err(broken)?).unwrap_or(u64::MAX);
        remaining = remaining.saturating_sub(read);
        if remaining == 0 {
            return Err(format!("the unpacked chart has more than {size} bytes"));
        }
        files.push((name, content));
    }
    match files.is_empty() {
        true => Err("the archive has no files".to_owned()),
        false => Ok(files),
    }
}

/// The path without its first directory. It must not lead out of it.
fn clean(path: &str) -> Result<String, String> {
    let path = path.replace('\\', "/");
    let (first, rest) = path.split_once('/').unwrap_or((&path, ""));
    if first == "Chart.yaml" {
        return Err("`Chart.yaml` is not in the base directory of the archive".to_owned());
    }
    let is_drive =
        rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && rest[1..].starts_with(":/");
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if rest.starts_with('/') || is_drive || parts.is_empty() || parts[0].starts_with("..") {
        return Err(format!(
            "the archive contains the path `{path}` outside of its directory"
        ));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn paths_stay_in_the_chart() {
        assert_eq!(
            clean("c/templates/./a.yaml").as_deref(),
            Ok("templates/a.yaml")
        );
        assert_eq!(clean("c/x/../a").as_deref(), Ok("a"));
        for path in [
            "c/../../etc/x",
            "c/../x",
            "c//etc/x",
            "c/C:/x",
            "Chart.yaml",
            "c",
            "c/..",
        ] {
            assert!(clean(path).is_err(), "{path}");
        }
    }
}

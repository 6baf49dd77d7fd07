//! Objects that SOPS encrypted, in builds. Flux and Argo CD decrypt them, so the rest of the build is judged.

use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, SyntaxTree};

use super::super::File;

/// Start of an encrypted value.
const ENCRYPTED: &str = "ENC[";

/// The text of a file as if its objects were not encrypted, and no longer or shorter: each encrypted value is a
/// placeholder, and what SOPS added is a comment.
pub(super) fn with_placeholders(file: &File) -> String {
    let tree = &file.tree;
    let mut text = file.source.text.as_bytes().to_vec();
    for document in tree.documents() {
        let Some(sops) = tree.get(document.root, "sops") else {
            continue;
        };
        for entry in tree.entries(document.root) {
            if entry.key != sops.key {
                hide(tree, entry.value, 0, &mut text);
            }
        }
        let span = Span::new(
            tree.span(sops.key).start,
            tree.span(sops.value).end.max(tree.span(sops.key).end),
        );
        let mut at_line_start = true;
        for byte in &mut text[span.range()] {
            let starts_line = std::mem::replace(&mut at_line_start, *byte == b'\n');
            if starts_line && *byte != b'\n' {
                *byte = b'#';
            }
        }
    }
    String::from_utf8(text).unwrap_or_else(|_| file.source.text.to_string())
}

/// Most levels of values in values.
const MAX_DEPTH: usize = 100;

fn hide(tree: &SyntaxTree, node: NodeId, depth: usize, text: &mut [u8]) {
    let kind = tree.kind(node);
    if depth > MAX_DEPTH {
        return;
    }
    if kind.is_mapping() {
        for entry in tree.entries(node) {
            hide(tree, entry.value, depth + 1, text);
        }
    } else if kind.is_sequence() {
        for item in tree.items(node) {
            hide(tree, item, depth + 1, text);
        }
    } else if kind.is_scalar() {
        let span = tree.span(node);
        let written = tree.slice(span);
        let Some(start) = written.find(ENCRYPTED) else {
            return;
        };
        let Some(end) = written.rfind(']').filter(|end| *end > start) else {
            return;
        };
        let bytes = &mut text[span.start as usize + start..=span.start as usize + end];
        let last = bytes.len() - 1;
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = match index {
                0 => b'$',
                1 => b'{',
                _ if index == last => b'}',
                // The lines of a block stay.
                _ if *byte == b'\n' || *byte == b' ' => *byte,
                _ => b'_',
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use podwright_syntax::text::Source;

    use super::super::super::{ClusterContext, File};
    use super::with_placeholders;

    #[test]
    fn encrypted_values_are_placeholders() {
        let text = "\
kind: Secret
apiVersion: v1
metadata:
  name: x
stringData:
  a: ENC[AES256_GCM,data:Zm9v,type:str]
  b: \"ENC[abc]\"
  c: plain
sops:
  mac: ENC[abc]
  age:
  - recipient: x
---
kind: Pod
";
        let file = File::read(
            Source::new("a.yaml", text),
            &Arc::<ClusterContext>::default(),
        );
        let shown = with_placeholders(&file);
        assert_eq!(shown.len(), text.len());
        let expected = "\
kind: Secret
apiVersion: v1
metadata:
  name: x
stringData:
  a: ${_______________________________}
  b: \"${_____}\"
  c: plain
#ops:
# mac: ENC[abc]
# age:
# - recipient: x
---
kind: Pod
";
        assert_eq!(shown, expected);
    }
}

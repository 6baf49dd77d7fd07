//! Template placeholders: text that another tool replaces before Kubernetes sees it.
//!
//! Manifests are linted as they are stored, not as they are applied. A value with a placeholder is unknown, so no rule
//! may report it. There are three levels of strictness:
//!
//! * [`has_template_syntax`] applies to any text, including scripts and JSON documents.
//! * [`is_filled_in`] applies to fields with a small alphabet, such as names and numbers, where a delimiter must be meant
//!   for a tool.
//! * [`is_placeholder`] applies to images and registries, where an uppercase word with `_` must be meant for a tool or a
//!   reader too.

/// Whether any kind of text contains template engine syntax.
///
/// Covers Go templates, Jinja and Mustache (`{{`), Jinja statements (`{% … %}`), ERB and EJS (`<% … %>`), and
/// `<no value>`, which Go templates output. `$X` and `[[ … ]]` are excluded, because they have a meaning in scripts and
/// JSON.
#[must_use]
pub fn has_template_syntax(text: &str) -> bool {
    if memchr::memchr2(b'{', b'<', text.as_bytes()).is_none() {
        return false;
    }
    text.contains("{{")
        || text.contains("<no value>")
        || encloses(text, "{%", "%}", |_| true)
        || encloses(text, "<%", "%>", |_| true)
}

/// Whether an image, a registry or a part of one contains a placeholder or is a value encrypted by SOPS, so that the
/// actual value is unknown. Examples for readers write such names in capitals.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    is_filled_in(text) || has_upper_snake_word(text) || is_prose(text)
}

/// Whether a field of an object contains a placeholder with delimiters, asks to be replaced, or is a value encrypted by
/// SOPS, so that the actual value is unknown. Any other word in capitals is a value that the API server validates.
#[must_use]
pub fn is_filled_in(text: &str) -> bool {
    let text = text.trim();
    let has_variable = || {
        has_template_syntax(text)
            || has_delimited_variable(text)
            || has_sigil_variable(text)
            || has_format_directive(text)
            || text.starts_with("ENC[")
    };
    let signs = signs(text);
    (signs & DELIMITER != 0 && has_variable())
        || (signs & (INITIAL | DOTS) != 0 && asks_to_be_replaced(text, signs))
        || text.starts_with("ko://")
}

/// What may be in the text. Most texts are names and contain nothing.
fn signs(text: &str) -> u8 {
    let signs = text.bytes().map(|byte| SIGNS[usize::from(byte)]);
    signs.fold(0, |all, sign| all | sign)
}

/// A placeholder delimiter or a part of one.
const DELIMITER: u8 = 1;
/// The first letter of one of the [`MARKERS`].
const INITIAL: u8 = 2;
/// A part of `...` or `…`.
const DOTS: u8 = 4;

/// What a byte may be a part of. A table, because each text of each object is searched for them.
const SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let mut bytes: &[u8] = b"{<$%@#[(_";
    while let [byte, rest @ ..] = bytes {
        signs[*byte as usize] = DELIMITER;
        bytes = rest;
    }
    let mut markers: &[&str] = &MARKERS;
    while let [marker, rest @ ..] = markers {
        signs[marker.as_bytes()[0] as usize] = INITIAL;
        markers = rest;
    }
    signs[b'.' as usize] = DOTS;
    signs["…".as_bytes()[0] as usize] = DOTS;
    signs
};

/// Whether a name that may contain uppercase letters and `_`, such as that of a variable or a key, contains a
/// placeholder.
#[must_use]
pub fn has_delimiter(text: &str) -> bool {
    signs(text) & DELIMITER != 0 && (has_template_syntax(text) || has_delimited_variable(text))
}

/// `${X}`, `$(X)`, `<x>`, `{x}`, `[x]`, `[[x]]`, `((x))`, `@x@`, `@@x@@`, `##x##`, `#{x}`, `__x__`.
fn has_delimited_variable(text: &str) -> bool {
    let any = |inner: &str| !inner.is_empty();
    encloses(text, "${", "}", any)
        || encloses(text, "$(", ")", any)
        || encloses(text, "((", "))", any)
        || encloses(text, "[[", "]]", any)
        || encloses(text, "##", "##", any)
        || encloses(text, "<", ">", is_wording)
        || encloses(text, "{", "}", |inner| {
            inner.is_empty() || is_wording(inner)
        })
        || encloses(text, "[", "]", |inner| is_wording(inner) && !is_hex(inner))
        || encloses(text, "@", "@", is_word)
        || encloses(text, "@@", "@@", is_word)
        || has_dunder(text)
}

/// `$X` and `$x`. Names cannot contain `$`.
fn has_sigil_variable(text: &str) -> bool {
    text.match_indices('$')
        .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// `%s`, `%(x)s`, `%VERSION%`.
fn has_format_directive(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        let rest = &text[at + 1..];
        let mut chars = rest.chars();
        let verb = matches!(chars.next(), Some('s' | 'd' | 'v' | 'q'))
            && !chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
        verb || rest.starts_with('(')
    }) || encloses(text, "%", "%", is_word)
}

/// `IMAGE_NAME`, `registry/PROJECT_ID/app`: an uppercase word with `_`, outside the tag of an image.
///
/// Repositories and Kubernetes names contain no uppercase letters, and hosts no `_`. A tag may be `RC_1`.
fn has_upper_snake_word(text: &str) -> bool {
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    let name = text[last..]
        .find(':')
        .map_or(text, |colon| &text[..last + colon]);
    name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word.trim_matches('_').contains('_') && is_upper(word))
}

/// `FILLED BY THE OPERATOR`: several uppercase words. Any other name with a space is a mistake.
fn is_prose(text: &str) -> bool {
    let mut words = 0;
    for word in text.split_ascii_whitespace() {
        if !is_upper(word) {
            return false;
        }
        words += 1;
    }
    words > 1
}

/// `CHANGEME`, `YOUR-IMAGE`, `FILLED BY THE OPERATOR`, `...`: common markers for text that a reader or a program
/// replaces.
fn asks_to_be_replaced(text: &str, signs: u8) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let mut parts = text.split(['/', ':']);
    signs & INITIAL != 0 && words.any(|word| MARKERS.contains(&word))
        || signs & DOTS != 0 && parts.any(|part| matches!(part, "..." | "…"))
}

const MARKERS: [&str; 7] = [
    "CHANGEME",
    "FILLED",
    "FIXME",
    "REPLACE",
    "REPLACEME",
    "TODO",
    "YOUR",
];

/// Whether the text contains `open` … `close` with content that `accepts` returns true for. Considers only innermost
/// pairs.
fn encloses(text: &str, open: &str, close: &str, accepts: impl Fn(&str) -> bool) -> bool {
    // Most texts do not contain this byte, and a byte search is cheaper than a string search.
    if memchr::memchr(open.as_bytes()[0], text.as_bytes()).is_none() {
        return false;
    }
    if open == close {
        let mut parts = text.split(open).skip(1).peekable();
        return std::iter::from_fn(|| parts.next().filter(|_| parts.peek().is_some())).any(accepts);
    }
    let mut rest = text;
    while let Some(end) = rest.find(close) {
        if let Some(at) = rest[..end].rfind(open)
            && accepts(&rest[at + open.len()..end])
        {
            return true;
        }
        rest = &rest[end + close.len()..];
    }
    false
}

/// `__x__` as a separate word; `a__b__c` is a name.
fn has_dunder(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|word| word.len() > 4 && word.starts_with("__") && word.ends_with("__"))
}

/// Letters, digits and characters that join them, with at least one letter: `your image`, `TAG`, `project-id`,
/// `.Values.tag`.
fn is_wording(text: &str) -> bool {
    text.contains(|c: char| c.is_alphabetic())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/' | ':'))
}

/// Variable name, dotted or not, that does not start with a digit: `%20b%` is an escape.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// Word that starts with an uppercase letter and has no lowercase letters.
fn is_upper(word: &str) -> bool {
    word.trim_start_matches('_')
        .starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Characters of an IPv6 host: `[::1]` is not a placeholder.
fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All placeholder formats, most of them taken from real manifests.
    const PLACEHOLDERS: [&str; 59] = [
        "ENC[AES256_GCM,data:4Q==,iv:bQ==,tag:aA==,type:str]",
        "{{ .Values.image }}",
        "{{.Values.image.repository}}:{{.Values.image.tag}}",
        "quay.io/argoprojlabs/argocd-e2e-container:{{.Values.image.tag}}",
        "{{ .Values.hub }}/{{ .Values.image | default ",
        "${{ matrix.image }}",
        "{% if x %}a{% endif %}",
        "<%= image %>",
        "registry/app:<no value>",
        "${IMAGE}",
        "${image_path}",
        "antmanler/rethinkdb:${VERSION}",
        "${EXTENSION_IMAGE:-us-central1-docker.pkg.dev/x/epp:main}",
        "$(params.sidecar-image)",
        "$IMAGE",
        "$VLLM_IMAGE",
        "$LOCATION-docker.pkg.dev/$GCLOUD_PROJECT/hello-repo/helloworld-gke:latest",
        "us-central1-docker.pkg.dev/$PROJECT_ID/repo/http-app:latest",
        "<image>",
        "<image_url>",
        "<your image here>",
        "<YOUR-CONTAINER>",
        "<DOCKER_REPO>/chatbot:1.0",
        "gcr.io/<<PROJECT>>/jax/hello:latest",
        "ghcr.io/<username>/<image>:<tag>",
        "<reponame>/go-grpc-greeter-server",
        "@IMAGE@",
        "@@IMAGE@@",
        "registry/app:@project.version@",
        "%s",
        "registry/%s:%s",
        "app:%VERSION%",
        "%(image)s",
        "#{Image}#",
        "#{image}",
        "##_CONTROLLER_IMAGE_##",
        "[[ .Image ]]",
        "[[image]]",
        "[your-image]",
        "((image))",
        "((registry.image)):1",
        "__IMAGE__",
        "registry/__NAME__:1",
        "{IMAGE}",
        "{registry_url}/docker-in-gvisor:latest",
        "{}",
        "IMAGE_NAME",
        "REPLACE_ME",
        "REPLACEME",
        "registry/CHANGEME:1.0",
        "YOUR_IMAGE",
        "registry/YOUR-IMAGE:1",
        "FILLED_BY_THE_VALIDATOR",
        "FILLED BY THE OPERATOR",
        "REGION-docker.pkg.dev/PROJECT_ID/gke-llm/max-diffusion:latest",
        "REGION_NAME-docker.pkg.dev/PROJECT_ID/optimum-tpu/tgi-tpu:latest",
        "us-central1-docker.pkg.dev/GOOGLE_CLOUD_PROJECT/my-repository/hello:COMMIT_SHA",
        "...",
        "ko://knative.dev/serving/cmd/controller",
    ];

    /// References, and mistakes that must still be reported.
    const VALUES: [&str; 41] = [
        "",
        " ",
        "nginx",
        "nginx:1.25",
        "nginx:RC_1",
        "minio/minio:RELEASE.2024-01-01T00-00-00Z",
        "registry.example:5000/team/app:v1@sha256:45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2",
        "NGINX",
        "MyOrg/App:v1",
        "MYORG/APP",
        "GCR.io/a/b",
        "docker.io/App",
        "a__b__c",
        "a_b.io/d",
        "_image_",
        "[2001:db8::1]:5000/app",
        "[::1]/x",
        "[fe80::a]/x",
        "nginx ",
        "my image",
        "My Image",
        "nginx: latest",
        "https://gcr.io/a/b",
        "docker://nginx",
        "oci://gcr.io/a",
        "nginx@latest",
        "user@gcr.io/a/b",
        "nginx:",
        "nginx:a:b",
        "alpine:invalid!",
        "a%20b",
        "a%2Fdb",
        "a%20b%20c",
        "100%",
        "price$5",
        "todo-app:1",
        "changeme-service",
        "a..b",
        "münchen.de/pause",
        "/proxyv2:",
        "v1_0",
    ];

    #[test]
    fn placeholders_are_known() {
        for text in PLACEHOLDERS {
            assert!(is_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn values_are_not_placeholders() {
        for text in VALUES {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn scripts_and_json_are_only_templates_by_certain_syntax() {
        for text in [
            "if [[ -f /x ]]; then echo ${A} $(date) $B; fi",
            "{\"a\":{\"b\":{\"c\":[[1,2],[3]]}}}",
            "curl -w '%{http_code}' http://localhost <in >out",
            "x=${y%%z}; echo $((1+2)) __init__ IMAGE_NAME",
        ] {
            assert!(!has_template_syntax(text), "{text}");
        }
        for text in [
            "sleep {{ .Values.sleep }}",
            "{\"auths\": {{ toJson .Values.auths }}}",
            "sleep <no value>",
            "{% raw %}",
            "<%- x -%>",
        ] {
            assert!(has_template_syntax(text), "{text}");
        }
    }
}

use super::{ImageErrorKind as Kind, ImageReference};
use crate::KubernetesVersion;

const HEX: &str = "45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2";
const NEWEST: KubernetesVersion = KubernetesVersion::NEWEST;

fn parse(text: &str) -> ImageReference {
    ImageReference::parse(text, NEWEST).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Kind of the error, and the characters at its position.
fn error(text: &str, minor: u16) -> (Kind, String) {
    let error = ImageReference::parse(text, KubernetesVersion(minor))
        .expect_err(&format!("{text:?} on 1.{minor}"));
    (error.kind, text[error.at].to_owned())
}

#[test]
fn parts_have_their_source_positions() {
    let text = format!("registry.example:5000/team/app:1.2@sha256:{HEX}");
    let image = parse(&text);
    assert_eq!(image.domain, "registry.example:5000");
    assert_eq!(image.path, "team/app");
    assert_eq!(
        &text[image.at.domain.clone().unwrap()],
        "registry.example:5000"
    );
    assert_eq!(&text[image.at.path.clone()], "team/app");
    assert_eq!(&text[image.at.name()], "registry.example:5000/team/app");
    assert_eq!(&text[image.at.tag.clone().unwrap()], "1.2");
    assert_eq!(
        &text[image.at.digest.clone().unwrap()],
        format!("sha256:{HEX}")
    );
}

#[test]
fn names_are_completed() {
    for (text, repository, tag) in [
        ("nginx", "docker.io/library/nginx", Some("latest")),
        ("nginx:LATEST", "docker.io/library/nginx", Some("LATEST")),
        ("org/app:v1", "docker.io/org/app", Some("v1")),
        ("docker.io/nginx", "docker.io/library/nginx", Some("latest")),
        (
            "index.docker.io/nginx:1",
            "docker.io/library/nginx",
            Some("1"),
        ),
        ("index.docker.io/a/b:1", "docker.io/a/b", Some("1")),
        ("localhost/app", "localhost/app", Some("latest")),
        (
            "localhost:5000",
            "docker.io/library/localhost",
            Some("5000"),
        ),
        ("gcr.io", "docker.io/library/gcr.io", Some("latest")),
        (
            "index.docker.io",
            "docker.io/library/index.docker.io",
            Some("latest"),
        ),
        ("foo:5000/app", "foo:5000/app", Some("latest")),
        ("host:99999999/x", "host:99999999/x", Some("latest")),
        ("DOCKER.IO/nginx", "DOCKER.IO/nginx", Some("latest")),
        (
            "[2001:db8::1]:5000/app:1",
            "[2001:db8::1]:5000/app",
            Some("1"),
        ),
        (
            "a--b__c.d_e",
            "docker.io/library/a--b__c.d_e",
            Some("latest"),
        ),
        (
            "a:tag-ends.with-_",
            "docker.io/library/a",
            Some("tag-ends.with-_"),
        ),
    ] {
        let image = parse(text);
        assert_eq!(image.repository(), repository, "{text}");
        assert_eq!(image.effective_tag(), tag, "{text}");
    }
    assert_eq!(parse(&format!("nginx@sha256:{HEX}")).effective_tag(), None);
    assert_eq!(
        parse(&format!("nginx:1@sha256:{HEX}")).effective_tag(),
        Some("1")
    );
}

#[test]
fn a_host_with_an_underscore_is_a_path() {
    let image = parse("a_b.io/d:1");
    assert_eq!(
        (image.domain.as_str(), image.path.as_str()),
        ("", "a_b.io/d")
    );
    assert_eq!(image.repository(), "a_b.io/d");
    assert_eq!(image.at.path, 0..8);
    assert_eq!(image.at.domain, None);
    assert_eq!(error("a_b.io:80/d", 36), (Kind::Host, "a_b.io".to_owned()));
}

#[test]
fn errors_name_the_characters() {
    let long_tag = "x".repeat(129);
    let upper = HEX.to_uppercase();
    for (text, kind, there) in [
        ("", Kind::Empty, ""),
        (" \t", Kind::Blank, " \t"),
        ("  nginx", Kind::LeadingWhitespace, "  "),
        ("\u{feff}nginx", Kind::LeadingWhitespace, "\u{feff}"),
        ("nginx\n", Kind::TrailingWhitespace, "\n"),
        ("nginx\u{200b}", Kind::TrailingWhitespace, "\u{200b}"),
        ("nginx\u{a0}", Kind::TrailingWhitespace, "\u{a0}"),
        ("nginx: latest", Kind::InnerWhitespace, " "),
        ("ngi\u{200b}nx", Kind::InnerWhitespace, "\u{200b}"),
        ("https://gcr.io/a/b", Kind::Scheme, "https://"),
        ("docker://App", Kind::Scheme, "docker://"),
        ("OCI://x/y", Kind::Scheme, "OCI://"),
        ("münchen.de/pause", Kind::NonAscii('ü'), "ü"),
        (HEX, Kind::BareIdentifier, HEX),
        (&format!("@sha256:{HEX}"), Kind::MissingName, ""),
        (":1.2", Kind::MissingName, ""),
        ("NGINX:1", Kind::Uppercase, "NGINX"),
        ("gcr.io/team/App/x", Kind::Uppercase, "App"),
        ("nginx$", Kind::NameCharacter('$'), "$"),
        ("a-", Kind::SeparatorAtEdge, "-"),
        ("gcr.io/_a", Kind::SeparatorAtEdge, "_"),
        ("a..b", Kind::RepeatedSeparator, ".."),
        ("gcr.io/a___b", Kind::RepeatedSeparator, "___"),
        ("a_-b", Kind::RepeatedSeparator, "_-"),
        ("//gcr.io/pause", Kind::LeadingSlash, "//"),
        ("/nginx", Kind::LeadingSlash, "/"),
        ("nginx/", Kind::TrailingSlash, "/"),
        ("gcr.io/", Kind::TrailingSlash, "/"),
        ("a/:1.0", Kind::TrailingSlash, "/"),
        ("gcr.io//pause", Kind::DoubleSlash, "//"),
        ("gcr.io/a//b", Kind::DoubleSlash, "//"),
        ("foo/bar:baz/qux", Kind::ColonInPath, ":"),
        ("-a.io/pause", Kind::Host, "-a.io"),
        ("a..io/x", Kind::Host, "a..io"),
        ("host:port/pause", Kind::Port, "port"),
        ("host:/pause", Kind::Port, ""),
        ("[::1/x", Kind::Ipv6, "[::1"),
        ("[fe80::1%eth0]/x", Kind::Ipv6, "[fe80::1%eth0]"),
        ("[::1]x:5/y", Kind::Host, "[::1]x:5"),
        ("nginx:", Kind::EmptyTag, ":"),
        ("nginx::1", Kind::EmptyTag, ":"),
        ("nginx:@", Kind::EmptyTag, ":"),
        ("nginx:.x", Kind::TagStart, "."),
        ("nginx:v1+meta", Kind::TagCharacter('+'), "+"),
        (
            &format!("nginx:{long_tag}"),
            Kind::TagTooLong { length: 129 },
            &long_tag,
        ),
        ("nginx:latest:latest", Kind::SecondTag, ":latest"),
        ("localhost:5000:1", Kind::SecondTag, ":1"),
        ("nginx@latest", Kind::NotADigest, "@latest"),
        ("user@gcr.io/a/b", Kind::NotADigest, "@gcr.io/a/b"),
        ("nginx@", Kind::NotADigest, "@"),
        (&format!("a@sha256:{HEX}:v3"), Kind::DigestBeforeTag, ":v3"),
        ("a@md5:aaaa", Kind::DigestAlgorithm, "md5"),
        (
            &format!("a@SHA256:{HEX}"),
            Kind::DigestAlgorithmCase,
            "SHA256",
        ),
        (&format!("a@sha256:{upper}"), Kind::DigestCase, &upper),
        (
            "a@sha256:abcd",
            Kind::DigestLength {
                expected: 64,
                found: 4,
            },
            "abcd",
        ),
        ("a@sha256:xyz", Kind::DigestCharacter('x'), "x"),
    ] {
        assert_eq!(error(text, 36), (kind, there.to_owned()), "{text:?}");
    }
}

#[test]
fn versions_differ_in_hosts() {
    let host = ImageReference::parse("MyOrg/app:v1", KubernetesVersion(29)).unwrap();
    assert_eq!(host.domain, "MyOrg");
    assert_eq!(
        error("MyOrg/app:v1", 28),
        (Kind::Uppercase, "MyOrg".to_owned())
    );
    assert!(ImageReference::parse("[::1]:5000/app", KubernetesVersion(29)).is_ok());
    assert_eq!(
        error("[::1]:5000/app", 28),
        (Kind::Ipv6Unsupported, "[::1]".to_owned())
    );
    let port = ImageReference::parse("MyOrg:80/app", KubernetesVersion(28)).unwrap();
    assert_eq!(port.domain, "MyOrg:80");
}

#[test]
fn versions_differ_in_the_length_limit() {
    let path = "a".repeat(255);
    let hosted = format!("x.io/{path}");
    assert!(ImageReference::parse(&hosted, KubernetesVersion(32)).is_ok());
    for minor in [28, 31] {
        let expected = Kind::NameTooLong {
            path_only: false,
            length: 260,
        };
        assert_eq!(error(&hosted, minor).0, expected);
    }
    assert!(ImageReference::parse(&"a".repeat(247), KubernetesVersion(32)).is_ok());
    assert_eq!(
        error(&"a".repeat(248), 32).0,
        Kind::NameTooLong {
            path_only: true,
            length: 256
        }
    );
    assert!(ImageReference::parse(&"a".repeat(237), KubernetesVersion(31)).is_ok());
    assert!(ImageReference::parse(&"a".repeat(238), KubernetesVersion(31)).is_err());
}

#[test]
fn fixes_keep_the_meaning() {
    let repair = |text: &str| {
        ImageReference::parse(text, NEWEST)
            .expect_err(text)
            .repair(text, NEWEST)
    };
    assert_eq!(repair("nginx "), Some("nginx".to_owned()));
    assert_eq!(repair("https://gcr.io/a"), Some("gcr.io/a".to_owned()));
    assert_eq!(
        repair(&format!("a@SHA256:{HEX}")),
        Some(format!("a@sha256:{HEX}"))
    );
    assert_eq!(repair(" nginx "), None, "two causes");
    assert_eq!(repair("NGINX"), None);
    assert_eq!(repair("nginx: 1"), None);
}

#[test]
fn suggests_only_certain_fixes() {
    let help = |text: &str| {
        ImageReference::parse(text, NEWEST)
            .expect_err(text)
            .help(text)
    };
    assert_eq!(help("docker://a"), Some("remove `docker://`".to_owned()));
    assert_eq!(help("nginx:v1+meta"), None);
}

/// Small deterministic random number generator (xorshift), so that failures are reproducible.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

#[test]
fn any_text_is_parsed_and_normalization_is_idempotent() {
    let pieces = [
        "a",
        "b1",
        "nginx",
        "App",
        "/",
        "/",
        ":",
        ":",
        "@",
        ".",
        "_",
        "__",
        "-",
        "[",
        "]",
        "::1",
        "5000",
        "localhost",
        "docker.io",
        "index.docker.io",
        "library",
        "gcr.io",
        "sha256:",
        "sha512:",
        HEX,
        " ",
        "\u{200b}",
        "ü",
        "$",
        "{{",
        "\n",
        "latest",
        "1.2",
        "https://",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut valid = 0;
    for round in 0..200_000 {
        let text: String = (0..=random.below(9))
            .map(|_| pieces[random.below(pieces.len())])
            .collect();
        let version = KubernetesVersion([28, 31, 36][round % 3]);
        match ImageReference::parse(&text, version) {
            Ok(image) => {
                valid += 1;
                let complete = image.to_string();
                let again = ImageReference::parse(&complete, version)
                    .unwrap_or_else(|error| panic!("{text:?} gave {complete:?}: {error}"));
                assert_eq!(again.to_string(), complete, "{text:?}");
                assert_eq!(again.effective_tag(), image.effective_tag(), "{text:?}");
                let at = &image.at;
                assert_eq!(at.tag.clone().map(|at| text[at].to_owned()), image.tag);
                assert_eq!(
                    at.digest.clone().map(|at| text[at].to_owned()),
                    image.digest
                );
                assert!(image.path.ends_with(&text[at.path.clone()]), "{text:?}");
            }
            Err(error) => {
                assert!(text.get(error.at.clone()).is_some(), "{text:?}: {error:?}");
                assert!(!error.to_string().is_empty());
                let _ = error.help(&text);
                if let Some(repaired) = error.repair(&text, version) {
                    assert!(ImageReference::parse(&repaired, version).is_ok());
                }
            }
        }
    }
    assert!(
        valid > 5_000,
        "only {valid} of the strings were valid references"
    );
}

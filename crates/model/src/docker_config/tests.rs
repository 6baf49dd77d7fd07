use super::{
    AuthError, Base64Error, CredentialField, DockerConfig, DockerConfigProblemKind as Kind,
    PoisonedEntry, Shape,
};
use podwright_syntax::{SyntaxErrorKind, json};

fn modern(text: &str) -> DockerConfig {
    DockerConfig::decode(&json::read(text.into()), Shape::Modern)
}

fn legacy(text: &str) -> DockerConfig {
    DockerConfig::decode(&json::read(text.into()), Shape::Legacy)
}

/// Live entries as `registry=user:password`; `?` for an unknown credential.
fn credentials(config: &DockerConfig) -> Vec<String> {
    config
        .live_entries()
        .map(|entry| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let credential = entry.credential.as_ref().map_or("?".to_owned(), |c| {
                let (user, password) = c.expose();
                format!("{}:{}", text(user), text(password))
            });
            format!("{}={credential}", entry.registry.expose())
        })
        .collect()
}

#[track_caller]
fn accepts(text: &str, expected: &[&str]) {
    let config = modern(text);
    assert!(config.is_usable(), "{text}: {:?}", config.problems);
    assert_eq!(credentials(&config), expected, "{text}");
}

/// Kind of the only problem, the text at its span, and its path.
#[track_caller]
fn problem(text: &str, shape: Shape) -> (Kind, String, String) {
    let tree = json::read(text.into());
    let config = DockerConfig::decode(&tree, shape);
    assert_eq!(config.problems.len(), 1, "{text}: {:?}", config.problems);
    let problem = &config.problems[0];
    let there = tree.slice(problem.span).to_owned();
    (problem.kind.clone(), there, problem.json_path.clone())
}

#[test]
fn accepts_what_go_accepts() {
    accepts("null", &[]);
    accepts("{}", &[]);
    accepts(r#"{"auths": null}"#, &[]);
    accepts(
        r#"{"auths": {"a.io": {"username": "u", "password": "p", "email": "e"}}}"#,
        &["a.io=u:p"],
    );
    accepts(
        r#"{"AUTHS": {"a.io": {"Username": "u", "PASSWORD": "p"}}}"#,
        &["a.io=u:p"],
    );
    accepts(
        "{\"auth\u{17f}\": {\"a.io\": {\"auth\": \"dTpw\"}}}",
        &["a.io=u:p"],
    );
    accepts(
        r#"{"auths": {"a.io": null, "b.io": {}}}"#,
        &["a.io=:", "b.io=:"],
    );
    accepts(
        r#"{"auths": {"a.io": {"username": "x", "password": "y", "auth": "dTpw"}}}"#,
        &["a.io=u:p"],
    );
    accepts(
        r#"{"auths": {"a.io": {"auth": "", "username": "u", "password": "p"}}}"#,
        &["a.io=u:p"],
    );
    accepts(
        r#"{"auths": {"a.io": {"identitytoken": 5, "serveraddress": [], "x": {}}}, "y": [1]}"#,
        &["a.io=:"],
    );
    accepts(r#"{"HttpHeaders": {"A": "b", "C": null}}"#, &[]);
    accepts(r#"{"HttpHeaders": null}"#, &[]);
    accepts(
        r#"{"auths": {"\u0061.io": {"auth": "dTp\u0077"}}}"#,
        &["a.io=u:p"],
    );
}

#[test]
fn later_keys_override_earlier_ones() {
    accepts(
        r#"{"auths": {"a.io": {"auth": "dTpw"}, "a.io": {"username": "v"}}}"#,
        &["a.io=v:"],
    );
    accepts(
        r#"{"auths": {"a.io": {"auth": "dTpw"}}, "Auths": {"b.io": {"auth": "dTpw"}}}"#,
        &["a.io=u:p", "b.io=u:p"],
    );
    accepts(
        r#"{"auths": {"a.io": {"auth": "dTpw"}}, "auths": null}"#,
        &[],
    );
    accepts(
        r#"{"auths": {"a.io": {"username": "u", "username": null, "Username": "v"}}}"#,
        &["a.io=v:"],
    );
    accepts(
        r#"{"auths": {"a.io": {"username": "u", "username": null}}}"#,
        &["a.io=u:"],
    );
    let config = modern(r#"{"auths": {"a.io": {}, "A.io": {}, "a.io": {}}}"#);
    let overwritten: Vec<bool> = config.entries.iter().map(|e| e.is_overwritten).collect();
    assert_eq!(
        overwritten,
        [true, false, false],
        "registry keys have a case"
    );
}

#[test]
fn one_invalid_entry_rejects_the_document() {
    let poisoned = |text: &str| match problem(text, Shape::Modern) {
        (Kind::PoisonedEntry { why, .. }, there, path) => (why, there, path),
        other => panic!("{text}: {other:?}"),
    };
    let auth = |error| PoisonedEntry::Auth(error);
    for (text, why, there, path) in [
        (
            r#"{"auths": {"b.io": {"auth": "dTpw"}, "a.io": "x"}}"#,
            PoisonedEntry::NotAnObject,
            "\"x\"",
            r#"auths["a.io"]"#,
        ),
        (
            r#"{"auths": {"a.io": []}}"#,
            PoisonedEntry::NotAnObject,
            "[]",
            r#"auths["a.io"]"#,
        ),
        (
            r#"{"auths": {"a.io": {"password": 123}}}"#,
            PoisonedEntry::FieldNotAString(CredentialField::Password),
            "123",
            r#"auths["a.io"].password"#,
        ),
        (
            r#"{"auths": {"a.io": {"Email": false}}}"#,
            PoisonedEntry::FieldNotAString(CredentialField::Email),
            "false",
            r#"auths["a.io"].email"#,
        ),
        (
            r#"{"auths": {"a.io": {"username": {}}}}"#,
            PoisonedEntry::FieldNotAString(CredentialField::Username),
            "{}",
            r#"auths["a.io"].username"#,
        ),
        (
            r#"{"auths": {"a.io": {"auth": "dXA="}}}"#,
            auth(AuthError::NoColon),
            "\"dXA=\"",
            r#"auths["a.io"].auth"#,
        ),
        (
            r#"{"auths": {"a.io": {"auth": "user:pass"}}}"#,
            auth(AuthError::Plain),
            "\"user:pass\"",
            r#"auths["a.io"].auth"#,
        ),
        (
            r#"{"auths": {"a.io": {"auth": "dTpw", "auth": "dTp_"}}}"#,
            auth(AuthError::Base64(Base64Error::UrlSafe)),
            "\"dTp_\"",
            r#"auths["a.io"].auth"#,
        ),
    ] {
        let expected = (why, there.to_owned(), path.to_owned());
        assert_eq!(poisoned(text), expected, "{text}");
    }
}

#[test]
fn an_overwritten_entry_still_invalidates_the_document() {
    let config = modern(r#"{"auths": {"a.io": {"auth": "?"}, "a.io": {"auth": "dTpw"}}}"#);
    assert_eq!(credentials(&config), ["a.io=u:p"]);
    assert_eq!(config.problems.len(), 1);
}

#[test]
fn wrong_types_above_the_entries() {
    assert_eq!(problem("[]", Shape::Modern).0, Kind::NotAnObject);
    assert_eq!(problem("\"x\"", Shape::Legacy).0, Kind::NotAnObject);
    let (kind, there, path) = problem(r#"{"auths": []}"#, Shape::Modern);
    assert_eq!(
        (kind, there.as_str(), path.as_str()),
        (Kind::AuthsNotAnObject, "[]", "auths")
    );
    assert_eq!(
        problem(r#"{"HttpHeaders": []}"#, Shape::Modern).0,
        Kind::HttpHeaders
    );
    let (kind, there, path) = problem(r#"{"httpheaders": {"A": 1}}"#, Shape::Modern);
    assert_eq!(kind, Kind::HttpHeaders);
    assert_eq!(
        (there.as_str(), path.as_str()),
        ("1", r#"HttpHeaders["A"]"#)
    );
}

#[test]
fn text_that_is_not_json() {
    for (text, error) in [
        ("\u{feff}{}", SyntaxErrorKind::ByteOrderMark),
        (r#"{"auths": {},}"#, SyntaxErrorKind::TrailingComma),
        ("{} // x", SyntaxErrorKind::JsonComment),
        ("{}{}", SyntaxErrorKind::TrailingText),
        ("{} // {}", SyntaxErrorKind::JsonComment),
        (
            r#"{"auths": {"a.io": {"auth": "dTpw"}}"#,
            SyntaxErrorKind::UnclosedFlow,
        ),
        ("", SyntaxErrorKind::MissingValue),
    ] {
        assert_eq!(
            problem(text, Shape::Modern).0,
            Kind::NotJson(error),
            "{text:?}"
        );
    }
}

#[test]
fn the_legacy_shape_has_no_auths() {
    let config = legacy(r#"{"https://a.io/v1/": {"auth": "dTpw"}}"#);
    assert_eq!(credentials(&config), ["https://a.io/v1/=u:p"]);
    assert!(config.is_usable());
    let wrapped = legacy(r#"{"auths": {"a.io": {"auth": "dTpw"}}}"#);
    assert!(
        wrapped.is_usable(),
        "a registry called auths, with fields of no meaning"
    );
    assert_eq!(credentials(&wrapped), ["auths=:"]);
    let (kind, _, path) = problem(r#"{"auths": {"auth": {}}}"#, Shape::Legacy);
    assert!(matches!(kind, Kind::PoisonedEntry { .. }));
    assert_eq!(path, r#"["auths"].auth"#);
    let unwrapped = modern(r#"{"a.io": {"auth": "?"}}"#);
    assert!(unwrapped.is_usable() && unwrapped.auths.is_none() && unwrapped.entries.is_empty());
}

#[test]
fn fields_that_the_kubelet_ignores_are_recorded() {
    let config = modern(
        r#"{"auths": {"a.io": {"identitytoken": "t"}, "b.io": {"registryToken": "t"}},
            "credsStore": "osxkeychain", "credHelpers": {"gcr.io": "gcloud"}, "HttpHeaders": {}}"#,
    );
    assert!(config.creds_store.is_some() && config.cred_helpers.is_some());
    assert!(config.http_headers.is_some() && config.auths.is_some());
    assert_eq!(config.helper_registries[0].0.expose(), "gcr.io");
    assert!(config.entries[0].identity_token.is_some());
    assert!(config.entries[1].registry_token.is_some());
    assert!(config.entries[0].credential.as_ref().unwrap().is_empty());
}

#[test]
fn placeholders_are_not_reported() {
    for text in [
        r#"{"auths": {"a.io": {"auth": "{{ .Values.auth }}"}}}"#,
        r#"{"auths": {"a.io": {"auth": "${AUTH}"}}}"#,
        r#"{"auths": {"a.io": {"auth": "<base64 of user:password>"}}}"#,
        r#"{"auths": {"a.io": {"auth": "..."}}}"#,
        r#"{"auths": {"a.io": "${ENTRY}"}}"#,
        r#"{"auths": {"a.io": {"username": "$USER", "password": "$PASSWORD"}}}"#,
    ] {
        accepts(text, &["a.io=?"]);
    }
    for text in [
        "{{ .Values.dockerconfigjson }}",
        "{{- with .x }}{\"auths\": {}}{{ end }}",
        r#"{"auths": {{ toJson .Values.auths }} }"#,
        r#"{"auths": {"a.io": {"auth": ${AUTH}}}}"#,
        "${DOCKER_CONFIG_JSON}",
        "<docker config>",
    ] {
        let config = modern(text);
        assert!(config.is_template, "{text}");
        assert!(
            config.problems.is_empty() && config.entries.is_empty(),
            "{text}"
        );
    }
    let genuine = modern(r#"{"auths": {"a.io": {"auth": "YOUR"}}}"#);
    assert!(genuine.problems.is_empty());
}

#[test]
fn no_credential_is_ever_shown() {
    let texts = [
        r#"{"auths": {"https://me:hunter2@a.io": {"auth": "hunter2", "password": "hunter2"}}}"#,
        r#"{"auths": {"a.io": {"auth": ["hunter2"], "password": ["hunter2"], "username": "hunter2"}}}"#,
        r#"{"auths": {"a.io": "hunter2"}, "HttpHeaders": {"Authorization": ["hunter2"]}}"#,
        r#"{"auths": {"a.io": {"auth": "aHVudGVyMg==", "password": "hunter2}}}"#,
        r#"{"auths": {"a.io": {"password": hunter2}}}"#,
        r#"hunter2"#,
    ];
    for text in texts {
        for shape in [Shape::Modern, Shape::Legacy] {
            let config = DockerConfig::decode(&json::read(text.into()), shape);
            let mut shown = format!("{config:?}");
            for problem in &config.problems {
                shown.push_str(&problem.to_string());
                shown.push_str(&problem.json_path);
            }
            assert!(!shown.contains("hunter2"), "{text}: {shown}");
            assert!(!shown.contains("aHVudGVyMg"), "{text}: {shown}");
        }
    }
}

#[test]
fn any_text_is_decoded() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"auths\"",
        "\"a.io\"",
        "\"auth\"",
        "\"dTpw\"",
        "\"password\"",
        "null",
        "1",
        "\"HttpHeaders\"",
        "\"credHelpers\"",
        "\"",
        "\\",
        "ü",
        "\n",
        "${X}",
        "{{",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    for _ in 0..50_000 {
        let text: String = (0..next(20)).map(|_| pieces[next(pieces.len())]).collect();
        let tree = json::read(text.as_str().into());
        for shape in [Shape::Modern, Shape::Legacy] {
            let config = DockerConfig::decode(&tree, shape);
            let go = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            assert!(go || config.is_template || !config.is_usable(), "{text:?}");
            for problem in &config.problems {
                assert!(text.get(problem.span.range()).is_some(), "{text:?}");
            }
        }
    }
}

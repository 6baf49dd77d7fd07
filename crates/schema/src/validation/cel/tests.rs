use super::{Scope, Type, Wanted, checker, is_identifier, parser};

/// What is wrong with an expression of a ValidatingAdmissionPolicy, without the marked part.
fn wrong(text: &str) -> Option<String> {
    let mut scope = Scope::admission(false, true, false);
    match parser::parse(text).and_then(|expr| checker::check(&expr, &mut scope)) {
        Ok(own) if Wanted::Bool.excludes(&own) => Some(format!("type {own}")),
        Ok(_) => None,
        Err(wrong) => Some(wrong.message.into_owned()),
    }
}

// The verdicts are those of Kubernetes 1.36.
#[test]
fn accepted_expressions() {
    for text in include_str!("accepted.txt").lines() {
        assert_eq!(wrong(text), None, "{text}");
    }
}

#[test]
fn rejected_expressions() {
    for line in include_str!("rejected.txt").lines() {
        let (text, message) = line.split_once(" # ").unwrap();
        assert_eq!(wrong(text).as_deref(), Some(message), "{text}");
    }
}

#[test]
fn identifiers() {
    assert!(is_identifier("_a1"));
    assert!(!is_identifier("1a") && !is_identifier("in") && !is_identifier("a-b"));
}

#[test]
fn types_of_the_result() {
    let own = |text: &str| {
        let mut scope = Scope::admission(true, true, true);
        let expr = parser::parse(text).ok().unwrap();
        checker::check(&expr, &mut scope).ok().unwrap()
    };
    assert_eq!(own("[1].map(x, string(x))"), Type::list(Type::Unknown));
    assert_eq!(
        own("request.userInfo.groups.filter(g, g != '')"),
        Type::list(Type::Str)
    );
    assert_eq!(own("params.x"), Type::Dyn);
    assert_eq!(own("'a' + object.x"), Type::Str);
    assert!(!Wanted::Patches.excludes(&own("[JSONPatch{op: 'add', path: '/a', value: 1}]")));
    assert!(Wanted::Patches.excludes(&own("[1]")));
}

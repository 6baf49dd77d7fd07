use podwright_cel::{Program, Type};

use super::{Wanted, admission};

/// What is wrong with an expression of a ValidatingAdmissionPolicy, without the marked part.
fn wrong(text: &str) -> Option<String> {
    match Program::compile(text, &admission(false, true)) {
        Ok(program) if Wanted::Bool.includes(program.result_type()) => None,
        Ok(program) => Some(format!("type {}", program.result_type())),
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
fn types_of_the_result() {
    let own = |text: &str| {
        let environment = admission(true, true).with_patches();
        let program = Program::compile(text, &environment).unwrap();
        program.result_type().clone()
    };
    assert_eq!(own("[1].map(x, string(x))"), Type::list(Type::Text));
    assert_eq!(
        own("request.userInfo.groups.filter(g, g != '')"),
        Type::list(Type::Text)
    );
    assert_eq!(own("params.x"), Type::Dyn);
    assert_eq!(own("'a' + object.x"), Type::Text);
    assert_eq!(own("jsonpatch.escapeKey('a/b')"), Type::Text);
    let patches = [
        "[JSONPatch{op: 'add', path: '/a', value: 1}]",
        "[JSONPatch{op: 'add', path: '/a', value: Object.spec{x: 1}}]",
    ];
    for text in patches {
        assert!(Wanted::Patches.includes(&own(text)), "{text}");
    }
    assert!(!Wanted::Patches.includes(&own("[1]")));
    assert!(Wanted::Object.includes(&own("Object{spec: Object.spec{replicas: 1}}")));
    assert!(!Wanted::Object.includes(&own("object")));
}

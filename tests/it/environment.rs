//! Properties of `$(VAR)` expansion in any string, and of the variables of any container.

use std::collections::HashMap;
use std::sync::Arc;

use podwright_cluster::environment::{
    Definition, Environment, Lookup, Origin, Subject, Value, expand, references,
};
use podwright_cluster::workspace::{ClusterContext, File, ObjectId, Workspace};
use podwright_model::VersionRange;
use podwright_syntax::text::{FileId, Source};

/// Every string of up to six of the relevant characters, including a two-byte character.
fn texts() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..6 {
        let longer = |text: &String| ["$", "(", ")", "A", "é"].map(|next| format!("{text}{next}"));
        last = last.iter().flat_map(longer).collect();
        all.extend(last.iter().cloned());
    }
    all
}

#[test]
fn string_without_a_dollar_is_unchanged() {
    for text in texts().iter().filter(|text| !text.contains('$')) {
        assert_eq!(&expand(text, |_| Some("x")), text);
        assert_eq!(references(text).count(), 0, "{text}");
    }
}

#[test]
fn two_dollars_become_one() {
    for text in texts() {
        let doubled = text.replace('$', "$$");
        assert_eq!(expand(&doubled, |_| Some("x")), text);
        assert_eq!(references(&doubled).count(), 0, "{doubled}");
    }
}

#[test]
fn references_are_complete_and_in_order() {
    for text in texts() {
        let mut end = 0;
        for reference in references(&text) {
            assert!(reference.range.start >= end, "{text}");
            end = reference.range.end;
            assert_eq!(text[reference.range], format!("$({})", reference.name));
        }
        let mut asked = Vec::new();
        let expanded = expand(&text, |name| {
            asked.push(name.to_owned());
            None::<&str>
        });
        let names: Vec<&str> = references(&text).map(|reference| reference.name).collect();
        assert_eq!(asked, names, "{text}");
        assert!(expanded.len() <= text.len(), "{text}");
    }
}

/// A container whose variables come from two ConfigMaps, a Secret, a Service and its own list, and the expected
/// result, computed with simple maps.
struct Example {
    text: String,
    expected: HashMap<String, String>,
    /// Names that may be in the ConfigMap that is not among the files.
    open: bool,
}

/// Deterministic pseudo-random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

const NAMES: [&str; 6] = ["A", "B", "C", "P_A", "DB_PORT", "DB_SERVICE_HOST"];
const SERVICE: [(&str, &str); 7] = [
    ("DB_SERVICE_HOST", "10.0.0.7"),
    ("DB_SERVICE_PORT", "80"),
    ("DB_PORT", "tcp://10.0.0.7:80"),
    ("DB_PORT_80_TCP", "tcp://10.0.0.7:80"),
    ("DB_PORT_80_TCP_PROTO", "tcp"),
    ("DB_PORT_80_TCP_PORT", "80"),
    ("DB_PORT_80_TCP_ADDR", "10.0.0.7"),
];

fn example(dice: &mut Dice) -> Example {
    let links = dice.below(3) > 0;
    let services: HashMap<String, String> = SERVICE
        .iter()
        .filter(|_| links)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut objects = String::new();
    let mut maps: Vec<HashMap<String, String>> = Vec::new();
    for map in 0..2 {
        let mut data = HashMap::new();
        for name in NAMES {
            if dice.below(2) == 0 {
                data.insert(name.to_owned(), format!("m{map}{name}"));
            }
        }
        // An empty one might be populated later.
        data.insert("Z".to_owned(), format!("m{map}"));
        objects.push_str(&format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{map}, namespace: shop}}\ndata:\n"
        ));
        for (key, value) in &data {
            objects.push_str(&format!("  {key}: {value}\n"));
        }
        maps.push(data);
    }
    objects.push_str(
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec:\n  clusterIP: 10.0.0.7\n  ports: [{port: 80}]\n",
    );
    let mut variables: HashMap<String, String> = HashMap::new();
    let mut env_from = String::new();
    let open = dice.below(4) == 0;
    for _ in 0..dice.below(4) {
        let (map, prefix) = (dice.below(2), ["", "P_"][dice.below(2)]);
        env_from.push_str(&format!(
            "        - configMapRef: {{name: m{map}}}\n          prefix: '{prefix}'\n"
        ));
        for (key, value) in &maps[map] {
            variables.insert(format!("{prefix}{key}"), value.clone());
        }
    }
    if open {
        env_from.push_str("        - secretRef: {name: elsewhere}\n          prefix: P_\n");
    }
    let mut env = String::new();
    for number in 0..dice.below(7) {
        let name = NAMES[dice.below(NAMES.len())];
        if dice.below(4) == 0 {
            let (map, key) = (dice.below(2), NAMES[dice.below(NAMES.len())]);
            env.push_str(&format!(
                "        - name: {name}\n          valueFrom: {{configMapKeyRef: {{name: m{map}, key: {key}, optional: true}}}}\n"
            ));
            if let Some(value) = maps[map].get(key) {
                variables.insert(name.to_owned(), value.clone());
            }
            continue;
        }
        let other = NAMES[dice.below(NAMES.len())];
        let value = format!("e{number}$({other})$$({other})");
        let known = variables.get(other).or_else(|| services.get(other));
        let expanded = known.cloned().unwrap_or_else(|| format!("$({other})"));
        env.push_str(&format!(
            "        - name: {name}\n          value: {value}\n"
        ));
        variables.insert(name.to_owned(), format!("e{number}{expanded}$({other})"));
    }
    for (name, value) in services {
        variables.entry(name).or_insert(value);
    }
    let list = |key: &str, items: &str| match items {
        "" => String::new(),
        items => format!("      {key}:\n{items}"),
    };
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: shop}}\nspec:\n  enableServiceLinks: {links}\n  \
         containers:\n    - name: c\n      image: i\n{}{}{objects}",
        list("envFrom", &env_from),
        list("env", &env)
    );
    Example {
        text,
        expected: variables,
        open,
    }
}

fn environment(text: &str, whole: bool) -> Environment {
    let file = File::read(
        Source::new("a.yaml", text),
        &Arc::new(ClusterContext::default()),
    );
    let workspace = Workspace::new(vec![file]);
    let id = ObjectId {
        file: FileId(0),
        index: 0,
    };
    let pod = &workspace.object(id).pods[0];
    let container = &pod.containers[0];
    let of = Subject {
        workspace: &workspace,
        id,
        pod,
        container,
        versions: VersionRange::default(),
    };
    match whole {
        true => Environment::with_services(of).0,
        false => Environment::new(of),
    }
}

#[test]
fn container_variables_match_the_kubelet() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2_000 {
        let Example {
            text,
            expected,
            open,
        } = example(&mut dice);
        let environment = environment(&text, true);
        let mut found: HashMap<String, Option<String>> = HashMap::new();
        for definition in environment.effective() {
            if definition.name.starts_with("KUBERNETES_") {
                continue;
            }
            let Value::Text(value) = &definition.value else {
                panic!("{definition:?}\n{text}");
            };
            let twice = found.insert(definition.name.clone(), value.exact.clone());
            assert!(twice.is_none(), "{definition:?}\n{text}");
        }
        let names = |all: &mut dyn Iterator<Item = &String>| {
            let mut names: Vec<String> = all.cloned().collect();
            names.sort();
            names
        };
        assert_eq!(
            names(&mut found.keys()),
            names(&mut expected.keys()),
            "{text}"
        );
        for (name, value) in found {
            match value {
                Some(value) => assert_eq!(value, expected[&name], "{name}\n{text}"),
                // Only a variable from the missing object can be unknown.
                None => assert!(
                    open && text.contains("$(P_A)") || text.contains("$(DB_"),
                    "{name}\n{text}"
                ),
            }
        }
    }
}

#[test]
fn override_refers_to_the_overridden_definition() {
    let mut dice = Dice(42);
    for round in 0..2_000 {
        let text = example(&mut dice).text;
        let environment = environment(&text, round % 2 == 0);
        let all = &environment.definitions;
        for (index, definition) in all.iter().enumerate() {
            let before = all[..index]
                .iter()
                .rposition(|one| one.name == definition.name);
            assert_eq!(definition.overrides, before, "{text}");
            let behind = all[index + 1..]
                .iter()
                .position(|one| one.name == definition.name);
            let behind = behind.map(|at| index + 1 + at);
            assert_eq!(definition.overridden_by, behind, "{text}");
        }
        // Services come first, then `envFrom`, and `env` last.
        let rank = |definition: &Definition| match (&definition.origin, definition.position) {
            (Origin::Service(..), _) => 0,
            (Origin::EnvFrom(..), _) => 1,
            (_, Some(position)) => 2 + position,
            (_, None) => panic!("{definition:?}"),
        };
        assert!(all.is_sorted_by_key(rank), "{text}");
    }
}

#[test]
fn result_is_the_same_with_all_and_with_referenced_services_only() {
    let mut dice = Dice(7);
    for _ in 0..1_000 {
        let text = example(&mut dice).text;
        let (some, whole) = (environment(&text, false), environment(&text, true));
        for name in NAMES {
            // A name that is not referenced anywhere is not looked up among the Services.
            if !text.contains(&format!("$({name})")) {
                continue;
            }
            for position in [0, 1, 3, usize::MAX] {
                let said =
                    |environment: &Environment| match environment.lookup_before(name, position) {
                        Lookup::Defined(definition) => {
                            format!("{:?} {:?}", definition.origin, definition.value)
                        }
                        Lookup::Undefined => "undefined".to_owned(),
                        Lookup::Unknown => "unknown".to_owned(),
                    };
                assert_eq!(said(&some), said(&whole), "{name}\n{text}");
            }
        }
    }
}

#[test]
fn missing_object_makes_its_variables_unknown() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n    - name: c\n      envFrom:\n        \
                - secretRef: {name: s}\n          prefix: P_\n      env:\n        - {name: A, value: $(P_A)$(B)}\n";
    let environment = environment(text, false);
    assert!(matches!(environment.lookup("P_X"), Lookup::Unknown));
    assert!(matches!(environment.lookup("X"), Lookup::Undefined));
    assert!(matches!(
        environment.lookup("DB_SERVICE_HOST"),
        Lookup::Unknown
    ));
    let Lookup::Defined(definition) = environment.lookup("A") else {
        panic!("A is defined");
    };
    let Value::Text(value) = &definition.value else {
        panic!("expected a string");
    };
    assert_eq!(
        (value.exact.as_deref(), value.shown.as_deref()),
        (None, Some("$(P_A)$(B)"))
    );
}

#[test]
fn expansion_is_bounded() {
    let mut text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      env:\n        - {name: V0, value: xxxxxxxxxxxxxxxx}\n".to_owned();
    for number in 1..200 {
        let before = format!("$(V{})", number - 1).repeat(4);
        text.push_str(&format!("        - {{name: V{number}, value: {before}}}\n"));
    }
    let environment = environment(&text, true);
    let longest = environment.definitions.iter().map(|one| match &one.value {
        Value::Text(value) => value
            .exact
            .as_ref()
            .map_or(0, String::len)
            .max(value.shown.as_ref().map_or(0, String::len)),
        _ => 0,
    });
    assert!(longest.max().unwrap() < 200_000);
}

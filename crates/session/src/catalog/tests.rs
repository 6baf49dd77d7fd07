use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::contents::{Defined, Form};
use super::index::{Index, Indexed};
use super::stamp::Stamp;
use super::{Cache, Place, SchemaCatalog, Unusable};
use podwright_schema::custom::Catalog;
use podwright_schema::{CustomKinds, Record, Releases};

/// A directory with files.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, String)]) -> Self {
        let own = Self(tempfile::tempdir().unwrap());
        for (name, content) in files {
            own.write(name, content);
        }
        own
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("crds").join(name)
    }

    fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn cache(&self) -> Cache {
        Cache::at(self.0.path().join("cache"))
    }

    /// The index, if there is one.
    fn index(&self) -> Option<PathBuf> {
        let directory = self.0.path().join("cache/schemas");
        let mut entries = fs::read_dir(directory).ok()?;
        Some(entries.next()?.unwrap().path())
    }

    fn catalog(&self, cache: Cache) -> SchemaCatalog {
        let mut files = Vec::new();
        let mut directories = vec![self.path("")];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => directories.push(path),
                    false => files.push(path),
                }
            }
        }
        files.sort();
        let path = self.path("");
        SchemaCatalog::new(vec![Place { path, files }], cache)
    }
}

/// A definition with a field of its own.
fn definition(group: &str, kind: &str, field: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: x}}\nspec:\n  group: {group}\n  \
         names: {{kind: {kind}}}\n  versions:\n  - name: v1\n    schema: {{openAPIV3Schema: {{type: object, properties: \
         {{{field}: {{type: string}}}}}}}}\n"
    )
}

fn json_schema(field: &str) -> String {
    format!(r#"{{"type": "object", "properties": {{"{field}": {{"type": "string"}}}}}}"#)
}

/// Enough of a comment that a place is kept in an index.
fn large(definition: String) -> String {
    definition + "# " + &"x".repeat(1 << 20) + "\n"
}

/// Whether the newest definition of the kind has a field.
fn has(catalog: SchemaCatalog, api_version: &str, kind: &str, field: &str) -> bool {
    let kinds = CustomKinds::of_catalog(std::sync::Arc::new(catalog));
    let node = kinds.find(api_version, kind);
    let mut fields = node
        .into_iter()
        .flat_map(|node| Record::Custom(node).fields(Releases::ALL));
    fields.any(|own| own.name == field)
}

#[test]
fn all_layouts_are_read() {
    let several = [
        definition("a.io", "One", "one"),
        definition("a.io", "Two", "two"),
    ]
    .join("---\n");
    let json = r#"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition", "spec": {"group": "b.io", "names": {"kind": "Three"}, "versions":
        [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"three": {"type": "string"}}}}}]}}]}"#;
    let files = Files::new(&[
        ("several.yaml", several),
        ("deep/er/list.json", json.to_owned()),
        ("c.io/four_v1.json", json_schema("four")),
        ("c.io/four_v2.json", json_schema("two")),
        ("five-d-v1.json", json_schema("five")),
        ("six-d.io-v1.json", json_schema("six")),
        ("README.json", "{}".to_owned()),
    ]);
    let has =
        |api: &str, kind: &str, field: &str| has(files.catalog(Cache::none()), api, kind, field);
    assert!(has("a.io/v1", "One", "one"));
    assert!(has("a.io/v1", "Two", "two"));
    assert!(has("b.io/v1", "Three", "three"));
    assert!(has("c.io/v1", "Four", "four"));
    assert!(has("d.example.org/v1", "Five", "five"));
    assert!(has("d.io/v1", "Six", "six"));
    for (api, kind, field) in [
        ("a.io/v1", "One", "two"),
        ("a.io/v1", "one", "one"),
        ("a.io/v2", "One", "one"),
        ("c.io/v2", "Four", "four"),
        ("d.org/v1", "Six", "six"),
        ("e.io/v1", "Five", "five"),
    ] {
        assert!(!has(api, kind, field), "{api} {kind} {field}");
    }
    let catalog = files.catalog(Cache::none());
    assert_eq!(catalog.in_other_case("a.io", "ONE"), Some(("a.io", "One")));
    assert_eq!(catalog.in_other_case("c.io", "FOUR"), None);
    assert_eq!(catalog.unusable(), []);
}

#[test]
fn a_catalog_below_the_limit_leaves_no_index() {
    let files = Files::new(&[("a.yaml", definition("a.io", "One", "one"))]);
    assert!(has(files.catalog(files.cache()), "a.io/v1", "One", "one"));
    assert_eq!(files.index(), None);
}

/// Waits until the stamp of a file that is written now differs from all others.
fn settle() {
    sleep(Duration::from_millis(120));
}

#[test]
fn an_index_follows_every_change() {
    let one = || large(definition("a.io", "One", "one"));
    let files = Files::new(&[
        ("a.yaml", one()),
        ("b.yaml", definition("a.io", "Two", "two")),
    ]);
    settle();
    let has = |kind: &str, field: &str| has(files.catalog(files.cache()), "a.io/v1", kind, field);
    assert!(has("One", "one") && has("Two", "two"));
    let index = files.index().unwrap();
    let first = fs::read(&index).unwrap();
    assert!(has("One", "one") && has("Two", "two"));
    assert_eq!(fs::read(&index).unwrap(), first);

    // The same size and time.
    let modified = fs::metadata(files.path("b.yaml"))
        .unwrap()
        .modified()
        .unwrap();
    files.write("b.yaml", &definition("a.io", "Oak", "two"));
    let file = fs::File::options()
        .write(true)
        .open(files.path("b.yaml"))
        .unwrap();
    file.set_modified(modified).unwrap();
    if cfg!(unix) {
        assert!(has("Oak", "two") && !has("Two", "two"));
    }
    files.write("c/d.yaml", &definition("a.io", "New", "new"));
    assert!(has("New", "new") && has("One", "one"));
    fs::remove_file(files.path("a.yaml")).unwrap();
    assert!(!has("One", "one") && has("New", "new"));
}

#[test]
fn a_wrong_index_changes_nothing() {
    let several =
        definition("a.io", "Two", "two") + "---\n" + &definition("a.io", "Three", "three");
    let files = Files::new(&[
        ("a.yaml", large(definition("a.io", "One", "one"))),
        ("b.yaml", several),
    ]);
    settle();
    let is_right = |what: &str| {
        for (kind, field) in [("One", "one"), ("Two", "two"), ("Three", "three")] {
            let found = has(files.catalog(files.cache()), "a.io/v1", kind, field);
            assert!(found, "{what}: {kind}");
        }
        assert!(
            !has(files.catalog(files.cache()), "a.io/v1", "Four", "two"),
            "{what}"
        );
    };
    is_right("no index");
    let path = files.index().unwrap();
    let good = fs::read(&path).unwrap();
    let write = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    for (what, bytes) in [
        ("empty", &b""[..]),
        ("cut", &good[..good.len() - 1]),
        ("half", &good[..good.len() / 2]),
        ("other", &[0xff; 4096]),
    ] {
        write(bytes);
        is_right(what);
    }
    // Positions that are not those of the documents, and a kind that is not in the file.
    let change = |edit: &dyn Fn(&mut Defined)| {
        let mut index = Index::parse(&good).unwrap();
        let all = index
            .files
            .iter_mut()
            .flat_map(|file| &mut file.definitions);
        all.for_each(edit);
        write(&index.to_bytes());
    };
    for (start, end) in [
        (0, 0),
        (1, 9),
        (9, 1),
        (0, u32::MAX),
        (u32::MAX, u32::MAX),
        (30, 400),
        (0, 262),
    ] {
        change(&|own| (own.start, own.end) = (start, end));
        is_right(&format!("{start}..{end}"));
    }
    let mut index = Index::parse(&good).unwrap();
    let mut extra = index.files[1].definitions[0].clone();
    extra.kind = "Four".to_owned();
    index.files[1].definitions.push(extra);
    write(&index.to_bytes());
    is_right("a kind that is not there");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Another user could have written it.
        write(&Index::default().to_bytes());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        is_right("not private");
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &path).unwrap();
        is_right("a link");
    }
}

#[test]
fn an_unwritable_cache_changes_nothing() {
    let files = Files::new(&[("a.yaml", large(definition("a.io", "One", "one")))]);
    settle();
    let file = files.path("a.yaml");
    for cache in [
        Cache::at(file.join("below-a-file")),
        Cache::at(file),
        Cache::at("/proc".into()),
    ] {
        assert!(has(files.catalog(cache), "a.io/v1", "One", "one"));
    }
}

#[test]
fn files_that_cannot_be_used_are_named_in_each_run() {
    let broken = "kind: CustomResourceDefinition\n\tspec: {\n";
    let files = Files::new(&[
        ("a.yaml", large(definition("a.io", "One", "one"))),
        ("b.yaml", broken.to_owned()),
        ("c.io/four_v1.json", "[]".to_owned()),
        ("c.io/four_v2.json", "{\"properties\": {".to_owned()),
    ]);
    settle();
    for _ in 0..2 {
        let catalog = files.catalog(files.cache());
        assert!(catalog.kind("c.io", "Four").is_some());
        let found = catalog.unusable();
        let found: Vec<(PathBuf, &str)> = found
            .iter()
            .map(|Unusable { file, why }| (file.clone(), &why[..12]))
            .collect();
        let expected = [
            (files.path("b.yaml"), "syntax error"),
            (files.path("c.io/four_v1.json"), "not a JSON S"),
            (files.path("c.io/four_v2.json"), "syntax error"),
        ];
        assert_eq!(found, expected);
    }
}

/// Numbers that look random, by the generator of Marsaglia.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn text(&mut self) -> String {
        let length = self.below(12);
        let letters: Vec<char> = "abcZ.-_ é\n".chars().collect();
        let letter = |random: &mut Self| letters[usize::try_from(random.below(10)).unwrap()];
        (0..length).map(|_| letter(self)).collect()
    }

    fn number(&mut self) -> u32 {
        u32::try_from(self.below(1 << 32)).unwrap()
    }

    fn index(&mut self) -> Index {
        let files = (0..self.below(6)).map(|_| Indexed {
            name: self.text().into_bytes(),
            stamp: Stamp {
                size: self.below(u64::MAX),
                modified: self.below(u64::MAX),
                changed: self.below(u64::MAX),
                inode: self.below(u64::MAX),
            },
            definitions: (0..self.below(4))
                .map(|_| Defined {
                    form: match self.below(2) {
                        0 => Form::Definition,
                        _ => Form::JsonSchema,
                    },
                    group: self.text(),
                    kind: self.text(),
                    version: self.text(),
                    start: self.number(),
                    end: self.number(),
                })
                .collect(),
        });
        Index {
            files: files.collect(),
        }
    }
}

/// Bytes with the hash that makes them look whole.
fn sealed(content: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    [content, Sha256::digest(content).as_slice()].concat()
}

#[test]
fn indexes_are_read_as_they_are_written() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..500 {
        let index = random.index();
        let bytes = index.to_bytes();
        assert_eq!(Index::parse(&bytes).as_ref(), Some(&index));
        for _ in 0..20 {
            let mut damaged = bytes.clone();
            let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
            damaged[at] ^= 1 << random.below(8);
            assert_eq!(Index::parse(&damaged), None, "byte {at}");
            assert_eq!(Index::parse(&bytes[..at]), None, "{at} bytes");
        }
    }
}

/// Somebody can damage an index and compute its hash again. Reading it ends, and takes memory for what is there only.
#[test]
fn hostile_indexes_are_read_to_the_end() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let bytes = random.index().to_bytes();
        let mut content = bytes[..bytes.len() - 32].to_owned();
        for _ in 0..=random.below(3) {
            let at = usize::try_from(random.below(content.len() as u64)).unwrap();
            match random.below(4) {
                0 => content.truncate(at + 1),
                1 => content.insert(at, 0xff),
                _ => content[at] = u8::try_from(random.below(256)).unwrap(),
            }
        }
        match Index::parse(&sealed(&content)) {
            Some(index) => {
                read += 1;
                assert!(index.files.len() <= content.len());
                // It is written as it was read: nothing in it was ignored.
                assert_eq!(index.to_bytes(), sealed(&content));
            }
            None => refused += 1,
        }
    }
    assert!(read > 100 && refused > 100, "{read} {refused}");
}

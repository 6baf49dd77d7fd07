//! Indexes with every content, damaged ones, and hostile ones.

use sha2::{Digest, Sha256};

use super::{Index, Indexed};
use crate::catalog::contents::{Defined, Form};
use crate::catalog::stamp::Stamp;

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
                    is_exact: self.below(2) == 1,
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

//! Words that say where in a text a credential may be.

use std::sync::LazyLock;

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;

use crate::names::STEMS;

/// What a word in a text means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    /// A name with it may be that of a credential.
    Stem,
    /// Beginning of words such as "password" and "passwort".
    Password,
    /// Scheme of the header `Authorization`, or words that a credential follows in the same way.
    Scheme,
    /// Beginning of a token of a well-known service, or of a hash of a password.
    TokenPrefix,
    /// Flag of a command that reads a credential from standard input.
    FromInput,
    /// Part of a command that decodes its input.
    Decodes,
    /// Argument of `openssl`.
    PassPhrase,
    /// A name with it may be that of a command that prints a credential.
    Command,
    /// Command whose last argument is a credential.
    LastArgument,
    /// Command with `user/password@database`.
    Sqlplus,
    /// `//` in a URL whose punctuation is encoded.
    EncodedSlashes,
    /// Field of a JSON web key.
    WebKey,
}

impl Keyword {
    const fn has_any_case(self) -> bool {
        matches!(self, Self::Stem | Self::Password | Self::Scheme)
    }
}

/// The words, separated by spaces, or by line feeds if some contain spaces.
const WORDS: [(Keyword, &str); 11] = [
    (Keyword::Password, "passw"),
    (
        Keyword::Scheme,
        "bearer \nbasic \ntoken \ndigest \napikey \nnegotiate \nidentified by \nconvertto-securestring \nvault login \n",
    ),
    (
        Keyword::TokenPrefix,
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- AKIA ASIA xoxa- xoxb- xoxp- xoxr- xoxs- xapp- \
        eyJ sk_live_ sk_test_ rk_live_ rk_test_ AIza npm_ pypi- hf_ hvs. hvb. hvr. dckr_pat_ dckr_oat_ ya29. dop_v1_ \
        doo_v1_ dor_v1_ glptt- glrt- glcbt- glsoat- SG. shpat_ shpss_ xoxe- xoxe. sk-ant- sk-proj- sk-svcacct- gsk_ \
        whsec_ PMAK- lin_api_ figd_ ATATT3 ATBB r8_ nvapi- dapi sntrys_ sntryu_ glc_ glsa_ rubygems_ tskey- \
        AGE-SECRET-KEY-1 CFPAT- sq0atp- sq0csp- EAACE $apr1$ $2a$ $2b$ $2y$ $1$ $5$ $6$ $argon2 $y$ $7$",
    ),
    (Keyword::FromInput, "--password-stdin --with-token"),
    (Keyword::Decodes, "| base64 -\n"),
    (Keyword::PassPhrase, "pass:"),
    (Keyword::Command, "ommand"),
    (Keyword::LastArgument, "htpasswd -\nmc alias set \n"),
    (Keyword::Sqlplus, "sqlplus \n"),
    (Keyword::EncodedSlashes, "%2F%2F %2f%2f"),
    (Keyword::WebKey, "kty"),
];

/// All words, in the order of the patterns of [`AUTOMATON`].
static ALL: LazyLock<Vec<(Keyword, &str)>> = LazyLock::new(|| {
    let stems = STEMS.iter().map(|stem| (Keyword::Stem, *stem));
    let others = WORDS.iter().flat_map(|(keyword, words)| {
        let separator = if words.contains('\n') { '\n' } else { ' ' };
        let words = words.split(separator).filter(|word| !word.is_empty());
        words.map(|word| (*keyword, word))
    });
    stems.chain(others).collect()
});

/// Finds all words in one pass. Case is compared when one is found.
static AUTOMATON: LazyLock<DFA> = LazyLock::new(|| {
    DFA::builder()
        .ascii_case_insensitive(true)
        .prefilter(false)
        .build(ALL.iter().map(|(_, word)| word))
        .expect("few short words")
});

/// Search for the words in a text, byte by byte.
pub(super) struct Keywords {
    automaton: &'static DFA,
    state: StateID,
}

impl Keywords {
    pub(super) fn new() -> Self {
        let automaton = &*AUTOMATON;
        let start = automaton.start_state(Anchored::No);
        Self {
            automaton,
            state: start.expect("a search that is not anchored is the default"),
        }
    }

    /// Whether words end with this byte, the next one of the text.
    pub(super) fn end_at(&mut self, byte: u8) -> bool {
        self.state = self.automaton.next_state(Anchored::No, self.state, byte);
        self.automaton.is_match(self.state)
    }

    /// The words with which `before`, the text until now, ends.
    pub(super) fn ending(&self, before: &str) -> impl Iterator<Item = (Keyword, &'static str)> {
        let count = self.automaton.match_len(self.state);
        let patterns = (0..count).map(|index| self.automaton.match_pattern(self.state, index));
        let words = patterns.map(|pattern| ALL[pattern.as_usize()]);
        words.filter(|(keyword, word)| keyword.has_any_case() || before.ends_with(word))
    }
}

//! Counter for the work of the reader, used only in tests: the work must be linear in the length of any text.

use super::reader::Reader;

impl Reader<'_> {
    /// Counts work: bytes read, or tokens.
    #[cfg(test)]
    pub(super) const fn count_steps(&mut self, steps: usize) {
        self.steps += steps;
    }

    /// Does nothing outside tests.
    #[cfg(not(test))]
    #[inline(always)]
    pub(super) const fn count_steps(&mut self, _steps: usize) {}
}

#[cfg(test)]
mod tests {
    use super::super::stream::Stream;
    use super::Reader;

    fn steps(text: &str) -> usize {
        let mut stream = Stream::new(Reader::new(text.len()));
        stream.read(text);
        stream.reader.steps
    }

    #[test]
    fn work_is_linear_in_the_text() {
        let pieces = [
            "a: b\n",
            "a: [\n",
            "a: {b\n",
            "a: [b\n",
            "a: \"b\n",
            "a: 'b\n",
            "- \"a\\\n",
            "'''\n",
            "''\n",
            "\"\\\"\n",
            "[\"a\n",
            "[",
            "{a: ",
            "- ",
            "? ",
            "a: b: c\n",
            "a: b\n c: d\n",
            " a\nb: c\n",
            "\ta: b\n",
            "- a\n b: c\n",
            "a: [b\n  c]\n",
            "a\n",
            "a: |\n b\n",
            "&a ",
            "*a ",
            "- *a\n",
            "---\n",
            "...\n",
            "%a\n",
            "#\n",
            "\"\n'\n",
            "[',\",",
            "{\"a: \n",
            "a: 'b''\n",
            "a:\n  - [\n",
            "\u{85}a: \n",
            "\"a\nb\" c\n",
        ];
        for piece in pieces {
            let (small, large) = (piece.repeat(1000), piece.repeat(4000));
            let growth = steps(&large) as f64 / steps(&small).max(1000) as f64;
            assert!(growth < 4.5, "{piece:?}: {growth}");
            assert!(steps(&large) < 16 * large.len(), "{piece:?}");
        }
    }
}

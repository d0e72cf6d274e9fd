//! The text of a table as UTF-8, whatever its encoding.

use std::io::{self, Read};

/// Bytes that are converted at a time.
const CHUNK: usize = 1 << 14;

/// The text of a file as UTF-8: without a byte order mark, and converted if it is UTF-16.
pub struct Text<R> {
    from: R,
    order: Option<Order>,
    /// Bytes of UTF-8 that come next, from `start` on.
    ready: Vec<u8>,
    start: usize,
    /// Bytes of UTF-16 that are not converted yet.
    raw: Vec<u8>,
}

/// The order of the two bytes of a unit of UTF-16.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl<R: Read> Text<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn new(mut from: R) -> io::Result<Self> {
        let mut first = Vec::new();
        from.by_ref().take(4).read_to_end(&mut first)?;
        let (order, mark) = match *first {
            [0xff, 0xfe, ..] => (Some(Order::Little), 2),
            [0xfe, 0xff, ..] => (Some(Order::Big), 2),
            [0xef, 0xbb, 0xbf, ..] => (None, 3),
            // Without a mark: letters and digits have one byte of two that is 0.
            [a, 0, b, 0] if a > 0 && b > 0 => (Some(Order::Little), 0),
            [0, a, 0, b] if a > 0 && b > 0 => (Some(Order::Big), 0),
            _ => (None, 0),
        };
        let rest = first.split_off(mark);
        let (ready, raw) = if order.is_some() { (Vec::new(), rest) } else { (rest, Vec::new()) };
        Ok(Self { from, order, ready, start: 0, raw })
    }

    /// True for UTF-16.
    pub fn is_utf16(&self) -> bool {
        self.order.is_some()
    }

    /// Converts the next bytes of UTF-16; none are ready at the end of the file.
    fn convert(&mut self, order: Order) -> io::Result<()> {
        self.ready.clear();
        self.start = 0;
        while self.ready.is_empty() {
            let before = self.raw.len();
            self.from.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)?;
            let is_end = self.raw.len() == before;
            let unit = |pair: &[u8]| match order {
                Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
                Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
            };
            let mut units: Vec<u16> = self.raw.chunks_exact(2).map(unit).collect();
            let is_half = |unit: &u16| (0xd800..0xdc00).contains(unit);
            if !is_end && units.last().is_some_and(is_half) {
                // The other half of the character comes next.
                units.pop();
            }
            self.raw.drain(..2 * units.len());
            let decoded = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
            let text: String = decoded.collect();
            self.ready = text.into_bytes();
            if is_end {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.ready.len() {
            match self.order {
                None => return self.from.read(buffer),
                Some(order) => self.convert(order)?,
            }
        }
        let length = buffer.len().min(self.ready.len() - self.start);
        buffer[..length].copy_from_slice(&self.ready[self.start..self.start + length]);
        self.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut read = String::new();
        Text::new(bytes).unwrap().read_to_string(&mut read).unwrap();
        read
    }

    #[test]
    fn text_is_the_same_in_every_encoding() {
        // Longer than a chunk, with a character of two units at every place.
        for expected in
            ["", "1", "12", "123", "label;\u{e9}\n1;2\n", &"a\u{1f98a}".repeat(9000), &"\u{1f98a}".repeat(9001)]
        {
            let units: Vec<u16> = expected.encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            assert!(text(expected.as_bytes()) == expected);
            assert!(text(&[b"\xef\xbb\xbf", expected.as_bytes()].concat()) == expected);
            assert!(text(&[&b"\xff\xfe"[..], &little].concat()) == expected);
            assert!(text(&[&b"\xfe\xff"[..], &big].concat()) == expected);
        }
        assert_eq!(text(b"1\0,\x002\0"), "1,2");
        assert_eq!(text(b"\x001\0,\x002"), "1,2");
        assert_eq!(text(b"\xff\xfe1\0,"), "1", "half a unit at the end");
    }
}

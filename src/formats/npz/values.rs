//! The values of arrays: numbers and words of NumPy's types.

use npyz::{Endianness, Order, TypeChar, TypeStr};

use super::array::Array;

impl Array {
    /// The numbers, row after row; `None` for other values, and for an array of more than two dimensions in another order.
    pub fn floats(&self) -> Option<Vec<f64>> {
        let contents = self.contents().ok()?;
        let numbers = Numbers::of(contents.header.kind.as_ref()?)?.iter(contents.values);
        match (contents.header.order, &contents.header.shape[..]) {
            // Of no columns there could be any number of rows.
            _ if numbers.len() == 0 => Some(Vec::new()),
            (Order::C, _) | (Order::Fortran, [] | [_]) => Some(numbers.collect()),
            (Order::Fortran, &[rows, columns]) => {
                let (rows, columns) = (rows as usize, columns as usize);
                let numbers: Vec<f64> = numbers.collect();
                let row = |row: usize| (0..columns).map(move |column| column * rows + row);
                Some((0..rows).flat_map(row).map(|place| numbers[place]).collect())
            }
            _ => None,
        }
    }

    /// The words; `None` for other values.
    pub fn words(&self) -> Option<Vec<String>> {
        let contents = self.contents().ok()?;
        words(contents.header.kind.as_ref()?, contents.values)
    }
}

/// The numbers of a type: their size, and the way to read one.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    size: usize,
    read: fn(&[u8]) -> f64,
}

impl Numbers {
    /// The numbers of a type; `None` if it is not one of whole numbers, floats or truth values.
    pub(super) fn of(kind: &TypeStr) -> Option<Self> {
        macro_rules! numbers {
            ($type:ty) => {{
                const SIZE: usize = size_of::<$type>();
                let read: fn(&[u8]) -> f64 = match kind.endianness() {
                    Endianness::Big => |bytes| <$type>::from_be_bytes(array(bytes)) as f64,
                    _ => |bytes| <$type>::from_le_bytes(array(bytes)) as f64,
                };
                Some(Self { size: SIZE, read })
            }};
        }
        match (kind.type_char(), kind.size_field()) {
            (TypeChar::Uint, 1) => numbers!(u8),
            (TypeChar::Uint, 2) => numbers!(u16),
            (TypeChar::Uint, 4) => numbers!(u32),
            (TypeChar::Uint, 8) => numbers!(u64),
            (TypeChar::Int, 1) => numbers!(i8),
            (TypeChar::Int, 2) => numbers!(i16),
            (TypeChar::Int, 4) => numbers!(i32),
            (TypeChar::Int, 8) => numbers!(i64),
            (TypeChar::Float, 2) => Some(match kind.endianness() {
                Endianness::Big => Self { size: 2, read: |bytes| half(u16::from_be_bytes(array(bytes))) },
                _ => Self { size: 2, read: |bytes| half(u16::from_le_bytes(array(bytes))) },
            }),
            (TypeChar::Float, 4) => numbers!(f32),
            (TypeChar::Float, 8) => numbers!(f64),
            (TypeChar::Bool, _) => Some(Self { size: 1, read: |bytes| f64::from(u8::from(bytes != [0])) }),
            _ => None,
        }
    }

    /// Bytes of a number.
    pub(super) fn size(self) -> usize {
        self.size
    }

    /// The numbers in bytes, in their order.
    pub(super) fn iter(self, bytes: &[u8]) -> impl ExactSizeIterator<Item = f64> {
        bytes.chunks_exact(self.size).map(self.read)
    }
}

/// The words of an array of text: `<U5` in four bytes a character, `|S3` in one. `None` for other types.
pub(super) fn words(kind: &TypeStr, bytes: &[u8]) -> Option<Vec<String>> {
    let size = kind.num_bytes().filter(|&size| size > 0)?;
    let items = bytes.chunks_exact(size);
    let read_code: fn([u8; 4]) -> u32 = match kind.endianness() {
        Endianness::Big => u32::from_be_bytes,
        _ => u32::from_le_bytes,
    };
    let unicode = |item: &[u8]| -> String {
        item.as_chunks()
            .0
            .iter()
            .map(|&code| char::from_u32(read_code(code)).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    let without_padding = |word: String| word.trim_end_matches('\0').to_string();
    match kind.type_char() {
        TypeChar::UnicodeStr => Some(items.map(|item| without_padding(unicode(item))).collect()),
        TypeChar::ByteStr => {
            Some(items.map(|item| without_padding(String::from_utf8_lossy(item).into_owned())).collect())
        }
        _ => None,
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("a chunk of this size")
}

/// A float of 16 bits (IEEE 754): a sign, 5 bits of exponent, 10 of mantissa.
pub(crate) fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let power = |exponent: i32| f64::from_bits(((1023 + i64::from(exponent)) as u64) << 52);
    sign * match exponent {
        0 => mantissa * power(-24),
        0x1f if mantissa == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1024.0 + mantissa) * power(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read() {
        // numpy.float16 of these values, as bits.
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 1.0 / f64::from(1 << 24)),
            (0x0400, 1.0 / f64::from(1 << 14)),
            (0x3555, 0.333_251_953_125),
            (0x7c00, f64::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:04x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn words_lose_their_padding() {
        let words = |kind: &str, bytes: &[u8]| super::words(&kind.parse().unwrap(), bytes);
        assert_eq!(words("|S3", b"ab\0cde").unwrap(), ["ab", "cde"]);
        assert_eq!(words(">U2", &[0, 0, 0, 97, 0, 0, 0, 0, 0, 0, 0, 0xe9, 0, 0, 0, 98]).unwrap(), ["a", "éb"]);
        assert_eq!(words("|S0", b""), None);
        assert_eq!(words("<f4", &[0; 4]), None);
    }
}

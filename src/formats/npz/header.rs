//! The header of a NumPy array: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 64), }`.
//!
//! npyz has a parser for it, of any Python literal. A header needs none of that, and the page would download it.

use std::io::{self, Read};

use npyz::{Order, TypeChar, TypeStr};

use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, brief};

/// Maximum number of bytes of an array's header; NumPy's have 128.
const MAX_BYTES: usize = 4096;

/// The type, order and number of an array's values.
pub(super) struct Header {
    /// The type as the header writes it, in quotes.
    pub type_text: String,
    /// The type; `None` if NumPy has none of this name.
    pub kind: Option<TypeStr>,
    /// The order in which the values are stored.
    pub order: Order,
    /// The size of each dimension.
    pub shape: Vec<u64>,
}

impl Header {
    /// Parses the text of a header.
    ///
    /// # Errors
    /// [`NpzProblem::NotPlain`] for values of several parts, [`NpzProblem::Header`] for a text that NumPy does not write.
    fn parse(text: &str) -> Result<Self, NpzProblem> {
        let (mut type_text, mut order, mut shape) = (None, None, None);
        let entries = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let mut entries = entries.ok_or(NpzProblem::Header)?.trim();
        while !entries.is_empty() {
            let (key, value) = entries.split_once(':').ok_or(NpzProblem::Header)?;
            let (value, rest) = split_value(value);
            match unquoted(key.trim()) {
                Some("descr") => type_text = Some(value),
                Some("fortran_order") => order = order_of(value),
                Some("shape") => shape = shape_of(value),
                _ => return Err(NpzProblem::Header),
            }
            entries = rest.trim();
        }
        let (Some(type_text), Some(order), Some(shape)) = (type_text, order, shape) else {
            return Err(NpzProblem::Header);
        };
        let kind = unquoted(type_text).ok_or(NpzProblem::NotPlain)?.parse().ok();
        Ok(Self { type_text: type_text.into(), kind, order, shape })
    }

    /// Reads the header of an array, and the bytes up to its end.
    ///
    /// # Errors
    /// [`Error::Data`] for bytes that do not begin with a header.
    pub fn read(place: &Place, from: &mut impl Read) -> Result<(Self, Vec<u8>)> {
        let fail = |problem: NpzProblem| Error::data(place.clone(), problem);
        let cut = |error: io::Error| fail(NpzProblem::NotAnArray { error: brief(&error.to_string()) });
        let mut start = vec![0; 10];
        from.read_exact(&mut start).map_err(cut)?;
        let mut length = usize::from(u16::from_le_bytes([start[8], start[9]]));
        if start[6] >= 2 {
            let mut more = [0; 2];
            from.read_exact(&mut more).map_err(cut)?;
            start.extend(more);
            length |= usize::from(u16::from_le_bytes(more)) << 16;
        }
        if !start.starts_with(b"\x93NUMPY") || length > MAX_BYTES {
            return Err(fail(NpzProblem::NoSignature));
        }
        let text_start = start.len();
        start.resize(text_start + length, 0);
        from.read_exact(&mut start[text_start..]).map_err(cut)?;
        let text = std::str::from_utf8(&start[text_start..]).map_err(|_| fail(NpzProblem::Header))?;
        Ok((Self::parse(text).map_err(fail)?, start))
    }

    /// Number of bytes that the values take.
    ///
    /// # Errors
    /// [`Error::Data`] for Python objects, and for more values than a computer can count.
    pub fn length(&self, place: &Place) -> Result<usize> {
        let size = self.kind.as_ref().and_then(TypeStr::num_bytes).and_then(|size| {
            self.shape.iter().try_fold(size, |product, &size| product.checked_mul(usize::try_from(size).ok()?))
        });
        let is_object = self.kind.as_ref().is_some_and(|kind| kind.type_char() == TypeChar::Object);
        let problem = || match is_object {
            true => NpzProblem::Objects,
            false => NpzProblem::Promise { kind: brief(&self.type_text), shape: self.shape.clone() },
        };
        size.ok_or_else(|| Error::data(place.clone(), problem()))
    }
}

/// The value up to the next comma outside of brackets, and the text after the comma.
fn split_value(text: &str) -> (&str, &str) {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        c == ',' && depth == 0
    });
    let (value, rest) = end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]));
    (value.trim(), rest)
}

fn unquoted(text: &str) -> Option<&str> {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"'))
}

fn order_of(text: &str) -> Option<Order> {
    match text {
        "True" => Some(Order::Fortran),
        "False" => Some(Order::C),
        _ => None,
    }
}

/// A tuple of sizes, like `(3, 64)`, `(3,)` or `()`.
fn shape_of(text: &str) -> Option<Vec<u64>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    if inner.is_empty() {
        return Some(vec![]);
    }
    let sizes = inner.strip_suffix(',').or_else(|| inner.contains(',').then_some(inner))?;
    sizes.split(',').map(|size| size.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numpy_are_read() {
        for (text, bytes, order, shape) in [
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (6, 2, 3), }  \n", 1, Order::C, vec![6, 2, 3]),
            ("{'descr': '<f8', 'fortran_order': True, 'shape': (6, 6), }\n", 8, Order::Fortran, vec![6, 6]),
            ("{\"shape\": (3,), \"fortran_order\": False, \"descr\": \">i4\"}", 4, Order::C, vec![3]),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, Order::C, vec![]),
        ] {
            let header = Header::parse(text).unwrap();
            assert_eq!((header.order, header.shape), (order, shape), "{text}");
            assert_eq!(header.kind.unwrap().num_bytes(), Some(bytes), "{text}");
        }
    }

    #[test]
    fn other_headers_are_refused() {
        let refused = |text: &str| Header::parse(text).err().unwrap();
        let structure = "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,), }";
        assert_eq!(refused(structure), NpzProblem::NotPlain);
        for text in [
            "",
            "{}",
            "{'descr': '|u1',",
            "{'descr': '|u1', 'fortran_order': False}",
            "{'descr': '|u1', 'fortran_order': 0, 'shape': (3,), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (3), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (3,,), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (-3,), }",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), 'more': 1}",
            "{descr: '|u1', 'fortran_order': False, 'shape': (3,)}",
        ] {
            assert_eq!(refused(text), NpzProblem::Header, "{text}");
        }
        let unknown = Header::parse("{'descr': 'no type', 'fortran_order': False, 'shape': (3,), }").unwrap();
        assert!(unknown.kind.is_none() && unknown.type_text == "'no type'");
    }
}

//! Pictures in many formats, whatever their ending, against what Pillow reads in them (`tests/fixtures/formats.py`).

use std::fs;
use std::path::Path;

use serde_json::Value;

use chiffres::data::{Reason, Thing};
use chiffres::native::pictures;

use super::{grey_png, open, opened};
use crate::cli::Place;

const FOLDER: &str = "tests/fixtures/formats";

/// The names of the pictures, and what Pillow reads in each.
fn expected() -> serde_json::Map<String, Value> {
    let text = fs::read_to_string(Path::new(FOLDER).join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_format_has_the_grey_values_that_pillow_reads() {
    let expected = expected();
    assert!(expected.len() > 30);
    let mut wrong = Vec::new();
    for (name, expected) in expected {
        let read = match pictures::read(&Path::new(FOLDER).join(&name)) {
            Ok(read) => read,
            Err(error) => {
                wrong.push(error.to_string());
                continue;
            }
        };
        let size = (expected["height"].as_u64().unwrap() as usize, expected["width"].as_u64().unwrap() as usize);
        assert_eq!((read.height(), read.width()), size, "{name}");
        let tolerance = expected["tolerance"].as_u64().unwrap() as i64;
        let grey = expected["grey"].as_array().unwrap().iter().map(|value| value.as_i64().unwrap());
        let far = grey.zip(read.pixels()).filter(|(grey, read)| (grey - i64::from(**read)).abs() > tolerance);
        let far: Vec<(i64, &u8)> = far.take(5).collect();
        if !far.is_empty() {
            wrong.push(format!("{name}: {far:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_file_is_a_picture_by_its_first_bytes() {
    let place = Place::new();
    for (i, name) in expected().keys().enumerate() {
        // Half of the pictures without an ending, or with that of another kind of file.
        let stored = [name.as_str(), "IMG", "IMG.txt", "IMG.png"][i % 4];
        let bytes = fs::read(Path::new(FOLDER).join(name)).unwrap();
        place.put(&format!("x/{}/{i} {stored}", ["a", "b"][i % 2]), bytes);
    }
    let others: [(&str, &[u8]); 8] = [
        ("a/BMW.txt", b"BM is not always the beginning of a picture"),
        ("a/p3", b"P3 results: 12 of 13"),
        ("b/table.csv", b"1,2\n"),
        ("b/film.0001", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1"),
        ("b/empty", b""),
        ("b/IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("b/IMG_2", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"),
        ("b/sensor.NEF", b"MM\0*\0\0\0\x08"),
    ];
    for (name, bytes) in others {
        place.put(&format!("x/{name}"), bytes);
    }
    let dataset = opened(&place, "folder", "x", "size = [4, 4]");
    assert_eq!(dataset.len(), expected().len());
    let not = |ending: &str| Reason::NotAPicture { ending: ending.into() };
    let unread = |format| Reason::UnreadFormat { format };
    let mut found: Vec<_> = dataset.reading().left_out().iter().collect();
    found.sort_by_key(|entry| entry.first[0].clone());
    let found: Vec<(&Reason, usize)> = found.into_iter().map(|entry| (&entry.reason, entry.count)).collect();
    let expected = [
        (not("txt"), 1),
        (not(""), 3),
        (unread("HEIC"), 1),
        (unread("AVIF"), 1),
        (unread("camera raw"), 1),
        (not("csv"), 1),
    ];
    assert_eq!(found, expected.each_ref().map(|(reason, count)| (reason, *count)));
    assert!(dataset.reading().left_out().iter().all(|entry| entry.thing == Thing::File));
}

#[test]
fn pictures_in_formats_that_are_not_read_are_named_with_what_to_do() {
    let place = Place::new();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    place.put("IMG_1.HEIC", heic);
    let error = pictures::read(&place.path("IMG_1.HEIC")).unwrap_err();
    assert!(
        error.to_string().ends_with("is a picture in the format HEIC, which this program does not read"),
        "{error}"
    );
    assert_eq!(error.hint().unwrap(), "convert it to PNG or JPEG");
    // A class of nothing else is an error, not a class less.
    place.put("x/a/1.png", grey_png(2, 2, 1));
    place.put("x/b/1.png", grey_png(2, 2, 2));
    place.put("x/c/IMG_1.HEIC", heic);
    let error = open(&place, "folder", "x", "").unwrap_err();
    assert!(error.to_string().ends_with("x/c: the folder of a class has no picture in it"), "{error}");
}

#[test]
fn every_format_is_bounded_before_it_is_decoded() {
    // Each header promises 30,000 x 30,000 pixels, or the most that its format can say, and a few bytes follow.
    let side = 30_000u32;
    let (big, little) = (side.to_be_bytes(), side.to_le_bytes());
    let bmp = [
        &b"BM\x80\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..],
        &little,
        &little,
        b"\x01\0\x18\0\0\0\0\0",
        &[0; 20],
        &[0; 60],
    ];
    let gif = [&b"GIF89a"[..], &[0x30, 0x75, 0x30, 0x75, 0x80, 0, 0], &[0, 0, 0, 255, 255, 255], b","];
    let gif = [&gif.concat()[..], &[0, 0, 0, 0, 0x30, 0x75, 0x30, 0x75, 0, 2, 2, 0x44, 1, 0, 0x3b]].concat();
    let tiff = |tag: u16, value: u32| [&tag.to_be_bytes()[..], b"\0\x04\0\0\0\x01", &value.to_be_bytes()].concat();
    let tiff = [
        &b"MM\0*\0\0\0\x08\0\x07"[..],
        &tiff(256, side),
        &tiff(257, side),
        &tiff(258, 8),
        &tiff(259, 1),
        &tiff(262, 1),
        &tiff(273, 8),
        &tiff(279, 60),
        &[0; 64],
    ];
    // VP8L: 14 bits of width less one, and of height.
    let bits = (15_999u32 | 15_999 << 14).to_le_bytes();
    let webp = [&b"RIFF\x2a\0\0\0WEBPVP8L\x1e\0\0\0\x2f"[..], &bits, &[0; 25]];
    let ppm = format!("P6\n{side} {side}\n255\n12345");
    let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &big, &big, b"\x08\x02\0\0\0"].concat();
    let mut checksum = flate2::Crc::new();
    checksum.update(&png[12..]);
    let png = [&png[..], &checksum.sum().to_be_bytes(), b"\0\0\0\0IDAT\x35\xaf\x06\x1e"].concat();
    for (name, bytes) in [
        ("bmp", bmp.concat()),
        ("gif", gif),
        ("tiff", tiff.concat()),
        ("webp", webp.concat()),
        ("pnm", ppm.into_bytes()),
        ("png", png),
    ] {
        let error = pictures::from_reader(name, &bytes[..]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}: is too large")), "{error}");
    }
}

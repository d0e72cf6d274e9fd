//! The schema of a `.skops` archive: one that any bytes stand in would be stopped by its checksum.
#![no_main]

use std::io::{Cursor, Write};

use chiffres::exchange::{self, ImageSize, ImportOptions};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::FileOptions};

/// An array of six numbers.
fn array(shape: &str) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f4', 'fortran_order': True, 'shape': ({shape}), }}");
    header += &" ".repeat(117 - header.len());
    [b"\x93NUMPY\x01\x00\x76\x00".as_slice(), header.as_bytes(), b"\n", &[0; 24]].concat()
}

fuzz_target!(|bytes: &[u8]| {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = FileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [("schema.json", bytes), ("1.npy", &array("2, 3")), ("2.npy", &array("6,"))] {
        archive.start_file(name, stored).expect("memory takes every file");
        archive.write_all(content).expect("memory takes every byte");
    }
    let archive = archive.finish().expect("memory takes every byte").into_inner();
    let options = ImportOptions { scale: Some(1.0), size: Some(ImageSize::new(1, 2)), ..ImportOptions::default() };
    let _ = exchange::import("FILE.skops", &archive, &options);
});

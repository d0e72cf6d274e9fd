//! A cache of decoded pictures, under the digest of their files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::config::DataConfig;
use crate::data::Bytes;

use super::super::files::write_whole;
use super::listing::own_files;
use super::map;

/// Maximum number of sets of pictures in the cache; the oldest ones are removed.
const MAX_KEPT: usize = 8;
/// Version of the decoding: a change of the pixels needs a new one.
const VERSION: u8 = 1;

/// A digest of the files' names and contents, and of the settings that decide the pixels.
pub fn key(files: &[&Path], digests: &[[u8; 32]], root: &Path, config: &DataConfig) -> String {
    let mut hash = Sha256::new();
    hash.update([VERSION]);
    hash.update(format!("{:?} {:?}", config.size, config.preprocess));
    for (file, digest) in files.iter().zip(digests) {
        hash.update(file.strip_prefix(root).unwrap_or(file).as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(digest);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn path(folder: &Path, key: &str, height: usize, width: usize) -> PathBuf {
    folder.join(format!("{key}-{height}x{width}.pixels"))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Rows, columns and pixels of `images` pictures that are kept under a key.
pub fn read(folder: &Path, key: &str, images: usize) -> Option<(usize, usize, Arc<dyn Bytes>)> {
    let prefix = format!("{key}-");
    let path = own_files(folder).find(|path| name_of(path).starts_with(&prefix))?;
    let name = name_of(&path);
    let (height, width) = name.strip_prefix(&prefix)?.strip_suffix(".pixels")?.split_once('x')?;
    let (height, width) = (height.parse::<usize>().ok()?, width.parse::<usize>().ok()?);
    let bytes = map(&path).ok()?;
    // The last 32 bytes are the digest of the others.
    let (pixels, digest) = bytes.bytes().split_last_chunk::<32>()?;
    let is_whole =
        pixels.len() == images.checked_mul(height.checked_mul(width)?)? && Sha256::digest(pixels)[..] == digest[..];
    is_whole.then(|| (height, width, bytes.clone()))
}

/// Keeps pixels under a key. A failure costs only time, so it is ignored.
pub fn write(folder: &Path, key: &str, images: usize, height: usize, width: usize, pixels: &[u8]) {
    debug_assert_eq!(pixels.len(), images * height * width);
    let mut bytes = Vec::with_capacity(pixels.len() + 32);
    bytes.extend_from_slice(pixels);
    bytes.extend_from_slice(&Sha256::digest(pixels));
    if fs::create_dir_all(folder).is_err() {
        return;
    }
    let _ = write_whole(&path(folder, key, height, width), &bytes);
    let mut kept: Vec<(SystemTime, PathBuf)> = own_files(folder)
        .filter(|path| name_of(path).ends_with(".pixels"))
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
        .collect();
    kept.sort();
    for (_, path) in kept.iter().rev().skip(MAX_KEPT) {
        let _ = fs::remove_file(path);
    }
}

//! Folders of pictures: a folder for each class, in folders for each part or in one tree.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::config::{DataConfig, Paper};
use crate::data::{Images, Labels, Origin, Part, Parts, Pixels, Reading, Reason, Remark, Thing};
use crate::error::{NoDigit, Place};
use crate::native::error::{Error, PictureUse, Result, SourceProblem};
use crate::preprocess::{DigitPreprocessing, Raster};

use super::super::pictures::{self, HEAD, Kind, Picture, ending, shown};
use super::cache::Behind;
use super::facts::Facts;
use super::layout::{Files, Layout};
use super::listing::Tree;
use super::{OpenOptions, cache, facts, image_of, source_error};

/// The pictures of a part, in the order of their classes and names.
struct Pictures {
    from: PathBuf,
    files: Vec<PathBuf>,
    classes: Vec<String>,
    /// SHA-256 of each file; `None` if no cache is asked for.
    digests: Vec<Option<[u8; 32]>>,
    /// For each file, true if it may hold a large picture.
    are_large: Vec<bool>,
}

/// The pictures of a folder, by the parts that it names, and the report on it.
struct Survey {
    /// Training pictures first.
    parts: Vec<(Part, Pictures)>,
    reading: Reading,
}

pub fn open(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    if !path.is_dir() {
        return Err(vec![source_error(path, SourceProblem::NotAPictureFolder)]);
    }
    let Survey { parts, mut reading } = Survey::of(Tree::read(path), opening.cache.is_some())?;
    let cache::Images { height, width, channels, facts, pixels: bytes, paper } =
        read_all(&parts, path, config, opening)?;
    facts.report(channels, config, &mut reading);
    if let Behind::Chosen(paper) = paper {
        reading.remark(Remark::Paper { paper });
    }
    let inputs = height * width * channels;
    let (mut start, mut reading) = (0, Some(reading));
    let images = parts.into_iter().map(|(part, pictures)| {
        let end = start + pictures.files.len() * inputs;
        let pixels = Pixels::new(inputs, bytes.clone(), start..end);
        start = end;
        let own = Reading::new(shown(&pictures.from));
        let images = Images {
            height,
            width,
            channels,
            pixels,
            is_light: !config.finds_digits(),
            is_unit: false,
            labels: Labels::Names(pictures.classes),
            groups: None,
            origin: Origin::Each(pictures.files.iter().map(|file| Place::file(shown(file))).collect()),
            // The report on the whole folder goes with the training images.
            reading: reading.take().map_or(own.clone(), |whole| whole.within(own)),
        };
        (part, images)
    });
    let mut images = images.collect::<Vec<_>>().into_iter().peekable();
    let (_, train) = images.next().expect("there is a part that trains");
    let validation = images.next_if(|(part, _)| *part == Part::Validation).map(|(_, images)| images);
    Ok(Parts { train, validation, test: images.next().map(|(_, images)| images) })
}

/// The training pictures in a folder, each with its class.
///
/// # Errors
/// As [`open`].
pub fn training_pictures(tree: Tree) -> Result<Vec<(PathBuf, String)>, Vec<Error>> {
    let mut survey = Survey::of(tree, false)?;
    let (_, train) = survey.parts.swap_remove(0);
    Ok(train.files.into_iter().zip(train.classes).collect())
}

impl Survey {
    /// The pictures in a folder, by their contents; with the digest of each if they are `hashed`.
    fn of(tree: Tree, hashed: bool) -> Result<Self, Vec<Error>> {
        let layout = Layout::of(tree)?;
        let mut reading = layout.reading.clone();
        let mut errors = Vec::new();
        let parts: Vec<(Part, Pictures)> =
            layout.parts().map(|(part, files)| (part, pictures_of(files, hashed, &mut reading, &mut errors))).collect();
        for (folder, files) in &layout.unlabelled {
            let pictures = sift(files, &mut reading);
            reading.part(Part::Unlabelled, shown(folder), pictures.len());
            reading.leave_out_all(Thing::File, pictures, Reason::Unlabelled);
        }
        let pictures = sift(&layout.outside, &mut reading);
        reading.leave_out_all(Thing::File, pictures, Reason::OutsideClasses);
        // Folders of other files are no classes: there may be none left.
        if let (true, Some((_, part))) = (errors.is_empty(), parts.iter().find(|(_, part)| part.files.is_empty())) {
            errors.push(source_error(&part.from, SourceProblem::NoClasses));
        }
        if errors.is_empty() { Ok(Self { parts, reading }) } else { Err(errors) }
    }
}

/// The pictures of a part.
///
/// A folder of other files is not a class. An empty folder, or one with pictures that cannot be read alone, was meant as one:
/// it is an error.
fn pictures_of(files: &Files, hashed: bool, reading: &mut Reading, errors: &mut Vec<Error>) -> Pictures {
    let mut pictures = Pictures {
        from: files.from.clone(),
        files: Vec::new(),
        classes: Vec::new(),
        digests: Vec::new(),
        are_large: Vec::new(),
    };
    for (name, class) in &files.classes {
        let before = pictures.files.len();
        let (mut own, mut has_others) = (class.reading.clone(), false);
        let contents: Vec<io::Result<Content>> = class.files.par_iter().map(|file| Content::of(file, hashed)).collect();
        for (file, content) in class.files.iter().zip(contents) {
            // What cannot be opened is an error like what cannot be decoded: all are reported together.
            match content.unwrap_or(Content { kind: Kind::Picture, digest: None, is_large: false }) {
                Content { kind: Kind::Picture, digest, is_large } => {
                    pictures.files.push(file.clone());
                    pictures.classes.push(name.clone());
                    pictures.digests.push(digest);
                    pictures.are_large.push(is_large);
                }
                Content { kind, .. } => {
                    has_others |= kind == Kind::Other;
                    own.leave_out(Thing::File, shown(file), reason(kind, file));
                }
            }
        }
        let is_empty = before == pictures.files.len();
        let has_unread = own.left_out().iter().any(|entry| matches!(entry.reason, Reason::UnreadFormat { .. }));
        match (is_empty, has_others && !has_unread) {
            (false, _) => reading.merge(own),
            (true, true) => reading.leave_out(Thing::Folder, shown(&class.folder), Reason::Empty),
            (true, false) => errors.push(source_error(&class.folder, SourceProblem::EmptyClass)),
        }
    }
    pictures
}

/// The names of the pictures among files that have no labels; the other files are left out.
pub(super) fn sift(files: &[PathBuf], reading: &mut Reading) -> Vec<String> {
    // A file that cannot be opened is judged by its ending.
    let kinds: Vec<Kind> =
        files.par_iter().map(|file| Kind::of_file(file).unwrap_or_else(|_| Kind::of(file, &[]))).collect();
    reading.sift(Thing::File, files.iter().zip(kinds), |(file, kind)| match kind {
        Kind::Picture => Ok(shown(file)),
        kind => Err((shown(file), reason(kind, file))),
    })
}

/// The reason to leave out a file that is not a picture.
pub(super) fn reason(kind: Kind, file: &Path) -> Reason {
    // Numbered endings would be as many reasons as files.
    const MAX_ENDING: usize = 8;
    match kind {
        Kind::Unread(format) => Reason::UnreadFormat { format },
        _ => {
            let mut ending = ending(file);
            if ending.len() > MAX_ENDING || !ending.chars().any(char::is_alphabetic) {
                ending.clear();
            }
            Reason::NotAPicture { ending }
        }
    }
}

/// The kind of a file, and SHA-256 of the whole file if it is asked for and the file is a picture.
struct Content {
    kind: Kind,
    digest: Option<[u8; 32]>,
    is_large: bool,
}

impl Content {
    fn of(path: &Path, hashed: bool) -> io::Result<Self> {
        const BUFFER: usize = 1 << 13;
        let mut file = File::open(path)?;
        let mut buffer = [0; BUFFER];
        let mut filled = 0;
        while filled < HEAD {
            match file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let kind = Kind::of(path, &buffer[..filled.min(HEAD)]);
        // Most files fit into the buffer.
        let is_large = filled == BUFFER && file.metadata()?.len() > pictures::LARGE_FILE;
        if kind != Kind::Picture || !hashed {
            return Ok(Self { kind, digest: None, is_large });
        }
        let mut hash = Sha256::new();
        hash.update(&buffer[..filled]);
        io::copy(&mut file, &mut hash)?;
        Ok(Self { kind, digest: Some(hash.finalize().into()), is_large })
    }
}

/// The images of all pictures: from the cache, or decoded over all cores.
fn read_all(
    parts: &[(Part, Pictures)],
    root: &Path,
    config: &DataConfig,
    opening: OpenOptions<'_>,
) -> Result<cache::Images, Vec<Error>> {
    let pictures = || parts.iter().map(|(_, pictures)| pictures);
    let files: Vec<&Path> = pictures().flat_map(|part| part.files.iter().map(PathBuf::as_path)).collect();
    let digests: Option<Vec<[u8; 32]>> = pictures().flat_map(|part| part.digests.iter().copied()).collect();
    let preprocessing = opening.preprocessing();
    let key = opening
        .cache
        .zip(digests)
        .map(|(folder, digests)| (folder, cache::key(&files, &digests, root, config, &preprocessing)));
    if let Some((folder, key)) = &key
        && let Some(kept) = cache::read(folder, key, files.len(), config.paper)
    {
        return Ok(kept);
    }
    let are_large: Vec<bool> = pictures().flat_map(|part| part.are_large.iter().copied()).collect();
    let decoded = decode(&files, &are_large, config, opening);
    let training = parts[0].1.files.len();
    let paper = match (decoded.iter().flatten().any(Decoded::is_transparent), config.paper) {
        (false, _) => Behind::Opaque,
        (true, Paper::Auto) => Behind::Chosen(chosen_paper(&decoded, training)),
        (true, paper) => Behind::Given(paper),
    };
    let no_digit = |file: &Path, reason| source_error(file, SourceProblem::NoDigit { reason });
    let facts = decoded.iter().flatten().fold(Facts::default(), |facts, decoded| facts.or(decoded.facts));
    let wanted = facts.channels(config);
    let images = decoded
        .into_iter()
        .zip(&files)
        .map(|(decoded, file)| decoded.and_then(|picture| picture.on(paper).map_err(|reason| no_digit(file, reason))));
    let (images, errors): (Vec<_>, Vec<_>) = images.partition(Result::is_ok);
    if !errors.is_empty() {
        return Err(errors.into_iter().filter_map(Result::err).collect());
    }
    let mut images = images.into_iter().flatten();
    let first = images.next().expect("every class has a picture");
    let (height, width) = (first.height(), first.width());
    let mut pixels = first.into_channels(wanted);
    pixels.reserve_exact(pixels.len() * (files.len() - 1));
    for (image, file) in images.zip(&files[1..]) {
        let found = (image.height(), image.width());
        if found != (height, width) {
            let first = Box::new(Place::file(shown(files[0])));
            let problem = SourceProblem::PictureSize { found, first, expected: (height, width) };
            return Err(vec![source_error(file, problem)]);
        }
        pixels.extend(image.into_channels(wanted));
    }
    let pixels = Arc::new(pixels);
    let images = cache::Images { height, width, channels: wanted, facts, pixels, paper };
    if let Some((folder, key)) = &key {
        cache::write(folder, key, &images);
    }
    Ok(images)
}

/// The error about a picture of a class, whose hint is about training.
fn in_a_class(error: Error) -> Error {
    match error {
        Error::Picture { path, problem, .. } => Error::Picture { path, problem, purpose: PictureUse::Train },
        error => error,
    }
}

/// A picture that was read.
struct Decoded {
    image: Made,
    facts: Facts,
}

/// The image of a picture, or both if it is transparent and its paper is not known yet.
enum Made {
    Opaque(Result<Raster, NoDigit>),
    OnItsPaper(Result<Raster, NoDigit>),
    OnEither { white: Result<Raster, NoDigit>, black: Result<Raster, NoDigit>, own: Option<Paper> },
}

impl Decoded {
    fn of(picture: Picture, config: &DataConfig, preprocessing: &DigitPreprocessing) -> Self {
        let image = |picture: Picture, paper| image_of(&picture.on(paper), config, preprocessing);
        let facts = Facts::of_picture(&picture, config);
        let image = match (picture.is_transparent(), config.paper) {
            (false, _) => Made::Opaque(image(picture, Paper::White)),
            (true, Paper::Auto) => {
                let own = picture.own_paper();
                Made::OnEither { white: image(picture.clone(), Paper::White), black: image(picture, Paper::Black), own }
            }
            (true, paper) => Made::OnItsPaper(image(picture, paper)),
        };
        Self { image, facts }
    }

    fn is_transparent(&self) -> bool {
        !matches!(self.image, Made::Opaque(_))
    }

    fn on(self, paper: Behind) -> Result<Raster, NoDigit> {
        match (self.image, paper) {
            (Made::OnEither { black, .. }, Behind::Chosen(Paper::Black)) => black,
            (Made::OnEither { white, .. }, _) => white,
            (Made::Opaque(image) | Made::OnItsPaper(image), _) => image,
        }
    }
}

/// The paper that most training pictures stand out from, or, if none of them is transparent, most of all pictures.
fn chosen_paper(decoded: &[Result<Decoded>], training: usize) -> Paper {
    let count = |pictures: &[Result<Decoded>]| {
        [Paper::White, Paper::Black].map(|paper| {
            let has = |picture: &&Decoded| matches!(picture.image, Made::OnEither { own, .. } if own == Some(paper));
            pictures.iter().flatten().filter(has).count()
        })
    };
    let [white, black] = match count(&decoded[..training]) {
        [0, 0] => count(decoded),
        training => training,
    };
    if black > white { Paper::Black } else { Paper::White }
}

/// The images of all pictures. Large files are decoded by few threads: an allocator keeps freed memory for each of them.
fn decode(files: &[&Path], are_large: &[bool], config: &DataConfig, opening: OpenOptions<'_>) -> Vec<Result<Decoded>> {
    const THREADS_FOR_LARGE_FILES: usize = 3;
    let OpenOptions { watch, classes, .. } = opening;
    let preprocessing = opening.preprocessing();
    let done = AtomicUsize::new(0);
    watch(0, files.len());
    let read = |file: &Path| {
        let decoded =
            pictures::read_with(file, facts::to_read(config), |picture| Decoded::of(picture, config, &preprocessing))
                .map_err(in_a_class);
        watch(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
        decoded.map(|decoded| match (&decoded.image, classes) {
            (Made::Opaque(Err(_)) | Made::OnItsPaper(Err(_)), Some(known)) => {
                Decoded { image: Made::Opaque(Ok(known.blank(file, config))), ..decoded }
            }
            _ => decoded,
        })
    };
    let (large, small): (Vec<usize>, Vec<usize>) = (0..files.len()).partition(|&i| are_large[i]);
    let read_all = |some: &[usize]| some.par_iter().map(|&i| (i, read(files[i]))).collect::<Vec<_>>();
    let threads = rayon::current_num_threads().min(THREADS_FOR_LARGE_FILES);
    let mut all = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(few) if !large.is_empty() => few.install(|| read_all(&large)),
        _ => read_all(&large),
    };
    all.extend(read_all(&small));
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, decoded)| decoded).collect()
}

//! The order of the images in an epoch, drawn from (seed, epoch) alone.

use crate::config::TrainingConfig;
use crate::random::{Purpose, generator};

/// The shuffling of an epoch's images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shuffle {
    /// None: the order of the dataset.
    None,
    /// All images at once.
    All,
    /// This many images at a time, for files larger than memory.
    Buffer(usize),
}

impl Shuffle {
    /// The shuffling that the settings ask for.
    pub(crate) fn of(training: &TrainingConfig) -> Self {
        match training.shuffle_buffer {
            _ if !training.shuffle => Self::None,
            0 => Self::All,
            images => Self::Buffer(images),
        }
    }
}

/// Number of blocks of neighbouring images that are shuffled together.
const BLOCKS: usize = 16;

/// The order in which `epoch` takes `images` images.
///
/// A Fisher-Yates shuffle drawn from `(seed, epoch)`: the order does not depend on earlier epochs, so a resumed run
/// continues as if it had never stopped.
///
/// With a buffer, the images form blocks of a 16th of its size. The blocks are shuffled, then the images of each 16 blocks
/// together: only as many images as the buffer holds, in 16 places of the file, are needed at a time.
pub fn epoch_order(images: usize, seed: u64, epoch: usize, shuffle: Shuffle) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images).collect();
    let mut random = generator(seed, Purpose::Order { epoch });
    match shuffle {
        Shuffle::None => {}
        Shuffle::Buffer(buffer) if buffer < images => {
            let size = (buffer / BLOCKS).max(1);
            let mut blocks: Vec<usize> = (0..images.div_ceil(size)).collect();
            random.shuffle(&mut blocks);
            order.clear();
            for blocks in blocks.chunks(BLOCKS) {
                let first = order.len();
                for block in blocks {
                    order.extend(block * size..((block + 1) * size).min(images));
                }
                random.shuffle(&mut order[first..]);
            }
        }
        Shuffle::All | Shuffle::Buffer(_) => random.shuffle(&mut order),
    }
    order
}

/// Splits images at random into `folds` folds whose sizes differ by at most one; each fold is in file order.
pub(crate) fn k_fold(images: &[usize], folds: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut shuffled = images.to_vec();
    generator(seed, Purpose::Folds).shuffle(&mut shuffled);
    let mut split = vec![Vec::new(); folds];
    for (i, image) in shuffled.into_iter().enumerate() {
        split[i % folds].push(image);
    }
    split.iter_mut().for_each(|fold| fold.sort_unstable());
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_have_even_sizes_and_each_image_once() {
        let images: Vec<usize> = (5..28).collect();
        let folds = k_fold(&images, 4, 1);
        assert_eq!(folds.iter().map(Vec::len).collect::<Vec<_>>(), [6, 6, 6, 5]);
        let mut all = folds.concat();
        all.sort_unstable();
        assert_eq!(all, images);
        assert_eq!(k_fold(&images, 4, 1), folds);
        assert_ne!(k_fold(&images, 4, 2), folds);
    }

    #[test]
    fn an_order_is_a_permutation_drawn_from_seed_and_epoch() {
        let order = epoch_order(1000, 3, 5, Shuffle::All);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert_eq!(order, epoch_order(1000, 3, 5, Shuffle::All));
        assert_ne!(order, epoch_order(1000, 3, 6, Shuffle::All));
        assert_ne!(order, epoch_order(1000, 4, 5, Shuffle::All));
        assert_eq!(epoch_order(4, 3, 5, Shuffle::None), [0, 1, 2, 3]);
        assert!(epoch_order(0, 3, 5, Shuffle::All).is_empty());
    }

    #[test]
    fn a_buffer_takes_sixteen_blocks_at_a_time() {
        let order = epoch_order(1000, 3, 5, Shuffle::Buffer(160));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        for window in order.chunks(160) {
            let mut blocks: Vec<usize> = window.iter().map(|image| image / 10).collect();
            blocks.sort_unstable();
            blocks.dedup();
            assert_eq!(blocks.len(), window.len() / 10);
        }
        assert!(order.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() < 30, "neighbours are separated");
        assert_ne!(order, epoch_order(1000, 3, 6, Shuffle::Buffer(160)));
        assert_eq!(epoch_order(100, 3, 5, Shuffle::Buffer(100)), epoch_order(100, 3, 5, Shuffle::All));
        assert_eq!(epoch_order(5, 3, 5, Shuffle::Buffer(1)).len(), 5);
    }
}

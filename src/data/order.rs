//! The order of the images in an epoch, from the seed and the epoch alone.

use crate::random::{Purpose, generator};

/// The order in which `epoch` takes `images` images.
///
/// A Fisher-Yates shuffle drawn from `(seed, epoch)`: an epoch's order depends on nothing that went
/// before it, so a resumed training goes on as if it had never stopped. Without `shuffle`, file order.
pub fn epoch_order(images: usize, seed: u64, epoch: usize, shuffle: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images).collect();
    if shuffle {
        generator(seed, Purpose::Order { epoch }).shuffle(&mut order);
    }
    order
}

/// Deals images out to `parts` parts whose sizes differ by one at most, drawn from the seed; each part is in file order.
pub(crate) fn deal(images: &[usize], parts: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut shuffled = images.to_vec();
    generator(seed, Purpose::Folds).shuffle(&mut shuffled);
    let mut dealt = vec![Vec::new(); parts];
    for (i, image) in shuffled.into_iter().enumerate() {
        dealt[i % parts].push(image);
    }
    dealt.iter_mut().for_each(|part| part.sort_unstable());
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_dealt_out_evenly_and_once_each() {
        let images: Vec<usize> = (5..28).collect();
        let dealt = deal(&images, 4, 1);
        assert_eq!(dealt.iter().map(Vec::len).collect::<Vec<_>>(), [6, 6, 6, 5]);
        let mut all = dealt.concat();
        all.sort_unstable();
        assert_eq!(all, images);
        assert_eq!(deal(&images, 4, 1), dealt);
        assert_ne!(deal(&images, 4, 2), dealt);
    }

    #[test]
    fn an_order_is_a_permutation_that_only_seed_and_epoch_decide() {
        let order = epoch_order(1000, 3, 5, true);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert_eq!(order, epoch_order(1000, 3, 5, true));
        assert_ne!(order, epoch_order(1000, 3, 6, true));
        assert_ne!(order, epoch_order(1000, 4, 5, true));
        assert_eq!(epoch_order(4, 3, 5, false), [0, 1, 2, 3]);
        assert!(epoch_order(0, 3, 5, true).is_empty());
    }
}

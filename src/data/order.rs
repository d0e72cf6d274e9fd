//! The order of the images in an epoch, from the seed and the epoch alone.

use crate::random::{Purpose, generator};

/// The order in which `epoch` takes `images` images.
///
/// A Fisher-Yates shuffle drawn from `(seed, epoch)`: an epoch's order depends on nothing that went
/// before it, so a resumed training goes on as if it had never stopped. Without `shuffle`, file order.
pub fn epoch_order(images: usize, seed: u64, epoch: usize, shuffle: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..images).collect();
    if shuffle {
        let mut random = generator(seed, Purpose::Order { epoch });
        for last in (1..images).rev() {
            order.swap(last, random.below(last + 1));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

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

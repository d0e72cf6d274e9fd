//! Early stopping, by the validation loss.

use crate::model::LayerWeights;

/// Watches the validation loss; keeps the weights of its best epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlyStopping {
    patience: usize,
    best: Option<Best>,
}

/// The best epoch so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// Counted from 1.
    pub epoch: usize,
    /// Validation loss after it, in nats.
    pub loss: f64,
    /// Weights after it.
    pub weights: Vec<LayerWeights>,
}

impl EarlyStopping {
    /// Stops after `patience` epochs without a better loss; `None` for a patience of 0, which never stops.
    pub fn new(patience: usize, best: Option<Best>) -> Option<Self> {
        (patience > 0).then_some(Self { patience, best })
    }

    /// Adds the validation loss after an epoch; `weights` is called when it is the best so far.
    ///
    /// A loss that is not a number is never the best.
    pub fn observe(&mut self, epoch: usize, loss: f64, weights: impl FnOnce() -> Vec<LayerWeights>) {
        if loss.is_finite() && self.best.as_ref().is_none_or(|best| loss < best.loss) {
            self.best = Some(Best { epoch, loss, weights: weights() });
        }
    }

    /// Whether `patience` epochs have passed since the best one, `epoch` being the last.
    pub fn should_stop(&self, epoch: usize) -> bool {
        epoch - self.best.as_ref().map_or(0, |best| best.epoch) >= self.patience
    }

    /// The best epoch so far.
    pub fn best(&self) -> Option<&Best> {
        self.best.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_stops_when_patience_runs_out_and_keeps_the_best() {
        assert_eq!(EarlyStopping::new(0, None), None);
        let mut watch = EarlyStopping::new(2, None).unwrap();
        let losses = [1.0, 0.5, 0.7, 0.4, f64::NAN, 0.4];
        let stops: Vec<bool> = (1..)
            .zip(losses)
            .map(|(epoch, loss)| {
                watch.observe(epoch, loss, Vec::new);
                watch.should_stop(epoch)
            })
            .collect();
        assert_eq!(stops, [false, false, false, false, false, true]);
        assert_eq!(watch.best().map(|best| (best.epoch, best.loss)), Some((4, 0.4)));
    }

    #[test]
    fn a_loss_that_is_never_a_number_stops_too() {
        let mut watch = EarlyStopping::new(2, None).unwrap();
        watch.observe(1, f64::NAN, Vec::new);
        assert!(!watch.should_stop(1));
        watch.observe(2, f64::NAN, Vec::new);
        assert!(watch.should_stop(2));
        assert_eq!(watch.best(), None);
    }
}

//! The events of an epoch, for burn-train's metrics and renderer.

use burn::data::dataloader::Progress;
use burn::train::{EventProcessorTraining, LearnerEvent, TrainingComponents, TrainingItem};

use crate::metrics::Scores;
use crate::model::Mlp;

use super::item::LearnerItem;

/// Sends the events of one epoch, if the epoch is shown.
pub(super) struct EpochEvents<'a> {
    pub(super) components: &'a mut TrainingComponents<Mlp>,
    pub(super) epoch: usize,
    pub(super) is_shown: bool,
    /// The number of training images.
    pub(super) images: usize,
}

impl EpochEvents<'_> {
    pub(super) fn start_training(&mut self) {
        self.send_training(LearnerEvent::StartSplit { epoch_number: self.epoch, total_items: self.images });
    }

    pub(super) fn training_progress(&mut self, images_done: usize, scores: Scores) {
        self.send_training(LearnerEvent::ProcessedItem(item(images_done, self.images, scores)));
    }

    pub(super) fn end_training(&mut self, scores: Scores) {
        self.training_progress(self.images, scores);
        self.send_training(LearnerEvent::EndSplit(self.epoch));
    }

    pub(super) fn validation(&mut self, scores: Scores) {
        self.send_validation(LearnerEvent::StartSplit { epoch_number: self.epoch, total_items: scores.images });
        self.send_validation(LearnerEvent::ProcessedItem(item(scores.images, scores.images, scores)));
        self.send_validation(LearnerEvent::EndSplit(self.epoch));
    }

    pub(super) fn end_epoch(&mut self) {
        self.send_training(LearnerEvent::EndEpoch(self.epoch));
    }

    fn send_training(&mut self, event: LearnerEvent<LearnerItem>) {
        if self.is_shown {
            let sent = self.components.event_processor.process_train(event);
            self.components.interrupter.fail_on_error(sent);
        }
    }

    fn send_validation(&mut self, event: LearnerEvent<LearnerItem>) {
        if self.is_shown {
            let sent = self.components.event_processor.process_valid(event);
            self.components.interrupter.fail_on_error(sent);
        }
    }
}

fn item(images_done: usize, images: usize, scores: Scores) -> TrainingItem<LearnerItem> {
    let progress = Progress::new(images_done, images, Some("items".into()));
    TrainingItem::new(LearnerItem::Scores(scores), progress, None, None)
}

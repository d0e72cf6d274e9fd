//! The learning strategy: the loop over the epochs.
//!
//! Burn's `SingleDeviceTrainingStrategy` sends every batch to metrics, log and renderer on other threads, which for a network
//! this small costs more than training it. Its early stopping looks at the metrics and keeps no weights. Ours takes the same
//! steps with the same Learner, measures once an epoch, and leaves history and early stopping to the [`Bookkeeper`], as
//! [`Trainer`](crate::Trainer) does.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::train::{
    InferenceStep, Interrupter, Learner, SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainLoader,
    TrainingComponents, ValidLoader,
};

use crate::config::Experiment;
use crate::metrics::{EpochRecord, Scores};
use crate::model::Mlp;
use crate::native::device::{Devices, NamedDevice};
use crate::native::error::{Error, Result, TrainingProblem};
use crate::native::interrupt;
use crate::native::progress::Progress;
use crate::train::{Bookkeeper, Tally, TrainingState, record_bytes};

use super::events::EpochEvents;
use super::item::LearnerItem;
use super::shards::MultiDevice;
use super::steps::{SingleDeviceSteps, Steps};
use super::training::{Outcome, SaveState};

/// Trains epoch by epoch; measures, reports and saves states at their ends.
pub(super) struct EpochStrategy {
    pub(super) experiment: Arc<Experiment>,
    pub(super) start: TrainingState,
    pub(super) devices: Devices,
    /// Several devices that share each batch; `None` to train on one. Burn's threads answer through a channel, which only
    /// one thread may hold: hence the lock.
    pub(super) multi_device: Mutex<Option<MultiDevice>>,
    pub(super) progress: Progress,
    pub(super) pace: Option<f64>,
    pub(super) save: SaveState,
    pub(super) optimizer_records: Mutex<Receiver<OptimizerRecord>>,
    /// The state after the last epoch, where a device may be lost.
    pub(super) last_state: Mutex<Option<TrainingState>>,
    pub(super) outcome: Mutex<Option<Result<Outcome>>>,
}

impl SupervisedLearningStrategy<Mlp> for EpochStrategy {
    fn fit(
        &self,
        components: TrainingComponents<Mlp>,
        learner: Learner<Mlp>,
        train_loader: TrainLoader<Mlp>,
        validation_loader: ValidLoader<Mlp>,
        _: usize,
    ) -> (Mlp, SupervisedTrainingEventProcessor<Mlp>) {
        let (mut components, mut learner) = (components, learner);
        let outcome = self.run(&mut components, &mut learner, &train_loader, &validation_loader);
        *self.outcome.lock().expect("nothing panics while it holds this") = Some(outcome);
        (learner.model(), components.event_processor)
    }
}

impl EpochStrategy {
    fn run(
        &self,
        components: &mut TrainingComponents<Mlp>,
        learner: &mut Learner<Mlp>,
        train_loader: &TrainLoader<Mlp>,
        validation_loader: &ValidLoader<Mlp>,
    ) -> Result<Outcome> {
        let (first, last) = (self.start.epochs() + 1, self.experiment.training.epochs);
        let mut books = Bookkeeper::new(&self.experiment, &self.start, self.devices.arithmetic());
        let mut interrupted = false;

        while let Some(epoch) = books.next_epoch()
            && !interrupted
        {
            let clock = Instant::now();
            let is_shown = self.progress.shows(epoch, first, last);
            let mut events = EpochEvents { components, epoch, is_shown, images: train_loader.num_items() };
            events.start_training();
            let train = self.train_epoch(learner, train_loader, &mut events)?;
            events.end_training(train);
            if !train.loss.is_finite() {
                return Err(crate::error::Error::Diverged { epoch }.into());
            }
            let validation = validate(learner, validation_loader)?;
            if let Some(scores) = validation {
                events.validation(scores);
            }
            events.end_epoch();

            let learning_rate = learner.lr_current().base();
            let seconds = clock.elapsed().as_secs_f64();
            let record = EpochRecord { epoch, train, validation, learning_rate, seconds };
            books.end_epoch(record, || learner.model().weights());
            interrupted = is_interrupted(&components.interrupter);
            self.keep(components, learner, &books, interrupted)?;
            interrupted = interrupted || !books.is_done() && self.pause(clock, &components.interrupter);
        }
        let state = self.state(components, learner, &books)?;
        Ok(Outcome { state, interrupted: interrupted && !books.is_done(), display: None })
    }

    fn train_epoch(
        &self,
        learner: &mut Learner<Mlp>,
        loader: &TrainLoader<Mlp>,
        events: &mut EpochEvents<'_>,
    ) -> Result<Scores> {
        let multi_device = self.multi_device.lock().unwrap_or_else(PoisonError::into_inner);
        let mut steps: Box<dyn Steps + '_> = match &*multi_device {
            None => Box::new(SingleDeviceSteps::new(loader)),
            Some(devices) => Box::new(devices.epoch()),
        };
        let mut reported = Instant::now();
        while let Some(gradients) = steps.next(learner)? {
            learner.lr_step();
            learner.optimizer_step(gradients);
            // The dashboard's bar moves during a long epoch.
            if self.progress == Progress::Dashboard && reported.elapsed() > Duration::from_millis(200) {
                events.training_progress(steps.images_done(), steps.scores());
                reported = Instant::now();
            }
        }
        Ok(steps.scores())
    }

    /// Keeps the state after an epoch where a device may be lost, and saves it when a checkpoint is due.
    fn keep(
        &self,
        components: &mut TrainingComponents<Mlp>,
        learner: &Learner<Mlp>,
        books: &Bookkeeper,
        interrupted: bool,
    ) -> Result<()> {
        if self.devices.has_remote() {
            let state = self.state(components, learner, books)?;
            *self.last_state.lock().expect("nothing panics while it holds this") = Some(state);
        }
        let every = self.experiment.training.checkpoint_every;
        let is_due = every > 0 && books.epochs().is_multiple_of(every);
        // The state at the end is the outcome, which the caller saves.
        if is_due && !books.is_done() && !interrupted {
            (self.save)(&self.state(components, learner, books)?)?;
        }
        Ok(())
    }

    /// Asks the Learner's checkpointers for the optimiser's record, and adds the rest.
    fn state(
        &self,
        components: &mut TrainingComponents<Mlp>,
        learner: &Learner<Mlp>,
        books: &Bookkeeper,
    ) -> Result<TrainingState> {
        let checkpointer = components.checkpointer.as_mut().expect("registered by `train`");
        checkpointer.checkpoint(learner, books.epochs(), &components.event_store);
        let records = self.optimizer_records.lock().expect("nothing panics while it holds this");
        let record = records.recv().map_err(|_| TrainingProblem::NoCheckpointer)?;
        Ok(books.state(learner.model().weights(), record_bytes(record)))
    }

    /// The problem of a lost connection, if training ended with one. The last state is saved first.
    pub(super) fn lost(&self, panicked: bool) -> Result<Option<TrainingProblem>> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let lost_device = match &*outcome {
            Some(Err(Error::Training(TrainingProblem::Lost { device, .. }))) => Some(device),
            _ => None,
        };
        // The Learner panics for two reasons: the dashboard's "stop immediately", and a lost device.
        let is_gone = |device: &NamedDevice| device.device.sync().is_err();
        let any_gone = || self.devices.has_remote() && panicked && self.devices.all.iter().any(is_gone);
        if lost_device.is_none() && !any_gone() {
            return Ok(None);
        }
        let last_state = self.last_state.lock().unwrap_or_else(PoisonError::into_inner).take();
        let epochs = last_state.as_ref().map_or(self.start.epochs(), TrainingState::epochs);
        if let Some(state) = last_state {
            (self.save)(&state)?;
        }
        let device = lost_device.unwrap_or(&self.devices.name).clone();
        Ok(Some(TrainingProblem::Lost { device, epochs }))
    }

    /// Sleeps until the epoch has taken its share of a second; returns whether the user stopped training meanwhile.
    fn pause(&self, clock: Instant, interrupter: &Interrupter) -> bool {
        let share = self.pace.map_or(Duration::ZERO, |pace| Duration::from_secs_f64(1.0 / pace));
        while let Some(rest) = share.checked_sub(clock.elapsed()) {
            if is_interrupted(interrupter) {
                return true;
            }
            thread::sleep(rest.min(Duration::from_millis(50)));
        }
        false
    }
}

fn is_interrupted(interrupter: &Interrupter) -> bool {
    interrupter.should_stop() || interrupt::requested()
}

/// The scores of the validation images, if there are any.
fn validate(learner: &Learner<Mlp>, loader: &ValidLoader<Mlp>) -> Result<Option<Scores>> {
    if loader.num_items() == 0 {
        return Ok(None);
    }
    let model = learner.model().valid();
    let mut tally = Tally::default();
    for batch in loader.iter() {
        let batch = batch.map_err(|error| TrainingProblem::Learner { error: error.to_string() })?;
        if let LearnerItem::Batch(output) = InferenceStep::step(&model, batch) {
            tally.add(*output);
        }
    }
    Ok(Some(tally.scores()))
}

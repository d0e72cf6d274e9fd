//! The learning rate of each step, as a function of the step alone.

use std::f64::consts::PI;

use burn::optim::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use crate::config::{OptimizerConfig, ScheduleKind};

/// The learning rate of each step of a training run.
///
/// A pure function of the step's number, so that a resumed run needs nothing but that number. It has the same bits on every
/// platform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    kind: ScheduleKind,
    peak: f64,
    warmup_steps: usize,
    total_steps: usize,
}

impl Schedule {
    /// The schedule of a training run of `total_steps` steps.
    pub fn new(config: &OptimizerConfig, total_steps: usize) -> Self {
        Self {
            kind: config.schedule,
            peak: config.learning_rate,
            warmup_steps: (config.warmup * total_steps as f64).round() as usize,
            total_steps,
        }
    }

    /// The learning rate of a step, counted from 0.
    ///
    /// With `w` warm-up steps of `n`: `peak (step + 1) / w` while `step < w`, then with
    /// `p = (step - w) / (n - w)`: `peak`, `peak (1 - p)` or `peak (1 + cos(pi p)) / 2`.
    pub fn learning_rate(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.peak * (step + 1) as f64 / self.warmup_steps as f64;
        }
        let remaining = (self.total_steps - self.warmup_steps).max(1);
        let progress = ((step - self.warmup_steps) as f64 / remaining as f64).min(1.0);
        match self.kind {
            ScheduleKind::Constant => self.peak,
            ScheduleKind::Linear => self.peak * (1.0 - progress),
            ScheduleKind::Cosine => self.peak * (1.0 + libm::cos(PI * progress)) / 2.0,
        }
    }
}

/// A [`Schedule`] and its next step: a scheduler for Burn's Learner.
///
/// Burn's own schedulers hold a state. This one leaves the learning rates to the function that `Trainer` uses too.
#[derive(Debug, Clone)]
pub struct ScheduleCursor {
    schedule: Schedule,
    step: usize,
}

impl ScheduleCursor {
    /// A schedule whose next step is `step`, counted from 0.
    pub fn new(schedule: Schedule, step: usize) -> Self {
        Self { schedule, step }
    }
}

impl LrScheduler for ScheduleCursor {
    fn step(&mut self) -> f64 {
        self.step += 1;
        self.schedule.learning_rate(self.step - 1)
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar("step", self.step)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        if let Some(step) = record.scalar("step") {
            self.step = step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(kind: ScheduleKind, warmup_steps: usize) -> Schedule {
        Schedule { kind, peak: 2.0, warmup_steps, total_steps: 10 }
    }

    #[test]
    fn each_schedule_takes_the_values_computed_by_hand() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        let constant = schedule(ScheduleKind::Constant, 4);
        for (step, expected) in [(0, 0.5), (1, 1.0), (3, 2.0), (4, 2.0), (9, 2.0)] {
            close(constant.learning_rate(step), expected);
        }
        let linear = schedule(ScheduleKind::Linear, 0);
        for (step, expected) in [(0, 2.0), (5, 1.0), (9, 0.2), (10, 0.0), (11, 0.0)] {
            close(linear.learning_rate(step), expected);
        }
        let cosine = schedule(ScheduleKind::Cosine, 2);
        for (step, expected) in [(0, 1.0), (1, 2.0), (2, 2.0), (4, 1.0 + 0.5f64.sqrt()), (6, 1.0), (10, 0.0)] {
            close(cosine.learning_rate(step), expected);
        }
    }

    #[test]
    fn a_schedule_that_only_warms_up_has_no_division_by_zero() {
        assert_eq!(schedule(ScheduleKind::Cosine, 10).learning_rate(10), 2.0);
    }

    #[test]
    fn a_cursor_goes_on_where_its_record_was_taken() {
        let mut cursor = ScheduleCursor::new(schedule(ScheduleKind::Linear, 0), 0);
        cursor.step();
        let record = cursor.to_record();
        let expected = cursor.step();
        let mut resumed = ScheduleCursor::new(schedule(ScheduleKind::Linear, 0), 0);
        resumed.load_record(record);
        assert_eq!(resumed.step(), expected);
    }
}

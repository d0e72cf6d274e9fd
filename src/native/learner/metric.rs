//! Loss and error rate as burn-train's metrics, so that its dashboard draws them.
//!
//! Burn's `LossMetric` reads a tensor from the device for every batch, averages them, and shows two digits; it has no error
//! rate. Ours shows one figure of an epoch's scores, which are already averaged.

use std::sync::Arc;

use burn::tensor::TensorReadError;
use burn::train::metric::{
    Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes, NumericEntry,
    SerializedEntry,
};

use crate::metrics::Scores;

use super::item::LearnerItem;

/// One figure of the [`Scores`] of an epoch.
#[derive(Clone)]
pub(super) struct ScoreMetric {
    name: MetricName,
    unit: Option<&'static str>,
    figure: fn(&Scores) -> f64,
    value: f64,
}

impl ScoreMetric {
    /// Mean cross-entropy, in nats.
    pub(super) fn loss() -> Self {
        Self::new("Loss", None, |scores| scores.loss)
    }

    /// Wrongly classified images, in percent.
    pub(super) fn error_rate() -> Self {
        Self::new("Error rate", Some("%"), |scores| 100.0 * scores.error_rate())
    }

    fn new(name: &str, unit: Option<&'static str>, figure: fn(&Scores) -> f64) -> Self {
        Self { name: Arc::new(name.into()), unit, figure, value: f64::NAN }
    }

    fn entry(&self) -> SerializedEntry {
        let formatted = match self.unit {
            Some(unit) => format!("{:.2} {unit}", self.value),
            None => format!("{:.4}", self.value),
        };
        SerializedEntry::new(formatted, self.value.to_string())
    }
}

impl Metric for ScoreMetric {
    type Input = Scores;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes { unit: self.unit.map(Into::into), higher_is_better: false }.into()
    }

    fn update(&mut self, scores: &Scores, _: &MetricMetadata) -> Result<SerializedEntry, TensorReadError> {
        self.value = (self.figure)(scores);
        Ok(self.entry())
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.entry())
    }

    fn clear(&mut self) {}
}

impl Numeric for ScoreMetric {
    fn value(&self) -> Option<NumericEntry> {
        self.value.is_finite().then_some(NumericEntry::Value(self.value))
    }

    fn running_value(&self) -> Option<NumericEntry> {
        self.value()
    }

    fn final_value(&self) -> NumericEntry {
        NumericEntry::Final(self.value)
    }
}

impl Adaptor<Scores> for LearnerItem {
    fn adapt(&self) -> Scores {
        self.scores()
    }
}

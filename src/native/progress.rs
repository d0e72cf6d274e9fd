//! The display of a training run: Burn's dashboard, a few plain lines, or nothing.

use std::io::{IsTerminal, Write};
use std::thread;
use std::time::{Duration, Instant};

use burn::train::Interrupter;
use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{MetricDefinition, NumericEntry};
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation, MetricsRendererTraining,
};
use ratatui::crossterm::terminal::is_raw_mode_enabled;

use super::interrupt;

/// The display of a training run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Burn's terminal dashboard.
    Dashboard,
    /// About 20 lines on standard error, however many epochs.
    Plain,
    /// Nothing.
    None,
}

impl Progress {
    /// The dashboard in a terminal, else plain lines.
    pub fn auto() -> Self {
        match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            true => Self::Dashboard,
            false => Self::Plain,
        }
    }

    /// Returns whether the epoch is shown; the dashboard draws them all.
    pub(super) fn shows(self, epoch: usize, first: usize, last: usize) -> bool {
        const LINES: usize = 20;
        match self {
            Self::Dashboard => true,
            Self::None => false,
            Self::Plain => {
                let done = epoch + 1 - first;
                let all = last + 1 - first;
                // The epochs at which done / all passes a multiple of 1 / LINES, and the first one.
                epoch == first || all <= LINES || done * (LINES - 1) / all > (done - 1) * (LINES - 1) / all
            }
        }
    }

    pub(super) fn renderer(
        self,
        interrupter: &Interrupter,
        resumed_at: Option<usize>,
        hold: bool,
    ) -> Box<dyn MetricsRenderer> {
        match self {
            Self::Dashboard => {
                let dashboard = TuiMetricsRendererWrapper::new(interrupter.clone(), resumed_at);
                // The dashboard sets up the terminal on a thread of its own.
                let start = Instant::now();
                while !is_raw_mode_enabled().unwrap_or(true) && start.elapsed() < Duration::from_secs(2) {
                    thread::sleep(Duration::from_millis(1));
                }
                interrupt::let_ctrl_c_through();
                Box::new(if hold { dashboard.persistent() } else { dashboard })
            }
            Self::Plain => Box::new(PlainRenderer { quiet: false, ..Default::default() }),
            Self::None => Box::new(PlainRenderer { quiet: true, ..Default::default() }),
        }
    }
}

/// One line for each epoch that is shown: loss and error rate on training and held-out images.
///
/// Burn's `CliMetricsRenderer` prints the number of images so far, and no metric, to standard output, which is the report's.
#[derive(Default)]
struct PlainRenderer {
    quiet: bool,
    epochs: usize,
    train: Vec<String>,
    validation: Vec<String>,
}

impl PlainRenderer {
    fn figure(state: MetricState) -> Option<String> {
        match state {
            // The same figure comes again at the end of the epoch.
            MetricState::Numeric(_, Some(NumericEntry::Final(_))) => None,
            MetricState::Numeric(entry, _) => Some(entry.serialized_entry.formatted),
            MetricState::Generic(_) => None,
        }
    }
}

impl MetricsRendererTraining for PlainRenderer {
    fn update_train(&mut self, state: MetricState) {
        self.train.extend(Self::figure(state));
    }

    fn update_valid(&mut self, state: MetricState) {
        self.validation.extend(Self::figure(state));
    }
}

impl TrainingProgressLogger for PlainRenderer {
    fn start(&mut self, total_epochs: usize, _: usize, _: Option<usize>, _: Option<&str>) {
        self.epochs = total_epochs;
    }

    fn update_epoch(&mut self, epoch: usize) {
        let figures = |figures: &mut Vec<String>| match std::mem::take(figures).as_slice() {
            [loss, error_rate] => format!("loss {loss:>7}   errors {error_rate:>7}"),
            _ => String::new(),
        };
        let (train, validation) = (figures(&mut self.train), figures(&mut self.validation));
        if !self.quiet && !train.is_empty() {
            let width = self.epochs.to_string().len();
            let validation = if validation.is_empty() { validation } else { format!("   held out: {validation}") };
            // Training goes on if standard error is closed.
            let _ = writeln!(std::io::stderr(), "epoch {epoch:>width$}/{}   {train}{validation}", self.epochs);
        }
    }

    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

/// burn-train asks every renderer for this half too. Ours has nothing to do: the session evaluates the network.
impl MetricsRendererEvaluation for PlainRenderer {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}
}

impl EvaluationProgressLogger for PlainRenderer {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}

impl MetricsRenderer for PlainRenderer {
    fn manual_close(&mut self) {}
    fn register_metric(&mut self, _: MetricDefinition) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_progress_has_about_twenty_lines_whatever_the_length() {
        for (epochs, at_most) in [(1, 1), (7, 7), (20, 20), (21, 20), (200, 20), (1999, 20), (1_000_000, 20)] {
            let shown: Vec<usize> = (1..=epochs).filter(|&epoch| Progress::Plain.shows(epoch, 1, epochs)).collect();
            assert!(shown.len() <= at_most, "{epochs} epochs: {} lines", shown.len());
            assert_eq!((shown[0], *shown.last().unwrap()), (1, epochs));
        }
        assert!(Progress::Plain.shows(151, 151, 200), "the first epoch after a restart");
    }
}

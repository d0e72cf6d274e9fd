//! The reports of training, evaluation and cross-validation, as text.

use chiffres::config::{Experiment, Folds};
use chiffres::cross_validation::CrossValidation;
use chiffres::metrics::{Calibration, Interval};
use chiffres::native::session::Session;
use chiffres::native::verify::Verification;
use chiffres::{Evaluation, MlpConfig, SplitName};

use super::layout::{cut, pad_end, pad_start, widest, wrapped};
use super::output::{Colors, count, percent, program, terminal_columns, thousands};
use super::picture::Picture;
use super::place;

/// Maximum number of classes of a confusion matrix in the terminal; `confusion.csv` has them all.
const MAX_IN_TABLE: usize = 40;

/// The report at the end of a training run, in the order of the article.
pub fn training(session: &Session, colors: Colors) -> String {
    let blocks = [summary(session), first_answers(session), test_result(session, colors), ending(session)];
    blocks.map(|lines| lines.concat()).join("\n")
}

/// Error rate, confusion matrix, scores of each class, most confused pairs, calibration.
pub fn evaluation(evaluation: &Evaluation) -> String {
    let images = evaluation.split.map_or("image".into(), |split| format!("{} image", adjective(split)));
    let headline = headline(evaluation.errors(), evaluation.answers.len(), &images, evaluation.error_rate_interval());
    let mut blocks = vec![format!("{headline}\n")];
    if evaluation.classes.len() <= MAX_IN_TABLE {
        blocks.push(confusion_table(evaluation));
    }
    blocks.push(class_table(evaluation));
    blocks.extend(confused_pairs(evaluation));
    blocks.push(reliability_table(evaluation));
    blocks.join("\n")
}

/// The digests of a run and of its repetition, and whether they are equal.
pub fn verification(verification: &Verification) -> String {
    let Verification { run, seed, device, different, other_settings, .. } = verification;
    let (epochs, parameters) = (count(verification.epochs, "epoch"), thousands(verification.parameters));
    let result = match (verification.verified, verification.largest_difference) {
        (true, _) => line("verified", format!("all {parameters} parameters have the same bytes")),
        (false, Some(most)) => {
            let most = if most < 0.01 { format!("{most:.1e}") } else { format!("{most:.2}") };
            line("differs", format!("{} of {parameters} parameters, by up to {most}", thousands(*different)))
        }
        (false, None) => line("differs", "the layers have other sizes"),
    };
    let settings = match other_settings.is_empty() {
        true => String::new(),
        false => line("settings", format!("the model was trained with another {}", other_settings.join(", "))),
    };
    [
        line("run", format!("{run}, {}", verification.arithmetic.name())),
        line("repeated", format!("{epochs} from seed {seed}, {:.2} s on {device}", verification.train_seconds)),
        "\n".into(),
        line("saved", format!("SHA-256 {}", verification.saved_sha256)),
        line("repeated", format!("SHA-256 {}", verification.trained_sha256)),
        result,
        settings,
    ]
    .concat()
}

/// Settings, folds and error rate of a cross-validation.
pub fn cross_validation(validation: &CrossValidation, experiment: &Experiment, took: &str) -> String {
    [folds_and_runs(validation, experiment, took), fold_table(validation), mean_and_spread(validation)].join("\n")
}

/// The number of images and how they are held out, the number of runs and their length.
fn folds_and_runs(validation: &CrossValidation, experiment: &Experiment, took: &str) -> String {
    let sizes = || validation.folds.iter().map(|fold| fold.images);
    let (smallest, largest) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
    let size = if smallest == largest { smallest.to_string() } else { format!("{smallest} to {largest}") };
    let of = match experiment.validation.folds {
        Folds::Writers => "writer by writer",
        Folds::Number(_) => "in folds drawn from the seed",
    };
    let images = format!("{} training images, held out {of}: {size} at a time", thousands(validation.images));
    let runs = count(validation.folds.len() * validation.seeds.len(), "run");
    let epochs = count(experiment.training.epochs, "epoch");
    line("images", images) + &line("training", format!("{runs} of {epochs}, {took}"))
}

/// A row for each fold: its images, its error rate, its errors with each seed.
fn fold_table(validation: &CrossValidation) -> String {
    let label = widest(validation.folds.iter().map(|fold| &fold.name)).max("held out".len());
    let errors = if validation.seeds.len() > 1 { "errors of each seed" } else { "errors" };
    let mut table = format!("{:<label$}  images    error   {errors}\n", "held out");
    for fold in &validation.folds {
        let errors: String = fold.errors.iter().map(|errors| format!("{errors:>4}")).collect();
        let (name, rate) = (pad_end(&fold.name, label), percent(fold.error_rate));
        table += &format!("{name}  {:>6}  {rate:>7}  {errors}\n", fold.images);
    }
    table
}

/// The mean error rate, and its spread over seeds and over folds.
fn mean_and_spread(validation: &CrossValidation) -> String {
    let spread = |rates: &[f64]| {
        let (low, high) = rates.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        format!("{:.1} to {}", 100.0 * low, percent(high))
    };
    let mean = format!("{:.2} %", 100.0 * validation.error_rate);
    let fold_rates: Vec<f64> = validation.folds.iter().map(|fold| fold.error_rate).collect();
    let folds = line("folds", spread(&fold_rates));
    if validation.seeds.len() == 1 {
        return line("error", mean) + &folds;
    }
    let deviation =
        validation.seed_std.map_or(String::new(), |sd| format!(", standard deviation {:.2} points", 100.0 * sd));
    let seeds = count(validation.seeds.len(), "seed");
    line("error", format!("{mean}: the mean over {seeds}"))
        + &line("seeds", spread(&validation.error_rates) + &deviation)
        + &folds
}

/// The adjective for the images of a split.
pub fn adjective(split: SplitName) -> &'static str {
    match split {
        SplitName::Train => "training",
        SplitName::Validation => "held-out",
        SplitName::Test => "test",
    }
}

/// `49 errors of 797 images: 6.1 % (95 % interval 4.7 to 8.0 %)`
fn headline(errors: usize, total: usize, images: &str, interval: Interval) -> String {
    format!(
        "{} of {}: {} (95 % interval {:.1} to {})",
        count(errors, "error"),
        count(total, images),
        percent(errors as f64 / total as f64),
        100.0 * interval.low,
        percent(interval.high)
    )
}

/// A line of a report: its subject, then its content.
fn line(label: &str, content: impl AsRef<str>) -> String {
    format!("{label:<9} {}", content.as_ref()).trim_end().to_string() + "\n"
}

/// A network's sizes, activation and number of parameters: `64 -> 15 -> 10 (sigmoid), 1,135 parameters`.
pub fn network(config: &MlpConfig) -> String {
    let activation = match config.hidden.is_empty() {
        true => String::new(),
        false => format!(" ({})", config.activation),
    };
    format!("{}{activation}, {} parameters", config.sizes(), thousands(config.parameters()))
}

/// The network, the images, and the training run.
fn summary(session: &Session) -> Vec<String> {
    let (report, experiment) = (&session.report, &session.run.experiment);
    let dataset = &session.run.dataset;
    let network = MlpConfig::from_experiment(experiment, dataset.shape(), dataset.classes().len());
    let held_out = match report.validation_images {
        0 => String::new(),
        images => format!(", {} held out", thousands(images)),
    };
    let mut lines = vec![
        line("network", self::network(&network)),
        line(
            "images",
            format!("{} to train{held_out}, {} to test", thousands(report.train_images), thousands(report.test_images)),
        ),
        line(
            "training",
            format!(
                "{}, {}, {:.2} s on {}",
                count(report.epochs, "epoch"),
                count(report.steps, "step"),
                report.train_seconds,
                report.device
            ),
        ),
    ];
    if let Some(best) = report.best_epoch.filter(|_| report.epochs < experiment.training.epochs) {
        lines.push(line("stopped", format!("back to the weights of epoch {best}, the best on the held-out images")));
    }
    lines
}

/// The predictions for the first test images, above their targets.
fn first_answers(session: &Session) -> Vec<String> {
    let classes = &session.evaluation.classes;
    let between = if widest(classes) <= 2 { " " } else { ", " };
    let names =
        |indices: &[usize]| indices.iter().map(|&class| classes[class].as_str()).collect::<Vec<_>>().join(between);
    let report = &session.report;
    vec![line("predicted", names(&report.first_predictions)), line("target", names(&report.first_targets))]
}

/// The error rate on the test images, and the first image that is wrong.
fn test_result(session: &Session, colors: Colors) -> Vec<String> {
    let (report, evaluation) = (&session.report, &session.evaluation);
    let mut lines =
        vec![line("test", headline(report.errors, report.test_images, "image", report.error_rate_interval))];
    if let Some(answer) = evaluation.answers.iter().find(|answer| answer.is_wrong()) {
        let (target, read) = (&evaluation.classes[answer.target], &evaluation.classes[answer.prediction.label]);
        let sure = percent(f64::from(answer.prediction.confidence()));
        let place = place::caption(&session.run.dataset, answer.index, terminal_columns().saturating_sub(10));
        lines.extend(place.map(|place| line("", place)));
        lines.push(line("", format!("image {} shows {target}, but was read as {read} ({sure} sure):", answer.index)));
        if let Ok(image) = session.run.dataset.image(answer.index) {
            lines.extend(Picture::of_image(&image).large(colors).into_iter().map(|row| line("", row)));
        }
    }
    lines
}

/// The folder of the run, and a command to go on with.
fn ending(session: &Session) -> Vec<String> {
    let path = session.run.dir.path();
    let run = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let next = match session.interrupted {
        true => format!("train --resume {run}"),
        false if session.report.errors > 0 => format!("errors {run}"),
        false => format!("evaluate {run}"),
    };
    // What could not be saved is said after the report.
    if !session.unsaved.is_empty() {
        return Vec::new();
    }
    vec![line("saved", &session.report.run), line("next", format!("{} {next}", program()))]
}

/// The confusion matrix: targets against predictions; a dot is 0.
fn confusion_table(evaluation: &Evaluation) -> String {
    let names = &evaluation.classes;
    let rows = evaluation.confusion.rows();
    let largest = rows.iter().flatten().max().map_or(0, |count| count.to_string().len());
    let longest = widest(names).max(1);
    let label = longest.max("target".len());
    // Long names are cut above the columns; beside the rows they stand in full.
    let room = (terminal_columns().saturating_sub(label + 1) / names.len().max(1)).saturating_sub(1);
    let width = longest.min(room).max(largest) + 1;
    let header: String = names.iter().map(|name| pad_start(&cut(name, width - 1), width)).collect();
    let mut text = format!("{:label$}  predicted\n{:<label$} {header}\n", "", "target");
    for (name, row) in names.iter().zip(rows) {
        let cell = |count: &usize| if *count == 0 { "\u{b7}".to_string() } else { count.to_string() };
        let cells: String = row.iter().map(|count| format!("{:>width$}", cell(count))).collect();
        text += &format!("{} {cells}\n", pad_start(name, label));
    }
    text
}

/// Precision, recall and F1 of each class; a dash stands for a division by 0.
fn class_table(evaluation: &Evaluation) -> String {
    let label = widest(&evaluation.classes).max("target".len());
    let mut text = format!("{:>label$}  precision  recall      f1  images\n", "class");
    let score = |score: Option<f64>| score.map_or("-".to_string(), percent);
    for (name, scores) in evaluation.classes.iter().zip(evaluation.confusion.class_scores()) {
        let (precision, recall, f1) = (score(scores.precision), score(scores.recall), score(scores.f1));
        let name = pad_start(name, label);
        text += &format!("{name}  {precision:>9} {recall:>7} {f1:>7} {:>7}\n", scores.support);
    }
    text
}

/// The five pairs of classes that are confused most often, if any.
fn confused_pairs(evaluation: &Evaluation) -> Option<String> {
    let names = &evaluation.classes;
    let pairs: Vec<String> = evaluation
        .confusion
        .most_confused()
        .iter()
        .take(5)
        .map(|pair| format!("{} read as {}: {}", names[pair.target], names[pair.predicted], pair.count))
        .collect();
    let pairs = pairs.iter().map(String::as_str);
    (pairs.len() > 0).then(|| wrapped("most confused   ", pairs, ", ", terminal_columns()))
}

/// Confidence against accuracy, and the calibration error.
fn reliability_table(evaluation: &Evaluation) -> String {
    let Calibration { expected_calibration_error, bins } = evaluation.calibration();
    let mut text = "  confidence  images     mean  accuracy\n".to_string();
    for bin in bins.iter().filter(|bin| bin.images > 0) {
        let range = format!("{:.1} to {:.1}", bin.low, bin.high);
        let share = |share: Option<f64>| share.map_or("-".to_string(), percent);
        text += &format!("{range:>12}  {:>6}  {:>7}  {:>8}\n", bin.images, share(bin.confidence), share(bin.accuracy));
    }
    let gap: f64 = bins.iter().filter_map(|bin| Some(bin.images as f64 * (bin.confidence? - bin.accuracy?))).sum();
    let direction = if gap > 0.0 { "too confident" } else { "not confident enough" };
    let points = 100.0 * expected_calibration_error;
    text + &format!("calibration error {points:.1} points ({direction} on average)\n")
}

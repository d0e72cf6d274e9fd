//! The reports that people read: after a training, and of an evaluation.

use std::fmt::Write;

use chiffres::native::session::Session;
use chiffres::{Evaluation, SplitName};

use super::output::{Colors, count, percent, program, thousands};
use super::picture::Picture;

/// What a training ends with, in the order of the article.
pub fn training(session: &Session, colors: Colors) -> String {
    let (report, evaluation, experiment) = (&session.report, &session.evaluation, &session.experiment);
    let name = |class: usize| &evaluation.classes[class];
    let mut text = String::new();
    let mut line = |label: &str, content: String| {
        writeln!(text, "{label:<9} {content}").expect("strings grow");
    };

    let sizes: Vec<String> = std::iter::once(session.dataset.inputs())
        .chain(experiment.model.hidden.iter().copied())
        .chain([evaluation.classes.len()])
        .map(|size| size.to_string())
        .collect();
    let activation = match experiment.model.hidden.is_empty() {
        true => String::new(),
        false => format!(" ({})", experiment.model.activation),
    };
    line("network", format!("{}{activation}, {} parameters", sizes.join(" -> "), thousands(report.parameters)));
    let held_out = match experiment.data.validation {
        0 => String::new(),
        n => format!(", {} held out", thousands(n)),
    };
    let images = |n: usize| thousands(n);
    line(
        "images",
        format!("{} to train{held_out}, {} to test", images(report.train_images), images(report.test_images)),
    );
    line(
        "training",
        format!(
            "{}, {}, {:.2} s on {}",
            count(report.epochs, "epoch"),
            count(report.steps, "step"),
            report.train_seconds,
            report.device
        ),
    );
    if let Some(best) = report.best_epoch.filter(|_| report.epochs < experiment.training.epochs) {
        line("stopped", format!("the weights are those of epoch {best}, the best on the held-out images"));
    }
    line("", String::new());
    let row = |classes: &[usize]| classes.iter().map(|&class| name(class).as_str()).collect::<Vec<_>>().join(" ");
    line("predicted", row(&report.first_predictions));
    line("target", row(&report.first_targets));
    line("", String::new());
    let interval = report.error_rate_interval;
    line(
        "test",
        format!(
            "{} of {}: {} (95 % interval {:.1} to {})",
            count(report.errors, "error"),
            count(report.test_images, "image"),
            percent(report.error_rate),
            100.0 * interval.low,
            percent(interval.high)
        ),
    );
    let wrong = evaluation.answers.iter().find(|answer| answer.is_wrong());
    if let Some(answer) = wrong {
        let sure = percent(f64::from(answer.prediction.confidence()));
        let (target, read) = (name(answer.target), name(answer.prediction.label));
        line("", format!("image {} shows {target}, but was read as {read} ({sure} sure):", answer.index));
        if let Ok(image) = session.dataset.image(answer.index) {
            Picture::of_image(&image).large(colors).into_iter().for_each(|row| line("", row));
        }
    }
    line("", String::new());
    line("saved", report.run.clone());
    let run =
        session.run.path().file_name().map_or_else(|| report.run.clone(), |name| name.to_string_lossy().into_owned());
    let next = match session.interrupted {
        true => format!("{} train --resume {run}", program()),
        false if report.errors > 0 => format!("{} errors {run}", program()),
        false => format!("{} evaluate {run}", program()),
    };
    line("next", next);
    // Lines that only separate carry the padding of their label.
    text.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

/// Error rate, confusion matrix, per-class scores, most confused pairs.
pub fn evaluation(evaluation: &Evaluation) -> String {
    let report = evaluation.report();
    let interval = report.error_rate_interval;
    let mut text = format!(
        "{} of {}: {} (95 % interval {:.1} to {})\n\n",
        count(report.errors, "error"),
        count(report.total, &format!("{} image", adjective(evaluation.split))),
        percent(report.error_rate),
        100.0 * interval.low,
        percent(interval.high)
    );

    let names = &evaluation.classes;
    let largest = evaluation.confusion.rows().iter().flatten().max().copied().unwrap_or(0);
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(1).max(largest.to_string().len()) + 1;
    let label = names.iter().map(|name| name.chars().count()).max().unwrap_or(1).max("target".len());
    let header: String = names.iter().map(|name| format!("{name:>width$}")).collect();
    writeln!(text, "{:label$}  predicted\n{:<label$} {header}", "", "target").expect("strings grow");
    for (name, row) in names.iter().zip(evaluation.confusion.rows()) {
        let cells: String = row
            .iter()
            .map(|&cell| if cell == 0 { format!("{:>width$}", "\u{b7}") } else { format!("{cell:>width$}") })
            .collect();
        writeln!(text, "{name:>label$} {cells}").expect("strings grow");
    }

    writeln!(text, "\n{:>label$}  precision  recall      f1  images", "class").expect("strings grow");
    let score = |score: Option<f64>| score.map_or("-".to_string(), percent);
    for class in &report.classes {
        writeln!(
            text,
            "{:>label$}  {:>9} {:>7} {:>7} {:>7}",
            class.name,
            score(class.scores.precision),
            score(class.scores.recall),
            score(class.scores.f1),
            class.scores.support
        )
        .expect("strings grow");
    }

    let pairs: Vec<String> = evaluation
        .confusion
        .most_confused()
        .iter()
        .take(5)
        .map(|pair| format!("{} read as {}: {}", names[pair.target], names[pair.predicted], pair.count))
        .collect();
    if !pairs.is_empty() {
        writeln!(text, "\nmost confused   {}", pairs.join(", ")).expect("strings grow");
    }
    text
}

/// What the images of a part are called in a sentence.
pub fn adjective(part: SplitName) -> &'static str {
    match part {
        SplitName::Train => "training",
        SplitName::Validation => "held-out",
        SplitName::Test => "test",
    }
}

//! The history of a training run as a picture.

use plotters::prelude::*;

use crate::metrics::History;
use crate::native::error::{Result, TrainingProblem};

const SIZE: (u32, u32) = (900, 420);
const TRAIN: RGBColor = RGBColor(31, 119, 180);
const VALIDATION: RGBColor = RGBColor(214, 90, 20);

/// Loss and error rate over the epochs, as an SVG picture.
///
/// Training is a thin line and the held-out images are a thick one, so that they differ in more than colour.
///
/// # Errors
/// [`TrainingProblem::Curves`] when the picture cannot be drawn.
pub(crate) fn svg(history: &History) -> Result<String> {
    let mut text = String::new();
    draw(history, &mut text).map_err(|error| TrainingProblem::Curves { error: error.to_string() })?;
    Ok(text)
}

fn draw(history: &History, text: &mut String) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(SIZE.0 / 2);
    let points = |figure: fn(&crate::metrics::Scores) -> f64| {
        let train: Vec<(f64, f64)> =
            history.epochs.iter().map(|epoch| (epoch.epoch as f64, figure(&epoch.train))).collect();
        let validation: Vec<(f64, f64)> = history
            .epochs
            .iter()
            .filter_map(|epoch| Some((epoch.epoch as f64, figure(epoch.validation.as_ref()?))))
            .collect();
        (train, validation)
    };
    panel(&left, "loss (nats)", points(|scores| scores.loss))?;
    panel(&right, "errors (%)", points(|scores| 100.0 * scores.error_rate()))?;
    root.present()?;
    Ok(())
}

type Points = Vec<(f64, f64)>;

fn panel<DB: DrawingBackend>(
    area: &DrawingArea<DB, plotters::coord::Shift>,
    title: &str,
    (train, validation): (Points, Points),
) -> std::result::Result<(), Box<dyn std::error::Error>>
where
    DB::ErrorType: 'static,
{
    let finite = |points: &Points| points.iter().copied().filter(|(_, y)| y.is_finite()).collect::<Points>();
    let (train, validation) = (finite(&train), finite(&validation));
    let last = train.iter().chain(&validation).map(|(x, _)| *x).fold(2.0, f64::max);
    let top = train.iter().chain(&validation).map(|(_, y)| *y).fold(f64::MIN_POSITIVE, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(52)
        .build_cartesian_2d(1.0..last, 0.0..top * 1.05)?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .x_labels((last as usize).min(10))
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| if top < 1e5 { format!("{y:.1}") } else { format!("{y:.0e}") })
        .light_line_style(WHITE)
        .draw()?;
    // A line needs two points; a single one is drawn as a point.
    let single = train.iter().filter(|_| train.len() == 1);
    chart.draw_series(single.map(|point| Circle::new(*point, 3, TRAIN.filled())))?;
    chart
        .draw_series(LineSeries::new(train, TRAIN.stroke_width(1)))?
        .label("training images")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], TRAIN.stroke_width(1)));
    if !validation.is_empty() {
        chart
            .draw_series(LineSeries::new(validation, VALIDATION.stroke_width(3)))?
            .label("held-out images")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], VALIDATION.stroke_width(3)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(())
}

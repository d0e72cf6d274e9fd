//! Photographs of sheets that cannot be read, in English.

use crate::error::{Corner, Message, SheetProblem};

pub(in crate::error) fn sheet(problem: &SheetProblem) -> Message {
    match problem {
        SheetProblem::NoSheet => Message::new("there is no sheet on it: none of the four black corner squares was found")
            .hint("photograph the whole sheet from above, sharp and in even light"),
        SheetProblem::MissingCorners { sheet, corners } => {
            let names: Vec<&str> = corners.iter().map(|&corner| name(corner)).collect();
            let squares = if names.len() == 1 { "corner square is" } else { "corner squares are" };
            Message::new(format!("sheet {sheet}: the {} {squares} missing, so its boxes were not read", names.join(" and ")))
                .hint("photograph the sheet again, with its four black corner squares whole and uncovered")
        }
        SheetProblem::NotFlat { sheet } => {
            Message::new(format!("sheet {sheet} is not flat: its corner squares do not fit together, so its boxes were not read"))
                .hint("lay the sheet flat on a table, and photograph it again from above")
        }
        SheetProblem::TooManySheets { last, max } => {
            Message::new(format!("the last sheet would have the number {last}, but the largest is {max}"))
                .hint("give a smaller --pupils or --first")
        }
        SheetProblem::OtherDigits { sheet, kept } => Message::new(format!(
            "this sheet {sheet} has other digits than the sheet {sheet} on {kept}, which was kept: this one was left out"
        ))
        .hint("print a sheet of its own number for each pupil; read copies of one sheet into files of their own"),
    }
}

fn name(corner: Corner) -> &'static str {
    match corner {
        Corner::TopLeft => "top left",
        Corner::TopRight => "top right",
        Corner::BottomRight => "bottom right",
        Corner::BottomLeft => "bottom left",
    }
}

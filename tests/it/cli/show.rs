//! `chiffres show`, and pictures in the terminal and in PNG files.

use insta::assert_snapshot;

use super::{Place, text};

#[test]
fn an_image_is_shown_as_numbers_and_as_a_picture() {
    let place = Place::new();
    assert_snapshot!(place.ok(&["show", "0"]));
    let colors = place.command(&["show", "0", "--color", "always"]).env("COLORTERM", "truecolor").output().unwrap();
    assert!(text(&colors.stdout).contains("\u{1b}[48;2;"));
    let palette = place.run(&["show", "0", "--color", "always"]);
    // White paper and nearly black ink of xterm's 256 colours.
    assert!(text(&palette.stdout).contains("\u{1b}[48;5;231m") && text(&palette.stdout).contains("\u{1b}[48;5;235m"));
    let none = place.command(&["show", "0"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!text(&none.stdout).contains('\u{1b}'));
}

#[test]
fn pictures_are_written_as_png() {
    let place = Place::new();
    place.train(&[]);
    for args in [
        &["show", "0", "7", "--png", "image.png"][..],
        &["show", "--neurons", "mlp", "--png", "neurons.png"],
        &["errors", "mlp", "--limit", "12", "--png", "errors.png"],
    ] {
        place.ok(args);
        let file = *args.last().unwrap();
        let picture = image::load_from_memory(&place.file(file)).unwrap().into_luma8();
        assert!(picture.width() > 90 && picture.height() > 90, "{file}");
        assert!(picture.iter().any(|&value| value < 60), "{file} has ink");
    }
    // Only a PNG picture is replaced. A link stays a link, and a device a device.
    let model = place.file("artifacts/mlp/model");
    let note = place.fails(2, &["show", "0", "--png", "artifacts/mlp/model"]);
    assert!(note.contains("artifacts/mlp/model exists and is not a PNG picture"), "{note}");
    assert_eq!(place.file("artifacts/mlp/model"), model);
    place.ok(&["show", "0", "--png", "image.png"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("image.png", place.path("link.png")).unwrap();
        let before = place.file("image.png");
        place.ok(&["show", "1", "--png", "link.png"]);
        assert!(place.path("link.png").is_symlink());
        assert_ne!(place.file("image.png"), before, "the picture behind the link is the new one");
        let piped = place.run(&["show", "0", "--png", "/dev/stdout"]);
        assert!(piped.stdout.starts_with(b"\x89PNG"), "{}", text(&piped.stderr));
    }
    let note = place.fails(1, &["show", "0", "--png", "no/such/folder/image.png"]);
    assert!(note.starts_with("error: cannot write no/such/folder/image.png"), "{note}");
}

//! Text tables, with a configuration that the first byte selects.
#![no_main]

use std::sync::OnceLock;

use chiffres::config::DataConfig;
use chiffres::formats::table::{self, Expected};
use chiffres::{Error, Experiment};
use libfuzzer_sys::fuzz_target;

const CONFIGS: [&str; 9] = [
    "",
    "label = 0\nheader = \"no\"",
    "leave_out = [0, \"id\"]\nrange = [-1, 1]\nsize = [1, 2]",
    "label = 1\ngroup = 0\nseparator = \";\"",
    "label = \"a\"\ngroup = \"b\"\nheader = \"yes\"\nsize = [1, 2]",
    "separator = \"\\t\"\nheader = \"yes\"",
    "label = 2\nseparator = \" \"\nclasses = [\"cat\", \"dog\"]",
    "channels = 3",
    "channels = 3\nsize = [1, 2]\nlabel = 0",
];

fn configs() -> &'static [DataConfig] {
    static ALL: OnceLock<Vec<DataConfig>> = OnceLock::new();
    ALL.get_or_init(|| {
        let config = |text: &&str| {
            let text = format!("[data]\nsource = \"csv\"\npath = \"x\"\n{text}");
            Experiment::from_toml("fuzz.toml", &text, &[]).expect("the configurations are valid").data
        };
        CONFIGS.iter().map(config).collect()
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let config = &configs()[usize::from(first) % CONFIGS.len()];
    let table = table::read("FILE", || Ok::<_, Error>(bytes), config, None, Expected::default());
    let Ok(images) = table.map(|table| table.images) else { return };
    assert_eq!(images.pixels.len(), images.labels.len());
    assert!(images.groups.as_ref().is_none_or(|groups| groups.len() == images.labels.len()));
    (0..images.pixels.len())
        .for_each(|i| assert_eq!(images.pixels.image(i).len(), images.height * images.width * images.channels));
    let _ = chiffres::Dataset::new(images, &config.classes, None);
});

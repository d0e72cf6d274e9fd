//! Licences of the data inside the program.

/// Data that somebody else collected, and the terms that it is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataLicence {
    /// Title of the collection.
    pub title: &'static str,
    /// Its authors, and where it was published.
    pub source: &'static str,
    /// The licence's name in SPDX.
    pub spdx: &'static str,
    /// The text of the licence.
    pub url: &'static str,
    /// The part of the program that has it.
    pub part: &'static str,
}

/// All of them. `Cargo.toml` names the same licences.
pub const DATA_LICENCES: [DataLicence; 2] = [
    DataLicence {
        title: "Optical Recognition of Handwritten Digits",
        source: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49",
        spdx: "CC-BY-4.0",
        url: "https://creativecommons.org/licenses/by/4.0/",
        part: "the 1,797 digits, and the networks trained on them",
    },
    DataLicence {
        title: "MNIST",
        source: "Y. LeCun, C. Cortes and C. Burges, http://yann.lecun.com/exdb/mnist/",
        spdx: "CC-BY-SA-3.0",
        url: "https://creativecommons.org/licenses/by-sa/3.0/",
        part: "the reading network and that of the page, which were trained on these digits",
    },
];

//! The experiments of `config/`, inside every program that uses this crate.

/// An experiment with a name, for programs that are installed without the files of `config/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name, which is also that of its file without `.toml`.
    pub name: &'static str,
    /// The file, comments included, for [`Experiment::from_toml`](super::Experiment::from_toml).
    pub text: &'static str,
}

macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(BuiltIn { name: $name, text: include_str!(concat!("../../config/", $name, ".toml")) }),*]
    };
}

/// All of them: the first network, better ones, those that show a mistake, those on other images.
pub const BUILT_IN: &[BuiltIn] = built_in! {
    "mlp" "recipe" "recipe-32" "recipe-64" "recipe-128" "wide" "overfit" "too-fast" "mnist" "fashion"
    "cnn-mnist" "cnn-fashion" "cnn-digits" "cnn-digits-wide" "many-writers" "many-writers-64" "both-writers"
};

impl BuiltIn {
    /// The experiment of this name.
    ///
    /// ```
    /// use chiffres::Experiment;
    /// use chiffres::config::BuiltIn;
    ///
    /// let mlp = BuiltIn::named("mlp").unwrap();
    /// let experiment = Experiment::from_toml(mlp.name, mlp.text, &[])?;
    /// assert_eq!(experiment.model.hidden, [15]);
    /// # Ok::<(), chiffres::Error>(())
    /// ```
    pub fn named(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|experiment| experiment.name == name)
    }

    /// The experiment that a misspelt name probably means: at most one letter in three is wrong.
    pub fn similar_to(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase();
        let wrong = |known: &Self| strsim::damerau_levenshtein(&name, known.name);
        BUILT_IN.iter().min_by_key(|known| wrong(known)).filter(|known| 3 * wrong(known) <= known.name.len())
    }

    /// Its first comment: what it shows, and the result to expect.
    pub fn summary(&self) -> impl Iterator<Item = &'static str> {
        self.text.lines().map_while(|line| line.strip_prefix("# "))
    }
}

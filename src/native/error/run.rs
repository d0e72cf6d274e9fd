//! Problems of run folders, and of runs that are resumed.

/// The reason why a run's folder cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunProblem {
    /// The name is empty.
    NoName,
    /// There is no run of this name.
    NotFound {
        /// The name, or the path.
        run: String,
        /// The folder of the runs.
        folder: &'static str,
        /// The runs that are there.
        others: Vec<String>,
    },
    /// The folder is not that of a run.
    NotARun {
        /// The folder.
        path: String,
        /// The file that it lacks.
        missing: String,
    },
    /// Another process trains the run.
    InUse {
        /// The run's folder.
        path: String,
    },
    /// The run has no model yet, because it is being trained.
    BeingTrained {
        /// The run's folder.
        path: String,
    },
    /// The run has no model, because its training was stopped.
    Unfinished {
        /// The run's folder.
        path: String,
        /// The run, as the user named it.
        run: String,
    },
    /// The run has no model, because its loss was infinite or not a number.
    Diverged {
        /// The run's folder.
        path: String,
        /// The epoch, counted from 1.
        epoch: usize,
    },
    /// The folder was removed, or another run put in its place, while this process trained it.
    Gone {
        /// The run's folder.
        path: String,
    },
    /// The run is finished, but its model is gone.
    NoModel {
        /// The run's folder.
        path: String,
        /// The run, as the user named it.
        run: String,
    },
    /// The run is finished, but its checkpoint is gone.
    NoCheckpoint {
        /// The run's folder.
        path: String,
    },
    /// The model file of an imported network, which has no run.
    Imported {
        /// The model file.
        path: String,
        /// The file that it was imported from.
        file: String,
    },
    /// An imported network, of which the images are not known.
    ImagesUnknown {
        /// The file that it was imported from.
        file: String,
    },
}

/// The reason why a run cannot be resumed as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResumeProblem {
    /// The images are not those that the run was started with.
    OtherImages,
    /// The configuration is not the one that the run was started with.
    OtherConfig,
    /// A setting other than the number of epochs was to be changed.
    OtherSetting {
        /// The argument: `--set training.batch_size=50`.
        origin: String,
    },
    /// Fewer epochs were asked for than the run was planned with.
    FewerEpochs {
        /// Epochs asked for.
        wanted: usize,
        /// Epochs of the run.
        planned: usize,
    },
    /// All epochs are done.
    Finished {
        /// Epochs that are done.
        done: usize,
        /// Epochs of the run.
        planned: usize,
    },
    /// Early stopping has ended the run.
    StoppedEarly {
        /// Epochs that are done.
        done: usize,
    },
    /// Its training diverged, and would do so again.
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
    },
    /// A path for images that are inside the program.
    BuiltInImages,
    /// More epochs would change the learning rate of those that are done.
    LearningRate,
}

//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_data::ImageRequest;

use crate::commands::device_parser::DeviceParser;
use crate::commands::table_arguments::TableArgs;
use crate::device::choose::{DeviceChoice, KernelChoice, choose};
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::{DataSource, Loaded};
use crate::run::fits::SetFacts;
use crate::run::packed_data::{PackedUse, PixelCheck, PixelPlace};
use crate::run::weights_place::{WeightsPlace, weights_place};
use crate::terminal::ui::{Ui, UiChoice};

/// Arguments of the commands that train or evaluate.
#[derive(Clone, Copy, Debug, Args)]
pub struct Common {
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: DeviceArgs,
    /// How to show progress: auto takes the dashboard on a terminal, or one bar over all runs if there
    /// are several; tui takes the dashboard for each run
    #[arg(long, value_enum, default_value_t, value_name = "UI")]
    pub ui: UiChoice,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

impl Common {
    /// The user interface for one run.
    ///
    /// # Errors
    /// As [`Ui::new`].
    pub fn ui(self) -> Result<Ui, Failure> {
        Ui::new(self.ui, self.output.json)
    }

    /// The user interface for many runs: the dashboard appears only on request.
    ///
    /// # Errors
    /// As [`Ui::new`].
    pub fn ui_for_many_runs(self) -> Result<Ui, Failure> {
        let choice = match self.ui {
            UiChoice::Auto => UiChoice::Plain,
            other => other,
        };
        Ui::new(choice, self.output.json)
    }
}

/// `--device` and `--kernels`.
#[derive(Clone, Copy, Debug, Args)]
pub struct DeviceArgs {
    /// Where to compute
    #[arg(long, value_name = "DEVICE", value_parser = DeviceParser)]
    pub device: Option<DeviceChoice>,
    /// What computes batches, convolutions and batch normalisation on the CPU: burn for Burn's own operations,
    /// a name for these vector instructions, auto for the widest that the CPU has
    #[arg(long, value_enum, default_value_t, value_name = "KERNELS")]
    pub kernels: KernelChoice,
}

impl DeviceArgs {
    /// Chooses the device; `default` without `--device`.
    ///
    /// # Errors
    /// As [`choose`].
    pub fn choose(self, default: DeviceChoice) -> Result<SelectedDevice, Failure> {
        choose(self.device.unwrap_or(default), self.kernels)
    }
}

/// `--data`.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// cifar10, synthetic (built-in images), synthetic-shapes (built-in point clouds), hf:ORG/NAME (a set of the
    /// Hugging Face hub), or a path: binary or Python layout of CIFAR-10, an official .tar.gz, parquet files, NumPy
    /// arrays (an .npz file or a folder of train_images.npy and others), a folder of pictures: train/CLASS/* and
    /// test/CLASS/*, the file of a packed set, or point clouds: meshes, HDF5 files, arrays or texts [default:
    /// cifar10, or the data of the run that is resumed]
    #[arg(long, value_name = "DATA", value_parser = DataSource::parser())]
    pub data: Option<DataSource>,
    /// `--split-train` and others.
    #[command(flatten)]
    pub table: TableArgs,
    /// Where the pixels of a packed set (`mixup data pack`) are kept
    #[arg(long, value_enum, default_value_t, value_name = "PLACE")]
    pub pixels: PixelPlace,
    /// Hash all pixels of a packed set, instead of trusting the fingerprint that its file states
    #[arg(long)]
    pub verify: bool,
}

impl DataArgs {
    /// How a packed set is used for `device`.
    pub(crate) fn packed_use(&self, device: &SelectedDevice) -> PackedUse {
        PackedUse {
            pixels: self.pixels,
            check: if self.verify {
                PixelCheck::Hash
            } else {
                PixelCheck::Trust
            },
            device: device.kind,
        }
    }

    /// The source that was named, or CIFAR-10.
    pub fn source(&self) -> DataSource {
        self.data.clone().unwrap_or(DataSource::CIFAR10)
    }
}

/// `--experiment`.
#[derive(Clone, Debug, Args)]
pub struct RequestArgs {
    /// Take the images in the size and form that this experiment, a file or a name, asks for in its table data
    #[arg(long, value_name = "FILE")]
    pub experiment: Option<PathBuf>,
}

impl RequestArgs {
    /// Loads `source` as the experiment asks for it; without one, as it is. `table` says which splits and columns are
    /// read, in place of the experiment's. A packed set is used as `packed` says.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the experiment cannot be read or does not fit the images; [`Failure`] if the data
    /// cannot be used.
    pub fn load(
        &self,
        source: &DataSource,
        table: &TableArgs,
        packed: PackedUse,
        ui: &Ui,
    ) -> Result<Loaded, Failure> {
        let asked = |request: ImageRequest| ImageRequest {
            table: table.request().or(request.table.clone()),
            ..request
        };
        let Some(path) = &self.experiment else {
            return source.load_as(&asked(ImageRequest::default()), packed, ui);
        };
        let experiment = Experiment::read(path)?;
        let loaded = source.load_as(&asked(experiment.data.request()), packed, ui)?;
        SetFacts::from(&loaded.images).check(&experiment)?;
        Ok(loaded)
    }
}

/// `--weights`.
#[derive(Clone, Debug, Args)]
pub struct WeightsArgs {
    /// A run folder, whose model.safetensors is taken, or a weights file: safetensors, or a state dict of
    /// torch.save (.pt, .pth)
    #[arg(long, value_name = "RUN")]
    pub weights: PathBuf,
}

impl WeightsArgs {
    /// The weights file that was named, or that of the folder that was named.
    ///
    /// # Errors
    /// As [`weights_place`].
    pub(crate) fn place(&self) -> Result<WeightsPlace, Failure> {
        weights_place(&self.weights)
    }
}

/// `--json`.
#[derive(Clone, Copy, Debug, Args)]
pub struct JsonArgs {
    /// Print the result as one line of JSON on stdout, everything else on stderr
    #[arg(long)]
    pub json: bool,
}

impl JsonArgs {
    /// Refuses a `path` that the result would name and JSON cannot hold. Called before the work begins.
    ///
    /// # Errors
    /// [`Failure::Usage`] with `--json`, if the path is not UTF-8.
    pub fn check_path(self, path: &Path) -> Result<(), Failure> {
        if !self.json || path.to_str().is_some() {
            return Ok(());
        }
        Err(Failure::usage(
            format!(
                "{}: expected a path in UTF-8, which the JSON of --json can hold, found other bytes",
                path.display()
            ),
            "leave --json out, or give the path another name",
        ))
    }
}

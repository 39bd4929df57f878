//! The built program, driven as a user drives it: command lines in, exit codes, words and files out.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod ended;
mod handmade;
mod refusal;
mod run_files;
#[cfg(unix)]
mod running;
mod scratch;
mod torch_file;

mod accumulate;
mod any_images;
mod archive_errors;
mod arrays;
mod attacks;
mod averages;
mod bench;
#[cfg(unix)]
mod bench_networks;
mod clip_norm;
mod closed_output;
mod compare;
mod compare_errors;
mod compare_parts;
mod completions;
mod damage;
mod data_check;
mod data_errors;
mod data_fetch;
mod data_guesses;
#[cfg(unix)]
mod data_pipes;
mod data_preview;
mod demo;
mod determinism;
mod devices;
mod dry_run;
mod experiment_errors;
mod experiment_table_errors;
mod experiments;
mod fine_tune;
mod flag_errors;
mod folder_notes;
mod full_disk;
mod gpu_kit;
mod help;
mod hints;
#[cfg(feature = "parquet")]
mod hub;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod kill;
mod left_over;
mod logs;
mod many_classes;
mod moved_data;
mod networks;
mod non_utf8_path;
mod onnx;
mod output;
mod packed;
mod patience;
mod points;
mod predict;
mod predict_many;
mod progress_bars;
mod pytorch;
mod report;
mod report_errors;
mod results_table;
mod resume;
mod resume_errors;
mod run_folder;
mod run_results;
mod runs;
mod same_instant;
mod set;
mod sources;
mod speed_scripts;
#[cfg(unix)]
mod storm;
mod sweep;
mod terminal;
mod torch_weights;
mod training_settings;
mod validation;
mod variant_resume;
mod variants;
mod weights;
mod weights_data;
mod weights_errors;
mod weights_folder;
mod weights_notes;
mod weights_variants;
mod wording;

//! Sets of the Hugging Face hub: found by its API, downloaded file by file and verified, and kept in the cache.
//!
//! A set is resolved to a commit first, and everything after that is asked of this commit. The list of its files has
//! their SHA-256, so that a file can come from anywhere: the hub, the server that it leads to, or the cache of another
//! program.

mod api;
mod cache;
mod download;
mod listing;
mod name;
mod plan;
mod resolve;
mod settings;

pub use name::HubSet;
pub use plan::{HubPart, HubPlan, ListOrigin};
pub use settings::HubSettings;

//! The messages of an event file: those fields of TensorBoard's `event.proto` and `summary.proto` that are written here.

/// One record: when it was written, at which step, and what it says.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Event {
    /// Seconds since 1970 (UTC).
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    /// The epoch, from 1; 0 before the first.
    #[prost(int64, tag = "2")]
    pub step: i64,
    /// The version of the format; in the first record alone.
    #[prost(string, optional, tag = "3")]
    pub file_version: Option<String>,
    /// Figures or pictures.
    #[prost(message, optional, tag = "5")]
    pub summary: Option<Summary>,
}

/// Several values of one step.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Summary {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<Value>,
}

/// A figure or a picture.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Value {
    /// Its name. TensorBoard puts those with the same start, up to a slash, together.
    #[prost(string, tag = "1")]
    pub tag: String,
    /// The figure.
    #[prost(float, optional, tag = "2")]
    pub simple_value: Option<f32>,
    /// The picture.
    #[prost(message, optional, tag = "4")]
    pub image: Option<Image>,
    /// What is said of it.
    #[prost(message, optional, tag = "9")]
    pub metadata: Option<Metadata>,
}

/// A picture.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Image {
    /// Pixels from top to bottom.
    #[prost(int32, tag = "1")]
    pub height: i32,
    /// Pixels from left to right.
    #[prost(int32, tag = "2")]
    pub width: i32,
    /// How many values a pixel has; 3 for RGB.
    #[prost(int32, tag = "3")]
    pub colorspace: i32,
    /// The file.
    #[prost(bytes = "vec", tag = "4")]
    pub png: Vec<u8>,
}

/// What is said of a value. Without the plugin and the class, TensorBoard does not show it.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Metadata {
    /// The part of TensorBoard that shows the value.
    #[prost(message, optional, tag = "1")]
    pub plugin: Option<Plugin>,
    /// Words next to it.
    #[prost(string, tag = "3")]
    pub description: String,
    /// The kind of its data: 3 for pictures and the like.
    #[prost(int32, tag = "4")]
    pub data_class: i32,
}

/// A part of TensorBoard.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Plugin {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
}

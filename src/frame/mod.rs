//! Bytes → frames: one line each, with its number and place.
//!
//! Lives here: line ends, the byte order mark, the longest line. Not here: what a line means (`decode`).
//! Imports: `base`, `source`. Promise: every byte belongs to exactly one line, also in broken input.

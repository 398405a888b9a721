//! Reports of the seeds and of made alerts.

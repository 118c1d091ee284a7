//! Operations on functions.

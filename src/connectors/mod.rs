//! The connectors room.

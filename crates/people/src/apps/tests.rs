//! What needs no door: see tests/.

//! Tests of the room `frame`.

//! Keys: secrets stay here.

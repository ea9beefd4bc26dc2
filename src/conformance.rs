//! Conformance: suites that an implementor of a port runs against its own.

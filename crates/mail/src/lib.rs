//! Health mail: what MSSanté messages carry and how. No I/O: bytes in, words out.
//!
//! [`xdm`] reads and writes IHE XDM archives, which carry documents with their metadata by mail, on a disc,
//! or out of an old record.

pub mod xdm;

//! Pages of enrolment.

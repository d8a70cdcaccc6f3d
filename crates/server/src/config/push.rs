//! Push services: through whose hands notifications go.

use kernel::Fault;
use people::notice::push::Services;

use super::wrong;

/// What the key is for.
pub(super) const ABOUT: &str =
    "push services of browsers that notifications may go through; empty: no notifications";

/// Reads `push.services`.
pub(super) fn read(text: &str) -> Result<Services, Fault> {
    let like = "is like https://push.example or https://*.push.example, with commas between";
    Services::read(text).map_err(|one| wrong("push.services", &one, like))
}

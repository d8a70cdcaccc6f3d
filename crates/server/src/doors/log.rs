//! The transparency log: for anybody's programs, and for the owner of a journal.
//!
//! The public part is laid out as c2sp.org/tlog-tiles says. Tiles never change, so anything on the way may keep them;
//! so a mirror, a witness or a person who wants to follow the log needs nothing but these three addresses, and a fourth
//! when the log was begun anew, which says why.

use care::record::proof;
use kernel::{Answer, Refusal};
use store::Tx;
use store::log::tiles::Address;

use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Content, File, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::Look;
    use Who::{Anyone, Citizen};
    let mut routes = table! { Door::Web;
        Get "/journal/proof"      Citizen => "record::proof::show"  Look(journal_proof);
    };
    routes.extend(table! { Door::Log;
        Get "/log/checkpoint"     Anyone  => "log::log_checkpoint"  Look(checkpoint);
        Get "/log/tile/{*path}"   Anyone  => "log::log_tile"        Look(tile);
        Get "/log/begun"          Anyone  => "log::log_begun"       Look(begun);
    });
    routes
}

fn journal_proof(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let text = |name: &str| asked.query(name).unwrap_or_default().to_owned();
    let query = proof::Asked { since: text("since"), after: text("after"), leaves: text("leaves") };
    let told = proof::show(tx, asked.visit()?, &asked.house.config.log.terms, &query)?;
    Ok(Reply::json(200, "application/json", &told))
}

/// Pages of any site may read the log: it is everybody's.
fn open_to_all(reply: Reply) -> Reply {
    reply.header("access-control-allow-origin", "*").header("cross-origin-resource-policy", "cross-origin")
}

fn checkpoint(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let kept = tx.log_checkpoint(&asked.house.config.log.terms)?.ok_or_else(Refusal::not_found)?;
    let reply = Reply::text("text/plain; charset=utf-8", kept.note);
    Ok(open_to_all(reply).header("cache-control", "public, max-age=1"))
}

fn tile(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let path: String = asked.param("path")?;
    let address = Address::parse(&path).ok_or_else(Refusal::not_found)?;
    let body = tx.log_tile(address)?.ok_or_else(Refusal::not_found)?;
    let content_type = "application/octet-stream".to_owned();
    Ok(open_to_all(Reply::of(Content::File(File { content_type, name: None, body, immutable: true }))))
}

/// Why this log is not the first one, byte for byte as its first leaf commits to it.
fn begun(tx: &mut Tx<'_>, _: &Asked) -> Answer<Reply> {
    let statement = tx.log_begun()?.ok_or_else(Refusal::not_found)?;
    let reply = Reply::text("application/json", statement);
    Ok(open_to_all(reply).header("cache-control", "public, max-age=60"))
}

//! Devices that are told of news: the script that receives notifications, and the forms of its page.

use kernel::{Answer, Refusal};
use people::notice::pages as notice;
use store::Tx;
use ui::assets;

use super::notice::offer;
use super::{Does, Door, Route, Who};
use crate::adapter::cookies::Cookie;
use crate::adapter::{Asked, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Plain};
    use Who::{Anyone, Citizen};
    table! { Door::Web;
        Get  "/push/worker.js"                  Anyone  => "assets"                       Plain(worker);
        Post "/journal/notices/devices"         Citizen => "notice::pages::add_device"    Act(add);
        Post "/journal/notices/devices/remove"  Citizen => "notice::pages::remove_device" Act(remove);
    }
}

/// The script, at an address that stays: browsers look there by themselves for a newer one, and keep none.
fn worker(_: &Asked) -> Answer<Reply> {
    let script = assets::find(&assets::asset_url("push-worker.js")).ok_or_else(Refusal::not_found)?;
    Ok(Reply::file(script.content_type, None, script.bytes.to_vec()))
}

fn add(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let browser = asked.knock().device;
    let (house, offer) = (&asked.house, offer(asked, &browser));
    let added = notice::add_device(tx, asked.visit()?, asked.filled(), &house.chance, &offer)?;
    Ok(added.map_or_else(Reply::from, |id| {
        Reply::see(notice::NOTICES).header("set-cookie", Cookie::Device.set(&id.to_string(), &house.config))
    }))
}

fn remove(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    notice::remove_device(tx, asked.visit()?, &asked.filled())?;
    let reply = Reply::see(notice::NOTICES);
    let here = Cookie::Device.read(&asked.headers, asked.house.config.is_https());
    if here.is_none() || here != asked.field("id") {
        return Ok(reply);
    }
    Ok(reply.header("set-cookie", Cookie::Device.set("", &asked.house.config)))
}

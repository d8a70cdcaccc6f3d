// What a browser does when it is told that there is news, also while no page is open: shows the sentence, and opens the
// space when the reader touches it. It answers no request and keeps nothing: its scope holds no page.

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // Browsers want something shown for every message; the name of the site is all that is known then.
  }
  const { title = self.location.hostname, body, lang, open = "/journal" } = said;
  // One place for all of them: a newer one takes it, and says so again.
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag: "carnet-news", renotify: true, data: open }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const to = new URL(event.notification.data, self.location.origin);
  if (to.origin === self.location.origin) event.waitUntil(self.clients.openWindow(to.href));
});

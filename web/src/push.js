// Switches notifications on for this browser: asks the reader, subscribes at the browser's own push service, and sends the
// subscription with the form. Only the page of notices loads this script.
import { bytes, text } from "./base64url.js";

const form = document.querySelector("form[data-push]");
const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** The registration, once its worker may receive messages. Its scope holds no page, so `ready` would wait for ever. */
async function registered({ worker, scope }) {
  const registration = await navigator.serviceWorker.register(worker, { scope });
  const coming = registration.installing ?? registration.waiting;
  if (!registration.active && coming) {
    await new Promise((done, gone) => coming.addEventListener("statechange", () => {
      if (coming.state === "activated") done();
      if (coming.state === "redundant") gone(new Error("the worker was not taken"));
    }));
  }
  return registration;
}

/** The subscription of this browser, bound to the key of this house. */
async function subscribed(pushManager, key) {
  const known = await pushManager.getSubscription();
  const bound = known?.options.applicationServerKey;
  if (bound && text(bound) === key) return known;
  // A house that lost its keys has another one now; a browser keeps one subscription.
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

async function subscribe() {
  // First, while the browser still knows that the reader has just pressed a button.
  if ((await Notification.requestPermission()) !== "granted") throw new DOMException("denied", "NotAllowedError");
  const { pushManager } = await registered(form.dataset);
  const subscription = await subscribed(pushManager, form.dataset.push);
  form.elements.endpoint.value = subscription.endpoint;
  form.elements.key.value = text(subscription.getKey("p256dh"));
  form.elements.secret.value = text(subscription.getKey("auth"));
}

if (form && supported) {
  form.querySelector("[data-push-ready]").hidden = false;
  form.querySelector("[data-push-unsupported]").hidden = true;
  const [button, message] = [form.querySelector("button"), form.querySelector("[data-push-message]")];
  const say = (denied) => (message.textContent = denied ? form.dataset.denied : form.dataset.failed);
  if (Notification.permission === "denied") say(true);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.textContent = "";
    button.disabled = true;
    try {
      await subscribe();
      form.submit();
    } catch (error) {
      say(error.name === "NotAllowedError");
      button.disabled = false;
    }
  });
}

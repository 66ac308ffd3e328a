// Registers this browser for calls of duty: the permission is asked for by a click, and never before.
const place = document.querySelector("[data-calls]");

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function say(which) {
  for (const one of place.querySelectorAll("[data-calls-said]")) one.hidden = one.dataset.callsSaid !== which;
}

async function subscribed() {
  const registration = await navigator.serviceWorker.register(place.dataset.worker);
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(place.dataset.calls) };
  try {
    return await registration.pushManager.subscribe(options);
  } catch (problem) {
    // Registered for an earlier key of this node: that registration is of no use.
    const old = await registration.pushManager.getSubscription();
    if (!old) throw problem;
    await old.unsubscribe();
    return registration.pushManager.subscribe(options);
  }
}

async function register(button) {
  if ((await Notification.requestPermission()) !== "granted") return say("refused");
  button.disabled = true;
  try {
    const { endpoint, keys } = (await subscribed()).toJSON();
    const form = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, browser: browserName() });
    const answer = await fetch(place.dataset.register, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] },
    });
    if (answer.ok) return location.reload();
    say("failed");
  } catch {
    say("failed");
  }
  button.disabled = false;
}

function browserName() {
  const agent = navigator.userAgent;
  const name = ["Edg", "OPR", "YaBrowser", "Firefox", "Chrome", "Safari"].find((one) => agent.includes(`${one}/`));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find((one) => agent.includes(one));
  return [name === "Edg" ? "Edge" : name, system].filter(Boolean).join(", ");
}

if (place) {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const button = place.querySelector("button");
  button.hidden = !able;
  say(able ? "" : "unable");
  button.addEventListener("click", () => register(button));
}

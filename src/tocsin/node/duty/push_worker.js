// Shows a call while no page of the node is open. It holds no more than the call itself: that something waits, and where.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // A call that cannot be read is a call all the same: a browser that shows nothing loses the right to be called.
  }
  const shown = self.registration.showNotification(said.title || "Tocsin", {
    body: [said.mark, said.body].filter(Boolean).join("\n"),
    tag: said.tag,
    renotify: Boolean(said.tag),
    requireInteraction: true,
    data: said.url,
  });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Only pages of this node, whatever the call says.
  const there = new URL(event.notification.data || "/", self.location.origin);
  const url = there.origin === self.location.origin ? there.href : self.location.origin + "/alerts/";
  event.waitUntil(self.clients.openWindow(url));
});

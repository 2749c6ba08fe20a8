// Keeps the page that checks credentials, its script and style, the keys and the list, for a door without a network.
// The network comes first, so that nobody goes by an old list who could have a new one.

const KEPT = "credential-1";
const OURS = ["/v", "/v/keys", "/v/status"];

const isOurs = (url) => url.origin === location.origin && (OURS.includes(url.pathname) || url.pathname.startsWith("/assets/"));

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(keepPage)));

async function keepPage() {
  const cache = await caches.open(KEPT);
  for (const client of await self.clients.matchAll()) {
    const page = new URL(client.url);
    page.hash = "";
    await cache.add(page.href);
    for (const found of (await (await cache.match(page.href)).text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) await cache.add(found[1]);
  }
  await cache.addAll(["/assets/credential-check.js", ...OURS.slice(1)]);
}

async function fromNetworkFirst(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = (await cache.match(request)) ?? (await cache.match(request, { ignoreSearch: true }));
    if (kept) return marked(kept);
    throw error;
  }
}

// So that nobody takes the time of what was kept for the time of now.
function marked(kept) {
  const headers = new Headers(kept.headers);
  headers.set("X-Kept", "1");
  return new Response(kept.body, { status: kept.status, headers });
}

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && isOurs(new URL(event.request.url))) event.respondWith(fromNetworkFirst(event.request));
});

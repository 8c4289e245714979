const TWO_CORES = `The load generator and the store share this machine's two cores with the server, so a second process finds none free.`

const SHARED_CORES = `A renewal waits for the runtime's cryptography three times, one after the other: for the name of the refresh token, for the
signature of the new access token, and to sign the user data. Each is a change of threads and back, which takes longest where the process has slept, as behind a backend
that takes its time. Gateway, backend and the load share this machine's two cores.`

const BURST = `The thousand requests arrive in one turn of the event loop, and each makes a call in it: \`fetch\` alone, without a gateway, holds
other requests up for more than half as long, as the last row shows. Another process is free meanwhile. Calls that begin three a turn took it to 100 ms
when that was tried. A visitor's call would then wait for a timer of another visitor's request, and on hosts that end both together for ever.`

/** Why a target is missed, by `part/figure/subject`: kept by hand, shown beside the target as long as it is missed. */
export const WHY: Readonly<Record<string, string>> = {
  'edge/rate/evergate': `In plain Node the same decision takes a sixth of that, and in workerd a third ([alone](#the-gateway-alone)). In the sandbox
\`Headers\` are written in JavaScript: reading a request's is a quarter of it, since those that only the gateway may set are looked for among all of them, and the
three that an answer gets are a tenth. Each use of a global (\`Map\`, \`Number\`) costs 0.15 µs there, and in Node next to nothing. Between two requests Next's own work leaves this code cold. No cryptography is left in it,
as the profile after shows.`,
  'edge/rate/evergate, a new token each time': `Both wait for the same signature, on another thread. Besides, it has all that a known token costs, above: a tenth
of the whole.`,
  'edge/first-request/evergate': `\`jose\` alone, with the first signature that a process verifies, is a fifth above empty. Making the gateway of its options and reading its first request
takes less than a millisecond, and the rest is the engine's reading of 40 KB more code: once for each isolate.`,
  'edge/size/evergate': `\`jose\` alone is 5.0 KB of it, and verifying with it is what this is for. [Sizes](sizes.md#sizes) has every part. Parts
that an option asks for are left out until it does: \`apiBackend\`, \`bindDevices\`, revocation, OpenID. The others serve every app: renewals that are tried again, the
breaker, cookies in chunks, the page of an outage, rules.`,
  'next-start/pair/evergate': `The middleware's cost in its sandbox, above, is a thirtieth of the time that Next takes for this page. Next also copies the three
headers that the answer gets (\`x-session\`, \`server-timing\`, \`cache-control\`) to that of the page. More of it has not been found.`,
  'auth-server/refreshes/SQLite': `The limit signs and forgets. A refresh also checks a MAC, reads the session and the user, moves the session on
and is answered once that is on the disk. Another thread waits for the disk, on the cores that the load has, too. oidc-provider keeps its grants in the
memory of one process, and loses them with it.`,
  'auth-server/refreshes/Redis': `One script a refresh, which takes a quarter of what the limit takes of the thread that answers; Redis itself and the load share
two cores with it here. oidc-provider keeps its grants in the memory of one process.`,
  'auth-server/refreshes/PostgreSQL': `Refreshes that come together share one statement, and a renewal writes one row and no index. PostgreSQL
shares two cores with the server and the load here, and oidc-provider keeps its grants in the memory of one process.`,
  'auth-server/refreshes/SQLite, 2 processes': TWO_CORES,
  'auth-server/refreshes/Redis, 2 processes': TWO_CORES,
  'auth-server/refreshes/PostgreSQL, 2 processes': TWO_CORES,
  'auth-server/sign-ins/POST /login': `Hashes take all cores but one, which is left to renewals on purpose. On two cores that one also carries the
server, the load and the store.`,
  'renewal/added/10 ms, p50': SHARED_CORES,
  'renewal/added/100 ms, p50': SHARED_CORES,
  'renewal/added/1000 ms, p50': SHARED_CORES,
  'beside/beside/beside 1,000 renewals at once': BURST,
  'beside/beside/beside 1,000 renewals in a second': `A thousand calls a second take most of a core with the gateway and most of the other with the backend
and the load, so requests wait for a turn. That is what a million people make together at the peak, here in one process
([sizes](several-regions.md#how-much-it-takes)).`,
}

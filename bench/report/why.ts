const TWO_CORES = `The load generator and the store share this machine's two cores with the server, so a second process finds none free.`

const SHARED_CORES = `Gateway, backend and the load share this machine's two cores. An earlier run had 0.83 to 1.05 ms; where the rest goes has not been profiled yet.`

/** Why a target is missed, by `part/figure/subject`: kept by hand, shown beside the target as long as it is missed. */
export const WHY: Readonly<Record<string, string>> = {
  'edge/rate/evergate': `Taken away stage by stage, in thread CPU per request: reading the request is 37 µs of it, deciding 7, the outcome
10, the answer's headers 4. In plain Node the same code takes 7 µs in all. In the sandbox \`Headers\` are written in JavaScript, and all of a
request's are read, because those that only the gateway may set are removed; and between two requests Next's own work leaves this code cold: in a loop
it takes 20 µs there. No cryptography is left in it, as the profile after shows.`,
  'edge/size/evergate': `\`jose\` alone is 5.0 KB of it, and verifying with it is what this is for. The largest pieces of our own are the pages
that somebody sees while the backend is down (1.0 KB), the key set with its rotation (0.8) and the path rules (0.8). Events and the cache of
verified tokens have added 0.8.`,
  'auth-server/refreshes/SQLite': `The limit signs and forgets. A refresh also checks a MAC, reads the session and the user, moves the session on
and waits until that is on the disk: about 40 µs of the thread that answers, on top of 85 to 90. oidc-provider keeps its grants in the memory of
one process, and loses them with it.`,
  'auth-server/refreshes/Redis': `One script a refresh, about 20 µs of the thread that answers on top of the limit's 85 to 90; Redis itself and
the load share two cores with it here.`,
  'auth-server/refreshes/PostgreSQL': `Refreshes that come together share one statement, about 190 µs of PostgreSQL's CPU each, and PostgreSQL
shares two cores with the server and the load here.`,
  'auth-server/refreshes/SQLite, 2 processes': TWO_CORES,
  'auth-server/refreshes/Redis, 2 processes': TWO_CORES,
  'auth-server/refreshes/PostgreSQL, 2 processes': TWO_CORES,
  'auth-server/sign-ins/POST /login': `Hashes take all cores but one, which is left to renewals on purpose. On two cores that one also carries the
server, the load and the store.`,
  'renewal/added/10 ms, p50': SHARED_CORES,
  'renewal/added/100 ms, p50': SHARED_CORES,
  'renewal/added/1000 ms, p50': SHARED_CORES,
}

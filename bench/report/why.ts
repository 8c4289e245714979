/** Why a target is missed, by `part/figure/subject`: kept by hand, shown beside the target as long as it is missed. */
export const WHY: Readonly<Record<string, string>> = {
  'edge/rate/evergate': `An empty middleware is 163 µs of Next's own work here, and ours adds 68. No cryptography is left in it, as the
profile after shows: 22 µs are our own code, which reads the request once, and the rest is the sandbox, whose \`Headers\` are written in
JavaScript: all of a request's are read, because what only the gateway may set is removed, and three are written on every answer.`,
  'edge/size/evergate': `\`jose\` alone is 5.0 KB of it, and verifying with it is what this is for. The largest pieces of our own are the pages
that somebody sees while the backend is down (1.0 KB), the key set with its rotation (0.8) and the path rules (0.8). Events and the cache of
verified tokens have added 0.8.`,
  'auth-server/refreshes/SQLite': `The limit signs and forgets. A refresh also checks a MAC, reads the session and the user, moves the session on
and waits until that is on the disk. A profile at full load has 20 % in the commit with its sync and 14 % in other statements, all on the
thread that answers. oidc-provider keeps its grants in the memory of one process here, and loses them with it.`,
  'auth-server/refreshes/Redis': `A refresh asks Redis several times, one after the other, and Redis, the server and the load share two cores here.`,
  'renewal/added/100 ms, p50': `By 0.05 ms in this run; at 10 ms and at 1,000 ms it was met, and the rounds of all of them overlap.`,
}

/** The written text about a part, and its place on the page. A part that is not named here comes last, without words. */
export const PROSE: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  edge: {
    title: 'The gateway at the edge',
    text: `What a signed-in visitor's request costs in the middleware alone: \`createGateway()\` with its defaults, and seven
peers as their documentation sets them up, each with a session made by its own code and checked on every request.
They do not do the same: iron-session and better-auth's cookie cache renew no tokens, next-auth and nextjs-auth0 write their cookie
anew on each request. “empty” does nothing, and “jose alone” checks one signature and nothing else: the two ends of what is possible.
Memory is the heap of the whole process: what is not clearly over “empty” is noise.`,
  },
  runtimes: {
    title: 'The gateway alone',
    text: `The same decision without Next, where \`Request\` and \`Headers\` are the runtime's own: in Node, as in \`proxy.ts\`, and in workerd, as on
Cloudflare. What stands above beyond that is the sandbox of \`next start\`, in which they are written in JavaScript.`,
  },
  'next-start': {
    title: 'The gateway in front of a page',
    text: `The same middlewares where they stand in production, before a page that is rendered for each request. Next's own work
is most of it, and having any middleware at all is most of the rest. In the rounds of all of them a tenth more or less is noise, so evergate and “empty”
are measured by turns first, in many short rounds.`,
  },
  renewal: {
    title: 'Renewal',
    text: "What the gateway adds to the backend's answer when it renews a session, and how many calls a burst becomes.",
  },
  'auth-server': {
    title: 'The auth server',
    text: 'Refreshes and sign-ins a second, beside the least that a server with a signature can do, and beside others.',
  },
  'refresh-profile': {
    title: 'Where the time of a refresh goes',
    text: `The thread of the auth server that answers, sampled while it refreshes as fast as it can, on each store. What cannot be had cheaper is
HTTP and the engine; the signature itself is made on another thread.`,
  },
  growth: {
    title: 'Growth',
    text: 'The same refresh with a thousand sessions in the store, and with a million.',
  },
  'growth-large': {
    title: 'Ten million sessions',
    text: `The same with ten million live sessions of 6.7 million users, on the stores that are meant for so many: \`npm run bench -- growth
--large\`. How the stores are kept at that size stands in [reliability](reliability.md#ten-million-live-sessions). The two sizes took turns.`,
  },
  beside: {
    title: 'Beside a burst of renewals',
    text: `How long a request that needs nothing waits in a process that renews a thousand sessions meanwhile. “Bare” is the least that such a process does: the
same server makes the same calls, without a gateway.`,
  },
  cluster: {
    title: 'Redis Cluster',
    text: `Whether renewals grow with nodes. Two cores cannot show it: six nodes and their client share them, so more nodes are slower here. What can be
shown is what growth rests on: a renewal is one command on one node, each node has its share, and a command costs hardly more than on one
Redis. A node alone on a core answers a million microseconds of them in a second.`,
  },
}

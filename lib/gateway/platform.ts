/** Milliseconds since the epoch. */
export type Clock = () => number
/** The part of `fetch` the gateway calls. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

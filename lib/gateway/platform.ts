/** Milliseconds since the epoch. */
export type Clock = () => number
/** Headers, or what was read of them once: a `Map` is looked up far faster. */
export type SentHeaders = {
  get(name: string): string | null | undefined
  has(name: string): boolean
}
/** The part of `fetch` the gateway calls. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Milliseconds since the epoch. */
export type Clock = () => number
/** Headers, or what was read of them once: a `Map` is looked up far faster. */
export type SentHeaders = {
  get(name: string): string | null | undefined
  has(name: string): boolean
}
/** Lets a runtime that stops when it has answered go on until the work is done. */
export type WaitUntil = (work: Promise<unknown>) => void
/** Waits so many milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>
/** A number from 0 up to 1. */
export type Random = () => number
/** The part of `fetch` the gateway calls. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A middleware that is measured. Its folder holds this as `subject.ts`, and a `middleware.ts` as its documentation sets it up. */
export type Subject = {
  /** As tables and charts call it. */
  readonly label: string
  /** Whether it is somebody else's: ours is compared with the best of these. */
  readonly peer: boolean
  /** Packages whose versions are told. */
  readonly packages: readonly string[]
  /** How a session is made and checked, for the reader of the results. */
  readonly note?: string
  /** Present for what checks sessions. */
  readonly sessions?: Sessions
}

export type Sessions = {
  /** The variables that the middleware reads, at build and at run time. */
  readonly env: Readonly<Record<string, string>>
  /** The answers of its vendor, by address, when it cannot run offline. Everything else has no network. */
  readonly network?: Readonly<Record<string, unknown>>
  /** A session of the user with this number, as a `Cookie` header, made with the subject's own code. */
  readonly cookie: (user: number) => Promise<string>
  /** The same with something changed that its signature stands for. Default: one character in the middle of each value. */
  readonly tampered?: (cookie: string) => string
}

/** Seconds that a session of the benchmark lives at least: none comes near its end while it is measured. */
export const LIFE = 6 * 3600

/** For names and values that a `Cookie` header takes as they are. */
export function cookieHeader(pairs: readonly { readonly name: string; readonly value: string }[]): string {
  return pairs.map(({ name, value }) => `${name}=${value}`).join('; ')
}

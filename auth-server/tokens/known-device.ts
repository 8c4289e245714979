import { equalTexts, type Key, mac, toKey } from './mac.ts'

/** Marks of browsers that have signed in to an account, in a cookie that outlives the session. A mark lets nobody in. */
export interface KnownDevices {
  /** The browser's id if its mark says that it has signed in to this account; undefined for any other mark, or none. */
  recognise(mark: string | undefined, account: string, now: number): string | undefined
  /** The mark of a browser that has just signed in to this account; `mark` is the one it had. */
  remember(mark: string | undefined, account: string, now: number): string
}

/** How long a browser is known after its last sign-in, seconds: a year. */
export const KNOWN_FOR_S = 365 * 86_400

/*
 * version . id of the browser . day of its last sign-in . accounts, newest first . key number . MAC
 *
 *   d1.Zk3vJp0Qm1xYb7cT2nWd9A.21915.qWd9AZk3vJp0.q3fZx0aB.<43 characters>
 *
 * An account is 72 bits of an HMAC over the browser's id and the e-mail address: whoever reads the cookie learns no address.
 */
const FORMAT = /^d1\.([\w-]{22})\.(\d{1,6})\.((?:[\w-]{12}){1,4})\.([\w-]{8})\.([\w-]{43})$/
const MAX_LENGTH = 160
const MAX_ACCOUNTS = 4
const TAG_LENGTH = 12
const DAY_MS = 86_400_000

/**
 * @param secrets - newest first. Marks are made with the first and known by all.
 * @param newId - makes the id of a browser: 22 characters
 */
export function createKnownDevices(
  secrets: readonly [string, ...string[]],
  newId: () => string,
): KnownDevices {
  const newest = toKey(secrets[0])
  const byNumber = new Map(secrets.map(toKey).map((key) => [key.number, key]))

  function read(mark: string | undefined, now: number): { id: string; tags: string[]; key: Key } | undefined {
    const [, id, day, accounts, number, presented] =
      (mark !== undefined && mark.length <= MAX_LENGTH && FORMAT.exec(mark)) || []
    const key = byNumber.get(number ?? '')
    if (!mark || !id || !accounts || !presented || !key) return undefined
    if (!equalTexts(presented, mac(key, mark.slice(0, mark.lastIndexOf('.'))))) return undefined
    if (now - Number(day) * DAY_MS > KNOWN_FOR_S * 1000) return undefined
    return { id, tags: accounts.match(/.{12}/g) ?? [], key }
  }

  const tagOf = (key: Key, id: string, account: string) =>
    mac(key, `evergate known device ${id} ${account}`).slice(0, TAG_LENGTH)

  return {
    recognise(mark, account, now) {
      const known = read(mark, now)
      return known?.tags.includes(tagOf(known.key, known.id, account)) ? known.id : undefined
    },
    remember(mark, account, now) {
      const known = read(mark, now)
      const id = known?.id ?? newId()
      const tag = tagOf(newest, id, account)
      // Tags of another key cannot be made anew: the addresses are not in the mark.
      const others = known?.key.number === newest.number ? known.tags.filter((other) => other !== tag) : []
      const tags = [tag, ...others].slice(0, MAX_ACCOUNTS)
      const body = `d1.${id}.${Math.floor(now / DAY_MS)}.${tags.join('')}.${newest.number}`
      return `${body}.${mac(newest, body)}`
    },
  }
}

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { backendFetch } from 'evergate/next'
import { isRecord } from '../../_lib/guards'
import { isDemo } from './demo'
import { type MailFile, readMailFile } from './mail-file'

/** A message of the mailbox, and when it was written. */
type MailboxEntry = MailFile & { readonly id: string; readonly at: string }

export type Mailbox = { kind: 'mails'; mails: MailboxEntry[] } | { kind: 'unavailable' }

/** How many files are looked at, the newest of all people. */
const MOST_FILES = 200
const PATIENCE_MS = 1000
/** `2030-01-01T12-00-00-000Z-0a1b2c3d.eml` */
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-[\da-f]{8}\.eml$/

/** The folder that the auth server writes mail to; undefined outside the demo and development, and where it sends mail. */
export function mailFolder(): string | undefined {
  const mayShow = isDemo() || process.env.NODE_ENV === 'development'
  return mayShow ? process.env.MAIL_DIR || undefined : undefined
}

/**
 * The messages to the address of whoever is signed in, the newest first. The auth server says which one that is now: the one of the session
 * may belong to another person since.
 */
export async function readMailbox(folder: string): Promise<Mailbox> {
  const address = await ownAddress()
  if (address === null) return { kind: 'unavailable' }
  const names = await readdir(folder).catch(() => [])
  const newest = names.filter((name) => NAME.test(name)).sort((a, b) => (a < b ? 1 : -1))
  const mails = await Promise.all(newest.slice(0, MOST_FILES).map((name) => readEntry(folder, name)))
  return {
    kind: 'mails',
    mails: mails.filter((mail) => mail !== null).filter(({ to }) => to.toLowerCase() === address),
  }
}

async function ownAddress(): Promise<string | null> {
  try {
    const response = await backendFetch('/me', { signal: AbortSignal.timeout(PATIENCE_MS) })
    const body: unknown = await response.json()
    return response.ok && isRecord(body) && typeof body.email === 'string' ? body.email.toLowerCase() : null
  } catch {
    return null
  }
}

async function readEntry(folder: string, name: string): Promise<MailboxEntry | null> {
  const mail = readMailFile(await readFile(join(folder, name), 'utf8').catch(() => ''))
  return mail && { ...mail, id: name, at: name.replace(NAME, '$1T$2:$3:$4.$5Z') }
}
